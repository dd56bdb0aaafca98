"""Queueing models against published and independently computed values."""

import math
import random
from heapq import heappop, heappush

import pytest

from antiphon.metrics.staffing import (
    Demand,
    Levels,
    accuracy,
    agents_for_work,
    erlang_a,
    erlang_c,
    forecast,
    offered_load,
    reforecast,
    required,
    rostered,
    safe_concurrency,
    state_dependent,
)  # fmt: skip

CHAT = Demand(arrivals_per_h=60, handle_s=600, concurrency=3)


def test_offered_load() -> None:
    assert offered_load(60 / 3600, 600) == pytest.approx(10)


def test_erlang_c_as_pyworkforce_and_cran_have_it() -> None:
    fourteen = erlang_c(10, 14, 180, 20)
    assert fourteen.p_wait == pytest.approx(0.174132, abs=1e-6)
    assert fourteen.strict == pytest.approx(0.88835, abs=1e-5)
    assert fourteen.asa_s == pytest.approx(7.836, abs=1e-3)
    assert fourteen.occupancy == pytest.approx(0.7143, abs=1e-4)
    assert erlang_c(10, 13, 180, 20).strict == pytest.approx(0.7956, abs=1e-4)
    assert rostered(14, 0.3) == 20


def test_erlang_c_is_honest_at_the_edges() -> None:
    assert erlang_c(0, 3, 180, 20).strict == 1
    overrun = erlang_c(14, 14, 180, 20)
    assert (overrun.unstable, overrun.strict, overrun.asa_s) == (True, 0.0, None)


def test_slots_need_five_agents() -> None:
    answer = required(CHAT)
    assert answer.agents == 5
    assert answer.waiting.strict == pytest.approx(0.9205, abs=1e-4)
    assert answer.waiting.asa_s == pytest.approx(12.2, abs=0.05)
    assert answer.waiting.occupancy == pytest.approx(2 / 3)
    assert erlang_c(10, 12, 600, 30).strict == pytest.approx(0.593, abs=1e-3)
    assert rostered(answer.agents, 0.3) == 8


def test_effective_aht_needs_seven() -> None:
    answer = required(CHAT, "effective_aht")
    assert answer.agents == 7
    assert answer.waiting.strict == pytest.approx(0.907, abs=1e-3)


def test_measured_chat_lengths() -> None:
    five = state_dependent(60 / 3600, 5, (360, 480, 600), 30)
    assert five.strict == pytest.approx(0.968, abs=1e-3)
    assert state_dependent(60 / 3600, 4, (360, 480, 600), 30).strict == pytest.approx(0.697, abs=1e-3)
    constant = state_dependent(60 / 3600, 5, (600, 600, 600), 30)
    slots = erlang_c(10, 15, 600, 30)
    assert constant.strict == pytest.approx(slots.strict, abs=1e-9)
    assert constant.asa_s == pytest.approx(slots.asa_s, abs=1e-6)


def test_erlang_a_example() -> None:
    twelve = erlang_a(10, 12, 600, 30, 120)
    assert twelve.p_wait == pytest.approx(0.2136, abs=1e-4)
    assert twelve.p_abandon == pytest.approx(0.0857, abs=1e-4)
    assert twelve.asa_s == pytest.approx(10.28, abs=1e-2)
    assert twelve.strict == pytest.approx(0.8396, abs=1e-4)
    assert twelve.neutral == pytest.approx(0.8753, abs=1e-4)
    assert twelve.positive == pytest.approx(0.8803, abs=1e-4)


def test_impatient_visitors_need_fewer_agents_unless_few_may_leave() -> None:
    impatient = Demand(arrivals_per_h=60, handle_s=600, concurrency=3, patience_s=120)
    assert required(impatient).agents == 4
    strict = Demand(arrivals_per_h=60, handle_s=600, concurrency=3, patience_s=120, max_abandonment=0.05)
    answer = required(strict)
    assert answer.agents == 5
    assert answer.waiting.p_abandon == pytest.approx(0.0214, abs=1e-4)


def test_erlang_a_without_impatience_is_erlang_c() -> None:
    c, a = erlang_c(10, 14, 180, 20), erlang_a(10, 14, 180, 20, 1e9)
    assert a.strict == pytest.approx(c.strict, abs=1e-5)
    assert erlang_a(10, 14, 180, 20, None) == c


def test_erlang_a_against_a_simulation() -> None:
    """Events drawn by chance, no formula shared: within the noise of 200,000 visitors."""
    chance = random.Random(7)
    load, servers, handle_s, within_s, patience_s = 4.0, 4, 100.0, 20.0, 80.0
    free_at = [0.0] * servers
    now, served, gone, n = 0.0, 0, 0, 200_000
    for _ in range(n):
        now += chance.expovariate(load / handle_s)
        start = max(now, heappop(free_at))
        patience = chance.expovariate(1 / patience_s)
        if start - now <= patience:
            served += start - now <= within_s
            heappush(free_at, start + chance.expovariate(1 / handle_s))
        else:
            gone += 1
            heappush(free_at, start)
    model = erlang_a(load, servers, handle_s, within_s, patience_s)
    assert served / n == pytest.approx(model.strict, abs=0.01)
    assert gone / n == pytest.approx(model.p_abandon, abs=0.01)


def test_work_that_can_wait() -> None:
    assert agents_for_work(items=120, handle_s=600, hours=8) == 3
    assert agents_for_work(items=0, handle_s=600, hours=8, min_agents=1) == 1
    assert required(Demand(arrivals_per_h=0, handle_s=600)).agents == 0


def test_safe_concurrency() -> None:
    levels = {
        1: Levels(turns=500, response_p90_s=20, chat_s=360),
        2: Levels(turns=500, response_p90_s=35, chat_s=480),
        3: Levels(turns=500, response_p90_s=55, chat_s=600),
        4: Levels(turns=500, response_p90_s=90, chat_s=780),
    }
    assert safe_concurrency(levels) == 3
    assert safe_concurrency({**levels, 2: Levels(turns=99, response_p90_s=1, chat_s=360)}) == 1
    assert safe_concurrency({**levels, 2: Levels(turns=500, response_p90_s=35, chat_s=719)}) == 1
    assert safe_concurrency({}) is None


def test_forecast_of_eight_weeks() -> None:
    weeks = [18, 22, 20, 24, 19, 21, 23, 25]
    plain = forecast(weeks)
    assert plain.expected == 21.5
    assert (plain.low, plain.high) == (pytest.approx(12.4, abs=0.05), pytest.approx(30.6, abs=0.05))
    assert forecast(weeks, weighted=True).expected == pytest.approx(22.23, abs=0.005)


def test_a_holiday_does_not_spoil_the_forecast_and_two_weeks_are_the_least() -> None:
    assert forecast([20, 22, 21, 19, 20, 90, 21, 20]).expected == pytest.approx(
        fmean([20, 22, 21, 19, 20, 21, 20])
    )
    thin = forecast([20], fallback=[10, 14])
    assert (thin.flagged, thin.expected) == (True, 12)
    assert forecast([]).flagged


def fmean(values: list[int]) -> float:
    return math.fsum(values) / len(values)


def test_reforecast_waits_for_a_quarter_of_the_day() -> None:
    assert reforecast(100, 30, 20, 0.2) == 100
    assert reforecast(100, 30, 20, 0.3) == 150


def test_forecast_accuracy() -> None:
    found = accuracy([20, 30, 0, 10], [25, 27, 2, 10])
    assert found.wape == pytest.approx(10 / 60)
    assert found.bias == pytest.approx(4 / 60)
    assert accuracy([0, 0], [1, 1]).wape is None
