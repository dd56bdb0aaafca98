"""Staffing over REST: a history brought in, a week ahead looked at, and figures tried."""

import json
from typing import Any

import pytest

from antiphon.metrics.calendar import day_of, weeks_before, zone_of
from antiphon.metrics.staffing import Demand, erlang_c, required
from tests.gateway.house import House

HOUR, DAY = 3_600_000, 86_400_000
ROME = "Europe/Rome"
WEEKS = 12


@pytest.fixture(scope="module")
async def tomorrow(house: House) -> int:
    """Its midnight. On this weekday of the last weeks the shop had four chats of ten minutes at nine."""
    midnight, _ = day_of(house.node.desk.now_ms() + DAY, zone_of(ROME))
    lines: list[dict[str, Any]] = [{
        "ts": midnight - 100 * DAY, "event": "agent_status", "agent": "old-hand", "status": "online",
        "max_concurrency": 2,
    }]  # fmt: skip
    for week in range(1, WEEKS + 1):
        for n in range(4):
            nine = weeks_before(midnight, week, zone_of(ROME)) + 9 * HOUR
            lines += _chat(f"w{week}-{n}", nine + n * 700_000)
    body = "\n".join(json.dumps(line) for line in lines).encode()
    path = "/api/import?source=shop"
    headers = {"Content-Type": "application/x-ndjson"}
    status, answer = await house.rest("POST", path, "ada", data=body, headers=headers)
    assert (status, answer["rejected"]) == (200, [])
    return midnight


def _chat(name: str, at: int) -> list[dict[str, Any]]:
    """Ten minutes, of which nobody waited for one."""
    told = [
        (0, "conversation_started", {"visitor": f"v-{name}", "channel": "web"}),
        (0, "queue_entered", {"queue": "support", "reason": "new"}),
        (5_000, "accepted", {"agent": "old-hand"}),
        (20_000, "message", {"sender": "agent", "agent": "old-hand", "text": "Hello"}),
        (605_000, "closed", {"by": "agent", "agent": "old-hand", "resolved": True}),
    ]
    return [{"ts": at + after, "event": kind, "conversation": name, **more} for after, kind, more in told]


async def _staffing(house: House, from_ms: int, to_ms: int, **more: object) -> dict[str, Any]:
    query = "".join(f"&{name}={value}" for name, value in more.items())
    path = f"/api/staffing?from={from_ms}&to={to_ms}&tz={ROME}{query}"
    status, answer = await house.rest("GET", path, "sue")
    assert status == 200, answer
    told: dict[str, Any] = answer
    return told


def _at(
    answer: dict[str, Any], start_ms: int, queue: str = "support"
) -> tuple[dict[str, Any], dict[str, Any]]:
    plan = next(one for one in answer["queues"] if one["queue"] == queue)
    return plan, next(one for one in plan["intervals"] if one["start_ms"] == start_ms)


async def test_tomorrow_is_as_the_weeks_before(house: House, tomorrow: int) -> None:
    answer = await _staffing(house, tomorrow, tomorrow + DAY, interval="1h", queue="support")
    plan, nine = _at(answer, tomorrow + 9 * HOUR)
    assert len(plan["intervals"]) in (23, 24, 25)
    assert (nine["forecast"], nine["weeks"], nine["thin"], nine["actual"]) == (4, 8, False, None)
    assert plan["work"]["handle_s"] == pytest.approx(600)
    assert plan["work"]["chats"] == 4 * 8  # of the eight weeks looked back on
    assert plan["work"]["chat_s"] == pytest.approx([600])  # 32 ended while there was one, none beside another
    assert nine["load"] == pytest.approx(4 * 600 / 3600)
    assert plan["tried"] == {
        "accuracy": {"wape": 0, "bias": 0}, "repeated": {"wape": 0, "bias": 0}, "weeks": 4, "intervals": 96,
    }  # fmt: skip
    demand = Demand(arrivals_per_h=4, handle_s=600, concurrency=plan["promise"]["concurrency"])
    best = required(demand)
    assert nine["required"] == best.agents
    assert nine["at_required"]["service_level"] == pytest.approx(best.waiting.strict)
    assert sum(one["forecast"] for one in plan["intervals"]) == 4
    assert (nine["planned"], nine["gap"], plan["promise"]["shrinkage_measured"]) == (None, None, False)


