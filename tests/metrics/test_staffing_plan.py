"""From history to requirement: comparable weeks, trials, gaps, and what would be if."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from antiphon.domain.hours import Hours
from antiphon.metrics import calendar
from antiphon.metrics.staffing import Demand, accuracy, forecast, required
from antiphon.metrics.staffing.history import History, ahead_of, days_needed, slot_of
from antiphon.metrics.staffing.plan import Given, Period, Promise, Work, plan
from antiphon.metrics.staffing.what_if import what_if

ROME = ZoneInfo("Europe/Rome")
TUESDAY = date(2026, 3, 10)
DAY = timedelta(days=1)
WORK = Work(handle_s=600, chats=500, patience_s=120, abandonment=0.01)
PROMISE = Promise(concurrency=3, shrinkage=0.3)


def _ms(day: date, hour: float, zone: ZoneInfo = ROME) -> int:
    return calendar.day_start(day, zone) + round(hour * 3_600_000)


MORNING = _ms(TUESDAY, 0)


def _weekly(counts: list[float], minute: int = 600, **more: object) -> History:
    """Arrivals of the Tuesdays before TUESDAY at ten, oldest first; nothing at eleven."""
    arrivals = {}
    for back, count in enumerate(reversed(counts), 1):
        arrivals[TUESDAY - 7 * back * DAY, minute] = count
        arrivals[TUESDAY - 7 * back * DAY, minute + 60] = 0.0
    return History(arrivals=arrivals, **more)  # type: ignore[arg-type]  # fields by name


def _expected(history: History, known: date = TUESDAY, day: date = TUESDAY, **more: object) -> float:
    return history.expect(ahead_of((day, 600), known), known, **more).expected  # type: ignore[arg-type]  # by name


# -- comparable weeks --------------------------------------------------------------------------------------


def test_the_example_of_eight_weeks() -> None:
    history = _weekly([99, 18, 22, 20, 24, 19, 21, 23, 25])
    assert _expected(history) == 21.5  # the ninth week is too long ago
    assert _expected(history, weighted=True) == pytest.approx(22.23, abs=0.005)
    assert history.trend([ahead_of((TUESDAY, 600), TUESDAY)]) == pytest.approx(88 / 84)


def test_a_holiday_makes_room_for_an_earlier_week() -> None:
    counts: list[float] = [30, 18, 22, 20, 24, 19, 21, 23, 0]
    closed = frozenset({TUESDAY - 7 * DAY})
    assert _expected(_weekly(counts, holidays=closed)) == pytest.approx((30 + 147) / 8)


def test_weeks_before_the_first_visitor_are_none_but_a_quiet_hour_later_counts() -> None:
    assert _expected(_weekly([0, 0, 0, 10, 0, 20])) == 10  # (10 + 0 + 20) / 3
    found = _weekly([0, 0, 0, 10, 0, 20]).expect(ahead_of((TUESDAY, 600), TUESDAY), TUESDAY)
    assert (found.weeks, found.flagged) == (3, False)


def test_a_short_history_is_told_and_falls_back_on_the_same_hour() -> None:
    arrivals = {(TUESDAY - n * DAY, 600): 4.0 + n for n in (1, 2, 3)}
    history = History(arrivals=arrivals)
    found = history.expect(ahead_of((TUESDAY, 600), TUESDAY), TUESDAY)
    assert (found.expected, found.flagged, found.weeks) == (6, True, 0)
    nothing = History(arrivals={}).expect(ahead_of((TUESDAY, 600), TUESDAY), TUESDAY)
    assert (nothing.expected, nothing.low, nothing.high, nothing.flagged) == (0, 0, 0, True)


def test_who_looks_ahead_knows_no_more_than_today() -> None:
    """Two Tuesdays ahead the last known one is three weeks before it; a past day is not its own forecast."""
    history = _weekly([1, 2, 3, 4, 5, 6, 7, 8, 1000])
    assert ahead_of((TUESDAY + 14 * DAY, 600), TUESDAY) == ((TUESDAY + 14 * DAY, 600), 3)
    assert ahead_of((TUESDAY, 600), TUESDAY)[1] == 1
    assert ahead_of((TUESDAY - 70 * DAY, 600), TUESDAY)[1] == 1
    past = TUESDAY - 7 * DAY
    assert history.expect(ahead_of((past, 600), TUESDAY), TUESDAY).expected == 4.5


@given(some.dates(date(2025, 1, 1), date(2026, 12, 31)), some.integers(0, 55))
def test_what_is_asked_for_is_all_that_is_looked_at(today: date, ahead: int) -> None:
    day = today + ahead * DAY
    needed = days_needed([day], today)
    looked: set[date] = set()

    class Spied(dict[tuple[date, int], float]):
        def __contains__(self, key: object) -> bool:
            looked.add(key[0])  # type: ignore[index]  # a slot
            return super().__contains__(key)

    everything = Spied({(today - n * DAY, 600): 1.0 for n in range(1, 300)})
    history = History(arrivals=everything)
    one = ahead_of((day, 600), today)
    history.expect(one, today)
    history.tried([one], trend=True, weighted=False)
    assert looked <= needed
    assert max(needed) < today


def test_hours_that_are_there_twice_and_hours_that_are_not() -> None:
    """The last Sunday of October has two o'clock twice, the last of March has none."""
    twice, never = date(2026, 10, 25), date(2026, 3, 29)
    slots = [slot_of(a, ROME) for a, _ in calendar.buckets(_ms(twice, 0), _ms(twice + DAY, 0), ROME, "1h")]
    assert len(slots) == 25
    assert slots.count((twice, 120)) == 2
    slots = [slot_of(a, ROME) for a, _ in calendar.buckets(_ms(never, 0), _ms(never + DAY, 0), ROME, "1h")]
    assert len(slots) == 23
    assert (never, 120) not in slots


