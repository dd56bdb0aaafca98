"""Patience: a hand-worked case, Freireich's remissions as published, and what a report may say of it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.domain.errors import Refused
from antiphon.domain.events import Event
from antiphon.metrics import Facts, Query, Settings, report
from antiphon.metrics.behind import behind_period
from antiphon.metrics.patience import (
    BANDS_S,
    Wait,
    bands,
    curve,
    patience,
    quantile,
    thinned,
    waited,
    waits_of,
)

from .logs import logs
from .words import DAY_S, T0, accept, chat, close, ends, move, queue, shift

TO_MS = T0 + DAY_S * 1000


def gone(*waits_s: float) -> list[Wait]:
    return [Wait(f"g{s}", round(s * 1000), "gave_up") for s in waits_s]


def kept(*waits_s: float) -> list[Wait]:
    return [Wait(f"k{s}", round(s * 1000), "answered") for s in waits_s]


def test_a_curve_by_hand() -> None:
    """Five waits: gone at 10 and 30, answered at 20, 30 and 40 s."""
    steps = curve([*gone(10, 30), *kept(20, 30, 40)])
    assert [(step.wait_ms, step.at_risk, step.gave_up) for step in steps] == [(10_000, 5, 1), (30_000, 3, 1)]
    assert [step.gone for step in steps] == pytest.approx([1 / 5, 1 - 4 / 5 * 2 / 3])


def test_the_curve_is_kaplan_s_and_meier_s() -> None:
    """Weeks of remission under 6-MP (Freireich 1963); S and the log-log interval as every textbook has it."""
    relapsed = gone(6, 6, 6, 7, 10, 13, 16, 22, 23)
    steps = curve([*relapsed, *kept(6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)])
    told = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {step.wait_ms // 1000: round(1 - step.gone, 3) for step in steps} == told
    assert [step.at_risk for step in steps] == [21, 17, 15, 12, 11, 7, 6]
    first, last = steps[0], steps[-1]
    assert (1 - first.high, 1 - first.low) == pytest.approx((0.6197, 0.9516), abs=5e-5)
    assert (1 - last.high, 1 - last.low) == pytest.approx((0.1881, 0.6801), abs=5e-5)
    assert quantile(steps, 0.25) == 13_000
    assert quantile(steps, 0.5) == 23_000


def test_nobody_and_everybody() -> None:
    assert curve([]) == []
    assert curve(kept(1, 2)) == []
    [*_, last] = curve(gone(1, 2))
    assert (last.gone, last.low, last.high) == (1, 0, 1)
    assert patience([]).half_ms is None


waits = st.lists(
    st.builds(
        Wait,
        st.uuids().map(str),
        st.integers(0, 900_000),
        st.sampled_from(["answered", "gave_up", "otherwise"]),
    ),
    max_size=80,
)


@given(waits)
def test_a_curve_rises_within_its_bounds(given: list[Wait]) -> None:
    steps = curve(given)
    shares = [step.gone for step in steps]
    assert shares == sorted(shares)
    assert all(0 <= s.low <= s.gone + 1e-12 <= s.high + 2e-12 <= 1 + 2e-12 for s in steps)
    assert sum(step.gave_up for step in steps) == sum(wait.ended == "gave_up" for wait in given)


@given(waits)
def test_bands_hold_every_wait_once_and_open_into_it(given: list[Wait]) -> None:
    found = bands(given)
    assert [band.from_s for band in found] == list(BANDS_S)
    assert sum(band.answered + band.gave_up + band.otherwise for band in found) == len(given)
    assert found[0].reached == len(given)
    for band in found:
        assert len(waited(given, band.from_s, band.to_s, "gave_up")) == band.gave_up
        assert len(waited(given, band.from_s, None, None)) == band.reached


def test_a_long_curve_is_thinned_and_stays_exact() -> None:
    steps = curve([*gone(*range(1, 3000)), *kept(5000)])
    few = thinned(steps, 50)
    assert len(few) <= 51
    assert set(few) <= set(steps)
    assert few[-1] == steps[-1]


CHATS = [
    chat("gone", queue(0), ends(45)),
    chat("quick", queue(0), ends(4), channel="mobile_app"),
    chat("served", queue(0), accept(20), close(60)),
    chat("moved", queue(0, "A"), queue(30, "B", "overflow"), accept(50)),
    chat("waits", queue(100)),
    chat("spam", queue(0), ends(50), move(51, "spam_flagged", value="spam")),
]


def asked(where: dict[str, str] | None = None, to_s: float = 3600) -> Query:
    return Query(
        kpis=("queue_abandonment_rate_raw",), from_ms=T0, to_ms=T0 + round(to_s * 1000),
        as_of_ms=T0 + 300_000, where=where or {},
    )  # fmt: skip


def told(query: Query, streams: Sequence[Sequence[Event]] = CHATS) -> set[tuple[str, float, str]]:
    facts = Facts.of(streams, query.as_of_ms, Settings())
    return {(w.conversation, w.wait_ms / 1000, w.ended) for w in waits_of(facts, query, Settings())}


def test_waits_are_visits_without_spam_and_who_still_stands_is_counted_so_far() -> None:
    everybody = {
        ("gone", 45, "gave_up"), ("quick", 4, "gave_up"), ("served", 20, "answered"),
        ("moved", 30, "otherwise"), ("moved", 20, "answered"), ("waits", 200, "otherwise"),
    }  # fmt: skip
    assert told(asked()) == everybody
    assert told(asked({"queue": "B"})) == {("moved", 20, "answered")}
    assert told(asked({"channel": "mobile_app"})) == {("quick", 4, "gave_up")}
    assert told(asked(to_s=100)) == everybody - {("waits", 200, "otherwise")}
    assert told(asked({"hour": "0"})) == everybody
    assert told(asked({"hour": "1"})) == set()
    with pytest.raises(Refused, match="cannot be cut by 'shoe'"):
        told(asked({"shoe": "left"}))


@settings(max_examples=25, deadline=None)
@given(logs())
def test_the_curve_and_the_catalogue_count_the_same_visits(streams: list[list[Event]]) -> None:
    query = Query(kpis=("queue_abandonment_rate_raw",), from_ms=T0, to_ms=TO_MS, as_of_ms=TO_MS)
    facts = Facts.of(streams, query.as_of_ms, Settings())
    [line] = report(facts, query, Settings())
    whole = patience(waits_of(facts, query, Settings()))
    assert whole.gave_up == line.num
    assert whole.answered <= (line.den or 0)


# -- the conversations behind a part of a number -------------------------------------------------------


def test_behind_the_upper_part_of_a_share_are_only_those_that_count_there() -> None:
    query = asked()
    facts = Facts.of(CHATS, query.as_of_ms, Settings())
    assert set(behind_period(facts, query, Settings(), hits=True)) == {"gone", "quick"}
    assert set(behind_period(facts, query, Settings())) == {"gone", "quick", "served", "moved"}


@settings(max_examples=15, deadline=None)
@given(logs(), st.integers(0, 23))
def test_an_hour_as_a_filter_is_that_hour_as_a_cut(streams: list[list[Event]], hour: int) -> None:
    facts = Facts.of(streams, TO_MS, Settings())
    cut = report(facts, replace(DAY, by=("hour",)), Settings())
    here = replace(DAY, where={"hour": str(hour)})
    [line] = report(facts, here, Settings())
    assert line.value == next((one.value for one in cut if one.group["hour"] == hour), 0)
    assert bool(behind_period(facts, here, Settings(), hits=True)) == bool(line.value)


DAY = Query(kpis=("queue_offered",), from_ms=T0, to_ms=TO_MS, as_of_ms=TO_MS, tz="Asia/Kolkata")


def test_time_is_clipped_to_the_hour_that_is_asked_for() -> None:
    """Online from 5:30 to 8:00 in Kolkata, which is 0:00 to 2:30 UTC."""
    facts = Facts.of([shift("ann", (0, "online"), (9000, "offline"))], TO_MS, Settings())
    for hour, online_s in ((5, 1800), (8, 0)):
        here = replace(DAY, kpis=("status_time_online",), where={"hour": str(hour)})
        [line] = report(facts, here, Settings())
        assert line.value == online_s
