"""The queueing models against other people's code, against plain linear algebra, and by their laws."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from antiphon.metrics.staffing import (
    MODELS,
    Demand,
    Waiting,
    agents_for_work,
    curve,
    erlang_a,
    erlang_b,
    erlang_c,
    meets,
    required,
    state_dependent,
    with_agents,
)  # fmt: skip

# load, servers, handle_s, within_s → P(wait), level, ASA: by scipy 1.17.1 from its Poisson distribution.
SCIPY_C: dict[tuple[float, ...], tuple[float, ...]] = {
    (10, 14, 180, 20): (0.174131933595, 0.888350019179, 7.83593701178),
    (10, 13, 180, 20): (0.285270453036, 0.795594788418, 17.1162271822),
    (0.5, 1, 60, 0): (0.5, 0.5, 60.0),
    (100, 110, 240, 20): (0.237007500285, 0.896996964973, 5.68818000684),
    (950, 1000, 300, 30): (0.0682534153771, 0.999540112105, 0.409520492263),
    (990, 1000, 300, 30): (0.659080421881, 0.757537862711, 19.7724126564),
    (999, 1000, 300, 20): (0.961239260408, 0.100753957601, 288.371778123),
    (1, 1000, 60, 20): (0.0, 1.0, 0.0),
    (2900, 3000, 600, 30): (0.0394604697534, 0.999734117446, 0.23676281852),
}
# … and patience_s → P(wait), strict, neutral, positive, mean wait, P(abandon): by scipy's betainc.
SCIPY_A: dict[tuple[float, ...], tuple[float, ...]] = {
    (10, 12, 600, 30, 120): (
        0.21357282091, 0.839628863202, 0.875266353661, 0.880345029555, 10.2786935025, 0.0856557791876),
    (10, 15, 600, 30, 120): (
        0.0635582323304, 0.957022769649, 0.968135718399, 0.968501479234, 2.57144434862, 0.0214287029051),
    (4, 4, 100, 20, 80): (
        0.543652676516, 0.597763062539, 0.666460031689, 0.700840465359, 16.4542133538, 0.205677666923),
    (20, 10, 180, 20, 60): (
        0.934915042515, 0.176860740068, 0.235634779187, 0.426289280805, 30.3208615914, 0.50534769319),
    (1000, 1000, 300, 30, 120): (
        0.392607768001, 0.984545474843, 0.999999470879, 0.999999479056, 1.85448115849, 0.0154540096541),
    (1100, 1000, 300, 30, 120): (
        0.972145337275, 0.907816494022, 0.998843080489, 0.998948512899, 10.9377043691, 0.091147536409),
    (1500, 1000, 300, 30, 60): (
        0.999999999655, 0.609170121179, 0.911013572849, 0.940497184426, 20.0, 0.333333333334),
    (950, 1000, 300, 30, 600): (
        0.0599698958466, 0.999510979318, 0.999978779739, 0.999978789666, 0.280746751956, 0.00046791125326),
    (2900, 3000, 600, 30, 300): (
        0.0294478054465, 0.999640495815, 0.999999943801, 0.999999943821, 0.107834485381, 0.000359448284604),
    (10, 14, 180, 20, 1e7): (
        0.174130315791, 0.888351680894, 0.888351930668, 0.888351962059, 7.83565265552, 7.83565265552e-07),
    (0.5, 1, 60, 0, 30): (
        0.371976276343, 0.628023723657, 0.628023723657, 0.628023723657, 7.68142341943, 0.256047447314),
}  # fmt: skip
# calls, minutes of the interval, handle_s, within_s → agents, level, occupancy, P(wait): by pyworkforce 0.5.1
# for a service level of 80 % and an occupancy of at most 85 %.
PYWORKFORCE = {
    (100, 30, 180, 20): (14, 0.8883500191794669, 0.7142857142857143, 0.1741319335950498),
    (400, 30, 240, 20): (63, 0.9383308866332367, 0.8465608465608466, 0.1380117418485233),
    (3000, 15, 300, 30): (1177, 0.9999999999999994, 0.8496176720475785, 2.8478742709327684e-08),
}

loads = some.floats(0.01, 40)
times = some.floats(1, 2_000)
patiences = some.none() | some.floats(5, 3_000)
QUEUES = MODELS[:3]  # the other one has no line
CHAT = Demand(arrivals_per_h=60, handle_s=600, concurrency=3)


@pytest.mark.parametrize("given_", SCIPY_C, ids=str)
def test_erlang_c_as_scipy_has_it(given_: tuple[float, int, float, float]) -> None:
    load, servers, handle_s, within_s = given_
    found = erlang_c(load, servers, handle_s, within_s)
    assert (found.p_wait, found.strict, found.asa_s) == pytest.approx(SCIPY_C[given_], rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("given_", SCIPY_A, ids=str)
def test_erlang_a_as_scipy_has_it(given_: tuple[float, int, float, float, float]) -> None:
    load, servers, handle_s, within_s, patience_s = given_
    found = erlang_a(load, servers, handle_s, within_s, patience_s)
    told = (found.p_wait, found.strict, found.neutral, found.positive, found.asa_s, found.p_abandon)
    assert told == pytest.approx(SCIPY_A[given_], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("given_", PYWORKFORCE, ids=str)
def test_agents_required_as_pyworkforce_has_it(given_: tuple[int, int, int, int]) -> None:
    calls, minutes, handle_s, within_s = given_
    found = required(Demand(arrivals_per_h=calls * 60 / minutes, handle_s=handle_s, within_s=within_s))
    told = (found.agents, found.waiting.strict, found.waiting.occupancy, found.waiting.p_wait)
    assert told == pytest.approx(PYWORKFORCE[given_], rel=1e-9)


@given(some.integers(1, 30), some.integers(1, 40))
def test_erlang_b_and_c_by_their_definitions_in_exact_fractions(load: int, servers: int) -> None:
    terms = [Fraction(load**i, math.factorial(i)) for i in range(servers + 1)]
    assert erlang_b(load, servers) == pytest.approx(float(terms[-1] / sum(terms)), rel=1e-12)
    if load < servers:
        last = terms[-1] * Fraction(servers, servers - load)
        waits = last / (sum(terms[:-1]) + last)
        assert erlang_c(load, servers, 100, 0).p_wait == pytest.approx(float(waits), rel=1e-12)


# -- a second way: the whole process as a matrix -----------------------------------------------------------

Matrix = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
LINE = 150  # places of the line that the matrix has


def _solved(
    arrivals: float, agents: int, chat_s: tuple[float, ...], within_s: float, patience_s: float
) -> tuple[float, float, float]:
    """P(wait), P(abandon), P(served in time) by linear algebra, without one formula of ours."""
    slots, theta = agents * len(chat_s), 1 / patience_s
    held = [[0] * agents]
    for i in range(slots):  # least loaded first
        held.append([*held[-1]])
        held[-1][i % agents] += 1
    pace = [sum(j / chat_s[j - 1] for j in each if j) for each in held]
    n = slots + LINE
    leave = np.array([pace[min(i, slots)] + max(0, i - slots) * theta for i in range(n + 1)])
    flow = np.diag(np.full(n, arrivals), 1) + np.diag(leave[1:], -1)
    flow -= np.diag(flow.sum(axis=1))
    p = np.linalg.lstsq(np.vstack([flow.T, np.ones(n + 1)]), np.eye(n + 2)[-1], rcond=None)[0]
    # The newcomer at place q: served (-1), gone (-2), or one step further each time somebody before him is.
    walk = np.zeros((LINE + 2, LINE + 2))
    for q in range(1, LINE + 1):
        walk[q, q - 1] = pace[slots] + (q - 1) * theta
        walk[q, LINE + 1] = theta
        walk[q, q] = -walk[q].sum()
    later = _exponential(walk * within_s)
    in_time = sum(p[slots + q - 1] * later[q, 0] for q in range(1, LINE + 1))
    in_line = (np.maximum(np.arange(n + 1) - slots, 0) * p).sum()
    return float(p[slots:].sum()), float(theta * in_line / arrivals), float(p[:slots].sum() + in_time)


def _exponential(matrix: Matrix) -> Matrix:
    halved = matrix / 2**20
    out = np.eye(len(matrix)) + halved + halved @ halved / 2
    for _ in range(20):
        out = out @ out
    return out


@pytest.mark.parametrize(
    ("agents", "chat_s", "patience_s"),
    [(4, (360, 480, 600), 120), (3, (600, 600, 600), 90), (7, (200,), 45), (2, (100, 150, 260, 380), 200)],
)
def test_the_state_dependent_model_with_impatience_as_the_matrix_has_it(
    agents: int, chat_s: tuple[float, ...], patience_s: float
) -> None:
    arrivals = 0.9 * agents * len(chat_s) / chat_s[-1]
    found = state_dependent(arrivals, agents, chat_s, 30, patience_s)
    told = (found.p_wait, found.p_abandon, found.strict)
    assert told == pytest.approx(_solved(arrivals, agents, chat_s, 30, patience_s), abs=1e-5)


# -- laws --------------------------------------------------------------------------------------------------


def _sane(found: Waiting) -> None:
    shares = (found.p_wait, found.strict, found.neutral, found.positive, found.p_abandon, found.occupancy)
    assert all(-1e-12 <= share <= 1 + 1e-9 for share in shares), found
    assert found.strict <= found.neutral + 1e-12 <= found.positive + 2e-12
    assert found.asa_s is None or found.asa_s >= 0


@given(loads, times, some.floats(0, 300), patiences, some.sampled_from(MODELS), some.integers(1, 5))
@settings(max_examples=150)
def test_more_agents_are_never_worse(
    load: float, handle_s: float, within_s: float, patience_s: float | None, model: str, at_once: int
) -> None:
    demand = Demand(
        arrivals_per_h=load * 3600 / handle_s, handle_s=handle_s, within_s=within_s, patience_s=patience_s,
        concurrency=at_once,
    )  # fmt: skip
    before = None
    for one in curve(demand, range(30), model):
        now = one.waiting
        _sane(now)
        if before is not None:
            assert now.strict >= before.strict - 1e-9
            assert now.p_abandon <= before.p_abandon + 1e-9 or before.unstable
            assert now.p_wait <= before.p_wait + 1e-9
            assert before.asa_s is None or (now.asa_s is not None and now.asa_s <= before.asa_s + 1e-6)
        before = now


@given(loads, times, some.floats(0, 120), patiences, some.sampled_from(MODELS), some.integers(1, 4))
@settings(max_examples=100)
def test_what_is_required_meets_the_target_and_one_less_does_not(
    load: float, handle_s: float, within_s: float, patience_s: float | None, model: str, at_once: int
) -> None:
    demand = Demand(
        arrivals_per_h=load * 3600 / handle_s, handle_s=handle_s, within_s=within_s, patience_s=patience_s,
        concurrency=at_once,
    )  # fmt: skip
    found = required(demand, model)
    assert meets(demand, found)
    assert found.agents == 1 or not meets(demand, with_agents(demand, found.agents - 1, model))


@given(some.integers(1, 60), loads, times, some.floats(0, 300), some.floats(5, 2_000))
@settings(max_examples=150)
def test_all_who_come_are_either_served_or_gone(
    servers: int, load: float, handle_s: float, within_s: float, patience_s: float
) -> None:
    found = erlang_a(load, servers, handle_s, within_s, patience_s)
    assert found.occupancy * servers == pytest.approx(load * (1 - found.p_abandon), rel=1e-9)
    states = state_dependent(load / handle_s, servers, (handle_s,), within_s, patience_s)
    told = (states.p_wait, states.strict, states.asa_s, states.p_abandon, states.occupancy)
    assert told == pytest.approx(
        (found.p_wait, found.strict, found.asa_s, found.p_abandon, found.occupancy), rel=1e-7, abs=1e-9
    )


@given(some.floats(0.01, 0.95), some.integers(1, 300), times, some.floats(0, 300))
def test_without_impatience_a_is_c(share: float, servers: int, handle_s: float, within_s: float) -> None:
    load = share * servers
    c, a = (erlang_c(load, servers, handle_s, within_s), erlang_a(load, servers, handle_s, within_s, 1e12))
    assert (a.p_wait, a.strict, a.p_abandon) == pytest.approx((c.p_wait, c.strict, 0), abs=1e-6)
    assert erlang_a(load, servers, handle_s, within_s, None) == c
    assert erlang_a(load, servers, handle_s, within_s, math.inf) == c


def test_nobody_comes_and_nobody_is_there() -> None:
    for model in QUEUES:
        quiet = with_agents(replace(CHAT, arrivals_per_h=0), 2, model).waiting
        assert (quiet.strict, quiet.p_wait, quiet.asa_s, quiet.occupancy) == (1, 0, 0, 0)
        assert required(replace(CHAT, arrivals_per_h=0), model).agents == 0
        alone = with_agents(CHAT, 0, model).waiting
        assert (alone.unstable, alone.strict) == (True, 0)
        left = with_agents(replace(CHAT, patience_s=60), 0, model).waiting
        assert (left.p_abandon, left.strict) == pytest.approx((1, 0))
        assert left.positive == pytest.approx(1 - math.exp(-30 / 60))


def test_a_line_too_long_for_chance_is_a_fluid() -> None:
    """On both sides of the bound, beyond which no state is walked through, nearly the same comes out."""
    near, beyond = (erlang_a(2_000, 1_000, 1, 60_000, patience_s) for patience_s in (199, 201))
    assert near.p_abandon == pytest.approx(0.5, abs=1e-6)
    assert beyond.p_abandon == pytest.approx(0.5)
    assert (near.strict, near.asa_s) == pytest.approx((beyond.strict, 199 / 2), abs=2e-2)
    assert erlang_a(2_000, 1_000, 1, 30, 201).strict == 0


@given(loads, times)
def test_work_that_can_wait_is_hours_and_nothing_else(load: float, handle_s: float) -> None:
    demand = Demand(arrivals_per_h=load * 3600 / handle_s, handle_s=handle_s)
    found = required(demand, "workload")
    assert found.agents == agents_for_work(items=demand.arrivals_per_h, handle_s=handle_s, hours=1)
    assert (found.waiting.strict, found.waiting.unstable) == (1, False)


def test_no_team_in_the_world() -> None:
    with pytest.raises(ValueError, match="no team of"):
        required(Demand(arrivals_per_h=1e9, handle_s=600))
    with pytest.raises(ValueError, match="no team of"):
        required(replace(CHAT, max_slot_occupancy=0.0))


def test_impatience_in_every_model() -> None:
    for model, patient, impatient in (("slots", 5, 4), ("effective_aht", 7, 6), ("state_dependent", 5, 4)):
        assert required(CHAT, model).agents == patient
        assert required(replace(CHAT, patience_s=60), model).agents == impatient
