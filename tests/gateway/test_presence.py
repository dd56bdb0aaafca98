"""Who is there: signs between people, offers, the board, and the end of a session."""

import asyncio
from dataclasses import replace

from antiphon.backplane.memory import MemoryBackplane
from antiphon.backplane.presence import Presence
from tests.gateway.house import House, cmid


async def test_typing_and_reading_reach_the_others_and_not_oneself(house: House) -> None:
    visitor, agent, conversation = await house.taken()
    await visitor.ok("typing", {"conversation": conversation, "on": True, "draft": "my card num"})
    sign = await agent.frame("signal", kind="typing", conversation=conversation)
    assert (sign["actor"]["kind"], sign["on"]) == ("visitor", True)
    await agent.ok("typing", {"conversation": conversation, "on": True})
    assert (await visitor.frame("signal", kind="typing"))["actor"]["name"] == "Ann"
    await visitor.ok("read", {"conversation": conversation, "seq": 3})
    assert (await agent.frame("signal", kind="read"))["seq"] == 3
    await visitor.ok("read", {"conversation": conversation, "seq": 9_999})
    await agent.frame("signal", kind="read", seq=await house.stored(conversation))  # M6: what there is
    assert all(sign["actor"]["kind"] == "agent" for sign in visitor.all("signal"))
    assert agent.all("signal")[0].get("draft") is None
    assert not [sign for sign in agent.all("signal") if sign["kind"] == "draft"]


async def test_a_draft_is_shown_only_where_the_site_says_so(house: House) -> None:
    rules = house.node.desk.rules
    site = replace(rules.sites["default"], drafts=True)
    house.node.desk.rules = replace(rules, sites={"default": site})
    try:
        visitor, agent, conversation = await house.taken()
        assert visitor.all("session")[0]["site"]["drafts"] is True
        await visitor.ok("typing", {"conversation": conversation, "on": True, "draft": "half a"})
        assert (await agent.frame("signal", kind="draft"))["draft"] == "half a"
    finally:
        house.node.desk.rules = rules


async def test_a_visitors_last_socket_is_a_fact_and_so_is_his_return(house: House) -> None:
    visitor, agent, conversation = await house.taken()
    token = visitor.all("session")[0]["token"]
    tab = await house.visitor(token=token)
    await visitor.close()
    await tab.ok("page", {"url": "https://shop.example/2"})
    assert "visitor_disconnected" not in [event["kind"] for event in agent.events(conversation)]
    await tab.close()
    await agent.frame("event", kind="visitor_disconnected")
    assert (await agent.frame("signal", kind="presence", on=False))["actor"]["kind"] == "visitor"
    await house.visitor(token=token)
    await agent.frame("event", kind="visitor_reconnected")


async def test_an_offer_rings_is_declined_and_comes_to_the_next(house: House) -> None:
    ann, bob = await house.user("ann"), await house.user("bob")
    for line in (ann, bob):
        await line.ok("status", {"status": "online", "max_concurrency": 50})
    visitor, conversation = await house.chat("ring")
    lines = {house.users["ann"].id: ann, house.users["bob"].id: bob}
    first = await _rung(house, conversation, lines)
    offer = await lines[first].frame("offer", conversation=conversation)
    assert 0 < offer["expires_in_ms"] <= 20_000
    assert offer["queue"] == "support"
    await lines[first].ok("decline", {"conversation": conversation})
    gone = await lines[first].frame("offer_gone", conversation=conversation)
    assert gone["why"] == "declined"
    second = next(agent for agent in lines if agent != first)
    await lines[second].frame("offer", conversation=conversation)
    await lines[second].ok("accept", {"conversation": conversation})
    assert (await visitor.frame("event", kind="accepted"))["data"]["agent"] == second
    for line in (ann, bob):
        await line.ok("status", {"status": "offline"})


async def _rung(house: House, conversation: str, lines: dict[str, object]) -> str:
    async with asyncio.timeout(10):
        while True:
            c = await house.node.desk.state(conversation)
            if c and c.offers:
                return c.offers[0].agent
            await asyncio.sleep(0.02)


