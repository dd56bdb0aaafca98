"""THE WIRE: everything that has to do with sockets, put together.

`build` makes the whole wire from explicit arguments; `Wire` is what `app.py` holds on to.
"""

import asyncio
import random
import sys
import uuid
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

import structlog
from aiohttp import web

from antiphon.backplane.port import Backplane
from antiphon.backplane.presence import TOPIC, Presence
from antiphon.bots.none import NoBot
from antiphon.desk import Desk
from antiphon.domain import commands as ask
from antiphon.domain.errors import Refused
from antiphon.domain.events import Actor, Event
from antiphon.gateway import frames
from antiphon.gateway.access import Access
from antiphon.gateway.address import Proxies, origin_of
from antiphon.gateway.auth import Passwords
from antiphon.gateway.calls import Calls
from antiphon.gateway.hall import Behind, Board, Hall, Settings, no_behind
from antiphon.gateway.inbound.agent import AgentDesk
from antiphon.gateway.inbound.supervisor import SupervisorDesk
from antiphon.gateway.inbound.visitor import VisitorDesk
from antiphon.gateway.outbound import SIGNAL, Outbound, Signals, user_room
from antiphon.gateway.pulse import Pulse
from antiphon.gateway.rasa.socket import ROOT, RasaSocket
from antiphon.gateway.rasa.webhook import RasaWebhook
from antiphon.gateway.reception import Reception
from antiphon.gateway.render import Renderer
from antiphon.gateway.roster import Roster
from antiphon.gateway.seats import Seats
from antiphon.gateway.views import Views
from antiphon.gateway.visiting import Visiting
from antiphon.gateway.welcome import Welcome
from antiphon.gateway.wire.engine import Came
from antiphon.gateway.wire.server import Reply, Server
from antiphon.journal.directory import Directory
from antiphon.learning.teacher import Taught, Teacher
from antiphon.metrics.answers import Answers
from antiphon.metrics.reporting import Reporting
from antiphon.metrics.settings import Settings as Thresholds

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
        visiting = Visiting(hall)
        self._reception = Reception(hall, visiting)
        self._welcome = Welcome(hall, self.pulse, visiting)
        self._tasks: set[asyncio.Task[Any]] = set()
        self.rasa, self.webhook = RasaSocket(hall), RasaWebhook(hall)
        desks: dict[str, VisitorDesk | AgentDesk] = {
            "/visitor": VisitorDesk(hall, self.signals),
            "/agent": AgentDesk(hall, self.signals),
            "/supervisor": SupervisorDesk(hall, self.signals),
        }
        self.calls = Calls(
            hall,
            handlers={namespace: desk.handlers() for namespace, desk in desks.items()},
            quick={namespace: desk.quick() for namespace, desk in desks.items()},
        )
        self._wire_up()

    def _wire_up(self) -> None:
        server = self.hall.server
        server.answer, server.welcome, server.left = self._answer, self._welcome.welcome, self._left
        for namespace in (*frames.NAMESPACES, ROOT):
            server.on("connect", self._reception.handler(namespace), namespace=namespace)
        self.outbound.changed = self._changed
        self.outbound.offer_of = self._welcome.offer
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
            for sid in self.hall.server.members(namespace, None):
                notice = frames.Notice(kind="draining", retry_in_ms=random.randint(100, DRAIN_SPREAD_MS))
                self.hall.server.post(namespace, sid, "notice", notice)
        await self.hall.server.shutdown()
        await self.hall.server.close_all()
        await self.pulse.settle()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=SETTLE_S)
        for task in list(self._tasks):
            task.cancel()

    # -- speaking ---------------------------------------------------------------------------------

    def _answer(self, namespace: str, sid: str, body: str, reply: Reply) -> Coroutine[Any, Any, None] | None:
        calls = self.rasa if namespace == ROOT else self.calls
        return calls.answer(namespace, sid, body, reply)

    def _elsewhere(self, event: Event) -> None:
        self.rasa.tell(event)
        self.webhook.tell(event)

    def bot_typing(self, conversation: str, bot: str, on: bool) -> None:
        """The bot's reader says that the bot thinks, or has done."""
        self.signals.bot_typing(conversation, bot, on=on)

    # -- leaving ----------------------------------------------------------------------------------

    def _left(self, namespace: str, sid: str) -> None:
        seat = self.hall.seats.leave(namespace, sid)
        if seat is not None and seat.arrived:
            self.hall.presence.depart(seat.person)

    async def log_out(self, user: str, session: str) -> None:
        """End the sockets of one session, here and elsewhere."""
        self._end_session(user, session)
        self.hall.backplane.signal(LOGOUT, {"user": user, "session": session})

    def _end_session(self, user: str, session: str) -> None:
        for seat in self.hall.seats.of_user(user):
            if seat.session == session:
                self.hall.server.drop(seat.sid, seat.namespace, "logged out")

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

    def _came_or_went(self, who: tuple[str, str], here: bool) -> None:
        """A visitor's last socket dropped, or his first came: a fact, back-dated to no one."""
        kind, person = who
        if kind == "visitor" and not self.hall.draining:
            self._note_presence(person, here)
        self.pulse.wake()

    def _note_presence(self, visitor: str, here: bool) -> None:
        c = self.hall.desk.floor.of_visitor(visitor)
        if c is None or c.state == "closed" or here != self.hall.presence.connected("visitor", visitor):
            return  # nobody waits for him, or he is on another node
        self.signals.presence(c, on=here)
        if c.connected != here:
            kind: type[ask.Command] = ask.VisitorBack if here else ask.VisitorAway
            actor = Actor(kind="visitor", id=visitor)
            self._spawn(self._quietly(kind(conversation=c.id, actor=actor)))

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
            self._end_session(body["user"], body["session"])