def test_a_forecast_is_tried_on_what_is_over() -> None:
    ahead = [ahead_of((TUESDAY, 600), TUESDAY)]
    steady = _weekly([20] * 14).tried(ahead, trend=False, weighted=False)
    assert (steady.accuracy.wape, steady.accuracy.bias, steady.weeks, steady.intervals) == (0, 0, 4, 4)
    growing = _weekly([2.0**n for n in range(14)]).tried(ahead, trend=False, weighted=False)
    assert growing.accuracy.bias is not None
    assert growing.accuracy.bias < -0.5
    assert growing.repeated.wape == pytest.approx(0.5)
    thin = _weekly([20, 20]).tried(ahead, trend=False, weighted=False)
    assert (thin.accuracy.wape, thin.weeks, thin.intervals) == (None, 0, 0)
    three = _weekly([20, 20, 26]).tried(ahead, trend=False, weighted=False)
    assert (three.accuracy.wape, three.weeks) == (pytest.approx(6 / 26), 1)


counts = some.lists(some.integers(0, 500), max_size=12)


@given(counts, counts, some.booleans(), some.floats(0.8, 1.25))
def test_a_forecast_lies_in_its_band_and_the_band_is_no_narrower_than_chance(
    weeks: list[int], days: list[int], weighted: bool, by: float
) -> None:
    found = forecast(weeks, fallback=days, level=by, weighted=weighted)
    assert 0 <= found.low <= found.expected <= found.high
    assert found.high - found.expected >= 1.96 * found.expected**0.5 - 1e-9
    assert found.flagged == (found.weeks < 2)
    if not found.flagged and by == 1:
        assert min(weeks) <= found.expected <= max(weeks)


@given(counts, counts)
def test_errors_are_shares_of_what_came(actual: list[int], expected: list[int]) -> None:
    n = min(len(actual), len(expected))
    found = accuracy(actual[:n], expected[:n])
    if not sum(actual[:n]):
        assert (found.wape, found.bias) == (None, None)
        return
    assert found.wape is not None
    assert found.bias is not None
    assert abs(found.bias) <= found.wape + 1e-12
    assert found.bias == pytest.approx(sum(expected[:n]) / sum(actual[:n]) - 1)


