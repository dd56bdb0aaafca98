"""A staffing question put together: arrivals and figures from the reports, people from the roster.

Every figure is a KPI asked for as any report asks (kpis.md §12: never typed in twice).
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from statistics import median_low
from typing import Any, Protocol

from antiphon.domain.errors import Refused
from antiphon.domain.hours import Hours
from antiphon.domain.roster import Stretch
from antiphon.metrics import calendar
from antiphon.metrics.answers import Asked
from antiphon.metrics.results import Result
from antiphon.metrics.settings import Settings
from antiphon.metrics.staffing.history import History, Slot, days_needed, slot_of
from antiphon.metrics.staffing.plan import SHRINKAGE, Given, Period, Plan, Promise, Work, plan
from antiphon.metrics.staffing.required import CAN_WAIT

INTERVALS = 1_500  # of one question
LOOK_BACK_DAYS = 56  # what handle times, patience and shrinkage are measured over
_AHEAD_DAYS = 56  # further on nothing comparable is near
_CHUNK_DAYS = 7  # of arrivals asked for at once
_DAY_MS = 86_400_000
_MOST_SHRINKAGE = 0.95  # more, or less than none, is a roster that tells half of the story
_ENOUGH = 30  # chats that ended while an agent had so many, before their length is believed
_WORK = ("aht", "effective_handle_time", "concurrency_avg", "patience_mean_s", "queue_abandonment_rate_raw")

Group = tuple[str, str]  # queue, channel; empty where not cut
Counts = dict[Group, dict[int, float]]


class Reports(Protocol):
    """`Answers`, as far as it is needed here."""

    @property
    def settings(self) -> Settings: ...

    async def answer(self, asked: Asked) -> list[Result]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who answers chats; without queues, in all of them."""

    queues: frozenset[str] = frozenset()
    max_concurrency: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Who works here (gone ones are in nobody's `team`), when they are paid to, and when queues are open."""

    team: Mapping[str, Member]
    shifts: Mapping[str, Sequence[Stretch]]
    hours: Mapping[str, Hours]

    def serves(self, agent: str, queue: str) -> bool:
        member = self.team.get(agent)
        return not queue or member is None or not member.queues or queue in member.queues


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The question: local days and zone as in reports; what is promised unless a queue says otherwise."""

    from_ms: int
    to_ms: int
    now_ms: int
    tz: str = "UTC"
    interval: str = "30m"
    queue: str = ""
    channel: str = ""
    by_channel: bool = False
    promise: Promise = field(default_factory=Promise)
    shrinkage: float | None = None  # instead of the measured one


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Each queue's plan, and all of them as one queue.

    Where agents serve several queues the truth is between `together` (the least) and the queues' sum.
    """

    as_of_ms: int
    tz: str
    interval: str
    look_back_days: int
    queues: Sequence[Plan]
    together: Plan | None


async def outlook(reports: Reports, wanted: Wanted, floor: Floor) -> Outlook:
    """Raises `Refused`: no such zone or interval, a period too long or too far ahead."""
    period = _period(wanted)
    gathered = _Gathered(reports, wanted, period)
    await gathered.everything()
    return await asyncio.to_thread(_reckon, gathered, floor)


def _period(wanted: Wanted) -> Period:
    zone = calendar.zone_of(wanted.tz)
    if wanted.interval not in calendar.STEPS_MS:
        raise Refused("bad_request", "interval must be 15m, 30m or 1h.", field="interval")
    if wanted.to_ms <= wanted.from_ms:
        raise Refused("bad_request", "The period must end after it begins.", field="to")
    if wanted.to_ms - wanted.now_ms > _AHEAD_DAYS * _DAY_MS:
        raise Refused("bad_request", f"Nobody can look further ahead than {_AHEAD_DAYS} days.", field="to")
    if (wanted.to_ms - wanted.from_ms) / calendar.STEPS_MS[wanted.interval] > INTERVALS:
        raise Refused("too_many", f"More than {INTERVALS} intervals. Ask for a shorter period.", field="to")
    start, _ = calendar.day_of(wanted.from_ms, zone)
    _, end = calendar.day_of(wanted.to_ms - 1, zone)
    whole = calendar.buckets(start, end, zone, wanted.interval)
    return Period(
        intervals=[(a, b) for a, b in whole if a < wanted.to_ms and b > wanted.from_ms], zone=zone,
        now_ms=wanted.now_ms,
    )  # fmt: skip


class _Gathered:
    """What the reports say, asked once."""

    def __init__(self, reports: Reports, wanted: Wanted, period: Period) -> None:
        self.reports, self.wanted, self.period = reports, wanted, period
        self.cut = ("queue", "channel") if wanted.by_channel else ("queue",)
        self.counts: Counts = {}
        self.over: list[tuple[int, int]] = []  # the intervals of which `counts` tells
        self.work: dict[Group, Work] = {}
        self.online: dict[str, dict[int, float]] = {}  # agent → interval → seconds
        self.shrinkage: float | None = None

    async def everything(self) -> None:
        days = {slot_of(start, self.period.zone)[0] for start, _ in self.period.intervals}
        for first, last in _runs(days | days_needed(days, self.period.today)):
            await self._arrivals(first, last)
        await self._work(self.cut)
        await self._work(())
        await self._people()

    async def _arrivals(self, first: date, last: date) -> None:
        zone, now_ms = self.period.zone, self.period.now_ms
        start, end = calendar.day_start(first, zone), calendar.day_start(last + timedelta(days=1), zone)
        over = [one for one in calendar.buckets(start, end, zone, self.wanted.interval) if one[1] <= now_ms]
        if not over:
            return
        self.over += over
        asked = self._asked(("queue_entered",), start, over[-1][1], self.cut)
        for one in await self.reports.answer(replace(asked, interval=self.wanted.interval)):
            if one.interval_start_ms is not None:
                mine = self.counts.setdefault(_group(one), {})
                mine[one.interval_start_ms] = float(one.value or 0)

    async def _work(self, cut: tuple[str, ...]) -> None:
        to_ms = min(self.period.now_ms, self.period.intervals[0][0])
        span = (to_ms - LOOK_BACK_DAYS * _DAY_MS, to_ms)
        found: dict[Group, dict[str, Result]] = {}
        for one in await self.reports.answer(self._asked(_WORK, *span, cut)):
            found.setdefault(_group(one), {})[one.id] = one
        lengths = _lengths(
            await self.reports.answer(
                self._asked(("chat_length_at_concurrency",), *span, (*cut[:1], "engaged"))
            )
        )
        safe = {
            _group(one)[0]: one.value
            for one in await self.reports.answer(self._asked(("concurrency_safe_max",), *span, cut[:1]))
        }
        for group, figures in found.items():
            self.work[group] = _measured(figures, lengths.get(group[0], ()), safe.get(group[0]))
        if not cut:
            self.shrinkage = _value((await self.reports.answer(Asked(
                kpis=("shrinkage",), since=str(span[0]), until=str(span[1]), tz=self.wanted.tz,
            )))[0])  # fmt: skip

    async def _people(self) -> None:
        start, end = self.period.intervals[0][0], min(self.period.intervals[-1][1], self.period.now_ms)
        if start >= end:
            return
        asked = Asked(
            kpis=("status_time_online",), since=str(start), until=str(end), tz=self.wanted.tz, by=("agent",),
            interval=self.wanted.interval,
        )  # fmt: skip
        for one in await self.reports.answer(asked):
            if one.interval_start_ms is not None and one.value:
                self.online.setdefault(str(one.group["agent"]), {})[one.interval_start_ms] = float(one.value)

    def _asked(self, kpis: tuple[str, ...], from_ms: int, to_ms: int, by: tuple[str, ...]) -> Asked:
        """Of the wanted queue alone where it is not cut by queues anyway."""
        given = {"queue": "" if "queue" in by else self.wanted.queue, "channel": self.wanted.channel}
        where = {name: value for name, value in given.items() if value}
        return Asked(kpis=kpis, since=str(from_ms), until=str(to_ms), tz=self.wanted.tz, by=by, where=where)


def _reckon(of: _Gathered, floor: Floor) -> Outlook:
    wanted = of.wanted
    named = set() if wanted.by_channel else {(queue, "") for queue in floor.hours}
    groups = sorted(one for one in of.counts.keys() | named if wanted.queue in ("", one[0]))
    plans = [plan(_given(of, floor, group), of.period) for group in groups]
    return Outlook(
        as_of_ms=wanted.now_ms, tz=wanted.tz, interval=wanted.interval, look_back_days=LOOK_BACK_DAYS,
        queues=plans, together=plan(_given(of, floor, ("", "")), of.period) if len(plans) > 1 else None,
    )  # fmt: skip


def _given(of: _Gathered, floor: Floor, group: Group) -> Given:
    queue, channel = group
    counts = _all(of.counts) if group == ("", "") else of.counts.get(group, {})
    hours = floor.hours.get(queue, Hours())
    ends = [(start, min(end, of.period.now_ms)) for start, end in of.period.intervals]
    return Given(
        queue=queue, channel=channel, history=_history(of, counts, hours), actual=counts,
        work=of.work.get(group, Work()), promise=_promise(of, floor, group), hours=hours,
        online={
            start: sum(
                mine.get(start, 0) for agent, mine in of.online.items() if floor.serves(agent, queue)
            ) * 1000 / (end - start)
            for start, end in ends if end > start
        },
        planned=_planned(of.period, floor, queue),
    )  # fmt: skip


def _history(of: _Gathered, counts: Mapping[int, float], hours: Hours) -> History:
    slots: dict[Slot, list[float]] = {}
    for start, _ in of.over:
        slots.setdefault(slot_of(start, of.period.zone), []).append(counts.get(start, 0.0))
    return History(
        arrivals={slot: sum(found) / len(found) for slot, found in slots.items()},
        holidays=frozenset(date.fromisoformat(day) for day in hours.closed_on),
    )


def _planned(period: Period, floor: Floor, queue: str) -> dict[int, float] | None:
    """Agents in their shifts, on average; None when nobody of this queue has any in the whole period."""
    mine = [one for agent, shifts in floor.shifts.items() if floor.serves(agent, queue) for one in shifts]
    if not mine:
        return None
    return {
        start: sum(max(0, min(b, end) - max(a, start)) for a, b in mine) / (end - start)
        for start, end in period.intervals
    }


def _promise(of: _Gathered, floor: Floor, group: Group) -> Promise:
    wanted, settings = of.wanted, of.reports.settings
    queue, channel = group[0], group[1] or of.wanted.channel
    limits = settings.limits(queue)
    caps = [member.max_concurrency for agent, member in floor.team.items() if floor.serves(agent, queue)]
    measured = of.shrinkage if of.shrinkage is not None and 0 < of.shrinkage < _MOST_SHRINKAGE else None
    shrinkage = measured if wanted.shrinkage is None else wanted.shrinkage
    return replace(
        wanted.promise, model="workload" if channel in CAN_WAIT else wanted.promise.model,
        min_agents=max(wanted.promise.min_agents, settings.min_agents),
        within_s=limits.sl_threshold_s, target=limits.sl_target,
        concurrency=median_low(caps) if caps else settings.max_concurrency,
        shrinkage=SHRINKAGE if shrinkage is None else shrinkage,
        shrinkage_measured=shrinkage is not None and shrinkage == measured,
    )  # fmt: skip


def _measured(figures: Mapping[str, Result], chat_s: Sequence[float], safe: Any) -> Work:
    values = {id_: _value(one) for id_, one in figures.items()}
    return Work(
        handle_s=values.get("aht"), chats=figures["aht"].n if "aht" in figures else 0,
        effective_handle_s=values.get("effective_handle_time"),
        concurrency_avg=values.get("concurrency_avg"), patience_s=values.get("patience_mean_s"),
        abandonment=values.get("queue_abandonment_rate_raw"), chat_s=chat_s,
        safe_concurrency=int(safe) if isinstance(safe, int | float) else None,
    )  # fmt: skip


def _lengths(results: Iterable[Result]) -> dict[str, tuple[float, ...]]:
    """Chat lengths with 1, 2, … chats at once, up to the first number seen too rarely; by queue."""
    found: dict[str, dict[int, float]] = {}
    for one in results:
        value, held = _value(one), int(one.group["engaged"])
        if value and held and (one.den or 0) >= _ENOUGH:
            found.setdefault(str(one.group.get("queue", "")), {})[held] = value
    lengths = {}
    for queue, by_held in found.items():
        seen = next(n for n in range(1, len(by_held) + 2) if n not in by_held)
        lengths[queue] = tuple(by_held[held] for held in range(1, seen))
    return lengths


def _value(one: Result) -> float | None:
    return float(one.value) if isinstance(one.value, int | float) else None


def _group(one: Result) -> Group:
    return str(one.group.get("queue", "")), str(one.group.get("channel", ""))


def _all(counts: Counts) -> dict[int, float]:
    total: dict[int, float] = {}
    for mine in counts.values():
        for start, count in mine.items():
            total[start] = total.get(start, 0) + count
    return total


def _runs(days: set[date]) -> list[tuple[date, date]]:
    """Days that follow each other, a week at most at a time."""
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][1] == timedelta(days=1) and (day - runs[-1][0]).days < _CHUNK_DAYS:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
