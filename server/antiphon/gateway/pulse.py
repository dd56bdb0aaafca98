"""What moves with time and the floor: places, the agents' queue list, the board, heads.

Changes are gathered for `GATHER_S` and then told once; what only time changes is looked at
every second while somebody looks on. Heads go round every fifteen seconds, so that a lost
frame heals.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import structlog

from antiphon.backplane.presence import REFRESH_S
from antiphon.domain.conversation import Conversation
from antiphon.domain.events import Event
from antiphon.gateway import frames
from antiphon.gateway.hall import Hall
from antiphon.gateway.outbound import STAFF, conversation_of, room_of
from antiphon.gateway.seats import Seat
from antiphon.gateway.views import flags_of, words_of

log = structlog.get_logger("antiphon.pulse")

GATHER_S = 0.2
TICK_S = 1.0
BOARD_S = 0.5  # the board is dear, and half of what was promised
LEARNT = 100  # previews and names read in one go
SHOWN = 1_000  # open conversations on a board; the newest of them
_KEYS = {
    "queues": "queue",
    "agents": "agent",
    "conversations": "conversation",
}  # tables, and their rows' names


class Pulse:
    """`touch` says that something moved; `run` is a task of the application."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._moved = asyncio.Event()
        self._places: dict[str, frames.Place] = {}
        self._queues: dict[str, bytes] = {}
        self._board: dict[str, Any] = {}
        self._previews: dict[str, str | None] = {}
        self._names: dict[str, str] = {}
        self._handoffs: dict[str, Mapping[str, Any]] = {}
        self._board_due_s = 0.0
        self._telling = asyncio.Lock()

    def touch(self, event: Event) -> None:
        """A committed event; the last words are remembered for the lists."""
        words = words_of(event)
        if words is not None:
            self._previews[event.stream] = words
        if event.kind == "conversation_started":
            self._names.pop(event.data["visitor"], None)
        elif event.kind == "handoff_requested":
            self._handoffs[event.stream] = event.words or {}
        self._moved.set()

    def wake(self) -> None:
        """Something else moved: look soon."""
        self._moved.set()

    async def run(self) -> None:
        """Tell what moved, at most every `GATHER_S` and at least every `TICK_S`."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):  # wait_for of 3.11 may swallow the cancelling
                    await self._moved.wait()
            await asyncio.sleep(GATHER_S)
            self._moved.clear()
            await self._safely(self.tell)

    async def heads(self) -> None:
        """The heads of all conversations somebody follows here, every fifteen seconds."""
        while True:
            await asyncio.sleep(self._hall.settings.head_every_s)
            await self._safely(self.tell_heads)

    async def presence(self) -> None:
        while True:
            self._hall.presence.announce()
            await asyncio.sleep(REFRESH_S)

    async def settle(self) -> None:
        """Wait for what is being told; nothing more is begun while the node drains."""
        async with self._telling:
            self._moved.clear()

    async def _safely(self, tell: Any) -> None:
        try:
            async with self._telling:
                if not self._hall.draining:
                    await tell()
        except Exception as error:  # noqa: BLE001 - a loop's edge: the database may be away for a while
            log.warning("pulse_failed", error=repr(error))

    # -- telling ----------------------------------------------------------------------------------

    async def tell(self) -> None:
        self._tell_places()
        await self._tell_queues()
        await self._tell_board()

    def _tell_places(self) -> None:
        """Every waiting visitor's place, when it is not what he was told last."""
        floor, places = self._hall.desk.floor, {}
        for queue in self._hall.desk.rules.queues:
            for position, c in enumerate(floor.waiting(queue), start=1):
                eta_s = floor.estimate_at(queue, position)
                places[c.id] = frames.Place(position=position, eta_s=eta_s, queue=queue)
        for conversation, place in places.items():
            if self._places.get(conversation) != place:
                self._hall.server.post("/visitor", room_of(conversation), "queue", place)
        self._places = places

    async def _tell_queues(self) -> None:
        """The list of who waits, one a set of queues; to everybody who has these queues."""
        for queues, seats in self._by_queues().items():
            frame = await self.queue_frame(queues)
            mark = repr((frame.waiting, [_still(row) for row in frame.queues], frame.agents)).encode()
            for seat in seats:
                if self._queues.get(seat.sid) != mark:
                    self._hall.server.post("/agent", seat.sid, "queue", frame)
                    self._queues[seat.sid] = mark
        live = {seat.sid for seat in self._hall.seats.users("/agent")}
        self._queues = {sid: mark for sid, mark in self._queues.items() if sid in live}

    def _by_queues(self) -> dict[tuple[str, ...], list[Seat]]:
        groups: dict[tuple[str, ...], list[Seat]] = {}
        for seat in self._hall.seats.users("/agent"):
            groups.setdefault(self._hall.views.queues_of(seat.me), []).append(seat)
        return groups

    async def queue_frame(self, queues: tuple[str, ...]) -> frames.QueueFrame:
        """Who waits in these queues, in order."""
        desk, views = self._hall.desk, self._hall.views
        lines = {queue: desk.floor.waiting(queue) for queue in queues}
        waiting = [c for line in lines.values() for c in line]
        await self._learn([c.id for c in waiting], {c.visitor for c in waiting})
        rows = [
            frames.QueueWaiting(
                conversation=c.id, queue=queue, queued_at_ms=c.queued_at_ms or 0, position=position,
                visitor=self._names.get(c.visitor, ""), last_text=self._previews.get(c.id),
                offered_to=c.offers[0].agent if c.offers else None, reason=(c.handoff or {}).get("reason"),
            )
            for queue, line in lines.items()
            for position, c in enumerate(line, start=1)
        ]  # fmt: skip
        return frames.QueueFrame(
            queues=[views.queue_row(desk.rules.queues[queue], lines[queue]) for queue in queues],
            waiting=rows, as_of_ms=desk.now_ms(), agents=views.colleagues(),
        )  # fmt: skip

    async def _learn(self, conversations: list[str], visitors: set[str]) -> None:
        """Previews and names; what is over is forgotten."""
        open_ = self._hall.desk.floor.open
        self._previews = {key: text for key, text in self._previews.items() if key in open_}
        self._handoffs = {key: words for key, words in self._handoffs.items() if key in open_}
        for conversation in [key for key in conversations if key not in self._previews][:LEARNT]:
            self._previews[conversation] = await self._hall.views.preview(conversation)
        new = sorted(visitors - self._names.keys())[:LEARNT]
        if new:
            found = await self._hall.directory.visitors.by_ids(new)
            self._names.update({key: (found[key].name if key in found else None) or "" for key in new})

    def known_of(self, c: Conversation | None) -> dict[str, Any]:
        """The visitor's name and last words and what the bot learned, as far as they are at hand."""
        if c is None:
            return {"visitor": None, "text": None, "summary": None, "slots": None}
        learned = self._handoffs.get(c.id, {})
        return {
            "visitor": self._names.get(c.visitor) or None, "text": self._previews.get(c.id),
            "summary": learned.get("summary"), "slots": learned.get("slots"),
        }  # fmt: skip

    def forget(self, visitor: str) -> None:
        """He was renamed or erased: look again."""
        self._names.pop(visitor, None)
        self._previews.clear()
        self._handoffs.clear()

    async def _tell_board(self) -> None:
        if not any(self._hall.seats.users("/supervisor")):
            self._board = {}
            return
        now_s = asyncio.get_running_loop().time()
        if now_s < self._board_due_s:
            self._moved.set()  # not yet, but soon
            return
        self._board_due_s = now_s + BOARD_S
        board = await self.board()
        if self._board:
            changed = difference(self._board, board)
            if changed:
                self._hall.server.post("/supervisor", "board", "board", changed)
        self._board = board

    async def board(self) -> dict[str, Any]:
        """The numbers, and the open conversations they are about."""
        open_ = sorted(self._hall.desk.floor.open.values(), key=lambda c: -c.started_at_ms)
        shown = [c for c in open_ if c.state != "closed"][:SHOWN]
        await self._learn([c.id for c in shown], {c.visitor for c in shown})
        rows = [{**row_of(c), **self._told_of(c)} for c in shown]
        return {**self._hall.board(self._hall.desk.now_ms()), "conversations": rows}

    def _told_of(self, c: Conversation) -> dict[str, str | None]:
        return {"visitor": self._names.get(c.visitor) or None, "last_text": self._previews.get(c.id)}

    async def whole_board(self) -> dict[str, Any]:
        """For somebody who has just come."""
        board = await self.board()
        self._board = self._board or board  # what moves from now on must reach him
        return {**board, "whole": True}

    async def tell_heads(self) -> None:
        """Read from the database, so that a frame that was lost anywhere is noticed."""
        await self._unseat()
        server, epoch = self._hall.server, self._hall.desk.epoch
        followed = {
            conversation
            for namespace in ("/visitor", *STAFF)
            for room in server.rooms_of(namespace)
            if (conversation := conversation_of(room))
        }
        for conversation, head in (await self._hall.desk.store.heads(followed)).items():
            frame = frames.Head(conversation=conversation, head=head, epoch=epoch)
            for namespace in ("/visitor", *STAFF):
                server.post(namespace, room_of(conversation), "head", frame)

    async def _unseat(self) -> None:
        """End the sockets of users whose session is over, wherever it was ended."""
        seats = [seat for seat in self._hall.seats.users() if seat.session is not None]
        alive = await self._hall.directory.sessions.alive(sorted({seat.me.id for seat in seats}))
        for seat in seats:
            if (seat.me.id, seat.session) not in alive:
                self._hall.server.drop(seat.sid, seat.namespace, "logged out")


