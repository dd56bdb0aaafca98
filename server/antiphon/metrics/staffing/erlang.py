"""Erlang C and Erlang A (kpis.md F01, F02, F04).

C: M/M/m, everybody waits for ever; unstable when the load reaches the servers. A (Palm): M/M/m+M, patience is
exponential with mean 1/θ; always stable. No factorials: recursions and birth–death chains.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from antiphon.metrics.stats import incomplete_beta

_NEGLIGIBLE = 1e-14  # probability of a state that no longer matters


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What callers of a model meet. `asa_s` is the mean wait, None when the queue grows without end.

    The levels mirror kpis.md Q08: `strict` counts every abandonment as a miss, `neutral` leaves out those who
    gave up within the threshold, `positive` counts them as served.
    """

    model: str
    servers: int
    load: float  # erlangs offered
    p_wait: float
    asa_s: float | None
    strict: float
    neutral: float
    positive: float
    p_abandon: float
    occupancy: float
    unstable: bool = False


def offered_load(arrivals_per_s: float, handle_s: float) -> float:
    """Erlangs: how many would be in progress on average if nobody had to wait."""
    return arrivals_per_s * handle_s


def erlang_b(load: float, servers: int) -> float:
    """The share that finds all servers busy when nobody waits; the recursion all else rests on."""
    blocked = 1.0
    for i in range(1, servers + 1):
        blocked = load * blocked / (i + load * blocked)
    return blocked


def erlang_c(load: float, servers: int, handle_s: float, within_s: float) -> Waiting:
    """M/M/m: the wait of patient callers."""
    if load <= 0:
        return _idle("erlang_c", servers)
    if load >= servers:
        return Waiting(
            model="erlang_c", servers=servers, load=load, p_wait=1.0, asa_s=None, strict=0.0, neutral=0.0,
            positive=0.0, p_abandon=0.0, occupancy=1.0, unstable=True,
        )  # fmt: skip
    blocked = erlang_b(load, servers)
    p_wait = blocked / (1 - load / servers * (1 - blocked))
    level = 1 - p_wait * math.exp(-(servers - load) * within_s / handle_s)
    return Waiting(
        model="erlang_c", servers=servers, load=load, p_wait=p_wait,
        asa_s=p_wait * handle_s / (servers - load),
        strict=level, neutral=level, positive=level, p_abandon=0.0, occupancy=load / servers,
    )  # fmt: skip


def _idle(model: str, servers: int) -> Waiting:
    return Waiting(
        model=model, servers=servers, load=0.0, p_wait=0.0, asa_s=0.0, strict=1.0, neutral=1.0, positive=1.0,
        p_abandon=0.0, occupancy=0.0,
    )  # fmt: skip


def erlang_a(
    load: float, servers: int, handle_s: float, within_s: float, patience_s: float | None
) -> Waiting:
    """M/M/m+M: the wait of callers who give up after an exponential patience of that mean."""
    if load <= 0:
        return _idle("erlang_a", servers)
    if patience_s is None or math.isinf(patience_s):
        return erlang_c(load, servers, handle_s, within_s)
    theta, arrivals, c = 1 / patience_s, load / handle_s, servers / handle_s
    queue = list(_found(load, servers, handle_s, theta))
    p_wait = sum(p for _, p in queue)
    length = sum(q * p for q, p in queue)
    wait_s = length / arrivals
    served, gone = 1 - p_wait, 0.0
    for in_line, p in queue:
        q = in_line + 1  # the newcomer's own place
        in_time = _served_in_time(q, c, theta, within_s)
        served += p * in_time
        gone += p * (_over_in_time(q, c, theta, within_s) - in_time)
    lost = theta * wait_s
    return Waiting(
        model="erlang_a", servers=servers, load=load, p_wait=p_wait, asa_s=wait_s, strict=served,
        neutral=served / (1 - gone), positive=served + gone, p_abandon=lost,
        occupancy=load * (1 - lost) / servers,
    )  # fmt: skip


def _found(load: float, servers: int, handle_s: float, theta: float) -> Iterator[tuple[int, float]]:
    """(callers in line, probability) for the states in which an arrival has to wait."""
    arrivals = load / handle_s
    weights = [1.0]
    i = 0
    while i < servers or weights[-1] > _NEGLIGIBLE * max(weights):
        i += 1
        leaving = min(i, servers) / handle_s + max(i - servers, 0) * theta
        weights.append(weights[-1] * arrivals / leaving)
    total = sum(weights)
    for state in range(servers, len(weights)):
        yield state - servers, weights[state] / total


def _served_in_time(place: int, c: float, theta: float, within_s: float) -> float:
    """P(reaches a server within the time | place in line)."""
    reaches = math.prod((c + j * theta) / (c + (j + 1) * theta) for j in range(place))
    return reaches * (1 - incomplete_beta(c / theta + 1, place, math.exp(-theta * within_s)))


def _over_in_time(place: int, c: float, theta: float, within_s: float) -> float:
    """P(served or gone within the time | place in line)."""
    left = math.exp(-theta * within_s)
    return 1 - left * incomplete_beta(c / theta, place, left)
