"""The delivery contract (reliability.md §1): once, in order, and after any cut."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from antiphon.gateway.limits import Limits, Rate
from tests.gateway.house import House, Line, cmid, open_house


def _token(line: Line) -> str:
    return str(line.all("session")[0]["token"])


async def test_the_same_cmid_again_gets_the_first_answer_also_over_another_socket(house: House) -> None:
    visitor, conversation = await house.chat()
    say = {"conversation": conversation, "cmid": cmid(), "text": "once"}
    first = await visitor.ok("say", say)
    second_tab = await house.visitor(token=_token(visitor))
    for line in (visitor, second_tab):
        assert await line.ok("say", say) == {**first, "dup": True}
    history = await house.node.desk.history(conversation)
    assert [e.words["text"] for e in history if e.kind == "message" and e.words] == ["hello", "once"]


async def test_the_same_cmid_with_other_words_is_a_conflict(house: House) -> None:
    visitor, conversation = await house.chat()
    say = {"conversation": conversation, "cmid": cmid(), "text": "once"}
    await visitor.ok("say", say)
    for other in ("twice", "x" * 4001):
        error = await visitor.refused("say", {**say, "text": other})
        assert (error["code"], error["retryable"]) == ("conflict", False)


async def test_starting_again_with_the_same_cmid_gives_the_same_conversation(house: House) -> None:
    visitor = await house.visitor()
    start = {"cmid": cmid(), "text": "hello"}
    first, again = await visitor.ok("start", start), await visitor.ok("start", start)
    assert first["conversation"] == again["conversation"]
    assert first["snapshot"]["id"] == first["conversation"]
    another = await visitor.refused("start", {"cmid": cmid()})
    assert (another["code"], another["conversation"]) == ("conflict", first["conversation"])


async def test_two_windows_of_one_visitor_see_the_same(house: House) -> None:
    visitor = await house.visitor()
    tab = await house.visitor(token=_token(visitor))
    conversation = (await visitor.ok("start", {"cmid": cmid(), "text": "hello"}))["conversation"]
    said = await tab.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "from the other"})
    for line in (visitor, tab):
        await line.frame("event", seq=said["seq"])
        assert [event["seq"] for event in line.events(conversation)] == list(range(1, said["seq"] + 1))


async def test_who_comes_back_finds_what_was_said_meanwhile(house: House) -> None:
    visitor, agent, conversation = await house.taken()
    last = visitor.events(conversation)[-1]["seq"]
    await visitor.close()
    for n in range(3):
        await agent.ok("say", {"conversation": conversation, "cmid": cmid(), "text": f"line {n}"})
    back = await house.visitor(token=_token(visitor))
    snapshot = back.all("session")[0]["conversation"]
    assert snapshot["id"] == conversation
    assert [e["data"]["text"] for e in snapshot["events"] if e["kind"] == "message"][-3:] == [
        "line 0", "line 1", "line 2",
    ]  # fmt: skip
    synced = await back.ok("sync", {"conversation": conversation, "after": last, "epoch": snapshot["epoch"]})
    assert [e["seq"] for e in synced["events"]] == list(range(last + 1, synced["head"] + 1))


async def test_sync_pages_through_everything_once(house: House) -> None:
    visitor, agent, conversation = await house.taken()
    for n in range(7):
        await agent.ok("note", {"conversation": conversation, "cmid": cmid(), "text": f"note {n}"})
    seen: list[int] = []
    more = True
    while more:
        page = await visitor.ok("sync", {"conversation": conversation, "after": len(seen), "limit": 3})
        seen += [event["seq"] for event in page["events"]]
        more = page["more"]
    assert seen == list(range(1, page["head"] + 1))


@pytest.mark.parametrize("stale", [{"after": 9_999}, {"after": 0, "epoch": "another"}])
async def test_a_cursor_of_another_log_is_told_to_load_anew(house: House, stale: dict[str, object]) -> None:
    visitor, conversation = await house.chat()
    error = await visitor.refused("sync", {"conversation": conversation, **stale})
    assert (error["code"], error["resync"], error["epoch"]) == ("conflict", True, house.node.desk.epoch)


async def test_heads_are_told_on_joining_and_again_and_again(house: House) -> None:
    visitor, conversation = await house.chat()
    back = await house.visitor(token=_token(visitor))
    head = await back.frame("head", conversation=conversation)
    assert head["head"] == await house.stored(conversation)
    back.heard.clear()
    await house.node.wire.pulse.tell_heads()
    assert (await back.frame("head", conversation=conversation))["epoch"] == house.node.desk.epoch


async def test_a_frame_lost_on_the_way_is_found_by_the_head(house: House) -> None:
    visitor, conversation = await house.chat()
    known = visitor.events(conversation)[-1]["seq"]
    server = house.node.wire.hall.server
    server.part("/visitor", visitor.client.get_sid("/visitor"), f"c:{conversation}")
    other = await house.visitor(token=_token(visitor))
    said = await other.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "lost"})
    assert visitor.events(conversation)[-1]["seq"] == known
    server.join("/visitor", visitor.client.get_sid("/visitor"), f"c:{conversation}")
    await house.node.wire.pulse.tell_heads()
    head = await visitor.frame("head", conversation=conversation, head=said["seq"])
    found = await visitor.ok("sync", {"conversation": conversation, "after": known})
    assert found["events"][-1]["seq"] == head["head"]
    assert "lost" in str(found["events"])


async def test_places_move_up_when_somebody_is_taken(house: House) -> None:
    await _empty(house)
    first, one = await house.chat("first")
    second, two = await house.chat("second")
    assert (await second.frame("queue"))["position"] == 2
    agent = await house.user("ann")
    await agent.ok("accept", {"conversation": one})
    assert await second.frame("queue", position=1)
    assert two in [
        row["conversation"] for row in (await agent.frame("queue"))["waiting"]
    ] or await agent.until(
        lambda name, frame: name == "queue" and [row["conversation"] for row in frame["waiting"]] == [two]
    )
    await first.close()


async def _empty(house: House) -> None:
    """Nobody waits any more."""
    for c in house.node.desk.floor.waiting():
        await house.node.desk.end(c.id)


# -- rates -------------------------------------------------------------------------------------------


@pytest.fixture
async def hasty(tmp_path: Path) -> AsyncIterator[House]:
    """A server that allows a visitor five events, and then hardly any."""
    limits = Limits(visitor=Rate(burst=5, per_s=0.01), hints=Rate(burst=3, per_s=0.01))
    async with open_house(f"sqlite:///{tmp_path / 'hasty.db'}", tmp_path, limits=limits) as house:
        yield house


async def test_too_fast_is_said_and_a_retry_of_what_is_stored_is_still_answered(hasty: House) -> None:
    visitor, conversation = await hasty.chat()
    says = [{"conversation": conversation, "cmid": cmid(), "text": f"{n}"} for n in range(5)]
    answers = [await visitor.ask("say", say) for say in says]
    assert [answer["ok"] for answer in answers] == [True, True, True, True, False]
    error = answers[-1]["error"]
    assert (error["code"], error["retryable"]) == ("rate_limited", True)
    assert error["retry_after_ms"] > 0
    again = await visitor.ok("say", says[0])
    assert (again["dup"], again["seq"]) == (True, answers[0]["seq"])


async def test_hints_have_a_rate_of_their_own(hasty: House) -> None:
    visitor, conversation = await hasty.chat()
    hint = {"conversation": conversation, "on": True}
    answers = [await visitor.ask("typing", hint) for _ in range(4)]
    assert [answer["ok"] for answer in answers] == [True, True, True, False]
    await visitor.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "still heard"})


# -- going away --------------------------------------------------------------------------------------


async def test_a_server_that_goes_says_so_and_ends_every_connection_soon(
    tmp_path: Path,
) -> None:
    async with open_house(f"sqlite:///{tmp_path / 'going.db'}", tmp_path) as house:
        visitor, agent, conversation = await house.taken()
        began = asyncio.get_running_loop().time()
        await house.node.wire.drain()
        for line in (visitor, agent):
            assert (await line.frame("notice"))["kind"] == "draining"
            await asyncio.wait_for(line.gone.wait(), 5)
        assert asyncio.get_running_loop().time() - began < 3
        assert (await house.rest("GET", "/readyz"))[0] == 503
        assert (await house.rest("GET", "/healthz"))[0] == 200
        assert await house.stored(conversation) >= 3
