"""engine.io's long-polling, for clients that begin with it and cannot be told otherwise: Rasa's own.

Such a connection is a `Link` like any other, only that its transport is a letter box: what it writes waits
for the client's next GET, what the client POSTs is read as if it had come in frames. As soon as the client
can, it moves to a websocket ("2probe", "3probe", "5"), and the link with it.
"""

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

from antiphon.gateway.wire.websocket import PING, PONG, TEXT, BadFrame, Reader, frame, from_client, texts

if TYPE_CHECKING:
    from antiphon.gateway.wire.engine import Engine
    from antiphon.gateway.wire.link import Link

_BETWEEN = "\x1e"  # packets of one body
_CLOSED, _NOOP = "1", "6"


class LetterBox(asyncio.Transport):
    """The transport of a link that polls."""

    def __init__(self) -> None:
        super().__init__()
        self.link: Link | None = None
        self.moving = False  # a websocket has been probed: what waits is not handed out here any more
        self.fetched = False  # somebody is fetching at this moment
        self._letters: list[str] = []
        self._size = 0
        self._closed = False
        self._news, self._reading = asyncio.Event(), asyncio.Event()
        self._reading.set()

    async def fetch(self, patience_s: float) -> str:
        """What waits, or will within some seconds; a noop when there is nothing, and while moving."""
        self.fetched = True
        try:
            async with asyncio.timeout(patience_s):
                await self._news.wait()
        except TimeoutError:
            return _NOOP
        finally:
            self.fetched = False
        if self.moving:
            return _NOOP
        return _BETWEEN.join(self.empty()) or (_CLOSED if self._closed else _NOOP)

    def empty(self) -> list[str]:
        """Take what waits."""
        letters, self._letters, self._size = self._letters, [], 0
        if not self._closed:
            self._news.clear()
        return letters

    async def heard(self, packets: list[str]) -> None:
        """Packets of the client, each when the link is ready for it."""
        for packet in packets:
            await self._reading.wait()
            if self.link is not None and not self._closed:
                self.link.data_received(from_client(packet))

    def move(self) -> None:
        """The client stands with one foot in a websocket: let go of its GET."""
        self.moving = True
        self._news.set()

    # -- what a link does with its transport --------------------------------------------------------

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._letters += texts(bytes(data))
        self._size += len(data)
        self._news.set()

    def get_write_buffer_size(self) -> int:
        return self._size

    def is_closing(self) -> bool:
        return self._closed

    def pause_reading(self) -> None:
        self._reading.clear()

    def resume_reading(self) -> None:
        self._reading.set()

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._news.set()
            self._reading.set()
            if self.link is not None:
                asyncio.get_running_loop().call_soon(self.link.connection_lost, None)

    def abort(self) -> None:
        self.close()


class Polling:
    """The polling links of an engine, by sid."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._boxes: dict[str, LetterBox] = {}

    def opened(self, link: "Link", box: LetterBox) -> None:
        box.link = link
        self._boxes[link.sid] = box

    def forget(self, link: "Link") -> None:
        """It has ended, or moved."""
        self._boxes.pop(link.sid, None)

    def known(self, sid: str, address: str) -> LetterBox | None:
        """The box of a sid, for who opened it."""
        box = self._boxes.get(sid)
        fits = box is not None and box.link is not None and box.link.came.address == address
        return box if fits else None

    async def fetch(self, box: LetterBox) -> web.Response | None:
        """A GET; None when one is under way already."""
        if box.fetched:
            return None
        return _answer(await box.fetch(self._engine.ping_interval + self._engine.ping_timeout))

    async def post(self, box: LetterBox, request: web.Request) -> web.Response | None:
        """A POST; None when it is not a body of packets."""
        if not 0 < (request.content_length or 0) <= self._engine.limits.frame_bytes:
            return None
        try:
            packets = (await request.read()).decode().split(_BETWEEN)
        except UnicodeDecodeError:
            return None
        if "" in packets:
            return None
        await box.heard(packets)
        return _answer("ok")

    def upgrade(self, box: LetterBox, transport: asyncio.Transport) -> "Upgrade":
        """What listens on a new websocket until the client has moved there."""
        return Upgrade(self._engine, self, box, transport)


class Upgrade(asyncio.Protocol):
    """A websocket whose client still polls."""

    def __init__(
        self, engine: "Engine", polling: Polling, box: LetterBox, transport: asyncio.Transport
    ) -> None:
        limits = engine.limits
        self._polling, self._box, self._transport = polling, box, transport
        self._reader = Reader(limits.frame_bytes)
        self._late = asyncio.get_running_loop().call_later(limits.connect_s, transport.abort)

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        try:
            while (found := self._reader.next()) is not None:
                if found == (TEXT, "5") and self._box.moving:
                    self._moved()
                    return
                self._step(*found)
        except BadFrame:
            self._transport.abort()

    def _step(self, opcode: int, payload: str | bytes) -> None:
        if opcode == PING and isinstance(payload, bytes):
            self._transport.write(frame(payload, PONG))
        elif (opcode, payload) == (TEXT, "2probe"):
            self._transport.write(frame(b"3probe"))
            self._box.move()
        elif opcode != PONG:
            raise BadFrame("not an upgrade")

    def _moved(self) -> None:
        """The link goes on here, with what was still waiting for it and from it."""
        link = self._box.link
        assert link is not None
        self._late.cancel()
        self._polling.forget(link)
        if link.ended:
            self._transport.abort()
            return
        self._transport.set_protocol(link)
        link.move(self._transport, self._box.empty())
        if rest := self._reader.rest():
            link.data_received(rest)

    def connection_lost(self, exc: Exception | None) -> None:
        self._late.cancel()
        if self._box.link is not None and not self._box.link.ended:
            self._box.link.abort("lost while it moved")


def _answer(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/plain", charset="UTF-8")
