"""Goals: who sets them, which make sense, and that there is one of a kind."""

from typing import Any

import pytest

from tests.gateway.house import House

LEVEL = {"kpi": "service_level", "low": 0.8, "margin": 0.1}


async def _drop_all(house: House) -> None:
    for goal in (await house.rest("GET", "/api/goals", "ada"))[1]["goals"]:
        assert (await house.rest("DELETE", f"/api/goals/{goal['id']}", "ada"))[0] == 204


async def test_an_administrator_sets_a_goal_and_a_supervisor_reads_it(house: House) -> None:
    await _drop_all(house)
    status, made = await house.rest("POST", "/api/goals", "ada", json=LEVEL)
    assert (status, made["queue"], made["agent"], made["high"]) == (201, None, None, None)
    status, answer = await house.rest("GET", "/api/goals", "sue")
    assert (status, answer) == (200, {"goals": [made]})

    better = {**LEVEL, "low": 0.9, "margin": 0.05}
    assert (await house.rest("PUT", f"/api/goals/{made['id']}", "sue", json=better))[0] == 403
    status, changed = await house.rest("PUT", f"/api/goals/{made['id']}", "ada", json=better)
    assert (status, changed) == (200, {**made, "low": 0.9, "margin": 0.05})

    _, log = await house.rest("GET", "/api/audit", "ada")
    done = [line["action"] for line in log["audit"] if line["subject"] == made["id"]]
    assert done == ["goal_changed", "goal_added"]
    assert (await house.rest("DELETE", f"/api/goals/{made['id']}", "ada"))[0] == 204
    assert (await house.rest("DELETE", f"/api/goals/{made['id']}", "ada"))[0] == 404


async def test_each_number_has_one_goal_for_all_and_one_for_each_queue_and_agent(house: House) -> None:
    await _drop_all(house)
    ann = house.users["ann"].id
    for where in ({}, {"queue": "support"}):
        assert (await house.rest("POST", "/api/goals", "ada", json={**LEVEL, **where}))[0] == 201
        status, answer = await house.rest("POST", "/api/goals", "ada", json={**LEVEL, **where})
        assert (status, answer["error"]["code"]) == (409, "conflict")
    mine = {"kpi": "occupancy", "agent": ann, "low": 0.6, "high": 0.85, "margin": 0.05}
    assert (await house.rest("POST", "/api/goals", "ada", json=mine))[0] == 201
    _, answer = await house.rest("GET", "/api/goals", "sue")
    assert {(goal["kpi"], goal["queue"], goal["agent"]) for goal in answer["goals"]} == {
        ("occupancy", None, ann), ("service_level", None, None), ("service_level", "support", None),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kpi": "no_such"}, "kpi"),
        ({"queue": "no such"}, "queue"),
        ({"agent": "nobody"}, "agent"),
        ({"low": None}, "low"),
        ({"high": 0.5}, "low"),
        ({"margin": -1}, "margin"),
        ({"kpi": "occupancy", "queue": "support", "agent": "ANN"}, "low"),
        ({"agent": "ANN"}, "agent"),  # a service level belongs to a queue
        ({"low": "much"}, "low"),
        ({"target": 1}, "target"),
    ],
)
async def test_what_is_no_goal_is_refused_with_its_field(
    house: House, change: dict[str, Any], field: str
) -> None:
    if change.get("agent") == "ANN":
        change = {**change, "agent": house.users["ann"].id}
    status, answer = await house.rest("POST", "/api/goals", "ada", json={**LEVEL, **change})
    assert (status, answer["error"]["field"]) == (400, field), answer
