"""Reports by columns: every number of the catalogue, over one view of the stored facts.

Measures are counted by columns, whole series at once. Formulas are made of such figures by the plain engine's
own code, and what columns cannot say is counted by it over rows made of the columns: one definition, two ways
to count.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from antiphon.metrics import calendar
from antiphon.metrics.catalogue import Kpi
from antiphon.metrics.columnar.count import Counting
from antiphon.metrics.columnar.finish import finish
from antiphon.metrics.columnar.frame import Frame
from antiphon.metrics.columnar.linked import Links
from antiphon.metrics.columnar.periods import Cuts
from antiphon.metrics.columnar.source import NotColumnar
from antiphon.metrics.columnar.sources import Asking, Sources
from antiphon.metrics.columnar.vector import Given
from antiphon.metrics.columnar.warehouse import View
from antiphon.metrics.grouping import Grouping, Key
from antiphon.metrics.measures import Measure
from antiphon.metrics.question import Question
from antiphon.metrics.report import Query, Run, lookup
from antiphon.metrics.results import Result
from antiphon.metrics.store import Facts
from antiphon.metrics.tally import Counter, Figure, counter


@dataclass(frozen=True, slots=True)
class Lines:
    """Results that were made one by one, looking like a frame."""

    _results: Sequence[Result]

    def __len__(self) -> int:
        return len(self._results)

    def results(self) -> Iterator[Result]:
        return iter(self._results)

    def wire(self) -> Iterator[dict[str, Any]]:
        return (result.wire() for result in self._results)


Answer = Frame | Lines


class Engine:
    """One query over one view. `facts` are the same rows for the plain engine."""

    def __init__(
        self, view: View, facts: Facts, query: Query, given: Given, links: Links | None = None
    ) -> None:
        self.facts, self.query, self.given = facts, query, given
        self.zone = calendar.zone_of(query.tz)
        self._sources = Sources(view, given, links or Links(view))
        self._countings: dict[tuple[Any, ...], Counting] = {}
        cuts = (
            calendar.buckets(query.from_ms, query.to_ms, self.zone, query.interval) if query.interval else ()
        )
        self.cuts: Cuts = tuple(cuts) or ((query.from_ms, query.to_ms),)

    def answers(self) -> list[Answer]:
        """One a KPI, in the order asked. Raises `Refused`."""
        return [self._answer(kpi) for kpi in lookup(self.query.kpis)]

    def _answer(self, kpi: Kpi) -> Answer:
        run = _Columns(self, kpi)
        if isinstance(kpi.measure, Measure):
            frame = self.frame(kpi, kpi.measure, self.cuts, run.cut, agent=run.agent)
            if frame is not None:
                return frame
        return Lines(run.lines())

    def frame(self, kpi: Kpi, measure: Measure, cuts: Cuts, cut: Grouping, *, agent: bool) -> Frame | None:
        """The figures of a measure in some periods; None when columns cannot say them."""
        one = counter(measure, kpi.klass)
        try:
            frame = self._counted(kpi, one, cuts, cut, agent=agent)
            if one.per is None:
                return frame
            return _divided(frame, self._counted(kpi, one.per, cuts, cut, agent=agent), one)
        except NotColumnar:
            return None

    def _counted(self, kpi: Kpi, one: Counter, cuts: Cuts, cut: Grouping, *, agent: bool) -> Frame:
        counting = self._counting(cut, agent=agent)
        sums = counting.sums(one, cuts, cut.by)
        shown = np.flatnonzero(sums["seen"]) if cut.by else np.arange(sums.groups.size)
        groups, place, keys = sums.groups.ordered(shown)
        figures = finish(one, sums, groups, counting.periods(cuts))
        return Frame(
            kpi=kpi, query=self.query, cuts=cuts, cut=place, coded=keys, figures=figures, agent=agent
        )

    def _counting(self, cut: Grouping, *, agent: bool) -> Counting:
        where = cut.filters
        key = (tuple(sorted(where.items())), agent)
        if key not in self._countings:
            asking = Asking(self.query.as_of_ms, self.zone, where, self.query.include_spam, agent)
            self._countings[key] = Counting(self._sources, asking)
        return self._countings[key]


def _divided(frame: Frame, per: Frame, one: Counter) -> Frame:
    """A measure with its denominator out of another table, group by group."""
    num = None if one.measure.take == "ratio" else 0
    nothing = Figure(None, num, None, 0, 0, 0, 0, 0, None, None)
    found = []
    for mine, others in zip(frame.by_key(), per.by_key(), strict=True):
        keys = mine.keys() | others.keys()
        found.append({key: _over(mine.get(key, nothing), others.get(key), one) for key in keys})
    return Frame.of(frame.kpi, frame.query, frame.cuts, found, agent=frame.agent)


def _over(figure: Figure, per: Figure | None, one: Counter) -> Figure:
    """As `Counter.finish` has it: a share is divided by the other figure, a sum has it as its denominator."""
    assert one.per is not None
    other = per.value if per is not None else 0 if one.per.measure.take in ("sum", "level") else None
    if one.measure.take == "ratio":
        value = figure.value / other if figure.value is not None and other else None
        return figure._replace(value=value)
    value = None if figure.num is None or not other else figure.num / other * one.measure.times
    return figure._replace(value=value, den=other)


@lru_cache(maxsize=64)
def _cuts(from_ms: int, to_ms: int, zone: ZoneInfo, interval: str) -> Cuts:
    return tuple(calendar.buckets(from_ms, to_ms, zone, interval)) if interval else ((from_ms, to_ms),)


class _Columns(Run):
    """The plain engine's run with its measures counted by columns, all periods of a series at once."""

    def __init__(self, engine: Engine, kpi: Kpi) -> None:
        super().__init__(engine.facts, engine.query, engine.given.q.settings, kpi)
        self._engine = engine
        self._found: dict[tuple[Any, ...], list[dict[Key, Figure]] | None] = {}

    @cached_property
    def _series(self) -> Mapping[tuple[int, int], tuple[Cuts, int]]:
        """The periods a formula may ask for, each with all of its kind and its place among them."""
        cuts = self._engine.cuts
        previous, start = tuple((2 * a - b, a) for a, b in cuts), tuple((a, a) for a, _ in cuts)
        return {one: (of, i) for of in (start, previous, cuts) for i, one in enumerate(of)}

    def measured(self, kpi: Kpi, measure: Measure, q: Question, cut: Grouping) -> dict[Key, Figure]:
        alone = (q.from_ms, q.to_ms)
        cuts, i = self._series.get(alone, ((alone,), 0))
        key = (kpi.id, cuts[0], len(cuts), cut.by, tuple(sorted(cut.filters.items())))
        if key not in self._found:
            frame = self._engine.frame(kpi, measure, cuts, cut, agent=self.agent)
            self._found[key] = None if frame is None else frame.by_key()
        found = self._found[key]
        return super().measured(kpi, measure, q, cut) if found is None else found[i]
