"""The live board is the report of today: however the events came in, whatever was folded before."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.domain.events import Event
from antiphon.metrics import (
    AgentPlan,
    Board,
    Facts,
    Floorplan,
    Live,
    Query,
    QueuePlan,
    Settings,
    has_news,
    report,
)
from antiphon.metrics.ledger import LIVE

from .examples import TIER_0
from .histories import GOLDEN, ms, read
from .logs import AGENTS, DAY_MS, QUEUES, logs

DAY_END_MS = DAY_MS + 86_400_000
IDS = [kpi.id for kpi in LIVE]


def figures(streams: Sequence[Sequence[Event]], now_ms: int, queue: str = "") -> dict[str, Any]:
    """Today's live KPIs by a report over whole histories."""
    facts = Facts.of(streams, now_ms, Settings())
    where = {"queue": queue} if queue else {}
    query = Query(kpis=IDS, from_ms=DAY_MS, to_ms=DAY_END_MS, as_of_ms=now_ms, where=where)
    return {line.id: (line.value, line.num, line.den, line.n) for line in report(facts, query, Settings())}


def tiles(board: Board) -> dict[str, Any]:
    return {id_: (tile["value"], tile["num"], tile["den"], tile["n"]) for id_, tile in board.totals.items()}


def whole(parts: Sequence[Sequence[Event]]) -> list[list[Event]]:
    """One history a stream, numbered anew."""
    streams: dict[str, list[Event]] = {}
    for event in in_order(parts):
        history = streams.setdefault(event.stream, [])
        history.append(replace(event, n=len(history) + 1))
    return list(streams.values())


def in_order(streams: Sequence[Sequence[Event]]) -> list[Event]:
    return sorted((event for history in streams for event in history), key=lambda e: (e.at_ms, e.stream, e.n))


OF_AGENTS = [kpi.id for kpi in LIVE if "agent" in kpi.segments]


@given(logs())
def test_one_agents_live_figures_are_his_report_of_today(streams: list[list[Event]]) -> None:
    now_ms = max(DAY_MS, *(event.at_ms for history in streams for event in history)) + 1
    live = Live(zone="UTC")
    live.load(streams, now_ms=now_ms)
    facts = Facts.of(streams, now_ms, Settings())
    read = live.figures(now_ms)
    for agent in AGENTS:
        query = Query(
            kpis=OF_AGENTS, from_ms=DAY_MS, to_ms=DAY_END_MS, as_of_ms=now_ms, where={"agent": agent}
        )
        wanted = {line.id: (line.value, line.n) for line in report(facts, query, Settings())}
        assert {id_: (read(id_, "", agent).value, read(id_, "", agent).n) for id_ in OF_AGENTS} == wanted


@given(logs(), st.lists(st.integers(0, 7 * 3_600_000), max_size=3))
def test_the_live_board_is_the_report_of_today(streams: list[list[Event]], looks: list[int]) -> None:
    live, events = Live(), in_order(streams)
    for look_ms in sorted([*looks, 8 * 3_600_000]):
        now_ms = DAY_MS + look_ms
        while events and events[0].at_ms <= now_ms:
            live.apply(events.pop(0))
        assert tiles(live.board(now_ms)) == figures(streams, now_ms)


@given(logs())
def test_by_queue_too(streams: list[list[Event]]) -> None:
    now_ms = DAY_MS + 8 * 3_600_000
    live = Live()
    live.load(streams, now_ms=now_ms)
    rows = {row["queue"]: row for row in live.board(now_ms).queues}
    for queue in QUEUES:
        expected = figures(streams, now_ms, queue)
        for id_, tile in rows.get(queue, {"kpis": {}})["kpis"].items():
            assert (tile["value"], tile["num"], tile["den"]) == expected[id_][:3], id_


@given(logs())
def test_a_repeated_event_changes_nothing(streams: list[list[Event]]) -> None:
    now_ms = DAY_MS + 8 * 3_600_000
    live = Live()
    for event in in_order(streams):
        live.apply(event)
    before = live.board(now_ms)
    for event in in_order(streams):
        assert live.apply(event)
    assert live.board(now_ms) == before
    assert not has_news(live.changed(before, now_ms))


@given(logs())
def test_the_conversations_behind_a_tile_are_those_it_counts(streams: list[list[Event]]) -> None:
    now_ms = DAY_MS + 8 * 3_600_000
    live = Live()
    live.load(streams, now_ms=now_ms)
    totals = live.board(now_ms).totals
    for id_ in ("conversations_started", "missed_chats", "queue_length_now", "resolved_issues"):
        behind = live.conversations(id_, now_ms=now_ms)
        assert len(behind) == len(set(behind))
        assert bool(behind) == bool(totals[id_]["value"])
        if id_ != "queue_length_now":
            assert len(behind) == totals[id_]["value"]


def test_a_stream_whose_beginning_is_missing_is_asked_for() -> None:
    [history] = [h for h in read(GOLDEN / "tl1.ndjson") if h[0].stream == "c1"]
    live = Live()
    assert not live.apply(history[5])
    live.adopt(history)
    assert live.board(history[-1].at_ms).totals["first_response_time"]["value"] == 42


