"""From figures to queueing models: the formulas of the staffing family (kpis.md F01–F09)."""

from collections.abc import Callable, Mapping

from antiphon.metrics import staffing
from antiphon.metrics.combine import Figures, Group, Value
from antiphon.metrics.question import Question

_IMPATIENT = 0.02  # share giving up above which Erlang A replaces C


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
        impatient = (f["abandoned"].value or 0) > _IMPATIENT
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
    if not f["offered"].num:
        return 0
    demand = _demand(f, q, group)
    return staffing.required(demand, "abandonment").agents if demand else None


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


def seasonal_mean(f: Figures, q: Question, group: Group) -> Value:
    """Weeks from the first in which anything came; the parts are ordered oldest first."""
    weeks = [figure.num or 0 for figure in f.values()]
    while weeks and not weeks[0]:
        weeks.pop(0)
    found = staffing.forecast(weeks)
    return None if found.flagged else found.expected


def _error(f: Figures) -> staffing.Accuracy:
    expected = f["forecast"].value
    if expected is None:
        return staffing.Accuracy(wape=None, bias=None)
    return staffing.accuracy([f["actual"].num or 0], [expected])


def forecast_error(f: Figures, q: Question, group: Group) -> Value:
    return _error(f).wape


def forecast_bias(f: Figures, q: Question, group: Group) -> Value:
    return _error(f).bias


DEMAND: Mapping[str, Callable[[Figures, Question, Group], Value]] = {
    one.__name__: one
    for one in (
        offered_load, level_with_agents, level_with_impatience, agents_required, agents_required_effective,
        average_online, agents_rostered, staffing_gap, seasonal_mean, forecast_error, forecast_bias,
    )
}  # fmt: skip
