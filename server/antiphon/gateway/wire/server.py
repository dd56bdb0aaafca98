"""The Socket.IO server: python-socketio's protocol, our rules.

Rules:
1. Every client event goes to one function, `answer`; no event name reaches a handler of the
   library, so "connect" and "disconnect" cannot be called by a client.
2. `post` emits: encoded once, the same bytes for all in a room, in order, never waiting.
3. Coming and going is the library's; events and answers never touch it.
"""

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from functools import partial
from typing import Any

import socketio
from aiohttp import web

from antiphon.gateway.limits import Limits
from antiphon.gateway.wire import packets
from antiphon.gateway.wire.engine import Came, Engine
from antiphon.gateway.wire.link import Link
from antiphon.gateway.wire.rooms import Rooms
from antiphon.gateway.wire.websocket import BadFrame, frame

Reply = Callable[[Any], None]
Answer = Callable[[str, str, str, Reply], Coroutine[Any, Any, None] | None]
Welcome = Callable[[str, str], Awaitable[None]]
Left = Callable[[str, str], None]


class Server(socketio.AsyncServer):  # type: ignore[misc]  # the library has no types
    """Its owner sets what happens:

    `answer(namespace, sid, JSON, reply)` gets every event and replies once, at once or later; what
    it gives back, if anything, is awaited before the client is heard again.
    `welcome(namespace, sid)` runs once joined, `left(namespace, sid)` when it is over.
    """

    def __init__(
        self,
        *,
        namespaces: Iterable[str],
        limits: Limits,
        came: Callable[[web.Request], Came],
        origin_allowed: Callable[[web.Request], bool],
        ping_interval_s: float = 15,
        ping_timeout_s: float = 10,
    ) -> None:
        super().__init__(
            async_mode="aiohttp", client_manager=Rooms(), namespaces=list(namespaces),
            serializer=packets.Packet, always_connect=False, monitor_clients=False,
            ping_interval=ping_interval_s, ping_timeout=ping_timeout_s, logger=False, engineio_logger=False,
        )  # fmt: skip
        self.eio.guard(limits, came, origin_allowed, self._said, self._gone)
        self.joining = 0  # connections that are being let in and welcomed
        self.answer: Answer = _nobody_answers
        self.welcome: Welcome = _nobody_welcomes
        self.left: Left = lambda namespace, sid: None

    # -- speaking ---------------------------------------------------------------------------------

    def post(
        self, namespace: str, room: str, event: str, payload: Any, *, skip: str | None = None,
        hint: bool = False,
    ) -> None:  # fmt: skip
        """Emit to a room (or one sid); bytes are JSON already, a `hint` may be lost by who reads slowly."""
        audience = self.manager.audience(namespace, room)
        if audience:
            encoded = packets.event_frame(namespace, event, payload)
            for member in list(audience.values()):
                if member.sid != skip:
                    member.link.send(encoded, hint=hint)

    def join(self, namespace: str, sid: str, room: str) -> None:
        if self.manager.is_connected(sid, namespace):
            self.manager.basic_enter_room(sid, namespace, room)

    def part(self, namespace: str, sid: str, room: str) -> None:
        self.manager.basic_leave_room(sid, namespace, room)

    def members(self, namespace: str, room: str | None) -> list[str]:
        """The sids in a room; None is everybody."""
        return list(self.manager.audience(namespace, room))

    def where(self, room: str, namespaces: Iterable[str]) -> list[str]:
        """Those of the namespaces that have somebody in this room."""
        rooms = self.manager.rooms
        return [namespace for namespace in namespaces if room in rooms.get(namespace, ())]

    def rooms_of(self, namespace: str) -> list[str]:
        """The names of all rooms with somebody in them."""
        return list(self.manager.rooms.get(namespace, ()))

    def came(self, namespace: str, sid: str) -> Came:
        """What the HTTP request of a connection said."""
        member = self.manager.member(namespace, sid)
        if member is None:
            raise LookupError("nobody of this sid")
        came: Came = member.link.came
        return came

    def allow_bytes(self, sid: str, namespace: str, allowed: int) -> None:
        """How much may wait to be sent to this peer."""
        member = self.manager.member(namespace, sid)
        if member is not None:
            member.link.allowed = allowed

    # -- ending -----------------------------------------------------------------------------------

    def drop(self, sid: str, namespace: str, reason: str = "server disconnect") -> None:
        """End the whole connection a socket belongs to; the client may come back."""
        member = self.manager.member(namespace, sid)
        if member is not None:
            member.link.end(reason)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """A task that is kept until it is done."""
        self.eio.spawn(work)

    async def close_all(self) -> None:
        """End every connection, at shutdown."""
        await self.eio.close_all("shutdown")

    # -- hearing ----------------------------------------------------------------------------------

    def _said(self, link: Link, message: str) -> None:
        """One engine.io message, `4` included."""
        kind = message[1:2]
        if kind == packets.EVENT:
            self._event(link, *packets.event_of(message))
        elif kind in (packets.CONNECT, packets.DISCONNECT):
            link.hold(self._come_or_go(link, packets.Packet(encoded_packet=message[1:]), kind))
        else:
            raise BadFrame("not a packet a client may send")

    def _event(self, link: Link, namespace: str, number: int | None, body: str) -> None:
        member = link.members.get(namespace)
        if member is None or not member.connected:
            return
        reply = _unheard if number is None else partial(_reply, link, namespace, number)
        waits = self.answer(namespace, member.sid, body, reply)
        if waits is not None:
            link.hold(waits)

    async def _come_or_go(self, link: Link, said: packets.Packet, kind: str) -> None:
        namespace = (said.namespace or "/").partition("?")[0]
        if kind == packets.DISCONNECT:
            self._leave(link, namespace)
            return
        self.environ[link.sid] = {}
        self.joining += 1
        try:
            await self._join(link, namespace, said.data)
        finally:
            self.joining -= 1
            del self.environ[link.sid]

    async def _join(self, link: Link, namespace: str, auth: Any) -> None:
        await self._handle_connect(link.sid, namespace, auth)
        member = link.members.get(namespace)
        if member is not None and member.connected and not link.ended:
            self.eio.joined(link)
            await self.welcome(namespace, member.sid)

    def _leave(self, link: Link, namespace: str) -> None:
        """Out of one namespace; who is in none must join one soon."""
        member = link.members.get(namespace)
        if member is not None:
            self.manager.basic_disconnect(member.sid, namespace)
            self.left(namespace, member.sid)
            if not link.members and not link.ended:
                self.eio.strange(link)

    def _gone(self, link: Link) -> None:
        for namespace in list(link.members):
            self._leave(link, namespace)

    # -- what the library calls -------------------------------------------------------------------

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

    async def _send_packet(self, eio_sid: str, pkt: packets.Packet) -> None:
        link = self.eio.sockets.get(eio_sid)
        if link is not None:
            link.send(frame(b"4" + pkt.encode().encode()))


def _reply(link: Link, namespace: str, number: int, answer: Any) -> None:
    link.send(packets.answer_frame(namespace, number, answer))


def _unheard(answer: Any) -> None:
    """Nobody asked for an acknowledgement."""


def _nobody_answers(namespace: str, sid: str, body: str, reply: Reply) -> None:
    """Before the server has an owner."""


async def _nobody_welcomes(namespace: str, sid: str) -> None:
    """Before the server has an owner."""
