"""The bot taught by its administrators: real talks, what becomes of them, and who may do what."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from antiphon.bots.builtin import engine
from tests.bots.conftest import write_project
from tests.gateway.house import House, Line, cmid, eventually, open_house

DOMAIN = """\
intents: [greet, hours, music, human]
responses:
  utter_greet: [{text: Hello}]
  utter_hours: [{text: From nine to six}]
  utter_music: [{text: Jazz all day}]
  utter_handoff: [{text: I get somebody, custom: {handoff: {reason: asked}}}]
"""
NLU = """\
nlu:
  - intent: greet
    examples: |
      - hello
      - good morning
  - intent: hours
    metadata: {title: When we are open}
    examples: |
      - when are you open
      - what are your opening hours
      - at what time do you close
  - intent: music
    examples: |
      - what is that song
      - who plays there
"""
RULES = """\
rules:
  - rule: greet
    steps: [{intent: greet}, {action: utter_greet}]
  - rule: hours
    steps: [{intent: hours}, {action: utter_hours}]
  - rule: music
    steps: [{intent: music}, {action: utter_music}]
  - rule: human
    steps: [{intent: human}, {action: utter_handoff}]
"""
CONFIG = "pipeline: [{name: FallbackClassifier, threshold: 0.85, ambiguity_threshold: 0.1}]\n"
GUIDE = "# Shop guide\n\n## Do you have gift cards?\n\nYes, from 10 to 200.\n"

PARKING = ("where can I park my car", "where do I park my car please", "can I park my car near you")
ANSWER = "You can park in the yard behind the shop."
BABBLE = ("qwrtz plmk", "qwrtz plmk bnmx", "qwrtz bnmx plmk")
PERIOD = {"from": "2020-01-01", "to": "2100-01-01"}


@pytest.fixture(scope="module")
async def shop(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A server whose built-in bot has a project of its own."""
    folder = tmp_path_factory.mktemp("shop")
    write_project(folder / "bot", config=CONFIG, domain=DOMAIN, data_nlu=NLU, data_rules=RULES)
    (folder / "bot" / "knowledge").mkdir()
    (folder / "bot" / "knowledge" / "shop.md").write_text(GUIDE)
    async with open_house(
        database_url, folder / "static", bot="builtin", bot_project=str(folder / "bot"),
        cache_dir=str(folder / "cache"),
    ) as house:  # fmt: skip
        yield house


@pytest.fixture(scope="module")
async def talked(shop: House) -> House:
    """Three ask in vain where to park and get an answer of an agent, three talk nonsense, one is spam."""
    for text in PARKING:
        await _in_vain(shop, text, "Hello!", ANSWER)
    for text in BABBLE:
        await _in_vain(shop, text)
    spammer = await _in_vain(shop, "where is the car park", "No.")
    agent = await shop.user("ann")
    await agent.ok("flag", {"conversation": spammer, "flag": "spam"})
    return shop


async def _in_vain(house: House, text: str, *answers: str) -> str:
    """Asks, asks for a person, is answered, goes."""
    visitor = await house.visitor()
    started = await visitor.ok("start", {"cmid": cmid(), "text": text})
    here = {"conversation": started["conversation"]}
    await _bot_said(visitor, started["seq"])
    await visitor.ok("say", {**here, "cmid": cmid(), "text": "a real person please"})
    await visitor.until(lambda name, e: name == "event" and e["kind"] == "queue_entered")
    if answers:
        agent = await house.user("ann")
        await agent.ok("accept", here)
        for answer in answers:
            await agent.ok("say", {**here, "cmid": cmid(), "text": answer})
    await visitor.ok("end", {**here, "cmid": cmid()})
    return str(here["conversation"])


async def _bot_said(visitor: Line, n: int) -> None:
    await visitor.until(
        lambda name, e: name == "event" and e["seq"] > n and e["kind"] == "message" and _of_bot(e)
    )


def _of_bot(event: dict[str, Any]) -> bool:
    return event["actor"]["kind"] == "bot"


async def _list(house: House, who: str = "sue") -> list[dict[str, Any]]:
    status, answer = await house.rest("GET", "/api/bot/suggestions?days=7", who)
    assert status == 200, answer
    return list(answer["suggestions"])


async def _listed(house: House, word: str) -> dict[str, Any]:
    """The suggestion with a word in its question, once it is there: a list is made now and then."""
    async with asyncio.timeout(60):
        while not (found := [one for one in await _list(house) if word in one["question"]]):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    return found[0]


async def _unlisted(house: House, word: str) -> None:
    async with asyncio.timeout(70):
        while word in str(await _list(house)):  # noqa: ASYNC110 - nobody tells of a list
            await asyncio.sleep(0.2)


async def _audit(house: House) -> list[tuple[str, str]]:
    _, log = await house.rest("GET", "/api/audit", "ada")
    return [(line["action"], line["subject"]) for line in log["audit"] if line["action"].startswith("bot_")]


async def _ready(house: House, **known: int) -> None:
    """The bot has taken over what was changed."""
    intents = lambda: {i.name: i.examples for i in house.node.bot.about().intents}  # noqa: E731 - asked often
    async with asyncio.timeout(60):
        while not known.items() <= intents().items() or house.node.bot.about().state != "ready":  # noqa: ASYNC110
            await asyncio.sleep(0.05)


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
    parking = await _listed(talked, "park")
    assert set(parking["texts"]) == set(PARKING), "and not the spam"
    assert (parking["visitors"], parking["times"], parking["answer"]) == (3, 3, ANSWER)
    assert parking["last_ms"] > 0


