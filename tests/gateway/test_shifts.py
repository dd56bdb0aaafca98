"""The roster over REST: planned, withdrawn, counted; and who may."""

import json
from typing import Any

import pytest

from antiphon.domain.events import Event
from antiphon.domain.roster import planned
from tests.gateway.house import House

HOUR = 3_600_000


async def _roster(house: House, day_ms: int, agent: str) -> list[tuple[int, ...]]:
    path = f"/api/shifts?from={day_ms}&to={day_ms + 24 * HOUR}&agent={agent}"
    status, answer = await house.rest("GET", path, "sue")
    assert status == 200, answer
    return [
        ((one["start_ms"] - day_ms) // HOUR, (one["end_ms"] - day_ms) // HOUR) for one in answer["shifts"]
    ]


async def _plan(house: House, agent: str, start_ms: int, end_ms: int, who: str = "sue") -> tuple[int, Any]:
    body = {"agent": agent, "start_ms": start_ms, "end_ms": end_ms}
    return await house.rest("POST", "/api/shifts", who, json=body)


async def test_a_shift_is_planned_changed_and_withdrawn(house: House) -> None:
    ann, day = house.users["ann"].id, house.node.desk.now_ms() + 48 * HOUR
    status, told = await _plan(house, ann, day + 9 * HOUR, day + 17 * HOUR)
    assert (status, told["name"]) == (201, "Ann")
    assert await _roster(house, day, ann) == [(9, 17)]
    await _plan(house, ann, day + 12 * HOUR, day + 19 * HOUR)
    assert await _roster(house, day, ann) == [(9, 12), (12, 19)]
    gone = f"/api/shifts?agent={ann}&start_ms={day + 11 * HOUR}&end_ms={day + 13 * HOUR}"
    assert (await house.rest("DELETE", gone, "sue"))[0] == 204
    assert await _roster(house, day, ann) == [(9, 11), (13, 19)]
    assert await _roster(house, day + 24 * HOUR, ann) == []


async def test_paid_time_reaches_the_numbers(house: House) -> None:
    """Bob is paid for two hours that are over and was not there: all of it is shrinkage."""
    bob, now = house.users["bob"].id, house.node.desk.now_ms()
    await _plan(house, bob, now - 5 * HOUR, now - 2 * HOUR)
    gone = f"/api/shifts?agent={bob}&start_ms={now - 3 * HOUR}&end_ms={now - 2 * HOUR}"
    await house.rest("DELETE", gone, "sue")
    path = f"/api/reports?kpi=utilisation,shrinkage&from={now - 24 * HOUR}&to={now}&agent={bob}"
    status, answer = await house.rest("GET", path, "sue")
    assert status == 200, answer
    figures = {one["id"]: one for one in answer["results"]}
    assert figures["utilisation"]["den"] == pytest.approx(2 * 3600)
    assert figures["shrinkage"]["value"] == 1


async def test_a_roster_changes_no_presence_and_no_places(house: House) -> None:
    """Who was never there takes as much as he is set to, planned or not."""
    body = {"email": "cap@example.org", "name": "Cap", "password": "correct horse", "max_concurrency": 5}
    _, cap = await house.rest("POST", "/api/agents", "ada", json=body)
    now = house.node.desk.now_ms()
    await _plan(house, cap["id"], now, now + HOUR)
    _, told = await house.rest(
        "POST", "/api/login", json={"email": body["email"], "password": body["password"]}
    )
    assert told["user"]["id"] == cap["id"]
    house.tokens["cap"] = told["token"]
    line = await house.user("cap")
    await line.ok("status", {"status": "online"})
    shift = await house.node.desk.shift(cap["id"])
    assert (shift.status, shift.max_concurrency) == ("online", 5)
    await line.ok("status", {"status": "offline"})


async def test_who_brought_a_history_along_is_planned_and_works_like_everybody(house: House) -> None:
    body = {"email": "old@example.org", "name": "Old", "password": "correct horse", "max_concurrency": 2}
    _, old = await house.rest("POST", "/api/agents", "ada", json=body)
    now = house.node.desk.now_ms()
    line = {"event": "agent_status", "agent": old["id"], "status": "online", "max_concurrency": 9}
    headers = {"Content-Type": "application/x-ndjson"}
    for n in (1, 2):
        lines = json.dumps({**line, "ts": now - n * HOUR, "id": str(n)}).encode()
        path = "/api/import?source=elsewhere"
        assert (await house.rest("POST", path, "ada", data=lines, headers=headers))[1]["accepted"] == 1
        assert (await _plan(house, old["id"], now + n * HOUR, now + (n + 1) * HOUR))[0] == 201
    assert (await house.node.desk.shift(old["id"])).status == "offline"
    login = {name: body[name] for name in ("email", "password")}
    _, told = await house.rest("POST", "/api/login", json=login)
    house.tokens["old"] = told["token"]
    console = await house.user("old")
    await console.ok("status", {"status": "online"})
    shift = await house.node.desk.shift(old["id"])
    assert (shift.status, shift.max_concurrency) == ("online", 2)
    await console.ok("status", {"status": "offline"})


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [(5, 5, "end_ms"), (6, 5, "end_ms"), (0, 25, "end_ms"), (24 * 400, 24 * 400 + 1, "start_ms")],
)
async def test_no_such_shift(house: House, start: int, end: int, field: str) -> None:
    ann, now = house.users["ann"].id, house.node.desk.now_ms()
    status, answer = await _plan(house, ann, now + start * HOUR, now + end * HOUR)
    assert (status, answer["error"]["field"]) == (400, field)


