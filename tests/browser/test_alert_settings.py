"""Goals, alerts, webhooks and keys: from the settings to where they show."""

import json
from collections.abc import AsyncIterator
from typing import Literal

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.desks import desk, still, waiting_visitor
from tests.flows.conftest import ADMIN, Rest, Server
from tests.gateway.outside import Receiver, receiver

pytestmark = pytest.mark.browser
PLACES = {"alerts": "What fired", "webhooks": "Deliveries", "keys": "API keys"}


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """One that may call this machine."""
    folder = tmp_path_factory.mktemp("antiphon")
    allowed = {"ANTIPHON_OUTBOUND_ALLOW": "127.0.0.0/8", "ANTIPHON_BOT": "none"}
    running = await Server(f"sqlite:///{folder / 'antiphon.db'}", allowed).start()
    yield running
    await running.stop()


@pytest.fixture
async def hook() -> AsyncIterator[Receiver]:
    async with receiver() as one:
        yield one


async def secret_of(page: Page, title: str) -> str:
    """What the dialog tells once."""
    shown = page.get_by_role("dialog", name=title)
    secret = await shown.locator("pre").inner_text()
    await shown.get_by_role("button", name="Close").last.click()
    await expect(page.get_by_text(secret)).to_have_count(0)
    return secret


async def test_a_goal_is_set_in_per_cent_changed_and_dropped(server: Server, window: BrowserContext) -> None:
    page = (await desk(window, server, "/admin/alerts")).page
    await page.get_by_role("button", name="Set a goal").click()
    await page.get_by_label("At least, %").fill("82.5")
    await page.get_by_label("Amber zone, %").fill("10")
    await page.get_by_role("button", name="Add", exact=True).click()
    row = page.get_by_role("button", name="Service level everything at least 82.5 % amber within 10 %")
    await row.click()
    await page.get_by_label("Direction").select_option("Between two values")
    await page.get_by_label("At most, %").fill("99")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".goal")).to_contain_text("82.5 % to 99 %")
    async with aiohttp.ClientSession() as http:
        admin = await Rest.login(http, server.url, *ADMIN)
        [goal] = (await admin.ask("GET", "/api/goals"))["goals"]
    assert (goal["kpi"], goal["low"], goal["high"], goal["margin"]) == ("service_level", 0.825, 0.99, 0.1)
    await page.locator(".goal").click()
    await page.get_by_role("button", name="Delete").click()
    await expect(page.get_by_text("No goals yet")).to_be_visible()


async def test_an_alert_shows_on_the_board_is_posted_and_taken_on(
    server: Server, window: BrowserContext, hook: Receiver
) -> None:
    page = (await desk(window, server, "/admin/webhooks")).page
    await page.get_by_role("button", name="Add a webhook").click()
    await page.get_by_label("Name", exact=True).fill("Team room")
    await page.get_by_label("Address").fill(hook.url)
    await page.get_by_role("button", name="Add", exact=True).click()
    secret = await secret_of(page, "The webhook’s secret")
    await page.locator(".rule", has_text="Team room").click()
    await page.get_by_role("button", name="Send a test").click()
    await hook.until("test")
    assert hook.genuine(secret)
    await expect(page.locator("tr", has_text="test").first).to_contain_text("taken")

    await page.goto(f"{server.url}/admin/alerts")
    await page.get_by_role("button", name="Add an alert").click()
    await page.get_by_label("Name", exact=True).fill("Somebody waits")
    await page.get_by_label("Number").select_option("Queue length now")
    await page.get_by_label("Of", exact=True).select_option("Queue Support")
    await page.get_by_label("Threshold").fill("1")
    await page.get_by_label("For at least, seconds").fill("0")
    await page.get_by_label("Team room").check()
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.locator(".rule")).to_contain_text("Queue length now, Support: at least 1")

    client, _ = await waiting_visitor(server)
    [fired] = [one for one in await hook.until("alert_fired") if one["kind"] == "alert_fired"]
    assert fired["alert"]["name"] == "Somebody waits"
    await expect(page.locator(".rule")).to_contain_text("fires now")
    board = (await desk(window, server, "/supervisor")).page
    await expect(board.locator(".raised")).to_contain_text(["nobody is online", "Somebody waits"])
    await board.get_by_role("button", name="I look after it").click()
    await expect(board.locator(".raised").last).to_contain_text("Administrator looks after it")
    await client.close()


async def test_an_address_inside_is_refused_beside_its_field(server: Server, window: BrowserContext) -> None:
    page = (await desk(window, server, "/admin/webhooks")).page
    await page.get_by_role("button", name="Add a webhook").click()
    await page.get_by_label("Name", exact=True).fill("Router")
    await page.get_by_label("Address").fill("http://192.168.0.1/")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_label("Address")).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_text("not on the public internet")).to_be_visible()


async def test_what_failed_is_seen_and_sent_again(
    server: Server, window: BrowserContext, hook: Receiver
) -> None:
    hook.answers = [503]
    async with aiohttp.ClientSession() as http:
        admin = await Rest.login(http, server.url, *ADMIN)
        made = await admin.ask("POST", "/api/webhooks", {"name": "CRM", "url": hook.url, "kinds": []})
        await admin.ask("POST", f"/api/webhooks/{made['id']}/test", {})
    page = (await desk(window, server, "/admin/webhooks")).page
    row = page.locator("tr", has_text="CRM").first
    await expect(row).to_contain_text("Answered 503.")
    await row.get_by_role("button", name="Send again").click()
    await expect(row).to_contain_text("taken")


async def test_a_key_is_told_once_works_and_is_revoked(server: Server, window: BrowserContext) -> None:
    page = (await desk(window, server, "/admin/keys")).page
    await page.get_by_role("button", name="Make a key").click()
    await page.get_by_label("Name", exact=True).fill("Data lake")
    await page.get_by_role("button", name="Add", exact=True).click()
    headers = {"Authorization": f"Bearer {await secret_of(page, 'The key')}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        async with http.get(f"{server.url}/api/board") as answer:
            assert answer.status == 200
        await page.get_by_role("button", name="Revoke").click()
        await page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
        await expect(page.locator("tr", has_text="Data lake")).to_contain_text("revoked")
        async with http.get(f"{server.url}/api/board") as answer:
            assert answer.status == 401


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(server: Server, browser: Browser, scheme: Literal["light", "dark"]) -> None:
    context = await still(browser, color_scheme=scheme)
    settings = await desk(context, server, "/admin")
    adding = {"alerts": "Add an alert", "webhooks": "Add a webhook", "keys": "Make a key"}
    for place, words in PLACES.items():
        await settings.page.goto(f"{server.url}/admin/{place}")
        await settings.page.get_by_role("heading", name=words).wait_for()
        assert await settings.axe() == [], place
        await settings.page.get_by_role("button", name=adding[place]).first.click()
        assert await settings.axe() == [], adding[place]
    assert settings.complaints == [], json.dumps(settings.complaints)
    await context.close()


@pytest.mark.parametrize("width", [320, 390, 720])
async def test_nobody_must_scroll_sideways(server: Server, browser: Browser, width: int) -> None:
    context = await still(browser, viewport={"width": width, "height": 800})
    settings = await desk(context, server, "/admin")
    for place, words in PLACES.items():
        await settings.page.goto(f"{server.url}/admin/{place}")
        await settings.page.get_by_role("heading", name=words).wait_for()
        assert not await settings.overflows(), place
    await context.close()