async def test_what_is_over_is_told_beside_what_was_forecast(house: House, tomorrow: int) -> None:
    day = weeks_before(tomorrow, 1, zone_of(ROME))
    answer = await _staffing(house, day, day + DAY, interval="1h", queue="support")
    plan, nine = _at(answer, day + 9 * HOUR)
    assert (nine["actual"], nine["forecast"], nine["weeks"]) == (4, 4, 8)
    assert nine["online"] == 1  # the old hand, who never went home
    assert nine["gap"] == 1 - nine["required"]
    assert plan["proved"] == {"wape": 0, "bias": 0}
    load, slots = nine["load"], plan["promise"]["concurrency"]
    assert nine["at_staffed"]["service_level"] == pytest.approx(erlang_c(load, slots, 600, 30).strict)


async def test_page_and_report_forecast_the_same(house: House, tomorrow: int) -> None:
    """`forecast_offered` of F08 is counted elsewhere; half hour by half hour it says what the page says."""
    day = weeks_before(tomorrow, 2, zone_of(ROME))
    plan, _ = _at(await _staffing(house, day, day + DAY, queue="support"), day)
    path = f"/api/reports?kpi=forecast_offered&from={day}&to={day + DAY}&tz={ROME}&interval=30m&queue=support"
    status, answer = await house.rest("GET", path, "sue")
    assert status == 200, answer
    reported = [one["value"] or 0 for one in answer["results"]]
    assert reported == pytest.approx([one["forecast"] for one in plan["intervals"]])
    assert sum(reported) == 4


async def test_a_planned_shift_closes_the_gap(house: House, tomorrow: int) -> None:
    ann = house.users["ann"].id
    shift = {"agent": ann, "start_ms": tomorrow + 9 * HOUR, "end_ms": tomorrow + 9 * HOUR + HOUR // 2}
    assert (await house.rest("POST", "/api/shifts", "sue", json=shift))[0] == 201
    answer = await _staffing(house, tomorrow, tomorrow + DAY, interval="1h", queue="support", shrinkage=0.5)
    _, nine = _at(answer, tomorrow + 9 * HOUR)
    assert (nine["planned"], nine["rostered"]) == (0.5, 2 * nine["required"])
    assert nine["gap"] == 0.5 - nine["rostered"]
    assert _at(answer, tomorrow + 12 * HOUR)[1]["planned"] == 0


async def test_every_queue_and_all_of_them_together(house: House, tomorrow: int) -> None:
    assert (await house.rest("PUT", "/api/queues/billing", "ada", json={"name": "Billing"}))[0] == 200
    answer = await _staffing(house, tomorrow, tomorrow + DAY, interval="1h")
    assert [plan["queue"] for plan in answer["queues"]] == ["billing", "support"]
    _, quiet = _at(answer, tomorrow + 9 * HOUR, "billing")
    assert (quiet["forecast"], quiet["thin"], quiet["required"]) == (0, True, None)
    together = answer["together"]["intervals"]
    assert sum(one["forecast"] for one in together) == 4
    cut = await _staffing(house, tomorrow, tomorrow + DAY, interval="1h", by="queue,channel")
    assert [(plan["queue"], plan["channel"]) for plan in cut["queues"]] == [("support", "web")]


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("from=2026-01-05&to=2026-01-05", "bad_request", "to"),
        ("from=2026-01-05&to=2026-01-06&tz=Europe/Nowhere", "bad_request", "tz"),
        ("from=2026-01-05&to=2026-01-06&interval=1d", "bad_request", "interval"),
        ("from=2026-01-05&to=2026-01-06&model=guess", "bad_request", "model"),
        ("from=2026-01-05&to=2026-01-06&shrinkage=1", "bad_request", "shrinkage"),
        ("from=2026-01-05&to=2026-01-06&agent=ann", "bad_request", "agent"),
        ("from=2026-01-05&to=2026-12-05", "bad_request", "to"),
        ("from=2025-01-05&to=2025-12-05", "too_many", "to"),
        ("to=2026-01-06", "bad_request", "from"),
    ],
)
async def test_what_cannot_be_asked(house: House, query: str, code: str, field: str) -> None:
    if query.startswith("from=2026-01-05&to=2026-12"):
        query = f"from={house.node.desk.now_ms()}&to={house.node.desk.now_ms() + 60 * DAY}"
    status, answer = await house.rest("GET", f"/api/staffing?{query}", "sue")
    assert status in (400, 422)
    assert (answer["error"]["code"], answer["error"]["field"]) == (code, field)


