"""Reports: KPIs of the catalogue over facts, for a period, cut by segments and intervals (kpis.md G8).

Rules:
1. Nothing here knows a KPI; an entry of the catalogue says what to count.
2. Groups and intervals are counted from rows; num and den are summed again, percentages never averaged.
3. Class S is the state at min(to, as_of), or at the end of each interval.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from antiphon.domain.errors import Refused
from antiphon.metrics import calendar
from antiphon.metrics.catalogue import BY_ID, Kpi
from antiphon.metrics.grouping import Grouping, Key, check
from antiphon.metrics.question import Question
from antiphon.metrics.results import Result, result
from antiphon.metrics.settings import Settings
from antiphon.metrics.store import Facts
from antiphon.metrics.tally import Counter, Tally, counter


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question to the reports, already parsed."""

    kpis: Sequence[str]
    from_ms: int
    to_ms: int
    as_of_ms: int
    tz: str = "UTC"
    by: Sequence[str] = ()
    interval: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    include_spam: bool = False


def report(facts: Facts, query: Query, settings: Settings) -> list[Result]:
    """The results, KPI by KPI, interval by interval, group by group."""
    return [line for kpi in lookup(query.kpis) for line in _Run(facts, query, settings, kpi).lines()]


def lookup(ids: Iterable[str]) -> list[Kpi]:
    """Catalogue entries by id; an unknown id is refused and named."""
    found = []
    for id_ in ids:
        kpi = BY_ID.get(id_)
        if kpi is None:
            raise Refused("bad_request", f"There is no KPI called {id_!r}.", field="kpi")
        found.append(kpi)
    return found


class _Run:
    """One KPI of one query."""

    def __init__(self, facts: Facts, query: Query, settings: Settings, kpi: Kpi) -> None:
        self.facts, self.query, self.kpi = facts, query, kpi
        self.zone = calendar.zone_of(query.tz)
        self.cut = self._grouping(query.by)
        self.question = Question(query.from_ms, query.to_ms, query.as_of_ms, settings)
        self.agent = "agent" in self.cut.by or "agent" in self.cut.where
        self.counter = counter(kpi.measure, kpi.klass)
        check(kpi.measure.table, kpi.id, (*self.cut.by, *self.cut.where))

    def _grouping(self, by: Sequence[str]) -> Grouping:
        return Grouping(self.facts, by, self.query.where, self.zone, spam=self.query.include_spam)

    def lines(self) -> list[Result]:
        query = self.query
        if not query.interval:
            return self._period(self.question, None)
        cuts = calendar.buckets(query.from_ms, query.to_ms, self.zone, query.interval)
        return [line for a, b in cuts for line in self._period(self.question.within(a, b), a)]

    def _period(self, q: Question, start_ms: int | None) -> list[Result]:
        tallies = self._tallies(self.counter, self.cut, q)
        pers = self._others(q)
        whole = sum(t.den for t in tallies.values()) if self.kpi.measure.of_all else None
        lines = []
        for key in sorted(tallies.keys() | pers.keys(), key=_order):
            per = pers.get(key, Tally()) if self.counter.per else None
            figure = self.counter.finish(tallies.get(key) or Tally(), q, per, whole)
            group = dict(zip(self.query.by, key, strict=True))
            lines.append(result(self.kpi, figure, q, self.query, group, start_ms, agent=self.agent))
        return lines

    def _others(self, q: Question) -> dict[Key, Tally]:
        """The denominators out of another table; what it cannot be cut by it gives whole to every group."""
        per = self.counter.per
        return self._tallies(per, self.cut, q) if per is not None else {}

    def _tallies(self, one: Counter, cut: Grouping, q: Question) -> dict[Key, Tally]:
        if one.at is None and cut.clocked:
            return self._by_clock(one, cut, q)
        return {key: self._count(one, rows, q) for key, rows in cut.groups(one, q).items()}

    def _by_clock(self, one: Counter, cut: Grouping, q: Question) -> dict[Key, Tally]:
        """Interval KPIs by local hour or weekday: each hour is counted, equal ones are put together."""
        merged: dict[Key, Tally] = {}
        for a, b in calendar.buckets(q.from_ms, q.until_ms, self.zone, "1h"):
            part, clock = q.within(a, b), calendar.hour_and_weekday(a // 900_000, self.zone)
            for key, rows in cut.groups(one, part, clock).items():
                merged.setdefault(key, Tally()).add(self._count(one, rows, part))
        return merged

    def _count(self, one: Counter, rows: Iterable[Any], q: Question) -> Tally:
        return one.count(rows, q, self.facts.owner, spam=self.query.include_spam, agent=self.agent)


def _order(key: Key) -> tuple[tuple[bool, Any], ...]:
    return tuple((isinstance(part, str), part) for part in key)
