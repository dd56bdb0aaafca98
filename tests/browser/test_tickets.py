"""The tickets' page: what a supervisor reads, answers and settles there."""

from typing import Any, Literal

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, expect

from tests.browser.desks import desk, still
from tests.flows.conftest import ADMIN, Rest, Server, cmid

pytestmark = pytest.mark.browser


async def made(server: Server, subject: str, **more: Any) -> str:
    """A ticket's id."""
    async with aiohttp.ClientSession() as http:
        admin = await Rest.login(http, server.url, *ADMIN)
        body = {"cmid": cmid(), "subject": subject, "text": "Where is it?", "queue": "support", **more}
        told: str = (await admin.ask("POST", "/api/tickets", body))["ticket"]["id"]
        return told


async def test_a_ticket_is_read_answered_noted_and_solved(server: Server, window: BrowserContext) -> None:
    await made(server, "Refund of order 10234", priority="high")
    opened = await desk(window, server, "/supervisor/tickets")
    page = opened.page
    row = page.get_by_role("button", name="Refund of order 10234")
    await expect(row).to_contain_text("high")
    await row.click()
    await expect(page.locator(".ticket-story")).to_contain_text("Where is it?")
    await page.get_by_label("Answer").last.fill("It was sent today.")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".ticket-story")).to_contain_text("It was sent today.")
    await expect(row).to_contain_text("open")
    await page.get_by_label("Note to colleagues").check()
    await page.get_by_label("Note to colleagues").last.fill("Be nice.")
    await page.get_by_role("button", name="Leave note").click()
    await expect(page.locator('[data-kind="note"]')).to_contain_text("Be nice.")
    await page.get_by_label("With").select_option("Administrator")
    await expect(page.locator(".ticket-story")).to_contain_text("gave it to Administrator")
    await page.get_by_label("Status").select_option("solved")
    await expect(row).to_contain_text("solved")
    await page.reload()
    await expect(page.locator(".ticket-story")).to_contain_text("set it solved")
    await page.get_by_role("tab", name="Solved").click()
    await expect(page.get_by_role("button", name="Refund of order 10234")).to_be_visible()
    assert opened.complaints == []


async def test_a_ticket_is_made_by_hand(server: Server, window: BrowserContext) -> None:
    page = (await desk(window, server, "/supervisor/tickets")).page
    await page.get_by_role("button", name="New ticket").click()
    subject = f"A call from Mr Berg, {cmid()[:6]}"
    await page.get_by_label("Subject").fill(subject)
    await page.get_by_label("What is asked").fill("He wants an invoice.")
    await page.get_by_label("Priority").select_option("urgent")
    await page.get_by_role("button", name="Make it").click()
    await expect(page.locator(".ticket-story")).to_contain_text("He wants an invoice.")
    await expect(page.get_by_role("button", name=subject)).to_contain_text("urgent", timeout=20_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(server: Server, browser: Browser, scheme: Literal["light", "dark"]) -> None:
    key = await made(server, "A lamp that flickers")
    context = await still(browser, color_scheme=scheme)
    opened = await desk(context, server, "/supervisor/tickets")
    await opened.page.get_by_text("A lamp that flickers").first.wait_for()
    assert await opened.axe() == []
    await opened.page.goto(f"{server.url}/supervisor/tickets?ticket={key}")
    await opened.page.locator(".ticket-story").wait_for()
    assert await opened.axe() == []
    await context.close()


@pytest.mark.parametrize("width", [320, 720])
async def test_nobody_must_scroll_sideways(server: Server, browser: Browser, width: int) -> None:
    key = await made(server, "A-very-long-word-" * 8)
    context = await still(browser, viewport={"width": width, "height": 800})
    opened = await desk(context, server, f"/supervisor/tickets?ticket={key}")
    await opened.page.locator(".ticket-story").wait_for()
    assert not await opened.overflows()
    await opened.page.goto(f"{server.url}/supervisor/tickets")
    await opened.page.get_by_text("A-very-long-word").first.wait_for()
    assert not await opened.overflows()
    await context.close()
