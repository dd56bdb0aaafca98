"""Guards under pressure: who floods, dawdles, plays dead or leaves in a crowd harms nobody else.

What the bare libraries do (reliability.md §3.1): no bound on what waits to be sent (E1), unasked pongs
keep a deaf peer (E1b), a zombie after its end (E2), twenty thousand handlers at once (E6), tasks that
outlive their clients (E18), a quadratic clean-up.
"""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from antiphon.gateway.limits import Limits, Rate
from antiphon.gateway.wire.deadlines import Deadlines
from antiphon.gateway.wire.engine import Engine
from antiphon.gateway.wire.link import Link
from antiphon.load.line import Line, Refused
from tests.gateway.house import House, cmid, eventually, open_house
from tests.gateway.house import Line as Client
from tests.gateway.raw import deaf, raw, text_frame

FREE = Rate(burst=1e9, per_s=1e9)


@pytest.fixture(scope="module")
async def tight(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Small bounds for a visitor's connection, none for what he asks."""
    folder: Path = tmp_path_factory.mktemp("tight")
    limits = Limits(
        queue_bytes_visitor=100_000, linger_s=0.4, user=FREE, visitor=FREE, hints=FREE, joins=FREE,
        strangers=FREE, frames=Rate(burst=50, per_s=100),
    )  # fmt: skip
    async with open_house(f"sqlite:///{folder / 'tight.db'}", folder, limits=limits) as house:
        yield house


def _engine(house: House) -> Engine:
    engine: Engine = house.node.wire.hall.server.eio
    return engine


async def _talk(agent: Client, conversation: str, until: object) -> None:
    """The agent writes until it has happened; the kernel keeps some megabytes for who does not read."""
    for _ in range(2_000):
        if until():  # type: ignore[operator]  # a function
            return
        await agent.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "x" * 3_900})
    raise AssertionError("it never happened")


async def _newest(house: House, before: set[str]) -> Link:
    await eventually(lambda: bool(_engine(house).sockets.keys() - before))
    (sid,) = _engine(house).sockets.keys() - before
    link: Link = _engine(house).sockets[sid]
    return link


async def test_unasked_pongs_do_not_keep_a_peer_that_does_not_read(tight: House) -> None:
    visitor, agent, conversation = await tight.taken()
    before = set(_engine(tight).sockets)
    async with deaf(tight, visitor.all("session")[0]["token"]) as ear:
        link = await _newest(tight, before)
        for _ in range(20):
            await asyncio.get_running_loop().sock_sendall(ear, text_frame("3"))
        await _talk(agent, conversation, lambda: link.ended)
    assert not visitor.gone.is_set()


async def test_who_reads_slowly_loses_hints_first(tight: House) -> None:
    visitor, agent, conversation = await tight.taken()
    before = set(_engine(tight).sockets)
    async with deaf(tight, visitor.all("session")[0]["token"]):
        link = await _newest(tight, before)
        await _talk(agent, conversation, lambda: link in _engine(tight).slow)
        unsent = link.unsent
        await agent.ok("typing", {"conversation": conversation, "on": True})
        assert link.unsent == unsent
        assert (await visitor.frame("signal", kind="typing"))["on"] is True
        await agent.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "a fact"})
        await eventually(lambda: link.unsent > unsent)


async def test_all_together_may_not_keep_the_memory(tight: House) -> None:
    visitor, agent, conversation = await tight.taken()
    engine, before = _engine(tight), set(_engine(tight).sockets)
    async with deaf(tight, visitor.all("session")[0]["token"]):
        link = await _newest(tight, before)
        await _talk(agent, conversation, lambda: link in engine.slow)
        limits, engine.limits = engine.limits, replace(engine.limits, queue_bytes_all=1_000)
        try:
            engine._bound()
        finally:
            engine.limits = limits
        assert link.ended
    assert not visitor.gone.is_set()


async def test_who_was_ended_and_stays_is_cut(tight: House) -> None:
    visitor, _, _ = await tight.taken()
    loop = asyncio.get_running_loop()
    async with deaf(tight, visitor.all("session")[0]["token"]) as ear:
        await loop.sock_sendall(ear, text_frame("4x"))  # no packet: its end, but it does not hang up
        began_s = time.monotonic()
        async with asyncio.timeout(5):
            while await _hears(loop, ear):
                pass
        assert 0.3 < time.monotonic() - began_s < 3
    assert not visitor.gone.is_set()


async def _hears(loop: asyncio.AbstractEventLoop, ear: object) -> bool:
    try:
        return bool(await loop.sock_recv(ear, 4_096))  # type: ignore[arg-type]  # a socket
    except ConnectionError:
        return False