async def test_the_board_is_whole_at_once_and_then_only_what_changed(house: House) -> None:
    supervisor = await house.user("sue", "/supervisor")
    whole = supervisor.all("board")[0]
    assert whole["whole"] is True
    assert {"as_of_ms", "queues", "agents", "totals"} <= whole.keys()
    began = asyncio.get_running_loop().time()
    _, conversation = await house.chat("for the board")
    change = await supervisor.until(
        lambda name, board: name == "board" and conversation in str(board.get("conversations"))
    )
    assert asyncio.get_running_loop().time() - began < 3  # the promise is one second; the machine is shared
    assert change["whole"] is False
    assert [row["conversation"] for row in change["conversations"]] == [conversation]


async def test_a_status_that_somebody_else_sets_is_told_to_who_it_is_about(house: House) -> None:
    ann, sue = await house.user("ann"), await house.user("sue", "/supervisor")
    me = house.users["ann"].id
    answer = await sue.ok("set_status", {"agent": me, "status": "away", "reason": "lunch"})
    assert answer["agent"]["status"] == "away"
    told = await ann.frame("me", status="away")
    assert (told["id"], told["reason"]) == (me, "lunch")
    await ann.ok("status", {"status": "offline"})


async def test_a_supervisor_whispers_joins_and_takes_over(house: House) -> None:
    visitor, agent, conversation = await house.taken()
    sue = await house.user("sue", "/supervisor")
    sues = await house.user("sue")
    here = {"conversation": conversation}
    await sue.ok("whisper", {**here, "cmid": cmid(), "text": "stay calm"})
    heard = await agent.until(
        lambda name, e: name == "event" and (e.get("data") or {}).get("text") == "stay calm"
    )
    assert heard["data"]["whisper"] is True
    await sue.ok("join", here)
    said = await sues.ok("say", {**here, "cmid": cmid(), "text": "I am here too"})
    assert (await visitor.frame("event", seq=said["seq"]))["actor"]["name"] == "Sue"
    await sue.ok("take_over", here)
    assert (await agent.refused("say", {**here, "cmid": cmid(), "text": "and I?"}))["code"] == "conflict"


async def test_logging_out_ends_the_sockets_of_that_session_only(house: House) -> None:
    _, first = await house.rest("POST", "/api/login", json=_login("bob"))
    _, second = await house.rest("POST", "/api/login", json=_login("bob"))
    lines = []
    for answer in (first, second):
        bearer = {"Authorization": f"Bearer {answer['token']}"}
        _, ticket = await house.rest("POST", "/api/socket-ticket", headers=bearer)
        lines.append(await house.line("/agent", ticket))
    bearer = {"Authorization": f"Bearer {first['token']}"}
    assert (await house.rest("POST", "/api/logout", headers=bearer))[0] == 204
    await asyncio.wait_for(lines[0].gone.wait(), 5)
    assert (await house.rest("GET", "/api/me", headers=bearer))[0] == 401
    await lines[1].ok("status", {"status": "offline"})


async def test_who_is_disabled_is_out_at_once(house: House) -> None:
    body = {"email": "tim@example.org", "name": "Tim", "password": "correct horse battery"}
    _, tim = await house.rest("POST", "/api/agents", "ada", json=body)
    line = await house.user("tim")
    status, _ = await house.rest("PATCH", f"/api/agents/{tim['id']}", "ada", json={"disabled": True})
    assert status == 200
    await house.node.wire.pulse.tell_heads()
    await asyncio.wait_for(line.gone.wait(), 5)
    assert (await house.rest("POST", "/api/login", json=_login("tim")))[0] == 401


def _login(who: str) -> dict[str, str]:
    return {"email": f"{who}@example.org", "password": "correct horse battery"}


def test_presence_is_counted_over_nodes_and_ends_with_a_silent_one() -> None:
    one, two = MemoryBackplane(), MemoryBackplane()
    one.others, two.others = [two], [one]
    now = [1_000]
    here, there = Presence("a", one, lambda: now[0]), Presence("b", two, lambda: now[0])
    one.listen(lambda: None, lambda topic, body: here.hear(body))
    two.listen(lambda: None, lambda topic, body: there.hear(body))
    who = ("visitor", "v1")

    here.arrive(who)
    assert there.connected(*who)
    there.arrive(who)
    here.depart(who)
    assert here.connected(*who)  # he still has a window on the other node
    now[0] += 10_000
    there.announce()
    now[0] += 10_000
    assert here.connected(*who)
    now[0] += 6_000
    assert not here.connected(*who)  # not heard of for longer than the lease
    assert here.away_since_ms(*who) == 11_000  # when it was heard last
