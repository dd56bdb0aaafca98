"""Opening hours, and the open time between two instants (kpis.md G20).

A week is a grid of local minutes per weekday, with closed dates (holidays). All instants are
UTC milliseconds; the zone decides only where local days begin, so DST neither adds nor removes
open time: each local opening is turned into UTC on its own day. Hours remember what was in force
before them, so what was measured under old hours stays as it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ALWAYS: tuple[tuple[tuple[int, int], ...], ...] = (((0, 1440),),) * 7
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK_MS = 8 * 86_400_000  # a week and the day it began on
_SEARCH_DAYS = 370  # a queue that opens less than once a year never opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """`week[0]` is Monday: pairs of local minutes since midnight, `[from, to)`, `to` ≤ 1440."""

    zone: str = "UTC"
    week: tuple[tuple[tuple[int, int], ...], ...] = ALWAYS
    closed_on: frozenset[str] = frozenset()  # ISO dates
    former: tuple["Former", ...] = ()  # the oldest first

    @property
    def always(self) -> bool:
        return self.week == ALWAYS and not self.closed_on and not self.former

    def after(self, old: "Hours", since_ms: int) -> "Hours":
        """These hours in force from `since_ms` on, and until then what `old` says of that time."""
        kept = [one for one in old.former if one.until_ms < since_ms]
        last = next((one.hours for one in old.former if one.until_ms >= since_ms), replace(old, former=()))
        plain = replace(self, former=())
        if last != plain and since_ms > 0:
            kept.append(Former(until_ms=since_ms, hours=last))
        return replace(plain, former=tuple(kept))

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

    def closing(self, at_ms: int) -> int | None:
        """When it closes next; None if it is closed now, or open for longer than a week."""
        end = at_ms
        for start, until in self.openings(at_ms, at_ms + _WEEK_MS):
            if start > end:
                break
            end = until
        return end if at_ms < end < at_ms + _WEEK_MS else None

    def openings(self, from_ms: int, to_ms: int) -> list[tuple[int, int]]:
        """The openings within `[from_ms, to_ms)`, clipped to it, in order."""
        if self.always:
            return [(from_ms, to_ms)] if from_ms < to_ms else []
        clipped = ((max(a, from_ms), min(b, to_ms)) for a, b in self._around(from_ms, to_ms))
        return sorted((a, b) for a, b in clipped if a < b)

    def _around(self, from_ms: int, to_ms: int) -> Iterator[tuple[int, int]]:
        """All openings, as UTC milliseconds, of the local days the interval touches; with hours that
        changed, clipped to it."""
        if not self.former:
            yield from self._listed(from_ms, to_ms)
            return
        start = from_ms
        for until_ms, hours in (*((one.until_ms, one.hours) for one in self.former), (to_ms, self)):
            end = min(until_ms, to_ms)
            if start < end:
                clipped = ((max(a, start), min(b, end)) for a, b in hours._listed(start, end))
                yield from ((a, b) for a, b in clipped if a < b)
                start = end

    def _listed(self, from_ms: int, to_ms: int) -> Iterator[tuple[int, int]]:
        zone = ZoneInfo(self.zone)
        day = _local_date(from_ms, zone) - timedelta(days=1)
        last = _local_date(to_ms, zone) + timedelta(days=1)
        while day <= last:
            if day.isoformat() not in self.closed_on:
                for start, end in self.week[day.weekday()]:
                    yield _utc_ms(day, start, zone), _utc_ms(day, end, zone)
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """Hours that were in force before `until_ms`; their own `former` is empty."""

    until_ms: int
    hours: Hours


def _local_date(at_ms: int, zone: ZoneInfo) -> date:
    return (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(zone).date()


def _utc_ms(day: date, minute: int, zone: ZoneInfo) -> int:
    if minute >= 1440:
        day, minute = day + timedelta(days=1), minute - 1440
    local = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)
    return round((local - _EPOCH).total_seconds() * 1000)
