"""Rows into groups: by segments, by filters, by the local clock.

A dimension is a column of the row, else of its conversation (or ticket); `hour` and `weekday` are local,
of the
attribution instant. Rows that exist only for a selection of others (pieces, handlings) are made anew for each
place (queue, channel, topic) they are cut by, so an agent's time in one queue is counted as if it were all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from antiphon.domain.errors import Refused
from antiphon.metrics import calendar
from antiphon.metrics.question import Question
from antiphon.metrics.store import ASKED, SELECTED, Facts
from antiphon.metrics.tables import COLUMNS
from antiphon.metrics.tally import Counter

Key = tuple[Any, ...]
Groups = dict[Key, list[Any]]

CLOCK = ("hour", "weekday")
ALIASES = {"department": "queue", "visitor_segment": "segment", "tag": "topic"}
_PLACES = frozenset({"queue", "channel", "topic", "agent"})


def named(dim: str) -> str:
    """A dimension under the name of its column."""
    return ALIASES.get(dim, dim)


def check(tables: Iterable[str], kpi: str, dims: Iterable[str]) -> None:
    """Refuses a dimension that none of the KPI's tables can be cut by."""
    columns = {*CLOCK}.union(*(COLUMNS[table] for table in (*tables, "conversation", "ticket")))
    for dim in dims:
        if dim not in columns or dim == "spam":
            raise Refused("bad_request", f"{kpi} cannot be cut by {dim!r}.", field="by")


