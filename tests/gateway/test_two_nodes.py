"""Two nodes behind one door: whoever is where, everybody hears everything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import pytest

from tests.gateway.house import PASSWORD, House, cmid, eventually, open_house


@pytest.fixture(scope="module")
async def nodes(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[House, House]]:
    """Two servers on one PostgreSQL and one Redis."""
    static: Path = tmp_path_factory.mktemp("static")
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(open_house(postgres_url, static, redis_url=redis_url))
        second = await stack.enter_async_context(open_house(postgres_url, static, redis_url=redis_url))
        yield first, second


async def test_a_visitor_here_and_an_agent_there_talk(nodes: tuple[House, House]) -> None:
    here, there = nodes
    visitor, conversation = await here.chat("anybody there?")
    agent = await there.user("ann")
    await eventually(lambda: conversation in there.node.desk.floor.open)
    taken = (await agent.ok("accept", {"conversation": conversation}))["conversation"]
    assert taken["last_text"] == "anybody there?"
    assert taken["visitor"]["connected"] is True
    said = await agent.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "yes"})
    assert (await visitor.frame("event", seq=said["seq"]))["data"]["text"] == "yes"
    back = await visitor.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "good"})
    await agent.frame("event", seq=back["seq"])

    await agent.ok("typing", {"conversation": conversation, "on": True})
    assert (await visitor.frame("signal", kind="typing"))["actor"]["name"] == "Ann"
    for line in (visitor, agent):
        seen = [event["seq"] for event in line.events(conversation)]
        assert seen == sorted(set(seen))


async def test_a_visitor_who_moves_to_the_other_node_never_left(nodes: tuple[House, House]) -> None:
    here, there = nodes
    visitor, conversation = await here.chat()
    token = visitor.all("session")[0]["token"]
    moved = await there.visitor(token=token)
    assert moved.all("session")[0]["conversation"]["id"] == conversation
    who = ("visitor", visitor.all("session")[0]["visitor"]["id"])
    await eventually(lambda: here.node.wire.hall.presence.connected(*who))
    await visitor.close()
    said = await moved.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "still here"})
    kinds = [event.kind for event in await here.node.desk.history(conversation)]
    assert "visitor_disconnected" not in kinds
    repeated = await moved.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "again"})
    assert repeated["seq"] == said["seq"] + 1


async def test_a_retry_on_the_other_node_gets_the_first_answer(nodes: tuple[House, House]) -> None:
    here, there = nodes
    visitor, conversation = await here.chat()
    say = {"conversation": conversation, "cmid": cmid(), "text": "once"}
    first = await visitor.ok("say", say)
    other = await there.visitor(token=visitor.all("session")[0]["token"])
    assert await other.ok("say", say) == {**first, "dup": True}


async def test_of_two_accepts_at_once_on_two_nodes_one_wins(nodes: tuple[House, House]) -> None:
    here, there = nodes
    ann, bob = await here.user("ann"), await there.user("bob")
    for _ in range(5):
        _, conversation = await here.chat()
        await eventually(partial(there.node.desk.floor.open.__contains__, conversation))
        answers = await asyncio.gather(
            *(line.ask("accept", {"conversation": conversation}) for line in (ann, bob))
        )
        assert sorted(answer["ok"] for answer in answers) == [False, True]
        loser = next(answer["error"] for answer in answers if not answer["ok"])
        assert loser["code"] == "conflict"


async def test_a_ticket_opens_the_other_node_and_a_logout_ends_it_there(nodes: tuple[House, House]) -> None:
    here, there = nodes
    bob = {"email": "bob@example.org", "password": PASSWORD}
    _, answer = await here.rest("POST", "/api/login", json=bob)
    bearer = {"Authorization": f"Bearer {answer['token']}"}
    _, ticket = await here.rest("POST", "/api/socket-ticket", headers=bearer)
    line = await there.line("/agent", ticket)
    assert (await here.rest("POST", "/api/logout", headers=bearer))[0] == 204
    await asyncio.wait_for(line.gone.wait(), 5)


async def test_a_queue_made_on_one_node_is_known_on_the_other(nodes: tuple[House, House]) -> None:
    here, there = nodes
    assert (await here.rest("PUT", "/api/queues/returns", "ada", json={"name": "Returns"}))[0] == 200
    await eventually(lambda: "returns" in there.node.desk.rules.queues)