async def test_shifts_of_whom_there_is_not_or_not_any_more(house: House) -> None:
    now = house.node.desk.now_ms()
    assert (await _plan(house, "nobody", now, now + HOUR))[0] == 404
    body = {"email": "gone@example.org", "name": "Gone", "password": "correct horse"}
    _, gone = await house.rest("POST", "/api/agents", "ada", json=body)
    await house.rest("PATCH", f"/api/agents/{gone['id']}", "ada", json={"disabled": True})
    assert (await _plan(house, gone["id"], now, now + HOUR))[0] == 409


@pytest.mark.parametrize(
    "period", ["from=2026-01-05&to=2026-01-05", "from=2026-01-05&to=2026-12-05", "from=x&to=y"]
)
async def test_a_roster_has_a_period(house: House, period: str) -> None:
    assert (await house.rest("GET", f"/api/shifts?{period}", "sue"))[0] == 400


async def test_an_agent_plans_for_nobody(house: House) -> None:
    ann, now = house.users["ann"].id, house.node.desk.now_ms()
    head = await house.node.store.head()
    assert (await _plan(house, ann, now, now + HOUR, "ann"))[0] == 403
    gone = f"/api/shifts?agent={ann}&start_ms={now}&end_ms={now + HOUR}"
    assert (await house.rest("DELETE", gone, "ann"))[0] == 403
    assert (await house.rest("GET", f"/api/shifts?from={now}&to={now + HOUR}", "ann"))[0] == 403
    hire = f"/api/agents/{ann}/employment"
    assert (await house.rest("POST", hire, "ann", json={"event": "hired"}))[0] == 403
    assert await house.node.store.head() == head


async def test_joining_and_leaving_the_team(house: House) -> None:
    body = {"email": "eve@example.org", "name": "Eve", "password": "correct horse"}
    _, eve = await house.rest("POST", "/api/agents", "ada", json=body)
    path = f"/api/agents/{eve['id']}/employment"

    async def told(event: str) -> int:
        return (await house.rest("POST", path, "sue", json={"event": event, "voluntary": True}))[0]

    assert [await told(event) for event in ("hired", "hired", "left", "left", "hired")] == [
        204,
        409,
        204,
        409,
        204,
    ]
    kinds = [event.kind for event in await house.node.desk.history(f"agent:{eve['id']}")]
    assert kinds == ["employee_hired", "employee_left", "employee_hired"]
    assert (await house.rest("POST", "/api/agents/nobody/employment", "sue", json={"event": "hired"}))[
        0
    ] == 404


def _said(kind: str, start: int, end: int) -> Event:
    return Event(kind=kind, stream="agent:x", at_ms=0, data={"start_ms": start, "end_ms": end})


def test_the_later_word_counts() -> None:
    nine_to_five = _said("shift_planned", 9, 17)
    assert planned([nine_to_five, nine_to_five]) == [(9, 17)]
    assert planned([nine_to_five, _said("shift_withdrawn", 0, 24)]) == []
    assert planned([nine_to_five, _said("shift_withdrawn", 17, 18)]) == [(9, 17)]
    assert planned([nine_to_five, _said("shift_withdrawn", 12, 13), _said("shift_planned", 12, 13)]) == [
        (9, 12), (12, 13), (13, 17),
    ]  # fmt: skip
    assert planned([_said("shift_planned", 5, 5), _said("agent_status", 1, 2)]) == []
    imported = Event(kind="shift_planned", stream="agent:x", at_ms=0, data={"from": 1, "to": 2})
    assert planned([imported]) == [(1, 2)]
