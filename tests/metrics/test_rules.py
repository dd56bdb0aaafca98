"""The global rules, one by one: edges, thresholds, zones, nothing over nothing, identities."""

import math
from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.domain.errors import Refused
from antiphon.domain.events import Event
from antiphon.domain.hours import Hours
from antiphon.metrics import CATALOGUE, Facts, Limits, Query, Result, Settings, report
from antiphon.metrics.calendar import buckets, zone_of
from antiphon.metrics.facts import fold_conversation
from antiphon.metrics.facts.conversation import known
from antiphon.metrics.stats import percentile, t_quantile, wilson

from .histories import GOLDEN, ms, read
from .logs import DAY_MS, logs
from .words import DAY_S, T0, accept, chat, close, ends, move, queue, rating, reply, says, shift

HOUR_MS = 3_600_000


def ask(streams: Sequence[Sequence[Event]], *kpis: str, to: float = 3600, as_of: float | None = None,
        settings: Settings | None = None, **more: Any) -> list[Result]:  # fmt: skip
    settings = settings or Settings()
    as_of_ms = T0 + round(1000 * (to if as_of is None else as_of))
    query = Query(kpis=kpis, from_ms=T0, to_ms=T0 + round(1000 * to), as_of_ms=as_of_ms, **more)
    return report(Facts.of(streams, as_of_ms, settings), query, settings)


def value(streams: Sequence[Sequence[Event]], kpi: str, **more: Any) -> Any:
    [line] = ask(streams, kpi, **more)
    return line.value


# -- G1, G4, G7: edges, thresholds, nothing ----------------------------------------------------------------


def test_consecutive_periods_neither_overlap_nor_leave_a_gap() -> None:
    chats = [chat(f"c{s}", at=s) for s in (0, 1799.999, 1800, 3599.999)]
    lines = ask(chats, "conversations_started", interval="30m")
    assert [line.value for line in lines] == [2, 2]
    assert [line.interval_start_ms for line in lines] == [T0, T0 + HOUR_MS // 2]


@pytest.mark.parametrize(
    ("wait", "in_time", "short"), [(10, 1, 1), (10.001, 1, 0), (30, 1, 0), (30.001, 0, 0)]
)  # fmt: skip
def test_thresholds_are_inclusive(wait: float, in_time: int, short: int) -> None:
    [level] = ask([chat("c", queue(0), accept(wait))], "service_level")
    assert level.num == in_time
    assert value([chat("c", queue(0), ends(wait))], "short_abandons") == short


def test_a_queue_has_its_own_thresholds() -> None:
    settings = Settings.from_mapping({"queues": {"vip": {"sl_threshold_s": 5}}})
    chats = [chat("a", queue(0, "vip"), accept(6)), chat("b", queue(0, "all"), accept(6))]
    lines = ask(chats, "service_level", settings=settings, by=["queue"])
    assert {line.group["queue"]: line.value for line in lines} == {"all": 1, "vip": 0}


def test_nothing_over_nothing_is_nothing_and_counts_of_nothing_are_0() -> None:
    lines = ask([], *(kpi.id for kpi in CATALOGUE))
    for line, kpi in zip(lines, CATALOGUE, strict=True):
        counts = kpi.unit in ("count", "conversations", "agents", "slots", "items") or line.den is None
        assert line.value is None or (line.value == 0 and counts), line.id


def test_settings_are_refused_by_name() -> None:
    with pytest.raises(Refused, match="sl_treshold_s"):
        Settings.from_mapping({"sl_treshold_s": 20})
    assert Settings.from_mapping({"fcr_window": "14d"}).fcr_window == 14 * DAY_S
    assert Settings.from_mapping({"queues": {"a": {"sl_target": 0.9}}}).limits("a") == Limits(sl_target=0.9)


def test_unknown_kpis_zones_segments_and_intervals_are_refused() -> None:
    for more in ({"tz": "Mars/Olympus"}, {"by": ["shoe_size"]}, {"interval": "7m"}):
        with pytest.raises(Refused):
            ask([chat("c")], "conversations_started", **more)
    with pytest.raises(Refused, match="service_levle"):
        ask([], "service_levle")


# -- G3: zones ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "tz", "hours"),
    [
        ("2026-03-29", "Europe/Berlin", 23),
        ("2026-10-25", "Europe/Berlin", 25),
        ("2026-06-01", "Europe/Berlin", 24),
        ("2026-06-01", "Asia/Kolkata", 24),  # half an hour off
        ("2026-06-01", "Asia/Kathmandu", 24),  # three quarters off
        ("2026-09-27", "Pacific/Chatham", 23),  # three quarters off, and the clocks go forward
        ("2026-04-05", "Australia/Lord_Howe", 25),  # the clocks go back by half an hour: 24.5 h
    ],
)
def test_a_local_day_has_23_24_or_25_hourly_buckets(day: str, tz: str, hours: int) -> None:
    zone = zone_of(tz)
    [(from_ms, to_ms)] = [
        (a, b) for a, b in buckets(ms(f"{day}T00:00:00Z") - DAY_S * 1000,
                                   ms(f"{day}T00:00:00Z") + 2 * DAY_S * 1000, zone, "1d")
        if _local_day(a, tz) == day
    ]  # fmt: skip
    hourly = buckets(from_ms, to_ms, zone, "1h")
    assert len(hourly) == hours
    assert hourly[0][0] == from_ms
    assert hourly[-1][1] == to_ms
    assert all(a[1] == b[0] for a, b in pairwise(hourly))
    chats = [[Event(kind="conversation_started", stream=f"c{i}", at_ms=a, data={"visitor": "v"}, n=1)]
             for i, (a, _) in enumerate(hourly)]  # fmt: skip
    facts = Facts.of(chats, to_ms, Settings())
    query = Query(
        kpis=["conversations_started"], from_ms=from_ms, to_ms=to_ms, as_of_ms=to_ms, tz=tz, interval="1h"
    )
    assert [line.value for line in report(facts, query, Settings())] == [1] * hours


