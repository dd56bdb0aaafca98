"""Who waited how long and left, over REST: exact, paged, cut like every report, and for supervisors only."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.gateway.house import House

START = 946_684_800_000  # 2000-01-01T00:00:00Z: a day that nobody else in this house has
DAY = {"from": "2000-01-01", "to": "2000-01-02"}
# channel, entered at this second of the day, waited so long, and was answered
CHATS = {"y1": ("web", 0, 5, True), "y2": ("web", 60, 40, False), "y3": ("mobile_app", 3600, 90, False)}


def lines() -> bytes:
    told: list[dict[str, Any]] = []
    for name, (channel, at_s, wait_s, answered) in CHATS.items():
        at, then = START + at_s * 1000, START + (at_s + wait_s) * 1000
        first = {"visitor": name, "channel": channel, "initiator": "visitor"}
        told += [
            {"ts": at, "event": "conversation_started", "conversation": name, **first},
            {"ts": at, "event": "queue_entered", "conversation": name, "queue": "old", "reason": "new"},
            {"ts": then, "event": "accepted", "conversation": name, "agent": "ann"}
            if answered
            else {"ts": then, "event": "visitor_ended", "conversation": name},
        ]
    return "\n".join(json.dumps(line) for line in told).encode()


async def get(house: House, path: str, who: str = "sue", **query: Any) -> tuple[int, Any]:
    return await house.rest("GET", f"/api/{path}?{urlencode({**DAY, **query})}", who)


@pytest.fixture
async def past(house: House) -> House:
    """A house with a morning of long ago; the second time nothing is new."""
    headers = {"Content-Type": "application/x-ndjson"}
    status, told = await house.rest("POST", "/api/import?source=past", "ada", data=lines(), headers=headers)
    assert (status, told["rejected"]) == (200, [])
    return house


def ids(page: dict[str, Any]) -> list[str]:
    return [row["id"] for row in page["conversations"]]


async def test_the_curve_and_its_waits(past: House) -> None:
    status, told = await get(past, "abandonment/patience")
    assert status == 200
    assert (told["waits"], told["answered"], told["gave_up"], told["otherwise"]) == (3, 1, 2, 0)
    assert [(step["wait_ms"], step["at_risk"], step["gone"]) for step in told["steps"]] == [
        (40_000, 2, 0.5),
        (90_000, 1, 1.0),
    ]
    assert (told["quarter_ms"], told["half_ms"]) == (40_000, 40_000)
    band = next(band for band in told["bands"] if band["from_s"] == 30)
    assert band == {"from_s": 30, "to_s": 60, "reached": 2, "answered": 0, "gave_up": 1, "otherwise": 0}
    assert (await get(past, "abandonment/patience", channel="mobile_app"))[1]["waits"] == 1
    assert (await get(past, "abandonment/patience", hour="0"))[1]["waits"] == 2


async def test_every_count_lists_its_conversations_page_by_page(past: House) -> None:
    _, everybody = await get(past, "abandonment/conversations")
    assert (ids(everybody), everybody["total"]) == (["y3", "y2", "y1"], 3)
    _, some = await get(past, "abandonment/conversations", from_s=30, to_s=90, ended="gave_up")
    assert ids(some) == ["y2"]
    _, first = await get(past, "abandonment/conversations", limit=2)
    _, rest = await get(past, "abandonment/conversations", limit=2, cursor=first["cursor"])
    assert (ids(first), ids(rest), rest["cursor"]) == (["y3", "y2"], ["y1"], None)


async def test_the_part_above_the_line_and_an_hour_open_on_their_own(past: House) -> None:
    path = "reports/queue_abandonment_rate_raw/conversations"
    for query, found in (
        ({}, {"y1", "y2", "y3"}),
        ({"part": "num"}, {"y2", "y3"}),
        ({"part": "num", "hour": "1"}, {"y3"}),
        ({"weekday": "0"}, set()),
        ({"weekday": "5", "channel": "web"}, {"y1", "y2"}),
    ):
        status, told = await get(past, path, **query)
        assert (status, set(ids(told)), told["total"]) == (200, found, len(found)), query


async def test_only_supervisors_and_only_sense(past: House) -> None:
    for path in ("abandonment/patience", "abandonment/conversations"):
        assert (await get(past, path, "ann"))[0] == 403
        assert (await past.rest("GET", f"/api/{path}", "sue"))[1]["error"]["field"] == "from"
        for wrong in ({"hour": "24"}, {"weekday": "monday"}, {"shoe": "left"}, {"tz": "Mars/Olympus"}):
            assert (await get(past, path, **wrong))[0] == 400, wrong
    for wrong in ({"from_s": "-1"}, {"ended": "eaten"}, {"limit": "0"}, {"cursor": "x"}):
        assert (await get(past, "abandonment/conversations", **wrong))[0] == 400, wrong
