"""Alerts from a live number to the board, the mailbox and the webhook, and back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.house import WAIT_S, House, Line, cmid, eventually, open_house
from tests.gateway.outside import ALLOWED, Mailbox, Receiver, mailbox, receiver

WAITING: dict[str, Any] = {
    "name": "Somebody waits", "kpi": "queue_length_now", "queue": "support", "comparison": "at_least",
    "threshold": 1,
}  # fmt: skip


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with receiver() as one:
        yield one


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    async with mailbox() as one:
        yield one


def settings(box: Mailbox) -> dict[str, Any]:
    return {
        "smtp_url": f"smtp://127.0.0.1:{box.port}", "mail_from": "Antiphon <chat@shop.example>",
        "outbound_allow": ALLOWED,
    }  # fmt: skip


async def made(house: House, path: str, body: dict[str, Any]) -> Any:
    status, answer = await house.rest("POST", path, "ada", json=body)
    assert status == 201, answer
    return answer


def rules_on(board: Any) -> list[str] | None:
    """The names of rules that fire, in a frame that says so."""
    alerts = board.get("alerts")
    return None if alerts is None else [one["name"] for one in alerts if one["kind"] == "rule"]


async def board_says(line: Line, names: list[str]) -> None:
    """The next frame of the board about alerts that names exactly these rules."""
    line.heard.clear()
    async with asyncio.timeout(WAIT_S):
        await line.until(lambda name, frame: name == "board" and rules_on(frame) == names)


async def test_from_a_waiting_visitor_to_the_board_the_mailbox_and_the_webhook_and_over_again(
    fresh_database_url: str, tmp_path: Path, hook: Receiver, box: Mailbox
) -> None:
    async with open_house(fresh_database_url, tmp_path, **settings(box)) as house:
        webhook = await made(house, "/api/webhooks", {"name": "Room", "url": hook.url})
        told = {"webhooks": [webhook["id"]], "emails": ["boss@shop.example"]}
        rule = await made(house, "/api/alert-rules", {**WAITING, **told})
        supervisor = await house.user("sue", "/supervisor")
        watching = asyncio.create_task(board_says(supervisor, ["Somebody waits"]))
        await asyncio.sleep(0)
        _, conversation = await house.chat()
        await watching

        [fired] = await hook.until("alert_fired")
        assert hook.genuine(webhook["secret"])
        assert (fired["alert"]["rule"], fired["alert"]["value"], fired["alert"]["queue"]) == (
            rule["id"], 1, "support",
        )  # fmt: skip
        assert fired["text"] == "Somebody waits: Queue length now, Support, is 1 (alert: at least 1)."
        [mail] = await box.until(1)
        assert "Subject: Alert: Somebody waits" in mail
        assert "rcpt TO:<boss@shop.example>" in box.said

        status, answer = await house.rest("GET", "/api/alerts?state=open", "sue")
        assert [one["rule"] for one in answer["firings"]] == [rule["id"]]
        seen = f"/api/alerts/{answer['firings'][0]['id']}/acknowledge"
        assert (await house.rest("POST", seen, "ann"))[0] == 403
        status, mine = await house.rest("POST", seen, "sue")
        assert (status, mine["acknowledged_by"]) == (200, house.users["sue"].id)
        assert (await house.rest("POST", seen, "ada"))[1]["acknowledged_by"] == house.users["sue"].id
        assert (await house.rest("POST", "/api/alerts/999999/acknowledge", "sue"))[0] == 404

        watching = asyncio.create_task(board_says(supervisor, []))
        await asyncio.sleep(0)
        agent = await house.user("ann")
        await agent.ok("accept", {"conversation": conversation})
        await watching
        [_, over] = await hook.until("alert_resolved")
        assert (over["alert"]["id"], over["alert"]["resolved_value"]) == (fired["alert"]["id"], 0)
        assert "Subject: Over: Somebody waits" in (await box.until(2))[1]
        _, answer = await house.rest("GET", "/api/alerts", "sue")
        assert [one["resolved_value"] for one in answer["firings"]] == [0]


async def test_a_restart_neither_forgets_what_fires_nor_fires_it_again(
    fresh_database_url: str, tmp_path: Path, hook: Receiver, box: Mailbox
) -> None:
    async with open_house(fresh_database_url, tmp_path, **settings(box)) as house:
        webhook = await made(house, "/api/webhooks", {"name": "Room", "url": hook.url})
        await made(house, "/api/alert-rules", {**WAITING, "webhooks": [webhook["id"]]})
        await house.chat()
        await hook.until("alert_fired")
    async with open_house(fresh_database_url, tmp_path, **settings(box)) as house:
        [conversation] = list(house.node.desk.floor.open)
        await eventually(lambda: bool(rules_on(house.node.wire.hall.board(house.node.desk.now_ms()))))
        visitor_gone = {"conversation": conversation, "cmid": cmid(), "resolved": True}
        agent = await house.user("ann")
        await agent.ok("accept", {"conversation": conversation})
        await agent.ok("end", visitor_gone)
        told = await hook.until("alert_resolved")
    ids = list(dict.fromkeys(one["id"] for one in told))  # at least once: a post may come again
    assert ids == ["alert-1-fired", "alert-1-resolved"]


async def test_two_nodes_fire_and_post_once_and_both_boards_show_it(
    postgres_url: str, tmp_path: Path, hook: Receiver, box: Mailbox
) -> None:
    one = open_house(postgres_url, tmp_path, **settings(box))
    async with one as first, open_house(postgres_url, tmp_path, **settings(box)) as second:
        body = {"name": "Room", "url": hook.url, "kinds": ["conversation_started"]}
        webhook = await made(first, "/api/webhooks", body)
        await made(first, "/api/alert-rules", {**WAITING, "webhooks": [webhook["id"]]})
        _, conversation = await second.chat()
        for house in (first, second):
            board, desk = house.node.wire.hall.board, house.node.desk
            await eventually(
                lambda board=board, desk=desk: rules_on(board(desk.now_ms())) == ["Somebody waits"]
            )  # type: ignore[misc]  # mypy cannot type a default
        await hook.until("alert_fired")
        await hook.until("conversation_started")
        await asyncio.sleep(2.5)  # both have looked again: nothing may come twice
        told = [(one["kind"], one.get("conversation")) for one in hook.told()]
        assert sorted(told, key=str) == [("alert_fired", None), ("conversation_started", conversation)]


async def test_what_fires_is_over_when_its_rule_goes(
    fresh_database_url: str, tmp_path: Path, box: Mailbox
) -> None:
    async with open_house(fresh_database_url, tmp_path, **settings(box)) as house:
        rule = await made(house, "/api/alert-rules", WAITING)
        await house.chat()
        board = house.node.wire.hall.board
        await eventually(lambda: rules_on(board(house.node.desk.now_ms())) == ["Somebody waits"])
        assert (await house.rest("DELETE", f"/api/alert-rules/{rule['id']}", "ada"))[0] == 204
        await eventually(lambda: rules_on(board(house.node.desk.now_ms())) == [])


async def test_a_rule_is_checked_changed_and_dropped(house: House) -> None:
    rule = await made(house, "/api/alert-rules", {**WAITING, "enabled": False})
    one = f"/api/alert-rules/{rule['id']}"
    status, changed = await house.rest("PUT", one, "ada", json={**WAITING, "enabled": False, "for_s": 120})
    assert (status, changed) == (200, {**rule, "for_s": 120})
    status, answer = await house.rest("GET", "/api/alert-rules", "sue")
    assert (answer["rules"], answer["mails"]) == ([changed], False)
    assert (await house.rest("DELETE", one, "ada"))[0] == 204
    assert (await house.rest("DELETE", one, "ada"))[0] == 404
    assert (await house.rest("PUT", one, "ada", json=WAITING))[0] == 404


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"kpi": "no_such"}, 400, "kpi"),
        ({"kpi": "crr", "queue": None}, 400, "kpi"),  # in the catalogue, but not live
        ({"queue": "nowhere"}, 400, "queue"),
        ({"kpi": "longest_wait_now", "queue": None, "agent": "nobody"}, 400, "agent"),
        ({"comparison": "about"}, 400, "comparison"),
        ({"for_s": 90_000}, 400, "for_s"),
        ({"cooldown_s": -1}, 400, "cooldown_s"),
        ({"name": " "}, 422, "name"),
        ({"webhooks": ["nothing"]}, 400, "webhooks"),
        ({"emails": ["no address"]}, 400, "emails[0]"),
        ({"emails": ["boss@shop.example"]}, 409, "emails"),  # no mail server in this house
    ],
)
async def test_what_is_no_rule_is_refused_with_its_field(
    house: House, change: dict[str, Any], status: int, field: str
) -> None:
    said, answer = await house.rest("POST", "/api/alert-rules", "ada", json={**WAITING, **change})
    assert (said, answer["error"].get("field")) == (status, field), answer
