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
from antiphon.metrics.combine import COMBINE, Made
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
    return [line for kpi in lookup(query.kpis) for line in Run(facts, query, settings, kpi).lines()]


def lookup(ids: Iterable[str]) -> list[Kpi]:
    """Catalogue entries by id; an unknown id is refused and named."""
    found = []
    for id_ in ids:
        kpi = BY_ID.get(id_)
        if kpi is None:
            raise Refused("bad_request", f"There is no KPI called {id_!r}.", field="kpi")
        found.append(kpi)
    return found


class Run:
    """One KPI of one query. Another engine counts measures its own way by overriding `measured`."""

    def __init__(self, facts: Facts, query: Query, settings: Settings, kpi: Kpi) -> None:
        self.facts, self.query, self.kpi = facts, query, kpi
        self.zone = calendar.zone_of(query.tz)
        self.cut = self._grouping(query.by)
        self.question = Question(
            query.from_ms, query.to_ms, query.as_of_ms, settings, zone=self.zone, hours=query.hours
        )
        self._ordered: dict[tuple[Counter, Grouping], dict[Key, tuple[list[int], list[Any]]]] = {}
        self.agent = "agent" in self.cut.by or "agent" in self.cut.where
        check(_tables(kpi), kpi.id, (*self.cut.by, *self.cut.where))

    def _grouping(self, by: Sequence[str], *, filters: bool = True) -> Grouping:
        where = self.query.where if filters else {}
        return Grouping(self.facts, by, where, self.zone, spam=self.query.include_spam)

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
            result(self.kpi, figure, (q.from_ms, q.to_ms), self.query, group, start_ms, agent=self.agent)
            for group, figure in groups
        ]  # fmt: skip

    # -- figures -----------------------------------------------------------------------------------

    def _figures(self, kpi: Kpi, q: Question, cut: Grouping) -> dict[Key, Figure]:
        if isinstance(kpi.measure, Formula):
            return self._combined(kpi.measure, q, cut)
        return self.measured(kpi, kpi.measure, q, cut)

    def measured(self, kpi: Kpi, measure: Measure, q: Question, cut: Grouping) -> dict[Key, Figure]:
        """The figures of a KPI that counts rows itself, group by group."""
        one = counter(measure, kpi.klass)
        tallies = self._tallies(one, cut, q)
        pers = self._tallies(one.per, cut, q) if one.per is not None else {}
        wholes = _wholes(measure, tallies, cut.by)
        return {
            key: one.finish(
                tallies.get(key) or Tally(), q, pers.get(key, Tally()) if one.per else None, wholes.get(key)
            )
            for key in tallies.keys() | pers.keys()
        }

    def _combined(self, formula: Formula, q: Question, cut: Grouping) -> dict[Key, Figure]:
        parts: dict[str, dict[Key, Figure]] = {}
        for name, reference in formula.of.items():
            parts |= self._part(name, reference, q, cut)
        keys = {key for part in parts.values() for key in part if len(key) == len(cut.by)}
        keys |= set() if cut.by else {()}
        figures = {}
        for key in keys:
            of = {name: part.get(key) or part.get(()) or NOTHING for name, part in parts.items()}
            group = dict(zip(self.query.by, key, strict=False))
            figures[key] = _made(FORMULAS[formula.by](of, q, group), of)
        return figures

    def _part(self, name: str, reference: str, q: Question, cut: Grouping) -> dict[str, dict[Key, Figure]]:
        """The figures a formula names: `kpi`, or `kpi@` and what of it (see `combine`)."""
        id_, _, said = reference.partition("@")
        what, _, dim = said.partition("each ")
        if dim:
            fine = self._figures(BY_ID[id_], self._moved(q, what.strip()), self._grouping((*cut.by, dim)))
            each: dict[str, dict[Key, Figure]] = {}
            for key, figure in fine.items():
                each.setdefault(f"{name} {key[-1]}", {})[key[:-1]] = figure
            return each
        if what in ("whole", "all"):
            return {name: self._figures(BY_ID[id_], q, self._grouping((), filters=what == "whole"))}
        return {name: self._figures(BY_ID[id_], self._moved(q, what), cut)}

    def _moved(self, q: Question, when: str) -> Question:
        if when == "previous":
            return q.within(2 * q.from_ms - q.to_ms, q.from_ms)
        return q.within(q.from_ms, q.from_ms) if when == "start" else q

    # -- tallies -----------------------------------------------------------------------------------

    def _tallies(self, one: Counter, cut: Grouping, q: Question) -> dict[Key, Tally]:
        if one.at is None and cut.clocked:
            return self._by_clock(one, cut, q)
        groups = self._sliced(one, cut, q) if _in_order(one, cut) else cut.groups(one, q)
        return _shown({key: self._count(one, rows, q) for key, rows in groups.items()})

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
        merged: dict[Key, Tally] = {} if cut.by else {(): Tally()}
        for part, groups in cut.parts(one, q):
            for key, rows in groups.items():
                merged.setdefault(key, Tally()).add(self._count(one, rows, part))
        if one.measure.over_period:
            lengths = cut.lengths(q)
            for key, tally in merged.items():
                tally.lasted = cut.length(lengths, key)
        return _shown(merged)

    def _count(self, one: Counter, rows: Iterable[Any], q: Question) -> Tally:
        return one.count(rows, q, self.facts.owner, spam=self.query.include_spam, agent=self.agent)


def _shown(tallies: dict[Key, Tally]) -> dict[Key, Tally]:
    """A group is there when a row of it belongs to the period; without groups the figure always is."""
    return {key: tally for key, tally in tallies.items() if tally.seen or not key}


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


def _made(made: Made, of: Mapping[str, Figure]) -> Figure:
    """A formula's figure: as final and as well supported as its weakest part."""
    value, low, high = made if isinstance(made, tuple) else (made, None, None)
    parts = list(of.values()) or [NOTHING]
    return Figure(
        value, None, None, min(part.n for part in parts), sum(part.pending for part in parts),
        sum(part.immature for part in parts), sum(part.spam for part in parts), 0, low, high,
    )  # fmt: skip


def _wholes(measure: Measure, tallies: Mapping[Key, Tally], by: Sequence[str]) -> dict[Key, float]:
    """For shares of a whole: each group's denominator, one dimension not cut."""
    if not measure.of_all:
        return {}
    rest = [i for i, dim in enumerate(by) if dim != measure.of_all]
    whole: dict[Key, Tally] = {}
    of = {key: tuple(key[i] for i in rest) for key in tallies}
    for key, tally in tallies.items():
        whole.setdefault(of[key], Tally()).add(tally)
    distinct = measure.take == "distinct"
    return {key: len(whole[one].keys[1]) if distinct else whole[one].den for key, one in of.items()}


def key_order(key: Key) -> tuple[tuple[bool, Any], ...]:
    """Numbers before texts, each in their order."""
    return tuple((isinstance(part, str), part) for part in key)
