"""Connecting: who may sit down, in which rooms, and what he is told first.

`build` makes the whole wire from explicit arguments; `Wire` is what `app.py` holds on to.
"""

import asyncio
import random
import uuid
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import structlog
from aiohttp import web
from socketio.exceptions import ConnectionRefusedError as Refusal

from antiphon.backplane.port import Backplane
from antiphon.backplane.presence import TOPIC, Presence
from antiphon.desk import Desk
from antiphon.domain import commands as ask
from antiphon.domain.errors import Refused
from antiphon.domain.events import Actor, Event
from antiphon.gateway import errors, frames
from antiphon.gateway.access import Access, at_least, engaged
from antiphon.gateway.address import Proxies, is_loopback, origin_of
from antiphon.gateway.auth import Passwords
from antiphon.gateway.calls import Calls
from antiphon.gateway.hall import Behind, Board, Hall, Settings, no_behind
from antiphon.gateway.inbound.agent import AgentDesk
from antiphon.gateway.inbound.supervisor import SupervisorDesk
from antiphon.gateway.inbound.visitor import VisitorDesk
from antiphon.gateway.limits import Bucket, Buckets
from antiphon.gateway.outbound import SIGNAL, Outbound, Signals, room_of, user_room
from antiphon.gateway.pulse import Pulse
from antiphon.gateway.rasa.socket import ROOT, RasaSocket
from antiphon.gateway.rasa.webhook import RasaWebhook
from antiphon.gateway.render import Renderer
from antiphon.gateway.roster import Roster
from antiphon.gateway.seats import Seat, Seats
from antiphon.gateway.server import Server
from antiphon.gateway.views import Views
from antiphon.gateway.visiting import Visiting
from antiphon.journal.directory import Directory

log = structlog.get_logger("antiphon.sockets")

DRAIN_SPREAD_MS = 5_000  # clients come back over this time, not all at once
SETTLE_S = 3.0  # what was begun may end; a query cut in the middle costs its connection
DIRECTORY, LOGOUT = "directory", "logout"  # signals between nodes


