"""Lets the bot answer. A bot that fails or is slow never strands a visitor.

Every conversation in state `bot` whose last question is unanswered gets a turn, one at a time
and in order; the answer is one command that names the message it answers, so a crash or a
second node cannot answer twice, and an answer that comes after a person took over is dropped.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from antiphon.bots.port import Bot, BotFailed, Handoff, Outcome, Reply, TicketWish, Turn
from antiphon.desk import Desk
from antiphon.domain import commands as ask
from antiphon.domain import ticket as tickets
from antiphon.domain.conversation import Conversation
from antiphon.domain.errors import Refused
from antiphon.domain.events import Actor, Event

log = logging.getLogger(__name__)

LIMIT_S = 10.0  # a visitor waits no longer for a bot
AT_ONCE = 200  # turns under way
RETRY_AFTER_S = 2.0
LOOK_AROUND_S = 2.0  # who is waiting is told by the journal; this is for the rest
FRESH = 5_000  # conversations; on a node whose turn it is not, nobody looks at them
APOLOGY = "Sorry, I cannot answer that just now. I am asking a colleague to take over."

BEGINS_ITSELF = "rasa"  # the channel whose clients ask for a greeting in words of their own

OnTyping = Callable[[str, bool], None]


class BotReader:
    """`look` starts a turn for every conversation that waits for the bot."""

    def __init__(
        self, desk: Desk, bot: Bot, name: str, on_typing: OnTyping, limit_s: float = LIMIT_S
    ) -> None:
        self._desk, self._bot, self._on_typing, self._limit_s = desk, bot, on_typing, limit_s
        self._actor = Actor(kind="bot", id=bot.name, name=name)
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._silent: dict[str, int] = {}  # `n` of the last word that the bot had nothing to say to
        self._heard: dict[str, list[Event]] = {}  # of conversations that had a turn here: what came since
        self._fresh: set[str] = set()  # conversations in which somebody asked since the last look
        self._around_s = 0.0  # when to look at all of them again
        self._slots = asyncio.Semaphore(AT_ONCE)

    @staticmethod
    def minds(event: Event) -> bool:
        """Somebody may want an answer."""
        return _asks(event)

    def follow(self, events: Sequence[Event]) -> None:
        """A `Tail` listener."""
        for event in events:
            if _asks(event):
                self._fresh.add(event.stream)
                if event.stream in self._heard:
                    self._heard[event.stream].append(event)
        if len(self._fresh) > FRESH:
            self._fresh, self._around_s = set(), 0.0
            self._tidy()

    async def look(self) -> None:
        for c in self._candidates():
            if c.state == "bot" and c.asked > self._dealt_with(c) and c.id not in self._busy:
                self._busy[c.id] = asyncio.create_task(self._turns(c))

    def _candidates(self) -> list[Conversation]:
        """Those in which somebody asked; now and then everybody."""
        floor, now_s = self._desk.floor.open, asyncio.get_running_loop().time()
        fresh, self._fresh = self._fresh, set()
        if now_s < self._around_s:
            return [floor[id_] for id_ in fresh if id_ in floor]
        self._around_s = now_s + LOOK_AROUND_S
        self._tidy()
        return list(floor.values())

    def _tidy(self) -> None:
        """Forget conversations that are over."""
        floor = self._desk.floor.open
        self._silent = {id_: n for id_, n in self._silent.items() if id_ in floor}
        self._heard = {id_: events for id_, events in self._heard.items() if id_ in floor}

    async def close(self) -> None:
        """Stop what is under way; it will be found again."""
        for task in list(self._busy.values()):
            task.cancel()
        await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def _turns(self, c: Conversation) -> None:
        """Answer until nothing is unanswered."""
        try:
            async with self._slots:
                while (state := await self._desk.state(c.id)) and state.asked > self._dealt_with(state):
                    if state.state != "bot" or not await self._one(state):
                        return
        except Refused as refused:
            log.warning("bot: answer refused", extra={"conversation": c.id, "code": refused.code})
            await asyncio.sleep(RETRY_AFTER_S if refused.retryable else 0)
        finally:
            self._busy.pop(c.id, None)

    async def _one(self, c: Conversation) -> bool:
        """Answer the first unanswered event. False when there is none to answer."""
        event = await self._unanswered(c)
        if event is None:
            return False
        self._on_typing(c.id, True)
        try:
            outcome = await self._reply(c, event)
        finally:
            self._on_typing(c.id, False)
        if not (outcome.replies or outcome.handoff or outcome.end or outcome.confirm is not None):
            self._silent[c.id] = event.n
        else:
            self._silent.pop(c.id, None)
            outcome = await self._filed(c, event, outcome)
            await self._desk.handle(self._answer(c, event, outcome))
        return True

    async def _unanswered(self, c: Conversation) -> Event | None:
        """The first event that wants an answer: read once, and told from then on."""
        after = self._dealt_with(c)
        if c.id not in self._heard:
            self._heard[c.id] = []  # what comes while we read is told as well
            try:
                read = await self._desk.history(c.id, after)
            except BaseException:
                del self._heard[c.id]
                raise
            self._heard.setdefault(c.id, []).extend(filter(_asks, read))
        heard = self._heard[c.id] = [event for event in self._heard[c.id] if event.n > after]
        return min(heard, key=lambda event: event.n, default=None)

    def _dealt_with(self, c: Conversation) -> int:
        return max(c.answered, self._silent.get(c.id, 0))

    async def _reply(self, c: Conversation, event: Event) -> Outcome:
        if event.kind == "bot_started" and c.channel == BEGINS_ITSELF:
            return Outcome()
        turn = Turn(
            conversation=c.id,
            text=_words(event),
            at_ms=event.at_ms,
            start=event.kind == "bot_started",
            locale=c.language,
            metadata={"page": c.page, "site": c.site, "n": event.n},
        )
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._bot.reply(turn)
        except Exception as error:  # noqa: BLE001 - whatever a bot does, the visitor gets a person
            log.warning("bot failed", extra={"conversation": c.id, "error": repr(error)})
            return _failed(turn.text, self._why(error))

    def _why(self, error: Exception) -> str:
        """For the agent; only a `BotFailed` is sure to repeat nobody's words."""
        if isinstance(error, TimeoutError):
            return f"the bot did not answer in {self._limit_s:g} s"
        return str(error) if isinstance(error, BotFailed) else type(error).__name__

    async def _filed(self, c: Conversation, event: Event, outcome: Outcome) -> Outcome:
        """Make the ticket before the visitor reads its number; one that is refused is admitted."""
        if outcome.ticket is None:
            return outcome
        try:
            await self._desk.handle(self._ticket(c, event, outcome.ticket))
        except Refused as refused:
            if refused.retryable:
                raise  # the turn is taken again, and a ticket that was made after all is found by its cmid
            return _failed(_words(event), f"the ticket was refused ({refused.code})")
        return outcome

    def _ticket(self, c: Conversation, event: Event, wish: TicketWish) -> tickets.Open:
        return tickets.Open(
            conversation=tickets.PREFIX + wish.number,
            actor=self._actor,
            cmid=f"{c.id}-{event.n}",
            subject=wish.subject,
            text=wish.text,
            queue=self._desk.rules.queue_of(c.site, wish.department or c.department).id,
            topic=wish.topic,
            visitor=c.visitor or None,
            chat=c.id,
            channel=c.channel,
        )

    def _answer(self, c: Conversation, event: Event, outcome: Outcome) -> ask.BotAnswer:
        return ask.BotAnswer(
            conversation=c.id,
            actor=self._actor,
            cause=event.n,
            replies=tuple(self._say(c, reply, outcome) for reply in outcome.replies),
            handoff=self._handoff(c, outcome.handoff) if outcome.handoff else None,
            confirm=outcome.confirm,
            end=outcome.end,
        )

    def _say(self, c: Conversation, reply: Reply, outcome: Outcome) -> ask.Say:
        return ask.Say(
            conversation=c.id,
            actor=self._actor,
            text=reply.text,
            quick_replies=tuple(_button(b.title, b.payload) for b in reply.quick_replies),
            image=reply.image,
            custom=reply.custom,
            auto=reply.auto,
            fallback=reply.fallback,
            intent=outcome.intent,
            confidence=outcome.confidence,
        )

    def _handoff(self, c: Conversation, handoff: Handoff) -> ask.RequestHandoff:
        queue = self._desk.rules.queue_of(c.site, handoff.department or c.department)
        return ask.RequestHandoff(
            conversation=c.id,
            actor=self._actor,
            queue=queue.id,
            by=handoff.by,
            reason=handoff.reason,
            summary=handoff.summary,
            slots=_plain(handoff.slots),
            intents=handoff.intents,
        )


def _asks(event: Event) -> bool:
    return event.kind == "bot_started" or (event.kind == "message" and event.data.get("sender") == "visitor")


def _words(event: Event) -> str:
    words = event.words or {}
    return str(words.get("payload") or words.get("text") or "")


def _failed(text: str, why: str) -> Outcome:
    asked = f"Asked last: “{text[:200]}”\n" if text and not text.startswith("/") else ""
    handoff = Handoff(reason="failure", summary=f"{asked}Failed: {why}")
    return Outcome(replies=(Reply(text=APOLOGY, fallback=True),), handoff=handoff)


def _button(title: str, payload: str) -> Mapping[str, str]:
    return {"title": title, "payload": payload}


def _plain(slots: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in slots.items() if value is not None}
