"""The bot taught by its administrators: what it did not understand, what becomes of it, who decides."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from antiphon.bots.builtin import engine
from tests.gateway.house import House, cmid, eventually, open_house
from tests.gateway.school import (
    ANSWER,
    BABBLE,
    PARKING,
    PERIOD,
    audit,
    in_vain,
    listed,
    open_school,
    ready,
    suggestions,
    unlisted,
)


@pytest.fixture(scope="module")
async def shop(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with open_school(database_url, tmp_path_factory.mktemp("school")) as house:
        yield house


@pytest.fixture(scope="module")
async def talked(shop: House) -> House:
    """Three ask in vain where to park and get an answer of an agent, three talk nonsense, one is spam."""
    for text in PARKING:
        await in_vain(shop, text, "Hello!", ANSWER)
    for text in BABBLE:
        await in_vain(shop, text)
    spammer = await in_vain(shop, "where is the car park", "No.")
    agent = await shop.user("ann")
    await agent.ok("flag", {"conversation": spammer, "flag": "spam"})
    return shop


# -- how it is ----------------------------------------------------------------------------------------


async def test_what_the_bot_is(shop: House) -> None:
    status, told = await shop.rest("GET", "/api/bot", "sue")
    assert status == 200
    assert (told["engine"], told["state"], told["sentence"]) == ("builtin", "ready", "")
    assert (told["teachable"], told["editable"], told["why_not"]) == (True, True, "")
    assert told["says"].startswith("The built-in bot runs ")
    limits = {"answer": 0.85, "offer": 0.1, "ambiguity": 0.1, "calibrated": False}
    assert (told["thresholds"], told["articles"]) == (limits, 1)
    assert "{answer}" in told["article_says"]
    assert told["intents"][1] == {
        "name": "hours", "title": "When we are open", "examples": 3,
        "some": ["when are you open", "what are your opening hours"],
    }  # fmt: skip


@pytest.mark.parametrize("path", ["", "/report?from=1&to=2", "/suggestions", "/articles"])
async def test_no_agent_reads_it(shop: House, path: str) -> None:
    assert (await shop.rest("GET", f"/api/bot{path}", "ann"))[0] == 403


@pytest.mark.parametrize("query", ["days=0", "days=366", "days=x", "since=1"])
async def test_a_list_is_of_so_many_days(shop: House, query: str) -> None:
    status, answer = await shop.rest("GET", f"/api/bot/suggestions?{query}", "sue")
    assert (status, answer["error"]["code"]) == (400, "bad_request")


# -- suggestions --------------------------------------------------------------------------------------


async def test_what_several_asked_in_vain_is_suggested_with_what_an_agent_said(talked: House) -> None:
    parking = await listed(talked, "park")
    assert set(parking["texts"]) == set(PARKING), "and not the spam"
    assert (parking["visitors"], parking["times"], parking["answer"]) == (3, 3, ANSWER)
    assert parking["last_ms"] > 0


async def test_only_an_administrator_decides(talked: House) -> None:
    one = (await suggestions(talked))[0]["id"]
    for who in ("ann", "sue"):
        status, _ = await talked.rest("POST", f"/api/bot/suggestions/{one}", who, json={"action": "drop"})
        assert status == 403
    assert one in {other["id"] for other in await suggestions(talked)}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "action"),
        ({"action": "learn"}, 400, "action"),
        ({"action": "examples"}, 400, "intent"),
        ({"action": "examples", "intent": "parking"}, 400, "intent"),
        ({"action": "examples", "intent": "greet", "texts": ["hi\n- intent: evil"]}, 422, "texts.0"),
        ({"action": "examples", "intent": "greet", "texts": ["something else"]}, 400, "texts"),
        ({"action": "examples", "intent": "greet", "texts": []}, 400, "texts"),
        ({"action": "article"}, 400, "answer"),
        ({"action": "article", "answer": " \n"}, 400, "answer"),
        ({"action": "article", "answer": "# No"}, 422, "answer"),
        ({"action": "article", "answer": "x" * 8_001}, 422, "answer"),
        ({"action": "article", "answer": "x", "question": "y" * 301}, 422, "question"),
        ({"action": "article", "answer": "x", "guide": "y" * 81}, 422, "guide"),
        ({"action": "drop", "why": "no"}, 400, "why"),
    ],
)
async def test_what_is_no_decision_changes_nothing(
    talked: House, body: dict[str, Any], status: int, field: str
) -> None:
    one = (await suggestions(talked))[0]["id"]
    before = await audit(talked)
    answer = await talked.rest("POST", f"/api/bot/suggestions/{one}", "ada", json=body)
    if body.get("texts") == ["hi\n- intent: evil"]:
        assert answer[0] in (400, 422)
        return
    assert (answer[0], answer[1]["error"]["field"]) == (status, field), answer
    assert await audit(talked) == before


async def test_a_suggestion_that_is_not_there(talked: House) -> None:
    status, answer = await talked.rest("POST", "/api/bot/suggestions/x", "ada", json={"action": "drop"})
    assert (status, answer["error"]["code"]) == (404, "not_found")


async def test_dropped_is_dropped(talked: House) -> None:
    babble = await listed(talked, "qwrtz")
    assert babble["answer"] is None
    path = f"/api/bot/suggestions/{babble['id']}"
    status, done = await talked.rest("POST", path, "ada", json={"action": "drop"})
    assert (status, done) == (200, {"action": "drop", "added": 0, "article": None})
    await in_vain(talked, "plmk qwrtz")
    assert "qwrtz" not in str(await suggestions(talked)), "however many more talk so"
    assert (await talked.rest("POST", path, "ada", json={"action": "drop"}))[0] == 404
    assert ("bot_suggestion_dropped", babble["id"]) in await audit(talked)


async def test_an_accepted_article_answers_the_next_who_asks(talked: House) -> None:
    parking = await listed(talked, "park")
    body = {"action": "article", "answer": "Park in our yard.", "question": "Where can I park?"}
    status, done = await talked.rest("POST", f"/api/bot/suggestions/{parking['id']}", "ada", json=body)
    assert (status, done["added"]) == (200, 1)
    assert (done["article"]["question"], done["article"]["answer"]) == ("Where can I park?", body["answer"])
    assert set(done["article"]["also"]) == set(PARKING)
    await eventually(lambda: talked.node.bot.about().state == "ready" and _knows(talked, "Learned"))
    visitor = await talked.visitor()
    started = await visitor.ok("start", {"cmid": cmid(), "text": "where to park the car?"})
    await visitor.until(lambda name, e: name == "event" and "Park in our yard." in str(e))
    await unlisted(talked, "park")
    assert ("bot_article_added", done["article"]["file"]) in await audit(talked)
    await visitor.ok("end", {"conversation": started["conversation"], "cmid": cmid()})


def _knows(house: House, guide: str) -> bool:
    bot = house.node.bot
    assert isinstance(bot, engine.BuiltinBot)
    assert bot._loaded is not None
    return any(article.guide.startswith(guide) for article in bot._loaded.project.knowledge.articles)


async def test_accepted_examples_are_understood(talked: House) -> None:
    texts = ("do you like jazz tunes", "you like jazz tunes or not", "what jazz tunes do you like")
    for text in texts:
        await in_vain(talked, text)
    jazz = await listed(talked, "jazz")
    body = {"action": "examples", "intent": "music", "texts": list(texts[:2])}
    status, done = await talked.rest("POST", f"/api/bot/suggestions/{jazz['id']}", "ada", json=body)
    assert (status, done["added"]) == (200, 2)
    await ready(talked, music=4)
    await unlisted(talked, "like jazz tunes or")
    assert ("bot_examples_added", "music") in await audit(talked)
    _, told = await talked.rest("GET", "/api/bot", "sue")
    assert told["state"] == "ready"


async def test_erased_words_are_gone(talked: House) -> None:
    texts = ("may I bring my horse inside", "can my horse come inside", "is my horse welcome inside")
    for text in texts:
        conversation = await in_vain(talked, text)
    await listed(talked, "horse")
    state = await talked.node.desk.state(conversation)
    assert state is not None
    status, _ = await talked.rest("POST", f"/api/visitors/{state.visitor}/erase", "ada")
    assert status == 200
    assert "horse" not in str(await suggestions(talked))


# -- other bots ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bot", "says"),
    [
        ({"bot": "none"}, "There is no bot"),
        ({"bot": "rasa", "rasa_url": "http://127.0.0.1:1"}, "Only the built-in bot learns here"),
    ],
)
async def test_what_another_bot_cannot_do_is_said(
    database_url: str, tmp_path: Path, bot: dict[str, str], says: str
) -> None:
    async with open_house(database_url, tmp_path, **bot) as house:
        _, told = await house.rest("GET", "/api/bot", "sue")
        assert (told["engine"], told["teachable"], told["editable"]) == (bot["bot"], False, False)
        assert says in told["why_not"]
        assert (await house.rest("GET", "/api/bot/report", "sue", params=PERIOD))[0] == 200
        new = {"guide": "g", "question": "x", "answer": "y"}
        for method, path, body in (
            ("GET", "/api/bot/suggestions", None),
            ("GET", "/api/bot/articles", None),
            ("POST", "/api/bot/articles", new),
            ("POST", "/api/bot/suggestions/x", {"action": "drop"}),
        ):
            status, answer = await house.rest(method, path, "ada", json=body)
            assert (status, answer["error"]["code"]) == (409, "conflict"), path
            assert says in answer["error"]["message"]


async def test_the_bot_that_comes_with_us_is_read_and_not_changed(database_url: str, tmp_path: Path) -> None:
    async with open_house(database_url, tmp_path, bot="builtin", action_url="http://127.0.0.1:1") as house:
        _, told = await house.rest("GET", "/api/bot", "ada")
        assert (told["teachable"], told["editable"]) == (True, False)
        assert "ANTIPHON_BOT_PROJECT" in told["why_not"]
        new = {"guide": "g", "question": "x", "answer": "y"}
        status, answer = await house.rest("POST", "/api/bot/articles", "ada", json=new)
        assert (status, answer["error"]["message"]) == (409, told["why_not"])
