"""The guards around python-socketio and python-engineio; nothing here knows of chats.

What the libraries do by themselves, found by experiment, and what stands against it:

- a frame that is empty, binary or no Socket.IO packet ends the reader and leaves a ghost:
  `GuardedWebSocket.wait` turns it into a clean close;
- a binary packet may announce ten thousand million attachments: refused (`GuardedPacket`);
- NaN, huge numbers, depth: `strict`; the packet keeps its header, so its sender gets an answer;
- the queue of what is to be sent has no bound: `BoundedQueue` cuts a peer that does not read
  (it resumes from its cursor);
- a peer may flood: the reader of `GuardedWebSocket` slows it down.

They rest on private names of exactly these versions; tests/gateway/test_guard.py holds them.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import engineio
from aiohttp import WSMsgType, web
from engineio.async_drivers import aiohttp as driver
from socketio import packet

from antiphon.gateway import strict
from antiphon.gateway.limits import Bucket, Limits

_ENGINE_MESSAGE, _ENGINE_FRAMES = "4", "13456"  # close, pong, message, upgrade, noop
_PACKETS = "0124"  # connect, disconnect, event, connect error (refused later); no binary, no acks


class BadFrame(ValueError):
    """Not a packet a client may send."""


class GuardedPacket(packet.Packet):  # type: ignore[misc]  # the library has no types
    """A Socket.IO packet without binary. Bad JSON becomes `data = NotStrict(...)`."""

    uses_binary_events = False
    json = strict

    def decode(self, encoded_packet: str) -> int:
        try:
            attachments = super().decode(encoded_packet)
        except strict.NotStrict as no:
            self.data = no
            attachments = 0
        except ValueError as no:
            raise BadFrame(str(no)) from None
        if attachments or self.packet_type not in (packet.CONNECT, packet.DISCONNECT, packet.EVENT):
            raise BadFrame("not a packet a client may send")
        return 0


class BoundedQueue(asyncio.Queue[Any]):
    """Packets to be sent, bounded in number and bytes. The sentinel None always fits."""

    def __init__(self, limits: Limits) -> None:
        super().__init__()
        self._items, self.bytes_allowed = limits.queue_items, limits.queue_bytes_visitor
        self._bytes = 0
        self.overflowed = False
        self.on_overflow: Callable[[], None] = lambda: None

    def put_nowait(self, item: Any) -> None:
        if self.overflowed and item is not None:
            return
        if item is not None and (
            self.qsize() >= self._items or self._bytes + _size(item) > self.bytes_allowed
        ):
            self.overflowed = True
            self.on_overflow()
            return
        super().put_nowait(item)

    def _put(self, item: Any) -> None:
        self._bytes += _size(item)
        super()._put(item)

    def _get(self) -> Any:
        item = super()._get()
        self._bytes -= _size(item)
        return item


def _size(item: Any) -> int:
    return 0 if item is None else len(item.encode())


class GuardedWebSocket(driver.WebSocket):  # type: ignore[misc]  # the library has no types
    """The transport: text frames of known kinds only, at a bearable pace, uncompressed."""

    async def __call__(self, environ: dict[str, Any]) -> web.WebSocketResponse:
        self._bucket = Bucket(self.server.limits.frames)
        self._sock = web.WebSocketResponse(
            max_msg_size=self.server.max_http_buffer_size,
            compress=False,
            timeout=self.server.limits.linger_s,
        )
        await self._sock.prepare(environ["aiohttp.request"])
        self.environ = environ
        await self.handler(self)
        return self._sock

    async def wait(self) -> str:
        """The next frame. Raises OSError, which closes the connection, for all that is none."""
        message = await self._sock.receive()
        if message.type is not WSMsgType.TEXT or not _known(message.data):
            raise OSError("not a frame of ours")
        missing_s = self._bucket.take()
        if missing_s:
            await asyncio.sleep(missing_s)
        return str(message.data)


def _known(frame: str) -> bool:
    if not frame or frame[0] not in _ENGINE_FRAMES:
        return False
    return frame[0] != _ENGINE_MESSAGE or frame[1:2] in tuple(_PACKETS)


class GuardedEngine(engineio.AsyncServer):  # type: ignore[misc]  # the library has no types
    """engine.io with bounded queues, guarded transports and the peer's real address."""

    limits = Limits()
    peer_of: Callable[[web.Request], str] = staticmethod(lambda request: request.remote or "")

    def guard(self, limits: Limits, peer_of: Callable[[web.Request], str]) -> None:
        self.limits = limits
        self.peer_of = peer_of
        library: dict[str, Any] = self._async
        self._async: dict[str, Any] = {
            **library,
            "websocket": GuardedWebSocket,
            "translate_request": self._environ_of,
        }

    def create_queue(self, *args: Any, **kwargs: Any) -> BoundedQueue:
        return BoundedQueue(self.limits)

    def _environ_of(self, request: web.Request) -> dict[str, Any]:
        return {**driver.translate_request(request), "REMOTE_ADDR": self.peer_of(request)}
