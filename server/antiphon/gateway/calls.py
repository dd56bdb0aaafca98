"""The one wrapper around every event: it holds the whole error contract.

    seat → token bucket → schema → time limit → run → ok

Every event is answered, once, with an object that has `ok`. A retry of what is stored is never
refused for its rate: the cmid is looked up first. What needs nothing but what is in memory (nearly
every message and sign of typing) is begun at once, without a task; its answer follows its commit.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from antiphon import failpoints
from antiphon.domain.errors import Refused
from antiphon.gateway import errors, strict
from antiphon.gateway.auth import conversation_id
from antiphon.gateway.frames import NAMESPACES, Call
from antiphon.gateway.hall import Hall
from antiphon.gateway.order import Order
from antiphon.gateway.seats import Seat
from antiphon.gateway.wire.deadlines import Deadlines
from antiphon.gateway.wire.server import Reply

log = structlog.get_logger("antiphon.calls")

HINTS = ("typing", "read", "page")  # best effort: a bucket of their own
_WRITTEN = ("text", "note")

Handler = Callable[[Seat, Any], Awaitable[Mapping[str, Any]]]
Outcome = Mapping[str, Any] | Refused | None  # None: it has to be handled after all
Quick = Callable[[Seat, Any, Callable[[Outcome], None]], bool]


class Asked:
    """One event that is to be answered."""

    __slots__ = ("missing_s", "name", "number", "payload", "plain", "reply", "row", "seat")

    def __init__(self, seat: Seat, name: str, row: Call, payload: Any, plain: bool, reply: Reply) -> None:
        self.seat, self.name, self.row, self.payload, self.plain = seat, name, row, payload, plain
        self.reply: Reply | None = reply
        seat.asked += 1
        self.number = seat.asked
        self.missing_s = (seat.hints if name in HINTS else seat.calls).take()

    @property
    def place(self) -> tuple[str, str] | None:
        """The conversation and the cmid, if it has both: then its order matters."""
        if not isinstance(self.payload, dict):
            return None
        conversation, cmid = self.payload.get("conversation"), self.payload.get("cmid")
        return (conversation, cmid) if isinstance(conversation, str) and isinstance(cmid, str) else None

    @property
    def after(self) -> str | None:
        """What failed before it and has to come first."""
        if self.seat.order is None or self.place is None:
            return None
        first = self.seat.order.first(self.place[0], self.number)
        return None if first == self.place[1] else first

    def note(self, *, failed: bool) -> None:
        """It failed for now, or is settled."""
        seat, place = self.seat, self.place
        if place is not None and (failed or seat.order is not None):
            seat.order = seat.order or Order()
            seat.order.note(*place, self.number, failed=failed)


class Calls:
    """`handlers[namespace][event]`; the tables of `frames.py` say what each takes.

    `quick` are those that may be begun at once; they say False where they cannot.
    """

    def __init__(
        self, hall: Hall, handlers: Mapping[str, Mapping[str, Handler]],
        quick: Mapping[str, Mapping[str, Quick]],
    ) -> None:  # fmt: skip
        self._hall, self._handlers, self._quick = hall, handlers, quick
        self._begun = Deadlines[Asked](hall.settings.limits.call_s, self._late)
        self.answered: dict[str, int] = {}

    def answer(self, namespace: str, sid: str, body: str, reply: Reply) -> Coroutine[Any, Any, None] | None:
        """Acknowledge one event, whatever happens: now, after its commit, or by what is given back."""
        try:
            asked = self._asked(namespace, sid, body, reply)
            return None if self._begin(asked) else self._handle(asked)
        except Refused as no:
            self._answer(reply, no)
        except Exception as fault:  # noqa: BLE001 - the edge: a fault becomes an answer and a line in the log
            self._answer(reply, fault)
        return None

    def _asked(self, namespace: str, sid: str, body: str, reply: Reply) -> Asked:
        seat = self._hall.seats.get(namespace, sid)
        if seat is None:
            raise Refused("unauthorized", "Connect first.")
        name, payload = _parts(body)
        row = NAMESPACES[namespace].get(name)
        if row is None:
            raise Refused("bad_request", "There is no such event.")
        return Asked(seat, name, row, payload, strict.plain(body), reply)

    # -- at once ----------------------------------------------------------------------------------

    def _begin(self, asked: Asked) -> bool:
        """Begin it now; False if it has to wait for something, or might have to be refused."""
        quick = self._quick[asked.seat.namespace].get(asked.name)
        if quick is None or asked.missing_s or self._hall.draining or failpoints.ARMED:
            return False
        if asked.seat.order is not None and (asked.seat.order.anew or asked.after):
            return False
        try:
            read = errors.read(asked.row.takes, asked.payload, _WRITTEN, plain=asked.plain)
        except Refused:
            return False
        self._begun.add(asked)
        try:
            begun = quick(asked.seat, read, lambda outcome: self._told(asked, outcome))
        except BaseException:
            self._begun.remove(asked)
            raise
        if not begun:
            self._begun.remove(asked)
        return begun

    def _told(self, asked: Asked, outcome: Outcome) -> None:
        self._begun.remove(asked)
        reply = asked.reply
        if reply is None:
            return  # it was too late
        if outcome is None:
            order = asked.seat.order = asked.seat.order or Order()
            order.anew += 1
            self._hall.server.spawn(self._again(asked, order))
        else:
            self._settle(asked, outcome)

    def _late(self, asked: Asked) -> None:
        if asked.reply is not None:
            self._settle(asked, _too_long())
            asked.reply = None

    # -- in a task --------------------------------------------------------------------------------

    async def _again(self, asked: Asked, order: Order) -> None:
        """What was begun at once and came too late; before anything newer of the same seat."""
        try:
            await self._handle(asked)
        finally:
            order.anew -= 1

    async def _handle(self, asked: Asked) -> None:
        if asked.seat.order is None:
            await self._obey(asked)
            return
        async with asked.seat.order.turn:
            await self._obey(asked)

    async def _obey(self, asked: Asked) -> None:
        try:
            self._settle(asked, await self._within(self._run(asked)))
        except Refused as no:
            self._settle(asked, no)
        except Exception as fault:  # noqa: BLE001 - the edge: a fault becomes an answer and a line in the log
            self._settle(asked, fault)
        if failpoints.ARMED:
            await asyncio.sleep(0)  # what was said is written at the end of the loop's turn
            await asyncio.sleep(0)
            await failpoints.reach("after_ack")

    async def _within(self, running: Awaitable[Mapping[str, Any]]) -> Mapping[str, Any]:
        try:
            async with asyncio.timeout(self._hall.settings.limits.call_s):
                return await running
        except (TimeoutError, SQLAlchemyError, OSError) as away:
            raise _too_long() from away

    async def _run(self, asked: Asked) -> Mapping[str, Any]:
        seat = asked.seat
        await self._allow(asked)
        fields = await self._handlers[seat.namespace][asked.name](seat, await self._read(asked))
        if failpoints.ARMED:
            await failpoints.reach("before_ack")
        return fields

    async def _allow(self, asked: Asked) -> None:
        if self._hall.draining and asked.name not in ("sync", *HINTS):
            raise Refused("unavailable", "This server is going away. Reconnect.", retryable=True)
        if asked.missing_s and not await self._known(asked.seat, asked.name, asked.payload):
            raise Refused(
                "rate_limited", "Too fast. Wait a little.", retryable=True,
                retry_after_ms=int(asked.missing_s * 1000) + 1,
            )  # fmt: skip

        if asked.after and not await self._known(asked.seat, asked.name, asked.payload):
            raise Refused("unavailable", "Send first what failed before this.", retryable=True)

    async def _read(self, asked: Asked) -> Any:
        try:
            return errors.read(asked.row.takes, asked.payload, _WRITTEN, plain=asked.plain)
        except Refused:
            if await self._known(asked.seat, "", asked.payload):
                raise Refused("conflict", "This cmid was used for something else.", field="cmid") from None
            raise

    async def _known(self, seat: Seat, name: str, payload: Any) -> bool:
        """Is this a repeat of something stored?"""
        if not isinstance(payload, dict) or strict.unfit(payload) is not None:
            return False
        cmid, conversation = payload.get("cmid"), payload.get("conversation")
        if name == "start" and seat.visitor and isinstance(cmid, str):
            conversation = conversation_id(self._hall.settings.secret, seat.visitor, cmid)
        if not isinstance(cmid, str) or not isinstance(conversation, str):
            return False
        obeyed = await self._hall.desk.store.cmids(conversation)
        return (seat.actor.kind, seat.actor.id, cmid) in obeyed

    # -- answering --------------------------------------------------------------------------------

    def _settle(self, asked: Asked, outcome: Mapping[str, Any] | Exception) -> None:
        assert asked.reply is not None
        asked.note(failed=isinstance(outcome, Exception) and getattr(outcome, "retryable", True))
        self._answer(asked.reply, outcome)

    def _answer(self, reply: Reply, outcome: Mapping[str, Any] | Exception) -> None:
        if not isinstance(outcome, Exception):
            self._count("ok")
            reply({"ok": True, **outcome})
            return
        request_id = secrets.token_hex(8)
        if not isinstance(outcome, Refused):
            log.error("call_failed", request_id=request_id, exc_info=outcome)
            outcome = Refused("internal", "Something went wrong on our side.", retryable=True)
        if outcome.code == "unavailable":
            log.warning("call_unavailable", request_id=request_id, error=repr(outcome.__cause__))
        self._count(outcome.code)
        reply({"ok": False, "error": errors.shape(outcome, request_id)})

    def _count(self, code: str) -> None:
        self.answered[code] = self.answered.get(code, 0) + 1


def _too_long() -> Refused:
    return Refused("unavailable", "This takes too long. Try again.", retryable=True)


def _parts(body: str) -> tuple[str, Any]:
    """An event's name and its one object; the name alone may be anything but must be a word."""
    try:
        data = strict.loads(body)
    except strict.NotStrict as no:
        raise errors.not_strict(no) from None
    if not isinstance(data, list) or not data or not isinstance(data[0], str):
        raise Refused("bad_request", "This is no event.")
    if len(data) != 2:
        raise Refused("bad_request", "Send one object.")
    return data[0], data[1]
