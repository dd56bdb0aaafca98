"""What the socket libraries would let through, and what stands against it (reliability.md §3).

Each test holds a guard that rests on a private name of a library: when one fails after an
upgrade, the guard is gone.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request

from antiphon.gateway.address import Proxies
from antiphon.gateway.limits import Bucket, Buckets, Limits, Rate
from tests.gateway.house import House, cmid, eventually, one_shape, open_house
from tests.gateway.raw import deaf, raw


async def _still_well(house: House) -> None:
    """Somebody else's connection works as before."""
    other = await house.visitor()
    await other.ok("page", {"url": "https://shop.example/"})
    await other.close()


@pytest.mark.parametrize("frame", ["", "x", "9", "4", "4x", "45-[]", "46-[]", "43[]", "44{}", "7", "é"])
async def test_a_frame_that_is_none_closes_only_its_own_connection(house: House, frame: str) -> None:
    async with raw(house) as peer:
        await peer.join()
        await peer.until("42/visitor")
        seats = len(house.node.wire.hall.seats)
        await peer.say(frame)
        assert await peer.closed()
    await eventually(lambda: len(house.node.wire.hall.seats) < seats)
    await _still_well(house)


async def test_binary_frames_and_endless_attachments_are_refused(house: House) -> None:
    for hostile in (b"\x00\x01", '451-/visitor,["say",{"_placeholder":true,"num":0}]'):
        async with raw(house) as peer:
            await peer.join()
            await (peer.ws.send_bytes(hostile) if isinstance(hostile, bytes) else peer.say(hostile))
            assert await peer.closed()


@pytest.mark.parametrize("name", ["connect", "disconnect", "*", "message", "__init__", "session"])
async def test_a_reserved_event_name_reaches_no_handler(house: House, name: str) -> None:
    async with raw(house) as peer:
        await peer.join()
        await peer.until("42/visitor")
        seats = len(house.node.wire.hall.seats)
        answer = await peer.ack(f'42/visitor,7["{name}",{{"REMOTE_ADDR":"6.6.6.6"}}]', 7)
        assert one_shape(answer["error"])["code"] == "bad_request"
        assert len(house.node.wire.hall.seats) == seats


@pytest.mark.parametrize(
    "body",
    [
        '["track",{"cmid":"a","name":"x","value":NaN}]',
        '["track",{"cmid":"a","name":"x","value":Infinity}]',
        '["track",{"cmid":"a","name":"x","value":1e999}]',
        '["read",{"conversation":"c","seq":' + "9" * 90 + "}]",
        '["say",{"conversation":"a","conversation":"b","cmid":"c","text":"t"}]',
        '["say",' + "[" * 900 + "]" * 900 + "]",
        '["say",{"conversation":"c","cmid":"a","text":"a\\u0000b"}]',
        '["say",{"conversation":"c","cmid":"a","text":"\\ud800"}]',
        '["say"',
        '{"say":1}',
        "[]",
        '["say"]',
        '["say",{},{}]',
        '["say",null]',
        "[17,{}]",
    ],
)
async def test_json_that_cannot_be_kept_or_echoed_is_answered_with_an_error(house: House, body: str) -> None:
    async with raw(house) as peer:
        await peer.join()
        answer = await peer.ack(f"42/visitor,3{body}", 3)
        assert one_shape(answer["error"])["code"] in ("bad_request", "bad_text")
        alive = await peer.ack('42/visitor,4["page",{"url":"https://shop.example/"}]', 4)
        assert alive == {"ok": True}


async def test_bad_json_as_auth_is_a_refusal_not_a_fault(house: House) -> None:
    async with raw(house) as peer:
        await peer.say('40/visitor,{"site":NaN}')
        refused = await peer.next() or ""
        assert refused.startswith("44/visitor,")
        assert one_shape(json.loads(refused[11:])["data"])["code"] == "bad_request"


async def test_events_to_a_namespace_one_never_joined_are_not_heard(house: House) -> None:
    async with raw(house) as peer:
        await peer.join()
        await peer.until("42/visitor")
        await peer.say('42/agent,5["status",{"status":"online"}]')
        assert await peer.ack('42/visitor,6["page",{"url":"https://shop.example/"}]', 6) == {"ok": True}


