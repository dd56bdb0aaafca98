"""The one wrapper around every event: it holds the whole error contract.

    seat → token bucket → schema → time limit → run → ok

Every event is answered, once, with an object that has `ok`. A retry of what is stored is never
refused for its rate: the cmid is looked up first.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from antiphon.domain.errors import Refused
from antiphon.gateway import errors, strict
from antiphon.gateway.auth import conversation_id
from antiphon.gateway.frames import NAMESPACES, Call
from antiphon.gateway.hall import Hall
from antiphon.gateway.seats import Seat

log = structlog.get_logger("antiphon.calls")

HINTS = ("typing", "read", "page")  # best effort: a bucket of their own
_WRITTEN = ("text", "note")

Handler = Callable[[Seat, Any], Awaitable[Mapping[str, Any]]]


class Calls:
    """`handlers[namespace][event]`; the tables of `frames.py` say what each takes."""

    def __init__(self, hall: Hall, handlers: Mapping[str, Mapping[str, Handler]]) -> None:
        self._hall = hall
        self._handlers = handlers
        self.answered: dict[str, int] = {}

    async def answer(self, namespace: str, sid: str, data: Any) -> dict[str, Any]:
        """The acknowledgement of one event, whatever happens."""
        request_id = secrets.token_hex(8)
        try:
            fields = await self._within(self._run(namespace, sid, data))
        except Refused as no:
            self._count(no.code)
            return {"ok": False, "error": errors.shape(no, request_id)}
        except Exception:  # the edge: a fault becomes an answer and a line in the log
            log.exception("call_failed", namespace=namespace, request_id=request_id)
            self._count("internal")
            fault = Refused("internal", "Something went wrong on our side.", retryable=True)
            return {"ok": False, "error": errors.shape(fault, request_id)}
        self._count("ok")
        return {"ok": True, **fields}

    async def _within(self, running: Awaitable[Mapping[str, Any]]) -> Mapping[str, Any]:
        try:
            async with asyncio.timeout(self._hall.settings.limits.call_s):
                return await running
        except (TimeoutError, SQLAlchemyError, OSError) as away:
            log.warning("call_unavailable", error=repr(away))
            raise Refused("unavailable", "This takes too long. Try again.", retryable=True) from None

    async def _run(self, namespace: str, sid: str, data: Any) -> Mapping[str, Any]:
        seat = self._hall.seats.get(namespace, sid)
        if seat is None:
            raise Refused("unauthorized", "Connect first.")
        name, payload = _parts(data)
        call = NAMESPACES[namespace].get(name)
        if call is None:
            raise Refused("bad_request", "There is no such event.")
        await self._allow(seat, name, payload)
        return await self._handlers[namespace][name](seat, await self._read(seat, call, payload))

    async def _allow(self, seat: Seat, name: str, payload: Any) -> None:
        if self._hall.draining and name not in ("sync", *HINTS):
            raise Refused("unavailable", "This server is going away. Reconnect.", retryable=True)
        missing_s = (seat.hints if name in HINTS else seat.calls).take()
        if missing_s and not await self._known(seat, name, payload):
            raise Refused(
                "rate_limited", "Too fast. Wait a little.", retryable=True,
                retry_after_ms=int(missing_s * 1000) + 1,
            )  # fmt: skip

    async def _read(self, seat: Seat, call: Call, payload: Any) -> Any:
        try:
            return errors.read(call.takes, payload, _WRITTEN)
        except Refused:
            if await self._known(seat, "", payload):
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

    def _count(self, code: str) -> None:
        self.answered[code] = self.answered.get(code, 0) + 1


def _parts(data: Any) -> tuple[str, Any]:
    """An event's name and its one object; the name alone may be anything but must be a word."""
    if isinstance(data, strict.NotStrict):
        return "", errors.read(dict, data)
    if not isinstance(data, list) or not data or not isinstance(data[0], str):
        raise Refused("bad_request", "This is no event.")
    if len(data) != 2:
        raise Refused("bad_request", "Send one object.")
    return data[0], data[1]
