"""Carries what is to be told outside: events to webhooks, alerts to webhooks and mailboxes, agents'
answers to tickets to whoever asked.

The journal is read from a saved cursor into the deliveries; each target is served by itself, so
that one who is slow or away holds up nobody else. Who fails is left in peace for a while.
"""

import asyncio
import logging
import random
from collections.abc import Sequence

import msgspec

from antiphon.desk import Desk
from antiphon.domain import ticket as tickets
from antiphon.domain.events import Event
from antiphon.journal.deliveries import MAIL, Delivery, Parcel
from antiphon.journal.directory import Directory
from antiphon.journal.follower import Follower, Lease
from antiphon.journal.webhooks import CURSOR, Webhook, wanting
from antiphon.outside.mail import Mail, Mailer
from antiphon.outside.post import NotTaken, Post, signed
from antiphon.readers import notices

log = logging.getLogger(__name__)

AT_ONCE = 16  # posts to one target at the same time; of one conversation always one
BODY_LIMIT = 64_000  # bytes; a longer event goes without its words
_REST_S = 15.0  # the longest peace of who fails
_PARTING_S = 1.0
_TIDY_MS = 3_600_000


class Courier:
    """`look` reads the journal and starts whoever has something due."""

    def __init__(
        self, desk: Desk, directory: Directory, turn: Lease, post: Post, mailer: Mailer | None
    ) -> None:
        self._desk, self._turn = desk, turn
        self._webhooks, self._outbox, self._visitors = (
            directory.webhooks, directory.outbox, directory.visitors,
        )  # fmt: skip
        self._post, self._mailer = post, mailer
        self._follower = Follower(desk.store, CURSOR, self._enqueue)
        self._hooks: Sequence[Webhook] = ()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._failed: dict[str, int] = {}  # target → how often running
        self._tidied_ms = 0
        self._closing = False

    def minds(self, event: Event) -> bool:
        """Does anybody want to hear of it?"""
        return bool(wanting(self._hooks, event.kind, event.seq))

    async def look(self) -> None:
        self._hooks = await self._webhooks.all()
        if any(hook.follows for hook in self._hooks):
            await self._follower.catch_up()
        asleep = [hook.target for hook in self._hooks if not hook.enabled]
        for target in await self._outbox.targets([*asleep, *self._under_way]):
            task = asyncio.create_task(self._serve(target))
            self._under_way[target] = task
            task.add_done_callback(lambda _, one=target: self._under_way.pop(one, None))  # type: ignore[misc]  # mypy cannot type a default
        await self._tidy()

    async def close(self) -> None:
        """Let what is under way be answered, shortly; the rest is still in the table."""
        self._closing = True
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=_PARTING_S)
        for task in list(self._under_way.values()):
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)

    async def _enqueue(self, events: Sequence[Event]) -> None:
        await self._outbox.put([
            Parcel(target=hook.target, lane=event.stream, kind=event.kind, seq=event.seq, n=event.n)
            for event in events
            if not event.imported
            for hook in wanting(self._hooks, event.kind, event.seq)
        ])  # fmt: skip

    # -- one target -------------------------------------------------------------------------------

    async def _serve(self, target: str) -> None:
        """All that is due, oldest first, until somebody fails."""
        try:
            while self._going_on() and (due := await self._outbox.due(target, AT_ONCE)):
                went = await asyncio.gather(*(self._carry(one) for one in due))
                if not all(went):
                    self._failed[target] = self._failed.get(target, 0) + 1
                    await asyncio.sleep(min(_REST_S, 2 ** self._failed[target]) * (0.5 + random.random() / 2))
                    return
                self._failed.pop(target, None)
        except Exception:  # a task's edge: what waits is found again
            log.exception("courier failed", extra={"target": target})

    def _going_on(self) -> bool:
        return self._turn.held and not self._closing

    async def _carry(self, one: Delivery) -> bool:
        """Was it taken?"""
        try:
            status = await (self._mail(one) if one.target == MAIL else self._webhook(one))
        except NotTaken as no:
            state = await self._outbox.failed(one, str(no), no.status)
            log.warning("delivery failed", extra={"delivery": one.id, "status": no.status, "state": state})
            return False
        await self._outbox.sent(one.id, status)
        return True

    async def _mail(self, one: Delivery) -> None:
        if self._mailer is None:
            raise NotTaken("No mail server is set (ANTIPHON_SMTP_URL).")
        mail = msgspec.json.decode(one.body, type=Mail) if one.body else await self._answer(one)
        if mail is not None:
            await self._mailer.send(mail)

    async def _answer(self, one: Delivery) -> Mail | None:
        """An answer to a ticket, as a mail; None where person or words were erased meanwhile."""
        history = await self._desk.history(one.lane)
        visitor = await self._visitors.by_id(tickets.fold(one.lane, history).visitor or "")
        text = (history[(one.n or 1) - 1].words or {}).get("text")
        if visitor is None or not visitor.email or not text:
            return None
        subject = (history[0].words or {}).get("subject") or "your question"
        return Mail(to=visitor.email, subject=f"Re: {subject}", text=text)

    async def _webhook(self, one: Delivery) -> int:
        hook = next((hook for hook in self._hooks if hook.target == one.target), None)
        secret = await self._webhooks.secret(hook.id) if hook else None
        if hook is None or secret is None:
            raise NotTaken("There is no such webhook any more.")
        key, body = await self._body(one, hook)
        return await self._post.send(hook.url, body, signed(secret, key, self._desk.now_ms() // 1000, body))

    async def _body(self, one: Delivery, hook: Webhook) -> tuple[str, bytes]:
        """The message's id, the same at every try, and its bytes."""
        if one.body is not None:
            return f"delivery-{one.id}", one.body.encode()
        found = await self._desk.history(one.lane, (one.n or 1) - 1, 1)
        if not found:
            raise NotTaken("There is no such event any more.")
        event = found[0]
        body = notices.of_event(event, words=hook.words)
        return event.id, body if len(body) <= BODY_LIMIT else notices.of_event(event, words=False)

    async def _tidy(self) -> None:
        """Forget what ended long ago, now and then."""
        if self._desk.now_ms() - self._tidied_ms > _TIDY_MS:
            self._tidied_ms = self._desk.now_ms()
            await self._outbox.forget()
