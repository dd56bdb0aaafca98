"""The one thing that emits facts. Called with committed events, in the journal's order.

Synchronous and quick: each event is rendered at most once an audience, encoded once, and put
into the queues of this node's sockets. Who is in a room follows from the events themselves:
starting brings a visitor in, accepting brings an agent in, leaving takes him out.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from antiphon.backplane.port import Backplane
from antiphon.domain.conversation import Conversation
from antiphon.domain.events import Event
from antiphon.domain.floor import Floor
from antiphon.gateway import frames
from antiphon.gateway.render import Renderer
from antiphon.gateway.seats import Seat, Seats
from antiphon.gateway.wire.packets import encode
from antiphon.gateway.wire.server import Server

STAFF = ("/agent", "/supervisor")
FACTS = ("/visitor", *STAFF)  # who is told what happened
SIGNAL = "signal"

_PARTING = ("agent_left", "agent_lost")  # one agent goes
_CLEARING = ("queue_entered", "diverted", "bot_started")  # all agents go
_GONE = {
    "offer_expired": "expired", "offer_declined": "declined", "closed": "closed", "diverted": "left",
    "queue_entered": "assigned", "bot_started": "assigned",
}  # fmt: skip


def room_of(conversation: str) -> str:
    """The room of all who follow a conversation; the same name in every namespace."""
    return f"c:{conversation}"


def conversation_of(room: str) -> str | None:
    return room[2:] if room.startswith("c:") else None


def user_room(user: str) -> str:
    """All sockets of one user."""
    return f"u:{user}"


class Outbound:
    """`on_events` is the tail's listener; `changed` is told that queue, board or places may have moved."""

    def __init__(self, server: Server, seats: Seats, render: Renderer, floor: Floor) -> None:
        self._server, self._seats, self._render, self._floor = server, seats, render, floor
        self._ringing: dict[str, set[str]] = {}
        self.changed: Callable[[Event], None] = lambda event: None
        self.elsewhere: Callable[[Event], None] = lambda event: None  # other protocols
        self.offer_of: Callable[[Event], Mapping[str, Any]] = lambda event: {}

    def start(self) -> None:
        """Take over the offers that were open before."""
        for c in self._floor.open.values():
            if c.offers:
                self._ringing[c.id] = {offer.agent for offer in c.offers}

    def on_events(self, events: Sequence[Event]) -> None:
        """In order, right after the commit."""
        for event in events:
            if ":" not in event.stream:
                self._tell(event)
                self.elsewhere(event)
            self.changed(event)

    def _tell(self, event: Event) -> None:
        room = room_of(event.stream)
        self._bring_in(event, room)
        here = self._server.where(room, FACTS)
        if here:
            visitors, staffs = self._render.both(event)
            encoded = encode(staffs) if here != ["/visitor"] else b""
            for namespace in here:
                self._server.post(namespace, room, "event", visitors if namespace == "/visitor" else encoded)
        if event.kind != "message":
            self._ring(event)
            self._take_out(event, room)

    # -- rooms ------------------------------------------------------------------------------------

    def _bring_in(self, event: Event, room: str) -> None:
        if event.kind == "conversation_started":
            self._join(self._seats.of_visitor(event.data["visitor"]), room)
        elif event.kind == "accepted":
            self._join(self._seats.of_user(event.data["agent"], "/agent"), room)

    def _join(self, seats: Sequence[Seat], room: str) -> None:
        for seat in seats:
            self._server.join(seat.namespace, seat.sid, room)

    def _take_out(self, event: Event, room: str) -> None:
        if event.kind in _CLEARING:
            self._part(room, None, event.stream)
        elif event.kind in _PARTING:
            self._part(room, event.data["agent"], event.stream)
        elif event.kind == "transferred" and not event.data.get("warm"):
            self._part(room, event.data.get("from"), event.stream)

    def _part(self, room: str, agent: str | None, conversation: str) -> None:
        """Out of the room, unless he watches."""
        for sid in self._server.members("/agent", room):
            seat = self._seats.get("/agent", sid)
            if seat and conversation not in seat.watching and agent in (None, seat.me.id):
                self._server.part("/agent", sid, room)

    # -- offers -----------------------------------------------------------------------------------

    def _ring(self, event: Event) -> None:
        if event.kind == "offer_made":
            self._ringing.setdefault(event.stream, set()).add(event.data["agent"])
            self._server.post("/agent", user_room(event.data["agent"]), "offer", self.offer_of(event))
        elif event.kind == "accepted":
            self._hush(event.stream, "accepted", None)
        elif event.kind in ("offer_expired", "offer_declined"):
            self._hush(event.stream, _GONE[event.kind], event.data["agent"])
        elif event.kind in _GONE:
            self._hush(event.stream, _GONE[event.kind], None)

    def _hush(self, conversation: str, why: str, agent: str | None) -> None:
        """Stop one console's ringing, or all that ring for this conversation."""
        ringing = self._ringing.get(conversation, set())
        for one in [agent] if agent else sorted(ringing):
            gone = frames.OfferGone(conversation=conversation, why=why)  # type: ignore[arg-type]  # from _GONE
            self._server.post("/agent", user_room(one), "offer_gone", gone)
            ringing.discard(one)
        if not ringing:
            self._ringing.pop(conversation, None)


class Signals:
    """Typing, read marks, presence: best effort, the latest wins, nothing is kept."""

    def __init__(self, server: Server, backplane: Backplane) -> None:
        self._server, self._backplane = server, backplane

    def send(self, seat: Seat, conversation: str, kind: str, **fields: Any) -> None:
        """From one seat to everybody else who follows the conversation, on every node."""
        actor = {"kind": seat.actor.kind, "id": seat.actor.id, "name": seat.actor.name}
        known = {key: value for key, value in actor.items() if value is not None}
        body = {"conversation": conversation, "kind": kind, "actor": known, **fields}
        self._post(body, seat)
        self._backplane.signal(SIGNAL, body)

    def presence(self, c: Conversation, *, on: bool) -> None:
        """The visitor came or went; only the staff is told."""
        actor = {"kind": "visitor", "id": c.visitor}
        body = {"conversation": c.id, "kind": "presence", "actor": actor, "on": on}
        self._post(body, None)
        self._backplane.signal(SIGNAL, body)

    def bot_typing(self, conversation: str, bot: str, *, on: bool) -> None:
        """The bot thinks."""
        actor = {"kind": "bot", "id": bot, "name": bot}
        body = {"conversation": conversation, "kind": "typing", "actor": actor, "on": on}
        self._post(body, None)
        self._backplane.signal(SIGNAL, body)

    def hear(self, body: Mapping[str, Any]) -> None:
        """Another node's signal."""
        self._post(body, None)

    def _post(self, body: Mapping[str, Any], sender: Seat | None) -> None:
        """All signs go to the staff; that an agent or the bot types or has read also to the visitor."""
        room, skip = room_of(body["conversation"]), sender.sid if sender else None
        for namespace in STAFF:
            self._server.post(namespace, room, SIGNAL, body, skip=skip, hint=True)
        if body["actor"]["kind"] != "visitor" and body["kind"] in ("typing", "read"):
            self._server.post("/visitor", room, SIGNAL, body, skip=skip, hint=True)
