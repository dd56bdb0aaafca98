"""Tickets over REST: made, answered, changed, seen by whom they concern, counted, and mailed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.house import WAIT_S, House, cmid, open_house
from tests.gateway.outside import Mailbox, mailbox


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    async with mailbox() as one:
        yield one


async def made(house: House, who: str = "ann", **more: Any) -> dict[str, Any]:
    body = {"cmid": cmid(), "subject": "Refund", "text": "Where is my money?", "queue": "support", **more}
    status, answer = await house.rest("POST", "/api/tickets", who, json=body)
    assert status == 201, answer
    ticket = answer["ticket"]
    assert isinstance(ticket, dict)
    return ticket


async def listed(house: House, who: str, query: str, fits: Any = bool) -> list[str]:
    """The ids of a list, once it fits; the list is a reader's, a moment behind."""
    async with asyncio.timeout(WAIT_S):
        while True:
            status, answer = await house.rest("GET", f"/api/tickets?{query}", who)
            assert status == 200, answer
            ids = [one["id"] for one in answer["tickets"]]
            if fits(ids):
                return ids
            await asyncio.sleep(0.05)


async def test_a_ticket_is_made_answered_changed_and_found(house: House) -> None:
    ticket = await made(house, priority="high")
    at = f"/api/tickets/{ticket['id']}"
    assert (ticket["status"], ticket["subject"], ticket["priority"]) == ("new", "Refund", "high")
    note = {"cmid": cmid(), "text": "He is a good customer", "public": False}
    assert (await house.rest("POST", f"{at}/reply", "ann", json=note))[1]["ticket"]["status"] == "new"
    answer = {"cmid": cmid(), "text": "It is on its way", "status": "pending"}
    status, told = await house.rest("POST", f"{at}/reply", "ann", json=answer)
    assert (status, told["ticket"]["status"], told["ticket"]["replied_at_ms"] is not None) == (
        200,
        "pending",
        True,
    )
    again = await house.rest("POST", f"{at}/reply", "ann", json=answer)
    assert again[1]["ticket"]["head"] == told["ticket"]["head"]

    change = {"status": "solved", "agent": house.users["bob"].id, "priority": "low"}
    _, told = await house.rest("PATCH", at, "ann", json=change)
    assert (told["ticket"]["status"], told["ticket"]["agent"]["name"]) == ("solved", "Bob")
    _, told = await house.rest("PATCH", at, "ann", json={"agent": None})
    assert told["ticket"]["agent"] is None
    kinds = [event["kind"] for event in told["events"]]
    assert kinds.count("ticket_replied") == 2
    assert told["events"][0]["data"]["text"] == "Where is my money?"
    assert await listed(house, "sue", "status=solved&priority=low", lambda ids: ticket["id"] in ids)
    assert ticket["id"] not in await listed(house, "sue", "status=todo", lambda ids: ticket["id"] not in ids)


async def test_a_repeat_of_a_cmid_makes_no_second_ticket(house: House) -> None:
    once = cmid()
    first, second = await made(house, cmid=once), await made(house, cmid=once)
    assert first["id"] == second["id"]
    other = {"cmid": once, "subject": "Refund", "text": "Something else", "queue": "support"}
    assert (await house.rest("POST", "/api/tickets", "ann", json=other))[0] == 409


async def test_an_agent_sees_the_tickets_of_his_queues_and_his_own_only(house: House) -> None:
    assert (await house.rest("PUT", "/api/queues/billing", "ada", json={"name": "Billing"}))[0] == 200
    bob = house.users["bob"].id
    assert (await house.rest("PATCH", f"/api/agents/{bob}", "ada", json={"queues": ["billing"]}))[0] == 200
    theirs = await made(house, "sue", queue="support")
    at = f"/api/tickets/{theirs['id']}"
    note = {"cmid": cmid(), "text": "x"}
    missing = await house.rest("GET", "/api/tickets/no", "bob")
    for status, _ in (
        missing,
        await house.rest("GET", at, "bob"), await house.rest("PATCH", at, "bob", json={"status": "open"}),
        await house.rest("POST", f"{at}/reply", "bob", json=note),
    ):  # fmt: skip
        assert status == 404
    body = {"cmid": cmid(), "subject": "x", "queue": "support"}
    assert (await house.rest("POST", "/api/tickets", "bob", json=body))[0] == 403
    assert await listed(house, "sue", "queue=support", lambda ids: theirs["id"] in ids)
    assert theirs["id"] not in await listed(house, "bob", "", lambda ids: True)
    await house.rest("PATCH", at, "sue", json={"agent": bob})
    assert (await house.rest("GET", at, "bob"))[0] == 200
    assert await listed(house, "bob", "", lambda ids: theirs["id"] in ids)
    assert (await house.rest("PATCH", f"/api/agents/{bob}", "ada", json={"queues": []}))[0] == 200


