"""The columns give the figures of the plain engine, whatever the question."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.domain.events import Event
from antiphon.metrics import CATALOGUE, Facts, Query, Settings, report
from antiphon.metrics.columnar import Columns, can_count, columnar_report

from .histories import GOLDEN, ms, read
from .logs import DAY_MS, logs

KPIS = [kpi.id for kpi in CATALOGUE if can_count(kpi)]
QUESTIONS: list[dict[str, Any]] = [
    {}, {"by": ["queue"]}, {"by": ["agent", "channel"]}, {"interval": "1h"}, {"by": ["hour"],
                                                                              "tz": "Asia/Kolkata"},
    {"where": {"queue": "sales"}}, {"by": ["weekday", "handled_by"]}, {"include_spam": True},
    {"where": {"agent": "ann"}, "interval": "1d"},
]  # fmt: skip


def test_most_of_the_catalogue_can_be_counted_by_columns() -> None:
    assert {"service_level", "first_response_time_p90", "csat", "nps", "conversation_abandonment_rate"} <= {
        *KPIS
    }
    assert len(KPIS) > 90


@settings(max_examples=40)
@given(logs(4), st.sampled_from(QUESTIONS))
def test_columns_agree_with_the_plain_engine(streams: list[list[Event]], question: dict[str, Any]) -> None:
    now_ms = DAY_MS + 5 * 3_600_000
    facts = Facts.of(streams, now_ms, Settings())
    query = Query(
        kpis=KPIS, from_ms=DAY_MS - 3_600_000, to_ms=DAY_MS + 9_000_000, as_of_ms=now_ms, **question
    )
    _agree(columnar_report(Columns.of(facts), query, Settings()), report(facts, query, Settings()))


def _agree(got: Any, wanted: Any) -> None:
    plain = [line for line in wanted if line.n or line.pending or line.immature or line.excluded_spam]
    found = [line for line in got if line.n or line.pending or line.immature or line.excluded_spam]
    assert len(found) == len(plain)
    for mine, theirs in zip(found, plain, strict=True):
        ours, other = mine.wire(), theirs.wire()
        for name, value in other.items():
            exact = value if not isinstance(value, float) else pytest.approx(value, rel=1e-12, abs=1e-9)
            assert ours[name] == exact, (mine.id, name)


def test_a_month_of_a_bank() -> None:
    from_ms, to_ms = ms("1999-02-01T00:00:00Z"), ms("1999-03-02T00:00:00Z")
    facts = Facts.of(read(GOLDEN / "bank_february_1999.ndjson.gz"), to_ms, Settings())
    columns = Columns.of(facts)
    kpis = ["service_level", "queue_wait_answered_p90", "aht"]
    query = Query(kpis=kpis, from_ms=from_ms, to_ms=to_ms, as_of_ms=to_ms, by=["queue"], interval="1w")
    _agree(columnar_report(columns, query, Settings()), report(facts, query, Settings()))
