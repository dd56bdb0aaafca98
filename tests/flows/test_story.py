"""The whole story in three windows: a visitor, an agent, a supervisor, and a cut in the middle."""

import re

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.axe import violations
from tests.flows.conftest import ADMIN, Rest, Server
from tests.flows.network import Network

WAIT_MS = 30_000


async def axe(page: Page, where: str, found_so_far: list[str]) -> None:
    """Note every violation on this screen, in its present state."""
    found_so_far += [f"{where}: {one}" for one in await violations(page)]


async def window(browser: Browser, *, dark: bool = False) -> BrowserContext:
    context = await browser.new_context(
        reduced_motion="reduce",  # axe must not judge a colour half faded in
        locale="en-GB",
        timezone_id="UTC",
        color_scheme="dark" if dark else "light",
    )
    context.set_default_timeout(WAIT_MS)
    return context


async def login(context: BrowserContext, url: str, person: dict[str, str], wrong: list[str]) -> Page:
    page = await context.new_page()
    await page.goto(url)
    await page.get_by_label("E-mail").fill(person["email"])
    await page.get_by_label("Password", exact=True).fill(person["password"])
    await axe(page, f"login at {url}", wrong)
    await page.keyboard.press("Enter")
    return page


async def hired(http: aiohttp.ClientSession, server: Server, name: str, role: str) -> dict[str, str]:
    admin = await Rest.login(http, server.url, *ADMIN)
    person = {"email": f"{name.lower()}@example.org", "password": f"password of {name}!"}
    await admin.ask("POST", "/api/agents", {**person, "name": name, "role": role})
    return person


async def say(page: Page, label: str | re.Pattern[str], text: str) -> None:
    box = page.get_by_label(label).last
    await box.fill(text)
    await box.press("Enter")


async def texts(log: Locator, wanted: list[str]) -> None:
    """These lines, once each and in this order, among what the log shows."""
    for text in wanted:
        await expect(log).to_contain_text(text, timeout=WAIT_MS)
    whole = await log.inner_text()
    assert [whole.count(text) for text in wanted] == [1] * len(wanted), whole
    places = [whole.index(text) for text in wanted]
    assert places == sorted(places), whole


@pytest.mark.timeout(240)
async def test_a_chat_from_hello_to_the_rating(
    sqlite_server: Server, http: aiohttp.ClientSession, browser: Browser
) -> None:
    wrong: list[str] = []
    ann = await hired(http, sqlite_server, "Ann", "agent")
    sam = await hired(http, sqlite_server, "Sam", "supervisor")
    shop, desk, board = await window(browser), await window(browser), await window(browser, dark=True)
    async with Network(sqlite_server.port) as network:
        supervisor = await login(board, f"{sqlite_server.url}/supervisor", sam, wrong)
        await expect(supervisor.get_by_role("heading", name="Supervisor board")).to_be_visible()
        agent = await login(desk, f"{sqlite_server.url}/console", ann, wrong)
        await agent.get_by_role("button", name="Go online").click()

        visitor = await shop.new_page()
        await visitor.goto(f"{network.url}/demo")
        await visitor.get_by_role("button", name="Chat", exact=True).click()
        await say(visitor, "Your message", "Hello!")
        log = visitor.get_by_role("log")
        await expect(log.get_by_text("Hello!", exact=True)).to_have_count(1, timeout=WAIT_MS)
        await axe(visitor, "the widget with the bot", wrong)
        await say(visitor, "Your message", "I want to talk to a person")
        await expect(visitor.get_by_text(re.compile("next|in line", re.I)).first).to_be_visible()

        ring = agent.get_by_role("alertdialog")
        await expect(ring).to_be_visible()
        await axe(agent, "the console while it rings", wrong)
        await expect(supervisor.get_by_text("Waiting", exact=True).first).to_be_visible()
        await ring.get_by_role("button", name="Accept").click()
        await expect(log.get_by_text(re.compile("Ann joined"))).to_be_visible()
        await say(agent, re.compile("^Reply to"), "Hi, I am Ann.")
        await expect(log.get_by_text("Hi, I am Ann.")).to_have_count(1, timeout=WAIT_MS)
        await say(visitor, "Your message", "Where is my fern?")

        await visitor.reload()
        await visitor.get_by_role("button", name=re.compile("chat|new message", re.I)).first.click()
        log = visitor.get_by_role("log")
        await texts(log, ["Hello!", "I want to talk to a person", "Hi, I am Ann.", "Where is my fern?"])

        network.cut()
        await say(visitor, "Your message", "Are you there?")
        await say(visitor, "Your message", "I will wait.")
        await say(agent, re.compile("^Reply to"), "It left yesterday.")
        await say(agent, re.compile("^Reply to"), "It comes tomorrow.")
        await expect(visitor.get_by_text(re.compile("No connection"))).to_be_visible()
        away = agent.get_by_text("What you write will be there when they return")
        await expect(away).to_be_visible()  # longer than a page change would take
        await axe(visitor, "the widget without a connection", wrong)
        network.heal()
        await expect(away).to_be_hidden(timeout=WAIT_MS)
        said = ["Are you there?", "I will wait."]
        answered = ["It left yesterday.", "It comes tomorrow."]
        await texts(log, said)
        await texts(log, answered)
        transcript = agent.get_by_role("log")
        await texts(transcript, said)
        await texts(transcript, answered)
        await axe(agent, "the console in a chat", wrong)

        await agent.get_by_role("button", name="End", exact=True).click()
        await (
            agent.get_by_role("dialog").get_by_role("button", name=re.compile("resolved", re.I)).first.click()
        )
        await expect(agent.get_by_role("dialog")).to_be_hidden(timeout=WAIT_MS)
        await (
            visitor.get_by_role("radio", name=re.compile("Great"))
            .or_(visitor.get_by_role("button", name=re.compile("Great")))
            .first.click()
        )
        nine = re.compile("^9( |$)")
        await (
            visitor.get_by_role("radio", name=nine)
            .or_(visitor.get_by_role("button", name=nine))
            .first.click()
        )
        await axe(visitor, "the widget with the rating", wrong)
        await visitor.get_by_label("Tell us more, if you like").fill("Ann was lovely")
        await visitor.get_by_role("button", name="Send", exact=True).last.click()
        await expect(visitor.get_by_text("Thank you for your feedback")).to_be_visible()

        await expect(supervisor.get_by_text("1 of 1 satisfied")).to_be_visible()
        await axe(supervisor, "the board", wrong)
    for context in (shop, desk, board):
        await context.close()
    assert not wrong, "\n".join(wrong)
