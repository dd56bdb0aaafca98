"""What came before, by local date and time of day; what it lets expect, and how far that would have been off.

A week is comparable when the queue was open on its day and had had its first visitor. The clock's local time
counts: on a day of 23 or 25 hours a slot is missing or there twice (then its mean).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from antiphon.metrics import calendar
from antiphon.metrics.staffing.forecast import WEEKS, Accuracy, Forecast, accuracy, forecast, level

Slot = tuple[date, int]  # local date, minute of the day
Ahead = tuple[Slot, int]  # and how many weeks back the last comparable day is that is known

BACK = 4  # weeks a forecast is tried on
SPARE = 4  # further weeks, for those that are not comparable
_SAME_HOUR_DAYS = 14
_DAY = timedelta(days=1)


def slot_of(at_ms: int, zone: ZoneInfo) -> Slot:
    at = calendar.local(at_ms, zone)
    return at.date(), at.hour * 60 + at.minute


def ahead_of(slot: Slot, known: date) -> Ahead:
    """A slot seen by whom knows the days before `known`, and of the past only what was before it."""
    return slot, max(1, -(-((slot[0] - min(known, slot[0])).days + 1) // 7))


def days_needed(days: Iterable[date], known: date) -> set[date]:
    """The dates whose arrivals a forecast of `days` and its trial rest on, made when `known` begins."""
    needed: set[date] = set()
    for day in days:
        _, lead = ahead_of((day, 0), known)
        needed |= {day - _DAY * 7 * week for week in range(lead, 2 * lead + BACK + WEEKS + SPARE - 1)}
        needed |= {min(known, day) - _DAY * n for n in range(1, _SAME_HOUR_DAYS + 1)}
    return needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How wrong the last weeks' forecasts would have been, made as this one; and each week just repeated.

    `weeks` and `intervals` are how many it could be tried on.
    """

    accuracy: Accuracy
    repeated: Accuracy
    weeks: int
    intervals: int


@dataclass(frozen=True, kw_only=True)
class History:
    """One queue's arrivals in the slots that are over; `holidays` are the days it was shut."""

    arrivals: Mapping[Slot, float]
    holidays: frozenset[date] = field(default_factory=frozenset)

    @cached_property
    def first(self) -> date | None:
        """The day anybody came first."""
        return min((day for (day, _), count in self.arrivals.items() if count), default=None)

    def expect(self, ahead: Ahead, known: date, *, trend: float = 1.0, weighted: bool = False) -> Forecast:
        """What a slot lets expect to whom knows the days before `known`."""
        slot, lead = ahead
        return forecast(
            self._weeks(slot, lead), fallback=self._same_hour(slot[1], min(known, slot[0])), level=trend,
            weighted=weighted,
        )  # fmt: skip

    def trend(self, ahead: Sequence[Ahead]) -> float:
        """How the last four weeks of these slots stand to the four before."""
        recent = sum(sum(self._span(slot, lead, lead + 4)) for slot, lead in ahead)
        before = sum(sum(self._span(slot, lead + 4, lead + 8)) for slot, lead in ahead)
        return level(recent, before)

    def tried(self, ahead: Sequence[Ahead], *, trend: bool, weighted: bool) -> Trial:
        """The same forecast made 1, 2, 3 and 4 weeks earlier, looking as far ahead."""
        found: list[tuple[float, float, float]] = []  # actual, expected, the week before repeated
        weeks = 0
        for back in range(BACK):
            past = [(_earlier(slot, lead + back), lead) for slot, lead in ahead]
            by = self.trend(past) if trend else 1.0
            week = [one for slot, lead in past if (one := self._try(slot, lead, by, weighted=weighted))]
            found, weeks = found + week, weeks + bool(week)
        actual = [one[0] for one in found]
        return Trial(
            accuracy=accuracy(actual, [one[1] for one in found]),
            repeated=accuracy(actual, [one[2] for one in found]), weeks=weeks, intervals=len(found),
        )  # fmt: skip

    def _try(self, slot: Slot, lead: int, by: float, *, weighted: bool) -> tuple[float, float, float] | None:
        weeks = self._weeks(slot, lead)
        if len(weeks) < 2 or not self._counts(slot):
            return None
        return self.arrivals[slot], forecast(weeks, level=by, weighted=weighted).expected, weeks[-1]

    def comparable(self, ahead: Ahead) -> list[tuple[int, float]]:
        """How many weeks back, and what came then; the latest last."""
        slot, lead = ahead
        weeks = range(lead, lead + WEEKS + SPARE)
        found = [(week, self.arrivals[one]) for week in weeks if self._counts(one := _earlier(slot, week))]
        return found[:WEEKS][::-1]

    def _weeks(self, slot: Slot, lead: int) -> list[float]:
        return [count for _, count in self.comparable((slot, lead))]

    def _span(self, slot: Slot, first: int, last: int) -> list[float]:
        """Comparable weeks from `first` weeks back, the latest first."""
        slots = (_earlier(slot, week) for week in range(first, last))
        return [self.arrivals[one] for one in slots if self._counts(one)]

    def _same_hour(self, minute: int, known: date) -> list[float]:
        slots = ((known - _DAY * n, minute) for n in range(_SAME_HOUR_DAYS, 0, -1))
        return [self.arrivals[one] for one in slots if self._counts(one)]

    def _counts(self, slot: Slot) -> bool:
        day = slot[0]
        known = slot in self.arrivals and day not in self.holidays
        return known and self.first is not None and day >= self.first


def _earlier(slot: Slot, weeks: int) -> Slot:
    return slot[0] - _DAY * 7 * weeks, slot[1]
