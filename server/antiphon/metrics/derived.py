"""Rows made of other rows at question time: what an agent did piece by piece, and who was being handled.

A piece is a stretch in which an agent's status, cap, engagements and load stay the same, so every
time-weighted workforce KPI is a sum over pieces. Intervals are `[start, end)`: an end and a start at one
instant do not overlap.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from antiphon.metrics.facts.rows import NEVER, Engagement, Status, Wrapup


class Piece(NamedTuple):
    """One stretch of one agent's time."""

    agent: str
    from_at: int
    to_at: int
    status: str  # empty before the first one is known
    reason: str
    capacity: int
    engaged: int  # open engagements: the c of kpis.md W05
    load: int  # engagements and wrap-ups
    ended: int  # engagements that end with it
    queues: tuple[str, ...]  # those the agent serves; none named: all


class Handling(NamedTuple):
    """A stretch in which at least one person had the conversation."""

    conversation: str
    queue: str
    from_at: int
    to_at: int


def handlings(engagements: Iterable[Engagement]) -> list[Handling]:
    """The union of each conversation's engagements; the queue is that of the first of a stretch."""
    rows: list[Handling] = []
    for one in sorted(engagements, key=lambda e: (e.conversation, e.started_at)):
        last = rows[-1] if rows else None
        if last is not None and last.conversation == one.conversation and one.started_at <= last.to_at:
            rows[-1] = last._replace(to_at=max(last.to_at, one.ended_at))
        elif one.ended_at > one.started_at:
            rows.append(Handling(one.conversation, one.queue, one.started_at, one.ended_at))
    return rows


class Effort(NamedTuple):
    """What one engagement cost its agent, concurrency removed (W04)."""

    conversation: str
    agent: str
    queue: str
    done_at: int
    share_ms: float


def efforts(
    statuses: Iterable[Status], engagements: Sequence[Engagement], wrapups: Sequence[Wrapup]
) -> list[Effort]:
    """Each second of an agent's time shared equally among what he had open; none while he was offline."""
    clocks: dict[str, _Clock] = {}
    for piece in pieces(statuses, engagements, wrapups):
        clocks.setdefault(piece.agent, _Clock()).add(piece)
    wraps: dict[tuple[str, int], list[Wrapup]] = {}
    for wrap in wrapups:
        wraps.setdefault((wrap.conversation, wrap.k), []).append(wrap)
    rows = []
    for one in engagements:
        if one.done_at < NEVER:
            spans = [(one.started_at, one.ended_at)]
            spans += [(wrap.from_at, wrap.to_at) for wrap in wraps.get((one.conversation, one.k), ())]
            share_ms = sum(clocks[one.agent].between(a, b) for a, b in spans if b > a)
            rows.append(Effort(one.conversation, one.agent, one.queue, one.done_at, share_ms))
    return rows


class _Clock:
    """An agent's time, each instant weighted by 1 / load."""

    def __init__(self) -> None:
        self._from: list[int] = []
        self._sum: list[float] = []
        self._rate: list[float] = []

    def add(self, piece: Piece) -> None:
        self._sum.append(self._at(piece.from_at))
        self._from.append(piece.from_at)
        self._rate.append(1 / piece.load if piece.load and piece.status != "offline" else 0.0)

    def between(self, from_at: int, to_at: int) -> float:
        return self._at(to_at) - self._at(from_at)

    def _at(self, at: int) -> float:
        i = bisect_right(self._from, at) - 1
        return self._sum[i] + (at - self._from[i]) * self._rate[i] if i >= 0 else 0.0


_Step = tuple[int, int, int]  # instant, change of engagements, change of load


def pieces(
    statuses: Iterable[Status], engagements: Iterable[Engagement], wrapups: Iterable[Wrapup]
) -> list[Piece]:
    """Every agent's time, cut where anything changes."""
    steps: dict[str, list[_Step]] = {}
    for one in engagements:
        _add(steps, one.agent, one.started_at, one.ended_at, 1)
    for wrap in wrapups:
        _add(steps, wrap.agent, wrap.from_at, wrap.to_at, 0)
    by_agent: dict[str, list[Status]] = {}
    for status in statuses:
        by_agent.setdefault(status.agent, []).append(status)
    rows: list[Piece] = []
    for agent in sorted(steps.keys() | by_agent.keys()):
        rows += agent_pieces(agent, by_agent.get(agent, ()), steps.get(agent, []))
    return rows


def _add(steps: dict[str, list[_Step]], agent: str, from_at: int, to_at: int, engaged: int) -> None:
    if to_at > from_at:
        own = steps.setdefault(agent, [])
        own.append((from_at, engaged, 1))
        own.append((to_at, -engaged, -1))


def agent_pieces(agent: str, statuses: Sequence[Status], steps: list[_Step]) -> list[Piece]:
    """One agent's pieces, in order, without gaps between the first and the last change."""
    steps = sorted(steps)
    cuts = sorted({status.from_at for status in statuses} | {step[0] for step in steps})
    rows: list[Piece] = []
    status, reason, capacity = "", "", 0
    queues: tuple[str, ...] = ()
    ends = Counter(at for at, engaged, _ in steps if engaged < 0)
    engaged = load = i = k = 0
    for cut, until in zip(cuts, [*cuts[1:], NEVER], strict=True):
        while i < len(statuses) and statuses[i].from_at <= cut:
            status, reason, capacity = statuses[i].status, statuses[i].reason, statuses[i].capacity
            queues = statuses[i].queues
            i += 1
        while k < len(steps) and steps[k][0] <= cut:
            engaged, load = engaged + steps[k][1], load + steps[k][2]
            k += 1
        if until > cut:
            rows.append(Piece(
                agent, cut, until, status, reason, capacity, engaged, load, ends[until], queues
            ))  # fmt: skip
    return rows


def peak(steps: Iterable[tuple[int, int]]) -> int:
    """The most spans open at once, from their steps: (start, 1) and (end, -1).

    An end sorts before a start at the same instant, so they do not overlap.
    """
    return max(accumulate(step for _, step in sorted(steps)), default=0)
