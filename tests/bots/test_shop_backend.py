"""The shop's order book: the demo's own, or a back end over HTTP that may be slow, broken or wrong."""

from typing import Any

import pytest
from aiohttp import web
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from antiphon_bot import web as outside
from antiphon_bot.actions import ActionOrderStatus, news
from antiphon_bot.shop import arrival, demo_orders, find_order, order_number
from antiphon_bot.web import Away
from tests.bots.peers import Answer, answering, garbling, hanging


@pytest.fixture
async def backend(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A back end whose answer a test chooses."""
    answers: list[Answer] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.match_info["number"] == "MG-7777"
        return await answers[0](request)

    app = web.Application()
    app.router.add_get("/orders/{number}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setenv("ANTIPHON_SHOP_URL", f"http://127.0.0.1:{runner.addresses[0][1]}/")
    monkeypatch.setattr(outside, "ANSWER_S", 0.3)
    yield answers
    await runner.cleanup()


async def said(number: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    dispatcher = CollectingDispatcher()
    tracker = Tracker("c", {"order_number": number}, {}, [], False, None, {}, None)
    events = await ActionOrderStatus().run(dispatcher, tracker, {})
    return dispatcher.messages, [dict(event) for event in events]


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("MG-1042", "MG-1042"),
        ("it's mg 1042!", "MG-1042"),
        ("MG1042", "MG-1042"),
        ("#1042", "MG-1042"),
        ("1042", "MG-1042"),
        ("MG-10423", None),
        ("I have 1042 plants", None),
        ("the blue one", None),
        ("", None),
    ],
)
def test_an_order_number_is_taken_in_any_spelling(words: str, number: str | None) -> None:
    assert order_number(words) == number


async def test_every_order_of_the_demo_has_news() -> None:
    for order in demo_orders().values():
        assert order["number"] in news(order)
        assert "{" not in news(order)
    assert await find_order("MG-9999") is None


async def test_a_back_end_is_asked(backend: list[Answer]) -> None:
    backend.append(
        answering(
            {
                "number": "MG-7777",
                "status": "on its way",
                "items": ["Fern"],
                "carrier": "X",
                "arrives": "2026-12-01",
            }
        )
    )
    messages, events = await said("MG-7777")
    assert messages[0]["text"].endswith("It should be there on Tuesday, 1 December.")
    assert messages[1]["response"] == "utter_did_this_help"
    assert events[0]["name"] == "answered"


async def test_an_order_the_back_end_does_not_know_is_forgotten(backend: list[Answer]) -> None:
    backend.append(answering({"error": "none"}, 404))
    messages, events = await said("MG-7777")
    assert "can't find an order MG-7777" in messages[0]["text"]
    assert [(e["name"], e["value"]) for e in events] == [("order_number", None)]


@pytest.mark.parametrize("answer", [hanging, garbling, answering([]), answering({}, 500)])
async def test_a_back_end_that_fails_is_admitted(backend: list[Answer], answer: Answer) -> None:
    backend.append(answer)
    messages, _ = await said("MG-7777")
    assert messages[0]["text"].startswith("I can't reach our order book just now")
    assert messages[0]["buttons"][0]["payload"] == "/human"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "file:///etc/passwd", "nonsense"])
async def test_an_address_that_leads_nowhere_is_admitted(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ANTIPHON_SHOP_URL", url)
    with pytest.raises(Away):
        await find_order("MG-7777")


async def test_an_order_with_little_in_it_is_told_as_it_is(backend: list[Answer]) -> None:
    backend.append(answering({"number": "MG-7777", "status": "lost at sea"}))
    assert (await said("MG-7777"))[0][0]["text"] == "MG-7777 (your order): lost at sea."
    assert arrival({"number": "MG-7777"}) == ""
