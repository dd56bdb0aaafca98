"""Opening hours against a minute-by-minute count, summer time included."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from antiphon.domain.hours import Hours

DAY = 86_400_000
NINE_TO_FIVE = Hours(zone="Europe/Berlin", week=(((540, 1020),),) * 5 + ((), ()))


def at(text: str, zone: str = "Europe/Berlin") -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def test_the_first_instant_is_in_and_the_last_is_out() -> None:
    assert NINE_TO_FIVE.is_open(at("2026-01-05T09:00"))
    assert not NINE_TO_FIVE.is_open(at("2026-01-05T17:00"))
    assert not NINE_TO_FIVE.is_open(at("2026-01-10T12:00"))


def test_a_friday_evening_to_monday_morning_across_summer_time() -> None:
    assert NINE_TO_FIVE.open_ms(at("2026-03-27T18:06"), at("2026-03-30T09:10")) == 600_000


def test_a_day_of_23_hours_is_open_for_23() -> None:
    always = Hours(zone="Europe/Berlin", week=(((0, 1440),),) * 7, closed_on=frozenset({"2026-12-25"}))
    assert always.open_ms(at("2026-03-29T00:00"), at("2026-03-30T00:00")) == 23 * 3_600_000
    assert always.open_ms(at("2026-12-25T00:00"), at("2026-12-26T00:00")) == 0


def test_when_it_opens_next() -> None:
    assert NINE_TO_FIVE.next_opening(at("2026-01-09T18:00")) == at("2026-01-12T09:00")
    assert NINE_TO_FIVE.next_opening(at("2026-01-05T10:00")) == at("2026-01-05T10:00")
    assert Hours(week=((),) * 7).next_opening(0) is None


def test_when_it_closes_next() -> None:
    assert NINE_TO_FIVE.closing(at("2026-01-05T10:00")) == at("2026-01-05T17:00")
    assert NINE_TO_FIVE.closing(at("2026-01-05T17:00")) is None
    assert Hours().closing(0) is None
    night = Hours(zone="Europe/Berlin", week=(((0, 120), (1200, 1440)),) * 7)
    assert night.closing(at("2026-01-05T23:00")) == at("2026-01-06T02:00"), "midnight closes nothing"
    holiday = Hours(zone="Europe/Berlin", closed_on=frozenset({"2026-12-25"}))
    assert holiday.closing(at("2026-12-24T10:00")) == at("2026-12-25T00:00")
    assert holiday.closing(at("2026-12-01T10:00")) is None, "nobody asks for more than a week ahead"


minutes = st.integers(0, 1440)
openings = st.tuples(minutes, minutes).map(lambda pair: (min(pair), max(pair)))
weeks = st.tuples(*[st.lists(openings, max_size=1).map(tuple)] * 7)


@given(weeks, st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"]),
       st.integers(0, 500), st.integers(0, 3000))  # fmt: skip
def test_open_time_is_what_a_minute_counter_counts(
    week: tuple[tuple[tuple[int, int], ...], ...], zone: str, start: int, length: int
) -> None:
    hours = Hours(zone=zone, week=week)
    from_ms = at("2026-03-27T00:00", "UTC") + start * 60_000
    counted = sum(_open(week, zone, from_ms + i * 60_000) for i in range(length))
    assert hours.open_ms(from_ms, from_ms + length * 60_000) == counted * 60_000


def _open(week: tuple[tuple[tuple[int, int], ...], ...], zone: str, at_ms: int) -> bool:
    local = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    return any(a <= minute < b for a, b in week[local.weekday()])


def test_what_was_measured_under_old_hours_stays_as_it_was() -> None:
    monday, noon = at("2026-01-05T00:00"), at("2026-01-05T12:00")
    longer = replace(NINE_TO_FIVE, week=(((480, 1200),),) * 7).after(NINE_TO_FIVE, noon)
    assert longer.openings(monday, monday + DAY) == [
        (at("2026-01-05T09:00"), noon), (noon, at("2026-01-05T20:00")),
    ]  # fmt: skip
    assert longer.open_ms(monday, monday + DAY) == 11 * 3_600_000
    assert not longer.is_open(at("2026-01-05T08:30"))
    assert longer.is_open(at("2026-01-06T08:30"))
    assert longer.next_opening(at("2026-01-05T21:00")) == at("2026-01-06T08:00")


def test_hours_may_be_put_right_for_the_past() -> None:
    fresh = replace(NINE_TO_FIVE, zone="UTC")
    twice = fresh.after(Hours().after(NINE_TO_FIVE, 5), 9)
    assert [(one.until_ms, one.hours) for one in twice.former] == [(5, NINE_TO_FIVE), (9, Hours())]
    assert fresh.after(twice, 0) == fresh
    assert [one.until_ms for one in fresh.after(twice, 7).former] == [5, 7]
    assert fresh.after(fresh, 3) == fresh


@given(
    st.lists(st.tuples(weeks, st.integers(0, 3000)), min_size=2, max_size=4),
    st.integers(0, 500),
    st.integers(0, 3000),
)
def test_open_time_of_changed_hours_is_what_a_minute_counter_counts(
    changes: list[tuple[tuple[tuple[tuple[int, int], ...], ...], int]], start: int, length: int
) -> None:
    begin = at("2026-03-27T00:00", "UTC")
    hours = Hours(week=changes[0][0])
    in_force = [(0, changes[0][0])]
    for week, minute in sorted(changes[1:], key=lambda change: change[1]):
        hours = Hours(week=week).after(hours, begin + minute * 60_000)
        in_force.append((begin + minute * 60_000, week))
    from_ms = begin + start * 60_000
    counted = sum(
        _open(next(week for since, week in reversed(in_force) if since <= instant), "UTC", instant)
        for instant in range(from_ms, from_ms + length * 60_000, 60_000)
    )
    assert hours.open_ms(from_ms, from_ms + length * 60_000) == counted * 60_000
