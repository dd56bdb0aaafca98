"""An independent checker agrees on hundreds of random logs."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.domain.events import Event
from antiphon.metrics import Facts, Query, Settings, report

from . import brute
from .logs import DAY_MS, logs

HOUR_MS = 3_600_000


@settings(max_examples=250)
@given(logs(3), st.integers(-2, 3), st.integers(1, 5), st.integers(-1, 9), st.integers(0, HOUR_MS))
def test_brute_force_agrees(
    streams: list[list[Event]], start: int, length: int, as_of: int, more_ms: int
) -> None:
    from_ms, to_ms = DAY_MS + start * HOUR_MS, DAY_MS + (start + length) * HOUR_MS
    now_ms = max(from_ms + 1, DAY_MS + as_of * HOUR_MS + more_ms)
    now_ms = min(now_ms, to_ms - 1)  # snapshots of the past are another test
    expected = brute.figures(streams, from_ms, to_ms, now_ms)
    facts = Facts.of(streams, now_ms, Settings())
    query = Query(kpis=list(expected), from_ms=from_ms, to_ms=to_ms, as_of_ms=now_ms)
    got = {line.id: line.value for line in report(facts, query, Settings())}
    assert len(expected) > 80
    wrong = {id_: (got[id_], value) for id_, value in expected.items() if not _same(id_, got[id_], value)}
    assert not wrong


def _same(id_: str, got: Any, expected: Any) -> bool:
    if id_ == "queue_wait_max" and expected is not None:
        expected /= 1000
    return bool(got == expected or (got is not None and got == pytest.approx(expected, rel=1e-9)))