class Wire:
    """The gateway's sockets. `outbound.on_events` is the tail's listener; `run` its tasks."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.outbound = Outbound(hall.server, hall.seats, hall.render, hall.desk.floor)
        self.signals = Signals(hall.server, hall.backplane)
        self.pulse = Pulse(hall)
        self._visiting = Visiting(hall)
        self._joins = Bucket(hall.settings.limits.joins)
        self._strangers = Buckets(hall.settings.limits.strangers)
        self._tasks: set[asyncio.Task[Any]] = set()
        self.rasa, self.webhook = RasaSocket(hall), RasaWebhook(hall)
        self.calls = Calls(hall, {
            "/visitor": VisitorDesk(hall, self.signals).handlers(),
            "/agent": AgentDesk(hall, self.signals).handlers(),
            "/supervisor": SupervisorDesk(hall, self.signals).handlers(),
        })  # fmt: skip
        self._wire_up()

    def _wire_up(self) -> None:
        server = self.hall.server
        server.answer, server.welcome = self._answer, self.welcome
        connects = {ROOT: self._rasa_client, "/visitor": self._visitor}
        for namespace in (*frames.NAMESPACES, ROOT):
            connect = connects.get(namespace, self._user)
            server.on("connect", self._connecting(namespace, connect), namespace=namespace)
            server.on("disconnect", self._disconnecting(namespace), namespace=namespace)
        self.outbound.changed = self._changed
        self.outbound.offer_of = self._offer
        self.outbound.elsewhere = self._elsewhere
        self.hall.presence.on_change(self._came_or_went)
        self.hall.backplane.listen(lambda: None, self._hear)

    # -- life -------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Before the first connection."""
        await self.hall.roster.load()
        await self.hall.passwords.prepare()
        self.outbound.start()

    def run(self) -> Sequence[Coroutine[Any, Any, None]]:
        """The loops; the application owns their tasks."""
        return (self.pulse.run(), self.pulse.heads(), self.pulse.presence())

    async def drain(self) -> None:
        """Say that this node goes away, and end every connection. Once is enough."""
        if self.hall.draining:
            return
        self.hall.draining = True
        for namespace in frames.NAMESPACES:
            for room in list(self.hall.server.members(namespace, None)):  # type: ignore[arg-type]  # None: everybody
                notice = frames.Notice(kind="draining", retry_in_ms=random.randint(100, DRAIN_SPREAD_MS))
                self.hall.server.post(namespace, room, "notice", notice)
        await self.hall.server.shutdown()
        await self.hall.server.close_all()
        await self.pulse.settle()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=SETTLE_S)
        for task in list(self._tasks):
            task.cancel()

    # -- connecting -------------------------------------------------------------------------------

    def _connecting(self, namespace: str, connect: Callable[[str, str, Any], Any]) -> Callable[..., Any]:
        async def connecting(sid: str, environ: Mapping[str, Any], auth: Any) -> None:
            request_id = uuid.uuid4().hex[:16]
            try:
                self._allow()
                await connect(namespace, sid, auth)
            except Refused as no:
                raise Refusal(no.message, errors.shape(no, request_id)) from None
            except Exception:  # the edge: a fault becomes an answer and a line in the log
                log.exception("connect_failed", namespace=namespace, request_id=request_id)
                fault = Refused("unavailable", "This does not work just now. Try again.", retryable=True)
                raise Refusal(fault.message, errors.shape(fault, request_id)) from None

        return connecting

    def _allow(self) -> None:
        missing_s = self._joins.take()
        if missing_s or self.hall.draining:
            retry_ms = int(missing_s * 1000) + random.randint(100, DRAIN_SPREAD_MS)
            raise Refused("unavailable", "Too many at once.", retryable=True, retry_after_ms=retry_ms)

    async def _answer(self, namespace: str, sid: str, data: Any) -> Any:
        if namespace == ROOT:
            return await self.rasa.answer(sid, data)
        return await self.calls.answer(namespace, sid, data)

    def _elsewhere(self, event: Event) -> None:
        self.rasa.tell(event)
        self.webhook.tell(event)

    async def _rasa_client(self, namespace: str, sid: str, auth: Any) -> None:
        """Anybody; who he is, his session says."""

    async def _visitor(self, namespace: str, sid: str, auth: Any) -> None:
        asked = errors.read(frames.VisitorAuth, auth)
        request = self.hall.server.request_of(sid, namespace)
        address = self.hall.server.address_of(sid, namespace)
        own = self.hall.proxies.origin(request)
        seat = await self._visiting.seat(
            sid, asked, request, own_origin=self.hall.settings.base_url or own,
            stranger=lambda: 0.0 if is_loopback(address) else self._strangers.take(address),
        )  # fmt: skip
        self.hall.seats.take(seat)

    async def _user(self, namespace: str, sid: str, auth: Any) -> None:
        asked = errors.read(frames.TicketAuth, auth)
        self._own_page(sid, namespace)
        login = await self.hall.directory.sessions.redeem(asked.ticket)
        if login is None:
            raise Refused("unauthorized", "This ticket is used up or too old. Get a new one.")
        if namespace == "/supervisor" and not at_least(login.user, "supervisor"):
            raise Refused("forbidden", "This is for supervisors.")
        limits = self.hall.settings.limits
        self.hall.seats.take(Seat(
            sid=sid, namespace=namespace, actor=Actor(kind="agent", id=login.user.id, name=login.user.name),
            calls=Bucket(limits.user), hints=Bucket(limits.hints), user=login.user, session=login.session,
        ))  # fmt: skip

    def _own_page(self, sid: str, namespace: str) -> None:
        """Agents and supervisors connect from our own pages, or from no page at all."""
        request = self.hall.server.request_of(sid, namespace)
        origin = request.headers.get("Origin")
        base = self.hall.settings.base_url
        own = {self.hall.proxies.origin(request)} | ({origin_of(base)} if base else set())
        if origin is not None and origin not in own:
            raise Refused("forbidden", "Not from this page.")

    # -- welcome ----------------------------------------------------------------------------------

    async def welcome(self, namespace: str, sid: str) -> None:
        """Just joined: rooms first, then what there is, so that nothing falls between."""
        seat = self.hall.seats.get(namespace, sid)
        if seat is None or namespace == ROOT:
            return
        try:
            await {"/visitor": self._greet_visitor, "/agent": self._greet_agent}.get(
                namespace, self._greet_supervisor
            )(seat)
        except Exception:  # the edge: without its greeting a client is of no use; let it come again
            log.exception("welcome_failed", namespace=namespace)
            await self.hall.server.drop(sid, namespace, "welcome failed")

    async def _greet_visitor(self, seat: Seat) -> None:
        session, conversation = await self._visiting.session(seat)
        self.hall.server.post(seat.namespace, seat.sid, "session", session)
        self._arrive(seat)
        if conversation is not None:
            self._head(seat, conversation, session.conversation.head if session.conversation else 0)

    async def _greet_agent(self, seat: Seat) -> None:
        server, views, floor, me = self.hall.server, self.hall.views, self.hall.desk.floor, seat.me.id
        server.allow_bytes(seat.sid, seat.namespace, self.hall.settings.limits.queue_bytes_user)
        server.join(seat.namespace, seat.sid, user_room(me))
        mine = [c for c in floor.of_agent(me) if engaged(c, me)]
        for c in mine:
            server.join(seat.namespace, seat.sid, room_of(c.id))
        snapshots = [found for c in mine if (found := await views.for_staff(c.id, me))]
        canned = await self.hall.directory.library.of(me)
        server.post(seat.namespace, seat.sid, "session", frames.AgentSession(
            agent=views.me(seat.me), site=self._site(), conversations=snapshots,
            queue=await self.pulse.queue_frame(views.queues_of(seat.me)),
            offers=[self._offer_frame(c.id, me) for c in floor.offers_to(me)], agents=views.colleagues(),
            canned=[asdict(answer) for answer in canned],
            epoch=self.hall.desk.epoch,
        ))  # fmt: skip
        self._arrive(seat)
        for found in snapshots:
            self._head(seat, found.id, found.head)

    async def _greet_supervisor(self, seat: Seat) -> None:
        server = self.hall.server
        server.allow_bytes(seat.sid, seat.namespace, self.hall.settings.limits.queue_bytes_user)
        server.join(seat.namespace, seat.sid, user_room(seat.me.id))
        server.join(seat.namespace, seat.sid, "board")
        server.post(seat.namespace, seat.sid, "board", await self.pulse.whole_board())

    def _arrive(self, seat: Seat) -> None:
        seat.arrived = True
        self.hall.presence.arrive(seat.person)

    def _head(self, seat: Seat, conversation: str, head: int) -> None:
        frame = frames.Head(conversation=conversation, head=head, epoch=self.hall.desk.epoch)
        self.hall.server.post(seat.namespace, seat.sid, "head", frame)

    def _site(self) -> dict[str, Any]:
        """What the console must know of the sites: their names and how it looks."""
        sites = self.hall.desk.rules.sites
        first = next(iter(sites.values()))
        return {
            "id": first.id, "name": first.name, "locale": first.locale, "version": self.hall.settings.version,
            "bot": self.hall.settings.bot, "demo": self.hall.settings.demo,
            "sites": [{"id": site.id, "name": site.name} for site in sites.values()],
        }  # fmt: skip

    def bot_typing(self, conversation: str, bot: str, on: bool) -> None:
        """The bot's reader says that the bot thinks, or has done."""
        self.signals.bot_typing(conversation, bot, on=on)

    # -- leaving ----------------------------------------------------------------------------------

    def _disconnecting(self, namespace: str) -> Callable[..., Any]:
        async def disconnecting(sid: str, reason: str) -> None:
            seat = self.hall.seats.leave(namespace, sid)
            if seat is not None and seat.arrived:
                self.hall.presence.depart(seat.person)

        return disconnecting

    async def log_out(self, user: str, session: str) -> None:
        """End the sockets of one session, here and elsewhere."""
        await self._end_session(user, session)
        self.hall.backplane.signal(LOGOUT, {"user": user, "session": session})

    async def _end_session(self, user: str, session: str) -> None:
        for seat in self.hall.seats.of_user(user):
            if seat.session == session:
                await self.hall.server.drop(seat.sid, seat.namespace, "logged out")

    # -- what moves -------------------------------------------------------------------------------

    def _changed(self, event: Event) -> None:
        self.pulse.touch(event)
        if event.kind == "agent_status":
            asyncio.get_running_loop().call_soon(self._tell_agent, event.data["agent"])

    def _tell_agent(self, agent: str) -> None:
        """His own status as it now is, also when somebody else changed it."""
        user = self.hall.roster.get(agent)
        if user is not None:
            self.hall.server.post("/agent", user_room(agent), "me", self.hall.views.me(user))

    def _offer(self, event: Event) -> Mapping[str, Any]:
        expires_in_ms = (event.data.get("expires_ms") or event.at_ms) - self.hall.desk.now_ms()
        return self._offer_body(event.stream, event.data.get("queue"), expires_in_ms)

    def _offer_frame(self, conversation: str, agent: str) -> frames.Offer:
        c = self.hall.desk.floor.open[conversation]
        offer = c.offered_to(agent)
        left_ms = (offer.expires_ms if offer else 0) - self.hall.desk.now_ms()
        return frames.Offer(**self._offer_body(conversation, c.queue, left_ms))

    def _offer_body(self, conversation: str, queue: str | None, expires_in_ms: int) -> dict[str, Any]:
        c = self.hall.desk.floor.open.get(conversation)
        now_ms = self.hall.desk.now_ms()
        known = self.hall.desk.rules.queues.get(queue or "")
        return {
            "conversation": conversation, "queue": queue, "expires_in_ms": max(0, expires_in_ms),
            "waiting_ms": now_ms - (c.queued_at_ms or now_ms) if c else 0,
            "summary": {
                **self.pulse.known_of(c), "queue_name": known.name if known else queue,
                "site": c.site if c else None, "page": c.page if c else None,
                "language": c.language if c else None,
                "reason": ((c.handoff or {}).get("reason")) if c else None,
            },
        }  # fmt: skip

    def _came_or_went(self, who: tuple[str, str], here: bool) -> None:
        """A visitor's last socket dropped, or his first came: a fact, back-dated to no one."""
        kind, person = who
        if kind == "visitor" and not self.hall.draining:
            self._spawn(self._note_presence(person, here))
        self.pulse.wake()

    async def _note_presence(self, visitor: str, here: bool) -> None:
        kind: type[ask.Command] = ask.VisitorBack if here else ask.VisitorAway
        if here != self.hall.presence.connected("visitor", visitor):
            return  # he is on another node
        latest = await self.hall.directory.visitors.latest(visitor)
        c = self.hall.desk.floor.open.get(latest or "")
        if c is not None and c.state != "closed":
            self.signals.presence(c, on=here)
            if c.connected != here:
                await self._quietly(kind(conversation=c.id, actor=Actor(kind="visitor", id=visitor)))

    async def _quietly(self, command: ask.Command) -> None:
        try:
            await self.hall.desk.handle(command)
        except Refused as no:
            log.info("presence_refused", code=no.code, conversation=command.conversation)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def reload(self, *, tell: bool = True) -> None:
        """Read users, sites and queues again, and have the other nodes do so."""
        if tell:
            self.hall.backplane.signal(DIRECTORY, {})
        await self.hall.roster.load()
        self.hall.desk.rules = await self.hall.directory.rules()
        self.pulse.wake()

    def _hear(self, topic: str, body: Mapping[str, Any]) -> None:
        """What other nodes signal."""
        if topic == SIGNAL:
            self.signals.hear(body)
        elif topic == TOPIC:
            self.hall.presence.hear(body)
        elif topic == DIRECTORY:
            self._spawn(self.reload(tell=False))
        elif topic == LOGOUT:
            self._spawn(self._end_session(body["user"], body["session"]))


