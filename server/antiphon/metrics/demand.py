"""From figures to queueing models: the formulas of the staffing family (kpis.md F01–F09)."""

import math
from collections.abc import Callable, Mapping

from antiphon.metrics import staffing
from antiphon.metrics.combine import Figures, Group, Made, Value
from antiphon.metrics.question import Question


def _hours(q: Question) -> float:
    return max(0, q.until_ms - q.from_ms) / 3_600_000


def _demand(
    f: Figures, q: Question, group: Group, *, impatient: bool | None = None
) -> staffing.Demand | None:
    handle, hours = f["handle"].value, _hours(q)
    if not handle or not hours:
        return None
    limits = q.settings.limits(str(group.get("queue", "")))
    if impatient is None:
        impatient = (f["abandoned"].value or 0) > staffing.IMPATIENT
    return staffing.Demand(
        arrivals_per_h=(f["offered"].num or 0) / hours, handle_s=handle,
        concurrency=q.settings.max_concurrency,
        within_s=limits.sl_threshold_s, target=limits.sl_target,
        patience_s=f["patience"].value if impatient else None,
    )  # fmt: skip


def offered_load(f: Figures, q: Question, group: Group) -> Value:
    demand = _demand(f, q, group)
    return staffing.offered_load(demand.arrivals_per_h / 3600, demand.handle_s) if demand else None


def _with_agents(f: Figures, q: Question, group: Group, *, impatient: bool) -> Value:
    demand, online = _demand(f, q, group, impatient=impatient), f["online"].value
    if demand is None or not online:
        return None
    slots = round(online * demand.concurrency)
    load = staffing.offered_load(demand.arrivals_per_h / 3600, demand.handle_s)
    return staffing.erlang_a(load, slots, demand.handle_s, demand.within_s, demand.patience_s).strict


def level_with_agents(f: Figures, q: Question, group: Group) -> Value:
    return _with_agents(f, q, group, impatient=False)


def level_with_impatience(f: Figures, q: Question, group: Group) -> Value:
    return _with_agents(f, q, group, impatient=True)


def agents_required(f: Figures, q: Question, group: Group) -> int | None:
    """The fewest by Erlang; of what can wait (e-mail, forms), by the work there is."""
    if not f["offered"].num:
        return q.settings.min_agents
    demand = _demand(f, q, group)
    if demand is None:
        return None
    if group.get("channel") in staffing.CAN_WAIT:
        hours, items = _hours(q), f["offered"].num
        need = staffing.agents_for_work(items=items, handle_s=demand.handle_s, hours=hours)
    else:
        need = staffing.required(demand).agents
    return max(need, q.settings.min_agents)


def agents_required_effective(f: Figures, q: Question, group: Group) -> Value:
    demand = _demand(f, q, group, impatient=False)
    if demand is None:
        return None
    measured = staffing.Demand(
        arrivals_per_h=demand.arrivals_per_h, handle_s=demand.handle_s, concurrency=demand.concurrency,
        within_s=demand.within_s, target=demand.target, max_slot_occupancy=1.0,
        speed_up=f["concurrency"].value or None,
    )  # fmt: skip
    return staffing.required(measured, "effective_aht").agents


def average_online(f: Figures, q: Question, group: Group) -> Value:
    hours = max(0, q.now_ms - q.from_ms) / 3_600_000
    return (f["online"].num or 0) / 3600 / hours if hours else None


def agents_rostered(f: Figures, q: Question, group: Group) -> Value:
    need, shrinkage = agents_required(f, q, group), f["shrinkage"].value
    if need is None or shrinkage is None or shrinkage >= 1:
        return None
    return staffing.rostered(need, max(0.0, shrinkage))


def staffing_gap(f: Figures, q: Question, group: Group) -> Value:
    need, online = agents_required(f, q, group), f["online"].value
    return None if need is None or online is None else online - need


def with_band(f: Figures, q: Question, group: Group) -> Made:
    """What was to be expected, with its 95 % band."""
    expected, variance = f["expected"].value, f["variance"].value
    if not f["expected"].n or expected is None or variance is None:
        return None
    half = 1.96 * math.sqrt(variance)
    return expected, max(0.0, expected - half), expected + half


DEMAND: Mapping[str, Callable[[Figures, Question, Group], Made]] = {
    one.__name__: one
    for one in (
        offered_load, level_with_agents, level_with_impatience, agents_required, agents_required_effective,
        average_online, agents_rostered, staffing_gap, with_band,
    )
}  # fmt: skip
