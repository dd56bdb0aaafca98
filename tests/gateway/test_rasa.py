"""Existing Rasa web clients, unchanged: they meet the same bot, queue, agents and surveys."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from antiphon.journal.archive import Search
from tests.gateway.house import House, Line, cmid, open_house


@pytest.fixture(scope="module")
async def shop(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A server with the built-in bot."""
    async with open_house(database_url, tmp_path_factory.mktemp("static"), bot="builtin") as house:
        yield house


class RasaClient(Line):
    """What rasa-webchat does: ask for a session, then utter, without acknowledgements."""

    session = ""

    async def begin(self, session: str | None = None) -> str:
        await self.client.emit("session_request", {"session_id": session}, namespace="/")
        async with asyncio.timeout(10):
            while not self.all("session_confirm"):
                self._more.clear()
                await self._more.wait()
        self.session = str(self.all("session_confirm")[-1])
        return self.session

    async def utter(self, message: str, **more: Any) -> None:
        said = {"message": message, "session_id": self.session, **more}
        await self.client.emit("user_uttered", said, namespace="/")

    async def uttered(self, *words: str) -> dict[str, Any]:
        """The first `bot_uttered` with one of these words in it."""
        found: dict[str, Any] = await self.until(
            lambda name, said: name == "bot_uttered" and any(word in str(said.get("text")) for word in words)
        )
        return found


async def _client(house: House) -> RasaClient:
    line = RasaClient("/")
    house.stack.push_async_callback(line.close)
    await line.client.connect(house.url, namespaces=["/"], transports=["websocket"], wait_timeout=10)
    return line


async def _conversation(house: House, session: str) -> str:
    visitor = await house.node.directory.visitors.by_token("default", session)
    assert visitor is not None
    latest = await house.node.directory.visitors.latest(visitor.id)
    assert latest is not None
    return latest


async def test_the_whole_story_over_rasas_socket(shop: House) -> None:
    client = await _client(shop)
    session = await client.begin()
    assert len(session) >= 32
    await client.utter("hello", customData={"name": "Jane Roe"})
    first = await client.until(lambda name, said: name == "bot_uttered")
    assert set(first) <= {"text", "metadata", "quick_replies", "attachment"}

    await client.utter("I want to talk to a human")
    await client.uttered("colleague")
    conversation = await _conversation(shop, session)
    agent = await shop.user("ann")
    snapshot = (await agent.ok("watch", {"conversation": conversation}))["conversation"]
    assert (snapshot["channel"], snapshot["visitor"]["name"]) == ("rasa", "Jane Roe")
    await agent.ok("accept", {"conversation": conversation})
    await client.uttered("Ann has joined")
    await agent.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "What can I do?"})
    said = await client.uttered("What can I do?")
    assert said["metadata"]["name"] == "Ann"
    await agent.ok("note", {"conversation": conversation, "cmid": cmid(), "text": "a secret"})
    await client.utter("nothing, thanks")
    await agent.until(lambda name, e: name == "event" and "nothing, thanks" in str(e.get("data")))

    await agent.ok("end", {"conversation": conversation, "cmid": cmid(), "resolved": True})
    asked = await client.uttered("satisfied")
    assert [button["title"] for button in asked["quick_replies"]] == ["1", "2", "3", "4", "5"]
    await client.utter(asked["quick_replies"][4]["payload"])
    asked = await client.uttered("recommend")
    await client.utter(asked["quick_replies"][9]["payload"])
    await client.uttered("Thank you")
    c = await shop.node.desk.state(conversation)
    assert c is not None
    assert c.survey is not None
    assert dict(c.survey.answers) == {"csat": 5, "nps": 9}
    assert "a secret" not in str(client.heard)


async def test_a_session_goes_on_over_another_socket_and_a_guessed_one_is_a_new_one(shop: House) -> None:
    first = await _client(shop)
    session = await first.begin()
    await first.utter("hello")
    await first.until(lambda name, _: name == "bot_uttered")
    second = await _client(shop)
    assert await second.begin(session) == session
    await first.utter("I want to talk to a human")
    await second.uttered("colleague")
    third = await _client(shop)
    assert await third.begin("guessed") != "guessed"
    assert third.all("bot_uttered") == []


@pytest.mark.parametrize(
    "payload",
    [None, 7, [], {}, {"message": 7}, {"message": ""}, {"message": "x" * 5_000}, {"message": "a\x00b"},
     {"message": '/antiphon_rate{"survey":"s","csat":9}'}, {"message": "hi", "metadata": "{"}],
)  # fmt: skip
async def test_a_bad_utterance_hurts_nobody(shop: House, payload: Any) -> None:
    client = await _client(shop)
    await client.begin()
    await client.client.emit("user_uttered", payload, namespace="/")
    await client.utter("hello")
    assert await client.until(lambda name, _: name == "bot_uttered")


async def test_rasas_rest_channel_answers_with_what_the_bot_says(shop: House) -> None:
    status, alive = await shop.rest("GET", "/webhooks/rest/")
    assert (status, alive) == (200, {"status": "ok"})
    sender = cmid()
    path = "/webhooks/rest/webhook"
    status, said = await shop.rest("POST", path, json={"sender": sender, "message": "hello"})
    assert status == 200
    assert said
    assert all(one["recipient_id"] == sender for one in said)
    assert any(one.get("text") for one in said)

    status, said = await shop.rest(
        "POST", path, json={"sender": sender, "message": "I want to talk to a human"}
    )
    assert "colleague" in str(said)
    found = await shop.node.directory.archive.search(Search(state=("queued",)), limit=1)
    agent = await shop.user("ann")
    conversation = found.conversations[0].id
    await agent.ok("accept", {"conversation": conversation})
    await agent.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "Here I am"})
    status, said = await shop.rest("POST", path, json={"sender": sender, "message": "are you there?"})
    assert [one["text"] for one in said] == ["Ann has joined the chat.", "Here I am"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"sender": "a"}, 400),
        ({"sender": "", "message": "x"}, 422),
        ({"sender": "a", "message": 7}, 400),
    ],
)
async def test_the_webhook_checks_its_body(shop: House, body: dict[str, Any], status: int) -> None:
    assert (await shop.rest("POST", "/webhooks/rest/webhook", json=body))[0] == status
