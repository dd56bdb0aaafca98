"""Clients that keep the protocol of docs/protocol.md, and write down what they did and saw."""

import asyncio
import itertools
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.nemesis.checker import Entry, Kind
from tests.nemesis.wire import Gone, Peer, SentAway

ANSWER_S = 10.0
_attempts = itertools.count(1)


@dataclass
class Book:
    """The history of a run, by one clock."""

    entries: list[Entry] = field(default_factory=list)

    def add(self, client: str, kind: Kind, **more: Any) -> None:
        self.entries.append(Entry(at_s=time.monotonic(), client=client, kind=kind, **more))


@dataclass
class Manner:
    """How a client behaves: how many messages are under way at once, whether it reads what it missed."""

    window: int = 1
    repairs: bool = True
    every_s: float = 0.4


@dataclass
class World:
    """What all clients share. `going` is unset while nobody shall begin anything."""

    http: aiohttp.ClientSession
    book: Book
    chance: random.Random
    door: Callable[[], str]  # the address of a node
    going: asyncio.Event = field(default_factory=asyncio.Event)


class View:
    """One conversation on one client's screen."""

    def __init__(self, book: Book, client: str, conversation: str, repairs: bool) -> None:
        self._book, self._client, self.conversation, self._repairs = book, client, conversation, repairs
        self.have, self.epoch, self.closed = 0, "", False
        self.reading = False
        self._held: dict[int, Any] = {}

    def hear(self, frame: Any) -> bool:
        """A live frame. True when something is missing before it."""
        if self.reading or (self._repairs and frame["seq"] > self.have + 1) or self._other(frame["epoch"]):
            self._held[frame["seq"]] = frame
            return not self.reading
        if frame["seq"] > self.have:
            self._show(frame, "live")
        return False

    def read(self, frames: list[Any]) -> None:
        for frame in frames:
            if frame["seq"] > self.have:
                self._show(frame, "read")

    def release(self) -> None:
        """What came while we read, as far as it goes on from here."""
        for seq in sorted(self._held):
            if seq == self.have + 1:
                self._show(self._held[seq], "live")
        self._held = {seq: frame for seq, frame in self._held.items() if seq > self.have}

    def reset(self, epoch: str, seq: int = 0) -> None:
        self.have, self.epoch, self.closed = seq, epoch, False
        self._held.clear()
        self._book.add(self._client, "reset", conversation=self.conversation, seq=seq)

    def _other(self, epoch: str) -> bool:
        return bool(self.epoch) and epoch != self.epoch

    def _show(self, frame: Any, how: Any) -> None:
        actor, data = frame.get("actor") or {}, frame.get("data") or {}
        said = frame["kind"] == "message"
        self.have, self.epoch = frame["seq"], frame["epoch"]
        self.closed = {"closed": True, "reopened": False}.get(frame["kind"], self.closed)
        self._book.add(
            self._client, "show", conversation=self.conversation, seq=frame["seq"], epoch=frame["epoch"],
            how=how, text=data.get("text") if said else None,
            sender=f"{actor.get('kind')}:{actor.get('id')}" if said else "",
        )  # fmt: skip