def test_a_gap_is_noticed_and_closed_by_the_whole_history() -> None:
    [history] = [h for h in read(GOLDEN / "tl1.ndjson") if h[0].stream == "c1"]
    live = Live()
    assert live.apply(history[0])
    assert not live.apply(history[2])
    live.adopt(history[:3])
    assert live.apply(history[3])
    assert live.board(history[3].at_ms).totals["first_response_time_any"]["value"] == 4


def test_other_thresholds_count_for_the_whole_day() -> None:
    live = Live()
    now_ms = ms("2026-01-05T01:00:00Z")
    live.load(read(GOLDEN / "tl2.ndjson"), now_ms=now_ms)
    live.board(now_ms)
    live.replan(Floorplan(), Settings(sl_threshold_s=29))
    assert live.board(now_ms).totals["service_level"]["num"] == 2


def test_the_floor_shows_who_waits_and_who_is_there() -> None:
    plan = Floorplan(
        queues=(QueuePlan(id="A", name="Sales"), QueuePlan(id="Z", name="Nobody's")),
        agents=(AgentPlan(id="zoe", name="Zoe"),),
    )
    live = Live(floorplan=plan)
    now_ms = ms("2026-01-05T00:01:40Z")
    live.load([[e for e in h if e.at_ms <= now_ms] for h in read(GOLDEN / "tl2.ndjson")], now_ms=now_ms)
    board = live.board(now_ms)
    assert [(row["queue"], row["name"], row["waiting"]) for row in board.queues] == [
        ("A", "Sales", 2), ("Z", "Nobody's", 0), ("B", "B", 0),
    ]  # fmt: skip
    assert board.queues[0]["longest_wait_ms"] == 100_000
    assert board.queues[0]["service_level_today"] == {"num": 2, "den": 8}
    assert [row["status"] for row in board.agents] == ["offline"]
    assert [alert["kind"] for alert in board.alerts] == ["nobody_online", "service_level_low"]


def test_a_frame_holds_only_what_changed() -> None:
    histories = read(GOLDEN / "tl7.ndjson")
    live = Live()
    now_ms = ms("2026-01-05T00:03:00Z")
    live.load([[e for e in h if e.at_ms <= now_ms] for h in histories], now_ms=now_ms)
    first = live.board(now_ms)
    assert live.changed(None, now_ms) == first.wire()
    [closing] = [e for h in histories for e in h if e.stream == "e2" and e.kind == "closed"]
    live.apply(closing)
    early = live.changed(first, now_ms)
    assert not has_news(early)  # it happens later than the board's moment
    frame = live.changed(first, closing.at_ms)
    assert not frame["whole"]
    assert [(row["agent"], row["load"]) for row in frame["agents"]] == [("a1", 0)]
    assert frame["totals"]["resolved_issues"]["value"] == 2
    assert "conversations_started" not in frame["totals"]


def test_paid_hours_count_as_they_pass() -> None:
    [day] = [e for e in TIER_0 if "productivity_paid" in e.gives]
    streams = whole(day.streams)
    for hour in (1, 5, 8):
        now_ms = DAY_MS + hour * 3_600_000
        live = Live()
        live.load(streams, now_ms=now_ms)
        assert tiles(live.board(now_ms)) == figures(streams, now_ms)
        assert live.board(now_ms).totals["productivity_paid"]["den"] == hour


def test_a_new_day_forgets_what_is_over_and_keeps_what_is_open() -> None:
    live = Live()
    tonight, tomorrow = DAY_MS + 86_399_000, DAY_MS + 86_401_000
    start = {"visitor": "v", "channel": "web"}
    live.apply(Event(kind="conversation_started", stream="over", at_ms=DAY_MS, data=start, n=1))
    live.apply(Event(kind="closed", stream="over", at_ms=DAY_MS + 1, data={"by": "agent"}, n=2))
    live.apply(Event(kind="conversation_started", stream="open", at_ms=DAY_MS, data=start, n=1))
    live.apply(Event(kind="queue_entered", stream="open", at_ms=DAY_MS, data={"queue": "A"}, n=2))
    assert live.board(tonight).totals["conversations_started"]["value"] == 2
    board = live.board(tomorrow)
    assert board.totals["conversations_started"]["value"] == 0
    assert board.totals["longest_wait_now"]["value"] == 86_401
    assert live.conversations("queue_length_now", now_ms=tomorrow) == ["open"]


@pytest.mark.parametrize("timeline", ["tl1", "tl2", "tl3", "tl5", "tl7"])
def test_every_golden_timeline_live(timeline: str) -> None:
    streams = read(GOLDEN / f"{timeline}.ndjson")
    for now_ms in (DAY_MS + 30_000, DAY_MS + 100_000, DAY_MS + 3_600_000):
        live = Live()
        live.load(streams, now_ms=now_ms)
        assert tiles(live.board(now_ms)) == figures(streams, now_ms)
