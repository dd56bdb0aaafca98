"""An action server that breaks in the middle of a form, seen from the visitor's window and from the journal.

Whatever it does, the visitor gets an apology and a person within the limit, nothing of what it said is shown
or kept, the hand-off says why, and the next conversation works.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from antiphon.bots import actions
from antiphon.readers.bot import LIMIT_S
from tests.bots.peers import Answer, answering, cutting, dripping, flooding, garbling, hanging, peer
from tests.gateway.house import House, Line, cmid, open_house

SECRET = "hunter2 of 4111 1111 1111 1111"
SORRY = "I'm sorry, something on our side is not working just now. I'll get a person for you."
LOOKED_UP = {"events": [], "responses": [{"text": "It is on its way."}]}
GOOD = answering(LOOKED_UP)
AT_ONCE: dict[str, tuple[Answer, str]] = {
    "dies": (cutting, "not to be reached"),
    "a megabyte": (flooding, "more than 262144 bytes"),
    "no JSON": (garbling, "is not JSON"),
    "an error": (answering({"error": SECRET, "request_body": SECRET}, 500), "answered 500"),
    "no result": (answering([SECRET]), "is no result"),
    "wrong lists": (answering({"events": [SECRET], "responses": SECRET}), "no lists of events"),
}
SLOWLY: dict[str, tuple[Answer, str]] = {"hangs": (hanging, "did not answer"), "drips": (dripping, "did not")}


@dataclass
class Server:
    """An action server that does as it is told, and counts."""

    answer: Answer = GOOD
    calls: int = 0
    of: dict[str, Answer] = field(default_factory=dict)  # for one conversation only

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.calls += 1
        call = await request.json()
        if call["next_action"].startswith("validate_") and self.answer is GOOD:
            number = call["tracker"]["slots"].get("order_number")
            known = {"event": "slot", "name": "order_number", "value": number}
            return web.json_response({"events": [known] if number else [], "responses": []})
        return await self.of.get(call["sender_id"], self.answer)(request)


@asynccontextmanager
async def desk(database_url: str, static: Path) -> AsyncIterator[tuple[House, Server]]:
    server = Server()
    async with (
        peer("/webhook", server.serve) as url,
        open_house(database_url, static, bot="builtin", action_url=f"{url}/webhook") as house,
    ):
        yield house, server


async def asked(house: House) -> tuple[Line, str]:
    """A visitor in the middle of the order form."""
    visitor = await house.visitor()
    conversation = (await visitor.ok("start", {"cmid": cmid(), "text": "where is my order"}))["conversation"]
    await visitor.until(lambda name, e: name == "event" and "order number" in said(e))
    return visitor, conversation


async def answers(visitor: Line, conversation: str) -> None:
    await visitor.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "MG-1042"})


async def apologised(house: House, visitor: Line, conversation: str) -> str:
    """Answer the form; the summary of the hand-off that comes of it, once it has come."""
    began = time.monotonic()
    await answers(visitor, conversation)
    await visitor.frame("event", kind="handoff_requested", conversation=conversation)
    assert time.monotonic() - began < LIMIT_S
    assert said([e for e in visitor.events(conversation) if said(e)][-1]) == SORRY
    journal = await house.node.desk.history(conversation)
    [handoff] = [event for event in journal if event.kind == "handoff_requested"]
    assert handoff.data["reason"] == "failure"
    assert "hunter2" not in str(journal) + str(visitor.heard)
    assert (await house.node.desk.state(conversation)).state == "queued"  # type: ignore[union-attr]  # it is there
    return str((handoff.words or {})["summary"])


async def works(house: House) -> None:
    """Another visitor's conversation goes well."""
    visitor, conversation = await asked(house)
    await answers(visitor, conversation)
    await visitor.until(lambda name, e: name == "event" and said(e) == "It is on its way.")


def said(event: dict[str, Any]) -> str:
    return str(event["data"].get("text") or "") if event["kind"] == "message" else ""


async def test_whatever_it_answers_the_visitor_gets_an_apology_and_a_person(
    fresh_database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with desk(fresh_database_url, tmp_path) as (house, server):
        for answer, why in AT_ONCE.values():
            visitor, conversation = await asked(house)
            server.of[conversation] = answer
            summary = await apologised(house, visitor, conversation)
            assert summary.splitlines()[0] == "Asked: “where is my order” · “MG-1042”"
            assert summary.splitlines()[-1].startswith("Failed: ")
            assert why in summary.splitlines()[-1]
            await works(house)
    assert "hunter2" not in capsys.readouterr().out


async def test_one_that_hangs_or_drips_is_given_up_in_time(tmp_path: Path) -> None:
    async with desk(f"sqlite:///{tmp_path / 'antiphon.db'}", tmp_path) as (house, server):
        waiting = []
        for answer, _ in SLOWLY.values():
            visitor, conversation = await asked(house)
            server.of[conversation] = answer
            waiting.append(apologised(house, visitor, conversation))
        await works(house)
        for summary, (_, why) in zip(await asyncio.gather(*waiting), SLOWLY.values(), strict=True):
            assert why in summary
        await works(house)


async def test_a_broken_one_is_left_alone_for_a_while_and_then_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "OPEN_MS", 1_500)
    async with desk(f"sqlite:///{tmp_path / 'antiphon.db'}", tmp_path) as (house, server):
        await works(house)
        *visitors, last = [await asked(house) for _ in range(actions.FAILURES_TO_OPEN + 1)]
        server.answer = garbling
        for visitor, conversation in visitors:
            await apologised(house, visitor, conversation)
        before = server.calls
        assert "left alone" in await apologised(house, *last)
        assert server.calls == before, "an open circuit asks nobody"
        server.answer = GOOD
        await asyncio.sleep(1.6)
        await works(house)
        await works(house)