async def test_a_fault_in_a_handler_is_still_answered(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> None:
        raise ZeroDivisionError("a secret of ours")

    visitor = await house.visitor()
    monkeypatch.setattr(house.node.directory.visitors, "saw", fault)
    error = await visitor.refused("page", {"url": "https://shop.example/"})
    assert error["code"] == "internal"
    assert "secret" not in json.dumps(error)
    monkeypatch.undo()
    await visitor.ok("page", {"url": "https://shop.example/"})


async def test_one_clients_events_are_done_in_the_order_it_sent_them(house: House) -> None:
    visitor, agent, conversation = await house.taken()
    sent = [f"number {n}" for n in range(25)]
    says = [visitor.ok("say", {"conversation": conversation, "cmid": cmid(), "text": text}) for text in sent]
    answers = await asyncio.gather(*says)
    assert [answer["seq"] for answer in answers] == sorted(answer["seq"] for answer in answers)
    await agent.frame("event", seq=answers[-1]["seq"])
    heard = [e["data"]["text"] for e in agent.events(conversation) if e["kind"] == "message"]
    assert heard[-25:] == sent


# -- slow, silent and too many ---------------------------------------------------------------------


FREE = Rate(burst=1e9, per_s=1e9)


@pytest.fixture
async def tight(tmp_path: Path) -> AsyncIterator[House]:
    """A server whose limits are so low that a test can reach them."""
    low = Limits(connect_s=0.3, queue_bytes_visitor=30_000, queue_bytes_user=30_000, linger_s=0.3, user=FREE)
    async with open_house(f"sqlite:///{tmp_path / 'tight.db'}", tmp_path, limits=low) as house:
        yield house


async def test_who_does_not_join_in_time_is_cut(tight: House) -> None:
    async with raw(tight) as peer:
        assert await peer.closed()


async def test_who_leaves_its_last_namespace_and_stays_is_cut(tight: House) -> None:
    async with raw(tight) as peer:
        await peer.join()
        await peer.say("41/visitor,")
        assert await peer.closed()


async def test_who_joined_is_not_cut(tight: House) -> None:
    visitor = await tight.visitor()
    await asyncio.sleep(0.5)  # longer than the deadline for joining
    await visitor.ok("page", {"url": "https://shop.example/"})


async def test_a_peer_that_does_not_read_is_cut_and_the_others_go_on(tight: House) -> None:
    visitor, agent, conversation = await tight.taken()
    server = tight.node.wire.hall.server
    before = len(server.eio.sockets)
    async with deaf(tight, visitor.all("session")[0]["token"]):
        for _ in range(2_000):  # the kernel keeps some megabytes for him first
            await agent.ok("say", {"conversation": conversation, "cmid": cmid(), "text": "x" * 3_900})
            if len(server.eio.sockets) == before:
                break
    assert len(server.eio.sockets) == before
    assert not visitor.gone.is_set()


# -- who is at the other end ------------------------------------------------------------------------


async def test_the_peers_address_is_its_own(house: House) -> None:
    visitor = await house.visitor()
    came = house.node.wire.hall.server.came("/visitor", visitor.client.get_sid("/visitor"))
    assert (came.address, came.host_origin) == ("127.0.0.1", house.url)


@pytest.mark.parametrize(
    ("trusted", "chain", "peer"),
    [
        ((), "6.6.6.6", "10.0.0.1"),
        (("10.0.0.0/8",), "203.0.113.9", "203.0.113.9"),
        (("10.0.0.0/8",), "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (("10.0.0.0/8",), "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (("10.0.0.0/8",), "", "10.0.0.1"),
    ],
)
def test_a_forwarded_address_counts_only_from_a_proxy_of_ours(
    trusted: tuple[str, ...], chain: str, peer: str
) -> None:
    class Request:
        remote = "10.0.0.1"
        headers = {"X-Forwarded-For": chain}  # noqa: RUF012 - a stand-in for a request

    assert Proxies(trusted).peer(Request()) == peer  # type: ignore[arg-type]  # a stand-in for a request


async def test_a_foreign_page_opens_no_socket_for_a_site_that_names_its_origins(house: House) -> None:
    rules = house.node.desk.rules
    site = rules.sites["default"]
    house.node.desk.rules = replace(
        rules, sites={"default": replace(site, origins=("https://shop.example",))}
    )
    try:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with raw(house, Origin="https://evil.example"):
                pass
        async with raw(house, Origin="https://shop.example") as peer:
            assert (await peer.join()).startswith("40/visitor,")
        async with raw(house, Origin=house.url) as peer:
            assert (await peer.join()).startswith("40/visitor,")
        async with raw(house, Origin="https://shop.example", **{"X-Forwarded-Host": "shop.example"}) as peer:
            refused = await peer.join("/agent", {"ticket": "x"})
            assert json.loads(refused[9:])["data"]["code"] == "forbidden"
    finally:
        house.node.desk.rules = rules


async def test_frames_are_not_compressed_so_nothing_can_be_blown_up(house: House) -> None:
    url = f"{house.url}/socket.io/?EIO=4&transport=websocket"
    async with house.http.ws_connect(url, compress=15) as ws:
        assert ws.compress == 0


@pytest.mark.parametrize(
    ("base", "host", "origin"),
    [
        (None, "chat.example", "http://chat.example"),
        ("https://chat.example/", "chat.example", "https://chat.example"),
        ("https://chat.example", "other.example", "http://other.example"),
    ],
)
def test_our_own_origin_is_the_configured_one_on_its_host(base: str | None, host: str, origin: str) -> None:
    proxies = Proxies(base_url=base)
    request = make_mocked_request("GET", "/", headers={"Host": host})
    assert proxies.origin(request) == origin


async def test_one_address_holds_only_so_many_sockets(tmp_path: Path) -> None:
    few = Limits(sockets_per_address=2)
    database = f"sqlite:///{tmp_path / 'few.db'}"
    async with open_house(database, tmp_path, limits=few, trusted_proxies=("127.0.0.1/32",)) as house:
        crowd = {"X-Forwarded-For": "203.0.113.9"}
        async with raw(house, **crowd) as first, raw(house, **crowd):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                async with raw(house, **crowd):
                    pass
            async with raw(house, **{"X-Forwarded-For": "203.0.113.10"}) as other:
                assert (await other.join()).startswith("40/visitor,")
            assert (await first.join()).startswith("40/visitor,")
        await eventually(lambda: not house.node.wire.hall.server.eio.sockets)
        async with raw(house, **crowd) as again:
            assert (await again.join()).startswith("40/visitor,")


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    now = [0.0]
    bucket = Bucket(Rate(burst=3, per_s=2), lambda: now[0])
    assert [bucket.take() for _ in range(4)] == [0, 0, 0, 0.5]
    now[0] += 0.5
    assert [bucket.take(), bucket.take()] == [0, 0.5]
    now[0] += 100
    assert [bucket.take() for _ in range(4)] == [0, 0, 0, 0.5]


def test_buckets_are_each_ones_own_and_the_forgotten_are_full_again() -> None:
    buckets = Buckets(Rate(burst=1, per_s=0.001), keep=2)
    assert [buckets.take(name) > 0 for name in ("a", "a", "b", "c", "a")] == [
        False,
        True,
        False,
        False,
        False,
    ]
