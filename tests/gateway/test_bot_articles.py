"""The bot's articles one by one, a project that breaks, and what the bot did in a period."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.house import House, cmid, eventually
from tests.gateway.school import (
    PERIOD,
    audit,
    in_vain,
    open_school,
)


@pytest.fixture(scope="module")
async def shop(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_school(database_url, tmp_path_factory.mktemp("school")) as house:
        yield house


# -- articles -----------------------------------------------------------------------------------------


async def test_an_article_is_added_changed_and_removed(shop: House) -> None:
    new = {"guide": "House rules", "question": "May I smoke?", "also": ["smoking"], "answer": "Outside."}
    status, made = await shop.rest("POST", "/api/bot/articles", "ada", json=new)
    assert (status, made["file"], made["guide"]) == (201, "house-rules.md", "House rules")
    status, again = await shop.rest("POST", "/api/bot/articles", "ada", json=new)
    assert (status, again["error"]["field"]) == (409, "question")
    body = {"question": "May I smoke?", "also": [], "answer": "*No.*", "version": made["version"]}
    path = f"/api/bot/articles/{made['id']}"
    status, changed = await shop.rest("PUT", path, "ada", json=body)
    assert (status, changed["answer"], changed["also"], changed["id"]) == (200, "*No.*", [], made["id"])
    assert (await shop.rest("PUT", path, "ada", json=body))[0] == 409, "it is another version now"
    _, listed = await shop.rest("GET", "/api/bot/articles", "sue")
    assert changed in listed["articles"]
    assert {"file": "house-rules.md", "title": "House rules", "articles": 1} in listed["guides"]
    assert (await shop.rest("DELETE", path, "ada"))[0] == 204
    assert (await shop.rest("DELETE", path, "ada"))[0] == 404
    done = [action for action, subject in await audit(shop) if subject == "house-rules.md"]
    assert done == ["bot_article_removed", "bot_article_changed", "bot_article_added"]


@pytest.mark.parametrize("who", ["ann", "sue"])
async def test_only_an_administrator_writes(shop: House, who: str) -> None:
    article = (await shop.rest("GET", "/api/bot/articles", "sue"))[1]["articles"][0]
    path = f"/api/bot/articles/{article['id']}"
    body = {"question": "x", "answer": "y", "version": article["version"]}
    assert (await shop.rest("PUT", path, who, json=body))[0] == 403
    assert (await shop.rest("DELETE", path, who))[0] == 403
    new = {"guide": "g", "question": "x", "answer": "y"}
    assert (await shop.rest("POST", "/api/bot/articles", who, json=new))[0] == 403
    assert article in (await shop.rest("GET", "/api/bot/articles", "ada"))[1]["articles"]


async def test_a_guide_stays_in_its_folder(shop: House) -> None:
    for name in ("../../outside.md", "/etc/passwd", "..\\x"):
        new = {"guide": name, "question": "x", "answer": "y"}
        status, made = await shop.rest("POST", "/api/bot/articles", "ada", json=new)
        assert status == 201
        assert "/" not in made["file"]
        assert (await shop.rest("DELETE", f"/api/bot/articles/{made['id']}", "ada"))[0] == 204
    assert (await shop.rest("DELETE", "/api/bot/articles/..%2F..%2Fconfig.yml", "ada"))[0] == 404


async def test_a_read_only_disk_is_read_and_not_written(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.bots.files.os.access", lambda *_: False)
    _, told = await shop.rest("GET", "/api/bot", "ada")
    assert (told["teachable"], told["editable"]) == (True, False)
    assert "may not write the bot's project" in told["why_not"]
    status, listed = await shop.rest("GET", "/api/bot/articles", "ada")
    assert (status, listed["editable"], listed["why_not"]) == (200, False, told["why_not"])
    new = {"guide": "g", "question": "x", "answer": "y"}
    status, answer = await shop.rest("POST", "/api/bot/articles", "ada", json=new)
    assert (status, answer["error"]["message"]) == (409, told["why_not"])


async def test_a_project_that_breaks_is_told_and_the_old_one_answers(shop: House) -> None:
    folder = Path(str(shop.node.config.bot_project))
    rules = folder / "data" / "rules.yml"
    whole = rules.read_text()
    rules.write_text(whole + "  - rule: [\n")
    await eventually(lambda: shop.node.bot.about().state == "failed")
    _, told = await shop.rest("GET", "/api/bot", "sue")
    assert told["sentence"].startswith("data/rules.yml:")
    assert told["since_ms"] > 0
    visitor = await shop.visitor()
    await visitor.ok("start", {"cmid": cmid(), "text": "when are you open"})
    await visitor.until(lambda name, e: name == "event" and "From nine to six" in str(e))
    status, answer = await shop.rest("GET", "/api/bot/suggestions?days=8", "sue")
    assert (status, answer["error"]["code"]) == (409, "conflict")
    assert "data/rules.yml:" in answer["error"]["message"]
    rules.write_text(whole)
    await eventually(lambda: shop.node.bot.about().state == "ready")


# -- the report ---------------------------------------------------------------------------------------


async def test_the_report_has_the_catalogues_own_figures(shop: House) -> None:
    await in_vain(shop, "qwrtz plmk", "Hello!")
    await in_vain(shop, "when are you open")
    status, told = await shop.rest("GET", "/api/bot/report", "sue", params=PERIOD)
    assert status == 200, told
    kpis = ",".join(one["id"] for one in told["figures"])
    _, reports = await shop.rest("GET", "/api/reports", "sue", params={**PERIOD, "kpi": kpis})
    keys = ("id", "value", "num", "den", "n")
    assert [[one[k] for k in keys] for one in told["figures"]] == [
        [one[k] for k in keys] for one in reports["results"]
    ]
    assert len(told["confidence"]) == 20
    counted = sum(one["understood"] + one["fallback"] for one in told["confidence"])
    assert counted == told["turns"] - told["silent"]
    assert sum(one["fallback"] for one in told["confidence"][:12]) > 0, "a fallback is unsure"
    fallback = next(one for one in told["figures"] if one["id"] == "bot_fallback_rate")
    _, by = await shop.rest(
        "GET", "/api/reports", "sue", params={**PERIOD, "kpi": "bot_handoff_rate", "by": "reason"}
    )
    assert {one["reason"]: one["count"] for one in told["handoffs"]} == {
        one["group"]["reason"]: one["num"] for one in by["results"] if one["num"]
    }
    rows = told["intents"]
    assert [sum(one[k] for one in rows) for k in ("fallbacks", "turns")] == [fallback["num"], fallback["den"]]
    assert told["candidates"] == []


async def test_topics_that_a_bot_could_take_are_ranked(shop: House) -> None:
    lines = [line for i in range(35) for line in _by_a_person(f"b{i}", 1_000_000 + i * 1_000)]
    headers = {"Content-Type": "application/x-ndjson", "Authorization": f"Bearer {await shop.token('ada')}"}
    body = "\n".join(json.dumps(line) for line in lines)
    async with shop.http.post(f"{shop.url}/api/import?source=old", data=body, headers=headers) as answer:
        assert (await answer.json())["rejected"] == []
    period = {"from": "0", "to": "10000000"}
    status, told = await shop.rest("GET", "/api/bot/report", "sue", params=period)
    assert (status, told["turns"]) == (200, 0)
    (billing,) = told["candidates"]
    assert (billing["topic"], billing["volume_share"], billing["simplicity"]) == ("billing", 1, 1)
    assert billing["score"] == pytest.approx(billing["repeatability"])
    assert billing["hours"] > 0


def _by_a_person(name: str, at_ms: int) -> list[dict[str, Any]]:
    """Another system's conversation about billing: a canned answer of an agent, and solved."""
    here = {"conversation": name}
    ann = {"actor": {"kind": "agent", "id": "p"}}
    return [
        {"ts": at_ms, "event": "conversation_started", **here, "visitor": f"v{name}"},
        {"ts": at_ms, "event": "tagged", **here, "value": "billing"},
        {"ts": at_ms, "event": "queue_entered", **here, "queue": "support", "reason": "new"},
        {"ts": at_ms, "event": "accepted", **here, "agent": "p"},
        {
            "ts": at_ms + 1,
            "event": "message",
            **here,
            **ann,
            "sender": "agent",
            "agent": "p",
            "canned_id": "k",
        },
        {"ts": at_ms + 100, "event": "closed", **here, "by": "agent", "agent": "p", "resolved": True},
    ]


@pytest.mark.parametrize("params", [{}, {"from": "x", "to": "2026-01-01"}, {"from": "2", "to": "1"}])
async def test_a_report_needs_a_period(shop: House, params: dict[str, str]) -> None:
    assert (await shop.rest("GET", "/api/bot/report", "sue", params=params))[0] == 400
