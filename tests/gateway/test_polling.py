"""A client that begins by long-polling (Rasa's own does) and moves to a websocket, or never does."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from antiphon.gateway.limits import Limits
from tests.gateway.house import House, cmid, open_house
from tests.gateway.raw import Raw

BETWEEN = "\x1e"


class Poller:
    """engine.io over plain requests, by hand."""

    def __init__(self, house: House) -> None:
        self._house, self.sid = house, ""
        self.heard: list[str] = []

    @property
    def query(self) -> dict[str, str]:
        return {"EIO": "4", "transport": "polling"} | ({"sid": self.sid} if self.sid else {})

    async def get(self) -> int:
        async with self._house.http.get(f"{self._house.url}/socket.io/", params=self.query) as answer:
            if answer.status == 200:
                self.heard += (await answer.text()).split(BETWEEN)
            return answer.status

    async def post(self, body: str | bytes, **more: Any) -> int:
        url = f"{self._house.url}/socket.io/"
        async with self._house.http.post(url, params=self.query, data=body, **more) as answer:
            return answer.status

    async def until(self, start: str) -> str:
        async with asyncio.timeout(10):
            while not (found := [packet for packet in self.heard if packet.startswith(start)]):
                assert await self.get() == 200
        self.heard.remove(found[0])
        return found[0]

    async def open(self) -> "Poller":
        assert await self.get() == 200
        told = json.loads((await self.until("0"))[1:])
        self.sid = told["sid"]
        assert told["upgrades"] == ["websocket"]
        return self

    async def join(self) -> None:
        assert await self.post(f"40/visitor,{json.dumps({'site': 'default'})}") == 200
        await self.until("40/visitor,")
        await self.until("42/visitor,")


async def test_who_never_gets_a_websocket_chats_all_the_same(house: House) -> None:
    poller = await Poller(house).open()
    await poller.join()
    start = json.dumps(["start", {"cmid": cmid(), "text": "hello by post"}])
    page = json.dumps(["page", {"url": "https://shop.example/"}])
    assert await poller.post(f"42/visitor,1{start}{BETWEEN}42/visitor,2{page}") == 200
    started = json.loads((await poller.until("43/visitor,1"))[len("43/visitor,1") :])[0]
    assert started["ok"]
    assert json.loads((await poller.until("43/visitor,2"))[len("43/visitor,2") :])[0]["ok"]
    await poller.until('42/visitor,["event"')


async def test_what_was_not_fetched_comes_over_the_websocket_it_moves_to(house: House) -> None:
    poller = await Poller(house).open()
    await poller.join()
    waiting = asyncio.create_task(poller.get())
    url = f"{house.url}/socket.io/?EIO=4&transport=websocket&sid={poller.sid}"
    async with house.http.ws_connect(url) as ws:
        peer = Raw(ws)
        await peer.say("2probe")
        assert await peer.next() == "3probe"
        assert await waiting == 200  # let go with a noop, or with what came just before
        start = json.dumps(["start", {"cmid": cmid(), "text": "hello"}])
        assert await poller.post(f"42/visitor,7{start}") == 200
        assert await poller.get() == 200
        assert poller.heard[-1] == "6"  # nothing is handed out where the client is leaving
        await peer.say("5")
        assert json.loads((await peer.until("43/visitor,7"))[len("43/visitor,7") :])[0]["ok"]
        answer = await peer.ack('42/visitor,8["page",{"url":"https://shop.example/"}]', 8)
        assert answer["ok"]
        assert await poller.get() == 400  # it does not poll any more


@pytest.mark.parametrize("body", ["", "x", BETWEEN, "4", b"\xff", "42/visitor,1{not json", "2" * 200_000])
async def test_a_bad_body_ends_nothing_but_its_own_connection(house: House, body: str | bytes) -> None:
    poller, other = await Poller(house).open(), await Poller(house).open()
    await poller.post(body)
    await other.join()


async def test_only_who_opened_it_may_poll_and_once_at_a_time(house: House) -> None:
    poller = await Poller(house).open()
    await poller.join()
    first = asyncio.create_task(poller.get())
    await asyncio.sleep(0.1)
    assert await poller.get() == 400
    await poller.post("42/visitor,1" + json.dumps(["page", {"url": "https://shop.example/"}]))
    assert await first == 200
    poller.sid = "of somebody else"
    assert await poller.get() == 400
    assert await poller.post("3") == 400
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await house.http.ws_connect(f"{house.url}/socket.io/?EIO=4&transport=websocket&sid=guessed")


async def test_who_does_not_fetch_or_answer_is_gone(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    limits = Limits(connect_s=0.3)
    async with open_house(database_url, tmp_path_factory.mktemp("static"), limits=limits) as house:
        poller = await Poller(house).open()
        async with asyncio.timeout(20):
            while await poller.get() == 200:  # as a client does, one GET after the other
                pass
        assert poller.heard[-1] == "1"  # it had not joined in time, and was told so


async def test_another_origin_may_read_the_answer_if_its_pages_may_come(house: House) -> None:
    url, headers = f"{house.url}/socket.io/?EIO=4&transport=polling", {"Origin": "https://shop.example"}
    async with house.http.get(url, headers=headers) as answer:
        assert answer.status == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
