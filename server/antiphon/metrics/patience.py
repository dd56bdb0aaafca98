"""Patience: how long visitors wait before they give up, reckoned also from those who did not have to.

A wait that ended otherwise (answered, sent elsewhere, still going on) says only that the patience was longer:
it is censored. Kaplan and Meier's estimate uses both; its interval is Greenwood's on the log-log scale, which
stays within 0 and 1.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal, NamedTuple

from antiphon.metrics.calendar import zone_of
from antiphon.metrics.grouping import Grouping, check
from antiphon.metrics.measures import arrivals
from antiphon.metrics.question import Question
from antiphon.metrics.report import Query
from antiphon.metrics.settings import Settings
from antiphon.metrics.stats import Z95
from antiphon.metrics.store import Facts
from antiphon.metrics.tally import counter

Ended = Literal["answered", "gave_up", "otherwise"]
BANDS_S = (0, 10, 20, 30, 60, 120, 300, 600)  # where the table's rows begin; the last has no end
POINTS = 240  # of a curve; more would not be seen

_WAIT_MS = attrgetter("wait_ms")
_VISITS = counter(arrivals("visit", "entered_at"), "A")
_ENDED: dict[str, Ended] = {"answered": "answered", "abandoned": "gave_up"}


class Wait(NamedTuple):
    """One stay in a queue; still going on, it is what it was at `as_of`."""

    conversation: str
    wait_ms: int
    ended: Ended


class Step(NamedTuple):
    """By this wait, what share of visitors would have gone if nobody had answered; 95 % interval."""

    wait_ms: int
    at_risk: int
    gave_up: int
    gone: float
    low: float
    high: float


class Band(NamedTuple):
    """Waits of `from_s` ≤ wait < `to_s` seconds, by how they ended."""

    from_s: int
    to_s: int | None
    reached: int
    answered: int
    gave_up: int
    otherwise: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """The curve, the waits by how long they were, and when a quarter and a half would have gone."""

    waits: int
    answered: int
    gave_up: int
    otherwise: int
    quarter_ms: int | None
    half_ms: int | None
    steps: Sequence[Step]
    bands: Sequence[Band]


def waits_of(facts: Facts, query: Query, settings: Settings) -> list[Wait]:
    """The visits entered in the period, under the filters of the query."""
    check(("visit",), "patience", query.where)
    zone = zone_of(query.tz)
    q = Question(query.from_ms, query.to_ms, query.as_of_ms, settings, zone=zone)
    facts = facts.near(_VISITS, q)
    cut = Grouping(facts, (), query.where, zone, spam=query.include_spam)
    found = []
    for visit in cut.groups(_VISITS, q)[()]:
        owner = facts.owner(visit)
        spam = owner is not None and owner.spam and not query.include_spam
        if _VISITS.belongs(visit, q, owner) and not spam:
            wait_ms = min(visit.left_at, q.as_of_ms) - visit.entered_at
            found.append(Wait(visit.conversation, wait_ms, _ENDED.get(visit.outcome, "otherwise")))
    return found


def curve(waits: Sequence[Wait]) -> list[Step]:
    """A step at every wait at which somebody gave up; who was answered at that very instant still stood."""
    ordered = sorted((wait.wait_ms, wait.ended != "gave_up") for wait in waits)
    steps: list[Step] = []
    stays, spread, at = 1.0, 0.0, 0
    while at < len(ordered):
        wait_ms = ordered[at][0]
        at_risk, end = len(ordered) - at, at
        while end < len(ordered) and ordered[end] == (wait_ms, False):
            end += 1
        if gave_up := end - at:
            stays *= 1 - gave_up / at_risk
            spread += gave_up / (at_risk * (at_risk - gave_up)) if at_risk > gave_up else math.inf
            low, high = _bounds(stays, spread)
            steps.append(Step(wait_ms, at_risk, gave_up, 1 - stays, 1 - high, 1 - low))
        at = _after(ordered, end, wait_ms)
    return steps


def _after(ordered: Sequence[tuple[int, bool]], at: int, wait_ms: int) -> int:
    while at < len(ordered) and ordered[at][0] == wait_ms:
        at += 1
    return at


def _bounds(stays: float, spread: float) -> tuple[float, float]:
    if not 0 < stays < 1 or math.isinf(spread):
        return stays, stays if stays else 1.0
    half = Z95 * math.sqrt(spread) / math.log(stays)
    return stays ** math.exp(-half), stays ** math.exp(half)


def thinned(steps: Sequence[Step], points: int = POINTS) -> Sequence[Step]:
    """The last step of each of so many equal stretches of waiting: each as exact as before."""
    if len(steps) <= points:
        return steps
    width = steps[-1].wait_ms / points
    return list({int(step.wait_ms / width): step for step in steps}.values())


def quantile(steps: Sequence[Step], share: float) -> int | None:
    """The wait in milliseconds by which this share would have gone; None when so many never went."""
    return next((step.wait_ms for step in steps if step.gone >= share - 1e-12), None)


def bands(waits: Sequence[Wait]) -> list[Band]:
    """How waits ended, by how long they were; `reached` stood at least until the band's beginning."""
    ordered = sorted(waits, key=_WAIT_MS)
    found = []
    for from_s, to_s in zip(BANDS_S, (*BANDS_S[1:], None), strict=True):
        here = _within(ordered, from_s, to_s)
        ended = Counter(wait.ended for wait in ordered[here])
        found.append(Band(from_s, to_s, len(ordered) - here.start,
                          ended["answered"], ended["gave_up"], ended["otherwise"]))  # fmt: skip
    return found


def _within(ordered: Sequence[Wait], from_s: float, to_s: float | None) -> slice:
    start = bisect_left(ordered, from_s * 1000, key=_WAIT_MS)
    end = len(ordered) if to_s is None else bisect_left(ordered, to_s * 1000, key=_WAIT_MS)
    return slice(start, end)


def patience(waits: Sequence[Wait]) -> Patience:
    """All of it; quantiles are of patience, so of the curve and not of the waits."""
    steps = curve(waits)
    ended = Counter(wait.ended for wait in waits)
    return Patience(
        waits=len(waits), answered=ended["answered"], gave_up=ended["gave_up"], otherwise=ended["otherwise"],
        quarter_ms=quantile(steps, 0.25), half_ms=quantile(steps, 0.5), steps=thinned(steps),
        bands=bands(waits),
    )  # fmt: skip


def waited(waits: Sequence[Wait], from_s: float, to_s: float | None, ended: Ended | None) -> list[str]:
    """The conversations behind a band: all of them or those that ended so, the longest wait first."""
    ordered = sorted(waits, key=_WAIT_MS)
    here = reversed(ordered[_within(ordered, from_s, to_s)])
    return list(dict.fromkeys(wait.conversation for wait in here if ended in (None, wait.ended)))