def build(
    *,
    desk: Desk,
    directory: Directory,
    backplane: Backplane,
    board: Board,
    settings: Settings,
    behind: Behind = no_behind,
    presence: Presence | None = None,
) -> Wire:
    """The whole wire, not yet started."""
    proxies = Proxies(settings.trusted_proxies, settings.base_url)
    roster = Roster(directory.people)
    render = Renderer(desk.epoch, roster)
    views = Views(desk, directory, roster, render)
    server = Server(
        namespaces=(*frames.NAMESPACES, ROOT), limits=settings.limits, peer_of=proxies.peer,
        origin_allowed=lambda origin, environ: origin_fits(desk, settings, proxies, origin, environ),
        ping_interval_s=settings.ping_interval_s, ping_timeout_s=settings.ping_timeout_s,
    )  # fmt: skip
    return Wire(Hall(
        settings=settings, desk=desk, directory=directory, backplane=backplane, board=board, behind=behind,
        server=server,
        presence=presence or Presence(uuid.uuid4().hex, backplane, desk.now_ms), seats=Seats(),
        roster=roster, render=render, views=views, access=Access(desk, views), proxies=proxies,
        passwords=Passwords(),
    ))  # fmt: skip


def origin_fits(
    desk: Desk, settings: Settings, proxies: Proxies, origin: str | None, environ: Mapping[str, Any]
) -> bool:
    """May a page of this origin open a socket at all? Which site, is asked when it joins."""
    request: web.Request = environ["aiohttp.request"]
    if origin is None or origin == proxies.origin(request):
        return True
    if settings.base_url and origin == origin_of(settings.base_url):
        return True
    return any(not site.origins or origin in site.origins for site in desk.rules.sites.values())