class Person:
    """Connects, reads what it missed, stays, and comes back when it is cut off."""

    namespace = ""

    def __init__(self, world: World, name: str, manner: Manner) -> None:
        self.world, self.name, self.manner = world, name, manner
        self.me = ""
        self.views: dict[str, View] = {}
        self.peer = Peer(self.namespace, self._hear)
        self.peer.gone.set()
        self._session: asyncio.Future[Any] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.up = asyncio.Event()
        self.stopping = False

    # -- being connected ----------------------------------------------------------------------------

    async def live(self) -> None:
        """Connect, again and again."""
        while not self.stopping:
            try:
                await self._connect()
                await self._settle_in()
                self.up.set()
                await self.peer.gone.wait()
            except (Gone, SentAway, TimeoutError, aiohttp.ClientError, OSError, KeyError):
                pass
            self.up.clear()
            self.world.book.add(self.name, "down")
            await self.peer.close()
            if not self.stopping:
                await asyncio.sleep(self.world.chance.uniform(0.02, 0.3))

    async def auth(self, url: str) -> Any:
        raise NotImplementedError

    async def welcome(self, session: Any) -> None:
        raise NotImplementedError

    async def _connect(self) -> None:
        url = self.world.door()
        self._session = asyncio.get_running_loop().create_future()
        auth = await self.auth(url)
        for view in self.views.values():
            view.reading = not view.closed  # from the first frame: join, then read, then show
        self.peer = Peer(self.namespace, self._hear)
        await self.peer.connect(self.world.http, url, auth)
        async with asyncio.timeout(ANSWER_S):
            session = await self._first(self._session)
        await self.welcome(session)

    async def _first(self, session: asyncio.Future[Any]) -> Any:
        gone = asyncio.create_task(self.peer.gone.wait())
        await asyncio.wait([session, gone], return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not session.done():
            raise Gone
        return session.result()

    async def _settle_in(self) -> None:
        for view in list(self.views.values()):
            if not view.closed:
                await self.catch_up(view)

    async def leave(self) -> None:
        self.stopping = True
        await self.peer.close()

    # -- reading --------------------------------------------------------------------------------------

    def view(self, conversation: str) -> View:
        if conversation not in self.views:
            self.views[conversation] = View(self.world.book, self.name, conversation, self.manner.repairs)
        return self.views[conversation]

    async def catch_up(self, view: View) -> None:
        """Join and read until nothing is missing; raises `Gone`."""
        view.reading = True
        try:
            more = True
            while more:
                more = await self._page(view)
            view.release()
        finally:
            view.reading = False
        self.world.book.add(self.name, "up", conversation=view.conversation)

    async def _page(self, view: View) -> bool:
        asked = {"conversation": view.conversation, "after": view.have, "limit": 50}
        answer = await self.ask("sync", asked | ({"epoch": view.epoch} if view.epoch else {}))
        if answer["ok"]:
            view.read(answer["events"])
            return bool(answer["more"])
        if answer["error"].get("resync"):
            view.reset(answer["error"]["epoch"])
        elif answer["error"]["retryable"]:
            await asyncio.sleep(0.1)
        else:
            raise Gone
        return True

    def _hear(self, event: str, data: Any) -> None:
        if event == "session" and self._session and not self._session.done():
            self._session.set_result(data)
        elif event == "event" and data["conversation"] in self.views:
            view = self.views[data["conversation"]]
            if view.hear(data):
                self.spawn(self._repair(view))
        elif event == "head" and data["conversation"] in self.views:
            view = self.views[data["conversation"]]
            behind = data["head"] > view.have or data["epoch"] != view.epoch
            if behind and self.manner.repairs and not view.reading:
                self.spawn(self._repair(view))
        self.heard(event, data)

    def heard(self, event: str, data: Any) -> None:
        """What else it wants to know."""

    async def _repair(self, view: View) -> None:
        if not view.reading:
            try:
                await self.catch_up(view)
            except (Gone, TimeoutError):
                await self.peer.close()

    # -- asking ---------------------------------------------------------------------------------------

    async def ask(self, event: str, payload: Any) -> Any:
        """The answer. Raises `Gone`; no answer in time ends the connection."""
        try:
            async with asyncio.timeout(ANSWER_S):
                return await self.peer.ask(event, payload)
        except TimeoutError:
            await self.peer.close()
            raise Gone from None

    async def insist(self, event: str, payload: Any) -> Any:
        """Asked again, over any number of connections, until the answer is definite."""
        while not self.stopping:
            await self.up.wait()
            try:
                answer = await self.ask(event, payload)
            except Gone:
                await asyncio.sleep(0.05)
                continue
            if answer["ok"] or not answer["error"]["retryable"]:
                return answer
            await asyncio.sleep((answer["error"].get("retry_after_ms") or 100) / 1000)
        return {"ok": False, "error": {"code": "stopped"}}

    def spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Outbox:
    """What one person still has to say in one conversation: kept, and sent in order until answered."""

    def __init__(self, person: Person, conversation: str) -> None:
        self._person, self.conversation = person, conversation
        self.waiting: deque[tuple[str, str]] = deque()
        self.over = False  # a definite no: nothing more can be said here

    def say(self, text: str) -> None:
        cmid = f"{self._person.name}-{next(_attempts)}"
        self.waiting.append((cmid, f"{text} {cmid}"))

    async def flush(self) -> None:
        """A window's messages go out at once; whatever was not taken goes first the next time."""
        person = self._person
        while self.waiting and not person.stopping and not self.over:
            await person.up.wait()
            window = [self.waiting[i] for i in range(min(len(self.waiting), person.manner.window))]
            pause_s = [await done for done in [self._send(*one) for one in window]]
            if max(pause_s):
                await asyncio.sleep(max(pause_s))

    def _send(self, cmid: str, text: str) -> "asyncio.Task[float]":
        person, attempt = self._person, next(_attempts)
        facts = {
            "conversation": self.conversation, "attempt": attempt, "cmid": cmid, "text": text,
            "sender": person.me,
        }  # fmt: skip
        person.world.book.add(person.name, "invoke", **facts)
        answer = person.peer.ask("say", {"conversation": self.conversation, "cmid": cmid, "text": text})
        return asyncio.get_running_loop().create_task(self._answered(answer, person.peer, facts))

    async def _answered(self, asked: asyncio.Future[Any], peer: Peer, facts: dict[str, Any]) -> float:
        """How long to wait before the next window, in seconds."""
        book, name = self._person.world.book, self._person.name
        try:
            async with asyncio.timeout(ANSWER_S):
                answer = await asked
        except Gone:
            return 0.05
        except TimeoutError:
            await peer.close()
            return 0.05
        if answer["ok"]:
            book.add(name, "ok", **facts, seq=answer["seq"], dup=answer.get("dup", False))
        elif answer["error"]["retryable"]:
            book.add(name, "unknown", **facts, why=answer["error"]["message"])
            return float((answer["error"].get("retry_after_ms") or 100) / 1000)
        else:
            book.add(name, "refused", **facts, why=answer["error"]["message"])
            self.over = True
        self.waiting = deque(one for one in self.waiting if one[0] != facts["cmid"])
        return 0.0
