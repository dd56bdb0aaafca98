"""Who is really at the other end: the peer's address, through the proxies we trust."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from aiohttp import web

Network = IPv4Network | IPv6Network


class Proxies:
    """Addresses and networks whose X-Forwarded-* headers are believed; none by default."""

    def __init__(self, trusted: Iterable[str] = (), base_url: str | None = None) -> None:
        self._trusted: list[Network] = [ip_network(one, strict=False) for one in trusted]
        self._base = origin_of(base_url) if base_url else None

    def trusts(self, address: str) -> bool:
        try:
            peer = ip_address(address)
        except ValueError:
            return False
        return any(peer in network for network in self._trusted)

    def peer(self, request: web.Request) -> str:
        """The address of the client: the last one in the chain that is no proxy of ours."""
        address = request.remote or ""
        chain = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        while chain and self.trusts(address):
            address = chain.pop()
        return address

    def origin(self, request: web.Request) -> str:
        """Our own origin as the client sees it: the configured one on its host, whatever a proxy speaks."""
        scheme, host = request.scheme, request.host
        if self.trusts(request.remote or ""):
            scheme = request.headers.get("X-Forwarded-Proto", scheme).split(",")[0].strip()
            host = request.headers.get("X-Forwarded-Host", host).split(",")[0].strip()
        if self._base is not None and urlsplit(self._base).netloc == host:
            return self._base
        return f"{scheme}://{host}"


def origin_of(url: str) -> str:
    """scheme://host[:port] of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
