"""Every KPI has a worked case, and it comes out."""

import json
from typing import Any

import pytest

from antiphon.metrics import CATALOGUE, Facts, Query, Settings, report

from .examples import TIER_0, Example
from .examples_bot import BOT, BOT_BY_GROUP
from .examples_business import BUSINESS
from .examples_further import FURTHER
from .examples_more import BY_GROUP, TIER_1, TIER_2
from .histories import GOLDEN
from .words import T0

EXAMPLES = [*TIER_0, *TIER_1, *TIER_2, *FURTHER, *BUSINESS, *BOT]


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


@pytest.mark.parametrize(
    ("name", "streams", "settings", "dim", "kpi", "gives"),
    [*BY_GROUP, *BOT_BY_GROUP],
    ids=[b[0] for b in (*BY_GROUP, *BOT_BY_GROUP)],
)
def test_example_by_group(
    name: str, streams: Any, settings: Settings, dim: str, kpi: str, gives: dict[str, Any]
) -> None:
    to_ms = T0 + 3_600_000
    query = Query(kpis=[kpi], from_ms=T0, to_ms=to_ms, as_of_ms=to_ms, by=[dim])
    lines = report(Facts.of(streams, to_ms, settings), query, settings)
    assert {line.group[dim]: line.value for line in lines} == pytest.approx(gives)


def test_no_kpi_is_without_a_worked_case() -> None:
    golden = {
        case["kpi"] for path in GOLDEN.glob("tl*.expected.json") for case in json.loads(path.read_text())
    }
    worked = golden.union(*(example.gives for example in EXAMPLES), (case[4] for case in BY_GROUP))
    assert sorted(kpi.id for kpi in CATALOGUE if kpi.id not in worked) == []
