"""Chats under load: messages in a closed loop (as fast as they are answered) or an open one (by the clock).

A message is done when the agent has it and its visitor has his acknowledgement. In the open loop
its latency counts from when it was meant to be sent, so a server that stalls is not spared.
"""

import asyncio
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from antiphon.load.line import Line

TEXT = "Where is my order? It should have been here on Tuesday ..."  # 58 characters
SETTLE_S = 10.0  # what was sent may arrive this much later
_MARK = b'"cmid":"'


@dataclass(slots=True)
class Figures:
    """One stretch of load: latencies, messages done, refused, and sent but never arrived."""

    latency_ms: list[float] = field(default_factory=list)
    done: int = 0
    refused: int = 0
    missing: int = 0
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        """In milliseconds; nan of nothing."""
        ordered = sorted(self.latency_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")

    @property
    def rate(self) -> float:
        return self.done / self.seconds if self.seconds else 0.0


class Chats:
    """Visitors' lines with their conversations, and the lines of the agents who have them."""

    def __init__(self, visitors: Sequence[tuple[Line, str]], agents: Sequence[Line]) -> None:
        self._visitors = visitors
        self._sent_s: dict[bytes, float] = {}  # by cmid, until the agent has it
        self._figures = Figures()
        self._idle = asyncio.Event()
        self._refill = False
        self._unacked = 0
        self._began_s = self._until_s = 0.0
        for agent in agents:
            agent.heard = self._arrived

    async def closed_loop(self, seconds: float, window: int) -> Figures:
        """Every visitor has `window` messages under way all the time."""
        self._begin(seconds)
        self._refill = True
        for line, conversation in self._visitors:
            for _ in range(window):
                self._say(line, conversation, time.perf_counter())
        await asyncio.sleep(seconds)
        return await self._end()

    async def open_loop(self, seconds: float, per_s: float) -> Figures:
        """Messages at a fixed rate, whatever becomes of them."""
        self._begin(seconds)
        self._refill = False
        began_s, sent, wanted = time.perf_counter(), 0, int(seconds * per_s)
        while sent < wanted:
            due = min(wanted, int((time.perf_counter() - began_s) * per_s) + 1)
            for number in range(sent, due):
                self._say(*self._visitors[number % len(self._visitors)], began_s + number / per_s)
            sent = due
            await asyncio.sleep(max(0.0, began_s + sent / per_s - time.perf_counter()))
        return await self._end()

    def _begin(self, seconds: float) -> None:
        self._figures = Figures()
        self._sent_s.clear()
        self._idle.clear()
        self._unacked = 0
        self._began_s = time.perf_counter()
        self._until_s = self._began_s + seconds

    async def _end(self) -> Figures:
        try:
            async with asyncio.timeout(SETTLE_S):
                while self._sent_s or self._unacked:
                    self._idle.clear()
                    await self._idle.wait()
        except TimeoutError:
            self._figures.missing = len(self._sent_s)
        self._figures.seconds = time.perf_counter() - self._began_s
        return self._figures

    def _say(self, line: Line, conversation: str, intended_s: float) -> None:
        cmid = uuid.uuid4().hex
        self._sent_s[cmid.encode()] = intended_s
        self._unacked += 1
        body = f'["say",{{"conversation":"{conversation}","cmid":"{cmid}","text":"{TEXT} {cmid[:12]}"}}]'

        def acked(answer: bytes) -> None:
            self._unacked -= 1
            if answer.startswith(b'[{"ok":true'):
                self._figures.done += 1
            else:
                self._figures.refused += 1
                self._sent_s.pop(cmid.encode(), None)
            if self._refill and time.perf_counter() < self._until_s:
                self._say(line, conversation, time.perf_counter())
            self._look()

        line.emit(body, acked)

    def _arrived(self, event: bytes) -> None:
        at = event.find(_MARK)
        if at >= 0:
            sent_s = self._sent_s.pop(event[at + len(_MARK) : at + len(_MARK) + 32], None)
            if sent_s is not None:
                self._figures.latency_ms.append((time.perf_counter() - sent_s) * 1000)
                self._look()

    def _look(self) -> None:
        if not self._sent_s and not self._unacked:
            self._idle.set()
