"""A shop on another origin that embeds the widget, a line that can be cut, and axe."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page

from tests.axe import violations
from tests.flows.conftest import ADMIN, Client, Rest, Server, free_port

# What a shop needs in its policy, and nothing more (widget/README.md).
POLICY = (
    "default-src 'none'; script-src 'self' {chat}; style-src 'self'; img-src {chat}; "
    "connect-src {chat} {socket}; require-trusted-types-for 'script'"
)
PAGE = (
    "<!doctype html><html lang=en><title>A strict shop</title><h1>Shop</h1>"
    "<script async src='{chat}/w.js' {data}></script>"
)


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    folder = tmp_path_factory.mktemp("antiphon")
    running = await Server(f"sqlite:///{folder / 'antiphon.db'}").start()
    yield running
    await running.stop()


class Agent:
    """An agent who takes whatever is offered, by hand."""

    def __init__(self, client: Client, name: str) -> None:
        self.client, self.name = client, name

    async def take(self) -> str:
        offer = await self.client.until("offer")
        await self.client.ok("accept", conversation=offer["conversation"])
        conversation: str = offer["conversation"]
        return conversation


@pytest.fixture
async def agent(server: Server) -> AsyncIterator[Agent]:
    async with aiohttp.ClientSession() as http:
        admin = await Rest.login(http, server.url, *ADMIN)
        maria = await admin.hire("Maria")
        client = await Client("/agent").connect(server.url, {"ticket": await maria.ticket()})
        await client.until("session")
        await client.ok("status", status="online", max_concurrency=5)
        yield Agent(client, "Maria")
        await client.ok("status", status="offline")
        await client.close()


class Line:
    """TCP between a browser and the server that can be cut and mended."""

    def __init__(self, port: int) -> None:
        self.port, self.target = free_port(), port
        self.up = True
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.up:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        self._open |= {writer, far_writer}
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        self._open -= {writer, far_writer}

    def cut(self) -> None:
        self.up = False
        for writer in self._open:
            writer.transport.abort()

    def mend(self) -> None:
        self.up = True

    async def close(self) -> None:
        self.cut()
        if self._server:
            self._server.close()
            await self._server.wait_closed()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    writer.transport.abort()


@pytest.fixture
async def line(server: Server) -> AsyncIterator[Line]:
    made = Line(server.port)
    await made.start()
    yield made
    await made.close()


Shop = Any  # a callable with `plain` beside it


@pytest.fixture
async def strict_shop(server: Server) -> AsyncIterator[Shop]:
    """`await strict_shop("data-site='default'")` → the URL of a page on its own origin."""
    pages: list[tuple[str, str | None]] = []

    async def serve(request: web.Request) -> web.Response:
        text, policy = pages[-1]
        headers = {"Content-Security-Policy": policy} if policy else {}
        return web.Response(text=text, content_type="text/html", headers=headers)

    app = web.Application()
    app.router.add_get("/", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port := free_port())
    await site.start()

    def shop(data: str = "data-site='default'") -> str:
        policy = POLICY.format(chat=server.url, socket=server.url.replace("http", "ws"))
        pages.append((PAGE.format(chat=server.url, data=data), policy))
        return f"http://127.0.0.1:{port}/"

    def plain(body: str) -> str:
        """An ordinary page without a policy."""
        head = "<!doctype html><html lang=en><title>Shop</title><link rel=icon href=data:,>"
        pages.append((f"{head}<h1>Shop</h1>{body}", None))
        return f"http://127.0.0.1:{port}/"

    shop.plain = plain  # type: ignore[attr-defined] # the same site, another page

    yield shop
    await runner.cleanup()


class Window:
    """A visitor's window: the widget by what people see of it, and everything the browser complained of."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def part(self, selector: str) -> Locator:
        return self.page.locator(f"antiphon-chat {selector}")

    async def open(self, url: str) -> None:
        await self.page.goto(url)
        await self.part(".launcher").click()
        await self.part("textarea").first.wait_for()

    async def say(self, text: str) -> None:
        await self.part(".writer textarea").fill(text)
        await self.part(".writer textarea").press("Enter")

    async def sees(self, text: str) -> None:
        await self.part(".log").get_by_text(text).last.wait_for()

    async def mine(self) -> list[str]:
        """The visitor's own words as they stand in the log."""
        return await self.part(".mine .bubble > p").all_inner_texts()

    async def asked_for_a_person(self) -> None:
        await self.part(".person").click()
        await self.part(".queue").wait_for()

    async def axe(self) -> list[str]:
        """What axe finds wrong, in a word each."""
        return await violations(self.page)


@pytest.fixture
async def visitor(window: BrowserContext) -> Window:
    return Window(await window.new_page())
