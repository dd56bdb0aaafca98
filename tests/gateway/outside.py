"""Other people's servers: one that takes posts, one that takes mails. Both as they are on the wire."""

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.gateway.house import WAIT_S, House

ALLOWED = ("127.0.0.0/8",)
KINDS = ["conversation_started", "message", "closed"]


@dataclass
class Receiver:
    """Keeps every post; answers what `answers` says, one after the other, then 200."""

    url: str = ""
    posts: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    hangs: bool = False
    floods: bool = False
    more: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.bodies.append(await request.read())
        self.posts.append(request)
        self.more.set()
        if self.hangs:
            await self.gone.wait()
        if self.floods:
            return await self._flood(request)
        status = self.answers.pop(0) if self.answers else 200
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status == 302 else {})

    async def _flood(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]

    async def until(self, kind: str, times: int = 1) -> list[dict[str, Any]]:
        """Everything told, once so many of a kind have come."""
        async with asyncio.timeout(20):
            while sum(one["kind"] == kind for one in self.told()) < times:
                self.more.clear()
                await self.more.wait()
        return self.told()

    def genuine(self, secret: str, at: int = -1) -> bool:
        """Is the signature right, by the receiver's own reckoning?"""
        headers, body = self.posts[at].headers, self.bodies[at]
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        wanted = "v1," + base64.b64encode(hmac.digest(key, content, "sha256")).decode()
        return hmac.compare_digest(wanted, headers["webhook-signature"])


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    one = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", one.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    one.url = f"http://{host}:{port}/hook"
    try:
        yield one
    finally:
        one.gone.set()
        await runner.cleanup()


@dataclass
class Mailbox:
    """An SMTP server that keeps what it is given; `refuses` are addresses it does not know."""

    port: int = 0
    mails: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    refuses: tuple[str, ...] = ()
    more: asyncio.Event = field(default_factory=asyncio.Event)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example\r\n")
        while line := (await reader.readline()).decode().strip():
            self.said.append(line)
            word = line.split(maxsplit=1)[0].upper()
            if word == "DATA":
                writer.write(b"354 go on\r\n")
                self.mails.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                self.more.set()
            writer.write(self._answer(word, line))
            if word == "QUIT":
                break
        writer.close()

    def _answer(self, word: str, line: str) -> bytes:
        if word == "EHLO":
            return b"250-mail.example\r\n250 AUTH PLAIN\r\n"
        if word == "AUTH":
            return b"235 welcome\r\n"
        if word == "RCPT" and any(address in line for address in self.refuses):
            return b"550 nobody of that name\r\n"
        return b"221 bye\r\n" if word == "QUIT" else b"250 ok\r\n"

    async def until(self, count: int) -> list[str]:
        async with asyncio.timeout(20):
            while len(self.mails) < count:
                self.more.clear()
                await self.more.wait()
        return self.mails


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    one = Mailbox()
    async with await asyncio.start_server(one.talk, "127.0.0.1", 0) as server:
        one.port = server.sockets[0].getsockname()[1]
        yield one


async def made(house: House, url: str, **more: Any) -> dict[str, Any]:
    body = {"name": "Shop", "url": url, "kinds": KINDS, **more}
    status, answer = await house.rest("POST", "/api/webhooks", "ada", json=body)
    assert status == 201, answer
    assert isinstance(answer, dict)
    return answer


async def delivered(house: House, hook: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The first delivery of a webhook that is as given, once there is one."""
    async with asyncio.timeout(WAIT_S):
        while True:
            _, answer = await house.rest("GET", f"/api/deliveries?target={hook['id']}", "ada")
            for one in answer["deliveries"]:
                if all(one[key] == value for key, value in fields.items()):
                    assert isinstance(one, dict)
                    return one
            await asyncio.sleep(0.05)


async def drop(house: House, hook: dict[str, Any]) -> None:
    assert (await house.rest("DELETE", f"/api/webhooks/{hook['id']}", "ada"))[0] == 204
