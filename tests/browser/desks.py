"""Windows of people who work here: logged in at the real door, with what the browser complained of."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from playwright.async_api import Browser, BrowserContext, Page

from tests.browser.conftest import Window
from tests.flows.conftest import ADMIN, Client, Rest, Server, cmid


class Desk(Window):
    """A supervisor's or administrator's window."""

    async def sign_in(self, url: str, email: str, password: str) -> None:
        """At the door, by hand."""
        await self.page.goto(url)
        await self.page.get_by_label("E-mail").fill(email)
        await self.page.get_by_label("Password", exact=True).fill(password)
        await self.page.get_by_role("button", name="Sign in").click()

    async def overflows(self) -> bool:
        """Must one scroll sideways?"""
        return bool(await self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


async def _login(server: Server) -> str:
    """What the door leaves in the browser."""
    async with aiohttp.ClientSession() as http:
        who = await Rest.login(http, server.url, *ADMIN)
    return json.dumps({"token": who.token, "user": who.user})


async def desk(context: BrowserContext, server: Server, path: str = "/supervisor") -> Desk:
    """An administrator's window on `path`, already logged in; he may do what a supervisor may."""
    login = json.dumps(await _login(server))
    await context.add_init_script(f"localStorage.setItem('antiphon:login', {login})")
    opened = Desk(await context.new_page())
    await opened.page.goto(f"{server.url}{path}")
    return opened


async def still(browser: Browser, **more: object) -> BrowserContext:
    """A context without motion: a colour is what it will be at once, and axe measures no fade."""
    return await browser.new_context(reduced_motion="reduce", locale="en-GB", **more)  # type: ignore[arg-type]  # passed on


async def waiting_visitor(server: Server, text: str = "Where is my parcel?") -> tuple[Client, str]:
    """A visitor in the queue, by socket; and his conversation."""
    client = await Client("/visitor").connect(server.url, {"site": "default"})
    await client.until("session")
    started = await client.ok("start", cmid=cmid(), text=text)
    await client.ok("handoff", conversation=started["conversation"], cmid=cmid())
    return client, started["conversation"]


async def colleague(http: aiohttp.ClientSession, server: Server, name: str, role: str) -> tuple[str, str]:
    """A new user's e-mail and password."""
    admin = await Rest.login(http, server.url, *ADMIN)
    email, password = f"{name.lower()}-{cmid()[:6]}@example.org", f"password of {name}!"
    await admin.ask("POST", "/api/agents", {"email": email, "name": name, "role": role, "password": password})
    return email, password


@asynccontextmanager
async def at_work(server: Server, name: str) -> AsyncIterator[Client]:
    """A new agent, online."""
    async with aiohttp.ClientSession() as http:
        who = await Rest.login(http, server.url, *await colleague(http, server, name, "agent"))
        client = await Client("/agent").connect(server.url, {"ticket": await who.ticket()})
    await client.until("session")
    await client.ok("status", status="online", max_concurrency=5)
    try:
        yield client
    finally:
        await client.ok("status", status="offline")
        await client.close()


def figure(page: Page, tile: str) -> str:
    """The selector of a tile's big number."""
    return f'.tile:has(.tile-name:text-is("{tile}")) .figure'