async def test_only_an_administrator_decides(talked: House) -> None:
    one = (await _list(talked))[0]["id"]
    for who in ("ann", "sue"):
        status, _ = await talked.rest("POST", f"/api/bot/suggestions/{one}", who, json={"action": "drop"})
        assert status == 403
    assert one in {other["id"] for other in await _list(talked)}


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
    one = (await _list(talked))[0]["id"]
    before = await _audit(talked)
    answer = await talked.rest("POST", f"/api/bot/suggestions/{one}", "ada", json=body)
    if body.get("texts") == ["hi\n- intent: evil"]:
        assert answer[0] in (400, 422)
        return
    assert (answer[0], answer[1]["error"]["field"]) == (status, field), answer
    assert await _audit(talked) == before


async def test_a_suggestion_that_is_not_there(talked: House) -> None:
    status, answer = await talked.rest("POST", "/api/bot/suggestions/x", "ada", json={"action": "drop"})
    assert (status, answer["error"]["code"]) == (404, "not_found")


async def test_dropped_is_dropped(talked: House) -> None:
    babble = await _listed(talked, "qwrtz")
    assert babble["answer"] is None
    path = f"/api/bot/suggestions/{babble['id']}"
    status, done = await talked.rest("POST", path, "ada", json={"action": "drop"})
    assert (status, done) == (200, {"action": "drop", "added": 0, "article": None})
    await _in_vain(talked, "plmk qwrtz")
    assert "qwrtz" not in str(await _list(talked)), "however many more talk so"
    assert (await talked.rest("POST", path, "ada", json={"action": "drop"}))[0] == 404
    assert ("bot_suggestion_dropped", babble["id"]) in await _audit(talked)


async def test_an_accepted_article_answers_the_next_who_asks(talked: House) -> None:
    parking = await _listed(talked, "park")
    body = {"action": "article", "answer": "Park in our yard.", "question": "Where can I park?"}
    status, done = await talked.rest("POST", f"/api/bot/suggestions/{parking['id']}", "ada", json=body)
    assert (status, done["added"]) == (200, 1)
    assert (done["article"]["question"], done["article"]["answer"]) == ("Where can I park?", body["answer"])
    assert set(done["article"]["also"]) == set(PARKING)
    await eventually(lambda: talked.node.bot.about().state == "ready" and _knows(talked, "Learned"))
    visitor = await talked.visitor()
    started = await visitor.ok("start", {"cmid": cmid(), "text": "where to park the car?"})
    await visitor.until(lambda name, e: name == "event" and "Park in our yard." in str(e))
    await _unlisted(talked, "park")
    assert ("bot_article_added", done["article"]["file"]) in await _audit(talked)
    await visitor.ok("end", {"conversation": started["conversation"], "cmid": cmid()})


def _knows(house: House, guide: str) -> bool:
    bot = house.node.bot
    assert isinstance(bot, engine.BuiltinBot)
    assert bot._loaded is not None
    return any(article.guide.startswith(guide) for article in bot._loaded.project.knowledge.articles)


async def test_accepted_examples_are_understood(talked: House) -> None:
    texts = ("do you like jazz tunes", "you like jazz tunes or not", "what jazz tunes do you like")
    for text in texts:
        await _in_vain(talked, text)
    jazz = await _listed(talked, "jazz")
    body = {"action": "examples", "intent": "music", "texts": list(texts[:2])}
    status, done = await talked.rest("POST", f"/api/bot/suggestions/{jazz['id']}", "ada", json=body)
    assert (status, done["added"]) == (200, 2)
    await _ready(talked, music=4)
    await _unlisted(talked, "like jazz tunes or")
    assert ("bot_examples_added", "music") in await _audit(talked)
    _, told = await talked.rest("GET", "/api/bot", "sue")
    assert told["state"] == "ready"


async def test_erased_words_are_gone(talked: House) -> None:
    texts = ("may I bring my horse inside", "can my horse come inside", "is my horse welcome inside")
    for text in texts:
        conversation = await _in_vain(talked, text)
    await _listed(talked, "horse")
    state = await talked.node.desk.state(conversation)
    assert state is not None
    status, _ = await talked.rest("POST", f"/api/visitors/{state.visitor}/erase", "ada")
    assert status == 200
    assert "horse" not in str(await _list(talked))


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
    done = [action for action, subject in await _audit(shop) if subject == "house-rules.md"]
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


async def test_the_report_has_the_catalogues_own_figures(talked: House) -> None:
    status, told = await talked.rest("GET", "/api/bot/report", "sue", params=PERIOD)
    assert status == 200, told
    kpis = ",".join(one["id"] for one in told["figures"])
    _, reports = await talked.rest("GET", "/api/reports", "sue", params={**PERIOD, "kpi": kpis})
    keys = ("id", "value", "num", "den", "n")
    assert [[one[k] for k in keys] for one in told["figures"]] == [
        [one[k] for k in keys] for one in reports["results"]
    ]
    assert len(told["confidence"]) == 20
    counted = sum(one["understood"] + one["fallback"] for one in told["confidence"])
    assert counted == told["turns"] - told["silent"]
    assert sum(one["fallback"] for one in told["confidence"][:12]) > 0, "a fallback is unsure"
    fallback = next(one for one in told["figures"] if one["id"] == "bot_fallback_rate")
    _, by = await talked.rest(
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
