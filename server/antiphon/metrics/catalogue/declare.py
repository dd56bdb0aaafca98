"""What one entry of the catalogue is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from antiphon.metrics.expressions import on_open_clock as open_clock
from antiphon.metrics.measures import Class, Formula, Measure, quantile

Family = Literal["queue", "quality", "survey", "ticket", "customer", "workforce", "bot", "staffing"]
Better = Literal["higher", "lower", "neutral", "band"]
Tier = Literal[0, 1, 2]

ALL = (
    "channel", "queue", "agent", "handled_by", "hour", "weekday", "segment", "language", "page", "initiator",
    "topic", "device", "country", "bot", "campaign",
)  # fmt: skip
VISIT = ("channel", "queue", "hour", "weekday", "segment", "language", "page")
SURVEY = ("channel", "queue", "agent", "topic", "language", "page", "hour", "weekday", "handled_by")
WORK = ("agent", "queue", "hour", "weekday", "channel")
BOT = ("channel", "bot", "topic", "language", "page", "hour", "weekday")
TICKET = ("queue", "agent", "channel", "priority", "topic")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """One KPI, declared once. `says` is the tooltip; `formula` and `edges` are for the reference.

    `live` puts it on the board: as today's figure (classes A, C, I) or as a gauge (class S).
    `beside` names what must be shown with it (kpis.md §16).
    """

    id: str
    code: str
    name: str
    family: Family
    tier: Tier
    unit: str
    better: Better
    klass: Class
    says: str
    formula: str
    segments: Sequence[str]
    measure: Measure | Formula
    edges: str = ""
    beside: str = ""
    live: bool = False


def entries(*groups: Kpi | Iterable[Kpi]) -> tuple[Kpi, ...]:
    """A family's entries in order, variants beside their declaration."""
    found: list[Kpi] = []
    for group in groups:
        found += [group] if isinstance(group, Kpi) else group
    return tuple(found)


def variant(of: Kpi, id_: str, measure: Measure | Formula, says: str, **changes: Any) -> Kpi:
    """Another figure of the same KPI: same code and family, an id of its own (`_x` is appended)."""
    full = of.id + id_ if id_.startswith("_") else id_
    return replace(of, id=full, measure=measure, says=says, **changes)


def spread(mean: Kpi, stem: str, *, p50: bool = True, top: bool = False) -> list[Kpi]:
    """The percentiles (and the largest) beside a mean, from the same rows."""
    m = mean.measure
    assert isinstance(m, Measure)
    wanted = {"_p50": 0.5, "_p90": 0.9} if p50 else {"_p90": 0.9}
    found = [
        replace(
            mean, id=stem + suffix, name=f"{mean.name} ({suffix[1:]})",
            says=f"{round(q * 100)} of 100 were at most this long. {mean.says}",
            formula=f"percentile {q} (type 7) of the same durations",
            measure=quantile(m.table, m.at, m.value, m.where, q, agent_value=m.agent_value, scale=m.scale,
                             pending=m.pending, mature=m.mature, den_scale=m.den_scale),
        )
        for suffix, q in wanted.items()
    ]  # fmt: skip
    if top:
        largest = replace(m, take="max", interval="")
        found.append(
            replace(
                mean,
                id=f"{stem}_max",
                name=f"{mean.name} (max)",
                measure=largest,
                says=f"The longest one. {mean.says}",
                formula="the largest of the same durations",
            )
        )
    return found


_DAY_MS = 86_400_000
_AGES = (("_0_1d", 0, 1), ("_1_3d", 1, 3), ("_3_7d", 3, 7), ("_over_7d", 7, 0))


def aged(of: Kpi, since: str) -> list[Kpi]:
    """A snapshot's units by their age at that moment, in days: bands (a, b], the first from 0 (T03)."""
    m = of.measure
    assert isinstance(m, Measure)
    found = []
    for suffix, low, high in _AGES:
        parts = [f"now_ms - {since} > {low * _DAY_MS}"] if low else []
        parts += [f"now_ms - {since} <= {high * _DAY_MS}"] if high else []
        num = " and ".join(parts if m.num == "1" else [f"({m.num})", *parts])
        words = f"over {low} days old" if not high else f"up to {high} day{'s' * (high > 1)} old"
        words = words if not (low and high) else f"over {low} and {words}"
        found.append(replace(
            of, id=f"{of.id}{suffix}", name=f"{of.name}, {words}", measure=replace(m, num=num), live=False,
            says=f"{of.says} Those {words}.", formula=f"{of.formula}, {words}",
        ))  # fmt: skip
    return found


def on_open_clock(*means: Kpi) -> list[Kpi]:
    """The `_bh` twins: the same durations, counting only the queue's opening hours (G20)."""
    return [_twin(mean) for mean in means]


def _twin(mean: Kpi) -> Kpi:
    m = mean.measure
    assert isinstance(m, Measure)
    open_ = replace(m, value=open_clock(m.value, m.table), agent_value="")
    return replace(
        mean, id=f"{mean.id}_bh", name=f"{mean.name}, opening hours", measure=open_, live=False,
        says=f"{mean.says} Only opening hours count.", formula=f"{mean.formula}, on the queue's open clock",
    )  # fmt: skip
