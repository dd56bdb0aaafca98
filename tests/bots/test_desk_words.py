"""Opening hours and the line in words, from the answer of the desk's public route; and without one."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from antiphon_bot import web as outside
from antiphon_bot.actions import ActionOpeningHours, ActionQueueEstimate
from antiphon_bot.desk import opening_words, wait_words
from tests.bots.peers import Answer, answering, dripping, flooding, garbling, hanging

NINE_TO_SIX = [[540, 1080]]
WEEK = [*[NINE_TO_SIX] * 5, [[600, 780], [840, 960]], []]


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp() * 1000)


def now(at: str = "2026-05-04T10:00", **more: Any) -> dict[str, Any]:
    """The desk on a Monday morning in Berlin, open; `hours` and the rest change what they name."""
    hours = {
        "zone": "Europe/Berlin",
        "week": WEEK,
        "closed_on": [],
        "open": True,
        "next_opening_ms": ms(at),
        **more.pop("hours", {}),
    }
    told = {"as_of_ms": ms(at), "hours": hours, "closing_ms": ms("2026-05-04T18:00"), "team": "free"}
    return {**told, "waiting": 0, "eta_s": None, **more}


SATURDAY = "Saturday 10:00–13:00 and 14:00–16:00"
CHAT_HOURS = f"Chat hours: Monday to Friday 9:00–18:00; {SATURDAY}; Sunday closed (Berlin time)."


def test_open_until_this_evening() -> None:
    assert opening_words(now()) == f"Our team is in the chat now, until 18:00. {CHAT_HOURS}"


@pytest.mark.parametrize(
    ("opens", "when"),
    [
        ("2026-05-04T09:00", "at 9:00"),
        ("2026-05-05T09:30", "at 9:30 tomorrow"),
        ("2026-05-11T09:00", "at 9:00 on Monday, 11 May"),
    ],
)
def test_closed_until(opens: str, when: str) -> None:
    closed = now("2026-05-04T07:00", closing_ms=None, hours={"open": False, "next_opening_ms": ms(opens)})
    assert opening_words(closed) == f"Nobody is in the chat just now: our team is back {when}. {CHAT_HOURS}"
    assert wait_words(closed) == f"Our team is not here just now: it is back {when}."


def test_holidays_that_are_near_are_named() -> None:
    days = ["2026-05-03", "2026-05-14", "2026-05-25", "2026-12-25"]
    assert opening_words(now(hours={"closed_on": days})).endswith(
        " Closed on Thursday, 14 May and Monday, 25 May."
    )


def test_a_desk_that_never_closes_or_never_opens() -> None:
    always: dict[str, Any] = {"week": [[[0, 1440]]] * 7}
    assert opening_words(now(hours=always)) == "Here in the chat you reach us around the clock, every day."
    never = {"week": [[]] * 7, "open": False, "next_opening_ms": None, "zone": "UTC"}
    assert opening_words(now(hours=never)) == (
        "Nobody is in the chat just now: our team has not said when it is back. "
        "Chat hours: Monday to Sunday closed (UTC)."
    )


THREE = "3 people are waiting before you."
UNKNOWN = "How long that takes I can't say yet."


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({}, "Nobody is waiting, and somebody is free right now."),
        (
            {"team": "away"},
            "Nobody of our team is at the desk this minute, so I can't say how long it would take.",
        ),
        ({"team": "busy"}, f"Nobody is waiting before you, but everybody is busy. {UNKNOWN}"),
        ({"team": "busy", "waiting": 1}, f"One person is waiting before you. {UNKNOWN}"),
        ({"waiting": 3, "eta_s": [61, 290]}, f"{THREE} It should take about 2 to 5 minutes."),
        ({"waiting": 3, "eta_s": [10, 50]}, f"{THREE} It should take about a minute."),
        ({"waiting": 3, "eta_s": [300, 300]}, f"{THREE} It should take about 5 minutes."),
    ],
)
def test_the_line_in_words(told: dict[str, Any], words: str) -> None:
    assert wait_words(now(**told)) == words


# ------------------------------------------------------------------ asked over HTTP


@pytest.fixture
async def desk(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Answer]]:
    """A desk whose answer a test chooses."""
    answers: list[Answer] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.path == "/api/sites/shop-1/now"
        return await answers[0](request)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setenv("ANTIPHON_API_URL", f"http://127.0.0.1:{runner.addresses[0][1]}/")
    monkeypatch.setattr(outside, "ANSWER_S", 0.3)
    yield answers
    await runner.cleanup()


async def said(action: Any, site: Any = "shop-1") -> list[dict[str, Any]]:
    dispatcher = CollectingDispatcher()
    message = {"metadata": {"site": site}}
    assert await action.run(dispatcher, Tracker("c", {}, message, [], False, None, {}, None), {}) == []
    return dispatcher.messages


async def test_the_desk_is_asked(desk: list[Answer]) -> None:
    desk.append(answering(now(team="busy", waiting=3, eta_s=[61, 290])))
    hours = await said(ActionOpeningHours())
    assert hours[0]["response"] == "utter_opening_hours"
    assert hours[1]["text"].startswith("Our team is in the chat now")
    [line] = await said(ActionQueueEstimate())
    assert line["text"].startswith("3 people are waiting before you.")
    assert line["text"].endswith("Shall I get you someone?")


@pytest.mark.parametrize("told", [{"team": "away"}, {"hours": {"open": False}}])
async def test_nobody_is_promised_who_is_not_there(desk: list[Answer], told: dict[str, Any]) -> None:
    desk.append(answering(now(**told)))
    [line] = await said(ActionQueueEstimate())
    assert line["text"].endswith("Shall I leave them a message, or have them call you?")
    assert [button["payload"] for button in line["buttons"]] == ["/human", "/call_back"]


NONSENSE = [answering([]), answering({}, 429), answering({"error": "x"}, 404)]


@pytest.mark.parametrize("answer", [hanging, flooding, garbling, dripping, *NONSENSE])
async def test_a_desk_that_cannot_be_asked_is_no_reason_to_guess(desk: list[Answer], answer: Answer) -> None:
    desk.append(answer)
    assert [message["response"] for message in await said(ActionOpeningHours())] == ["utter_opening_hours"]
    [line] = await said(ActionQueueEstimate())
    assert line["text"] == "I can't see the line from here just now. Shall I get you someone?"
    assert [button["payload"] for button in line["buttons"]] == ["/human", "/call_back"]


@pytest.mark.parametrize("site", [None, "", "../../people", "a b", ["x"]])
async def test_a_site_that_is_none_is_not_asked_for(desk: list[Answer], site: Any) -> None:
    assert len(await said(ActionOpeningHours(), site)) == 1
