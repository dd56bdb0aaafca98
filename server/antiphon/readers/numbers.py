"""Keeps today's numbers: whole histories at the start, then every committed event.

What the live holder does not know from its beginning (reopened after days, written by another
node while we looked away) is read whole from the journal.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from antiphon.desk import Desk
from antiphon.domain.events import Event
from antiphon.domain.rules import Queue, Rules
from antiphon.metrics import AgentPlan, Figures, Floorplan, Live, QueuePlan, Settings
from antiphon.metrics.calendar import day_of, zone_of
from antiphon.metrics.openmetrics import exposition

log = logging.getLogger(__name__)

_AT_ONCE = 8  # histories read at the same time
_OWN = ("sl_threshold_s", "sl_target", "short_abandon_s", "frt_target_s")  # what a queue sets for itself

Staff = Callable[[], Iterator[AgentPlan]]


class Numbers:
    """One a node. `staff` yields the agents as they now are."""

    def __init__(self, desk: Desk, staff: Staff, settings: Mapping[str, Any], zone: str) -> None:
        self._desk, self._staff, self._given, self._zone = desk, staff, dict(settings), zone
        self._rules: Rules | None = None
        self._agents: tuple[AgentPlan, ...] = ()
        self._missing: set[str] = set()
        self._wanted = asyncio.Event()
        self.live = Live(zone=zone)

    async def load(self) -> None:
        """Everything that can show today: what is open, what was touched, every agent."""
        now_ms = self._desk.now_ms()
        day_ms, _ = day_of(now_ms, zone_of(self._zone))
        streams = {*await self._desk.store.streams_since(day_ms), *self._desk.floor.open}
        streams |= {f"agent:{agent}" for agent in self._desk.floor.agents}
        self.live.load(await self._histories(streams), now_ms=now_ms)

    def follow(self, events: Sequence[Event]) -> None:
        """A `Tail` listener."""
        day_ms, _ = day_of(self._desk.now_ms(), zone_of(self._zone))
        for event in events:
            if event.imported and event.at_ms < day_ms:
                continue  # history is for reports
            if not self.live.apply(event):
                self._missing.add(event.stream)
                self._wanted.set()

    async def run(self) -> None:
        """Reads what is missing."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            missing, self._missing = self._missing, set()
            try:
                for history in await self._histories(missing):
                    self.live.adopt(history)
            except Exception:
                log.exception("numbers: cannot read histories")
                self._missing |= missing
                await asyncio.sleep(1)
                self._wanted.set()

    # -- questions --------------------------------------------------------------------------------

    def board(self, now_ms: int) -> dict[str, Any]:
        """The whole board as the contract's frame, and whose day it counts."""
        self._replan()
        day_ms, _ = day_of(now_ms, zone_of(self._zone))
        board = self.live.board(now_ms).wire()
        for row in board["queues"]:
            row["estimated_wait_s"] = self._desk.floor.expected_s(row["queue"], row["waiting"] + 1)
        return {**board, "zone": self._zone, "day_from_ms": day_ms}

    def figures(self, now_ms: int) -> Figures:
        """Reads one live KPI at a time, all of one moment."""
        self._replan()
        return self.live.figures(now_ms)

    def behind(self, kpi: str, now_ms: int, queue: str = "", agent: str = "") -> list[str]:
        """The conversations that today's number was counted from, newest first."""
        self._replan()
        return self.live.conversations(kpi, now_ms=now_ms, queue=queue, agent=agent)

    def exposition(self) -> Iterator[str]:
        """The board as OpenMetrics lines."""
        self._replan()
        return exposition(self.live.board(self._desk.now_ms()))

    def _replan(self) -> None:
        """New queues, thresholds or people count from now on, for the whole day (G24)."""
        agents = tuple(self._staff())
        if self._desk.rules is self._rules and agents == self._agents:
            return
        self._rules, self._agents = self._desk.rules, agents
        plan = Floorplan(queues=tuple(map(_plan, self._rules.queues.values())), agents=agents)
        self.live.replan(plan, settings_of(self._given, self._rules))

    async def _histories(self, streams: set[str]) -> list[list[Event]]:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def read(stream: str) -> list[Event]:
            async with gate:
                return await self._desk.history(stream)

        return await asyncio.gather(*(read(stream) for stream in sorted(streams)))


def settings_of(given: Mapping[str, Any], rules: Rules | None = None) -> Settings:
    """The `[metrics]` table of the configuration, and what each queue sets for itself."""
    queues = rules.queues.values() if rules else ()
    own = {queue.id: {name: getattr(queue, name) for name in _OWN} for queue in queues}
    return Settings.from_mapping({**given, "queues": {**given.get("queues", {}), **own}})


def _plan(queue: Queue) -> QueuePlan:
    return QueuePlan(id=queue.id, name=queue.name, hours=queue.hours)
