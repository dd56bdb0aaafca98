"""Figures made of other figures: comparisons of two periods, products across tables (kpis.md S05, B07, …).

A `Formula` of the catalogue names a function here and the figures it needs: `kpi` of the same period and
group, `kpi@previous` of the period before it of equal length, `kpi@start` as it stood at the period's first
instant, `kpi@whole` without the grouping, `kpi@all` without grouping and filters, `kpi@each item` for every
item of the group (given as "name item"). A missing part makes the whole nothing.
"""

import math
from collections.abc import Callable, Mapping

from antiphon.metrics import staffing, stats
from antiphon.metrics.question import Question
from antiphon.metrics.tally import Figure

Figures = Mapping[str, Figure]
Value = float | str | None
Made = Value | tuple[float, float | None, float | None]  # bare, or with its interval
Group = Mapping[str, object]
MONTH_MS, YEAR_MS = 30 * 86_400_000, 365 * 86_400_000
_HISTORY_DAYS = 90
_FEW = 30  # answers in either period below which no verdict is given
_RARE = 5
_LONGEST_MONTHS = 60
_ESTIMABLE = 20  # engagements below which an estimate says nothing
_NONE = Figure(None, None, None, 0, 0, 0, 0, 0, None, None)


def _of(figure: Figure) -> tuple[float, float]:
    return figure.num or 0, figure.den or 0


# -- two periods -----------------------------------------------------------------------------------------


def share_change(f: Figures, q: Question, group: Group) -> Made:
    """Δ in points between two shares, with the unpooled 95 % interval."""
    (x2, n2), (x1, n1) = _of(f["now"]), _of(f["before"])
    if not n1 or not n2:
        return None
    p1, p2 = x1 / n1, x2 / n2
    half = 1.96 * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return 100 * (p2 - p1), 100 * (p2 - p1 - half), 100 * (p2 - p1 + half)


def share_change_p(f: Figures, q: Question, group: Group) -> Value:
    """Two-sided p of the pooled two-proportion z test."""
    (x2, n2), (x1, n1) = _of(f["now"]), _of(f["before"])
    if not n1 or not n2:
        return None
    p = (x1 + x2) / (n1 + n2)
    spread = math.sqrt(p * (1 - p) * (1 / n1 + 1 / n2))
    return stats.normal_two_sided((x2 / n2 - x1 / n1) / spread) if spread else 1.0


def share_change_exact(f: Figures, q: Question, group: Group) -> Value:
    """Two-sided p of Fisher's exact test, for few or rare answers."""
    (x2, n2), (x1, n1) = _of(f["now"]), _of(f["before"])
    return stats.fisher_two_sided(int(x2), int(n2), int(x1), int(n1)) if n1 and n2 else None


def share_change_holm(f: Figures, q: Question, group: Group) -> Value:
    """The smallest p of all groups looked at, times their number (Holm's first step)."""
    found = [share_change_p({"now": now, "before": before}, q, group) for now, before in _pairs(f)]
    known = [p for p in found if isinstance(p, float)]
    return min(1.0, min(known) * len(known)) if known else None


def share_change_standardised(f: Figures, q: Question, group: Group) -> Value:
    """Δ in points as if both periods had had the mix of both together."""
    changes, weights = 0.0, 0.0
    for now, before in _pairs(f):
        (x2, n2), (x1, n1) = _of(now), _of(before)
        if n1 and n2:
            changes += (n1 + n2) * (x2 / n2 - x1 / n1)
            weights += n1 + n2
    return 100 * changes / weights if weights else None


def _pairs(f: Figures) -> list[tuple[Figure, Figure]]:
    """Groups known in both periods: given as "each name" and "once name"."""
    names = [name.removeprefix("each ") for name in f if name.startswith("each ")]
    return [(f[f"each {name}"], f[f"once {name}"]) for name in names if f"once {name}" in f]


def mean_change(f: Figures, q: Question, group: Group) -> Value:
    """Δ between two means."""
    return difference({"own": f["now"], "other": f["before"]}, q, group)


def mean_change_p(f: Figures, q: Question, group: Group) -> Value:
    """Two-sided p of Welch's t test; the standard errors are those of the means' own intervals."""
    change, parts = mean_change(f, q, group), [_error_of(f["now"]), _error_of(f["before"])]
    if not isinstance(change, int | float) or None in parts:
        return None
    (e2, n2), (e1, n1) = (part for part in parts if part is not None)
    error = math.hypot(e1, e2)
    if not error:
        return 1.0 if not change else 0.0
    df = error**4 / (e1**4 / (n1 - 1) + e2**4 / (n2 - 1))
    return 2 * (1 - stats.t_cdf(abs(change) / error, df))


def _error_of(mean: Figure) -> tuple[float, int] | None:
    if mean.low is None or mean.high is None:
        return None
    return (mean.high - mean.low) / 2 / stats.t_quantile(mean.n - 1), mean.n


