"""Interval by interval: what comes, who is needed for it, who is there, what visitors meet (kpis.md §12).

Pure: arrivals, figures and rosters are handed in. For an interval that is over the requirement is that of
what really came, for one to come that of the forecast; who is there is who was online, or who is planned
less shrinkage.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from antiphon.domain.hours import Hours
from antiphon.metrics import calendar
from antiphon.metrics.staffing.erlang import Waiting
from antiphon.metrics.staffing.forecast import Accuracy, Forecast, accuracy, reforecast
from antiphon.metrics.staffing.history import Ahead, History, Trial, ahead_of, slot_of
from antiphon.metrics.staffing.required import (
    IMPATIENT,
    Demand,
    Staffing,
    required,
    rostered,
    with_agents,
)

SHRINKAGE = 0.30  # what most calculators take where nothing was measured (W12)
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the KPIs say of one queue's work; None where there was nothing to measure.

    `chats` is how many the handle time rests on; `chat_s` the chat lengths with 1, 2, … chats at once.
    """

    handle_s: float | None = None
    chats: int = 0
    effective_handle_s: float | None = None
    concurrency_avg: float | None = None
    patience_s: float | None = None
    abandonment: float | None = None
    chat_s: Sequence[float] = ()
    safe_concurrency: int | None = None

    @property
    def impatient(self) -> bool:
        return self.patience_s is not None and (self.abandonment or 0) > IMPATIENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is promised, and how it is reckoned. `shrinkage_measured`: else it is the usual figure."""

    model: str = "slots"
    concurrency: int = 3
    within_s: float = 30
    target: float = 0.80
    max_slot_occupancy: float = 0.85
    max_abandonment: float | None = None
    min_agents: int = 0
    shrinkage: float = SHRINKAGE
    shrinkage_measured: bool = False
    trend: bool = False
    weighted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Intervals `[start, end)` in UTC milliseconds, the zone that lays them, and now."""

    intervals: Sequence[tuple[int, int]]
    zone: ZoneInfo
    now_ms: int

    @property
    def today(self) -> date:
        return calendar.local(self.now_ms, self.zone).date()

    def over(self, end_ms: int) -> bool:
        return end_ms <= self.now_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One queue's side of the question. Mappings go by the interval's start; None: no roster at all."""

    queue: str
    channel: str
    history: History
    actual: Mapping[int, float]
    work: Work
    promise: Promise
    hours: Hours = field(default_factory=Hours)
    online: Mapping[int, float] = field(default_factory=dict)
    planned: Mapping[int, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """What visitors meet with so many agents; `wait_s` None: the line grows without end."""

    agents: int
    service_level: float
    wait_s: float | None
    abandonment: float
    occupancy: float
    unstable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """One interval. `arrivals` is what the requirement is for; `gap` below 0: too few.

    `rostered` is the requirement with shrinkage; `planned` is compared with it, `online` with `required`.
    `thin`: the forecast rests on fewer than two comparable weeks; `before` are those, as (start, arrivals).
    """

    start_ms: int
    end_ms: int
    open: bool
    forecast: float
    low: float
    high: float
    weeks: int
    thin: bool
    before: Sequence[tuple[int, float]]
    reforecast: float | None
    actual: float | None
    arrivals: float
    load: float | None
    required: int | None
    rostered: int | None
    planned: float | None
    online: float | None
    gap: float | None
    at_required: Met | None
    at_staffed: Met | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One queue's intervals, and everything they were reckoned from.

    `tried` is the forecast tried on the last weeks, `proved` how it did in the period's own past.
    """

    queue: str
    channel: str
    work: Work
    promise: Promise
    tried: Trial
    proved: Accuracy
    trend: float
    intervals: Sequence[Interval]


def plan(given: Given, period: Period) -> Plan:
    """The whole answer for one queue."""
    promise, history, known = given.promise, given.history, period.today
    ahead = [ahead_of(slot_of(start, period.zone), known) for start, _ in period.intervals]
    trend = history.trend(ahead) if promise.trend else 1.0
    forecasts = [
        _expected(given, one, bucket, known, trend)
        for one, bucket in zip(ahead, period.intervals, strict=True)
    ]
    again = _reforecasts(given, period, forecasts)
    teams = _Teams(given.work, promise)
    intervals = [
        _interval(given, period, at, expected, once_more, teams)
        for at, (expected, once_more) in enumerate(zip(forecasts, again, strict=True))
    ]
    over = [one for one in intervals if one.actual is not None]
    return Plan(
        queue=given.queue, channel=given.channel, work=given.work, promise=promise, trend=trend,
        tried=history.tried(ahead, trend=promise.trend, weighted=promise.weighted),
        proved=accuracy([one.actual or 0 for one in over], [one.forecast for one in over]),
        intervals=intervals,
    )  # fmt: skip


