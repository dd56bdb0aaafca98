"""When an alert fires and when it is over, for any course of a number."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.domain.alerts import Moved, Rule, Watch, breached, listens, step
from antiphon.domain.hours import Hours

RULE = Rule(id="r", name="Long wait", kpi="longest_wait_now", comparison="at_least", threshold=90.0, for_s=30)

_value = st.none() | st.floats(0, 200, allow_nan=False)
_course = st.lists(st.tuples(st.integers(1, 60_000), _value), max_size=60)
_rule = st.builds(
    replace, st.just(RULE), for_s=st.integers(0, 120), cooldown_s=st.integers(0, 300),
    comparison=st.sampled_from(["at_least", "at_most", "above", "below"]),
)  # fmt: skip


def played(
    rule: Rule, course: list[tuple[int, float | None]]
) -> list[tuple[int, float | None, Moved | None]]:
    """Every look: when, at what, and what it moved."""
    watch, now_ms, seen = Watch(), 1_000_000, list[tuple[int, float | None, Moved | None]]()
    for pause_ms, value in course:
        now_ms += pause_ms
        watch, moved = step(rule, watch, value, now_ms)
        seen.append((now_ms, value, moved))
    return seen


@given(_rule, _course)
def test_firing_and_resolved_take_turns(rule: Rule, course: list[tuple[int, float | None]]) -> None:
    moves = [moved for _, _, moved in played(rule, course) if moved]
    assert moves == [("fired", "resolved")[i % 2] for i in range(len(moves))]


@given(_rule, _course)
def test_it_fires_exactly_when_the_breach_has_lasted_and_it_is_armed(
    rule: Rule, course: list[tuple[int, float | None]]
) -> None:
    """The same told by looking back over the whole course instead of by states."""
    firing, over_ms, begun_ms = False, -(10**12), None
    for now_ms, value, moved in played(rule, course):
        if not breached(rule, value):
            assert moved == ("resolved" if firing else None)
            over_ms, firing, begun_ms = (now_ms if firing else over_ms), False, None
            continue
        begun_ms = now_ms if begun_ms is None else begun_ms
        long = now_ms - begun_ms >= rule.for_s * 1000
        armed = now_ms >= over_ms + rule.cooldown_s * 1000
        assert moved == ("fired" if long and armed and not firing else None)
        firing = firing or (long and armed)


@given(_rule, st.lists(st.integers(1, 60_000), max_size=20))
def test_nothing_is_no_breach(rule: Rule, pauses: list[int]) -> None:
    assert not any(moved for _, _, moved in played(rule, [(pause, None) for pause in pauses]))


@pytest.mark.parametrize(
    ("comparison", "at", "beside"),
    [("at_least", 90, 89.9), ("at_most", 90, 90.1), ("above", 90.1, 90), ("below", 89.9, 90)],
)
def test_the_threshold_itself(comparison: str, at: float, beside: float) -> None:
    rule = replace(RULE, comparison=comparison)  # type: ignore[arg-type]  # a parameter is any text
    assert breached(rule, at)
    assert not breached(rule, beside)


def test_a_breach_that_trembles_never_fires_and_one_that_lasts_fires_once() -> None:
    trembling = [(20_000, 100.0), (20_000, 80.0)] * 5
    assert not any(moved for _, _, moved in played(RULE, trembling))
    lasting = [(10_000, 100.0)] * 10
    assert [moved for _, _, moved in played(RULE, lasting)].count("fired") == 1


def test_a_clock_that_jumps_back_neither_fires_nor_resolves() -> None:
    watch, _ = step(RULE, Watch(), 100.0, 1_000_000)
    watch, moved = step(RULE, watch, 100.0, 900_000)
    assert (moved, watch.since_ms) == (None, 900_000)


def test_outside_the_opening_hours_it_does_not_listen() -> None:
    monday_to_friday = Hours(zone="UTC", week=((((540, 1020),),) * 5 + ((), ())))
    hours, noon, night = {"support": monday_to_friday}, 1767614400000, 1767657600000  # Mon 5 Jan 2026
    quiet = replace(RULE, open_only=True, queue="support")
    assert listens(quiet, hours, noon)
    assert not listens(quiet, hours, night)
    assert not listens(replace(quiet, queue=""), hours, night)
    assert listens(replace(quiet, queue=""), {**hours, "night": Hours()}, night)
    assert listens(RULE, hours, night)
    assert not listens(replace(RULE, enabled=False), hours, noon)