# -- plans ---------------------------------------------------------------------------------------------------


def _given(**more: object) -> Given:
    given: dict[str, object] = {
        "queue": "support", "channel": "", "history": _weekly([30.0] * 12), "actual": {}, "work": WORK,
        "promise": PROMISE,
    }  # fmt: skip
    return Given(**(given | more))  # type: ignore[arg-type]  # fields by name


def _period(now_ms: int, hours: tuple[float, ...] = (10, 11)) -> Period:
    return Period(
        intervals=[(_ms(TUESDAY, hour), _ms(TUESDAY, hour + 0.5)) for hour in hours], zone=ROME, now_ms=now_ms
    )


def test_tomorrow_needs_what_the_example_needs() -> None:
    """30 in half an hour, 600 s, three at once: five agents, eight on the roster."""
    ten, eleven = plan(_given(), _period(_ms(TUESDAY, -5))).intervals
    assert (ten.arrivals, ten.load, ten.required, ten.rostered) == (30, pytest.approx(10), 5, 8)
    assert ten.at_required is not None
    assert ten.at_required.service_level == pytest.approx(0.9205, abs=1e-4)
    assert [count for _, count in ten.before] == [30] * 8
    assert ten.before[-1][0] == _ms(TUESDAY - 7 * DAY, 10)
    assert (ten.actual, ten.online, ten.planned, ten.gap, ten.at_staffed) == (None,) * 5
    assert (eleven.arrivals, eleven.required, eleven.rostered, eleven.load) == (0, 0, 0, 0)


def test_a_roster_is_measured_with_shrinkage_and_presence_without() -> None:
    planned = {_ms(TUESDAY, 10): 7.5}
    coming = plan(_given(planned=planned), _period(MORNING)).intervals
    assert (coming[0].planned, coming[0].gap) == (7.5, -0.5)
    assert coming[0].at_staffed is not None
    assert coming[0].at_staffed.agents == 5  # of 7.5 planned, 30 % are away
    assert (coming[1].planned, coming[1].gap) == (0, 0)
    over = plan(
        _given(planned=planned, online={_ms(TUESDAY, 10): 3.6}, actual={_ms(TUESDAY, 10): 60}),
        _period(_ms(TUESDAY, 12)),
    ).intervals[0]
    assert (over.actual, over.arrivals, over.required, over.gap) == (60, 60, 9, pytest.approx(3.6 - 9))
    assert over.at_staffed is not None
    assert (over.at_staffed.agents, over.at_staffed.unstable) == (4, True)


def test_impatient_visitors_are_reckoned_with_only_if_they_really_leave() -> None:
    leaving = replace(WORK, abandonment=0.03)
    assert plan(_given(work=leaving), _period(MORNING)).intervals[0].required == 4
    assert plan(_given(work=replace(leaving, abandonment=0.02)), _period(MORNING)).intervals[0].required == 5
    assert plan(_given(work=replace(leaving, patience_s=None)), _period(MORNING)).intervals[0].required == 5


def test_nobody_knows_how_long_a_chat_takes() -> None:
    found = plan(_given(work=Work(), planned={}), _period(MORNING)).intervals[0]
    assert (found.load, found.required, found.rostered, found.gap, found.at_staffed) == (None,) * 5


def test_a_shut_queue_needs_nobody_and_an_open_one_its_least() -> None:
    until_eleven = Hours(zone="Europe/Rome", week=(((540, 660),),) * 7)
    promise = replace(PROMISE, min_agents=2)
    ten, eleven = plan(_given(hours=until_eleven, promise=promise), _period(MORNING)).intervals
    assert (ten.open, ten.required) == (True, 5)
    assert (eleven.open, eleven.forecast, eleven.required) == (False, 0, 0)
    quiet = plan(_given(promise=promise), _period(MORNING)).intervals[1]
    assert (quiet.required, quiet.rostered) == (2, 3)
    holiday = replace(until_eleven, closed_on=frozenset({TUESDAY.isoformat()}))
    assert plan(_given(hours=holiday, promise=promise), _period(MORNING)).intervals[0].required == 0


