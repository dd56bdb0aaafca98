"""Every value of every golden timeline, exact: value, num, den, immature."""

import json
from typing import Any

import pytest

from antiphon.metrics.report import Query, report
from antiphon.metrics.settings import Settings
from antiphon.metrics.store import Facts

from .histories import GOLDEN, ms, read

CASES = [
    (path.name.removesuffix(".expected.json"), i, expected)
    for path in sorted(GOLDEN.glob("tl*.expected.json"))
    for i, expected in enumerate(json.loads(path.read_text()))
]


@pytest.mark.parametrize(
    ("timeline", "expected"), [(t, e) for t, _, e in CASES], ids=[f"{t}-{i}-{e['kpi']}" for t, i, e in CASES]
)
def test_golden(timeline: str, expected: dict[str, Any]) -> None:
    as_of_ms = ms(expected["as_of"])
    facts = Facts.of(read(GOLDEN / f"{timeline}.ndjson"), as_of_ms, Settings())
    where = {dim: expected[dim] for dim in ("queue", "agent") if dim in expected}
    query = Query(
        kpis=[expected["kpi"]],
        from_ms=ms(expected["from"]),
        to_ms=ms(expected["to"]),
        as_of_ms=as_of_ms,
        where=where,
    )
    [line] = report(facts, query, Settings())
    got = line.wire()
    for name in ("value", "num", "den", "immature"):
        if name in expected:
            exact = expected[name]
            assert got[name] == (exact if exact is None else pytest.approx(exact)), name
