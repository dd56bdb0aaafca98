"""The columns give the figures of the plain engine, whatever the question."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from antiphon.domain.errors import Refused
from antiphon.domain.events import Event
from antiphon.domain.hours import Hours
from antiphon.metrics import CATALOGUE, Facts, Query, Settings, report
from antiphon.metrics.columnar.engine import Engine
from antiphon.metrics.columnar.folding import READ, folded
from antiphon.metrics.columnar.frame import Frame
from antiphon.metrics.columnar.rows import StoredFacts
from antiphon.metrics.columnar.segment import Segment, built, merged
from antiphon.metrics.columnar.vector import Given
from antiphon.metrics.columnar.warehouse import Part, View
from antiphon.metrics.columnar.words import Vocabulary
from antiphon.metrics.question import Question
from antiphon.metrics.store import fold

from .examples import Example
from .histories import GOLDEN, read
from .logs import DAY_MS, logs
from .test_examples import EXAMPLES
from .words import T0

HOUR_MS = 3_600_000
NOW_MS = DAY_MS + 5 * HOUR_MS
PLAIN = Settings()
KPIS = [kpi.id for kpi in CATALOGUE]
CUTS: list[dict[str, Any]] = [{}, {"by": ["topic"]}, {"by": ["channel"], "interval": "1d"}]
WORKDAYS = Hours(zone="Europe/Berlin", week=(((60, 300), (420, 1020)),) * 5 + ((), ()))
QUESTIONS: list[dict[str, Any]] = [
    {}, {"by": ["queue"]}, {"by": ["agent", "channel"]}, {"interval": "1h"}, {"include_spam": True},
    {"by": ["hour"], "tz": "Asia/Kolkata"}, {"by": ["weekday", "handled_by"]}, {"by": ["topic"]},
    {"where": {"queue": "sales"}}, {"where": {"agent": "ann"}, "interval": "1d"},
    {"by": ["agent"], "interval": "15m"},
    {"by": ["channel"], "interval": "30m"}, {"where": {"hour": "1"}, "by": ["agent"]},
    {"where": {"channel": "web", "weekday": "0"}}, {"by": ["language"], "interval": "1w"},
    {"hours": {"sales": WORKDAYS}, "by": ["queue"]},
    {"hours": {"sales": WORKDAYS.after(Hours(), DAY_MS + HOUR_MS // 12)}, "by": ["queue"]},
]  # fmt: skip


def view_of(
    streams: Sequence[Sequence[Event]], at_ms: int = NOW_MS, parts: int = 2, settings: Settings = PLAIN
) -> View:
    """The streams in several segments, as a warehouse would have them."""
    words = Vocabulary()
    every = [folded(history, at_ms, settings)[0] for history in streams if history]
    segments = [built(every[i::parts], words) for i in range(parts)]
    return tuple(Part(segment, np.ones(len(segment), dtype=bool)) for segment in segments)


def engine_of(view: View, query: Query, settings: Settings = PLAIN) -> Engine:
    q = Question(query.from_ms, query.to_ms, query.as_of_ms, settings, hours=query.hours)
    return Engine(view, StoredFacts(view, query.as_of_ms), query, Given(q))


def differing(view: View, facts: Facts, query: Query, settings: Settings = PLAIN) -> list[Any]:
    """What the two engines say otherwise, line by line; a KPI that cannot be cut so is left out."""
    wrong: list[Any] = []
    for kpi in query.kpis:
        one = Query(**{name: getattr(query, name) for name in query.__dataclass_fields__} | {"kpis": [kpi]})
        try:
            plain = [line.wire() for line in report(facts, one, settings)]
        except Refused:
            continue
        [answer] = engine_of(view, one, settings).answers()
        found = list(answer.wire())
        if len(found) != len(plain):
            wrong.append((kpi, found, plain))
        wrong += [(kpi, *pair) for pair in zip(found, plain, strict=False) if not _same(*pair)]
    return wrong


def _same(found: dict[str, Any], plain: dict[str, Any]) -> bool:
    return all(_equal(found[name], value) for name, value in plain.items())


def _equal(found: Any, value: Any) -> bool:
    if isinstance(value, float) and isinstance(found, int | float):
        return math.isclose(found, value, rel_tol=1e-9, abs_tol=1e-9)
    return bool(found == value)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_every_worked_case_comes_out_of_columns(example: Example) -> None:
    as_of_ms = T0 + round(1000 * (example.to if example.as_of is None else example.as_of))
    view = view_of(example.streams, as_of_ms, settings=example.settings)
    facts = Facts.of(example.streams, as_of_ms, example.settings)
    for cut in CUTS:
        query = Query(
            kpis=list(example.gives), from_ms=T0 + round(1000 * example.since),
            to_ms=T0 + round(1000 * example.to), as_of_ms=as_of_ms, where=example.where, **cut,
        )  # fmt: skip
        assert not differing(view, facts, query, example.settings)


def test_a_filter_gives_the_figure_of_its_group() -> None:
    """What an agent spent on one queue's chats shares his time with those of the others."""
    streams = list(read(GOLDEN / "tl7.ndjson")) + list(read(GOLDEN / "tl3.ndjson"))
    for kpi in ("effective_handle_time", "aht", "csat"):
        of_all: dict[str, Any] = {
            "kpis": [kpi],
            "from_ms": 0,
            "to_ms": NOW_MS,
            "as_of_ms": NOW_MS,
            "by": ["queue"],
        }
        facts, view = Facts.of(streams, NOW_MS, PLAIN), view_of(streams)
        for line in report(facts, Query(**of_all), PLAIN):
            one = Query(**of_all | {"where": {"queue": line.group["queue"]}})
            assert [(x.group, x.value) for x in report(facts, one, PLAIN)] == [(line.group, line.value)]
            assert not differing(view, facts, one)


