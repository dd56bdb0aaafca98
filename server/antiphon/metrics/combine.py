"""Figures made of other figures: comparisons of two periods, products across tables (kpis.md S05, S07, B07 "
"…).

A `Formula` of the catalogue names a function here and the figures it needs: `kpi` of the same period and
group, `kpi@previous` of the period before it of equal length, `kpi@start` as it stood at the period's first
instant, `kpi@whole` without the grouping,
`kpi@week3` three local weeks earlier. A missing part makes the whole nothing.
"""

import math
from collections.abc import Callable, Mapping

from antiphon.metrics import stats
from antiphon.metrics.question import Question
from antiphon.metrics.tally import Figure

Figures = Mapping[str, Figure]
Value = float | str | None
Group = Mapping[str, object]
MONTH_MS = 30 * 86_400_000
_FEW = 30  # answers in either period below which no verdict is given
_RARE = 5
_LONGEST_MONTHS = 60


def _of(figure: Figure) -> tuple[float, float]:
    return figure.num or 0, figure.den or 0


# -- two periods -----------------------------------------------------------------------------------------


def share_change(f: Figures, q: Question, group: Group) -> Value:
    """Δ in points between two shares."""
    now, before = f["now"].value, f["before"].value
    return None if now is None or before is None else 100 * (now - before)


def share_change_p(f: Figures, q: Question, group: Group) -> Value:
    """Two-sided p of the pooled two-proportion z test."""
    (x2, n2), (x1, n1) = _of(f["now"]), _of(f["before"])
    if not n1 or not n2:
        return None
    p = (x1 + x2) / (n1 + n2)
    spread = math.sqrt(p * (1 - p) * (1 / n1 + 1 / n2))
    return stats.normal_two_sided((x2 / n2 - x1 / n1) / spread) if spread else 1.0


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


def lifetime_value(f: Figures, q: Question, group: Group) -> Value:
    """Monthly margin ÷ monthly churn, at most sixty months of it."""
    worth, churn, margin = f["worth"].value, f["churn"].value, q.settings.gross_margin
    if worth is None or not churn or margin is None:
        return None
    monthly: float = 1 - (1 - churn) ** (MONTH_MS / (q.to_ms - q.from_ms))
    return float(worth) * margin * min(1 / monthly, _LONGEST_MONTHS)


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
    cost, handled = _cost(f["hours"].value, q), f["handled"].value
    return None if cost is None or not handled else cost / handled


_SAMPLES = 20  # human conversations of a topic below which the whole's effort stands in


def hours_saved(f: Figures, q: Question, group: Group) -> Value:
    """Bot-resolved conversations × what one costs an agent, in hours."""
    effort = f["effort"] if f["effort"].n >= _SAMPLES else f["effort_whole"]
    return None if effort.value is None else (f["resolved"].num or 0) * effort.value / 3600


_RANKED, _GLOOMY = 30, 0.25


def automation_score(f: Figures, q: Question, group: Group) -> Value:
    """Volume share × repeatability × simplicity of a topic; few, sensitive or gloomy topics are not "
    "ranked."""
    parts = [f[name].value for name in ("volume", "repeat", "simple")]
    gloomy = (f["gloomy"].value or 0) > _GLOOMY
    if f["simple"].n < _RANKED or gloomy or group.get("topic") in q.settings.sensitive_topics:
        return None
    return float(math.prod(part or 0 for part in parts))


def target_gap(f: Figures, q: Question, group: Group) -> Value:
    """A word's share minus the share we want it to have, in points."""
    target, share = q.settings.brand_targets.get(str(group.get("item", ""))), f["share"].value
    return None if target is None or share is None else 100 * (share - target)


COMBINE: Mapping[str, Callable[[Figures, Question, Group], Value]] = {
    one.__name__: one
    for one in (
        share_change, share_change_p, share_verdict, score_change, score_change_p, score_verdict,
        per_1000_customers, rest, difference, lifetime_value, cash_flow, cost_per_contact, hours_saved,
        automation_score, target_gap,
    )
}  # fmt: skip
