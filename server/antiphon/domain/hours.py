"""Opening hours, and the open time between two instants (kpis.md G20).

A week is a grid of local minutes per weekday, with closed dates (holidays). All instants are
UTC milliseconds; the zone decides only where local days begin, so DST neither adds nor removes
open time: each local opening is turned into UTC on its own day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ALWAYS: tuple[tuple[tuple[int, int], ...], ...] = (((0, 1440),),) * 7
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SEARCH_DAYS = 370  # a queue that opens less than once a year never opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """`week[0]` is Monday: pairs of local minutes since midnight, `[from, to)`, `to` ≤ 1440."""

    zone: str = "UTC"
    week: tuple[tuple[tuple[int, int], ...], ...] = ALWAYS
    closed_on: frozenset[str] = frozenset()  # ISO dates

    @property
    def always(self) -> bool:
        return self.week == ALWAYS and not self.closed_on

    def is_open(self, at_ms: int) -> bool:
        """True when `at_ms` lies in an opening, its first instant included, its last not."""
        return self.always or any(a <= at_ms < b for a, b in self._around(at_ms, at_ms + 1))

    def open_ms(self, from_ms: int, to_ms: int) -> int:
        """Open milliseconds in `[from_ms, to_ms)`; 0 when the interval is empty or reversed."""
        if to_ms <= from_ms:
            return 0
        if self.always:
            return to_ms - from_ms
        return sum(max(0, min(b, to_ms) - max(a, from_ms)) for a, b in self._around(from_ms, to_ms))

    def next_opening(self, at_ms: int) -> int | None:
        """When it opens next; `at_ms` itself if it is open; None if it never does."""
        if self.is_open(at_ms):
            return at_ms
        horizon = at_ms + _SEARCH_DAYS * 86_400_000
        return next((a for a, _ in self._around(at_ms, horizon) if a >= at_ms), None)

    def openings(self, from_ms: int, to_ms: int) -> list[tuple[int, int]]:
        """The openings within `[from_ms, to_ms)`, clipped to it, in order."""
        if self.always:
            return [(from_ms, to_ms)] if from_ms < to_ms else []
        clipped = ((max(a, from_ms), min(b, to_ms)) for a, b in self._around(from_ms, to_ms))
        return sorted((a, b) for a, b in clipped if a < b)

    def _around(self, from_ms: int, to_ms: int) -> Iterator[tuple[int, int]]:
        """All openings, as UTC milliseconds, of the local days the interval touches."""
        zone = ZoneInfo(self.zone)
        day = _local_date(from_ms, zone) - timedelta(days=1)
        last = _local_date(to_ms, zone) + timedelta(days=1)
        while day <= last:
            if day.isoformat() not in self.closed_on:
                for start, end in self.week[day.weekday()]:
                    yield _utc_ms(day, start, zone), _utc_ms(day, end, zone)
            day += timedelta(days=1)


def _local_date(at_ms: int, zone: ZoneInfo) -> date:
    return (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(zone).date()


def _utc_ms(day: date, minute: int, zone: ZoneInfo) -> int:
    if minute >= 1440:
        day, minute = day + timedelta(days=1), minute - 1440
    local = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)
    return round((local - _EPOCH).total_seconds() * 1000)
