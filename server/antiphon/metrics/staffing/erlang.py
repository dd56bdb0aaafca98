"""Erlang C and Erlang A (kpis.md F01, F02, F04).

C: M/M/m, everybody waits for ever; unstable when the load reaches the servers. A (Palm): M/M/m+M, patience is
exponential with mean 1/θ; always stable. No factorials: recursions that neither overflow nor cancel, so that
a thousand servers are reckoned as exactly as ten.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

_NEGLIGIBLE = 1e-16  # weight of a state, beside all others, that no longer matters
_HUGE = 1e200  # weights above are scaled down together
_DEEP = 200_000  # so long a line is a fluid: chance no longer shows


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


class Line(NamedTuple):
    """What an arrival meets: a free place, or a line that moves at a constant pace."""

    p_wait: float
    wait_s: float
    served: float  # P(reaches a server within the time)
    gone: float  # P(gives up within the time)
    p_abandon: float


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
    return _with_servers("erlang_c", load, servers, handle_s, within_s, None)


def erlang_a(
    load: float, servers: int, handle_s: float, within_s: float, patience_s: float | None
) -> Waiting:
    """M/M/m+M: the wait of callers who give up after an exponential patience of that mean."""
    if patience_s is None or math.isinf(patience_s):
        return erlang_c(load, servers, handle_s, within_s)
    return _with_servers("erlang_a", load, servers, handle_s, within_s, patience_s)


def _with_servers(
    model: str, load: float, servers: int, handle_s: float, within_s: float, patience_s: float | None
) -> Waiting:
    blocked = erlang_b(load, servers)
    met = line(1 - blocked, blocked, load / handle_s, servers / handle_s, within_s, patience_s)
    if met is None:
        return overrun(model, servers, load)
    busy = load * (1 - met.p_abandon) / servers if servers else 0.0
    return waiting(model, servers, load, met, busy)


def waiting(model: str, servers: int, load: float, met: Line, occupancy: float) -> Waiting:
    """A line under the names of the service levels."""
    return Waiting(
        model=model, servers=servers, load=load, p_wait=met.p_wait, asa_s=met.wait_s, strict=met.served,
        neutral=met.served / (1 - met.gone) if met.gone < 1 else 0.0, positive=met.served + met.gone,
        p_abandon=met.p_abandon, occupancy=occupancy,
    )  # fmt: skip


def overrun(model: str, servers: int, load: float) -> Waiting:
    """More comes than is ever done, and nobody gives up: the line has no end."""
    return Waiting(
        model=model, servers=servers, load=load, p_wait=1.0, asa_s=None, strict=0.0, neutral=0.0,
        positive=0.0, p_abandon=0.0, occupancy=1.0, unstable=True,
    )  # fmt: skip


def line(
    below: float, full: float, arrivals: float, pace: float, within_s: float, patience_s: float | None
) -> Line | None:
    """The line behind servers that finish `pace` a second when all are busy; None when it grows for ever.

    `below` is the weight of all states with a free place, `full` that of the first without one.
    """
    if arrivals <= 0:
        return Line(0.0, 0.0, 1.0, 0.0, 0.0)
    if patience_s is None:
        return _patient(below, full, arrivals, pace, within_s)
    if (arrivals - pace) * patience_s > _DEEP:
        return _fluid(arrivals, pace, within_s, patience_s)
    return _impatient(below, full, arrivals, pace, within_s, 1 / patience_s)


def _patient(below: float, full: float, arrivals: float, pace: float, within_s: float) -> Line | None:
    spare = pace - arrivals
    if spare <= 0:
        return None
    in_line = full * pace / spare
    p_wait = in_line / (below + in_line)
    return Line(p_wait, p_wait / spare, 1 - p_wait * math.exp(-spare * within_s), 0.0, 0.0)


def _impatient(
    below: float, full: float, arrivals: float, pace: float, within_s: float, theta: float
) -> Line:
    """State by state of the line, until the rest no longer matters."""
    reach, leave = _Beta(pace / theta + 1, theta * within_s), _Beta(pace / theta, theta * within_s)
    left = math.exp(-theta * within_s)
    weight, place = full, 0
    in_line = length = served = over = 0.0
    while arrivals > pace + place * theta or weight > _NEGLIGIBLE * (below + in_line):
        place += 1  # the newcomer's own
        in_line += weight
        length += weight * (place - 1)
        served += weight * pace / (pace + place * theta) * (1 - reach.next())
        over += weight * (1 - left * leave.next())
        weight *= arrivals / (pace + place * theta)
        if weight > _HUGE:
            below, in_line, length, served, over, weight = (
                part / _HUGE for part in (below, in_line, length, served, over, weight)
            )
    total = below + in_line
    wait_s = length / total / arrivals
    return Line(
        in_line / total, wait_s, (below + served) / total, (over - served) / total, min(1.0, theta * wait_s)
    )


def _fluid(arrivals: float, pace: float, within_s: float, patience_s: float) -> Line:
    """The limit of a very long line: all wait equally long, and who gives up is just who is too many."""
    wait_s = patience_s * math.log(arrivals / pace) if pace else math.inf
    lost = 1 - pace / arrivals
    gone = min(lost, -math.expm1(-within_s / patience_s))
    return Line(1.0, patience_s * lost, 1 - lost if within_s >= wait_s else 0.0, gone, lost)


class _Beta:
    """The regularised incomplete beta I_x(a, 1), I_x(a, 2), … of x = e^-t: a sum of what is positive."""

    def __init__(self, a: float, t: float) -> None:
        self._a, self._b = a, 0
        self._value = math.exp(-a * t)
        self._share = -math.expm1(-t)  # 1 - x
        self._log = math.log(a * self._share) - a * t if a and self._share else -math.inf

    def next(self) -> float:
        self._b += 1
        if self._b > 1:
            b = self._b - 1
            self._value += math.exp(self._log)
            self._log += math.log(self._share * (self._a + b) / (b + 1)) if self._share else 0.0
        return min(1.0, self._value)
