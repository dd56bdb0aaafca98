"""A year of a contact centre as an import file: seeded, by the day, about ten events a conversation.

Arrivals follow a daily and a weekly curve. A bot greets most visitors and keeps a part of them; the
others queue, are offered to an agent, wait, give up or are answered, are sometimes handed on, rate the
chat or do not. Agents work days of eight hours and a break.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
SEED = 1999
DAYS = 365
START_MS = round(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1000)  # a Wednesday
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
AGENTS = [f"agent-{i:02d}" for i in range(50)]
QUEUES = ["sales", "support", "billing", "returns", "tech", "vip"]
CHANNELS = ["web", "mobile_app", "whatsapp", "messenger"]
PAGES = [f"/{name}" for name in ("", "cart", "pricing", "help", "account", "orders", "blog", "contact")]
_WEEK = np.array([1.2, 1.15, 1.1, 1.1, 1.05, 0.75, 0.65])  # from Monday
_DAY = np.array([1, 1, 1, 1, 1, 2, 4, 8, 14, 19, 22, 22, 20, 20, 21, 20, 18, 15, 13, 11, 9, 6, 3, 2], float)
_QUEUE_SHARE = [0.28, 0.3, 0.14, 0.12, 0.12, 0.04]
_CHANNEL_SHARE = [0.55, 0.2, 0.15, 0.1]

Line = tuple[int, str]  # instant, JSON


def days(conversations: int) -> Iterator[bytes]:
    """The file, a day at a time, each in the order of its instants."""
    weight = _WEEK[(2 + np.arange(DAYS)) % 7]
    ends = np.round(np.cumsum(weight / weight.sum()) * conversations).astype(int)
    first = 0
    for day, end in enumerate(ends):
        lines = [*_shifts(day), *_Day(day, first, int(end) - first).lines()]
        lines.sort(key=lambda line: line[0])
        yield "".join([text for _, text in lines]).encode()
        first = int(end)


def _roster(day: int) -> dict[int, int]:
    """Who works today, by his number, and from which hour."""
    off = 2 if (2 + day) % 7 < 5 else 4
    return {i: 6 + i % 9 for i in range(len(AGENTS)) if (i + day) % 7 >= off}


def _shifts(day: int) -> Iterator[Line]:
    """Eight hours and a break."""
    for i, hour in _roster(day).items():
        start = START_MS + day * DAY_MS + hour * HOUR_MS
        for minutes, status in ((0, "online"), (240, "away"), (270, "online"), (510, "offline")):
            at = start + minutes * 60_000
            rest = f'"agent":"{AGENTS[i]}","status":"{status}","max_concurrency":4'
            yield at, f'{{"ts":{at},"event":"agent_status",{rest}}}\n'


def _there(day: int, hours: Ints, rng: np.random.Generator) -> Ints:
    """For each arrival one of the agents who are there at its hour; at night anybody."""
    roster = _roster(day)
    picked = rng.integers(0, len(AGENTS), len(hours))
    for hour in range(24):
        at_work = [i for i, start in roster.items() if start <= hour < start + 8]
        if at_work:
            mine = hours == hour
            picked[mine] = np.array(at_work)[picked[mine] % len(at_work)]
    return picked


class _Day:
    """A day's conversations: everything random is drawn at once, then told one by one."""

    def __init__(self, day: int, first: int, count: int) -> None:
        self._rng = rng = np.random.default_rng((SEED, day))
        self._first, self._count = first, count
        hour = rng.choice(24, count, p=_DAY / _DAY.sum())
        self._start = START_MS + day * DAY_MS + hour * HOUR_MS + rng.integers(0, HOUR_MS, count)
        self._wait = rng.exponential(np.where(np.isin(hour, (10, 11, 14)), 50_000, 25_000)).astype(int) + 1000
        self._patience = rng.exponential(180_000, count).astype(int) + 2000
        self._chance = rng.random((count, 10))
        self._gaps = rng.exponential(25_000, (count, 12)).astype(int) + 1500
        self._pick = {
            "queue": rng.choice(len(QUEUES), count, p=_QUEUE_SHARE),
            "channel": rng.choice(len(CHANNELS), count, p=_CHANNEL_SHARE),
            "page": rng.integers(0, len(PAGES), count),
            "agent": _there(day, hour, rng),
            "next": rng.integers(1, len(AGENTS), count),
            "visitor": rng.integers(0, 400_000, count),
            "stars": rng.choice(5, count, p=[0.06, 0.05, 0.09, 0.3, 0.5]) + 1,
            "likely": rng.choice(
                11, count, p=[0.04, 0.01, 0.01, 0.02, 0.02, 0.05, 0.06, 0.12, 0.2, 0.22, 0.25]
            ),
        }

    def lines(self) -> list[Line]:
        columns = [column.tolist() for column in self._pick.values()]
        told: list[Line] = []
        rows = zip(
            self._start.tolist(), self._wait.tolist(), self._patience.tolist(), self._chance.tolist(),
            self._gaps.tolist(), zip(*columns, strict=True), strict=True,
        )  # fmt: skip
        for i, row in enumerate(rows, self._first):
            _Talk(told, f"c{i:07d}", *row).tell()
        return told