class Grouping:
    """How one query cuts the facts."""

    def __init__(
        self, facts: Facts, by: Sequence[str], where: Mapping[str, str], zone: ZoneInfo, *, spam: bool
    ) -> None:
        self._facts, self._zone, self._spam = facts, zone, spam
        self.by = tuple(named(dim) for dim in by)
        self.where = {named(dim): value for dim, value in where.items() if dim not in CLOCK}
        self.filters = {named(dim): value for dim, value in where.items()}
        self._hours = [(CLOCK.index(dim), value) for dim, value in where.items() if dim in CLOCK]
        self.clocked = bool(self._hours) or any(dim in CLOCK for dim in self.by)

    def parts(self, one: Counter, q: Question) -> Iterator[tuple[Question, Groups]]:
        """The question with its groups; where rows of time meet the clock, hour by hour."""
        if one.at is not None or not self.clocked:
            yield q, self.groups(one, q)
            return
        for a, b in calendar.buckets(q.from_ms, q.until_ms, self._zone, "1h"):
            clock = calendar.hour_and_weekday(a // 900_000, self._zone)
            if self._wanted(clock):
                part = q.within(a, b)
                yield part, self.groups(one, part, clock)

    def lengths(self, q: Question) -> dict[tuple[int, int], int]:
        """How long each hour and weekday that is asked for has lasted in the period, in milliseconds."""
        found: dict[tuple[int, int], int] = {}
        for a, b in calendar.buckets(q.from_ms, max(q.from_ms, q.now_ms), self._zone, "1h"):
            clock = calendar.hour_and_weekday(a // 900_000, self._zone)
            if self._wanted(clock):
                found[clock] = found.get(clock, 0) + b - a
        return found

    def length(self, lengths: Mapping[tuple[int, int], int], key: Key) -> int:
        """The part of `lengths` that a group is of."""
        own = {CLOCK.index(dim): part for dim, part in zip(self.by, key, strict=False) if dim in CLOCK}
        return sum(ms for clock, ms in lengths.items() if all(clock[at] == part for at, part in own.items()))

    def _wanted(self, clock: tuple[int, int]) -> bool:
        return all(str(clock[at]) == value for at, value in self._hours)

    def groups(self, one: Counter, q: Question, clock: tuple[int, int] = (0, 0)) -> Groups:
        """Kept rows by their key; without dimensions a single group, which may be empty."""
        groups: Groups = {} if self.by else {(): []}
        for places, rows in self._rows(one.measure.table, q):
            for row in rows:
                owner = self._facts.owner(row)
                if not self._kept(row, owner, places):
                    continue
                if self.clocked and one.at is not None:
                    if not one.belongs(row, q, owner):
                        continue
                    clock = calendar.hour_and_weekday(one.at(row, q, owner) // 900_000, self._zone)
                    if not self._wanted(clock):
                        continue
                for key in self._keys(row, owner, places, clock):
                    groups.setdefault(key, []).append(row)
        return groups

    def _keys(self, row: Any, owner: Any, places: Mapping[str, Any], clock: tuple[int, int]) -> Iterable[Key]:
        """A row's group; what serves several queues is in the group of each (Q17)."""
        if "queue" not in self.by or "queue" in places or not hasattr(row, "queues"):
            return (self._key(row, owner, places, clock),)
        serves = row.queues or sorted(self._facts.queues)
        return [self._key(row, owner, {**places, "queue": queue}, clock) for queue in serves]

    def _key(self, row: Any, owner: Any, places: Mapping[str, Any], clock: tuple[int, int]) -> Key:
        given = {**places, "hour": clock[0], "weekday": clock[1]}
        return tuple(given[dim] if dim in given else _segment(row, owner, dim) for dim in self.by)

    def _kept(self, row: Any, owner: Any, places: Mapping[str, Any]) -> bool:
        if not self.where:
            return True
        return all(
            dim in places or not _has(row, owner, dim) or _is(row, owner, dim, value)
            for dim, value in self.where.items()
        )

    def _rows(self, table: str, q: Question) -> Iterable[tuple[Mapping[str, Any], Sequence[Any]]]:
        if table in ASKED:
            return (({}, self._facts.asked(table, q)),)
        if table not in SELECTED:
            return (({}, self._facts.rows(table)),)
        return self._selections(table)

    def _selections(self, table: str) -> Iterable[tuple[Mapping[str, Any], Sequence[Any]]]:
        """Rows derived once for each combination of places that they are cut by and do not know "
        "themselves."""
        cut = [dim for dim in self.by if dim in _PLACES and dim not in COLUMNS[table]]
        filtered = {dim: self.where[dim] for dim in place_filters(self.where, table)}
        engaged = [row for row in self._facts.rows("engagement") if self._chosen(row, table, filtered)]
        agent = self.where.get("agent")
        for values in {tuple(self._of(row, dim) for dim in cut): None for row in engaged} or {
            ("",) * len(cut): None
        }:
            places = dict(zip(cut, values, strict=True))
            keep = partial(self._chosen, table=table, wanted=filtered | places)
            keep_agent = partial(_is_agent, agent=agent)
            yield dict.fromkeys(filtered) | places, self._facts.selected(table, keep, keep_agent)

    def _chosen(self, row: Any, table: str, wanted: Mapping[str, Any]) -> bool:
        owner = self._facts.owner(row)
        if owner is not None and owner.spam and table == "handling" and not self._spam:
            return False
        return all(str(_segment(row, owner, dim)) == str(value) for dim, value in wanted.items())

    def _of(self, row: Any, dim: str) -> Any:
        return _segment(row, self._facts.owner(row), dim)


def place_filters(where: Iterable[str], table: str) -> frozenset[str]:
    """Filters that say which engagements rows are made of: places that the rows do not know themselves."""
    return _PLACES.intersection(where) - COLUMNS[table]


def _is_agent(row: Any, agent: str | None) -> bool:
    return agent is None or row.agent == agent


def _segment(row: Any, owner: Any, dim: str) -> Any:
    own = getattr(row, dim, None)
    return own if own is not None else getattr(owner, dim, "")


def _has(row: Any, owner: Any, dim: str) -> bool:
    return hasattr(row, dim) or hasattr(owner, dim) or (dim == "queue" and hasattr(row, "queues"))


def _is(row: Any, owner: Any, dim: str, value: str) -> bool:
    if dim == "queue" and hasattr(row, "queues"):
        return not row.queues or value in row.queues
    return str(_segment(row, owner, dim)) == value
