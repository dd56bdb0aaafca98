"""Opening hours against a minute-by-minute count, summer time included."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from antiphon.domain.hours import Hours

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
