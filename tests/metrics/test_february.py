"""A real call centre's February: every expected value exact, overall and by queue.

Anonymous Bank, February 1999 (published for research by the Technion); the expected values were computed by
brute force from the original table.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from antiphon.domain.events import Event
from antiphon.metrics import Facts, Query, Result, Settings, report

from .histories import GOLDEN, ms, read
from .test_columnar import differing, view_of

FROM_MS, TO_MS = ms("1999-02-01T00:00:00Z"), ms("1999-03-02T00:00:00Z")
EXPECTED = json.loads((GOLDEN / "bank_february_1999.expected.json").read_text())


@pytest.fixture(scope="module")
def streams() -> list[list[Event]]:
    return read(GOLDEN / "bank_february_1999.ndjson.gz")


@pytest.fixture(scope="module")
def facts(streams: list[list[Event]]) -> Facts:
    return Facts.of(streams, TO_MS, Settings())


def ask(facts: Facts, kpis: Mapping[str, Any], **more: Any) -> dict[str, list[Result]]:
    query = Query(kpis=list(kpis), from_ms=FROM_MS, to_ms=TO_MS, as_of_ms=TO_MS, **more)
    lines: dict[str, list[Result]] = {}
    for line in report(facts, query, Settings()):
        lines.setdefault(line.id, []).append(line)
    return lines


def exact(line: Result, expected: Any) -> bool:
    """A pair is [num, den]; a number is the value, equal to the last bit but two."""
    if isinstance(expected, list):
        return [line.num, line.den] == expected and line.value == pytest.approx(expected[0] / expected[1])
    return bool(line.value == pytest.approx(expected, rel=1e-15))


def test_the_whole_month(facts: Facts) -> None:
    for id_, [line] in ask(facts, EXPECTED["all"]).items():
        assert exact(line, EXPECTED["all"][id_]), (id_, line.value, line.num, line.den)


def test_by_queue(facts: Facts) -> None:
    names = {name for values in EXPECTED["by_queue"].values() for name in values}
    lines = ask(facts, dict.fromkeys(sorted(names)), by=["queue"])
    got = {line.group["queue"]: line for line in lines["queue_offered"] if line.group["queue"]}
    assert got.keys() >= EXPECTED["by_queue"].keys()
    for id_, of_kpi in lines.items():
        for line in of_kpi:
            expected = EXPECTED["by_queue"].get(line.group["queue"])
            assert expected is None or exact(line, expected[id_]), (id_, line.group, line.value)


@pytest.mark.parametrize("queue", sorted(EXPECTED["by_queue"]))
def test_a_queue_alone_is_the_same(facts: Facts, queue: str) -> None:
    expected = EXPECTED["by_queue"][queue]
    for id_, [line] in ask(facts, expected, where={"queue": queue}).items():
        assert exact(line, expected[id_]), (id_, line.value)


def test_columns_say_the_same_week_by_week(streams: list[list[Event]], facts: Facts) -> None:
    kpis = ["service_level", "queue_wait_answered_p90", "aht", "concurrency_avg", "queue_length_avg"]
    query = Query(kpis=kpis, from_ms=FROM_MS, to_ms=TO_MS, as_of_ms=TO_MS, by=["queue"], interval="1w")
    assert not differing(view_of(streams, TO_MS), facts, query)
