"""Who a visitor is: the token, the shop's word, what he looks at, and whose page he comes from."""

import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as Refusal

from tests.gateway.house import House, Line, cmid

SECRET = "the shop's own"


@pytest.fixture
async def signing(house: House) -> AsyncIterator[House]:
    """The shop signs its customers' names."""
    rules = house.node.desk.rules
    site = replace(rules.sites["default"], identity_secret=SECRET)
    house.node.desk.rules = replace(rules, sites={**rules.sites, "default": site})
    yield house
    house.node.desk.rules = rules


def _signed(who: str, **more: str) -> dict[str, str]:
    return {"id": who, "hash": hmac.new(SECRET.encode(), who.encode(), hashlib.sha256).hexdigest(), **more}


async def _row(house: House, line: Line) -> Any:
    return await house.node.directory.visitors.by_id(line.all("session")[0]["visitor"]["id"])


async def test_a_token_is_all_that_a_returning_visitor_needs(house: House) -> None:
    first = (await house.visitor()).all("session")[0]
    again = (await house.visitor(token=first["token"])).all("session")[0]
    assert again["visitor"] == first["visitor"]
    assert again["token"] == first["token"]
    assert len(first["token"]) >= 43  # 256 bits


async def test_whom_the_shop_signs_is_verified_and_shown_to_the_agent(signing: House) -> None:
    visitor = await signing.visitor(identity=_signed("u1", name="Jane Roe", email="jane@example.org"))
    row = await _row(signing, visitor)
    assert (row.verified, row.external_id, row.name) == (True, "u1", "Jane Roe")
    conversation = (await visitor.ok("start", {"cmid": cmid(), "text": "hi"}))["conversation"]
    agent = await signing.user("ann")
    shown = (await agent.ok("watch", {"conversation": conversation}))["conversation"]["visitor"]
    assert (shown["name"], shown["verified"], shown["connected"]) == ("Jane Roe", True, True)


@pytest.mark.parametrize(
    "identity", [{"id": "u1"}, {"id": "u1", "hash": "0" * 64}, {**_signed("u1"), "id": "u2"}]
)
async def test_an_unsigned_name_is_refused_where_the_shop_signs(
    signing: House, identity: dict[str, str]
) -> None:
    with pytest.raises(Refusal):
        await signing.line("/visitor", {"site": "default", "identity": identity})


async def test_without_a_secret_a_name_is_only_somebodys_word(house: House) -> None:
    visitor = await house.visitor(identity={"id": "u9", "name": "Somebody"})
    row = await _row(house, visitor)
    assert (row.verified, row.name) == (False, "Somebody")


async def test_another_customer_on_the_same_device_does_not_see_the_firsts_chat(signing: House) -> None:
    first = await signing.visitor(identity=_signed("u1"))
    await first.ok("start", {"cmid": cmid(), "text": "my secret"})
    token = first.all("session")[0]["token"]
    second = (await signing.visitor(token=token, identity=_signed("u2"))).all("session")[0]
    assert second["conversation"] is None
    assert second["token"] != token


async def test_the_pages_he_saw_are_kept_and_their_query_is_not_written_into_the_journal(
    house: House,
) -> None:
    page = {"url": "https://shop.example/cart?email=jane@example.org#x", "title": "Cart"}
    visitor = await house.visitor(page=page, locale="de-AT")
    await visitor.ok("page", {"url": "/pay", "title": "Pay"})
    row = await _row(house, visitor)
    assert [seen["title"] for seen in row.trail] == ["Cart", "Pay"]
    conversation = (await visitor.ok("start", {"cmid": cmid(), "text": "hi"}))["conversation"]
    begun = (await house.node.desk.history(conversation))[0]
    assert (begun.data["page"], begun.data["language"]) == ("/pay", "de")
    assert "jane" not in str(begun.data)


async def test_what_he_tells_before_the_chat_is_his_name_and_no_word_of_the_journal(house: House) -> None:
    visitor = await house.visitor()
    told = {"name": "John Doe", "email": "john@example.org", "order": "A-17"}
    conversation = (await visitor.ok("start", {"cmid": cmid(), "pre_chat": told}))["conversation"]
    assert (await _row(house, visitor)).name == "John Doe"
    begun = (await house.node.desk.history(conversation))[0]
    assert begun.words is not None
    assert begun.words["pre_chat"]["order"] == "A-17"
    assert "pre_chat" not in begun.data


async def test_who_is_blocked_is_out_and_stays_out(house: House) -> None:
    visitor = await house.visitor()
    session = visitor.all("session")[0]
    path = f"/api/visitors/{session['visitor']['id']}/blocked"
    assert (await house.rest("PUT", path, "sue", json={"blocked": True}))[0] == 200
    await visitor.gone.wait()
    with pytest.raises(Refusal):
        await house.line("/visitor", {"site": "default", "token": session["token"]})


async def test_left_words_and_an_address_are_kept_for_an_answer_later(house: House) -> None:
    visitor, conversation = await house.chat()
    leave = {"conversation": conversation, "cmid": cmid(), "email": "me@example.org", "text": "call me"}
    for _ in range(2):
        assert (await visitor.ok("leave_message", leave))["state"] == "diverted"
    history = await house.node.desk.history(conversation)
    assert [e.kind for e in history].count("diverted") == 1
    assert [e.words["text"] for e in history if e.kind == "message" and e.words] == ["hello", "call me"]
    assert (await _row(house, visitor)).email == "me@example.org"


async def test_what_a_shop_reports_is_written_down_once(house: House) -> None:
    visitor = await house.visitor()
    who = visitor.all("session")[0]["visitor"]["id"]
    paid = {"cmid": cmid(), "name": "order_paid", "value": 49.9, "currency": "EUR"}
    for track in (paid, paid, {"cmid": cmid(), "name": "signed_up"}):
        await visitor.ok("track", track)
    facts = await house.node.desk.history(f"customer:{who}")
    assert [(e.kind, e.data.get("amount")) for e in facts] == [("order_paid", 49.9), ("goal_reached", None)]