def share_verdict(f: Figures, q: Question, group: Group) -> Value:
    """In words; nothing is claimed of few or rare answers."""
    (x2, n2), (x1, n1) = _of(f["now"]), _of(f["before"])
    if not n1 or not n2:
        return None
    rare = min(x1, n1 - x1, x2, n2 - x2) < _RARE
    if min(n1, n2) < _FEW or rare:
        return "insufficient data"
    return _verdict(share_change_p(f, q, group), x2 / n2 - x1 / n1, q)


def _verdict(p: Value, change: float, q: Question) -> str:
    if not isinstance(p, float) or p >= q.settings.alpha:
        return "no significant change"
    return "improved" if change > 0 else "declined"


def score_change(f: Figures, q: Question, group: Group) -> Value:
    """Δ in points between two promoter scores."""
    now: float | None = f["now"].value
    before: float | None = f["before"].value
    return None if now is None or before is None else now - before


def score_change_p(f: Figures, q: Question, group: Group) -> Value:
    """Two-sided p of the difference, from each score's own standard error."""
    change = score_change(f, q, group)
    margins = f["now_moe"].value, f["before_moe"].value
    if not isinstance(change, int | float) or None in margins:
        return None
    error = math.hypot(*(margin / 1.96 for margin in margins if margin is not None))
    return stats.normal_two_sided(change / error) if error else (1.0 if not change else 0.0)


def score_verdict(f: Figures, q: Question, group: Group) -> Value:
    change = score_change(f, q, group)
    if not isinstance(change, int | float):
        return None
    if min(f["now"].n, f["before"].n) < _FEW:
        return "insufficient data"
    return _verdict(score_change_p(f, q, group), change, q)


# -- products and differences ----------------------------------------------------------------------------


def per_1000_customers(f: Figures, q: Question, group: Group) -> Value:
    """1000 × complaints ÷ average active customers."""
    ends = [f[name].value or 0 for name in ("start", "end")]
    average = sum(ends) / 2
    return 1000 * (f["complaints"].num or 0) / average if average else None


def rest(f: Figures, q: Question, group: Group) -> Value:
    """What is left of one."""
    part: float | None = f["part"].value
    return None if part is None else 1 - part


def difference(f: Figures, q: Question, group: Group) -> Value:
    own: float | None = f["own"].value
    other: float | None = f["other"].value
    return None if own is None or other is None else own - other


def annual(f: Figures, q: Question, group: Group) -> Value:
    """What a year would lose at the period's rate: never twelve times a month's."""
    churn: float | None = f["churn"].value
    return None if churn is None else 1 - (1 - churn) ** (YEAR_MS / (q.to_ms - q.from_ms))


def yearly(f: Figures, q: Question, group: Group) -> Value:
    """A rate at the period's pace over 365 days."""
    rate: float | None = f["rate"].value
    return None if rate is None else rate * YEAR_MS / (q.to_ms - q.from_ms)


def _month(f: Figures, q: Question) -> tuple[float, float] | None:
    """Monthly margin of a customer and the share lost in a month; None without three months of history."""
    worth, churn, margin = f["worth"].value, f["churn"].value, q.settings.gross_margin
    if worth is None or not churn or margin is None or (f["history"].value or 0) < _HISTORY_DAYS:
        return None
    return float(worth) * margin, 1 - (1 - churn) ** (MONTH_MS / (q.to_ms - q.from_ms))


def lifetime_value(f: Figures, q: Question, group: Group) -> float | None:
    """Monthly margin ÷ monthly churn, at most sixty months of it."""
    month = _month(f, q)
    return None if month is None else month[0] * min(1 / month[1], _LONGEST_MONTHS)


def lifetime_value_net(f: Figures, q: Question, group: Group) -> Value:
    """The same without what it cost to win the customer."""
    value = lifetime_value(f, q, group)
    return None if value is None else value - q.settings.acquisition_cost


def lifetime_value_discounted(f: Figures, q: Question, group: Group) -> Value:
    """m × r / (1 + d − r) of monthly margin, retention and discount."""
    month, discount = _month(f, q), q.settings.discount_rate
    if month is None or discount is None:
        return None
    return month[0] * (1 - month[1]) / (discount + month[1])


def lifetime_value_simple(f: Figures, q: Question, group: Group) -> Value:
    """Order value × orders a year × years × gross margin."""
    worth, orders = f["order"].value, f["orders"].value
    years, margin = q.settings.lifespan_years, q.settings.gross_margin
    if worth is None or orders is None or years is None or margin is None:
        return None
    return float(worth * orders * YEAR_MS / (q.to_ms - q.from_ms) * years * margin)


def _cost(hours: float | None, q: Question) -> float | None:
    rate = q.settings.loaded_rate
    if not hours or rate is None:
        return None
    months = (q.to_ms - q.from_ms) / MONTH_MS
    return hours * rate + (q.settings.platform_cost + q.settings.bot_cost) * months


