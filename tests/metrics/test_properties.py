"""What must hold of any history: no look ahead, no second thoughts, parts that add up, order that does "
"not matter."""

import math
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.domain.events import Event
from antiphon.metrics import CATALOGUE, Facts, Query, Result, Settings, report
from antiphon.metrics.catalogue import Kpi
from antiphon.metrics.facts import fold_conversation
from antiphon.metrics.measures import Measure
from antiphon.metrics.store import ASKED, SELECTED

from .logs import DAY_MS, logs

HOUR_MS, SETTLED_MS = 3_600_000, 125_000  # graces and wrap-ups have run out
EVERYTHING = [kpi.id for kpi in CATALOGUE]
SPAM = ("spam_flagged", "spam_cleared")


def ask(streams: Sequence[Sequence[Event]], kpis: Sequence[str], as_of_ms: int, **more: Any) -> list[Result]:
    query = Query(
        kpis=kpis, from_ms=DAY_MS - HOUR_MS, to_ms=DAY_MS + 2 * HOUR_MS, as_of_ms=as_of_ms, **more
    )  # fmt: skip
    return report(Facts.of(streams, as_of_ms, Settings()), query, Settings())


def told(lines: Sequence[Result]) -> dict[str, Any]:
    return {line.id: (line.value, line.num, line.den, line.n, line.pending, line.immature) for line in lines}


@settings(max_examples=25)
@given(logs(3), st.integers(0, 4 * HOUR_MS))
def test_no_figure_ever_sees_the_future(streams: list[list[Event]], at: int) -> None:
    """G6: asked again as of then, every number is what it was before anything else had happened."""
    then_ms = DAY_MS - HOUR_MS + at
    before = [known for h in streams if (known := [e for e in h if e.at_ms <= then_ms])]
    assert told(ask(streams, EVERYTHING, then_ms)) == told(ask(before, EVERYTHING, then_ms))


def _settles(kpi: Kpi) -> bool:
    """Class C without a window that is still running."""
    m = kpi.measure
    return (
        kpi.klass == "C"
        and isinstance(m, Measure)
        and not (m.mature or m.table in ("expected", "piece", "paced"))
    )


@settings(max_examples=60)
@given(logs(3))
def test_what_is_over_does_not_change_any_more(streams: list[list[Event]]) -> None:
    """G5: a figure by completion uses nothing that comes after its period (spam flags are G24's "
    "exception)."""
    calm = [[e for e in h if e.kind not in SPAM] for h in streams]
    over_ms = DAY_MS + 2 * HOUR_MS + SETTLED_MS
    kpis = [kpi.id for kpi in CATALOGUE if _settles(kpi)]
    soon, late = (told(ask(calm, kpis, at)) for at in (over_ms, over_ms + 9 * HOUR_MS))
    assert {k: v for k, v in late.items() if v != soon[k]} == {}


@given(logs(1), st.randoms(use_true_random=False))
def test_the_order_in_which_events_arrive_does_not_matter(
    streams: list[list[Event]], chance: random.Random
) -> None:
    """G2: late lines are put where they belong."""
    history = streams[0]
    mixed = list(history)
    chance.shuffle(mixed)
    now_ms = DAY_MS + 9 * HOUR_MS
    assert fold_conversation(mixed, now_ms, Settings()) == fold_conversation(history, now_ms, Settings())


@settings(max_examples=40)
@given(logs(4), st.data())
def test_a_late_event_changes_its_own_stream_s_rows_only(
    streams: list[list[Event]], data: st.DataObject
) -> None:
    now_ms = DAY_MS + 9 * HOUR_MS
    touched = data.draw(st.sampled_from(streams))
    name = touched[0].stream
    late = data.draw(st.integers(1, len(touched)))
    without = [h if h is not touched else [*h[: late - 1], *h[late:]] for h in streams]
    was, now = (Facts.of([h for h in one if h], now_ms, Settings()) for one in (without, streams))
    for table in (
        "conversation",
        "visit",
        "engagement",
        "turn",
        "leg",
        "episode",
        "answer",
        "status",
        "wrapup",
    ):
        others = [[r for r in facts.rows(table) if _stream(r) != name] for facts in (was, now)]
        assert others[0] == others[1], table


def _stream(row: Any) -> str:
    return str(getattr(row, "conversation", "")) or f"agent:{row.agent}"


# -- G8, G25: parts add up -----------------------------------------------------------------------------


def _adds_up(kpi: Kpi, dim: str) -> bool:
    """Is a group's numerator and denominator a part of the whole's?"""
    m = kpi.measure
    if not isinstance(m, Measure) or m.take not in ("sum", "level", "ratio", "mean", "nps"):
        return False
    own_whole = m.of_all or m.over_period or m.per is not None or m.trailing_ms or m.margin
    if own_whole or m.table in ASKED:
        return False
    if dim == "hour":
        return kpi.klass != "S"  # a state has no hour
    return m.table not in (
        *SELECTED,
        "status",
        "post",
        "shift",
    )  # an agent's time is whole in each of his queues


@pytest.mark.parametrize("dim", ["queue", "channel", "agent", "hour", "handled_by", "weekday"])
@settings(max_examples=15)
@given(streams=logs(4))
def test_groups_add_up_to_the_whole(dim: str, streams: list[list[Event]]) -> None:
    kpis = [kpi.id for kpi in CATALOGUE if _adds_up(kpi, "hour" if dim == "weekday" else dim)]
    assert len(kpis) > 60
    now_ms = DAY_MS + 5 * HOUR_MS
    whole = {line.id: line for line in ask(streams, kpis, now_ms)}
    parts: dict[str, list[Result]] = {}
    for line in ask(streams, kpis, now_ms, by=[dim]):
        parts.setdefault(line.id, []).append(line)
    for id_, line in whole.items():
        for name in ("num", "den"):
            total = math.fsum(getattr(part, name) or 0 for part in parts.get(id_, ()))
            assert total == pytest.approx(getattr(line, name) or 0, abs=1e-6), (id_, name)


@settings(max_examples=15)
@given(
    logs(4), st.sampled_from(["15m", "30m", "1h"]), st.sampled_from(["UTC", "Asia/Kathmandu", "Asia/Kolkata"])
)
def test_stretches_of_time_add_up_to_the_whole(streams: list[list[Event]], interval: str, tz: str) -> None:
    """By arrival and over time; what is closed for good at a stretch's end may be reopened by the next "
    "one's."""
    kpis = [
        kpi.id for kpi in CATALOGUE
        if kpi.klass in ("A", "I") and _adds_up(kpi, "hour") and isinstance(kpi.measure, Measure)
    ]  # fmt: skip
    now_ms = DAY_MS + 5 * HOUR_MS
    whole = {line.id: line for line in ask(streams, kpis, now_ms)}
    parts = ask(streams, kpis, now_ms, interval=interval, tz=tz)
    for id_, line in whole.items():
        for name in ("num", "den"):
            total = math.fsum(getattr(part, name) or 0 for part in parts if part.id == id_)
            assert total == pytest.approx(getattr(line, name) or 0, abs=1e-6), (id_, name)
