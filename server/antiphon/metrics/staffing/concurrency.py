"""Chats at once: how long they take when there are j of them, and how many are safe (kpis.md F03 M3, F07)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from antiphon.metrics.staffing.erlang import Waiting, line, overrun, waiting

Weights = npt.NDArray[np.float64]

_ENOUGH = 100  # turns at a level before anything is said of it
_GAIN = 1.05  # each further chat must raise the pace by so much to pay


def state_dependent(
    arrivals_per_s: float,
    agents: int,
    chat_s: Sequence[float],
    within_s: float,
    patience_s: float | None = None,
) -> Waiting:
    """M3: `chat_s[j-1]` is the mean chat length while the agent holds j chats; its length is the cap.

    Least-loaded routing; beyond all slots visitors wait, and leave at rate 1/patience each when one is given.
    """
    slots, pace = agents * len(chat_s), agents * len(chat_s) / chat_s[-1]
    weights = _weights(arrivals_per_s, agents, chat_s)
    below = float(weights[:-1].sum())
    met = line(below, float(weights[-1]), arrivals_per_s, pace, within_s, patience_s)
    if met is None:
        return overrun("state_dependent", slots, arrivals_per_s * chat_s[-1])
    held = float(np.arange(slots) @ weights[:-1]) / below if below else 0.0
    in_service = (1 - met.p_wait) * held + met.p_wait * slots
    return waiting("state_dependent", slots, in_service, met, in_service / slots if slots else 0.0)


def _weights(arrivals_per_s: float, agents: int, chat_s: Sequence[float]) -> Weights:
    """How likely 0, 1, … chats in progress are, up to the first state in which one has to wait; scaled."""
    slots = agents * len(chat_s)
    if arrivals_per_s <= 0:
        return np.concatenate([np.ones(1), np.zeros(slots)])
    logs = np.concatenate([np.zeros(1), np.log(arrivals_per_s / _paces(agents, chat_s)).cumsum()])
    weights: Weights = np.exp(logs - logs.max())
    return weights


def _paces(agents: int, chat_s: Sequence[float]) -> Weights:
    """Chats finished per second while there are 1, 2, … of them, shared out evenly."""
    of_one = np.array([0.0, *(held / length for held, length in enumerate(chat_s, 1)), 0.0])
    held, more = np.divmod(np.arange(1, agents * len(chat_s) + 1), max(agents, 1))
    return np.asarray((agents - more) * of_one[held] + more * of_one[held + 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """What was seen of agents while they held k chats."""

    turns: int
    response_p90_s: float
    chat_s: float
    csat_declined: bool = False  # significantly below one chat at a time (S05's test)


def safe_concurrency(levels: Mapping[int, Levels], target_p90_s: float = 60) -> int | None:
    """The largest k that does not hurt the visitor and still pays; None without enough data for k = 1."""
    safe, pace = None, 0.0
    for k in range(1, max(levels, default=0) + 1):
        level = levels.get(k)
        if (
            level is None
            or level.turns < _ENOUGH
            or level.response_p90_s > target_p90_s
            or level.csat_declined
        ):
            break
        if k > 1 and k / level.chat_s < _GAIN * pace:
            break
        safe, pace = k, k / level.chat_s
    return safe
