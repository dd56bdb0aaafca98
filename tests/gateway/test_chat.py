"""A conversation from its first word to its rating, as each side sees it."""

from tests.gateway.house import House, cmid


async def test_a_visitor_waits_is_taken_talks_ends_and_rates(house: House) -> None:
    visitor, conversation = await house.chat("where is my parcel?")
    place = await visitor.frame("queue")
    assert place["position"] == 1

    agent = await house.user("ann")
    taken = (await agent.ok("accept", {"conversation": conversation}))["conversation"]
    assert taken["state"] == "active"
    assert taken["last_text"] == "where is my parcel?"

    said = await agent.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "on its way"})
    heard = await visitor.frame("event", seq=said["seq"])
    assert heard["data"]["text"] == "on its way"
    assert heard["actor"] == {"kind": "agent", "id": house.users["ann"].id, "name": "Ann"}

    ended = await visitor.ok("end", {"conversation": conversation, "cmid": cmid()})
    assert ended["state"] == "closed"
    kinds = [question["kind"] for question in ended["survey"]["questions"]]
    assert kinds == ["csat", "nps"]

    rated = await visitor.ok("rate", {
        "conversation": conversation, "survey": ended["survey"]["id"], "cmid": cmid(),
        "answers": {"csat": 5, "nps": None, "comment": "quick"},
    })  # fmt: skip
    assert rated["survey"]["answers"] == {"csat": 5, "nps": None}