def _local_day(at_ms: int, tz: str) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone_of(tz)).date().isoformat()


def test_the_hours_two_o_clock_of_the_long_night_are_one_in_a_profile() -> None:
    from_ms, to_ms = ms("2026-10-24T22:00:00Z"), ms("2026-10-25T23:00:00Z")
    chats = [[Event(kind="conversation_started", stream=f"c{i}", at_ms=from_ms + i * HOUR_MS, data={}, n=1)]
             for i in range(25)]  # fmt: skip
    query = Query(kpis=["conversations_started"], from_ms=from_ms, to_ms=to_ms, as_of_ms=to_ms,
                  tz="Europe/Berlin",
                  by=["hour"])  # fmt: skip
    profile = {
        line.group["hour"]: line.value
        for line in report(Facts.of(chats, to_ms, Settings()), query, Settings())
    }
    assert len(profile) == 24
    assert profile[2] == 2
    assert sum(v for v in profile.values() if isinstance(v, int)) == 25


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    zone = zone_of("Europe/Berlin")
    weeks = buckets(ms("2026-01-01T00:00:00+01:00"), ms("2026-01-20T00:00:00+01:00"), zone, "1w")
    assert [a for a, _ in weeks[1:]] == [ms("2026-01-05T00:00:00+01:00"), ms("2026-01-12T00:00:00+01:00"),
                                         ms("2026-01-19T00:00:00+01:00")]  # fmt: skip
    months = buckets(ms("2026-03-15T00:00:00+01:00"), ms("2026-05-01T00:00:00+02:00"), zone, "1mo")
    assert [a for a, _ in months] == [ms("2026-03-15T00:00:00+01:00"), ms("2026-04-01T00:00:00+02:00")]


# -- G5, G6: classes and as_of --------------------------------------------------------------------------


