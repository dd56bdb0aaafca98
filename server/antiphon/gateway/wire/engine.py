"""engine.io over websockets: who may open a connection, who is still there, who is cut."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

import engineio
import msgspec
import structlog
from aiohttp import web

from antiphon.gateway.address import is_loopback
from antiphon.gateway.limits import Limits
from antiphon.gateway.wire.deadlines import Deadlines
from antiphon.gateway.wire.link import Link
from antiphon.gateway.wire.polling import LetterBox, Polling
from antiphon.gateway.wire.websocket import frame, handshake

log = structlog.get_logger("antiphon.sockets")

_PING = frame(b"2")
PARTINGS = 25  # ended connections that are cleaned up in one turn of the loop
CLOSING_S = 2.0  # at shutdown a client may take this long to close


class Came(msgspec.Struct, frozen=True):
    """What a connection's HTTP request said; kept as long as the connection."""

    address: str  # the client's own, through the proxies we trust
    host_origin: str  # ours, as the client sees it
    origin: str | None
    agent: str | None


class Engine(engineio.AsyncServer):  # type: ignore[misc]  # the library has no types
    """The library's server with connections of our own. `guard` gives it its rules first."""

    def guard(
        self,
        limits: Limits,
        came: Callable[[web.Request], Came],
        origin_allowed: Callable[[web.Request], bool],
        said: Callable[[Link, str], None],
        left: Callable[[Link], None],
    ) -> None:
        """`said` gets each message in order; `left` is run once for each connection that ended."""
        self.limits, self._came, self._origin_allowed = limits, came, origin_allowed
        self.said, self._left = said, left
        self.sockets: dict[str, Link] = {}
        self.slow: set[Link] = set()  # who has more to read than its socket takes
        self._unflushed: list[Link] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._per_address: dict[str, int] = {}
        self._polling = Polling(self)
        self._parting: deque[Link] = deque()
        self._gone = asyncio.Event()
        self._strangers = Deadlines[Link](limits.connect_s, lambda link: link.abort("did not join"))
        self._quiet = Deadlines[Link](self.ping_interval, self._ping)
        self._asked = Deadlines[Link](self.ping_timeout, lambda link: link.end("ping timeout"))
        self._lingering = Deadlines[Link](limits.linger_s, lambda link: link.abort("lingers"))

    # -- coming -----------------------------------------------------------------------------------

    async def handle_request(self, request: web.Request) -> web.StreamResponse:
        """The only route: a websocket, or 400; also polling, until there is a websocket."""
        query = request.query
        answer: web.StreamResponse | None = None
        if query.get("EIO") == "4" and self._origin_allowed(request):
            sid = query.get("sid")
            match query.get("transport"), request.method:
                case "websocket", "GET":
                    answer = self._websocket(request, sid)
                case "polling", "GET" | "POST":
                    answer = await self._poll(request, sid)
        if answer is None:
            return web.json_response("Bad request: only engine.io 4, from our pages", status=400)
        if origin := request.headers.get("Origin"):
            answer.headers["Access-Control-Allow-Origin"] = origin
            answer.headers["Vary"] = "Origin"
        return answer

    def _websocket(self, request: web.Request, sid: str | None) -> web.StreamResponse | None:
        """A new connection, or one that polled and moves here."""
        answer, transport = handshake(request.headers), request.transport
        if answer is None or transport is None:
            return None
        listener: asyncio.Protocol
        if sid is None:
            link = self._new(self._came(request), transport)
            if link is None:
                return None
            listener = link
        else:
            box = self._polling.known(sid, self._came(request).address)
            if box is None:
                return None
            listener = self._polling.upgrade(box, transport)
        transport.write(answer)
        if isinstance(listener, Link):
            listener.send(self._opening(listener.sid, upgrades=[]))
        _take_over(request, transport, listener)
        return _Taken(status=101)

    async def _poll(self, request: web.Request, sid: str | None) -> web.StreamResponse | None:
        came = self._came(request)
        if sid is not None:
            box = self._polling.known(sid, came.address)
            if box is None:
                return None
            return await (
                self._polling.fetch(box) if request.method == "GET" else self._polling.post(box, request)
            )
        box = LetterBox()
        link = self._new(came, box) if request.method == "GET" else None
        if link is None:
            return None
        self._polling.opened(link, box)
        link.send(self._opening(link.sid, upgrades=["websocket"]))
        link.flush()
        return await self._polling.fetch(box)

    def _new(self, came: Came, transport: asyncio.Transport) -> Link | None:
        if not self._has_room(came.address):
            return None
        link = Link(self, self.generate_id(), came, transport)
        self.sockets[link.sid] = link
        self._per_address[came.address] = self._per_address.get(came.address, 0) + 1
        self._strangers.add(link)
        self._quiet.add(link)
        return link

    def _has_room(self, address: str) -> bool:
        return self._per_address.get(address, 0) < self.limits.sockets_per_address or is_loopback(address)

    def _opening(self, sid: str, upgrades: list[str]) -> bytes:
        return frame(b"0" + msgspec.json.encode({
            "sid": sid, "upgrades": upgrades, "pingInterval": int(self.ping_interval * 1000),
            "pingTimeout": int(self.ping_timeout * 1000), "maxPayload": self.limits.frame_bytes,
        }))  # fmt: skip

    def joined(self, link: Link) -> None:
        """It is somebody now."""
        self._strangers.remove(link)

    def strange(self, link: Link) -> None:
        """It is nobody: it has a while to join."""
        if link not in self._strangers and not link.ended:
            self._strangers.add(link)

    # -- staying ----------------------------------------------------------------------------------

    def _ping(self, link: Link) -> None:
        link.send(_PING)
        self._asked.add(link)
        self._bound()

    def answered(self, link: Link) -> None:
        """A pong; one that nobody asked for proves nothing."""
        if link in self._asked:
            self._asked.remove(link)
            self._quiet.add(link)

    def _bound(self) -> None:
        """All together may not have more unsent than this; the largest goes first."""
        unsent = {link: link.unsent for link in self.slow}
        while sum(unsent.values()) > self.limits.queue_bytes_all:
            largest = max(unsent, key=unsent.__getitem__)
            del unsent[largest]
            largest.abort("too much waits for it")

    def flush_soon(self, link: Link) -> None:
        """Write what it has at the end of this turn of the loop."""
        if not self._unflushed:
            asyncio.get_running_loop().call_soon(self._flush)
        self._unflushed.append(link)

    def _flush(self) -> None:
        links, self._unflushed = self._unflushed, []
        for link in links:
            link.flush()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """A task that is kept until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- going ------------------------------------------------------------------------------------

    def ended(self, link: Link) -> None:
        """It is over; its transport may linger a little."""
        for deadlines in (self._strangers, self._quiet, self._asked):
            deadlines.remove(link)
        self._lingering.add(link)
        self._leave_address(link.came.address)

    def _leave_address(self, address: str) -> None:
        left = self._per_address[address] - 1
        if left:
            self._per_address[address] = left
        else:
            del self._per_address[address]

    def lost(self, link: Link) -> None:
        """Its transport is gone."""
        self._lingering.remove(link)
        self._polling.forget(link)
        self.slow.discard(link)
        self._gone.set()

    def part(self, link: Link) -> None:
        """Clean up after it; a few in each turn of the loop, so that the others go on."""
        if not self._parting:
            asyncio.get_running_loop().call_soon(self._clean_up)
        self._parting.append(link)

    def _clean_up(self) -> None:
        for _ in range(min(PARTINGS, len(self._parting))):
            link = self._parting.popleft()
            del self.sockets[link.sid]
            self._left(link)
        if self._parting:
            asyncio.get_running_loop().call_soon(self._clean_up)

    async def close_all(self, reason: str) -> None:
        """End every connection and clean up; whoever does not close in time is cut."""
        for link in list(self.sockets.values()):
            link.end(reason)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_S):
                while self._lingering:
                    self._gone.clear()
                    await self._gone.wait()
        for link in list(self.sockets.values()):
            link.abort("shutdown")
        while self._parting:
            self._clean_up()


def _take_over(request: web.Request, transport: asyncio.Transport, listener: asyncio.Protocol) -> None:
    """The socket is the listener's from here on; HTTP is told that its connection is gone."""
    http: Any = request.protocol
    tail = http._message_tail  # what came right behind the request
    transport.set_protocol(listener)
    http.transport = None
    http.connection_lost(None)
    if tail:
        listener.data_received(tail)


class _Taken(web.StreamResponse):
    """The end of HTTP on a connection that goes on without it."""

    prepared = True

    async def prepare(self, request: web.BaseRequest) -> None:
        self.force_close()

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is written."""
