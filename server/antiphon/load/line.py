"""A Socket.IO client on a socket of its own: as little work as can be, for it is not what is measured."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlsplit

_UPGRADE = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
    "{more}\r\n"
)
_DEFLATE = (
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"  # as every browser offers
)
OPEN_S = 30.0


class Refused(ConnectionError):
    """The server would not have us; `answer` is what it said."""

    def __init__(self, answer: bytes) -> None:
        super().__init__(answer[:300].decode(errors="replace"))
        self.answer = answer


class Line(asyncio.Protocol):
    """`heard` is called with each event's JSON (`["event", {…}]`), `lost` when the connection is gone."""

    def __init__(self, namespace: str, auth: Any) -> None:
        self._auth = auth
        self._prefix = "" if namespace == "/" else f"{namespace},"
        self._head, self._acks_head = f"42{self._prefix}".encode(), f"43{self._prefix}".encode()
        self._rest = b""
        self._shaken = False
        self._next = 0
        self._acks: dict[bytes, Callable[[bytes], None]] = {}
        self._joined: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.heard: Callable[[bytes], None] = _ignore
        self.lost: Callable[[], None] = lambda: None
        self.transport: asyncio.Transport | None = None

    @classmethod
    async def open(
        cls, url: str, namespace: str, auth: Any = None, *, deflate: bool = False,
        heard: Callable[[bytes], None] | None = None,
    ) -> "Line":  # fmt: skip
        """Connect and join. Raises `Refused`, `OSError` or `TimeoutError`."""
        place = urlsplit(url)
        line = cls(namespace, auth)
        line.heard = heard or _ignore
        async with asyncio.timeout(OPEN_S):
            loop, port = asyncio.get_running_loop(), place.port or (443 if place.scheme == "https" else 80)
            secure = True if place.scheme == "https" else None
            await loop.create_connection(lambda: line, place.hostname or "", port, ssl=secure)
            assert line.transport is not None
            more = _DEFLATE if deflate else ""
            line.transport.write(_UPGRADE.format(host=place.netloc, more=more).encode())
            await line._joined
        return line

    def say(self, text: str) -> None:
        """A text frame, masked with nothing."""
        assert self.transport is not None
        payload = text.encode()
        size = len(payload)
        if size < 126:
            head = bytes((0x81, 0x80 | size))
        elif size < 65_536:
            head = b"\x81\xfe" + size.to_bytes(2, "big")
        else:
            head = b"\x81\xff" + size.to_bytes(8, "big")
        self.transport.write(head + b"\0\0\0\0" + payload)

    def emit(self, body: str, acked: Callable[[bytes], None] | None = None) -> None:
        """An event as JSON (`["say", {…}]`); `acked` gets the acknowledgement's JSON (`[{…}]`)."""
        if acked is None:
            self.say(f"42{self._prefix}{body}")
            return
        self._next += 1
        self._acks[str(self._next).encode()] = acked
        self.say(f"42{self._prefix}{self._next}{body}")

    async def ask(self, event: str, payload: Any) -> Any:
        """The acknowledgement's object."""
        answered: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.emit(json.dumps([event, payload]), answered.set_result)
        async with asyncio.timeout(OPEN_S):
            return json.loads(await answered)[0]

    def cut(self) -> None:
        """Vanish, as behind a tunnel."""
        if self.transport is not None:
            self.transport.abort()

    # -- asyncio ----------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._joined.done():
            self._joined.set_exception(Refused(self._rest or b"closed"))
        self.lost()

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        at, size = 0, len(data)
        if not self._shaken:
            at = data.find(b"\r\n\r\n") + 4
            if at < 4:
                self._rest = data
                return
            self._shaken = data.startswith(b"HTTP/1.1 101")
            if not self._shaken:
                self._refused(data)
                return
        while size - at >= 2:
            length, start = data[at + 1], at + 2
            if length > 125:
                start += 2 if length == 126 else 8
                length = int.from_bytes(data[at + 2 : start], "big")
            if size < start + length or start > size:
                break
            opcode = data[at] & 0x0F
            at = start + length
            if opcode == 1:
                self._frame(data[start:at])
        self._rest = data[at:]

    def _frame(self, text: bytes) -> None:
        if text.startswith(self._head):
            self.heard(text[len(self._head) :])
        elif text.startswith(self._acks_head):
            number, bracket, body = text[len(self._acks_head) :].partition(b"[")
            self._acks.pop(number)(bracket + body)
        elif text == b"2":
            self.say("3")
        elif text.startswith(b"0"):
            self.say(f"40{self._prefix}{json.dumps(self._auth) if self._auth else ''}")
        elif text.startswith(b"40"):
            self._joined.set_result(None)
        elif text.startswith(b"44"):
            self._refused(text)

    def _refused(self, answer: bytes) -> None:
        if not self._joined.done():
            self._joined.set_exception(Refused(answer))
        self.cut()


def _ignore(body: bytes) -> None:
    """Nobody listens."""