def cash_flow(f: Figures, q: Question, group: Group) -> Value:
    cost = _cost(f["hours"].value, q)
    return None if cost is None else (f["revenue"].value or 0) - cost


def cost_per_contact(f: Figures, q: Question, group: Group) -> Value:
    """The cost borne by the share of agents' time it took."""
    cost, handled = _cost(f["hours"].value, q), f["handled"].value
    whole = f["all_effort"].value
    share = (f["effort"].value or 0) / whole if whole else 1
    return None if cost is None or not handled else cost * share / handled


_SAMPLES = 20  # human conversations of a topic below which the whole's effort stands in


def hours_saved(f: Figures, q: Question, group: Group) -> Value:
    """Bot-resolved conversations × what one costs an agent, in hours."""
    effort = f["effort"] if f["effort"].n >= _SAMPLES else f["effort_whole"]
    return None if effort.value is None else (f["resolved"].num or 0) * effort.value / 3600


_UNTRIED = 0.5  # the containment expected where no flow is live


def hours_to_save(f: Figures, q: Question, group: Group) -> Value:
    """Volume × expected containment × what a conversation costs an agent, in hours."""
    effort, expected = f["effort"].value, f["bot"].value
    volume = f["volume"].den or 0
    return None if effort is None else volume * (_UNTRIED if expected is None else expected) * effort / 3600


_RANKED, _GLOOMY = 30, 0.25


def automation_score(f: Figures, q: Question, group: Group) -> Value:
    """Volume share × repeatability × simplicity of a topic; few, sensitive or gloomy topics are not "
    "ranked."""
    parts = [f[name].value for name in ("volume", "repeat", "simple")]
    gloomy = (f["gloomy"].value or 0) > _GLOOMY
    if f["simple"].n < _RANKED or gloomy or group.get("topic") in q.settings.sensitive_topics:
        return None
    return float(math.prod(part or 0 for part in parts))


def mean_of(f: Figures, q: Question, group: Group) -> Value:
    """The plain mean of figures; those that are nothing are left out."""
    known = [figure.value for figure in f.values() if figure.value is not None]
    return float(sum(known) / len(known)) if known else None


def brand_fit(f: Figures, q: Question, group: Group) -> Value:
    """The mean share of the words we want; one that nobody chose is 0."""
    wanted = q.settings.brand_targets
    if not wanted or not any(figure.den for figure in f.values()):
        return None
    return sum(f[name].value or 0 for item in wanted if (name := f"share {item}") in f) / len(wanted)


def estimated_wait(f: Figures, q: Question, group: Group) -> Value:
    """Q16: the next visitor's place × mean handle time ÷ slots; None when nobody can say."""
    handle, slots = f["handle"], f["slots"].value
    if not slots or handle.n < _ESTIMABLE or handle.value is None:
        return None
    return float(((f["waiting"].value or 0) + 1) * handle.value / slots)


def concurrency_safe(f: Figures, q: Question, group: Group) -> Value:
    """F07: the most chats at once that hurt no visitor and still pay; a level never reached is not safe."""
    levels = {int(name.split()[1]): figure for name, figure in f.items() if name.startswith("p90 ")}
    first = f.get("csat 1", _NONE)
    seen = {}
    for k, p90 in levels.items():
        length = f.get(f"length {k}", _NONE).value
        if p90.value is not None and length:
            declined = _declined(f.get(f"csat {k}", _NONE), first, q)
            seen[k] = staffing.Levels(
                turns=p90.n, response_p90_s=p90.value, chat_s=length, csat_declined=declined
            )  # fmt: skip
    target_s = q.settings.limits(str(group.get("queue", ""))).frt_target_s
    return staffing.safe_concurrency(seen, target_s)


def _declined(now: Figure, first: Figure, q: Question) -> bool:
    """Is satisfaction at this level significantly below that at one chat at a time?"""
    return share_verdict({"now": now, "before": first}, q, {}) == "declined"


def target_gap(f: Figures, q: Question, group: Group) -> Value:
    """A word's share minus the share we want it to have, in points."""
    target, share = q.settings.brand_targets.get(str(group.get("item", ""))), f["share"].value
    return None if target is None or share is None else 100 * (share - target)


COMBINE: Mapping[str, Callable[[Figures, Question, Group], Made]] = {
    one.__name__: one
    for one in (
        share_change, share_change_p, share_change_exact, share_change_holm, share_change_standardised,
        share_verdict,
        mean_change, mean_change_p, annual, yearly, lifetime_value_net, lifetime_value_discounted,
        lifetime_value_simple, hours_to_save, mean_of, brand_fit, estimated_wait, concurrency_safe,
        score_change, score_change_p, score_verdict,
        per_1000_customers, rest, difference, lifetime_value, cash_flow, cost_per_contact, hours_saved,
        automation_score, target_gap,
    )
}  # fmt: skip
