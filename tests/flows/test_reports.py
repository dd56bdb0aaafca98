"""The same numbers from the REST interface, the command line and the file of expected values."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import aiohttp

from tests.flows.conftest import ADMIN, Rest, Server

GOLDEN = Path(__file__).parents[1] / "golden"
STORY = "tl2"  # thresholds, six service levels, overflow, spam, waiting


def expected() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((GOLDEN / f"{STORY}.expected.json").read_text())
    return found


def asked(one: dict[str, Any]) -> dict[str, str]:
    return {name: one[name] for name in ("kpi", "from", "to", "as_of", "queue", "agent") if name in one}


async def test_rest_and_command_line_say_what_is_expected(
    running: Server, http: aiohttp.ClientSession
) -> None:
    admin = await Rest.login(http, running.url, *ADMIN)
    lines = (GOLDEN / f"{STORY}.ndjson").read_bytes()
    first, again = [await imported(http, running, admin, lines) for _ in range(2)]
    assert (first["accepted"], first["rejected"]) == (len(lines.splitlines()), [])
    assert (again["accepted"], again["repeated"]) == (0, first["accepted"])
    for one in expected():
        [told] = (await fetched(http, running, admin, asked(one)))["results"]
        assert told["value"] == one["value"], one
        for name in ("num", "den", "immature"):
            assert name not in one or told[name] == one[name]
    some = expected()[:3]
    for one in some:
        assert json.loads(await command(running, one, "json"))["results"][0]["value"] == one["value"]
        [row] = csv.DictReader(io.StringIO(await command(running, one, "csv")))
        assert float(row["value"]) == one["value"]


async def test_the_conversations_behind_a_number_add_up_to_it(
    running: Server, http: aiohttp.ClientSession
) -> None:
    admin = await Rest.login(http, running.url, *ADMIN)
    await imported(http, running, admin, (GOLDEN / f"{STORY}.ndjson").read_bytes())
    one = next(e for e in expected() if e["kpi"] == "short_abandons" and e["value"])
    period = {name: value for name, value in asked(one).items() if name != "kpi"}
    page = await admin.ask("GET", f"/api/reports/short_abandons/conversations?{_query(period)}")
    assert len(page["conversations"]) == one["value"]


async def test_a_bad_line_is_named_and_the_good_ones_are_kept(
    running: Server, http: aiohttp.ClientSession
) -> None:
    admin = await Rest.login(http, running.url, *ADMIN)
    good = b'{"ts":1,"event":"conversation_started","conversation":"only","visitor":"v"}\n'
    told = await imported(
        http, running, admin, good + b'{"ts":1,"event":"mesage","conversation":"only"}\n', "bad"
    )
    assert (told["accepted"], [bad["line"] for bad in told["rejected"]]) == (1, [2])
    assert "message" in told["rejected"][0]["error"]


async def test_only_supervisors_read_reports_and_only_admins_import(
    running: Server, http: aiohttp.ClientSession
) -> None:
    admin = await Rest.login(http, running.url, *ADMIN)
    agent = await admin.hire("Rita")
    boss = await admin.hire("Bea", "supervisor")
    question = "/api/reports?kpi=csat&from=2026-01-05&to=2026-01-06"
    assert (await agent.ask("GET", question, status=403))["error"]["code"] == "forbidden"
    assert (await boss.ask("GET", question))["results"][0]["value"] is None
    assert (await boss.ask("GET", "/api/reports?kpi=nonsense&from=1&to=2", status=400))["error"][
        "field"
    ] == "kpi"
    assert (await boss.ask("POST", "/api/import?source=x", status=403))["error"]["code"] == "forbidden"


async def imported(
    http: aiohttp.ClientSession, server: Server, admin: Rest, lines: bytes, source: str = STORY
) -> dict[str, Any]:
    headers = {**admin.headers, "Content-Type": "application/x-ndjson"}
    url = f"{server.url}/api/import?source={source}"
    async with http.post(url, data=lines, headers=headers) as answer:
        told: dict[str, Any] = await answer.json()
        assert answer.status == 200, told
        return told


async def fetched(http: aiohttp.ClientSession, server: Server, admin: Rest, query: dict[str, str]) -> Any:
    async with http.get(f"{server.url}/api/reports", params=query, headers=admin.headers) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def command(server: Server, one: dict[str, Any], form: str) -> str:
    words = ["--kpi", one["kpi"], "--from", one["from"], "--to", one["to"], "--as-of", one["as_of"]]
    for dim in ("queue", "agent"):
        words += ["--where", f"{dim}={one[dim]}"] if dim in one else []
    told = await server.antiphon("report", *words, "--format", form)
    assert told.code == 0, told
    return told.said


def _query(values: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in values.items())
