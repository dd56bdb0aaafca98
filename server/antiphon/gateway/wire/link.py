"""One connection: an asyncio protocol on the socket itself, once HTTP has let go of it.

Reading: frame by frame, at a bearable pace, and none while a call that must wait is under way;
so a client's events are done in the order it sent them, without a task for each.
Writing: what one turn of the loop has for a peer goes out in one write. What waits to be sent is
bounded: for who reads too slowly hints are dropped, and beyond the bound he is cut; he resumes
from his cursor.
"""

import asyncio
import random
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import structlog

from antiphon.gateway.limits import Bucket
from antiphon.gateway.wire.websocket import CLOSE, PING, PONG, TEXT, BadFrame, Reader, frame

if TYPE_CHECKING:
    from antiphon.gateway.wire.engine import Came, Engine
    from antiphon.gateway.wire.rooms import Member

log = structlog.get_logger("antiphon.sockets")

_FREE = 65_536  # up to here nobody asks how much waits
_CRUMB = 256  # bytes: less at a time, and not the end of a frame, counts like a frame
_TURN = 8  # frames of one peer that are heard before the others have their turn
_REST_S = (0.05, 0.15)  # who is too fast rests at least so long: seldom, and not all of them at once
_PONG, _CLOSED, _MESSAGE, _MEANINGLESS = "3", "1", "4", ("5", "6")  # engine.io's upgrade and noop
_GOODBYE = frame(b"1") + frame(b"\x03\xe8", CLOSE)  # engine.io's close, then the websocket's (1000)


class Link(asyncio.Protocol):
    """`members` are its namespaces; `send` takes a whole frame and waits for nobody."""

    __slots__ = (
        "_bucket", "_busy", "_engine", "_out", "_owed_s", "_paused", "_reader", "_transport", "_waiting",
        "_works", "allowed", "came", "ended", "members", "sid",
    )  # fmt: skip

    def __init__(self, engine: "Engine", sid: str, came: "Came", transport: asyncio.Transport) -> None:
        limits = engine.limits
        self._engine, self.sid, self.came, self._transport = engine, sid, came, transport
        self._reader, self._bucket = Reader(limits.frame_bytes), Bucket(limits.frames)
        self._out: list[bytes] = []
        self._waiting = 0  # bytes in `_out`
        self._busy = self._works = self._paused = False
        self._owed_s = 0.0
        self.allowed = limits.queue_bytes_visitor  # bytes that may wait to be sent
        self.members: dict[str, Member] = {}
        self.ended = False

    # -- reading ----------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        if not self._busy:
            if not self._read() and len(data) < _CRUMB:
                self._spend()
        elif self._reader.held > self._engine.limits.frame_bytes:
            self._transport.pause_reading()

    def _read(self) -> bool:
        """All frames that are there, until one must be waited for. Was there any?"""
        heard = 0
        try:
            while not self._busy and (found := self._reader.next()) is not None:
                heard += 1
                self._frame(*found)
                self._spend()
                if heard == _TURN and not self._busy:
                    self._busy = True
                    asyncio.get_running_loop().call_soon(self._go_on)
        except BadFrame as no:
            self.end(str(no))
        return heard > 0

    def _spend(self) -> None:
        missing_s = self._bucket.spend()
        if missing_s and self._works:
            self._owed_s = missing_s  # to rest when the call is done
        elif missing_s:
            self._rest(missing_s)

    def _frame(self, opcode: int, payload: Any) -> None:
        if opcode == CLOSE:
            self.end()
            self._transport.close()
        elif self.ended or opcode == PONG or payload == "":
            return  # what is still said after the end is not heard; a part of a message is none yet
        elif opcode == PING:
            self.send(frame(payload, PONG))
        elif opcode == TEXT and payload[0] == _MESSAGE:
            self._engine.said(self, payload)
        elif payload[0] == _PONG:
            self._engine.answered(self)
        elif payload[0] == _CLOSED:
            self.end()
        elif payload[0] not in _MEANINGLESS:
            raise BadFrame("not a frame of ours")

    def _rest(self, missing_s: float) -> None:
        """Too fast: let it wait before more is read."""
        self._busy = True
        self._transport.pause_reading()
        asyncio.get_running_loop().call_later(max(missing_s, random.uniform(*_REST_S)), self._go_on)

    def hold(self, work: Coroutine[Any, Any, None]) -> None:
        """Read nothing more until this is done."""
        self._busy = self._works = True
        self._engine.spawn(self._held(work))

    async def _held(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._works = False
            if self.ended:
                self._engine.part(self)
            self._go_on()

    def _go_on(self) -> None:
        owed_s, self._owed_s = self._owed_s, 0.0
        if owed_s and not self._transport.is_closing():
            self._rest(owed_s)
            return
        self._busy = False
        if not self._transport.is_closing():
            self._transport.resume_reading()
            self._read()

    # -- writing ----------------------------------------------------------------------------------

    def send(self, data: bytes, *, hint: bool = False) -> None:
        """A whole frame. A `hint` (typing, presence) may be lost when the peer reads slowly."""
        if self.ended:
            return
        self._waiting += len(data)
        if (self._paused or self._waiting > _FREE) and not self._fits(len(data), hint=hint):
            return
        if not self._out:
            self._engine.flush_soon(self)
        self._out.append(data)

    def _fits(self, size: int, *, hint: bool) -> bool:
        if hint and self._paused:
            self._waiting -= size
            return False
        if self.unsent <= self.allowed:
            return True
        self.abort("does not read")
        return False

    @property
    def unsent(self) -> int:
        """Bytes that wait for the peer to read."""
        return self._waiting + self._transport.get_write_buffer_size()

    def flush(self) -> None:
        """Write what has gathered."""
        out, self._out, self._waiting = self._out, [], 0
        if out and not self._transport.is_closing():
            self._transport.write(out[0] if len(out) == 1 else b"".join(out))

    def pause_writing(self) -> None:
        self._paused = True
        self._engine.slow.add(self)

    def resume_writing(self) -> None:
        self._paused = False
        self._engine.slow.discard(self)

    def move(self, transport: asyncio.Transport, letters: list[str]) -> None:
        """Go on over another transport; `letters` had been written and were not fetched."""
        self._transport, self._paused = transport, False
        if self._busy:
            transport.pause_reading()
        for letter in letters:
            transport.write(frame(letter.encode()))

    # -- ending -----------------------------------------------------------------------------------

    def end(self, reason: str | None = None) -> None:
        """Say goodbye, for a reason of ours; the peer closes, or is cut when it lingers."""
        if not self.ended:
            if reason is not None:
                log.info("socket_ended", reason=reason)
            self.send(_GOODBYE)
            self.flush()
            self._over()

    def abort(self, reason: str) -> None:
        """Cut the connection; what waits to be sent is lost."""
        log.info("socket_cut", reason=reason)
        self._over()
        self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._over()
        self._engine.lost(self)

    def _over(self) -> None:
        """Its places are given up once, and not before a call of it is done."""
        if self.ended:
            return
        self.ended = True
        self._out.clear()
        self._engine.ended(self)
        if not self._works:
            self._engine.part(self)
