"""What the three namespaces have in common: answers, reading on, and signals."""

from collections.abc import Callable, Mapping
from typing import Any

from antiphon.desk import Done
from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation
from antiphon.domain.errors import Refused
from antiphon.gateway import frames
from antiphon.gateway.calls import Outcome
from antiphon.gateway.hall import Hall
from antiphon.gateway.outbound import Signals, room_of
from antiphon.gateway.render import Audience
from antiphon.gateway.seats import Seat

Told = Callable[[Outcome], None]


def stored(done: Done) -> dict[str, Any]:
    """What the sender of a message is told."""
    event = done.event
    if event is None:
        raise Refused("conflict", "Nothing came of it.")
    told: dict[str, Any] = {"seq": event.n, "id": event.id, "at_ms": event.at_ms}
    return {**told, "dup": True} if done.dup else told


class Common:
    """Base of the three; `audience` is what its people may see."""

    audience: Audience = "staff"

    def __init__(self, hall: Hall, signals: Signals) -> None:
        self.hall = hall
        self.desk = hall.desk
        self.signals = signals

    async def find(self, seat: Seat, conversation: str) -> Conversation:
        """A conversation this seat may read, or `not_found`."""
        return await self.hall.access.read(seat.me, conversation)

    def check(self, seat: Seat, c: Conversation) -> Conversation:
        """A conversation that is at hand, if this seat may read it, or `not_found`."""
        return self.hall.access.readable(seat.me, c)

    def at_once(self, command: ask.Command, told: Told) -> bool:
        """Hand a message to the desk; its sender is answered after the commit."""
        return self.desk.at_once(command, lambda done: told(stored(done) if isinstance(done, Done) else done))

    def typing_now(self, seat: Seat, asked: frames.Typing, told: Told) -> bool:
        c = self.desk.at_hand(asked.conversation)
        if c is not None:
            told(self._typed(seat, self.check(seat, c), asked))
        return c is not None

    def read_now(self, seat: Seat, asked: frames.Read, told: Told) -> bool:
        c = self.desk.at_hand(asked.conversation)
        if c is not None:
            told(self._has_read(seat, self.check(seat, c), asked))
        return c is not None

    async def sync(self, seat: Seat, asked: frames.Sync) -> Mapping[str, Any]:
        """Join first, then read: what is written meanwhile comes as events."""
        await self.find(seat, asked.conversation)
        self.hall.server.join(seat.namespace, seat.sid, room_of(asked.conversation))
        c = await self.hall.views.committed(asked.conversation)
        head = c.n if c else 0
        if asked.epoch not in (None, self.desk.epoch) or asked.after > head:
            raise Refused(
                "conflict", "Your copy is not ours any more. Load the conversation anew.",
                resync=True, head=head, epoch=self.desk.epoch,
            )  # fmt: skip
        events = await self.desk.history(asked.conversation, asked.after, asked.limit)
        last = events[-1].n if events else asked.after
        return {
            "events": self.hall.render.frames(events, self.audience), "head": max(head, last),
            "epoch": self.desk.epoch, "more": last < head,
        }  # fmt: skip

    async def typing(self, seat: Seat, asked: frames.Typing) -> Mapping[str, Any]:
        return self._typed(seat, await self.find(seat, asked.conversation), asked)

    def _typed(self, seat: Seat, c: Conversation, asked: frames.Typing) -> Mapping[str, Any]:
        drafts = seat.visitor is not None and self.desk.rules.sites[c.site].drafts
        self.signals.send(seat, c.id, "typing", on=asked.on)
        if drafts and asked.draft is not None:
            self.signals.send(seat, c.id, "draft", draft=asked.draft)
        return {}

    async def read(self, seat: Seat, asked: frames.Read) -> Mapping[str, Any]:
        return self._has_read(seat, await self.find(seat, asked.conversation), asked)

    def _has_read(self, seat: Seat, c: Conversation, asked: frames.Read) -> Mapping[str, Any]:
        self.signals.send(seat, c.id, "read", seq=min(asked.seq, c.n))
        return {}
