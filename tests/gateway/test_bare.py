"""The same libraries without our guards: what test_guard shows to be held off does happen here.

So each guard's test would fail on the bare library, and when one of these fails after an upgrade, the
library has learnt to hold that off itself and a guard may go. Numbers are those of reliability.md §3.
"""

import asyncio
import json
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
import socketio
from aiohttp import web

from tests.gateway.house import eventually
from tests.gateway.raw import Raw, deaf, raw

HELD_S = 0.6  # longer than our limits in test_guard
SPACE = "/visitor"


@dataclass
class Bare:
    """A server as its documentation builds it, and what its handlers saw."""

    server: socketio.AsyncServer
    http: aiohttp.ClientSession
    url: str = ""
    seen: list[Any] = field(default_factory=list)
    busy: int = 0

    def listen(self) -> None:
        on = self.server.on
        on("connect", self._connect, SPACE)
        on("disconnect", self._disconnect, SPACE)
        on("say", self._say, SPACE)
        on("fault", self._fault, SPACE)
        on("wait", self._wait, SPACE)

    @property
    def sockets(self) -> int:
        return len(self.server.eio.sockets)

    async def _connect(self, sid: str, environ: Any, auth: Any) -> None:
        self.seen.append(("connect", environ.get("REMOTE_ADDR")))
        await self.server.emit("session", {"head": 0}, to=sid, namespace=SPACE)

    def _disconnect(self, sid: str, *why: Any) -> None:
        self.seen.append(("disconnect", sid))

    async def _say(self, sid: str, what: Any) -> Any:
        self.seen.append(("say", what))
        return {"ok": True}

    async def _fault(self, sid: str, what: Any) -> None:
        raise ZeroDivisionError

    async def _wait(self, sid: str, seconds: float) -> float:
        self.busy += 1
        await asyncio.sleep(seconds)
        self.busy -= 1
        return seconds


@pytest.fixture
async def bare() -> AsyncIterator[Bare]:
    async with aiohttp.ClientSession() as http:
        one = Bare(socketio.AsyncServer(async_mode="aiohttp", namespaces=[SPACE]), http)
        one.listen()
        app = web.Application()
        one.server.attach(app)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        one.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield one
    for socket in list(one.server.eio.sockets.values()):
        await socket.close(wait=False, abort=True)
    await runner.cleanup()
    await one.server.shutdown()


async def _joined(peer: Raw) -> None:
    await peer.join()  # its answer is what the handler said meanwhile
    await peer.until("40/visitor,")


async def test_a_frame_that_is_none_leaves_a_ghost(bare: Bare) -> None:
    """E8a: the connection is gone, its socket is not."""
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    async with raw(bare) as peer:
        await _joined(peer)
        await peer.say("")
        assert await peer.closed()
    await asyncio.sleep(HELD_S)
    assert bare.sockets == 1


async def test_attachments_are_waited_for_without_end(bare: Bare) -> None:
    """E8d."""
    async with raw(bare) as peer:
        await _joined(peer)
        await peer.say('459999999999-/visitor,["say",{"_placeholder":true,"num":0}]')
        for _ in range(20):
            await peer.ws.send_bytes(bytes(60_000))
        await asyncio.sleep(HELD_S)
        assert not peer.ws.closed
        [waiting] = bare.server._binary_packet.values()
        assert sum(map(len, waiting.attachments)) == 20 * 60_000


async def test_a_client_runs_the_handler_of_his_own_disconnect(bare: Bare) -> None:
    """E7."""
    async with raw(bare) as peer:
        await _joined(peer)
        await peer.say('42/visitor,["disconnect"]')
        await eventually(lambda: any(what == "disconnect" for what, *_ in bare.seen))
        assert await peer.ack('42/visitor,3["say",{}]', 3) == {"ok": True}


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "Infinity",
        "1e999",
        "9" * 90,
        '"a\\u0000b"',
        '"\\ud800"',
        '{"a":1,"a":2}',
        "[" * 900 + "]" * 900,
    ],
)
async def test_what_cannot_be_kept_or_echoed_reaches_the_handler(bare: Bare, value: str) -> None:
    """E8b, E8c."""
    async with raw(bare) as peer:
        await _joined(peer)
        await peer.ack(f'42/visitor,3["say",{value}]', 3)
        ((_, heard),) = [one for one in bare.seen if one[0] == "say"]
        assert heard == json.loads(value) or math.isnan(heard)


async def test_a_fault_in_a_handler_is_not_answered(bare: Bare) -> None:
    """E3."""
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)
    async with raw(bare) as peer:
        await _joined(peer)
        await peer.say('42/visitor,1["fault",{}]')
        assert await peer.ack('42/visitor,2["wait",0.3]', 2) == 0.3  # nothing came for 1 in that time


async def test_events_of_one_client_overtake_each_other(bare: Bare) -> None:
    """E5."""
    async with raw(bare) as peer:
        await _joined(peer)
        await peer.say('42/visitor,1["wait",0.2]')
        await peer.say('42/visitor,2["wait",0]')
        assert (await peer.until("43/visitor,")).startswith("43/visitor,2")


async def test_one_client_has_any_number_of_handlers_at_work(bare: Bare) -> None:
    """E6."""
    async with raw(bare) as peer:
        await _joined(peer)
        for _ in range(2_000):
            await peer.say('42/visitor,["wait",30]')
        await eventually(lambda: bare.busy == 2_000)


async def test_who_never_joins_is_kept(bare: Bare) -> None:
    """E9a."""
    async with raw(bare) as peer:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(HELD_S):
                await peer.closed()
        assert bare.sockets == 1


async def test_who_does_not_read_is_sent_more_and_more(bare: Bare) -> None:
    """E1."""
    async with deaf(bare, "any"):
        [[_, queue]] = [[s, s.queue] for s in bare.server.eio.sockets.values()]
        for _ in range(2_000):
            await bare.server.emit("event", "x" * 20_000, namespace=SPACE)
            await asyncio.sleep(0)
        assert queue.qsize() > 200
        assert bare.sockets == 1


async def test_every_peer_has_the_same_address(bare: Bare) -> None:
    """E14."""
    connector = aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))
    async with aiohttp.ClientSession(connector=connector) as http:
        far = Bare(bare.server, http, bare.url)
        async with raw(far) as peer:
            await _joined(peer)
    assert [address for what, address in bare.seen if what == "connect"] == ["127.0.0.1"]


async def test_a_foreign_page_says_itself_that_it_is_ours(bare: Bare) -> None:
    """E15."""
    async with raw(
        bare,
        Origin="https://evil.example",
        **{"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    ) as peer:
        await _joined(peer)


async def test_frames_are_compressed_with_a_window_for_each(bare: Bare) -> None:
    """Some 300 kB a connection, and bombs."""
    url = f"{bare.url}/socket.io/?EIO=4&transport=websocket"
    async with bare.http.ws_connect(url, compress=15) as ws:
        assert ws.compress == 15
