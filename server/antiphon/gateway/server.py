"""The Socket.IO server: python-socketio's protocol, our rules.

Rules:
1. Every client event goes to one function, `answer`; no event name reaches a handler of the
   library, so "connect" and "disconnect" cannot be called by a client.
2. `post` emits: encoded once, put straight into the queues of this node's sockets, in order,
   never waiting for anybody.
3. A socket that does not join a namespace in time, or whose writer hangs after its end, is cut.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import socketio
import structlog
from aiohttp import web
from engineio import packet as engine_packet
from socketio import packet

from antiphon.gateway.address import is_loopback
from antiphon.gateway.guard import BoundedQueue, GuardedEngine, GuardedPacket
from antiphon.gateway.limits import Limits

log = structlog.get_logger("antiphon.sockets")

Answer = Callable[[str, str, Any], Awaitable[Any]]
Welcome = Callable[[str, str], Awaitable[None]]


class Server(socketio.AsyncServer):  # type: ignore[misc]  # the library has no types
    """`answer(namespace, sid, data)` gets every event; `welcome(namespace, sid)` runs once joined."""

    def __init__(
        self,
        *,
        namespaces: Iterable[str],
        limits: Limits,
        peer_of: Callable[[web.Request], str],
        origin_allowed: Callable[[str | None, dict[str, Any]], bool],
        ping_interval_s: float = 15,
        ping_timeout_s: float = 10,
    ) -> None:
        self.limits = limits
        super().__init__(
            async_mode="aiohttp", namespaces=list(namespaces), serializer=GuardedPacket,
            transports=["websocket"], async_handlers=False, always_connect=False, cookie=None,
            cors_allowed_origins=origin_allowed, cors_credentials=False, http_compression=False,
            ping_interval=ping_interval_s, ping_timeout=ping_timeout_s,
            max_http_buffer_size=limits.frame_bytes, logger=False, engineio_logger=False,
        )  # fmt: skip
        self.eio.guard(limits, peer_of)
        self.answer: Answer | None = None
        self.welcome: Welcome | None = None
        self._deadlines: dict[str, asyncio.TimerHandle] = {}
        self._per_address: dict[str, int] = {}

    # -- speaking ---------------------------------------------------------------------------------

    def post(self, namespace: str, room: str, event: str, payload: Any, *, skip: str | None = None) -> None:
        """Emit to a room (or one sid). Encoded once; nobody is waited for."""
        people = [eio for sid, eio in self.manager.get_participants(namespace, room) if sid != skip]
        if not people:
            return
        encoded = GuardedPacket(packet.EVENT, [event, payload], namespace=namespace).encode()
        ready = engine_packet.Packet(engine_packet.MESSAGE, encoded)
        for eio_sid in people:
            socket = self.eio.sockets.get(eio_sid)
            if socket is not None and not socket.closed:
                socket.queue.put_nowait(ready)

    def join(self, namespace: str, sid: str, room: str) -> None:
        if self.manager.is_connected(sid, namespace):
            self.manager.basic_enter_room(sid, namespace, room)

    def part(self, namespace: str, sid: str, room: str) -> None:
        if room in self.manager.get_rooms(sid, namespace):
            self.manager.basic_leave_room(sid, namespace, room)

    def members(self, namespace: str, room: str) -> list[str]:
        return [sid for sid, _ in self.manager.get_participants(namespace, room)]

    def rooms_of(self, namespace: str) -> list[str]:
        """The names of all rooms with somebody in them; private rooms of one sid included."""
        return [room for room in self.manager.rooms.get(namespace, {}) if room is not None]

    def request_of(self, sid: str, namespace: str) -> web.Request:
        """The HTTP request a socket came by; the library's own, which no client can forge."""
        request: web.Request = self.get_environ(sid, namespace)["aiohttp.request"]
        return request

    def address_of(self, sid: str, namespace: str) -> str:
        return str(self.get_environ(sid, namespace)["REMOTE_ADDR"])

    def allow_bytes(self, sid: str, namespace: str, allowed: int) -> None:
        """How much may wait to be sent to this peer."""
        socket = self.eio.sockets.get(self.manager.eio_sid_from_sid(sid, namespace))
        if socket is not None:
            socket.queue.bytes_allowed = allowed

    # -- ending -----------------------------------------------------------------------------------

    async def drop(self, sid: str, namespace: str, reason: str = "server disconnect") -> None:
        """End the whole connection a socket belongs to; the client may come back."""
        eio_sid = self.manager.eio_sid_from_sid(sid, namespace)
        if eio_sid is not None:
            await self._end(eio_sid, reason)

    async def close_all(self) -> None:
        """End every connection, at shutdown."""
        await asyncio.gather(*(self._end(eio_sid, "shutdown") for eio_sid in list(self.eio.sockets)))

    async def _end(self, eio_sid: str, reason: str) -> None:
        socket = self.eio.sockets.get(eio_sid)
        if socket is None or socket.closed:
            return
        log.info("socket_ended", reason=reason)
        await socket.close(wait=False)
        socket.queue.put_nowait(None)  # the writer sends what is left, then closes

    # -- what the library calls -------------------------------------------------------------------

    def _engineio_server_class(self) -> type[GuardedEngine]:
        return GuardedEngine

    async def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> bool | None:
        address = environ["REMOTE_ADDR"]
        if self._per_address.get(address, 0) >= self.limits.sockets_per_address and not is_loopback(address):
            return False
        self._per_address[address] = self._per_address.get(address, 0) + 1
        await super()._handle_eio_connect(eio_sid, environ)
        self._watch(eio_sid, environ["aiohttp.request"])
        return None

    def _watch(self, eio_sid: str, request: web.Request) -> None:
        queue = self.eio.sockets[eio_sid].queue
        if isinstance(queue, BoundedQueue):
            queue.on_overflow = lambda: _abort(request, "does not read")
        self._await_join(eio_sid, request)

    def _await_join(self, eio_sid: str, request: web.Request) -> None:
        loop = asyncio.get_running_loop()
        late = loop.call_later(self.limits.connect_s, _abort, request, "did not join")
        self._deadlines[eio_sid] = late

    async def _handle_eio_disconnect(self, eio_sid: str, reason: str) -> None:
        environ = self.environ.get(eio_sid)
        self._joined(eio_sid)
        await super()._handle_eio_disconnect(eio_sid, reason)
        if environ is not None:
            self._forget(environ["REMOTE_ADDR"])
            request = environ["aiohttp.request"]
            asyncio.get_running_loop().call_later(self.limits.linger_s, _abort, request, "lingers")

    def _forget(self, address: str) -> None:
        left = self._per_address.get(address, 1) - 1
        if left:
            self._per_address[address] = left
        else:
            self._per_address.pop(address, None)

    def _joined(self, eio_sid: str) -> None:
        deadline = self._deadlines.pop(eio_sid, None)
        if deadline is not None:
            deadline.cancel()

    async def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        if eio_sid not in self.environ:
            return  # it was ended; what it still says is not heard
        try:
            said = GuardedPacket(encoded_packet=data)
        except ValueError as no:
            await self._end(eio_sid, str(no))
            return
        if said.packet_type == packet.CONNECT:
            await self._handle_connect(eio_sid, said.namespace, said.data)
        elif said.packet_type == packet.DISCONNECT:
            await self._handle_disconnect(eio_sid, said.namespace)
        else:
            await self._handle_event(eio_sid, said.namespace, said.id, said.data)

    async def _handle_connect(self, eio_sid: str, namespace: str | None, data: Any) -> None:
        await super()._handle_connect(eio_sid, namespace, data)
        name = namespace or "/"
        sid = self.manager.sid_from_eio_sid(eio_sid, name)
        if sid is None or not self.manager.is_connected(sid, name):
            return
        self._joined(eio_sid)
        if self.welcome is not None:
            await self.welcome(name, sid)

    async def _handle_disconnect(
        self, eio_sid: str, namespace: str | None, reason: str | None = None
    ) -> None:
        sid = self.manager.sid_from_eio_sid(eio_sid, namespace or "/")
        if sid is None:
            return
        await super()._handle_disconnect(eio_sid, namespace, reason)
        if eio_sid not in self._deadlines and reason is None:
            self._await_join(eio_sid, self.environ[eio_sid]["aiohttp.request"])

    async def _handle_event(self, eio_sid: str, namespace: str | None, ack_id: int | None, data: Any) -> None:
        name = namespace or "/"
        sid = self.manager.sid_from_eio_sid(eio_sid, name)
        if self.answer is None or not self.manager.is_connected(sid, name):
            return
        answer = await self.answer(name, sid, data)
        if ack_id is not None:
            acked = GuardedPacket(packet.ACK, [answer], namespace=name, id=ack_id)
            await self.eio.send(eio_sid, acked.encode())


def _abort(request: web.Request, why: str) -> None:
    transport = request.transport
    if transport is not None:
        log.info("socket_cut", reason=why)
        transport.abort()
