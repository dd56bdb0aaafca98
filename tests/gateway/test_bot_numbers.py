"""What the bot carried, in numbers: real talks with the real bot, and every figure worked out by hand.

Its action server cannot be reached, so that to ask for an order ends in an apology and a person. The reports
are asked as of four days later: by then it is known who came back for a person.
"""

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from antiphon.domain.hours import Hours
from tests.gateway.house import House, Line, cmid, open_house

NOWHERE = "http://127.0.0.1:1"
DAY_MS = 86_400_000
NEVER_OPEN = Hours(week=((),) * 7)
BABBLE, QUESTION, PERSON = "qwrtz plmk", "how long does delivery take", "can i please speak to a real person"


@dataclass(slots=True)
class Talk:
    """One visitor with the bot."""

    house: House
    visitor: Line
    conversation: str = ""

    async def says(self, *lines: str) -> None:
        """Each line, and the bot's answer to it."""
        for line in lines:
            if self.conversation:
                told = await self.visitor.ok("say", self._words(text=line))
            else:
                told = await self.visitor.ok("start", {"cmid": cmid(), "text": line})
                self.conversation = told["conversation"]
            await self.visitor.until(lambda name, said, n=told["seq"]: name == "event" and _answers(said, n))

    async def taken_by(self, who: str, namespace: str = "/agent", how: str = "accept") -> Line:
        """A person takes it and says something."""
        line = await self.house.user(who, namespace)
        await line.ok(how, {"conversation": self.conversation})
        speaker = line if namespace == "/agent" else await self.house.user(who)
        await speaker.ok("say", self._words(text="Hello, how can I help?"))
        return line

    async def ends(self) -> dict[str, Any]:
        return await self.visitor.ok("end", {"conversation": self.conversation, "cmid": cmid()})

    def _words(self, **words: str) -> dict[str, str]:
        return {"conversation": self.conversation, "cmid": cmid(), **words}


def _answers(said: dict[str, Any], n: int) -> bool:
    bot = said["actor"]["kind"] == "bot" and said["kind"] == "message"
    return bot and said["seq"] > n and not said["data"].get("auto")


async def talk(house: House, *lines: str, **auth: Any) -> Talk:
    one = Talk(house, await house.visitor(**auth))
    await one.says(*lines)
    return one


# ------------------------------------------------------------------------------------------ the talks


async def left_content(house: House) -> str:
    """Answered, and gone without a word; later he asks for a person after all."""
    one = await talk(house, QUESTION)
    await one.ends()
    again = await talk(house, PERSON, token=one.visitor.all("session")[0]["token"])
    await again.taken_by("ann")
    await again.ends()
    return "contained, not deflected · asked for"


async def said_yes(house: House) -> str:
    one = await talk(house, QUESTION, "yes")
    survey = (await one.ends())["survey"]["id"]
    await one.visitor.ok("rate", {
        "conversation": one.conversation, "survey": survey, "cmid": cmid(), "answers": {"csat": 5},
    })  # fmt: skip
    return "resolved, rated 5"


async def said_no(house: House) -> str:
    one = await talk(house, QUESTION, "no")
    survey = (await one.ends())["survey"]["id"]
    await one.visitor.ok("rate", {
        "conversation": one.conversation, "survey": survey, "cmid": cmid(), "answers": {"csat": 2},
    })  # fmt: skip
    return "negative, rated 2"


async def said_yes_then_no(house: House) -> str:
    await (await talk(house, QUESTION, "yes", "what about returns", "no")).ends()
    return "negative"


async def asked_for_a_person(house: House) -> str:
    one = await talk(house, QUESTION, PERSON)
    await one.taken_by("ann")
    await one.ends()
    return "asked for"


async def not_understood(house: House) -> str:
    one = await talk(house, BABBLE, "bnmx vcxy")
    await one.taken_by("ann")
    await one.ends()
    return "low confidence, two fallbacks"


async def by_rule(house: House) -> str:
    """Nobody takes it before the visitor has gone."""
    one = await talk(house, "my plant arrived damaged", "/want_replacement")
    await one.ends()
    return "rule, missed"


async def lost_his_temper(house: House) -> str:
    one = await talk(house, "you are completely useless")
    await one.taken_by("ann")
    await one.ends()
    return "sentiment"


async def actions_fail(house: House) -> str:
    """Outside the hours of the queue: a ticket instead of a person."""
    rules = house.node.desk.rules
    queues = {id_: replace(queue, hours=NEVER_OPEN) for id_, queue in rules.queues.items()}
    house.node.desk.rules = replace(rules, queues=queues)
    try:
        await talk(house, "where is my order")
    finally:
        house.node.desk.rules = rules
    return "failure, diverted, a fallback"


async def left_the_bot(house: House) -> str:
    one = await talk(house, BABBLE)
    await one.ends()
    return "abandoned after a fallback"


