"""The settings: what an administrator changes there is so everywhere."""

import re
from typing import Any, Literal

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.desks import Desk, colleague, desk, still
from tests.flows.conftest import ADMIN, Client, Rest, Server, cmid

pytestmark = pytest.mark.browser


async def test_a_new_colleague_can_log_in_and_a_disabled_one_cannot(
    server: Server, window: BrowserContext
) -> None:
    page = (await desk(window, server, "/admin")).page
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_label("Name, as visitors see it").fill("Ida Berg")
    await page.get_by_label("E-mail, to log in with").fill("ida@example.org")
    await page.get_by_label("Password", exact=True).fill("a good long password")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_role("button", name="Ida Berg")).to_be_visible()
    async with aiohttp.ClientSession() as http:
        await Rest.login(http, server.url, "ida@example.org", "a good long password")
        await page.get_by_role("button", name="Ida Berg").click()
        await page.get_by_role("button", name="Disable").click()
        await (
            page.get_by_role("dialog", name="Disable Ida Berg?").get_by_role("button", name="Disable").click()
        )
        await expect(page.locator("tr", has_text="Ida Berg")).to_contain_text("disabled")
        body = {"email": "ida@example.org", "password": "a good long password"}
        async with http.post(f"{server.url}/api/login", json=body) as answer:
            assert answer.status == 401


async def test_a_short_password_is_refused_beside_its_field(server: Server, window: BrowserContext) -> None:
    page = (await desk(window, server, "/admin")).page
    await page.get_by_role("button", name="Add a person").click()
    await page.get_by_label("Name, as visitors see it").fill("Kim")
    await page.get_by_label("E-mail, to log in with").fill("kim@example.org")
    await page.get_by_label("Password", exact=True).fill("short")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_label("Password", exact=True)).to_have_attribute("aria-invalid", "true")


async def _saved_hours(page: Page) -> dict[str, Any]:
    """What the server answers when a queue is saved, its hours last."""
    async with page.expect_response(re.compile("/hours$")) as answered:
        await page.get_by_role("button", name="Save").click()
    hours: dict[str, Any] = await (await answered.value).json()
    return hours


async def test_hours_and_thresholds_of_a_new_queue_are_kept(server: Server, window: BrowserContext) -> None:
    page, id_ = (await desk(window, server, "/admin/queues")).page, f"night-{cmid()[:6]}"
    await page.get_by_role("button", name="Add a queue").click()
    await page.get_by_label("Name, as visitors see it").fill(id_)
    await page.get_by_role("button", name="Add", exact=True).click()
    await page.get_by_label("answered within").fill("45")
    await page.get_by_label("Time zone").fill("Europe/Berlin")
    await page.get_by_label("Monday, from").fill("09:00")
    await page.get_by_label("Monday, until").fill("17:30")
    await page.get_by_label("Sunday", exact=True).uncheck()
    hours = await _saved_hours(page)
    assert [one["hours"]["zone"] for one in hours["former"]] == ["UTC"]
    await page.get_by_label("Count past conversations by these hours, too").check()
    assert (await _saved_hours(page))["former"] == []
    async with aiohttp.ClientSession() as http:
        admin = await Rest.login(http, server.url, *ADMIN)
        queue = await admin.ask("GET", f"/api/queues/{id_}")
    assert queue["sl_threshold_s"] == 45
    assert queue["hours"]["zone"] == "Europe/Berlin"
    assert queue["hours"]["week"][0] == [[540, 1050]]
    assert queue["hours"]["week"][6] == []


async def test_the_greeting_and_the_colour_reach_the_widget(server: Server, window: BrowserContext) -> None:
    page = (await desk(window, server, "/admin/site")).page
    await page.get_by_label("Greeting").fill("Good evening! What is it about?")
    colour = page.get_by_role("textbox", name="Accent colour", exact=True)
    await colour.fill("#ffee00")
    await expect(page.locator(".verdict")).to_contain_text("A darker colour is seen better")
    await colour.fill("#0f766e")
    await expect(page.locator(".verdict")).to_contain_text("Readable")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".toast")).to_contain_text("Saved")
    visitor = await Client("/visitor").connect(server.url, {"site": "default"})
    site = (await visitor.until("session"))["site"]
    assert site["greeting"] == "Good evening! What is it about?"
    assert site["theme"]["accent"] == "#0f766e"
    await visitor.close()


async def test_the_snippet_is_the_documented_one(server: Server, window: BrowserContext) -> None:
    page = (await desk(window, server, "/admin/site")).page
    snippet = page.get_by_role("region", name="Put it on your page")
    await expect(snippet).to_contain_text("antiphon('boot',{site:'default'})")
    await expect(snippet).to_contain_text(f'<script async src="{server.url}/w.js"></script>')


async def test_a_canned_answer_is_everybodys(server: Server, window: BrowserContext) -> None:
    page = (await desk(window, server, "/admin/answers")).page
    await page.get_by_role("button", name="Add an answer").first.click()
    await page.get_by_label("Shortcut").fill("/refund")
    await page.get_by_label("Title").fill("Refund")
    await page.get_by_label("Text", exact=True).fill("The refund is on its way.")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.locator(".answer")).to_contain_text("/refund")
    async with aiohttp.ClientSession() as http:
        who = await Rest.login(http, server.url, *await colleague(http, server, "Ola", "agent"))
        canned = (await who.ask("GET", "/api/canned"))["canned"]
    assert [(one["shortcut"], one["owner"]) for one in canned] == [("refund", None)]


async def test_a_supervisor_is_told_that_settings_are_not_his(server: Server, window: BrowserContext) -> None:
    async with aiohttp.ClientSession() as http:
        sam = await colleague(http, server, "Sam", "supervisor")
    settings = Desk(await window.new_page())
    await settings.sign_in(f"{server.url}/admin", *sam)
    await expect(settings.page.get_by_text("Settings are for administrators")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(server: Server, browser: Browser, scheme: Literal["light", "dark"]) -> None:
    context = await still(browser, color_scheme=scheme)
    settings = await desk(context, server, "/admin")
    page = settings.page
    await page.get_by_role("button", name="Administrator", exact=True).wait_for()
    assert await settings.axe() == []
    await page.get_by_role("button", name="Add a person").click()
    assert await settings.axe() == []
    for place in ("queues", "queues/support", "site", "answers"):
        await page.goto(f"{server.url}/admin/{place}")
        await page.locator(".page").wait_for()
        assert await settings.axe() == [], place
    await context.close()


@pytest.mark.parametrize("width", [320, 390, 720])
async def test_nobody_must_scroll_sideways(server: Server, browser: Browser, width: int) -> None:
    context = await still(browser, viewport={"width": width, "height": 800})
    settings = await desk(context, server, "/admin")
    for place in ("", "/queues", "/queues/support", "/site", "/answers"):
        await settings.page.goto(f"{server.url}/admin{place}")
        await settings.page.locator(".page").wait_for()
        assert not await settings.overflows(), place
    await context.close()
