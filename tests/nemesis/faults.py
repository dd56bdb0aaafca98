"""What can go wrong, one function a fault; which, when and how hard decides the seed."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from tests.nemesis.rig import Node, Rig

Fault = Callable[["Faults"], Awaitable[None]]


class Faults:
    """The faults of one run, counted."""

    def __init__(self, rig: Rig, chance: random.Random) -> None:
        self.rig, self.chance = rig, chance
        self.counts: Counter[str] = Counter()
        self.restarted: list[Node] = []
        self._table = [row for row in TABLE if rig.mode in row[2].split(",")]

    async def strike(self) -> str:
        """One fault, drawn by its weight."""
        [(name, _, _, fault)] = self.chance.choices(self._table, [row[1] for row in self._table])
        self.counts[name] += 1
        await fault(self)
        return name

    def node(self) -> Node:
        return self.chance.choice(self.rig.nodes)

    def between(self, low: float, high: float) -> float:
        return self.chance.uniform(low, high)

    async def pause(self, low: float, high: float) -> None:
        await asyncio.sleep(self.between(low, high))

    def heal(self) -> None:
        for network in [node.network for node in self.rig.nodes]:
            network.heal()
        if self.rig.database:
            self.rig.database.heal()
        if self.rig.redis:
            self.rig.redis.network.heal()


# -- processes ---------------------------------------------------------------------------------------


async def kill(f: Faults) -> None:
    node = f.node()
    async with node.hands:
        await node.kill()
        await f.pause(0, 0.3)
        await node.start()
    f.restarted.append(node)


async def restart(f: Faults) -> None:
    node = f.node()
    async with node.hands:
        await node.stop()
        await node.start()
    f.restarted.append(node)


async def kill_all(f: Faults) -> None:
    async with AsyncExitStack() as all_of_them:
        for node in f.rig.nodes:
            await all_of_them.enter_async_context(node.hands)
            await node.kill()
        await asyncio.gather(*(node.start() for node in f.rig.nodes))
    f.restarted += f.rig.nodes


async def freeze(f: Faults) -> None:
    node = f.node()
    async with node.hands:
        await node.freeze(f.between(0.2, 2.5))


# -- clients' network ----------------------------------------------------------------------------------


async def cut_one(f: Faults) -> None:
    f.node().network.cut_one(f.chance)


async def cut_all(f: Faults) -> None:
    f.node().network.reset()


async def away(f: Faults) -> None:
    network = f.node().network
    network.cut()
    await f.pause(0.1, 1)
    network.heal()


async def half_open(f: Faults) -> None:
    network = f.node().network
    network.stall()
    await f.pause(0.2, 2)
    network.reset()
    network.heal()


async def deaf(f: Faults) -> None:
    """Acknowledgements and events are lost, then the connections."""
    network = f.node().network
    network.deafen("back")
    await f.pause(0.1, 0.8)
    network.heal()


async def mute(f: Faults) -> None:
    network = f.node().network
    network.deafen("there")
    await f.pause(0.1, 0.8)
    network.heal()


async def lag(f: Faults) -> None:
    network = f.node().network
    network.lag_s = (0.02, 0.3)
    await f.pause(0.5, 1.5)
    network.heal()


# -- database --------------------------------------------------------------------------------------------


async def lock(f: Faults) -> None:
    await f.rig.lock_database(f.between(0.1, 2))


async def long_lock(f: Faults) -> None:
    await f.rig.lock_database(f.between(5.5, 7))


async def terminate(f: Faults) -> None:
    await f.rig.terminate_backends()


async def database_cut(f: Faults) -> None:
    assert f.rig.database
    f.rig.database.reset()


async def database_away(f: Faults) -> None:
    assert f.rig.database
    f.rig.database.cut()
    await f.pause(0.2, 2)
    f.rig.database.heal()


async def database_stall(f: Faults) -> None:
    assert f.rig.database
    f.rig.database.stall()
    await f.pause(0.2, 3)
    f.rig.database.heal()


async def database_silence(f: Faults) -> None:
    """Longer than anybody waits for a commit; then its connections are gone."""
    assert f.rig.database
    f.rig.database.stall()
    await f.pause(10.5, 12)
    f.rig.database.reset()
    f.rig.database.heal()


# -- redis -------------------------------------------------------------------------------------------------


async def redis_cut(f: Faults) -> None:
    assert f.rig.redis
    f.rig.redis.network.reset()


async def redis_away(f: Faults) -> None:
    assert f.rig.redis
    f.rig.redis.network.cut()
    await f.pause(0.5, 3)
    f.rig.redis.network.heal()


async def redis_stall(f: Faults) -> None:
    assert f.rig.redis
    f.rig.redis.network.stall()
    await f.pause(0.5, 3)
    f.rig.redis.network.heal()


async def redis_kill(f: Faults) -> None:
    assert f.rig.redis
    async with f.rig.redis.hands:
        await f.rig.redis.kill()
        await f.pause(0, 1)
        await f.rig.redis.start()


async def redis_unsubscribed(f: Faults) -> None:
    assert f.rig.redis
    await f.rig.redis.order("CLIENT", "KILL", "TYPE", "pubsub")


async def redis_garbage(f: Faults) -> None:
    assert f.rig.redis
    for words in (b"\xff\x00", b"{}", b'{"node":"x","nudge":1,"signals":3}', b"[" * 5000):
        await f.rig.redis.order("PUBLISH", "antiphon:0", words)


ALL = "sqlite,postgresql,two nodes"
POSTGRES = "postgresql,two nodes"
REDIS = "two nodes"
KILLS = ("kill", "kill_all", "restart", "redis_kill")
CUTS = (
    "cut_one", "cut_all", "away", "half_open", "deaf", "mute", "terminate", "database_cut", "database_away",
    "redis_cut", "redis_away",
)  # fmt: skip

# name, weight, where, what
TABLE: tuple[tuple[str, float, str, Fault], ...] = (
    ("kill", 14, ALL, kill),
    ("kill_all", 2, REDIS, kill_all),
    ("restart", 4, ALL, restart),
    ("freeze", 3, ALL, freeze),
    ("cut_one", 30, ALL, cut_one),
    ("cut_all", 10, ALL, cut_all),
    ("away", 4, ALL, away),
    ("half_open", 4, ALL, half_open),
    ("deaf", 6, ALL, deaf),
    ("mute", 4, ALL, mute),
    ("lag", 2, ALL, lag),
    ("lock", 3, ALL, lock),
    ("long_lock", 0.4, ALL, long_lock),
    ("terminate", 6, POSTGRES, terminate),
    ("database_cut", 5, POSTGRES, database_cut),
    ("database_away", 2, POSTGRES, database_away),
    ("database_stall", 2, POSTGRES, database_stall),
    ("database_silence", 0.3, POSTGRES, database_silence),
    ("redis_cut", 4, REDIS, redis_cut),
    ("redis_away", 2, REDIS, redis_away),
    ("redis_stall", 2, REDIS, redis_stall),
    ("redis_kill", 2, REDIS, redis_kill),
    ("redis_unsubscribed", 2, REDIS, redis_unsubscribed),
    ("redis_garbage", 2, REDIS, redis_garbage),
)
