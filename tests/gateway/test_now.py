"""What anybody may know of a site: when it is open and how long the line is, and nothing else."""

from pathlib import Path
from typing import Any

from antiphon.gateway.limits import Limits, Rate
from tests.gateway.house import House, one_shape, open_house

TOLD = {"site", "name", "as_of_ms", "hours", "closing_ms", "team", "waiting", "eta_s"}


async def now(house: House) -> dict[str, Any]:
    status, told = await house.rest("GET", "/api/sites/default/now")
    assert status == 200, told
    assert isinstance(told, dict)
    return told


async def test_a_stranger_is_told_the_hours_and_the_line(house: House) -> None:
    before = await now(house)
    assert (before["team"], before["hours"]["open"], before["closing_ms"]) == ("away", True, None)
    visitor, _ = await house.chat("my secret question")
    waits = await now(house)
    assert waits["waiting"] == before["waiting"] + 1
    assert waits["eta_s"] is None, "nobody has been served yet: nobody can say"
    agent = await house.user("ann")
    await agent.ok("status", {"status": "online", "max_concurrency": 1})
    assert (await now(house))["team"] == "free"
    await agent.ok("accept", {"conversation": (await agent.frame("offer"))["conversation"]})
    assert (await now(house))["team"] == "busy"
    await agent.ok("status", {"status": "offline"})
    await visitor.close()


async def test_nobody_and_nothing_else_is_named(house: House) -> None:
    secret = {"identity_secret": "s3cr3t", "origins": ["https://shop.example"]}
    assert (await house.rest("PUT", "/api/sites/default", "ada", json=secret))[0] == 200
    visitor, conversation = await house.chat("my secret question")
    agent = await house.user("ann")
    await agent.ok("status", {"status": "online"})
    told = await now(house)
    assert told.keys() == TOLD
    assert told["hours"].keys() == {"zone", "week", "closed_on", "open", "next_opening_ms"}
    words = str(told)
    for hidden in ("s3cr3t", "shop.example", "secret question", conversation, house.users["ann"].id, "Ann"):
        assert hidden not in words
    await agent.ok("status", {"status": "offline"})
    await visitor.close()


async def test_a_closed_site_says_when_it_opens(house: House) -> None:
    week: dict[str, Any] = {"zone": "UTC", "week": [[]] * 7}
    assert (await house.rest("PUT", "/api/queues/support/hours", "ada", json=week))[0] == 200
    told = await now(house)
    assert (told["hours"]["open"], told["hours"]["next_opening_ms"], told["closing_ms"]) == (
        False,
        None,
        None,
    )
    always = {**week, "week": [[[0, 1440]]] * 7}
    assert (await house.rest("PUT", "/api/queues/support/hours", "ada", json=always))[0] == 200


async def test_a_site_that_is_not_there(house: House) -> None:
    status, answer = await house.rest("GET", "/api/sites/nowhere/now")
    assert (status, one_shape(answer["error"])["code"]) == (404, "not_found")


async def test_who_asks_too_often_waits(fresh_database_url: str, tmp_path: Path) -> None:
    few = Limits(rest=Rate(burst=3, per_s=0.01))
    async with open_house(fresh_database_url, tmp_path, limits=few) as house:
        answers = [await house.rest("GET", "/api/sites/default/now") for _ in range(4)]
    assert [status for status, _ in answers] == [200, 200, 200, 429]
    assert answers[-1][1]["error"]["retry_after_ms"] > 0