def row_of(c: Conversation) -> dict[str, Any]:
    """An open conversation on the board, without its words."""
    return {
        "conversation": c.id, "state": c.state, "queue": c.queue, "channel": c.channel,
        "agent": c.agents[0].agent if c.agents else None, "agents": [a.agent for a in c.agents],
        "started_at_ms": c.started_at_ms, "queued_at_ms": c.queued_at_ms,
        "waiting_reply_since_ms": c.waiting_reply_since_ms, "flags": flags_of(c), "tags": list(c.tags),
    }  # fmt: skip


def _still(row: Mapping[str, Any]) -> dict[str, Any]:
    """A queue's row without what changes by itself every millisecond."""
    return {key: value for key, value in row.items() if key != "longest_wait_ms"}


def difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any] | None:
    """Only the rows and totals of a board that changed; None if none did."""
    changed: dict[str, Any] = {}
    for table, key in _KEYS.items():
        old = {row[key]: row for row in before.get(table, ())}
        rows = [row for row in now.get(table, ()) if old.get(row[key]) != row]
        if rows:
            changed[table] = rows
        gone = old.keys() - {row[key] for row in now.get(table, ())}
        if gone:
            changed.setdefault("gone", {})[table] = sorted(gone)
    totals, old_totals = now.get("totals") or {}, before.get("totals") or {}
    moved = {name: value for name, value in totals.items() if old_totals.get(name) != value}
    if moved:
        changed["totals"] = moved
    for name in ("alerts", "zone", "day_from_ms"):
        if now.get(name) != before.get(name):
            changed[name] = now.get(name)
    return {"as_of_ms": now.get("as_of_ms"), "whole": False, **changed} if changed else None
