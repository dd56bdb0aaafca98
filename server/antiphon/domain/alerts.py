"""Alerts: when a live number is bad for long enough, and when it is good again.

    quiet ──breach──► pending ──held `for_s`──► firing ──no breach──► quiet, until re-armed
             pending ──no breach──► quiet

Rules:
1. Nothing (None) is no breach: over nothing there is no number (kpis.md G7).
2. Thresholds are inclusive: `at_least` and `at_most` breach at the threshold itself.
3. `step` is pure; whoever keeps firings calls it with what it kept. A rule that fires is told
   once, and once when it is over; after that it stays quiet for `cooldown_s`.
"""

from dataclasses import dataclass, field
from typing import Literal

from antiphon.domain.hours import Hours

Comparison = Literal["at_least", "at_most", "above", "below"]
Moved = Literal["fired", "resolved"]

_BREACH = {
    "at_least": lambda value, threshold: value >= threshold,
    "at_most": lambda value, threshold: value <= threshold,
    "above": lambda value, threshold: value > threshold,
    "below": lambda value, threshold: value < threshold,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Which live KPI, of what, compared how, for how long, and who is told beside the board.

    `enough`: figures counted from fewer are no number. `open_only`: only in the opening hours of
    the queue (without one: while any queue is open). `webhooks` are ids, `emails` addresses.
    """

    id: str
    name: str
    kpi: str
    comparison: Comparison
    threshold: float
    queue: str = ""
    agent: str = ""
    for_s: int = 0
    cooldown_s: int = 0
    enough: int = 0
    open_only: bool = False
    enabled: bool = True
    webhooks: tuple[str, ...] = ()
    emails: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Where a rule stands. `since_ms`: of the breach, while it lasts; `rearmed_ms`: not before."""

    firing: bool = False
    since_ms: int | None = None
    rearmed_ms: int = 0


def breached(rule: Rule, value: float | None) -> bool:
    return value is not None and _BREACH[rule.comparison](value, rule.threshold)


def step(rule: Rule, watch: Watch, value: float | None, now_ms: int) -> tuple[Watch, Moved | None]:
    """Where the rule stands after seeing `value` now, and whether that is news."""
    if not breached(rule, value):
        if watch.firing:
            return Watch(rearmed_ms=now_ms + rule.cooldown_s * 1000), "resolved"
        return Watch(rearmed_ms=watch.rearmed_ms), None
    since_ms = now_ms if watch.since_ms is None else min(watch.since_ms, now_ms)
    held = now_ms - since_ms >= rule.for_s * 1000 and now_ms >= watch.rearmed_ms
    fired = held and not watch.firing
    after = Watch(firing=watch.firing or held, since_ms=since_ms, rearmed_ms=watch.rearmed_ms)
    return after, "fired" if fired else None


def listens(rule: Rule, hours: dict[str, Hours], now_ms: int) -> bool:
    """Does the rule look at all now?"""
    if not rule.enabled or not rule.open_only:
        return rule.enabled
    mine = [hours[rule.queue]] if rule.queue in hours else hours.values()
    return any(one.is_open(now_ms) for one in mine)
