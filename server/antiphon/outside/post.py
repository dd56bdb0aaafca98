"""Posting to a webhook: signed, not redirected, not waited for longer than `LIMIT_S`.

The signature is that of Standard Webhooks, for which there are libraries in most languages:
`webhook-signature: v1,` + base64(HMAC-SHA256(secret, "id.timestamp.body")), timestamp in seconds.
"""

import base64
import hmac
import secrets
from collections.abc import Mapping

import aiohttp

from antiphon.outside.addresses import Guard, Resolver

LIMIT_S = 5.0
CONNECTIONS = 32
_PREFIX = "whsec_"


class NotTaken(Exception):
    """The other end did not take it; `status` where it answered at all."""

    def __init__(self, problem: str, status: int | None = None) -> None:
        super().__init__(problem)
        self.status = status


def fresh_secret() -> str:
    """A webhook's secret, as it is told once."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(secret: str, key: str, at_s: int, body: bytes) -> dict[str, str]:
    """The headers that prove who sent `body`, and when."""
    raw = base64.b64decode(secret.removeprefix(_PREFIX))
    mac = hmac.digest(raw, f"{key}.{at_s}.".encode() + body, "sha256")
    return {
        "webhook-id": key, "webhook-timestamp": str(at_s),
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }  # fmt: skip


class Post:
    """One a node; close it at the end."""

    def __init__(self, guard: Guard, agent: str) -> None:
        self._guard = guard
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=Resolver(guard), limit=CONNECTIONS, use_dns_cache=False),
            timeout=aiohttp.ClientTimeout(total=LIMIT_S), cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": agent, "Content-Type": "application/json"}, auto_decompress=False,
        )  # fmt: skip

    async def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of an answer that took it. Raises `NotTaken`; the answer's body is never read."""
        try:
            self._guard.check(url)
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                status = answer.status
        except TimeoutError:
            raise NotTaken(f"No answer in {LIMIT_S:.0f} s.") from None
        except (aiohttp.ClientError, OSError, ValueError) as away:
            raise NotTaken(_why(away)) from None
        if not 200 <= status < 300:
            raise NotTaken(f"Answered {status}.", status)
        return status

    async def close(self) -> None:
        await self._session.close()


def _why(away: Exception) -> str:
    """The guard's own sentence, or one of ours; a library's words may tell too much."""
    cause = away.__cause__ or getattr(away, "os_error", None)
    for one in (away, cause):
        if isinstance(one, OSError) and not isinstance(one, aiohttp.ClientError) and str(one).endswith("."):
            return str(one)
    return next((says for kind, says in _SAYS if isinstance(away, kind)), "No connection.")


_SAYS = (
    (aiohttp.ClientConnectorDNSError, "The name cannot be found."),
    (aiohttp.ClientSSLError, "No secure connection: its certificate is not trusted."),
    (aiohttp.InvalidURL, "This is no address."),
)