async def test_who_does_not_answer_a_ping_is_ended_and_who_does_stays(
    tight: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    well = await tight.visitor()
    engine, before = _engine(tight), set(_engine(tight).sockets)
    monkeypatch.setattr(engine, "_asked", Deadlines[Link](0.3, lambda link: link.end("ping timeout")))
    async with tight.http.ws_connect(f"{tight.url}/socket.io/?EIO=4&transport=websocket") as ws:
        link = await _newest(tight, before)
        await ws.send_str('40/visitor,{"site":"default"}')
        await eventually(lambda: "/visitor" in link.members and link.members["/visitor"].connected)
        for one in list(engine.sockets.values()):
            engine._ping(one)
        await eventually(lambda: link.ended)
    await well.ok("page", {"url": "https://shop.example/"})


async def test_a_flood_is_read_at_a_bearable_pace_and_begins_no_crowd_of_tasks(tight: House) -> None:
    async with raw(tight) as peer:
        await peer.join()
        await peer.until("42/visitor")
        tasks, most, answered, began_s = len(asyncio.all_tasks()), 0, 0, time.monotonic()
        for number in range(200):
            await peer.say(f'42/visitor,{number}["page",{{"url":"https://shop.example/"}}]')
        while answered < 200:
            most = max(most, len(asyncio.all_tasks()))
            answered += (await peer.next() or "").startswith("43/visitor,")
        assert time.monotonic() - began_s > 1.0  # 50 at once, then 100 a second
        assert most < tasks + 60  # a task for each would be two hundred


async def test_sixty_kilobytes_in_single_bytes_are_one_frame(tight: House) -> None:
    body = json.dumps(["page", {"url": "https://shop.example/", "title": "x" * 60_000}])
    stream = text_frame(f"42/visitor,1{body}")
    async with deaf(tight, (await tight.taken())[0].all("session")[0]["token"]) as ear:
        loop, heard = asyncio.get_running_loop(), b""
        for at in range(len(stream)):
            await loop.sock_sendall(ear, stream[at : at + 1])
        async with asyncio.timeout(20):
            while b"43/visitor,1[" not in heard:
                heard += await loop.sock_recv(ear, 4_096)
        assert b'"too_long"' in heard


async def test_crumbs_of_a_frame_are_read_many_at_a_time(
    tight: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, received = 0, Link.data_received

    def counted(link: Link, data: bytes) -> None:
        nonlocal reads
        reads += 1
        received(link, data)

    token = (await tight.taken())[0].all("session")[0]["token"]
    async with deaf(tight, token) as ear:
        ear.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        monkeypatch.setattr(Link, "data_received", counted)
        loop, body = asyncio.get_running_loop(), json.dumps(["page", {"url": "x" * 2_000}])
        for byte in text_frame(f"42/visitor,1{body}"):
            await loop.sock_sendall(ear, bytes([byte]))
            await asyncio.sleep(0.001)  # a segment of its own
        async with asyncio.timeout(20):
            heard = b""
            while b"43/visitor,1[" not in heard:
                heard += await loop.sock_recv(ear, 4_096)
    assert reads < 1_000  # 50 at once, then ten a second, each with what came meanwhile


async def test_a_crowd_that_vanishes_leaves_nothing_behind(tight: House) -> None:
    visitor, agent, conversation = await tight.taken()
    engine, manager = _engine(tight), tight.node.wire.hall.server.manager
    before = len(engine.sockets), len(manager.members["/visitor"]), len(tight.node.wire.hall.seats)
    tasks = len(asyncio.all_tasks())
    crowd = [await Line.open(tight.url, "/visitor", {"site": "default"}) for _ in range(120)]
    assert len(engine.sockets) == before[0] + 120
    for line in crowd:
        line.cut()
    await agent.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "still here"})
    await eventually(lambda: len(engine.sockets) == before[0])
    assert (len(manager.members["/visitor"]), len(tight.node.wire.hall.seats)) == before[1:]
    assert {len(engine._lingering), len(engine._asked), len(engine._strangers)} == {0}
    assert len(engine._quiet) == before[0]
    await eventually(lambda: len(asyncio.all_tasks()) <= tasks)
    assert await visitor.frame("event", kind="message")


async def test_when_too_many_come_at_once_the_rest_is_told_when_to_come_back(tmp_path: Path) -> None:
    narrow = Limits(joining=3, joins=FREE, strangers=FREE)
    async with open_house(f"sqlite:///{tmp_path / 'narrow.db'}", tmp_path, limits=narrow) as house:
        crowd = (Line.open(house.url, "/visitor", {"site": "default"}) for _ in range(30))
        came = await asyncio.gather(*crowd, return_exceptions=True)
        told = [json.loads(one.answer[11:])["data"] for one in came if isinstance(one, Refused)]
        let_in = [one for one in came if isinstance(one, Line)]
        assert len(told) + len(let_in) == 30
        assert let_in
        assert {(one["code"], one["retryable"]) for one in told} == {("unavailable", True)}
        assert all(one["retry_after_ms"] > 0 for one in told)
        assert house.node.wire.hall.server.joining <= 3
        for line in let_in:
            line.cut()
        await house.visitor()
