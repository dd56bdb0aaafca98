"""Chats at once: how long they take when there are j of them, and how many are safe (kpis.md F03 M3, F07)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from antiphon.metrics.staffing.erlang import Waiting

_ENOUGH = 100  # turns at a level before anything is said of it
_GAIN = 1.05  # each further chat must raise the pace by so much to pay
_TAIL = 1e-14


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
    cap = len(chat_s)
    slots, theta = agents * cap, 1 / patience_s if patience_s else 0.0
    full = agents * cap / chat_s[-1]
    if not theta and arrivals_per_s >= full:
        return _overrun(slots, arrivals_per_s * chat_s[-1])
    weights = [1.0]
    while len(weights) <= slots or weights[-1] > _TAIL * max(weights):
        pace = _pace(len(weights), agents, chat_s) + max(len(weights) - slots, 0) * theta
        weights.append(weights[-1] * arrivals_per_s / pace)
    total = sum(weights)
    p_wait = sum(weights[slots:]) / total
    length = sum((i - slots) * w for i, w in enumerate(weights) if i > slots) / total
    in_service = sum(min(i, slots) * w for i, w in enumerate(weights)) / total
    wait_s = length / arrivals_per_s
    level = 1 - p_wait * math.exp(-(full - arrivals_per_s) * within_s) if not theta else math.nan
    return Waiting(
        model="state_dependent", servers=slots, load=in_service, p_wait=p_wait, asa_s=wait_s, strict=level,
        neutral=level, positive=level, p_abandon=theta * wait_s, occupancy=in_service / slots,
    )  # fmt: skip


def _overrun(slots: int, load: float) -> Waiting:
    return Waiting(
        model="state_dependent", servers=slots, load=load, p_wait=1.0, asa_s=None, strict=0.0, neutral=0.0,
        positive=0.0, p_abandon=0.0, occupancy=1.0, unstable=True,
    )  # fmt: skip


def _pace(chats: int, agents: int, chat_s: Sequence[float]) -> float:
    """Chats finished per second while so many are there, shared out evenly."""
    cap = len(chat_s)
    held, more = divmod(min(chats, agents * cap), agents)
    low = held / chat_s[held - 1] if held else 0.0
    high = (held + 1) / chat_s[held] if held < cap else 0.0
    return (agents - more) * low + more * high


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
