"""Keeps the list of tickets, and mails an agent's public answers to whoever asked.

It sees the events of tickets only, from its own cursor; every ticket that moved is folded whole, so
a repeat changes nothing. A mail is a delivery by the event's place: once, however often it is seen.
"""

from collections.abc import Sequence

from antiphon.desk import Desk
from antiphon.domain import ticket as tickets
from antiphon.domain.events import Event
from antiphon.domain.ticket import Ticket
from antiphon.journal.deliveries import MAIL, Parcel
from antiphon.journal.directory import Directory
from antiphon.journal.follower import Follower
from antiphon.journal.tickets import CURSOR


class Clerk:
    """`look` catches up. `mails`: is there a mail server?"""

    def __init__(self, desk: Desk, directory: Directory, *, mails: bool) -> None:
        self._desk, self._mails = desk, mails
        self._tickets, self._outbox, self._visitors = directory.tickets, directory.outbox, directory.visitors
        self._follower = Follower(desk.store, CURSOR, self._react, tickets.PREFIX)

    @staticmethod
    def minds(event: Event) -> bool:
        """A ticket moved."""
        return event.stream.startswith(tickets.PREFIX)

    async def look(self) -> None:
        await self._follower.catch_up()

    async def _react(self, events: Sequence[Event]) -> None:
        moved = {event.stream for event in events}
        histories = [history async for history in self._desk.store.histories(moved)]
        folded = {one[0].stream: tickets.fold(one[0].stream, one) for one in histories}
        await self._tickets.keep(list(folded.values()))
        if self._mails:
            await self._outbox.put([
                Parcel(target=MAIL, lane=event.stream, kind=event.kind, seq=event.seq, n=event.n)
                for event in events
                if await self._is_mailed(event, folded[event.stream])
            ])  # fmt: skip

    async def _is_mailed(self, event: Event, ticket: Ticket) -> bool:
        """A person's public answer to a visitor with an address; what was imported others have mailed."""
        if event.kind != "ticket_replied" or event.actor.kind != "agent" or event.imported:
            return False
        if not event.data.get("public", True) or ticket.visitor is None:
            return False
        visitor = await self._visitors.by_id(ticket.visitor)
        return visitor is not None and bool(visitor.email)