def build(
    *,
    desk: Desk,
    directory: Directory,
    backplane: Backplane,
    board: Board,
    settings: Settings,
    behind: Behind = no_behind,
    answers: Answers | None = None,
    teacher: Teacher | None = None,
    presence: Presence | None = None,
) -> Wire:
    """The whole wire, not yet started."""
    proxies = Proxies(settings.trusted_proxies, settings.base_url)
    roster = Roster(directory.people)
    render = Renderer(desk.epoch, roster)
    views = Views(desk, directory, roster, render)
    server = Server(
        namespaces=(*frames.NAMESPACES, ROOT), limits=settings.limits,
        came=lambda request: came_of(request, proxies),
        origin_allowed=lambda request: origin_fits(desk, settings, proxies, request),
        ping_interval_s=settings.ping_interval_s, ping_timeout_s=settings.ping_timeout_s,
    )  # fmt: skip
    return Wire(Hall(
        settings=settings, desk=desk, directory=directory, backplane=backplane, board=board, behind=behind,
        answers=answers or Answers(Reporting(desk.store, None), lambda: (Thresholds(), {}), desk.now_ms),
        teacher=teacher or Teacher(NoBot(), directory.dropped, Taught(url=""), lambda: 0, desk.now_ms),
        server=server,
        presence=presence or Presence(uuid.uuid4().hex, backplane, desk.now_ms), seats=Seats(),
        roster=roster, render=render, views=views, access=Access(desk, views), proxies=proxies,
        passwords=Passwords(),
    ))  # fmt: skip


def came_of(request: web.Request, proxies: Proxies) -> Came:
    """What is kept of the request; most of it is the same for thousands."""
    agent = request.headers.get("User-Agent")
    return Came(
        address=proxies.peer(request), host_origin=sys.intern(proxies.origin(request)),
        origin=request.headers.get("Origin"), agent=sys.intern(agent) if agent else None,
    )  # fmt: skip


def origin_fits(desk: Desk, settings: Settings, proxies: Proxies, request: web.Request) -> bool:
    """May a page of this origin open a socket at all? Which site, is asked when it joins."""
    origin = request.headers.get("Origin")
    if origin is None or origin == proxies.origin(request):
        return True
    if settings.base_url and origin == origin_of(settings.base_url):
        return True
    return any(not site.origins or origin in site.origins for site in desk.rules.sites.values())
