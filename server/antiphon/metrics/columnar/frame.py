"""A KPI's figures as columns: as they were counted, until somebody wants them as results or on the wire."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from antiphon.metrics.catalogue import Kpi
from antiphon.metrics.columnar.finish import COUNTS, Figures
from antiphon.metrics.columnar.groups import Keys
from antiphon.metrics.columnar.periods import Cuts
from antiphon.metrics.columnar.words import Array
from antiphon.metrics.grouping import Key
from antiphon.metrics.report import Query, key_order
from antiphon.metrics.results import Result, few, iso, result
from antiphon.metrics.tally import Figure

_iso = lru_cache(maxsize=65_536)(iso)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One line a period and group: `cut` is the period's place in `cuts`, `keys` has each dimension's
    values."""

    kpi: Kpi
    query: Query
    cuts: Cuts
    cut: Array
    coded: Keys
    figures: Figures
    agent: bool

    def __len__(self) -> int:
        return len(self.cut)

    @property
    def keys(self) -> list[list[Any]]:
        """The segments of each line, dimension by dimension."""
        return self.coded.lists()

    @classmethod
    def of(
        cls, kpi: Kpi, query: Query, cuts: Cuts, found: Sequence[Mapping[Key, Figure]], *, agent: bool
    ) -> "Frame":
        """Figures made one by one, as columns."""
        lines = [(cut, key, of[key]) for cut, of in enumerate(found) for key in sorted(of, key=key_order)]
        figures = [figure for _, _, figure in lines]

        def column(name: str) -> Array:
            values = [getattr(figure, name) for figure in figures]
            return np.array([np.nan if one is None else one for one in values], dtype=np.float64)

        counts = {name: np.array([getattr(one, name) for one in figures], dtype=np.int64) for name in COUNTS}
        return cls(
            kpi=kpi, query=query, cuts=cuts, cut=np.array([cut for cut, _, _ in lines], dtype=np.int64),
            coded=Keys.of(list(zip(*(key for _, key, _ in lines if key), strict=True))), agent=agent,
            figures=Figures(
                column("value"), column("num"), column("den"), column("low"), column("high"), counts
            ),
        )  # fmt: skip

    def by_key(self) -> list[dict[Key, Figure]]:
        """The figures of each period by group: what formulas are made of."""
        found: list[dict[Key, Figure]] = [{} for _ in self.cuts]
        for cut, key, figure in self._lines():
            found[cut][key] = figure
        return found

    def _lines(self) -> Iterator[tuple[int, Key, Figure]]:
        f, counts = self.figures, self.figures.counts
        keys = zip(*self.keys, strict=True) if self.coded.dims else [()] * len(self)
        figures = map(
            Figure, _plain(f.value), _plain(f.num), _plain(f.den),
            *(counts[name].tolist() for name in COUNTS), _known(f.low), _known(f.high),
        )  # fmt: skip
        return zip(self.cut.tolist(), keys, figures, strict=True)

    def results(self) -> Iterator[Result]:
        """Line by line, as the plain engine gives them."""
        for cut, key, figure in self._lines():
            (a, b), group = self.cuts[cut], dict(zip(self.query.by, key, strict=True))
            start = a if self.query.interval else None
            yield result(self.kpi, figure, (a, b), self.query, group, start, agent=self.agent)

    def wire(self) -> Iterator[dict[str, Any]]:
        """The contract's objects, line by line."""
        q, kpi = self.query, self.kpi
        same = {
            "id": kpi.id,
            "unit": kpi.unit,
            "tz": q.tz,
            "as_of": iso(q.as_of_ms),
            "filters": dict(q.where),
        }
        edges = [(_iso(a), _iso(b), q.as_of_ms >= b) for a, b in self.cuts]
        for cut, key, (value, num, den, n, pending, immature, spam, short, low, high) in self._lines():
            start, end, over = edges[cut]
            body = {
                **same, "value": value, "num": num, "den": den, "n": n, "pending": pending,
                "immature": immature, "excluded_spam": spam, "excluded_short": short,
                "ci_low": low, "ci_high": high, "low_n": few(kpi, n, agent=self.agent),
                "final": not pending and not immature and over, "from": start, "to": end,
                "group": dict(zip(q.by, key, strict=True)),
            }  # fmt: skip
            if q.interval:
                body["interval_start"] = start
            yield body


def _plain(values: Array) -> list[Any]:
    """Python's numbers: whole ones without a point, None for nothing."""
    return [None if x != x else int(x) if x == int(x) else x for x in values.tolist()]


def _known(values: Array) -> list[float | None]:
    return [None if x != x else x for x in values.tolist()]
