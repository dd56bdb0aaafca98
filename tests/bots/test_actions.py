"""An action server that is slow, broken, too talkative or gone: the visitor gets an apology and a person."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from antiphon.bots.actions import AT_ONCE, FAILURES_TO_OPEN, OPEN_MS, ActionRejected, ActionServer
from antiphon.bots.build import default_project
from antiphon.bots.builtin import BuiltinBot
from antiphon.bots.port import BotFailed, MemoryTrackers
from tests.bots.conftest import Chat, texts
from tests.bots.peers import Answer, answering, cutting, dripping, flooding, garbling, hanging, peer

TRACKER = {"sender_id": "c", "events": []}
SECRET = "my card is 4111 1111 1111 1111"


class Clock:
    now_ms = 0

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def server(http: aiohttp.ClientSession, url: str, clock: Clock | None = None) -> ActionServer:
    return ActionServer(http, lambda: f"{url}/webhook", clock or Clock(), call_s=0.3)


async def test_a_call_speaks_the_protocol_of_rasa(http: aiohttp.ClientSession) -> None:
    heard = {}

    async def answer(request: web.Request) -> web.StreamResponse:
        heard.update(await request.json())
        return web.json_response({"events": [{"event": "restart"}], "responses": [{"text": "hi"}]})

    async with peer("/webhook", answer) as url:
        result = await server(http, url).run("action_x", TRACKER, {"intents": []})
    assert result.events == [{"event": "restart"}]
    assert result.responses == [{"text": "hi"}]
    assert heard == {
        "next_action": "action_x",
        "sender_id": "c",
        "tracker": TRACKER,
        "domain": {"intents": []},
        "version": "3.21.0",
    }


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (hanging, "did not answer action_x in 0.3 s"),
        (dripping, "did not answer action_x in 0.3 s"),
        (cutting, "not to be reached"),
        (flooding, "more than 262144 bytes"),
        (garbling, "is not JSON"),
        (answering(None), "is no result"),
        (answering({"events": [1], "responses": []}), "no lists of events"),
        (answering({"error": SECRET, "request_body": SECRET}, 500), "answered 500"),
        (answering({"error": "no such action"}, 404), "answered 404"),
    ],
)
async def test_a_bad_answer_is_a_failure_that_repeats_nothing(
    http: aiohttp.ClientSession, answer: Answer, why: str
) -> None:
    async with peer("/webhook", answer) as url:
        with pytest.raises(BotFailed) as failed:
            await server(http, url).run("action_x", TRACKER, {})
    assert why in str(failed.value)
    assert SECRET not in str(failed.value)


async def test_waiting_in_line_counts(http: aiohttp.ClientSession) -> None:
    async with peer("/webhook", hanging) as url:
        actions = server(http, url)
        began = time.monotonic()
        calls = (actions.run("action_x", TRACKER, {}) for _ in range(3 * AT_ONCE))
        answers = await asyncio.gather(*calls, return_exceptions=True)
        assert time.monotonic() - began < 2
    assert all(isinstance(answer, BotFailed) for answer in answers)


async def test_a_refusing_action_is_no_failure_of_the_server(http: aiohttp.ClientSession) -> None:
    async with peer("/webhook", answering({"error": "rejected"}, 400)) as url:
        with pytest.raises(ActionRejected):
            await server(http, url).run("action_x", TRACKER, {})


async def test_nobody_there_and_no_server_at_all(http: aiohttp.ClientSession) -> None:
    with pytest.raises(BotFailed, match="not to be reached"):
        await server(http, "http://127.0.0.1:1").run("action_x", TRACKER, {})
    with pytest.raises(BotFailed, match="no action server is running"):
        await ActionServer(http, lambda: None, Clock()).run("action_x", TRACKER, {})


async def test_a_dead_server_is_left_alone_for_a_while_and_tried_again(http: aiohttp.ClientSession) -> None:
    calls = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal calls
        calls += 1
        good = calls > FAILURES_TO_OPEN
        return web.json_response({"events": [], "responses": []}, status=200 if good else 500)

    clock = Clock()
    async with peer("/webhook", answer) as url:
        actions = server(http, url, clock)
        for _ in range(FAILURES_TO_OPEN + 3):
            with pytest.raises(BotFailed):
                await actions.run("action_x", TRACKER, {})
        assert calls == FAILURES_TO_OPEN, "an open circuit asks nobody"
        clock.now_ms += OPEN_MS
        await actions.run("action_x", TRACKER, {})


async def test_an_action_that_fails_is_left_alone_while_others_work(http: aiohttp.ClientSession) -> None:
    calls: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        calls.append((await request.json())["next_action"])
        broken = calls[-1] == "action_broken"
        return web.json_response({"events": [], "responses": []}, status=500 if broken else 200)

    clock = Clock()
    async with peer("/webhook", answer) as url:
        actions = server(http, url, clock)
        for _ in range(FAILURES_TO_OPEN + 3):
            with pytest.raises(BotFailed):
                await actions.run("action_broken", TRACKER, {})
            await actions.run("action_whole", TRACKER, {})
        assert calls.count("action_broken") == FAILURES_TO_OPEN
        with pytest.raises(BotFailed, match="action_broken failed 4 times and is left alone"):
            await actions.run("action_broken", TRACKER, {})
        clock.now_ms += OPEN_MS
        with pytest.raises(BotFailed, match="answered 500"):
            await actions.run("action_broken", TRACKER, {})


@pytest.mark.parametrize("answer", [hanging, flooding, garbling, answering({"error": SECRET}, 500)])
async def test_a_visitor_in_mid_form_gets_an_apology_and_a_person_in_time(
    http: aiohttp.ClientSession, cache: Path, answer: Answer
) -> None:
    good = answering({"events": [], "responses": []})
    current = good

    async def relay(request: web.Request) -> web.StreamResponse:
        return await current(request)

    async with peer("/webhook", relay) as url:
        bot = BuiltinBot(default_project(), server(http, url), MemoryTrackers(), cache)
        await bot.start()
        chat = Chat(bot)
        assert "What is your order number?" in texts(await chat.says("where is my order"))[0]
        current = answer
        began = time.monotonic()
        outcome = await chat.says("MG-1042")
        assert time.monotonic() - began < 2
    assert outcome.handoff
    assert outcome.handoff.reason == "failure"
    assert texts(outcome) == [
        "I'm sorry, something on our side is not working just now. I'll get a person for you."
    ]
    assert SECRET not in outcome.handoff.summary
    assert "Failed: " in outcome.handoff.summary