async def test_pages_follow_one_another(house: House) -> None:
    mine = [(await made(house, subject=f"Page {i}"))["id"] for i in range(5)]
    await listed(house, "sue", "", lambda ids: set(mine) <= set(ids))
    seen, cursor = list[str](), ""
    while True:
        _, answer = await house.rest("GET", f"/api/tickets?limit=2{cursor}", "sue")
        seen += [one["id"] for one in answer["tickets"]]
        if answer["cursor"] is None:
            break
        cursor = f"&cursor={answer['cursor']}"
    assert len(seen) == len(set(seen))
    assert set(mine) <= set(seen)
    for query in ("cursor=nonsense", "status=lost", "limit=0"):
        assert (await house.rest("GET", f"/api/tickets?{query}", "sue"))[0] == 400


async def test_a_diverted_chat_is_a_ticket_and_counts_live(house: House) -> None:
    week: dict[str, Any] = {"zone": "UTC", "week": [[]] * 7}
    assert (await house.rest("PUT", "/api/queues/support/hours", "ada", json=week))[0] == 200
    before = house.node.wire.hall.board(house.node.desk.now_ms())["totals"]["ticket_backlog"]["value"]
    _, conversation = await house.chat("is anybody there?")
    always = [[[0, 1440]] for _ in range(7)]
    assert (await house.rest("PUT", "/api/queues/support/hours", "ada", json={**week, "week": always}))[
        0
    ] == 200
    [ticket] = await listed(house, "sue", "limit=1", lambda ids: ids == [f"t-{conversation}"])
    status, told = await house.rest("GET", f"/api/tickets/{ticket}", "sue")
    assert (status, told["ticket"]["conversation"]) == (200, conversation)
    board = house.node.wire.hall.board(house.node.desk.now_ms())["totals"]
    assert board["ticket_backlog"]["value"] == before + 1


async def test_an_answer_is_mailed_to_the_visitor_and_his_words_can_be_erased(
    fresh_database_url: str, tmp_path: Path, box: Mailbox
) -> None:
    mail = {"smtp_url": f"smtp://127.0.0.1:{box.port}", "mail_from": "help@shop.example"}
    async with open_house(fresh_database_url, tmp_path, **mail) as house:
        who = {"id": "max", "name": "Max", "email": "max@example.com"}
        visitor = (await house.visitor(identity=who)).all("session")[0]["visitor"]["id"]
        ticket = await made(house, visitor=visitor)
        at = f"/api/tickets/{ticket['id']}/reply"
        for text, public in (("A secret note", False), ("Your money is on its way", True)):
            assert (
                await house.rest("POST", at, "ann", json={"cmid": cmid(), "text": text, "public": public})
            )[0] == 200
        [sent] = await box.until(1)
        assert "To: max@example.com" in sent
        assert "Subject: Re: Refund" in sent
        assert "Your money is on its way" in sent
        _, export = await house.rest("GET", f"/api/visitors/{visitor}/export", "ada")
        assert "Where is my money?" in str(export["tickets"])

        assert (await house.rest("POST", f"/api/visitors/{visitor}/erase", "ada"))[0] == 200
        _, told = await house.rest("GET", f"/api/tickets/{ticket['id']}", "sue")
        assert "money" not in str(told)
        assert (await house.rest("POST", at, "ann", json={"cmid": cmid(), "text": "Still there?"}))[0] == 200
        await asyncio.sleep(2.5)  # nobody is left to be mailed: nothing may come
        assert len(box.mails) == 1


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"queue": "nowhere"}, 404, "queue"),
        ({"visitor": "nobody"}, 404, "visitor"),
        ({"subject": ""}, 422, "subject"),
        ({"priority": "huge"}, 400, "priority"),
        ({"cmid": ""}, 422, "cmid"),
        ({"text": "x" * 10_001}, 422, "text"),
    ],
)
async def test_what_is_no_ticket_is_refused_with_its_field(
    house: House, change: dict[str, Any], status: int, field: str
) -> None:
    body = {"cmid": cmid(), "subject": "x", "queue": "support", **change}
    said, answer = await house.rest("POST", "/api/tickets", "sue", json=body)
    assert (said, answer["error"]["field"]) == (status, field), answer
