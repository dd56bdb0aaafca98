"""A socket of a simulated person: the public protocol, nothing else.

`Line` is one connection to one namespace; `call` asks and waits for the acknowledgement, what the
server says by itself goes to `heard`. `Chat` is one conversation as its reader knows it: events in
order, each once, with `sync` for what was missed. The actors use nothing that a real client could not.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import socketio

CALL_S, CONNECT_S = 10, 10
HEADERS = {"User-Agent": "Mozilla/5.0"}

BROKEN = (TimeoutError, OSError, aiohttp.ClientError, socketio.exceptions.SocketIOError)  # a line, not a word


class SaidNo(Exception):
    """The server refused a call; `code` is the contract's."""

    def __init__(self, event: str, error: Mapping[str, Any]) -> None:
        super().__init__(f"{event}: {error.get('code')}: {error.get('message')}")
        self.code = str(error.get("code"))


class Line:
    """One connection. `heard(event, data)` gets all that the server says; `lost` is set when it is gone."""

    def __init__(
        self, http: aiohttp.ClientSession, url: str, namespace: str, heard: Callable[[str, Any], None]
    ) -> None:
        self._url, self._namespace, self._heard = url, namespace, heard
        self.lost = asyncio.Event()
        self._client = socketio.AsyncClient(reconnection=False, handle_sigint=False, http_session=http)
        self._client.on("*", self._on, namespace=namespace)
        self._client.on("disconnect", self._off, namespace=namespace)

    async def open(self, auth: Mapping[str, Any], browser: str | None = None) -> None:
        """Raises what the library raises when nobody answers or the server says no."""
        headers = {**HEADERS, **({"User-Agent": browser} if browser else {})}
        await self._client.connect(
            self._url, headers=headers, auth=dict(auth), transports=["websocket"],
            namespaces=[self._namespace], wait_timeout=CONNECT_S,
        )  # fmt: skip

    async def close(self) -> None:
        await self._client.disconnect()

    async def call(self, event: str, **payload: Any) -> dict[str, Any]:
        """Raises `SaidNo`, or TimeoutError when the line is dead."""
        told = {key: value for key, value in payload.items() if value is not None}
        try:
            answer = await self._client.call(event, told, namespace=self._namespace, timeout=CALL_S)
        except socketio.exceptions.SocketIOError as error:
            raise TimeoutError(f"{event}: {error}") from error
        if not isinstance(answer, dict) or answer.get("ok") is not True:
            raise SaidNo(event, (answer or {}).get("error") or {})
        return answer

    async def hint(self, event: str, **payload: Any) -> None:
        """Typing and the like: said, not waited for."""
        try:
            await self._client.emit(event, payload, namespace=self._namespace)
        except socketio.exceptions.SocketIOError:
            self.lost.set()

    async def _on(self, event: str, data: Any = None) -> None:
        self._heard(event, data)

    async def _off(self, *reason: Any) -> None:
        self.lost.set()
        self._heard("disconnect", None)


def cmid() -> str:
    return secrets.token_hex(8)


class Chat:
    """A conversation as one party knows it. `take` and `snapshot` keep it in order."""

    def __init__(self, conversation: str) -> None:
        self.id = conversation
        self.head = 0
        self.state = "new"
        self.queue: str | None = None
        self.visitor, self.language = "", "en"  # his name and tongue, as the staff sees them
        self.queued_seq = 0  # where the last wait began
        self.messages: list[Mapping[str, Any]] = []
        self.agents: list[str] = []
        self.survey: Mapping[str, Any] | None = None
        self._news = asyncio.Event()
        self._typing: set[str] = set()
        self._early: dict[int, Mapping[str, Any]] = {}

    @property
    def gap(self) -> bool:
        """Something is missing: `sync` is needed."""
        return bool(self._early)

    def snapshot(self, told: Mapping[str, Any]) -> None:
        """A conversation as the server shows it on joining; its events may begin in the middle."""
        for frame in told.get("events", ()):
            if frame["seq"] > self.head:
                self._apply(frame)
        self.head, self.state = max(self.head, told["head"]), told["state"]
        self.queue = told["queue"] if isinstance(told.get("queue"), str) else self.queue
        self.agents = [person["id"] for person in told.get("agents", ())] or self.agents
        visitor = told.get("visitor") or {}
        self.visitor = visitor.get("name") or self.visitor
        self.language = (visitor.get("locale") or self.language)[:2].lower()
        self.survey = told.get("survey") or self.survey
        self._release()

    def take(self, frame: Mapping[str, Any]) -> None:
        """An event; kept back until those before it are there."""
        if frame["seq"] > self.head:
            self._early[frame["seq"]] = frame
            self._release()

    def signal(self, told: Mapping[str, Any]) -> None:
        if told.get("kind") == "typing":
            who = str(told["actor"].get("kind"))
            (self._typing.add if told.get("on") else self._typing.discard)(who)
            self._news.set()

    def is_typing(self, who: str) -> bool:
        return who in self._typing

    def said_by(self, kind: str, after: int = 0) -> list[Mapping[str, Any]]:
        """Public messages of visitor, bot or agents beyond a position."""
        return [
            m for m in self.messages
            if m["seq"] > after and m["actor"]["kind"] == kind and m["data"].get("public", True)
        ]  # fmt: skip

    async def until(self, test: Callable[[], bool], limit_s: float) -> bool:
        """Wait for something to become true here. False when it did not in time."""
        try:
            async with asyncio.timeout(limit_s):
                while not test():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return False
        return True

    def _release(self) -> None:
        while frame := self._early.pop(self.head + 1, None):
            self._apply(frame)
            self.head = frame["seq"]
        for late in [seq for seq in self._early if seq <= self.head]:
            del self._early[late]
        self._news.set()

    def _apply(self, frame: Mapping[str, Any]) -> None:
        kind, data = frame["kind"], frame.get("data") or {}
        self.state = _STATES.get(kind, self.state)
        if kind == "message":
            self._typing.discard(str(frame["actor"]["kind"]))
            self.messages.append(frame)
        elif kind == "queue_entered":
            self.queue, self.agents, self.queued_seq = data.get("queue") or self.queue, [], frame["seq"]
        elif kind == "accepted":
            self.agents.append(str(data.get("agent")))
        elif kind in ("agent_left", "agent_lost", "transferred") and not data.get("warm"):
            self.agents = [one for one in self.agents if one != (data.get("agent") or data.get("from"))]
        elif kind == "survey_offered":
            self.survey = {"id": data.get("survey"), "questions": data.get("questions") or []}


_STATES = {
    "bot_started": "bot", "queue_entered": "queued", "accepted": "active", "diverted": "diverted",
    "closed": "closed", "reopened": "bot",
}  # fmt: skip
