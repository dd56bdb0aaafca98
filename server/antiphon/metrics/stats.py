"""Intervals and percentiles (kpis.md G10, G23, S06). Standard library only."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

Z95 = 1.959963984540054


def _same(x: float) -> float:
    return x


def percentile(ordered: Sequence[float], q: float, scaled: Callable[[float], float] = _same) -> float | None:
    """Hyndman–Fan type 7 of values in order, with numpy's own rounding; None of nothing."""
    if not ordered:
        return None
    place = (len(ordered) - 1) * q
    i = math.floor(place)
    low, high, t = scaled(ordered[i]), scaled(ordered[min(i + 1, len(ordered) - 1)]), place - i
    return high - (high - low) * (1 - t) if t >= 0.5 else low + (high - low) * t


def wilson(hits: float, n: float) -> tuple[float, float] | None:
    """95 % interval of a proportion; None when it is none."""
    if n <= 0 or not 0 <= hits <= n:
        return None
    p, z2 = hits / n, Z95 * Z95
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def t_interval(total: float, squares: float, n: int) -> tuple[float, float] | None:
    """95 % interval of a mean from Σx and Σx²; None below two values."""
    if n < 2:
        return None
    mean = total / n
    variance = max(0.0, (squares - total * total / n) / (n - 1))
    half = t_quantile(n - 1) * math.sqrt(variance / n)
    return mean - half, mean + half


def nps_margin(promoters_minus_detractors: float, either: float, n: int) -> float | None:
    """Margin of error of a promoter score, in points."""
    if not n:
        return None
    net = promoters_minus_detractors / n
    return 1.96 * 100 * math.sqrt(max(0.0, either / n - net * net) / n)


@lru_cache(maxsize=8192)
def t_quantile(df: float, p: float = 0.975) -> float:
    """Student's t by bisection on its distribution function; exact to about 1e-10."""
    if df > 10_000:
        return Z95 + (Z95**3 + Z95) / (4 * df)  # Cornish–Fisher; off by less than 1e-8 here
    low, high = 0.0, 1000.0 if df < 2 else 50.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if t_cdf(middle, df) < p else (low, middle)
    return (low + high) / 2


def t_cdf(t: float, df: float) -> float:
    tail = 0.5 * incomplete_beta(df / 2, 0.5, df / (df + t * t))
    return 1 - tail if t >= 0 else tail


def normal_two_sided(z: float) -> float:
    """Two-sided p-value of a standard normal score."""
    return math.erfc(abs(z) / math.sqrt(2))


def fisher_two_sided(x2: int, n2: int, x1: int, n1: int) -> float:
    """Fisher's exact test of two shares: all tables of the same margins that are no likelier than this "
    "one."""
    hits, n = x1 + x2, n1 + n2

    def log_of(x: int) -> float:
        return _log_choose(n2, x) + _log_choose(n1, hits - x)

    own, all_ = log_of(x2), _log_choose(n, hits)
    tables = range(max(0, hits - n1), min(n2, hits) + 1)
    return min(1.0, sum(math.exp(log_of(x) - all_) for x in tables if log_of(x) <= own + 1e-9))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta I_x(a, b), by Lentz's continued fraction."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    if x < (a + 1) / (a + b + 2):
        return math.exp(log_front) * _fraction(a, b, x) / a
    return 1 - math.exp(log_front) * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1), tiny)
    h = d
    for m in range(1, 1000):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away(1 + numerator * d, tiny)
            c = _away(1 + numerator / c, tiny)
            h *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return h


def _away(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny
