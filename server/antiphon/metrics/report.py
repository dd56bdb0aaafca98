"""Reports: KPIs of the catalogue over facts, for a period, cut by segments and intervals (kpis.md G8).

Rules:
1. Nothing here knows a KPI; an entry of the catalogue says what to count.
2. Groups and intervals are counted from rows; num and den are summed again, percentages never averaged.
3. Class S is the state at min(to, as_of), or at the end of each interval.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from antiphon.domain.errors import Refused
from antiphon.domain.hours import Hours
from antiphon.metrics import calendar
from antiphon.metrics.catalogue import BY_ID, Kpi
from antiphon.metrics.combine import COMBINE
from antiphon.metrics.demand import DEMAND
from antiphon.metrics.grouping import Grouping, Key, check
from antiphon.metrics.measures import Formula, Measure
from antiphon.metrics.question import Question
from antiphon.metrics.results import Result, result
from antiphon.metrics.settings import Settings
from antiphon.metrics.store import ASKED, Facts
from antiphon.metrics.tables import COLUMNS
from antiphon.metrics.tally import Counter, Figure, Tally, counter


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
    hours: Mapping[str, Hours] = field(default_factory=dict)


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
        self.cut, self.whole = self._grouping(query.by), self._grouping(())
        self.question = Question(
            query.from_ms, query.to_ms, query.as_of_ms, settings, zone=self.zone, hours=query.hours
        )
        self._ordered: dict[tuple[Counter, Grouping], dict[Key, tuple[list[int], list[Any]]]] = {}
        self.agent = "agent" in self.cut.by or "agent" in self.cut.where
        check(_tables(kpi), kpi.id, (*self.cut.by, *self.cut.where))

    def _grouping(self, by: Sequence[str]) -> Grouping:
        return Grouping(self.facts, by, self.query.where, self.zone, spam=self.query.include_spam)

    def lines(self) -> list[Result]:
        query = self.query
        if not query.interval:
            return self._period(self.question, None)
        cuts = calendar.buckets(query.from_ms, query.to_ms, self.zone, query.interval)
        return [line for a, b in cuts for line in self._period(self.question.within(a, b), a)]

    def _period(self, q: Question, start_ms: int | None) -> list[Result]:
        figures = self._figures(self.kpi, q, self.cut)
        groups = [
            (dict(zip(self.query.by, key, strict=True)), figures[key])
            for key in sorted(figures, key=key_order)
        ]
        return [
            result(self.kpi, figure, q, self.query, group, start_ms, agent=self.agent)
            for group, figure in groups
        ]  # fmt: skip

    # -- figures -----------------------------------------------------------------------------------

    def _figures(self, kpi: Kpi, q: Question, cut: Grouping) -> dict[Key, Figure]:
        if isinstance(kpi.measure, Formula):
            return self._combined(kpi.measure, q, cut)
        one = counter(kpi.measure, kpi.klass)
        tallies = self._tallies(one, cut, q)
        pers = self._tallies(one.per, cut, q) if one.per is not None else {}
        whole = _whole(kpi.measure, tallies.values())
        return {
            key: one.finish(
                tallies.get(key) or Tally(), q, pers.get(key, Tally()) if one.per else None, whole
            )
            for key in tallies.keys() | pers.keys()
        }

    def _combined(self, formula: Formula, q: Question, cut: Grouping) -> dict[Key, Figure]:
        parts = {name: self._part(reference, q, cut) for name, reference in formula.of.items()}
        keys = {key for part in parts.values() for key in part if len(key) == len(cut.by)}
        figures = {}
        for key in keys:
            of = {name: part.get(key) or part.get(()) or NOTHING for name, part in parts.items()}
            group = dict(zip(self.query.by, key, strict=True)) if cut.by else {}
            figures[key] = _made(FORMULAS[formula.by](of, q, group), of)
        return figures

    def _part(self, reference: str, q: Question, cut: Grouping) -> dict[Key, Figure]:
        """The figures a formula names: `kpi`, `kpi@previous`, `kpi@start`, `kpi@whole`, `kpi@week3`."""
        id_, _, when = reference.partition("@")
        if when == "previous":
            q = q.within(2 * q.from_ms - q.to_ms, q.from_ms)
        elif when == "start":
            q = q.within(q.from_ms, q.from_ms)
        elif when.startswith("week"):
            weeks = int(when.removeprefix("week"))
            ends = (calendar.weeks_before(at, weeks, self.zone) for at in (q.from_ms, q.to_ms))
            q = q.within(*ends)
        return self._figures(BY_ID[id_], q, self.whole if when == "whole" else cut)

    # -- tallies -----------------------------------------------------------------------------------

    def _tallies(self, one: Counter, cut: Grouping, q: Question) -> dict[Key, Tally]:
        if one.at is None and cut.clocked:
            return self._by_clock(one, cut, q)
        groups = self._sliced(one, cut, q) if _in_order(one, cut) else cut.groups(one, q)
        return {key: self._count(one, rows, q) for key, rows in groups.items()}

    def _sliced(self, one: Counter, cut: Grouping, q: Question) -> dict[Key, Sequence[Any]]:
        """The period's rows of each group, found by bisection: rows are grouped once for all intervals."""
        at = one.measure.at
        ordered = self._ordered.get((one, cut))
        if ordered is None:
            groups = {key: sorted(rows, key=attrgetter(at)) for key, rows in cut.groups(one, q).items()}
            ordered = {key: ([getattr(row, at) for row in rows], rows) for key, rows in groups.items()}
            self._ordered[one, cut] = ordered
        found = {
            key: rows[bisect_left(instants, q.from_ms) : bisect_left(instants, q.to_ms)]
            for key, (instants, rows) in ordered.items()
        }
        return {key: rows for key, rows in found.items() if rows or not cut.by}

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


def _in_order(one: Counter, cut: Grouping) -> bool:
    """Can the counter's rows be put in the order of their instant once and for all?"""
    m = one.measure
    plain = m.at in COLUMNS[m.table] and m.table not in ASKED
    return plain and not (cut.clocked or m.trailing_ms or m.standing)


def _tables(kpi: Kpi) -> set[str]:
    """The tables a KPI is counted from, through all its parts."""
    if isinstance(kpi.measure, Measure):
        return {kpi.measure.table}
    parts = (BY_ID[reference.partition("@")[0]] for reference in kpi.measure.of.values())
    return {table for part in parts for table in _tables(part)}


FORMULAS = {**COMBINE, **DEMAND}
NOTHING = Figure(None, None, None, 0, 0, 0, 0, 0, None, None)


def _made(value: float | str | None, of: Mapping[str, Figure]) -> Figure:
    """A formula's figure: as final and as well supported as its weakest part."""
    return Figure(
        value, None, None, min(part.n for part in of.values()), sum(part.pending for part in of.values()),
        sum(part.immature for part in of.values()), sum(part.spam for part in of.values()), 0, None, None,
    )  # fmt: skip


def _whole(measure: Measure, tallies: Iterable[Tally]) -> float | None:
    """The denominator of all groups together, for shares of a whole."""
    if not measure.of_all:
        return None
    if measure.take == "distinct":
        return len(set().union(*(tally.keys[1] for tally in tallies)))
    return sum(tally.den for tally in tallies)


def key_order(key: Key) -> tuple[tuple[bool, Any], ...]:
    """Numbers before texts, each in their order."""
    return tuple((isinstance(part, str), part) for part in key)