def test_the_rest_of_a_day_follows_what_came_once_a_quarter_of_it_is_over() -> None:
    arrivals = {
        (TUESDAY - 7 * n * DAY, minute): 10.0 for n in range(1, 13) for minute in (540, 600, 660, 720)
    }
    hours = (9.0, 10.0, 11.0, 12.0)
    given = _given(history=History(arrivals=arrivals), actual={_ms(TUESDAY, 9): 15})
    early = plan(given, _period(_ms(TUESDAY, 9.2), hours)).intervals
    assert [one.reforecast for one in early] == [None, None, None, None]
    later = plan(given, _period(_ms(TUESDAY, 9.5), hours)).intervals
    assert [one.reforecast for one in later] == [None, 15, 15, 15]
    assert [one.arrivals for one in later] == [15, 15, 15, 15]
    assert [one.actual for one in later] == [15, None, None, None]
    over = plan(given, _period(_ms(TUESDAY, 24), hours))
    assert [one.reforecast for one in over.intervals] == [None] * 4
    assert over.proved.wape == pytest.approx((5 + 30) / 15)


def test_measured_chat_lengths_reach_as_far_as_they_were_seen() -> None:
    measured = replace(WORK, chat_s=(360, 480, 600))
    model = replace(PROMISE, model="state_dependent")
    found = plan(_given(work=measured, promise=model), _period(MORNING)).intervals[0]
    assert found.at_required is not None
    assert (found.required, found.at_required.service_level) == (5, pytest.approx(0.968, abs=1e-3))
    wider = replace(model, concurrency=5)
    assert plan(_given(work=measured, promise=wider), _period(MORNING)).intervals[0].required == 3
    unknown = plan(_given(promise=model), _period(MORNING)).intervals[0]
    assert unknown.at_required is not None
    assert unknown.at_required.service_level == pytest.approx(0.9205, abs=1e-4)


# -- what if -------------------------------------------------------------------------------------------------

CHAT = Demand(arrivals_per_h=0, handle_s=600, concurrency=3)


def test_what_if_gives_every_interval_and_the_curve_of_the_busiest() -> None:
    found = what_if(CHAT, [0, 60, 30, 60], shrinkage=0.3, agents=4)
    assert [one.required for one in found.intervals] == [0, 5, 3, 5]
    assert [one.rostered for one in found.intervals] == [0, 8, 5, 8]
    busiest = found.intervals[1]
    assert busiest.at_agents is not None
    assert (busiest.at_agents.agents, round(busiest.at_agents.service_level, 3)) == (4, 0.593)
    assert found.of == 1
    assert [one.agents for one in found.curve] == list(range(14))
    levels = [one.service_level for one in found.curve]
    assert levels == sorted(levels)
    assert what_if(CHAT, [60, 30], of=1).curve != what_if(CHAT, [60, 30], of=0).curve


def test_a_large_team_has_a_curve_of_few_points_and_its_own_among_them() -> None:
    found = what_if(CHAT, [6000], agents=333)
    assert found.intervals[0].required == required(replace(CHAT, arrivals_per_h=6000)).agents == 393
    assert len(found.curve) <= 18
    assert 333 in {one.agents for one in found.curve}


def test_what_if_no_team_will_do() -> None:
    with pytest.raises(ValueError, match="no team"):
        what_if(replace(CHAT, max_slot_occupancy=0.0), [1])


def test_now_is_a_day_of_the_zone() -> None:
    late = round(datetime(2026, 3, 9, 23, 30, tzinfo=UTC).timestamp() * 1000)
    assert Period(intervals=[], zone=ROME, now_ms=late).today == TUESDAY
