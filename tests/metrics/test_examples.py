"""Every KPI has a worked case, and it comes out."""

import json

import pytest

from antiphon.metrics import CATALOGUE, Facts, Query, report

from .examples import TIER_0, Example
from .histories import GOLDEN
from .words import T0

EXAMPLES = [*TIER_0]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_example(example: Example) -> None:
    as_of_ms = T0 + round(1000 * (example.to if example.as_of is None else example.as_of))
    facts = Facts.of(example.streams, as_of_ms, example.settings)
    query = Query(
        kpis=list(example.gives), from_ms=T0 + round(1000 * example.since),
        to_ms=T0 + round(1000 * example.to),
        as_of_ms=as_of_ms, where=example.where,
    )  # fmt: skip
    got = {line.id: line.value for line in report(facts, query, example.settings)}
    wanted = {
        id_: pytest.approx(v, rel=1e-6) if isinstance(v, float) else v for id_, v in example.gives.items()
    }
    assert got == wanted


def test_no_kpi_of_tier_0_is_without_a_worked_case() -> None:
    golden = {
        case["kpi"] for path in GOLDEN.glob("tl*.expected.json") for case in json.loads(path.read_text())
    }
    worked = golden.union(*(example.gives for example in EXAMPLES))
    assert sorted(kpi.id for kpi in CATALOGUE if kpi.tier == 0 and kpi.id not in worked) == []