def demand_of(work: Work, promise: Promise, arrivals_per_h: float) -> Demand | None:
    """What an interval asks of its agents; None where nobody knows how long a chat takes."""
    if not work.handle_s:
        return None
    return Demand(
        arrivals_per_h=arrivals_per_h, handle_s=work.handle_s, concurrency=promise.concurrency,
        within_s=promise.within_s, target=promise.target, max_slot_occupancy=promise.max_slot_occupancy,
        max_abandonment=promise.max_abandonment, patience_s=work.patience_s if work.impatient else None,
        speed_up=work.concurrency_avg, chat_s=_chat_s(work.chat_s, promise.concurrency),
    )  # fmt: skip


def _chat_s(measured: Sequence[float], at_once: int) -> Sequence[float]:
    """As many lengths as there may be chats at once; beyond what was seen the last one stands."""
    return [measured[min(held, len(measured)) - 1] for held in range(1, at_once + 1)] if measured else ()


def met(staffing: Staffing) -> Met:
    """A model's answer under the names of the KPIs; the level counts every abandonment as a miss."""
    found: Waiting = staffing.waiting
    return Met(
        agents=staffing.agents, service_level=found.strict, wait_s=found.asa_s, abandonment=found.p_abandon,
        occupancy=found.occupancy, unstable=found.unstable,
    )  # fmt: skip


class _Teams:
    """Requirements, each reckoned once."""

    def __init__(self, work: Work, promise: Promise) -> None:
        self._work, self._promise = work, promise
        self._known: dict[float, Staffing] = {}

    def required(self, demand: Demand, *, least: int) -> Staffing:
        if demand.arrivals_per_h not in self._known:
            self._known[demand.arrivals_per_h] = required(demand, self._promise.model)
        found = self._known[demand.arrivals_per_h]
        return found if found.agents >= least else with_agents(demand, least, self._promise.model)


def _expected(given: Given, ahead: Ahead, bucket: tuple[int, int], known: date, trend: float) -> Forecast:
    """Nothing is expected of a queue that is shut."""
    if given.hours.open_ms(*bucket) == 0:
        return Forecast(expected=0.0, low=0.0, high=0.0, weeks=0)
    return given.history.expect(ahead, known, trend=trend, weighted=given.promise.weighted)


def _reforecasts(given: Given, period: Period, forecasts: Sequence[Forecast]) -> list[float | None]:
    """What is still to come today, in the light of what came; None for every other interval."""
    today = [calendar.local(start, period.zone).date() == period.today for start, _ in period.intervals]
    so_far = actual = whole = 0.0
    for (start, end), expected, is_today in zip(period.intervals, forecasts, today, strict=True):
        if is_today:
            whole += expected.expected
            if period.over(end):
                so_far, actual = so_far + expected.expected, actual + given.actual.get(start, 0)
    share = so_far / whole if whole else 0.0
    return [
        reforecast(expected.expected, actual, so_far, share)
        if is_today and not period.over(end) and so_far
        else None
        for (_, end), expected, is_today in zip(period.intervals, forecasts, today, strict=True)
    ]


def _interval(
    given: Given, period: Period, at: int, expected: Forecast, again: float | None, teams: _Teams
) -> Interval:
    start, end = period.intervals[at]
    promise, is_open = given.promise, given.hours.open_ms(start, end) > 0
    actual = given.actual.get(start, 0.0) if period.over(end) else None
    arrivals = next(one for one in (actual, again, expected.expected) if one is not None)
    demand = demand_of(given.work, promise, arrivals * _HOUR_MS / (end - start))
    planned = given.planned.get(start, 0.0) if given.planned is not None else None
    online = given.online.get(start, 0.0) if start < period.now_ms else None
    needed = teams.required(demand, least=promise.min_agents if is_open else 0) if demand else None
    agents = needed.agents if needed else None
    with_shrinkage = None if agents is None else rostered(agents, promise.shrinkage)
    staffed = _staffed(actual is not None, online, planned, promise.shrinkage)
    return Interval(
        start_ms=start, end_ms=end, open=is_open, forecast=expected.expected, low=expected.low,
        high=expected.high, weeks=expected.weeks, thin=expected.flagged, reforecast=again, actual=actual,
        before=_before(given, period, start),
        arrivals=arrivals, load=demand.load if demand else None, required=agents, rostered=with_shrinkage,
        planned=planned, online=online,
        gap=_less(online, agents) if actual is not None else _less(planned, with_shrinkage),
        at_required=met(needed) if needed else None,
        at_staffed=met(with_agents(demand, staffed, promise.model))
        if demand and staffed is not None
        else None,
    )  # fmt: skip


def _before(given: Given, period: Period, start: int) -> list[tuple[int, float]]:
    ahead = ahead_of(slot_of(start, period.zone), period.today)
    return [
        (calendar.weeks_before(start, week, period.zone), count)
        for week, count in given.history.comparable(ahead)
    ]


def _staffed(over: bool, online: float | None, planned: float | None, shrinkage: float) -> int | None:
    """Whole agents who are really there: of those online on average, or of those planned."""
    if over:
        return None if online is None else round(online)
    return None if planned is None else math.floor(round(planned * (1 - shrinkage), 9))


def _less(staffed: float | None, needed: int | None) -> float | None:
    return None if staffed is None or needed is None else staffed - needed
