"""Reports: KPIs of the catalogue over facts, for a period, cut by segments and intervals (kpis.md G8).

Rules:
1. Nothing here knows a KPI; an entry of the catalogue says what to count.
2. Groups and intervals are counted from rows; num and den are summed again, percentages never averaged.
3. Class S is the state at min(to, as_of), or at the end of each interval.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from antiphon.domain.errors import Refused
from antiphon.metrics import calendar
from antiphon.metrics.catalogue import BY_ID, Kpi
from antiphon.metrics.question import Question
from antiphon.metrics.results import Result, result
from antiphon.metrics.settings import Settings
from antiphon.metrics.store import SELECTED, Facts, Rows
from antiphon.metrics.tables import COLUMNS
from antiphon.metrics.tally import Counter, Tally, counter

CLOCK = ("hour", "weekday")
_ALIAS = {"department": "queue", "segment_plan": "segment", "visitor_segment": "segment"}
Key = tuple[Any, ...]


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
        self.by = tuple(_ALIAS.get(dim, dim) for dim in query.by)
        self.where = {_ALIAS.get(dim, dim): value for dim, value in query.where.items()}
        self.question = Question(query.from_ms, query.to_ms, query.as_of_ms, settings)
        self.agent = "agent" in self.by or "agent" in self.where
        self.counter = counter(kpi.measure, kpi.klass)
        check_dims(kpi, (*self.by, *self.where))

    def lines(self) -> list[Result]:
        query = self.query
        if not query.interval:
            return self._period(self.question, None)
        cuts = calendar.buckets(query.from_ms, query.to_ms, self.zone, query.interval)
        return [line for a, b in cuts for line in self._period(self.question.within(a, b), a)]

    def _period(self, q: Question, start_ms: int | None) -> list[Result]:
        tallies = self._tallies(self.counter, q)
        pers = self._tallies(self.counter.per, q) if self.counter.per else {}
        keys = tallies.keys() | pers.keys() if self.by else {()}
        whole = sum(t.den for t in tallies.values()) if self.kpi.measure.of_all else None
        lines = []
        for key in sorted(keys, key=_order):
            per = _over(pers, key) if self.counter.per else None
            figure = self.counter.finish(tallies.get(key) or Tally(), q, per, whole)
            group = dict(zip(self.query.by, key, strict=True))
            lines.append(result(self.kpi, figure, q, self.query, group, start_ms, agent=self.agent))
        return lines

    def _tallies(self, count: Counter, q: Question) -> dict[Key, Tally]:
        if count.at is None and any(dim in CLOCK for dim in self.by):
            return self._by_clock(count, q)
        groups = self._groups(count, q)
        spam, owner = self.query.include_spam, self.facts.owner
        return {
            key: count.count(rows, q, owner, spam=spam, agent=self.agent)
            for key, rows in groups.items()
        }  # fmt: skip

    def _by_clock(self, count: Counter, q: Question) -> dict[Key, Tally]:
        """Interval KPIs by local hour or weekday: each local hour is counted, equal ones are put together."""
        merged: dict[Key, Tally] = {}
        for a, b in calendar.buckets(q.from_ms, q.until_ms, self.zone, "1h"):
            hour, weekday = calendar.hour_and_weekday(a // 900_000, self.zone)
            part = q.within(a, b)
            for key, rows in self._groups(count, part, hour, weekday).items():
                tally = count.count(
                    rows, part, self.facts.owner, spam=self.query.include_spam, agent=self.agent
                )
                merged.setdefault(key, Tally()).add(tally)
        return merged

    def _groups(self, count: Counter, q: Question, hour: int = 0, weekday: int = 0) -> dict[Key, list[Any]]:
        table = count.measure.table
        dims = [dim for dim in self.by if count.measure is self.kpi.measure or self._has(table, dim)]
        groups: dict[Key, list[Any]] = {} if self.by else {(): []}
        for row in self._rows(table):
            if not self._kept(row, table):
                continue
            owner = self.facts.owner(row)
            if count.at is not None and any(dim in CLOCK for dim in dims):
                if not count.belongs(row, q, owner):
                    continue
                at = count.at(row, q, owner)
                hour, weekday = calendar.hour_and_weekday(at // 900_000, self.zone)
            key = tuple(_segment(row, owner, dim, hour, weekday) for dim in dims)
            groups.setdefault(key, []).append(row)
        return groups

    def _rows(self, table: str) -> Rows:
        if table not in SELECTED:
            return self.facts.rows(table)
        wanted = {dim: value for dim, value in self.where.items() if dim in _PLACES}
        spam = table != "handling" or self.query.include_spam
        agent = self.where.get("agent")

        def keep(row: Any) -> bool:
            owner = self.facts.owner(row)
            if owner is not None and owner.spam and not spam:
                return False
            return all(str(_segment(row, owner, dim)) == value for dim, value in wanted.items())

        return self.facts.selected(table, keep, lambda row: agent is None or row.agent == agent)

    def _kept(self, row: Any, table: str) -> bool:
        owner = self.facts.owner(row)
        for dim, value in self.where.items():
            if table in SELECTED and dim in _PLACES:
                continue  # chosen before the pieces were made
            if self._has(table, dim) and str(_segment(row, owner, dim)) != value:
                return False
        return True

    def _has(self, table: str, dim: str) -> bool:
        return dim in COLUMNS[table] or "conversation" in COLUMNS[table] or "ticket" in COLUMNS[table]


_PLACES = frozenset({"queue", "channel", "agent", "topic"})


def check_dims(kpi: Kpi, dims: Iterable[str]) -> None:
    """Refuses a segment the KPI's rows cannot be cut by."""
    columns = COLUMNS[kpi.measure.table]
    for dim in dims:
        known = dim in CLOCK or dim in columns or dim in COLUMNS["conversation"] or dim in COLUMNS["ticket"]
        if not known or dim == "spam":
            raise Refused("bad_request", f"{kpi.id} cannot be cut by {dim!r}.", field="by")


def _segment(row: Any, owner: Any, dim: str, hour: int = 0, weekday: int = 0) -> Any:
    if dim == "hour":
        return hour
    if dim == "weekday":
        return weekday
    own = getattr(row, dim, None)
    return own if own is not None else getattr(owner, dim, "")


def _over(pers: Mapping[Key, Tally], key: Key) -> Tally:
    """The other table's tally for a group; the whole table's where it knows no such segment."""
    return pers.get(key) or (pers.get(()) if () in pers else None) or Tally()


def _order(key: Key) -> tuple[tuple[bool, Any], ...]:
    return tuple((isinstance(part, str), part) for part in key)


def zone(name: str) -> ZoneInfo:
    return calendar.zone_of(name)
