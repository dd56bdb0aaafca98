"""Webhooks: what is posted, that it is signed, in order, again when it failed, and to whom it is not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.gateway.house import House, cmid, open_house
from tests.gateway.outside import ALLOWED, Receiver, delivered, drop, made, receiver


@pytest.fixture(scope="module")
async def shop(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A house that may call this machine."""
    static = tmp_path_factory.mktemp("static")
    async with open_house(database_url, static, outbound_allow=ALLOWED) as house:
        yield house


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with receiver() as one:
        yield one


async def test_a_conversation_is_posted_in_order_signed_and_without_its_words(
    shop: House, hook: Receiver
) -> None:
    webhook = await made(shop, hook.url)
    visitor, conversation = await shop.chat("my card is 4242")
    for text in ("second", "third"):
        await visitor.ok("say", {"conversation": conversation, "cmid": cmid(), "text": text})
    await visitor.ok("end", {"conversation": conversation, "cmid": cmid()})
    told = [one for one in await hook.until("closed") if one["conversation"] == conversation]

    kinds = ["conversation_started", "message", "message", "message", "closed"]
    assert [one["kind"] for one in told] == kinds
    assert [one["seq"] for one in told] == sorted(one["seq"] for one in told)
    assert all(hook.genuine(webhook["secret"], at) for at in range(len(hook.posts)))
    assert not hook.genuine("whsec_" + "A" * 44)
    assert not any(word in str(hook.bodies) for word in ("4242", "second", "third"))
    assert hook.posts[0].headers["webhook-id"] == told[0]["id"]
    await delivered(shop, webhook, kind="closed", state="sent", status=200, attempts=1)
    await drop(shop, webhook)


async def test_words_go_along_only_where_the_subscription_says_so(shop: House, hook: Receiver) -> None:
    webhook = await made(shop, hook.url, words=True, kinds=["message"])
    await shop.chat("where is my parcel?")
    [one] = await hook.until("message")
    assert one["data"]["text"] == "where is my parcel?"
    assert one["actor"]["name"] is None
    await drop(shop, webhook)


async def test_what_failed_comes_again_before_what_came_after_it_and_holds_up_nobody_else(
    shop: House, hook: Receiver
) -> None:
    hook.answers = [500]
    webhook = await made(shop, hook.url, kinds=["conversation_started", "closed"])
    visitor, first = await shop.chat()
    await delivered(shop, webhook, about=first, attempts=1, status=500, state="waiting")
    await visitor.ok("end", {"conversation": first, "cmid": cmid()})
    _, second = await shop.chat()
    await hook.until("closed")
    order = [(one["conversation"], one["kind"]) for one in hook.told()]
    assert order.index((second, "conversation_started")) < order.index((first, "closed"))
    mine = [kind for conversation, kind in order if conversation == first]
    assert mine == ["conversation_started", "conversation_started", "closed"]
    ids = [
        post.headers["webhook-id"]
        for post, (conversation, _) in zip(hook.posts, order, strict=True)
        if conversation == first
    ]
    assert ids[0] == ids[1] != ids[2]  # M14: who keeps the id takes nothing twice
    await drop(shop, webhook)


async def test_a_redirect_is_not_followed_and_an_endless_answer_is_not_read(
    shop: House, hook: Receiver
) -> None:
    hook.answers, hook.floods = [302], False
    webhook = await made(shop, hook.url, kinds=[])
    assert (await shop.rest("POST", f"/api/webhooks/{webhook['id']}/test", "ada"))[0] == 202
    tried = await delivered(shop, webhook, kind="test", attempts=1)
    assert (tried["state"], tried["status"], tried["problem"]) == ("waiting", 302, "Answered 302.")
    assert len(hook.posts) == 1
    hook.floods = True
    assert (await shop.rest("POST", f"/api/deliveries/{tried['id']}/again", "ada"))[0] == 204
    await delivered(shop, webhook, id=tried["id"], state="sent")
    assert (await shop.rest("POST", "/api/deliveries/999999/again", "ada"))[0] == 404
    await drop(shop, webhook)


async def test_who_does_not_answer_is_waited_for_five_seconds(shop: House, hook: Receiver) -> None:
    hook.hangs = True
    webhook = await made(shop, hook.url, kinds=[])
    await shop.rest("POST", f"/api/webhooks/{webhook['id']}/test", "ada")
    tried = await delivered(shop, webhook, attempts=1)
    assert tried["problem"] == "No answer in 5 s."
    await drop(shop, webhook)


async def test_another_secret_signs_from_now_on(shop: House, hook: Receiver) -> None:
    webhook = await made(shop, hook.url, kinds=[])
    one = f"/api/webhooks/{webhook['id']}"
    status, turned = await shop.rest("POST", f"{one}/secret", "ada")
    assert status == 200
    assert turned["secret"] != webhook["secret"]
    await shop.rest("POST", f"{one}/test", "ada")
    await hook.until("test")
    assert hook.genuine(turned["secret"])
    assert not hook.genuine(webhook["secret"])
    _, answer = await shop.rest("GET", "/api/webhooks", "ada")
    assert "secret" not in str(answer["webhooks"])
    _, log = await shop.rest("GET", "/api/audit", "ada")
    assert turned["secret"] not in str(log)
    assert "/hook" not in str(log)
    await drop(shop, webhook)


async def test_who_sleeps_hears_nothing_and_what_happened_meanwhile_is_not_made_up_for(
    shop: House, hook: Receiver
) -> None:
    webhook = await made(shop, hook.url, kinds=["conversation_started"], enabled=False)
    await shop.chat()
    body = {"name": "Shop", "url": hook.url, "kinds": ["conversation_started"]}
    status, woken = await shop.rest("PUT", f"/api/webhooks/{webhook['id']}", "ada", json=body)
    assert (status, woken["enabled"]) == (200, True)
    _, conversation = await shop.chat()
    assert [one["conversation"] for one in await hook.until("conversation_started")] == [conversation]
    await drop(shop, webhook)


async def test_what_was_not_posted_before_a_restart_is_posted_after_it(
    fresh_database_url: str, tmp_path: Path, hook: Receiver
) -> None:
    hook.answers = [503]
    async with open_house(fresh_database_url, tmp_path, outbound_allow=ALLOWED) as house:
        webhook = await made(house, hook.url, kinds=["conversation_started"])
        _, conversation = await house.chat()
        await delivered(house, webhook, attempts=1, status=503)
    async with open_house(fresh_database_url, tmp_path, outbound_allow=ALLOWED):
        told = await hook.until("conversation_started", 2)
    assert {one["conversation"] for one in told} == {conversation}


async def test_a_webhook_that_an_alert_is_told_by_stays(shop: House, hook: Receiver) -> None:
    webhook = await made(shop, hook.url, kinds=[])
    rule = {"name": "Wait", "kpi": "queue_length_now", "comparison": "above", "threshold": 1e6}
    status, answer = await shop.rest(
        "POST", "/api/alert-rules", "ada", json={**rule, "webhooks": [webhook["id"]]}
    )
    assert status == 201
    assert (await shop.rest("DELETE", f"/api/webhooks/{webhook['id']}", "ada"))[0] == 409
    assert (await shop.rest("DELETE", f"/api/alert-rules/{answer['id']}", "ada"))[0] == 204
    await drop(shop, webhook)
