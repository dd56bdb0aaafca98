"""What was to be expected, half hour by half hour, against what came (kpis.md F08,
F09). Rows for one question.

Comparable stretches are those of the same weekday and local clock in the weeks before, known in full at the
question's `as_of`; weeks before anybody ever came, and the queue's closed days, are none. Fewer than two:
all days at that hour stand in, and the row says so.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from antiphon.metrics import calendar, staffing
from antiphon.metrics.question import Question

_WEEKS, _HORIZON = 8, 60  # comparable weeks looked at, and how far back they may lie
Arrivals = Mapping[tuple[str, str], Sequence[int]]  # (queue, channel) → instants in order


class Expected(NamedTuple):
    """One half hour of one queue and channel."""

    queue: str
    channel: str
    at: int
    to_at: int
    actual: int
    expected: float
    variance: float  # of the expectation
    flagged: int  # too few comparable weeks


def expected(arrivals: Arrivals, q: Question) -> list[Expected]:
    """Every half hour of the question's period for which there is anything to go by."""
    cuts = [(a, b, list(_weeks(a, b, q))) for a, b in calendar.buckets(q.from_ms, q.to_ms, q.zone, "30m")]
    return [
        row
        for (queue, channel), instants in arrivals.items()
        for a, b, weeks in cuts
        if (row := _row(queue, channel, instants, a, b, weeks, q)) is not None
    ]


def _weeks(a: int, b: int, q: Question) -> Iterator[tuple[int, int]]:
    """The same stretch of the weeks before, latest first, as far as they were over."""
    for week in range(1, _HORIZON):
        start, end = (calendar.weeks_before(at, week, q.zone) for at in (a, b))
        if start < end <= q.as_of_ms:
            yield start, end


def _row(
    queue: str,
    channel: str,
    instants: Sequence[int],
    a: int,
    b: int,
    weeks: Sequence[tuple[int, int]],
    q: Question,
) -> Expected | None:
    usual = [w for w in weeks if w[1] > instants[0] and not _closed(queue, w[0], q)][:_WEEKS]
    counts = [_count(instants, start, end) for start, end in reversed(usual)]
    days = [] if len(counts) > 1 else list(_days(instants, a, b, q))
    found = staffing.forecast(counts, fallback=days)
    if found.flagged and not (counts or days):
        return None
    spread = (found.high - found.expected) / 1.96
    return Expected(
        queue, channel, a, b, _count(instants, a, min(b, q.until_ms)), found.expected, spread * spread,
        1 if found.flagged else 0,
    )  # fmt: skip


def _days(instants: Sequence[int], a: int, b: int, q: Question) -> Iterator[int]:
    """What came in the same stretch of each of the days before."""
    day_ms = 86_400_000
    for day in range(1, 7 * _WEEKS):
        start, end = a - day * day_ms, b - day * day_ms
        if end <= instants[0]:
            return
        if end <= q.as_of_ms:
            yield _count(instants, start, end)


def _count(instants: Sequence[int], a: int, b: int) -> int:
    return max(0, bisect_left(instants, b) - bisect_left(instants, a))


def _closed(queue: str, at: int, q: Question) -> bool:
    hours = q.hours.get(queue)
    return (
        hours is not None and calendar.local(at, ZoneInfo(hours.zone)).date().isoformat() in hours.closed_on
    )
