"""THE COMPOSITION ROOT: the only file that knows every room. It wires; it decides nothing.

A node's life: migrate, load the floor, start the loops, serve; on the way out say so to every
client, let what was begun be committed, and close.
"""

import asyncio
import contextlib
import gc
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from antiphon import __version__
from antiphon.backplane.memory import MemoryBackplane
from antiphon.backplane.port import Backplane
from antiphon.bots.build import Engine, LanguageModel
from antiphon.bots.build import build as build_bot
from antiphon.config import Config
from antiphon.desk import Desk
from antiphon.domain.events import Event
from antiphon.domain.floor import Floor, floor_of
from antiphon.domain.hours import Hours
from antiphon.gateway.auth import Passwords, fit_password
from antiphon.gateway.hall import Settings
from antiphon.gateway.http import application
from antiphon.gateway.limits import Limits
from antiphon.gateway.sockets import Wire
from antiphon.gateway.sockets import build as build_wire
from antiphon.journal.blocks import LATER
from antiphon.journal.committer import Committer
from antiphon.journal.directory import Directory
from antiphon.journal.engine import Database, open_database
from antiphon.journal.follower import Lease, holder_of, release_all
from antiphon.journal.migrate import epoch, migrate, schema_is_current, secret
from antiphon.journal.store import Store
from antiphon.journal.tables import conversations
from antiphon.journal.tail import Listener, Tail
from antiphon.journal.trackers import StoredTrackers
from antiphon.learning.teacher import Taught, Teacher
from antiphon.metrics import AgentPlan
from antiphon.metrics.answers import Answers
from antiphon.metrics.columnar.shelf import facts_folder
from antiphon.metrics.reporter import Reporter
from antiphon.outside.addresses import Guard
from antiphon.outside.mail import Mailer
from antiphon.outside.post import Post
from antiphon.readers.alerts import Watchman
from antiphon.readers.bot import BotReader
from antiphon.readers.courier import Courier
from antiphon.readers.loop import Loop
from antiphon.readers.numbers import Numbers, settings_of
from antiphon.readers.returned import bring_back
from antiphon.readers.router import Router
from antiphon.readers.tickets import Clerk
from antiphon.readers.timers import Timers

Before = Callable[[Database, int], Awaitable[Any]]
Reader = Router | Timers | BotReader | Courier | Watchman | Clerk

TICK_S = 0.5  # how late a time-out may be
ROUTE_S = 2.0  # the router is woken by every change; this is for the rest
WATCH_S = 1.0  # how late an alert may be
PAST = 500  # closed conversations that estimates learn from at the start
SHUTDOWN_S = 5
DRAIN_S = 2  # what was begun is committed, if the database can
BACKLOG = 4096
GARBAGE = (20_000, 50, 50)  # a message makes some forty objects and no cycle: look for cycles rarely
HTTP_LIMIT = aiohttp.ClientTimeout(total=15, connect=5)


def wall_ms() -> int:
    """UTC milliseconds by this machine's clock."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One running node."""

    config: Config
    database: Database
    directory: Directory
    store: Store
    desk: Desk
    tail: Tail
    committer: Committer
    backplane: Backplane
    wire: Wire
    bot: Engine
    loops: tuple[Loop, ...]
    bot_reader: BotReader
    courier: Courier
    numbers: Numbers
    reporter: Reporter
    holder: str  # this node's name in its leases
    extra: Any = None  # what `before` returned

    def coroutines(self) -> list[Coroutine[Any, Any, None]]:
        """Everything that runs for as long as the node does."""
        own = (self.tail.run(), self.numbers.run(), bring_back(self.desk), self._facts(), self.bot.run())
        return [*(loop.run() for loop in self.loops), *own, *self.wire.run()]

    def _facts(self) -> Coroutine[Any, Any, None]:
        rules = self.config.metrics
        return self.reporter.keep_fresh(
            lambda: settings_of(rules, self.desk.rules), wall_ms, lambda: self.tail.seq
        )


@asynccontextmanager
async def open_node(
    config: Config, *, demo: bool = False, limits: Limits | None = None, before: Before | None = None
) -> AsyncIterator[Node]:
    """A node that runs; closing it loses nothing that was acknowledged.

    `before` may furnish the migrated database; what it returns is the node's `extra`.
    """
    async with AsyncExitStack() as stack:
        database = open_database(config.database_url)
        stack.push_async_callback(database.close)
        await migrate(database)
        extra = await before(database, wall_ms()) if before else None
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=HTTP_LIMIT))
        post = Post(Guard(config.outbound_allow), f"Antiphon/{__version__}")
        stack.push_async_callback(post.close)
        node = replace(await _wired(config, database, http, post, demo, limits or Limits()), extra=extra)
        stack.push_async_callback(node.backplane.close)
        stack.push_async_callback(node.bot.close)
        stack.push_async_callback(node.reporter.close)
        async with _running(node):
            yield node


