"""Asking an action server (rasa-sdk over HTTP) to run a custom action.

Rules: every call has a time limit and a size limit; after several failures in a row the server, or the one
action that fails, is left alone for a while (circuit breaker), so that a dead one costs each visitor nothing;
what an error answer says is never shown or logged, for it repeats the conversation. For the built-in engine.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp
import msgspec

from antiphon.bots.port import BotFailed

SDK_VERSION = "3.21.0"  # what we speak; another only makes the SDK log a warning
CALL_S = 6.0  # a visitor waits for no lookup longer than this
ANSWER_BYTES = 262_144
AT_ONCE = 40  # calls under way; more would only wait inside the server, and starve its health check
FAILURES_TO_OPEN = 4
OPEN_MS = 10_000

Clock = Callable[[], int]


class ActionRejected(Exception):
    """The action said that it is not its turn (ActionExecutionRejected)."""


@dataclass(frozen=True, slots=True)
class ActionResult:
    events: list[dict[str, Any]]
    responses: list[dict[str, Any]]


class Actions(Protocol):
    """Whatever runs custom actions. Raises `ActionRejected`, or `BotFailed` with a reason for the log."""

    async def run(self, name: str, tracker: Mapping[str, Any], domain: Mapping[str, Any]) -> ActionResult: ...


class Breaker:
    """Opens after several failures in a row; half-opens after a while, when one call may try again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0
        self._closed_again_ms = 0

    def check(self, what: str) -> None:
        if self._failures >= FAILURES_TO_OPEN and self._clock() < self._closed_again_ms:
            raise BotFailed(f"{what} failed {self._failures} times and is left alone for a while")

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        self._closed_again_ms = self._clock() + OPEN_MS


class ActionServer:
    """The HTTP client. `url` is the webhook's address, or None while the server is not up."""

    def __init__(
        self, http: aiohttp.ClientSession, url: Callable[[], str | None], clock: Clock, call_s: float = CALL_S
    ) -> None:
        self._http = http
        self._url = url
        self._server = Breaker(clock)
        self._actions: dict[str, Breaker] = defaultdict(lambda: Breaker(clock))
        self._call_s = call_s
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def run(self, name: str, tracker: Mapping[str, Any], domain: Mapping[str, Any]) -> ActionResult:
        url = self._url()
        if url is None:
            raise BotFailed(f"no action server is running, so {name} cannot run")
        action = self._actions[name]
        self._server.check("the action server")
        action.check(name)
        call = {
            "next_action": name,
            "sender_id": tracker["sender_id"],
            "tracker": tracker,
            "domain": domain,
            "version": SDK_VERSION,
        }
        try:
            result = await self._in_time(url, name, msgspec.json.encode(call))
        except BotFailed:
            self._server.failed()
            action.failed()
            raise
        self._server.succeeded()
        action.succeeded()
        return result

    async def _in_time(self, url: str, name: str, body: bytes) -> ActionResult:
        """The limit holds for waiting in line and being served together."""
        try:
            async with asyncio.timeout(self._call_s), self._slots:
                return await self._post(url, name, body)
        except TimeoutError as slow:
            raise BotFailed(f"the action server did not answer {name} in {self._call_s} s") from slow
        except aiohttp.ClientError as away:
            raise BotFailed(f"the action server is not to be reached ({type(away).__name__})") from away

    async def _post(self, url: str, name: str, body: bytes) -> ActionResult:
        headers = {"Content-Type": "application/json"}
        async with self._http.post(url, data=body, headers=headers) as answer:
            if answer.status == 400:
                raise ActionRejected(name)
            if answer.status != 200:
                raise BotFailed(f"the action server answered {answer.status} to {name}")
            return _result(await bounded(answer, ANSWER_BYTES), name)


async def bounded(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body of an answer, unless it is longer than anything sensible."""
    body = bytearray()
    async for piece in answer.content.iter_chunked(65_536):
        body += piece
        if len(body) > limit:
            raise BotFailed(f"an answer of more than {limit} bytes was not read")
    return bytes(body)


def _result(body: bytes, name: str) -> ActionResult:
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError as broken:
        raise BotFailed(f"the action server's answer to {name} is not JSON") from broken
    if not isinstance(found, dict):
        raise BotFailed(f"the action server's answer to {name} is no result")
    events, responses = found.get("events") or [], found.get("responses") or []
    if not _objects(events) or not _objects(responses):
        raise BotFailed(f"the action server's answer to {name} has no lists of events and responses")
    return ActionResult(events, responses)


def _objects(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, dict) for one in found)