@given(logs(3), st.integers(0, 40))
def test_no_future_a_report_run_again_with_the_old_as_of_gives_the_old_number(
    streams: list[list[Event]], minutes: int
) -> None:
    as_of_ms = DAY_MS + minutes * 60_000
    kpis = [kpi.id for kpi in CATALOGUE if kpi.tier == 0]
    query = Query(kpis=kpis, from_ms=DAY_MS, to_ms=DAY_MS + HOUR_MS, as_of_ms=as_of_ms)
    then = [[e for e in history if e.at_ms <= as_of_ms] for history in streams]
    assert report(Facts.of(streams, as_of_ms, Settings()), query, Settings()) == report(
        Facts.of(then, as_of_ms, Settings()), query, Settings()
    )


@given(logs(3))
def test_what_is_open_at_the_end_was_open_or_began_and_did_not_close(streams: list[list[Event]]) -> None:
    """active(to) = active(from) + started + reopened − closed, for every period."""
    as_of_ms = DAY_MS + 9 * HOUR_MS
    facts = Facts.of(streams, as_of_ms, Settings())
    bounds = [DAY_MS + h * HOUR_MS for h in (-2, 0, 1, 3)]
    for a, b in pairwise(bounds):
        clean = [row for row in facts.rows("episode") if not facts.owners[row.conversation].spam]
        opened = sum(a <= row.opened_at < b for row in clean)
        closed = sum(a <= row.closed_at < b for row in clean)
        assert _active(facts, b, as_of_ms) == _active(facts, a, as_of_ms) + opened - closed


def _active(facts: Facts, at_ms: int, as_of_ms: int) -> Any:
    query = Query(kpis=["active_issues"], from_ms=at_ms - 1, to_ms=at_ms, as_of_ms=as_of_ms)
    [line] = report(facts, query, Settings())
    return line.value


@given(logs(3))
def test_the_parts_add_up_to_the_whole(streams: list[list[Event]]) -> None:
    """num and den of queues sum to those of all; of hours to those of the day (M8)."""
    as_of_ms = DAY_MS + 9 * HOUR_MS
    facts = Facts.of(streams, as_of_ms, Settings())
    kpis = ["service_level", "queue_abandonment_rate", "first_response_time", "aht", "conversations_started"]
    whole = {line.id: line for line in _day(facts, kpis)}
    for more in ({"by": ["queue"]}, {"interval": "1h"}, {"by": ["hour"]}, {"by": ["channel", "weekday"]}):
        parts = _day(facts, kpis, **more)
        for id_, line in whole.items():
            mine = [part for part in parts if part.id == id_]
            assert math.fsum(part.num or 0 for part in mine) == pytest.approx(line.num or 0)
            assert math.fsum(part.den or 0 for part in mine) == pytest.approx(line.den or 0)


def _day(facts: Facts, kpis: Sequence[str], **more: Any) -> list[Result]:
    query = Query(
        kpis=kpis, from_ms=DAY_MS, to_ms=DAY_MS + 24 * HOUR_MS, as_of_ms=DAY_MS + 24 * HOUR_MS, **more
    )
    return report(facts, query, Settings())


@given(logs(2))
def test_no_duration_is_negative_and_the_rows_of_a_visit_are_in_order(streams: list[list[Event]]) -> None:
    facts = Facts.of(streams, DAY_MS + 9 * HOUR_MS, Settings())
    assert all(row.left_at >= row.entered_at for row in facts.rows("visit"))
    assert all(row.ended_at >= row.started_at for row in facts.rows("engagement"))
    assert all(row.ended_at >= row.started_at for row in facts.rows("turn"))
    assert all(row.closed_at >= row.opened_at for row in facts.rows("episode"))


# -- G16 to G22: leaves, spam, hours --------------------------------------------------------------------


def test_a_leave_does_not_exist_until_its_grace_has_run_out() -> None:
    lost = [chat("c", queue(0), move(5, "visitor_disconnected"))]
    assert value(lost, "queue_length_now", as_of=64.999) == 1
    assert value(lost, "queue_length_now", as_of=65) == 0
    assert value(lost, "queue_abandon_time_avg", as_of=65) == 5
    back = [chat("c", queue(0), move(5, "visitor_disconnected"), move(65, "visitor_reconnected"))]
    assert value(back, "queue_length_now", as_of=66) == 1


