"""A bot that notes something down: a ticket there is before its number is told, once, or an apology."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from antiphon.domain import ticket as tickets
from antiphon.domain.events import Actor
from tests.bots.peers import peer
from tests.gateway.house import House, Line, cmid, open_house

WISH = {"number": "CB-2345-6789", "subject": "Call Ann back", "text": "Phone: +44 20 7946 0958", "topic": "x"}


@asynccontextmanager
async def rasa_says(
    database_url: str, static: Path, *turns: list[dict[str, Any]]
) -> AsyncIterator[tuple[House, list[str]]]:
    """A desk whose bot is a Rasa server that says one turn after the other; and what it has heard."""
    left, heard = list(turns), list[str]()

    async def answer(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        heard.append(body["message"])
        greeting = [{"recipient_id": body["sender"], "text": "Hello!"}]
        return web.json_response(greeting if body["message"] == "/greet" else left.pop(0))

    async with (
        peer("/webhooks/rest/webhook", answer) as url,
        open_house(database_url, static, bot="rasa", rasa_url=url) as house,
    ):
        yield house, heard


def noted(**change: Any) -> list[dict[str, Any]]:
    return [{"text": "Your number is CB-2345-6789."}, {"custom": {"data": {"ticket": {**WISH, **change}}}}]


async def asks(house: House) -> tuple[Line, str]:
    visitor = await house.visitor()
    started = await visitor.ok("start", {"cmid": cmid(), "text": "call me back"})
    return visitor, started["conversation"]


def said(event: dict[str, Any]) -> str:
    return str(event["data"].get("text")) if event["kind"] == "message" else ""


async def test_the_ticket_is_there_when_its_number_is_told(fresh_database_url: str, tmp_path: Path) -> None:
    async with rasa_says(fresh_database_url, tmp_path, noted()) as (house, _):
        visitor, conversation = await asks(house)
        await visitor.until(lambda name, e: name == "event" and said(e).startswith("Your number is"))
        status, told = await house.rest("GET", "/api/tickets/CB-2345-6789", "ann")
        assert status == 200, told
        ticket = told["ticket"]
        assert (ticket["subject"], ticket["topic"], ticket["queue"]) == ("Call Ann back", "x", "support")
        assert (ticket["conversation"], ticket["channel"]) == (conversation, "web")
        assert ticket["visitor"] == visitor.all("session")[0]["visitor"]["id"]
        assert told["events"][0]["data"]["text"] == WISH["text"]
        journal = await house.node.desk.history("ticket:CB-2345-6789")
        assert "7946" not in str(journal[0].data), "what somebody wrote is words, never a fact"
        shown = [e for e in visitor.events(conversation) if e["kind"] == "message"]
        assert not any("ticket" in (e["data"].get("custom") or {}) for e in shown)


async def test_a_number_that_is_taken_is_admitted_and_a_person_fetched(
    fresh_database_url: str, tmp_path: Path
) -> None:
    async with rasa_says(fresh_database_url, tmp_path, noted()) as (house, _):
        taken = tickets.Open(
            conversation="ticket:CB-2345-6789", actor=Actor(kind="agent", id="x"), cmid="1", subject="Other",
            queue="support",
        )  # fmt: skip
        await house.node.desk.handle(taken)
        visitor, conversation = await asks(house)
        await visitor.frame("event", kind="handoff_requested", conversation=conversation)
        words = " ".join(said(e) for e in visitor.events(conversation))
        assert "CB-2345-6789" not in words
        assert "Sorry, I cannot answer that just now" in words
        [handoff] = [e for e in await house.node.desk.history(conversation) if e.kind == "handoff_requested"]
        assert handoff.data["reason"] == "failure"
        assert (handoff.words or {})["summary"] == (
            "Asked last: “call me back”\nFailed: the ticket was refused (conflict)"
        )


async def test_a_ticket_that_makes_no_sense_is_a_failure_too(fresh_database_url: str, tmp_path: Path) -> None:
    async with rasa_says(fresh_database_url, tmp_path, noted(number="t-c0ffee")) as (house, _):
        visitor, conversation = await asks(house)
        await visitor.frame("event", kind="handoff_requested", conversation=conversation)
        [handoff] = [e for e in await house.node.desk.history(conversation) if e.kind == "handoff_requested"]
        assert "without a proper number" in (handoff.words or {})["summary"]
        assert (await house.rest("GET", "/api/tickets/t-c0ffee", "sue"))[0] == 404
