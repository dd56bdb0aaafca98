"""Local days, weeks and hours as UTC milliseconds (kpis.md G3).

A local day may have 23 or 25 hours; an interval series then has 23 or 25 hourly buckets. Buckets shorter
than a day are laid from the local day's own beginning, so half-hour zones come out right.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from antiphon.domain.errors import Refused

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STEPS_MS = {"15m": 900_000, "30m": 1_800_000, "1h": 3_600_000}
INTERVALS = (*STEPS_MS, "1d", "1w", "1mo")
Bucket = tuple[int, int]


def zone_of(name: str) -> ZoneInfo:
    """An IANA zone; refused when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise Refused("bad_request", f"There is no time zone called {name!r}.", field="tz") from unknown


def local(at_ms: int, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(zone)


@lru_cache(maxsize=65_536)
def hour_and_weekday(quarter: int, zone: ZoneInfo) -> tuple[int, int]:
    """Local hour and weekday (Monday = 0) of a UTC quarter-hour; zones change only at quarters."""
    at = local(quarter * 900_000, zone)
    return at.hour, at.weekday()


def day_start(day: date, zone: ZoneInfo) -> int:
    """The first instant of a local day."""
    return round((datetime.combine(day, time(), tzinfo=zone) - _EPOCH).total_seconds() * 1000)


def weeks_before(at_ms: int, weeks: int, zone: ZoneInfo) -> int:
    """The same local time so many weeks earlier, whatever the clocks did between."""
    then = local(at_ms, zone).replace(tzinfo=None) - timedelta(weeks=weeks)
    return round((then.replace(tzinfo=zone) - _EPOCH).total_seconds() * 1000)


def day_of(at_ms: int, zone: ZoneInfo) -> Bucket:
    """The local day around an instant."""
    day = local(at_ms, zone).date()
    return day_start(day, zone), day_start(day + timedelta(days=1), zone)


def buckets(from_ms: int, to_ms: int, zone: ZoneInfo, interval: str) -> list[Bucket]:
    """The period cut at local boundaries; the first and the last may be parts of theirs."""
    if interval not in INTERVALS:
        raise Refused("bad_request", f"interval must be one of {', '.join(INTERVALS)}.", field="interval")
    edges = _edges(from_ms, to_ms, zone, interval)
    cut = [(max(a, from_ms), min(b, to_ms)) for a, b in pairwise(edges)]
    return [(a, b) for a, b in cut if a < b]


def _edges(from_ms: int, to_ms: int, zone: ZoneInfo, interval: str) -> list[int]:
    day = _first_day(local(from_ms, zone).date(), interval)
    edges: list[int] = []
    while not edges or edges[-1] < to_ms:
        following = _following(day, interval)
        start, end = day_start(day, zone), day_start(following, zone)
        edges += range(start, end, STEPS_MS.get(interval, end - start))
        if end >= to_ms:
            edges.append(end)
        day = following
    return edges


def _first_day(day: date, interval: str) -> date:
    if interval == "1w":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if interval == "1mo" else day


def _following(day: date, interval: str) -> date:
    if interval == "1mo":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day + timedelta(days=7 if interval == "1w" else 1)