@asynccontextmanager
async def serving(node: Node, listening: socket.socket | None = None) -> AsyncIterator[None]:
    """The node behind HTTP, on a bound socket or on its configured address."""
    app = application(node.wire, ready=lambda: _ready(node), figures=node.numbers.exposition)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
    await runner.setup()
    site: web.BaseSite = (
        web.SockSite(runner, listening, backlog=BACKLOG)
        if listening
        else web.TCPSite(runner, node.config.host, node.config.port, backlog=BACKLOG)
    )
    await site.start()
    try:
        yield
    finally:
        await node.wire.drain()
        await runner.cleanup()


async def first_admin(node: Node) -> str | None:
    """Make the administrator the environment names; else a link to make one, while nobody can log in."""
    config, people = node.config, node.directory.people
    if config.admin_email and config.admin_password:
        if await people.by_email(config.admin_email) is None:
            password_hash = await Passwords().hash(fit_password(config.admin_password))
            await people.add(
                email=config.admin_email, name="Administrator", role="admin", password_hash=password_hash
            )
            await node.wire.hall.roster.load()
        return None
    if await people.count():
        return None
    return f"{config.public_url}/console/setup?token={await node.directory.sessions.setup_token()}"


async def _ready(node: Node) -> dict[str, bool]:
    try:
        return {"database": True, "migrations": await schema_is_current(node.database)}
    except Exception:  # noqa: BLE001 - whatever keeps the database away, traffic must not come
        return {"database": False}


async def _wired(
    config: Config, database: Database, http: aiohttp.ClientSession, post: Post, demo: bool, limits: Limits
) -> Node:
    store, directory, backplane = Store(database), Directory(database, wall_ms), _backplane(config)
    tail = Tail(store)
    await tail.start()
    floor = await _floor(store)

    def committed(events: Sequence[Event]) -> None:
        tail.push(events)
        backplane.nudge()

    committer = Committer(store, committed)
    desk = Desk(store, committer, floor, await directory.rules(), await epoch(database), wall_ms)
    bot = _bot(config, database, http)
    reporter = Reporter(config.database_url, facts_folder(config.database_url, config.cache_dir))
    wire = build_wire(
        desk=desk, directory=directory, backplane=backplane,
        board=lambda now_ms: watchman.on_board(numbers.board(now_ms)),
        answers=Answers(reporter, lambda: (settings_of(config.metrics, desk.rules), _hours(desk)), wall_ms),
        behind=lambda kpi, now_ms, queue, agent: numbers.behind(kpi, now_ms, queue, agent),
        teacher=Teacher(bot, directory.dropped, _taught(config), lambda: tail.seq, wall_ms),
        settings=await _settings(config, database, bot, demo, limits),
    )  # fmt: skip
    numbers = Numbers(desk, lambda: _staff(wire), config.metrics, config.zone)
    bot_reader = BotReader(desk, bot, config.bot_name, lambda c, on: wire.bot_typing(c, bot.name, on))
    holder = holder_of(database)
    turn = partial(_lease, database, holder)
    watchman = Watchman(desk, numbers, directory, turn("alerts"), f"{config.public_url}/supervisor")
    carrying = turn("courier")
    courier = Courier(desk, directory, carrying, post, _mailer(config))
    readers: tuple[tuple[str, Reader, float, Lease | None], ...] = (
        ("router", Router(desk), ROUTE_S, turn("router")),
        ("timers", Timers(desk, wire.hall.presence), TICK_S, turn("timers")),
        ("bot", bot_reader, ROUTE_S, turn("bot")),
        ("courier", courier, WATCH_S, carrying),
        ("alerts", watchman, WATCH_S, None),
        ("tickets", Clerk(desk, directory, mails=config.smtp_url is not None), ROUTE_S, turn("tickets")),
    )
    loops = tuple(
        Loop(name, one.look, minds=one.minds, every_s=s, turn=mine) for name, one, s, mine in readers
    )
    backplane.listen(tail.nudge, lambda topic, body: None)
    listeners: list[Listener] = [
        desk.follow,
        floor.follow,
        numbers.follow,
        wire.outbound.on_events,
        bot_reader.follow,
        *(one.follow for one in loops),
    ]
    for listener in listeners:
        tail.listen(listener)
    return Node(
        config=config, database=database, directory=directory, store=store, desk=desk, tail=tail,
        committer=committer, backplane=backplane, wire=wire, bot=bot, loops=loops, bot_reader=bot_reader,
        numbers=numbers, courier=courier, reporter=reporter, holder=holder,
    )  # fmt: skip


@asynccontextmanager
async def _running(node: Node) -> AsyncIterator[None]:
    """The loops; the committer ends last, so that what was begun is committed."""
    await node.backplane.start()
    await node.wire.start()
    await node.numbers.load()
    await node.bot.start()
    committing = asyncio.create_task(node.committer.run())
    tasks = [asyncio.create_task(work) for work in node.coroutines()]
    gc.freeze()  # what is there now stays: no need to look at it again and again
    gc.set_threshold(*GARBAGE)
    try:
        yield
    finally:
        await node.wire.drain()
        await node.bot_reader.close()
        await node.courier.close()
        with contextlib.suppress(TimeoutError):  # a database that is away is not waited for
            async with asyncio.timeout(DRAIN_S):
                await node.committer.drain()
        for task in [*tasks, committing]:
            task.cancel()
        await asyncio.gather(*tasks, committing, return_exceptions=True)
        with contextlib.suppress(Exception):  # then they run out by themselves
            async with asyncio.timeout(DRAIN_S):
                await release_all(node.database, node.holder)


def _lease(database: Database, node: str, name: str) -> Lease:
    return Lease(database, name, node, wall_ms)


def _mailer(config: Config) -> Mailer | None:
    return Mailer(config.smtp_url, config.mail_from or "") if config.smtp_url else None


def _hours(desk: Desk) -> dict[str, Hours]:
    return {queue.id: queue.hours for queue in desk.rules.queues.values()}


def _staff(wire: Wire) -> Iterator[AgentPlan]:
    """Who works here, as the numbers want to know it."""
    for user in wire.hall.roster.all():
        if not user.disabled:
            queues = wire.hall.views.queues_of(user)
            yield AgentPlan(id=user.id, name=user.name, queues=queues, max_concurrency=user.max_concurrency)


async def _floor(store: Store) -> Floor:
    """The floor as the tables have it."""
    past = await store.conversations(
        conversations.c.state == "closed",
        conversations.c.doc != LATER,
        order=conversations.c.closed_at_ms.desc(),
        limit=PAST,
    )
    unfinished = [c for c in past if c.wrapups]
    ours = conversations.c.doc != LATER  # imported history waits for nobody
    live = await store.conversations(conversations.c.state != "closed", ours)
    return floor_of([*live, *unfinished], await store.shifts(), reversed(past))


def _backplane(config: Config) -> Backplane:
    if not config.redis_url:
        return MemoryBackplane()
    from antiphon.backplane.redis import RedisBackplane  # an extra: only who names a Redis needs its client

    return RedisBackplane(config.redis_url)


def _bot(config: Config, database: Database, http: aiohttp.ClientSession) -> Engine:
    return build_bot(
        config.bot, http=http, trackers=StoredTrackers(database, wall_ms),
        project=Path(config.bot_project) if config.bot_project else None, action_url=config.action_url,
        rasa_url=config.rasa_url, cache=Path(config.cache_dir) if config.cache_dir else None,
        encoder=Path(config.bot_encoder) if config.bot_encoder else None, told=config.for_actions,
        llm=LanguageModel(url=config.llm_url, model=config.llm_model or "", key=config.llm_key)
        if config.llm_url else None,
    )  # fmt: skip


def _taught(config: Config) -> Taught:
    return Taught(
        url=config.database_url, cache=Path(config.cache_dir) if config.cache_dir else None,
        encoder=Path(config.bot_encoder) if config.bot_encoder else None, packaged=config.bot_project is None,
    )  # fmt: skip


async def _settings(config: Config, database: Database, bot: Engine, demo: bool, limits: Limits) -> Settings:
    return Settings(
        limits=limits,
        secret=(config.secret or await secret(database, "secret")).encode(), base_url=config.base_url,
        trusted_proxies=config.trusted_proxies, version=__version__, demo=demo,
        bot=None if config.bot == "none" else bot.name, guard=Guard(config.outbound_allow),
        mails=config.smtp_url is not None,
    )  # fmt: skip
