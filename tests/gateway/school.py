"""A server whose built-in bot has a small project of its own, and visitors who ask it in vain."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.bots.conftest import write_project
from tests.gateway.house import House, Line, cmid, open_house

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


@asynccontextmanager
async def open_school(database_url: str, folder: Path) -> AsyncIterator[House]:
    """In `folder / "bot"` is the project."""
    write_project(folder / "bot", config=CONFIG, domain=DOMAIN, data_nlu=NLU, data_rules=RULES)
    (folder / "bot" / "knowledge").mkdir()
    (folder / "bot" / "knowledge" / "shop.md").write_text(GUIDE)
    async with open_house(
        database_url, folder / "static", bot="builtin", bot_project=str(folder / "bot"),
        cache_dir=str(folder / "cache"),
    ) as house:  # fmt: skip
        yield house


async def in_vain(house: House, text: str, *answers: str) -> str:
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


async def suggestions(house: House, who: str = "sue") -> list[dict[str, Any]]:
    status, answer = await house.rest("GET", "/api/bot/suggestions?days=7", who)
    assert status == 200, answer
    return list(answer["suggestions"])


async def listed(house: House, word: str) -> dict[str, Any]:
    """The suggestion with a word in its question, once it is there: a list is made now and then."""
    async with asyncio.timeout(60):
        while not (found := [one for one in await suggestions(house) if word in one["question"]]):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    return found[0]


async def unlisted(house: House, word: str) -> None:
    async with asyncio.timeout(70):
        while word in str(await suggestions(house)):  # noqa: ASYNC110 - nobody tells of a list
            await asyncio.sleep(0.2)


async def audit(house: House) -> list[tuple[str, str]]:
    _, log = await house.rest("GET", "/api/audit", "ada")
    return [(line["action"], line["subject"]) for line in log["audit"] if line["action"].startswith("bot_")]


async def ready(house: House, **known: int) -> None:
    """The bot has taken over what was changed."""
    intents = lambda: {i.name: i.examples for i in house.node.bot.about().intents}  # noqa: E731 - asked often
    async with asyncio.timeout(60):
        while not known.items() <= intents().items() or house.node.bot.about().state != "ready":  # noqa: ASYNC110
            await asyncio.sleep(0.05)
