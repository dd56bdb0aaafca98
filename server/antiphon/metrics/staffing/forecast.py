"""What will come (kpis.md F08, F09): a seasonal moving average, its band, and how wrong it was.

Why so simple: beyond two or three days a plain historical average is hard to beat (Taylor 2008).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median, variance

WEEKS = 8
_MAD = 1.4826  # makes the median deviation comparable with a standard deviation
_OUTLIER = 3.5
_DECAY = 0.8
_LEVEL = (0.8, 1.25)
_EARLY = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Arrivals expected in one interval, with a 95 % band at least Poisson's."""

    expected: float
    low: float
    high: float
    weeks: int
    flagged: bool = False  # fewer than two comparable weeks: the mean of all same-hour intervals


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Σ|a − f| / Σa and Σ(f − a) / Σa; None when nothing came. No MAPE: it breaks at 0."""

    wape: float | None
    bias: float | None


def forecast(
    weeks: Sequence[float], *, fallback: Sequence[float] = (), level: float = 1.0, weighted: bool = False
) -> Forecast:
    """`weeks`: arrivals of this weekday and interval in the last weeks, latest last, holidays left out."""
    recent = _usual(weeks[-WEEKS:])
    flagged = len(recent) < 2
    values = list(fallback or recent) if flagged else recent
    if not values:
        return Forecast(expected=0.0, low=0.0, high=0.0, weeks=0, flagged=True)
    expected = (_weighted(values) if weighted else fmean(values)) * level
    excess = max(0.0, (variance(values) if len(values) > 1 else 0.0) - expected)
    half = 1.96 * math.sqrt(expected + excess)
    return Forecast(
        expected=expected,
        low=max(0.0, expected - half),
        high=expected + half,
        weeks=len(recent),
        flagged=flagged,
    )


def _usual(values: Sequence[float]) -> list[float]:
    """Without outliers by the median absolute deviation."""
    if len(values) < 3:
        return list(values)
    middle = median(values)
    spread = _OUTLIER * _MAD * median(abs(x - middle) for x in values)
    return [x for x in values if not spread or abs(x - middle) <= spread]


def _weighted(values: Sequence[float]) -> float:
    weights = [_DECAY**age for age in range(len(values))]
    return sum(w * x for w, x in zip(weights, reversed(values), strict=True)) / sum(weights)


def level(last_four: float, four_before: float) -> float:
    """How the last four weeks' total stands to the four before, within bounds; 1 when unknown."""
    return min(max(last_four / four_before, _LEVEL[0]), _LEVEL[1]) if four_before else 1.0


def reforecast(remaining: float, actual_so_far: float, forecast_so_far: float, share_of_day: float) -> float:
    """What is still to come today, once a quarter of the day is over."""
    if share_of_day < _EARLY or not forecast_so_far:
        return remaining
    return remaining * actual_so_far / forecast_so_far


def accuracy(actual: Sequence[float], expected: Sequence[float]) -> Accuracy:
    """Over closed intervals."""
    total = sum(actual)
    if not total:
        return Accuracy(wape=None, bias=None)
    pairs = list(zip(actual, expected, strict=True))
    return Accuracy(
        wape=sum(abs(a - f) for a, f in pairs) / total, bias=sum(f - a for a, f in pairs) / total
    )  # fmt: skip