def test_spam_is_out_of_everything_but_its_own_rate_and_agents_time_and_comes_back() -> None:
    spam = chat("s", queue(0), accept(5), reply(6), close(100), move(200, "spam_flagged"))
    good = chat("g", queue(0), accept(5), reply(6), close(100))
    [started] = ask([spam, good], "conversations_started")
    assert (started.value, started.excluded_spam) == (1, 1)
    assert value([spam, good], "spam_rate") == 0.5
    assert value([spam, good], "aht") == 95
    [aht] = ask([spam, good], "aht")
    assert aht.n == 2
    assert value([spam, good], "conversations_started", include_spam=True) == 2
    cleared = [*spam, Event(kind="spam_cleared", stream="s", at_ms=T0 + 300_000, n=len(spam) + 1)]
    assert value([cleared, good], "conversations_started") == 2


@pytest.mark.parametrize("kpi", ["queue_length_avg", "concurrency_system_avg"])
def test_an_hours_average_is_over_the_time_that_hour_lasted(kpi: str) -> None:
    streams, day = [chat("c", queue(0), accept(900), ends(5400))], 24 * 3600
    hours = {line.group["hour"]: line for line in ask(streams, kpi, to=2 * day, as_of=day, by=("hour",))}
    of_t0 = hours[T0 // HOUR_MS % 24]
    alone = value(streams, kpi, to=3600, as_of=day)
    assert of_t0.value == pytest.approx(alone)  # of two days' hours one has been
    [filtered] = ask(streams, kpi, to=2 * day, as_of=day, where={"hour": str(T0 // HOUR_MS % 24)})
    assert (filtered.num, filtered.den) == (of_t0.num, of_t0.den)


def test_only_opening_hours_count_on_the_open_clock() -> None:
    nine_to_five = Hours(zone="UTC", week=(((540, 1020),),) * 7)
    chats = [chat("c", queue(17 * 3600 - 60), accept(33 * 3600 + 30), at=0)]
    more: dict[str, Any] = {"to": 2 * DAY_S, "hours": {"A": nine_to_five}}
    assert value(chats, "queue_wait_answered_avg", **more) == 16 * 3600 + 90
    assert value(chats, "queue_wait_answered_avg_bh", **more) == 90


def test_coverage_counts_opening_hours_with_somebody_there() -> None:
    hours = {"A": Hours(zone="UTC", week=(((540, 1080),),) * 7)}
    people = [shift("ann", (9 * 3600 + 1800, "online"), (18 * 3600, "offline"), queues=["A"])]
    assert value(people, "coverage_rate", to=DAY_S, hours=hours) == pytest.approx(8.5 / 9)
    assert value(people, "coverage_rate", to=3600, hours=hours) is None


def test_pending_and_immature_are_said_and_the_line_is_not_final() -> None:
    [level] = ask([chat("c", queue(3590))], "service_level")
    assert (level.value, level.pending, level.final) == (None, 1, False)
    [asked] = ask([chat("c", close(1), move(2, "survey_offered", kind="csat"))], "survey_response_rate")
    assert (asked.value, asked.immature, asked.final) == (None, 1, False)


def test_an_agent_s_own_line_is_marked_when_it_rests_on_little() -> None:
    chats = [chat(f"c{i}", queue(0), accept(5), reply(6), close(100)) for i in range(4)]
    assert [line.low_n for line in ask(chats, "aht", by=["agent"])] == [True]
    assert [line.low_n for line in ask(chats, "aht")] == [False]


def test_frozen_segments_are_those_of_the_start() -> None:
    story = chat("c", says(1, intent="billing"), queue(2, "A"), queue(5, "B"), accept(6), close(9),
                 language="de",
                 page="/shop?x=1", segment="vip")  # fmt: skip
    for dim, wanted in {
        "language": "de",
        "page": "/shop",
        "segment": "vip",
        "queue": "A",
        "topic": "billing",
    }.items():
        [line] = ask([story], "conversations_started", by=[dim])
        assert line.group == {dim: wanted}


# -- arithmetic ---------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=40), st.sampled_from([0.5, 0.9, 0.25]))
def test_percentiles_are_numpy_s(values: list[int], q: float) -> None:
    import numpy

    assert percentile(sorted(values), q) == pytest.approx(float(numpy.percentile(values, 100 * q)), rel=1e-12)


def test_intervals() -> None:
    low, high = wilson(74, 107) or (0, 0)
    assert (low, high) == (pytest.approx(0.599, abs=5e-4), pytest.approx(0.771, abs=5e-4))
    assert wilson(0, 0) is None
    assert t_quantile(9) == pytest.approx(2.262157, abs=1e-6)
    assert t_quantile(1) == pytest.approx(12.7062, abs=1e-4)
    assert t_quantile(20_000) == pytest.approx(1.960083, abs=1e-6)
    [line] = ask([chat(f"c{i}", queue(0), accept(5 + i)) for i in range(3)], "queue_wait_answered_avg")
    assert line.ci_low == pytest.approx(6 - 4.302653 / math.sqrt(3), abs=1e-5)


def test_changes_are_tested() -> None:
    before = [
        chat(f"b{i}", close(-3000), rating(-2900, "csat", 5 if i < 150 else 2), at=-3500) for i in range(200)
    ]
    after = [chat(f"a{i}", close(10), rating(20, "csat", 5 if i < 172 else 2)) for i in range(210)]
    got = {
        line.id: line.value
        for line in ask([*before, *after], "csat_change", "csat_change_p", "csat_change_verdict")
    }
    assert got["csat_change"] == pytest.approx(6.9048, abs=1e-3)
    assert got["csat_change_p"] == pytest.approx(0.0887, abs=1e-3)
    assert got["csat_change_verdict"] == "no significant change"


# -- odd histories ------------------------------------------------------------------------------------------


def test_the_fold_never_raises_on_odd_payloads() -> None:
    odd: list[Any] = [None, 7, "x", [], {}, True]
    for kind in ("message", "accepted", "queue_entered", "closed", "survey_offered", "survey_answered",
                 "tagged",
                 "transferred", "offer_made", "escalated", "wrapup_started", "bot_confirm",
                 "diverted"):  # fmt: skip
        for thing in odd:
            fields = (
                "sender",
                "agent",
                "queue",
                "by",
                "kinds",
                "questions",
                "score",
                "tags",
                "value",
                "level",
                "kind",
            )
            event = Event(kind=kind, stream="c", at_ms=T0, data=dict.fromkeys(fields, thing), n=1)
            assert fold_conversation([event], T0 + 1, Settings()) is not None


def test_a_late_line_is_put_where_it_belongs() -> None:
    [history] = [h for h in read(GOLDEN / "tl1.ndjson") if h[0].stream == "c1"]
    late = [*history[:5], *history[6:], history[5]]
    as_of_ms = history[-1].at_ms
    assert fold_conversation(late, as_of_ms, Settings()) == fold_conversation(history, as_of_ms, Settings())


def test_events_of_one_instant_are_read_by_their_number() -> None:
    """Whatever order they come in."""
    events = [Event(kind="note", stream="c", at_ms=T0, n=n, data={}) for n in (1, 2, 3)]
    for order in permutations(events):
        assert list(known(order, T0)) == events


def test_what_the_wrap_up_says_it_was_about_counts_for_the_chat_before_it() -> None:
    """C22: one primary topic a conversation, whichever table is cut by it."""
    story = chat(
        "c",
        queue(0),
        accept(1, "ann"),
        reply(2, "ann"),
        close(60),
        move(65, "tagged", value="billing"),
        move(80, "wrapup_done", agent="ann"),
    )
    working = shift("ann", (0, "online"))
    for kpi in ("contacts_by_topic", "effective_handle_time", "topic_simplicity"):
        [line] = ask([story, working], kpi, to=3600, by=("topic",))
        assert line.group == {"topic": "billing"}, kpi