@settings(max_examples=40)
@given(logs(4), st.sampled_from(QUESTIONS), st.integers(0, 7))
def test_columns_agree_with_the_plain_engine(
    streams: list[list[Event]], question: dict[str, Any], some: int
) -> None:
    query = Query(
        kpis=KPIS[some::8], from_ms=DAY_MS - HOUR_MS, to_ms=DAY_MS + 9_000_000, as_of_ms=NOW_MS, **question
    )
    assert not differing(view_of(streams), Facts.of(streams, NOW_MS, Settings()), query)


def test_most_of_the_catalogue_is_counted_by_columns() -> None:
    """Rows one by one are for what links streams, or is made of other figures."""
    view = view_of([])
    apart = set()
    for kpi in KPIS:
        query = Query(kpis=[kpi], from_ms=DAY_MS, to_ms=DAY_MS + HOUR_MS, as_of_ms=NOW_MS)
        [answer] = engine_of(view, query).answers()
        if isinstance(answer, Frame):
            apart.add(kpi)
    assert {
        "service_level", "first_response_time_p90", "csat", "nps", "conversation_abandonment_rate",
        "occupancy", "concurrency_avg", "queue_length_avg", "concurrency_system_peak", "status_time_online",
    } <= apart  # fmt: skip
    assert len(apart) > len(KPIS) / 2


@settings(max_examples=25)
@given(logs(4))
def test_rows_come_out_of_columns_as_they_went_in(streams: list[list[Event]]) -> None:
    facts, view = Facts.of(streams, NOW_MS, Settings()), view_of(streams)
    stored = StoredFacts(view, NOW_MS)
    for table in ("conversation", "visit", "engagement", "answer", "status", "turn", "action"):
        assert Counter(stored.rows(table)) == Counter(facts.rows(table))


@settings(max_examples=25)
@given(logs(5), st.data())
def test_segments_merge_into_one_without_the_dead(streams: list[list[Event]], data: st.DataObject) -> None:
    view = view_of(streams, parts=3)
    sizes = [len(part.alive) for part in view]
    living = [np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)), dtype=bool) for n in sizes]
    view = tuple(Part(part.segment, alive) for part, alive in zip(view, living, strict=True))
    words = Vocabulary()
    whole = Segment(dict(merged(view, words)), words)
    one = (Part(whole, np.ones(len(whole), dtype=bool)),)
    for table in ("conversation", "visit", "turn", "status", "asked"):
        assert Counter(StoredFacts(one, 0).rows(table)) == Counter(StoredFacts(view, 0).rows(table))
    stream = whole.stream("conversation")
    assert stream.tolist() == list(range(len(stream)))


@settings(max_examples=30)
@given(logs(3))
def test_the_folds_read_no_other_setting_than_the_stored_rows_are_kept_by(streams: list[list[Event]]) -> None:
    class Watched(Settings):
        def __getattribute__(self, name: str) -> Any:
            if not name.startswith("__"):
                read_.add(name)
            return super().__getattribute__(name)

    read_: set[str] = set()
    watched = Watched()
    for history in streams:
        if history:
            fold(history, NOW_MS, watched)
    assert read_ <= set(READ)


def test_nothing_at_all_is_counted() -> None:
    query = Query(kpis=KPIS, from_ms=DAY_MS, to_ms=DAY_MS + 1000, as_of_ms=NOW_MS)
    assert not differing(view_of([]), Facts.of([], NOW_MS, Settings()), query)


def test_of_two_chats_at_one_instant_the_first_is_the_one_named_first() -> None:
    """Whatever order they are read in."""
    started = [
        Event(
            kind="conversation_started",
            stream=f"c{i}",
            at_ms=T0,
            n=1,
            data={"visitor": "v", "channel": "web"},
        )
        for i in (1, 2)
    ]
    queued = Event(kind="queue_entered", stream="c1", at_ms=T0, n=2, data={"queue": "sales", "reason": "new"})
    streams = [[started[0], queued], [started[1]]]
    query = Query(kpis=["chat_conversion_rate"], from_ms=T0, to_ms=NOW_MS, as_of_ms=NOW_MS, by=["queue"])
    told = [
        [line.group for line in report(Facts.of(order, NOW_MS, PLAIN), query, PLAIN)]
        for order in (streams, streams[::-1])
    ]
    assert told == [[{"queue": "sales"}]] * 2
