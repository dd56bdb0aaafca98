"""The seam between nodes, both implementations."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest

from antiphon.backplane.memory import MemoryBackplane
from antiphon.backplane.port import Backplane
from antiphon.backplane.presence import LEASE_MS, Presence
from antiphon.backplane.redis import RedisBackplane


@asynccontextmanager
async def two_nodes(kind: str, redis_url: str) -> AsyncIterator[tuple[Backplane, Backplane]]:
    if kind == "memory":
        one, two = MemoryBackplane(), MemoryBackplane()
        one.others, two.others = [two], [one]
        yield one, two
        return
    channel = uuid.uuid4().hex
    first, second = RedisBackplane(redis_url, channel), RedisBackplane(redis_url, channel)
    await asyncio.gather(first.start(), second.start())
    async with asyncio.timeout(5):
        while not (first.connected and second.connected):  # noqa: ASYNC110 - Redis has no event to wait for
            await asyncio.sleep(0.01)
    yield first, second
    await asyncio.gather(first.close(), second.close())


@pytest.mark.parametrize("kind", ["memory", "redis"])
async def test_others_hear_and_we_do_not_hear_ourselves(kind: str, redis_url: str) -> None:
    heard: dict[str, asyncio.Queue[Any]] = {"one": asyncio.Queue(), "two": asyncio.Queue()}
    async with two_nodes(kind, redis_url) as (one, two):
        for node, name in ((one, "one"), (two, "two")):
            node.listen(lambda name=name: heard[name].put_nowait("nudge"), _into(heard[name]))  # type: ignore[misc]
        one.nudge()
        one.signal("typing", {"on": True})
        async with asyncio.timeout(5):
            got = [await heard["two"].get(), await heard["two"].get()]
        assert got == ["nudge", ("typing", {"on": True})]
        assert heard["one"].empty()


async def test_a_redis_that_is_away_stops_nobody() -> None:
    lonely = RedisBackplane("redis://127.0.0.1:1/0")
    await lonely.start()
    lonely.nudge()
    lonely.signal("typing", {})
    await lonely.close()


async def test_garbage_on_the_channel_is_ignored(redis_url: str) -> None:
    heard: asyncio.Queue[Any] = asyncio.Queue()
    async with two_nodes("redis", redis_url) as (one, two):
        assert isinstance(one, RedisBackplane)
        two.listen(lambda: heard.put_nowait("nudge"), lambda topic, body: presence.hear(body))
        presence = Presence("two", two)
        await one._redis.publish(one._channel, b'{"node": 5}')
        await one._redis.publish(one._channel, b"\xff not json")
        await one._redis.publish(one._channel, b'{"node":"x","nudge":false,"signals":[["presence",{}]]}')
        one.nudge()
        async with asyncio.timeout(5):
            assert await heard.get() == "nudge"
        assert heard.empty()


def test_who_was_on_a_node_that_died_went_when_it_was_heard_last() -> None:
    now = [1_000_000]
    here = Presence("here", MemoryBackplane(), lambda: now[0])
    here.hear({"node": "there", "people": [["agent", "ann"]]})
    now[0] += 3_600_000
    for _ in range(3):  # it goes on saying so, and then no more
        here.hear({"node": "there", "people": [["agent", "ann"]]})
        now[0] += 5_000
    assert here.away_since_ms("agent", "ann") is None
    now[0] += LEASE_MS
    assert here.away_since_ms("agent", "ann") == now[0] - LEASE_MS - 5_000
    here.hear({"node": "there", "came": [], "went": [["agent", "ann"]]})  # it only was very slow
    assert here.away_since_ms("agent", "ann") == now[0]


def _into(queue: asyncio.Queue[Any]) -> Any:
    def heard(topic: str, body: Mapping[str, Any]) -> None:
        queue.put_nowait((topic, dict(body)))

    return heard