async def back_to_the_bot(house: House) -> str:
    one = await talk(house, PERSON)
    agent = await one.taken_by("ann")
    await agent.ok("transfer", {"conversation": one.conversation, "cmid": cmid(), "to_bot": True})
    await one.says("what about returns")
    await one.ends()
    return "asked for · contained"


async def taken_over(house: House) -> str:
    one = await talk(house, QUESTION)
    await one.taken_by("sue", "/supervisor", "take_over")
    await one.ends()
    return "barged in"


async def still_open(house: House) -> str:
    await talk(house, QUESTION)
    return "pending"


async def greeted_only(house: House) -> str:
    await house.visitor()
    return "no conversation"


TALKS = (
    left_content, said_yes, said_no, said_yes_then_no, asked_for_a_person, not_understood, by_rule,
    lost_his_temper, actions_fail, left_the_bot, back_to_the_bot, taken_over, still_open, greeted_only,
)  # fmt: skip

# 15 legs, one of them open; 14 conversations, of which the diverted one and the open one are not closed.
ENDED, CLOSED = 14, 12
COUNTED = {
    # kpi: (numerator, denominator)
    "bot_conversations": (15, None),
    "bot_share": (15, 14),
    "bot_containment_rate": (6, ENDED),  # content, yes, no, yes-no, left, the second leg
    "bot_deflection_rate": (5, ENDED),  # all of these but who came back for a person
    "bot_resolution_rate": (1, ENDED),
    "bot_negative_rate": (2, ENDED),
    "bot_unconfirmed_rate": (11, ENDED),
    "bot_handoff_rate": (7, ENDED),  # asked ×3, low confidence, rule, sentiment, failure
    "bot_barge_in_rate": (1, ENDED),
    "handoff_unavailable_rate": (2, 7),  # nobody came, nobody was there
    "bot_fallback_rate": (4, 23),
    "bot_fallback_rate_conversation": (3, ENDED),  # babble twice, failure, left
    "bot_abandonment_rate": (1, ENDED),
    "automation_rate": (1, CLOSED),
    "bot_csat": (1, 2),
    "abandonment_by_stage": (2, None),  # with the bot, and in the queue
}
HANDOFFS = {"asked": 3, "low_confidence": 1, "rule": 1, "sentiment": 1, "failure": 1}


@pytest.fixture(scope="module")
async def told(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A house in which all that has happened."""
    folder: Path = tmp_path_factory.mktemp("static")
    more = {"bot": "builtin", "action_url": NOWHERE, "cache_dir": str(folder / "cache")}
    async with open_house(database_url, folder, **more) as house:
        for happens in TALKS:
            await happens(house)
        yield house


async def asked(house: House, kpis: Sequence[str], **more: str) -> list[dict[str, Any]]:
    now = time.time_ns() // 1_000_000
    query = {"from": now - DAY_MS, "to": now + DAY_MS, "as_of": now + 4 * DAY_MS, "kpi": ",".join(kpis)}
    status, answer = await house.rest("GET", f"/api/reports?{urlencode({**query, **more})}", "sue")
    assert status == 200, answer
    found: list[dict[str, Any]] = answer["results"]
    return found


async def test_every_figure_is_what_happened(told: House) -> None:
    found = {one["id"]: one for one in await asked(told, list(COUNTED))}
    assert {id_: (one["num"], one["den"]) for id_, one in found.items()} == COUNTED
    assert found["bot_containment_rate"]["pending"] == 1
    assert found["bot_deflection_rate"]["immature"] == 0


async def test_handoffs_by_reason_and_losses_by_stage(told: House) -> None:
    rows = await asked(told, ["bot_handoff_rate"], by="reason")
    assert {row["group"]["reason"]: row["num"] for row in rows if row["num"]} == HANDOFFS
    rows = await asked(told, ["bot_handoff_rate"], by="handoff_by")
    assert {row["group"]["handoff_by"]: row["num"] for row in rows if row["num"]} == {
        "visitor": 3, "bot": 2, "rule": 2,
    }  # fmt: skip
    rows = await asked(told, ["abandonment_by_stage"], by="stage")
    lost = {row["group"]["stage"]: row["num"] for row in rows if row["num"]}
    assert lost == {"bot": 1, "queue_never_offered": 1}


async def test_fallbacks_by_what_was_meant(told: House) -> None:
    rows = await asked(told, ["bot_fallback_rate"], by="intent")
    by_intent = {row["group"]["intent"]: (row["num"], row["den"]) for row in rows}
    assert by_intent["shipping"] == (0, 7)
    assert by_intent["human"] == (0, 3)
    assert "nlu_fallback" not in by_intent
    assert sum(num for num, _ in by_intent.values()) == 4
    assert sum(den for _, den in by_intent.values()) == 23


async def test_how_fast_and_how_sure(told: House) -> None:
    speed, sure = await asked(told, ["bot_response_time", "bot_confidence_avg"])
    assert 0 <= speed["value"] < 10
    assert speed["n"] == 23
    assert 0.5 < sure["value"] < 1
