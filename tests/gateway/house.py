"""The server under test, and the people who use it: real sockets, real HTTP, no mocks."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import socketio
from aiohttp import web

from antiphon.app import Node, open_node
from antiphon.config import Config
from antiphon.gateway.http import application
from antiphon.gateway.limits import Limits
from antiphon.journal.people import User

PASSWORD = "correct horse battery"
PEOPLE = {"ann": "agent", "bob": "agent", "sue": "supervisor", "ada": "admin"}
WAIT_S = 10


def cmid() -> str:
    return uuid.uuid4().hex


async def eventually(holds: Callable[[], bool]) -> None:
    """Wait for what no frame tells; fails when it does not come."""
    async with asyncio.timeout(WAIT_S):
        while not holds():  # noqa: ASYNC110 - the server has no event for it, and shall not get one for a test
            await asyncio.sleep(0.01)


class Line:
    """One socket in one namespace; it keeps every frame it heard."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self.heard: list[tuple[str, Any]] = []
        self._more = asyncio.Event()
        self.client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
        self.client.on("*", self._hear, namespace=namespace)
        self.client.on("disconnect", self._gone, namespace=namespace)
        self.gone = asyncio.Event()

    async def _hear(self, name: str, payload: Any) -> None:
        self.heard.append((name, payload))
        self._more.set()

    async def _gone(self, *_: Any) -> None:
        self.gone.set()

    async def ask(self, event: str, *payload: Any) -> dict[str, Any]:
        """The acknowledgement of one event."""
        data = payload[0] if len(payload) == 1 else payload
        answer = await self.client.call(event, data, namespace=self.namespace, timeout=WAIT_S)
        assert isinstance(answer, dict), answer
        return answer

    async def ok(self, event: str, payload: Any) -> dict[str, Any]:
        """The fields of an answer that must be `ok`."""
        answer = await self.ask(event, payload)
        assert answer["ok"], answer
        return answer

    async def refused(self, event: str, *payload: Any) -> dict[str, Any]:
        """The error of an answer that must be one, of the one shape."""
        answer = await self.ask(event, *payload)
        assert answer["ok"] is False, answer
        return one_shape(answer["error"])

    def all(self, name: str) -> list[Any]:
        return [payload for heard, payload in self.heard if heard == name]

    def events(self, conversation: str) -> list[dict[str, Any]]:
        return [event for event in self.all("event") if event["conversation"] == conversation]

    async def until(self, fits: Callable[[str, Any], bool]) -> Any:
        """The first frame, heard or to come, that fits."""
        async with asyncio.timeout(WAIT_S):
            while True:
                self._more.clear()
                found = next((payload for name, payload in self.heard if fits(name, payload)), None)
                if found is not None:
                    return found
                await self._more.wait()

    async def frame(self, name: str, **fields: Any) -> Any:
        """The first frame of a name whose fields are as given."""
        return await self.until(
            lambda heard, payload: (
                heard == name and all(payload.get(key) == value for key, value in fields.items())
            )
        )

    async def close(self) -> None:
        await self.client.disconnect()


@dataclass(slots=True, kw_only=True)
class House:
    """The server and what a test needs of it."""

    node: Node
    url: str
    http: aiohttp.ClientSession
    users: dict[str, User]
    tokens: dict[str, str] = field(default_factory=dict)
    stack: AsyncExitStack

    async def rest(
        self, method: str, path: str, who: str | None = None, *, json: Any = None, **more: Any
    ) -> tuple[int, Any]:
        """Status and decoded body."""
        headers = {**more.pop("headers", {})}
        if who is not None:
            headers["Authorization"] = f"Bearer {await self.token(who)}"
        async with self.http.request(method, self.url + path, json=json, headers=headers, **more) as answer:
            is_json = answer.content_type == "application/json"
            return answer.status, await answer.json() if is_json else await answer.text()

    async def token(self, who: str) -> str:
        if who not in self.tokens:
            body = {"email": f"{who}@example.org", "password": PASSWORD}
            status, answer = await self.rest("POST", "/api/login", json=body)
            assert status == 200, answer
            self.tokens[who] = answer["token"]
        return self.tokens[who]

    async def line(self, namespace: str, auth: dict[str, Any], **more: Any) -> Line:
        """Connect; raises socketio's ConnectionError when refused. Closed with the house."""
        line = Line(namespace)
        self.stack.push_async_callback(line.close)
        await line.client.connect(
            self.url, auth=auth, namespaces=[namespace], transports=["websocket"], wait_timeout=WAIT_S, **more
        )
        return line

    async def visitor(self, **auth: Any) -> Line:
        line = await self.line("/visitor", {"site": "default", **auth})
        await line.frame("session")
        return line

    async def user(self, who: str, namespace: str = "/agent") -> Line:
        status, answer = await self.rest("POST", "/api/socket-ticket", who)
        assert status == 200, answer
        line = await self.line(namespace, {"ticket": answer["ticket"]})
        await line.frame("session" if namespace == "/agent" else "board")
        return line

    async def chat(self, text: str = "hello", **auth: Any) -> tuple[Line, str]:
        """A visitor who has just started to wait."""
        line = await self.visitor(**auth)
        started = await line.ok("start", {"cmid": cmid(), "text": text})
        return line, started["conversation"]

    async def taken(self, who: str = "ann", text: str = "hello") -> tuple[Line, Line, str]:
        """A visitor, the agent who has taken the chat, and the chat."""
        visitor, conversation = await self.chat(text)
        agent = await self.user(who)
        await agent.ok("accept", {"conversation": conversation})
        return visitor, agent, conversation

    async def stored(self, conversation: str) -> int:
        """How many events the journal has of it."""
        return len(await self.node.desk.history(conversation))


@asynccontextmanager
async def open_house(
    database_url: str, static: Path, *, limits: Limits | None = None, **changes: Any
) -> AsyncIterator[House]:
    """A node without a bot, so that whoever starts waits for a person."""
    config = Config(database_url=database_url, **{"bot": "none", **changes})
    async with AsyncExitStack() as server, open_node(config, limits=limits) as node:
        users = await _people(node)
        url = await _serve(node, static, server)
        http = await server.enter_async_context(aiohttp.ClientSession())
        async with AsyncExitStack() as lines:
            yield House(node=node, url=url, http=http, users=users, stack=lines)


async def _people(node: Node) -> dict[str, User]:
    people, hashed = node.directory.people, await node.wire.hall.passwords.hash(PASSWORD)
    found = {}
    for name, role in PEOPLE.items():
        known = await people.by_email(f"{name}@example.org")
        found[name] = known or await people.add(
            email=f"{name}@example.org", name=name.title(), role=role, password_hash=hashed
        )
    await node.wire.reload()
    return found


async def _serve(node: Node, static: Path, stack: AsyncExitStack) -> str:
    runner = web.AppRunner(application(node.wire, static=static), access_log=None, shutdown_timeout=1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    stack.push_async_callback(node.wire.drain)
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


def one_shape(error: dict[str, Any]) -> dict[str, Any]:
    """Every error, on a socket or over HTTP, looks like this."""
    assert {"code", "message", "retryable", "request_id"} <= error.keys(), error
    assert isinstance(error["retryable"], bool)
    assert error["message"]
    assert "Traceback" not in error["message"]
    return error