async def _tried(house: House, **what: object) -> tuple[int, dict[str, Any]]:
    return await house.rest("POST", "/api/staffing/what-if", "sue", json=what)


async def test_what_if(house: House) -> None:
    """The example of kpis.md F03, and F04 with its patience."""
    what: dict[str, Any] = {"arrivals_per_h": [60, 0], "handle_s": 600, "concurrency": 3, "shrinkage": 0.3}
    status, answer = await _tried(house, **what, agents=4)
    assert status == 200, answer
    busy, quiet = answer["intervals"]
    assert (busy["required"], busy["rostered"], quiet["required"]) == (5, 8, 0)
    assert busy["at_agents"]["service_level"] == pytest.approx(0.593, abs=1e-3)
    assert [one["agents"] for one in answer["curve"]] == list(range(14))
    _, impatient = await _tried(house, **what, patience_s=120)
    assert impatient["intervals"][0]["required"] == 4
    _, few = await _tried(house, **what, patience_s=120, max_abandonment=0.05)
    assert few["intervals"][0]["required"] == 5
    _, agents = await _tried(house, **what, model="effective_aht")
    assert agents["intervals"][0]["required"] == 7
    _, states = await _tried(house, **what, model="state_dependent", chat_s=[360, 480, 600])
    assert states["intervals"][0]["at_required"]["service_level"] == pytest.approx(0.968, abs=1e-3)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"arrivals_per_h": []}, "arrivals_per_h"),
        ({"arrivals_per_h": [-1]}, "arrivals_per_h"),
        ({"arrivals_per_h": [1.0] * 1_501}, "arrivals_per_h"),
        ({"arrivals_per_h": [100_000], "handle_s": 86_400}, "arrivals_per_h"),
        ({"arrivals_per_h": [50_000] * 1_500}, "arrivals_per_h"),
        ({"handle_s": 0}, "handle_s"),
        ({"target": 1}, "target"),
        ({"concurrency": 51}, "concurrency"),
        ({"patience_s": 0}, "patience_s"),
        ({"shrinkage": 1}, "shrinkage"),
        ({"agents": -1}, "agents"),
        ({"of": 1}, "of"),
        ({"guess": 1}, "guess"),
    ],
)
async def test_what_cannot_be_tried(house: House, wrong: dict[str, Any], field: str) -> None:
    status, answer = await _tried(house, **{"arrivals_per_h": [60], "handle_s": 600, **wrong})
    assert status in (400, 422)
    assert answer["error"]["field"].split("[")[0] == field, answer


async def test_a_promise_nobody_can_keep(house: House) -> None:
    status, answer = await _tried(house, arrivals_per_h=[59_000], handle_s=600, max_occupancy=0.05)
    assert (status, answer["error"]["field"]) == (400, "target")


async def test_an_agent_asks_for_nothing(house: House) -> None:
    assert (await house.rest("GET", "/api/staffing?from=0&to=1", "ann"))[0] == 403
    assert (await house.rest("POST", "/api/staffing/what-if", "ann", json={}))[0] == 403


async def test_mail_is_work_that_can_wait(house: House, tomorrow: int) -> None:
    ats = [weeks_before(tomorrow, week, zone_of(ROME)) + 15 * HOUR for week in (2, 1)]
    lines = [line for at in ats for n in range(9) for line in _chat(f"mail-{at}-{n}", at + n * 1_000)]
    mails = [{**line, "channel": "email"} if "channel" in line else line for line in lines]
    body = "\n".join(json.dumps(line) for line in mails).encode()
    headers = {"Content-Type": "application/x-ndjson"}
    path = "/api/import?source=mail"
    assert (await house.rest("POST", path, "ada", data=body, headers=headers))[1]["rejected"] == []
    midnight = ats[1] - 15 * HOUR
    answer = await _staffing(house, midnight, midnight + DAY, interval="1h", by="queue,channel")
    mail = next(one for one in answer["queues"] if one["channel"] == "email")
    three = next(one for one in mail["intervals"] if one["start_ms"] == ats[1])
    assert (mail["promise"]["model"], three["actual"]) == ("workload", 9)
    assert three["required"] == 2  # nine times ten minutes are an hour and a half, at 85 %
