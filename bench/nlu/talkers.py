"""Visitors who talk to the bot by the clock, over sockets and the public protocol.

How many messages answer each line is learned from a rehearsal, so a reply counts as given when its last
message has come; its time counts from when the line was meant to be said.
"""

import asyncio
import json
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from antiphon.load.line import Line, Refused
from antiphon.load.talk import Figures

QUIET_S = 0.5  # after which a rehearsed reply has come to its end
SETTLE_S = 15.0  # what was said may be answered this much later
STARTING = 50  # conversations begun at once
AGAIN_S = 2.0

Awaited = list[float]  # [when it was meant to be said, messages still to come]


class Visitor:
    """One conversation with the bot, its script again and again."""

    def __init__(self, script: Sequence[str]) -> None:
        self._script = script
        self.conversation = ""
        self.said = 0
        self.replies = 0  # messages of the bot so far
        self.figures = Figures()
        self._awaited: deque[Awaited] = deque()
        self._line: Line | None = None

    async def open(self, url: str) -> None:
        """Connect and say the first line, which is no part of the figures."""
        self._line = await _line(url, self._heard)
        begun = await self._line.ask("start", {"cmid": uuid.uuid4().hex, "text": self._next()})
        assert begun["ok"], begun
        self.conversation = begun["conversation"]
        before = 0
        while self.replies == 0 or self.replies != before:
            before = self.replies
            await asyncio.sleep(QUIET_S)

    def say(self, intended_s: float, messages: int) -> None:
        assert self._line is not None
        self._awaited.append([intended_s, messages])
        body = {"conversation": self.conversation, "cmid": uuid.uuid4().hex, "text": self._next()}
        self._line.emit(json.dumps(["say", body]), self._acked)

    @property
    def waits(self) -> bool:
        return bool(self._awaited)

    def give_up(self) -> int:
        """How many lines were never answered."""
        missing = len(self._awaited)
        self._awaited.clear()
        return missing

    def cut(self) -> None:
        if self._line is not None:
            self._line.cut()

    def _next(self) -> str:
        self.said += 1
        return self._script[(self.said - 1) % len(self._script)]

    def _acked(self, answer: bytes) -> None:
        if not answer.startswith(b'[{"ok":true'):
            self.figures.refused += 1

    def _heard(self, body: bytes) -> None:
        if b'"kind":"bot"' not in body:
            return
        name, event = json.loads(body)
        if name != "event" or event["kind"] != "message" or event["data"].get("auto"):
            return
        self.replies += 1
        if self._awaited:
            self._awaited[0][1] -= 1
            if not self._awaited[0][1]:
                intended_s, _ = self._awaited.popleft()
                self.figures.latency_ms.append((time.perf_counter() - intended_s) * 1000)
                self.figures.done += 1


async def _line(url: str, heard: Callable[[bytes], None]) -> Line:
    """Connected; a server that has its hands full says when to come again."""
    while True:
        try:
            return await Line.open(url, "/visitor", {"site": "default"}, heard=heard)
        except Refused as refused:
            if b"retry_after_ms" not in refused.answer:
                raise
            await asyncio.sleep(AGAIN_S)


async def rehearse(url: str, script: Sequence[str], passes: int = 3) -> list[int]:
    """How many messages answer each line; the last pass stands for all that follow."""
    one = Visitor(script)
    await one.open(url)
    counts = [one.replies]
    while one.said < passes * len(script):
        before = latest = one.replies
        one.say(0.0, 1_000)
        one.give_up()
        async with asyncio.timeout(SETTLE_S):  # a script that ends with a person is none for this
            while one.replies == before or one.replies != latest:
                latest = one.replies
                await asyncio.sleep(QUIET_S)
        counts.append(one.replies - before)
    one.cut()
    return counts


class Talkers:
    """Many visitors with one script."""

    def __init__(self, script: Sequence[str], counts: Sequence[int]) -> None:
        self._script, self._counts = script, counts
        self._visitors: list[Visitor] = []
        self._turn = 0

    async def open(self, url: str, count: int) -> None:
        gate = asyncio.Semaphore(STARTING)

        async def one() -> None:
            visitor = Visitor(self._script)
            async with gate:
                await visitor.open(url)
            self._visitors.append(visitor)

        await asyncio.gather(*(one() for _ in range(count)))

    async def open_loop(self, seconds: float, per_s: float) -> Figures:
        """Lines by the clock, in turns over all visitors, whatever becomes of them."""
        for visitor in self._visitors:
            visitor.figures = Figures()
        began_s, sent, wanted = time.perf_counter(), 0, int(seconds * per_s)
        while sent < wanted:
            due = min(wanted, int((time.perf_counter() - began_s) * per_s) + 1)
            for number in range(sent, due):
                self._say(began_s + number / per_s)
            sent = due
            await asyncio.sleep(max(0.0, began_s + sent / per_s - time.perf_counter()))
        return await self._gathered(began_s)

    def _say(self, intended_s: float) -> None:
        visitor = self._visitors[self._turn % len(self._visitors)]
        self._turn += 1
        if visitor.said < len(self._counts):
            at = visitor.said
        else:
            at = len(self._counts) - len(self._script) + visitor.said % len(self._script)
        visitor.say(intended_s, self._counts[at])

    async def _gathered(self, began_s: float) -> Figures:
        until_s = time.perf_counter() + SETTLE_S
        while any(v.waits for v in self._visitors) and time.perf_counter() < until_s:  # noqa: ASYNC110 - it is done when nobody waits, which no event tells
            await asyncio.sleep(0.01)
        found = Figures(seconds=time.perf_counter() - began_s)
        for visitor in self._visitors:
            mine: Any = visitor.figures
            found.latency_ms += mine.latency_ms
            found.done += mine.done
            found.refused += mine.refused
            found.missing += visitor.give_up()
        return found
