"""Which addresses we let somebody's URL reach: the public internet, and what the operator allows.

A URL comes from a person, so it must not become a way into the network this server stands in. The
name is resolved once, every address is judged, and the connection goes to a judged address: a name
that answers differently the next time (DNS rebinding) gains nothing.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from socket import AddressFamily
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

Address = IPv4Address | IPv6Address
_NAT64 = IPv6Network("64:ff9b::/96")  # carries an IPv4 address in its last 32 bits


class BadAddress(OSError):
    """It may not be called; the sentence says why."""


class Guard:
    """`allowed` are networks that may be called although they are not public."""

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._allowed: list[IPv4Network | IPv6Network] = [ip_network(one, strict=False) for one in allowed]

    def lets(self, address: str) -> bool:
        """May this address be connected to?"""
        found = _inner(ip_address(address.partition("%")[0]))
        if any(found in network for network in self._allowed):
            return True
        return found.is_global and not found.is_multicast

    def check(self, url: str) -> None:
        """Refuses what is no http(s) URL, carries a password, or names a forbidden address outright."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            raise BadAddress("This is no address.") from None
        if parts.scheme not in ("http", "https") or not host:
            raise BadAddress("Give an http or https address.")
        if parts.username is not None or parts.password is not None:
            raise BadAddress("A password does not belong into an address.")
        if _is_literal(host) and not self.lets(host):
            raise BadAddress("This address is not on the public internet.")


class Resolver(AbstractResolver):
    """Gives only addresses that the guard lets through; `names` asks the system by default."""

    def __init__(self, guard: Guard, names: AbstractResolver | None = None) -> None:
        self._guard, self._names = guard, names or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        found = await self._names.resolve(host, port, family)
        fit = [one for one in found if self._guard.lets(one["host"])]
        if not fit:
            raise BadAddress(f"{host} is not on the public internet.")
        return fit

    async def close(self) -> None:
        await self._names.close()


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
