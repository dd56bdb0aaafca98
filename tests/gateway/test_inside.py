"""Webhooks do not lead into the network this server stands in."""

from collections.abc import AsyncIterator
from socket import AddressFamily

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from antiphon.outside.addresses import BadAddress, Guard, Resolver
from tests.gateway.house import House
from tests.gateway.outside import Receiver, delivered, drop, made, receiver


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with receiver() as one:
        yield one


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("http://127.0.0.1:9/x", "url"),
        ("http://[::1]/x", "url"),
        ("http://10.1.2.3/x", "url"),
        ("http://169.254.169.254/latest/meta-data", "url"),
        ("http://[::ffff:127.0.0.1]/x", "url"),
        ("http://[64:ff9b::7f00:1]/x", "url"),
        ("http://user:pass@shop.example/", "url"),
        ("file:///etc/passwd", "url"),
        ("gopher://shop.example/", "url"),
        ("https://", "url"),
        ("http://shop.example:99999/", "url"),
        ("http://[::1/", "url"),
    ],
)
async def test_an_address_inside_is_refused_when_it_is_named(house: House, url: str, field: str) -> None:
    body = {"name": "Shop", "url": url, "kinds": []}
    status, answer = await house.rest("POST", "/api/webhooks", "ada", json=body)
    assert (status, answer["error"]["field"]) == (400, field), answer


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "0"])
async def test_a_name_for_an_address_inside_is_refused_when_it_is_called(
    house: House, hook: Receiver, host: str
) -> None:
    port = hook.url.rpartition(":")[2]
    webhook = await made(house, f"http://{host}:{port}", kinds=[])
    await house.rest("POST", f"/api/webhooks/{webhook['id']}/test", "ada")
    tried = await delivered(house, webhook, attempts=1)
    wanted = (f"{host} is not on the public internet.", "This is no address.")
    assert tried["problem"] in wanted
    assert hook.posts == []
    await drop(house, webhook)


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False), ("0.0.0.0", False), ("10.0.0.1", False), ("172.16.0.1", False),
        ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("::1", False), ("::", False), ("fe80::1%eth0", False),
        ("fc00::1", False), ("ff02::1", False), ("::ffff:10.0.0.1", False), ("::ffff:93.184.216.34", True),
        ("2002:7f00:1::", False), ("64:ff9b::a00:1", False), ("64:ff9b::5db8:d822", True),
    ],
)  # fmt: skip
def test_the_public_internet_and_nothing_else(address: str, fits: bool) -> None:
    assert Guard().lets(address) is fits


def test_what_the_operator_allows_is_let_through() -> None:
    guard = Guard(["10.0.0.0/8", "::1"])
    assert guard.lets("10.9.8.7")
    assert guard.lets("::ffff:10.9.8.7")
    assert guard.lets("::1")
    assert not guard.lets("192.168.0.1")


class Turncoat(AbstractResolver):
    """A name server that says something else every time."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=one, port=port, family=family, proto=0, flags=0)
            for one in self._answers.pop(0)
        ]

    async def close(self) -> None:
        pass


async def test_every_answer_of_a_name_server_is_judged() -> None:
    names = Turncoat(["93.184.216.34", "10.0.0.1"], ["127.0.0.1"])
    resolver = Resolver(Guard(), names)
    assert [one["host"] for one in await resolver.resolve("shop.example", 80)] == ["93.184.216.34"]
    with pytest.raises(BadAddress):
        await resolver.resolve("shop.example", 80)


async def test_only_kinds_there_are_can_be_subscribed_to(house: House) -> None:
    body = {"name": "Shop", "url": "https://shop.example/", "kinds": ["message", "gossip"]}
    status, answer = await house.rest("POST", "/api/webhooks", "ada", json=body)
    assert (status, answer["error"]["field"]) == (400, "kinds")
    _, answer = await house.rest("GET", "/api/webhooks", "ada")
    assert answer["kinds"]["message"] == "somebody wrote"
