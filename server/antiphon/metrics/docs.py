"""Prints docs/kpis.md from the catalogue: `python -m antiphon.metrics.docs > docs/kpis.md`."""

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby

from antiphon.metrics.catalogue import CATALOGUE, Kpi
from antiphon.metrics.expressions import expand_text
from antiphon.metrics.measures import Formula, Measure
from antiphon.metrics.openmetrics import name_of

FAMILIES = {
    "queue": "Queue and contact volume",
    "quality": "Conversation quality",
    "survey": "Surveys",
    "ticket": "Tickets",
    "customer": "Customers and business",
    "workforce": "Workforce",
    "bot": "Bot",
    "staffing": "Staffing and forecast",
}
BETTER = {"higher": "higher is better", "lower": "lower is better", "neutral": "context", "band": "a band"}
CLASSES = {
    "A": "by arrival: the unit belongs to the period it began in",
    "C": "by completion: the unit belongs to the period it ended in",
    "I": "over time: intervals are clipped to the period",
    "S": "at one instant: the state at the end of the period",
}
_HEAD = """\
<!-- Generated from the catalogue by `make docs`; do not edit. -->
# Every number, and how it is counted

Each figure is declared once, in `server/antiphon/metrics/catalogue/`. Reports, the live board, `/api/kpis`,
the OpenMetrics names and this page come from that one declaration. What the numbers say, which to watch
together and what to do about them is told for supervisors, family by family: [docs/kpis/](kpis/README.md).

- A period is half-open: its first instant is in, its last is not. Thresholds are inclusive.
- Nothing divided by nothing is nothing (`null`), never 0. Counts of nothing are 0.
- Figures of groups are counted from rows; percentages are never averaged. Percentiles are of raw
  values, type 7.
- Spam and test conversations are out of everything but `spam_rate` and agents' time.
- `as_of` is the moment a report is asked for: what happened later does not exist for it.

| class | a figure is counted |
|---|---|
"""


def kpis_markdown() -> str:
    """The whole page."""
    classes = "".join(f"| {letter} | {says} |\n" for letter, says in CLASSES.items())
    ordered = sorted(CATALOGUE, key=lambda kpi: list(FAMILIES).index(kpi.family))
    families = (_family(name, kpis) for name, kpis in groupby(ordered, key=lambda kpi: kpi.family))
    return _HEAD + classes + "".join(families)


def _family(name: str, kpis: Iterable[Kpi]) -> str:
    by_code: dict[str, list[Kpi]] = {}
    for kpi in kpis:
        by_code.setdefault(kpi.code, []).append(kpi)
    told = f"\n## {FAMILIES[name]}\n\nFor supervisors: [{name}.md](kpis/{name}.md)\n"
    return told + "".join(_block(code, by_code[code]) for code in sorted(by_code))


def _block(code: str, kpis: list[Kpi]) -> str:
    return f"\n### {code} {kpis[0].name}\n" + "".join(_entry(kpi) for kpi in kpis)


def _entry(kpi: Kpi) -> str:
    return "\n" + "\n".join(_lines(kpi)) + "\n"


def _lines(kpi: Kpi) -> Iterator[str]:
    facts = (kpi.name, kpi.unit, BETTER[kpi.better], f"class {kpi.klass}", f"tier {kpi.tier}")
    yield f"**`{kpi.id}`** {' · '.join(facts)}"
    yield ""
    yield f"{kpi.says}"
    yield ""
    yield f"- Formula: {kpi.formula}"
    yield f"- Counted: {_counted(kpi.measure)}"
    if kpi.edges:
        yield f"- Edges: {kpi.edges}"
    if kpi.beside:
        yield f"- Read beside: {', '.join(f'`{id_.strip()}`' for id_ in kpi.beside.split(','))}"
    yield f"- Cut by: {', '.join(kpi.segments) or 'nothing'}"
    if kpi.live:
        yield f"- Live: on the board, and as `{name_of(kpi)}`"


def _counted(m: Measure | Formula) -> str:
    if isinstance(m, Formula):
        return f"made of {', '.join(f'`{reference}`' for reference in m.of.values())}"
    parts = [f"rows `{m.table}`", f"{m.take}"]
    parts += [f"instant `{m.at}`"] if m.at else [f"interval `{m.span[0]}`–`{m.span[1]}`"] if m.span else []
    for role, source in (("where", m.where), *m.parts().items()):
        if source and source != "1":
            parts.append(f"{role} `{expand_text(source, m.table)}`")
    if m.per is not None:
        parts.append(f"over {_counted(m.per)}")
    return "; ".join(parts)


if __name__ == "__main__":
    sys.stdout.write(kpis_markdown())
