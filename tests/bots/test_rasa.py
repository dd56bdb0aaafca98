"""A Rasa server as the bot: what its REST channel says becomes an outcome. The answers are as captured."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from antiphon.bots.actions import FAILURES_TO_OPEN
from antiphon.bots.port import BotFailed, QuickReply, Turn
from antiphon.bots.rasa import RasaBot
from tests.bots.peers import Answer, answering, cutting, dripping, flooding, garbling, hanging, peer

PATH = "/webhooks/rest/webhook"


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def rasa(http: aiohttp.ClientSession, url: str) -> RasaBot:
    return RasaBot(http, url + "/", lambda: 0, answer_s=0.3)


def turn(text: str = "hello", **more: Any) -> Turn:
    return Turn(conversation="c-1", text=text, at_ms=1, **more)


async def reply_to(http: aiohttp.ClientSession, *messages: dict[str, Any], **more: Any) -> Any:
    answer = answering([{"recipient_id": "c-1", **message} for message in messages])
    async with peer(PATH, answer) as url:
        return await rasa(http, url).reply(turn(**more))


async def test_what_is_sent(http: aiohttp.ClientSession) -> None:
    heard: list[Any] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        heard.append(await request.json())
        return web.json_response([])

    async with peer(PATH, answer) as url:
        await rasa(http, url).reply(turn("hi", metadata={"page": "/cart"}, locale="en"))
        await rasa(http, url).reply(turn("", start=True))
    assert heard[0] == {"sender": "c-1", "message": "hi", "metadata": {"page": "/cart", "locale": "en"}}
    assert heard[1]["message"] == "/greet"


async def test_texts_buttons_images_and_custom_payloads(http: aiohttp.ClientSession) -> None:
    outcome = await reply_to(
        http,
        {"text": "Which one?", "buttons": [{"title": "Big", "payload": "/big"}, {"title": "Small"}]},
        {"image": "https://shop.example/a.png"},
        {"custom": {"data": {"map": 1}}},
    )
    assert [reply.text for reply in outcome.replies] == ["Which one?", "", ""]
    assert outcome.replies[0].quick_replies == (
        QuickReply(title="Big", payload="/big"),
        QuickReply(title="Small", payload="Small"),
    )
    assert outcome.replies[1].image == "https://shop.example/a.png"
    assert outcome.replies[2].custom == {"map": 1}
    assert outcome.handoff is None


@pytest.mark.parametrize(
    "custom", [{"handoff": {"reason": "asked"}}, {"data": {"handoff": {"reason": "asked"}}}]
)
async def test_the_hand_off_convention(http: aiohttp.ClientSession, custom: dict[str, Any]) -> None:
    outcome = await reply_to(http, {"text": "One moment."}, {"custom": custom})
    assert outcome.handoff.reason == "asked"
    assert outcome.handoff.by == "visitor"
    assert [reply.text for reply in outcome.replies] == ["One moment."], "the mark itself is not shown"


async def test_confirm_end_and_greeting(http: aiohttp.ClientSession) -> None:
    outcome = await reply_to(http, {"text": "Glad!"}, {"custom": {"confirm": True, "end": True}}, start=True)
    assert outcome.confirm is True
    assert outcome.end
    assert outcome.replies[0].auto


async def test_an_explicit_wish_needs_no_rasa(http: aiohttp.ClientSession) -> None:
    outcome = await rasa(http, "http://127.0.0.1:1").reply(turn("I want to talk to a human"))
    assert outcome.handoff
    assert outcome.handoff.reason == "asked"
    assert outcome.replies


async def test_a_lost_temper_needs_no_rasa(http: aiohttp.ClientSession) -> None:
    outcome = await rasa(http, "http://127.0.0.1:1").reply(turn("blöder Bot, jetzt reicht's"))
    assert outcome.handoff
    assert (outcome.handoff.reason, outcome.handoff.by) == ("sentiment", "rule")
    assert outcome.replies[0].text.startswith("I'm sorry this has been so trying.")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (hanging, "did not answer in 0.3 s"),
        (dripping, "did not answer in 0.3 s"),
        (cutting, "not to be reached"),
        (flooding, "more than 262144 bytes"),
        (garbling, "not JSON"),
        (answering({"status": "failure"}), "no list of messages"),
        (answering([1]), "no list of messages"),
        (answering([], 503), "answered 503"),
    ],
)
async def test_a_bad_answer_is_a_failure(http: aiohttp.ClientSession, answer: Answer, why: str) -> None:
    async with peer(PATH, answer) as url:
        with pytest.raises(BotFailed, match=why):
            await rasa(http, url).reply(turn())


async def test_a_dead_rasa_is_left_alone_for_a_while(http: aiohttp.ClientSession) -> None:
    bot = rasa(http, "http://127.0.0.1:1")
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(BotFailed, match="not to be reached"):
            await bot.reply(turn())
    with pytest.raises(BotFailed, match="left alone"):
        await bot.reply(turn())