class _Talk:
    """One conversation."""

    def __init__(
        self, told: list[Line], name: str, at: int, wait: int, patience: int, chance: list[float],
        gaps: list[int], picked: tuple[int, ...],
    ) -> None:  # fmt: skip
        self._told, self._name, self._at = told, name, at
        self._wait, self._patience, self._chance, self._gaps = wait, patience, chance, gaps
        queue, channel, page, agent, self._next, visitor, self._stars, self._likely = picked
        self._queue, self._agent = QUEUES[queue], agent
        self._say(
            "conversation_started",
            f'"visitor":"v{visitor}","channel":"{CHANNELS[channel]}","initiator":"visitor","page":"{PAGES[page]}"',
        )

    def _say(self, event: str, rest: str = "", after_ms: int = 0) -> None:
        self._at += after_ms
        tail = f",{rest}}}\n" if rest else "}\n"
        self._told.append(
            (self._at, f'{{"ts":{self._at},"event":"{event}","conversation":"{self._name}"{tail}')
        )

    def _message(self, sender: str, after_ms: int, more: str = "") -> None:
        self._say("message", f'"sender":"{sender}"{more}', after_ms)

    def tell(self) -> None:
        self._message("visitor", 0)
        if self._chance[0] < 0.6 and self._bot():
            return
        reason = "handoff" if self._chance[0] < 0.6 else "new"
        if self._waits(reason):
            self._serve()

    def _bot(self) -> bool:
        """Whether the bot was enough."""
        self._say("bot_started", '"bot":"shop"')
        self._message("bot", 400, ',"confidence":0.9')
        self._message("visitor", self._gaps[0])
        self._message("bot", 400, ',"confidence":0.7')
        if self._chance[1] < 0.45:
            self._say("bot_confirm", '"answer":"yes"', self._gaps[1])
            self._say("closed", '"by":"bot","resolved":true', 1000)
            return True
        self._say("handoff_requested", '"by":"visitor","reason":"asked"', self._gaps[1])
        return False

    def _waits(self, reason: str) -> bool:
        """Whether an agent came in time."""
        self._say("queue_entered", f'"queue":"{self._queue}","reason":"{reason}"')
        if self._patience < self._wait:
            self._say("visitor_ended", after_ms=self._patience)
            self._say("closed", '"by":"visitor"', 5)
            return False
        if self._chance[2] < 0.1:
            other = AGENTS[(self._agent + 7) % len(AGENTS)]
            self._say("offer_made", f'"agent":"{other}"')
            self._say("offer_expired", f'"agent":"{other}"', self._wait // 2)
            self._wait -= self._wait // 2
        self._say("accepted", f'"agent":"{AGENTS[self._agent]}"', self._wait)
        return True

    def _serve(self) -> None:
        if self._chance[3] < 0.03:
            self._say("visitor_ended", after_ms=self._gaps[2])
            self._say("closed", '"by":"visitor"', 5)
            return
        self._talk(2)
        if self._chance[4] < 0.08:
            self._say("transferred", f'"from":"{AGENTS[self._agent]}","to_queue":"tech"', self._gaps[6])
            self._say("queue_entered", '"queue":"tech","reason":"transfer"')
            self._agent = (self._agent + self._next) % len(AGENTS)
            self._say("accepted", f'"agent":"{AGENTS[self._agent]}"', self._gaps[7])
            self._talk(7)
        agent = AGENTS[self._agent]
        resolved = "true" if self._chance[5] < 0.8 else "false"
        self._say("closed", f'"by":"agent","agent":"{agent}","resolved":{resolved}', self._gaps[10])
        if self._chance[6] < 0.3:
            self._say("wrapup_started", f'"agent":"{agent}"')
            self._say("wrapup_ended", f'"agent":"{agent}"', self._gaps[11])
        if self._chance[7] < 0.5:
            self._rate()

    def _talk(self, gap: int) -> None:
        agent = f',"agent":"{AGENTS[self._agent]}"'
        self._message("agent", self._gaps[gap], agent)
        self._message("visitor", self._gaps[gap + 1] * 3)
        self._message("agent", self._gaps[gap + 2] * 3, agent)

    def _rate(self) -> None:
        self._say("survey_offered", '"kinds":["csat","nps"]', 500)
        if self._chance[8] < 0.6:
            self._say("survey_answered", f'"kind":"csat","score":{self._stars}', 9000)
            self._say("survey_answered", f'"kind":"nps","score":{self._likely}', 3000)
