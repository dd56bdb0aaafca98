"""The board as a supervisor uses it: it moves by itself, explains itself, and lets one step in."""

from pathlib import Path
from typing import Literal

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, expect

from tests.browser.conftest import Agent
from tests.browser.desks import Desk, at_work, colleague, desk, figure, still, waiting_visitor
from tests.flows.conftest import Server

pytestmark = pytest.mark.browser

WITHIN_MS = 5_000  # the server tells within a second; the rest is for a browser on a machine that is busy


async def test_a_visitor_who_waits_is_on_the_board_at_once(server: Server, window: BrowserContext) -> None:
    board = await desk(window, server)
    waiting = board.page.locator(figure(board.page, "Waiting"))
    await expect(waiting).to_have_text("0")
    visitor, conversation = await waiting_visitor(server)
    await expect(waiting).to_have_text("1", timeout=WITHIN_MS)
    await expect(board.page.locator(figure(board.page, "Longest wait"))).to_contain_text("0:0")
    await expect(board.page.locator(f'a.talk[href$="{conversation}"]')).to_be_visible()
    await visitor.ok("end", conversation=conversation, cmid="e1")
    await expect(waiting).to_have_text("0", timeout=WITHIN_MS)
    await expect(board.page.locator(f'a.talk[href$="{conversation}"]')).to_have_count(0)
    assert board.complaints == []
    await visitor.close()


async def test_a_whisper_reaches_the_agent_and_not_the_visitor(
    server: Server, window: BrowserContext, agent: Agent
) -> None:
    visitor, conversation = await waiting_visitor(server)
    await agent.take()
    board = await desk(window, server)
    await board.page.locator(f'a.talk[href$="{conversation}"]').click()
    await board.page.get_by_label("Whisper to the agent").fill("Offer a replacement")
    await board.page.keyboard.press("Enter")
    await expect(board.page.locator(".sheet .bubble", has_text="Offer a replacement")).to_be_visible()
    heard = await agent.client.until("event", "message")
    while heard["data"].get("text") != "Offer a replacement":
        heard = await agent.client.until("event", "message")
    assert heard["data"]["whisper"] is True
    seen = await visitor.ok("sync", conversation=conversation, after=0)
    assert "Offer a replacement" not in str(seen)
    await visitor.close()


async def test_taking_over_is_asked_first_and_then_it_is_mine(
    server: Server, window: BrowserContext, agent: Agent
) -> None:
    visitor, conversation = await waiting_visitor(server)
    await agent.take()
    board = await desk(window, server, f"/supervisor/c/{conversation}")
    page = board.page
    await page.get_by_role("button", name="Take over").click()
    question = page.get_by_role("dialog", name="Take this conversation over?")
    await expect(question).to_contain_text("Maria leaves the conversation")
    await question.get_by_role("button", name="Cancel").click()
    await expect(page.locator(".with")).to_contain_text("Maria")
    await page.get_by_role("button", name="Take over").click()
    await question.get_by_role("button", name="Take over").click()
    await expect(page.locator(".reading")).to_contain_text("You are in this conversation")
    await expect(page.get_by_role("link", name="Answer in the console")).to_have_attribute(
        "href", f"/console/c/{conversation}"
    )
    accepted = await visitor.until("event", "accepted")
    while accepted["data"]["name"] != "Administrator":
        accepted = await visitor.until("event", "accepted")
    await visitor.close()


async def test_giving_a_conversation_back_to_a_queue(
    server: Server, window: BrowserContext, agent: Agent
) -> None:
    visitor, conversation = await waiting_visitor(server)
    await agent.take()
    board = await desk(window, server, f"/supervisor/c/{conversation}")
    await board.page.get_by_role("button", name="Assign").click()
    await board.page.get_by_role("menu").get_by_role("menuitem").last.click()
    await visitor.until("event", "transferred")
    await expect(board.page.locator(".toast")).to_contain_text("Assigned")
    await visitor.close()


async def test_setting_a_status_from_afar_says_who_and_why(server: Server, window: BrowserContext) -> None:
    async with at_work(server, "Nadia") as nadia:
        board = await desk(window, server)
        row = board.page.locator("table.agents tr", has_text="Nadia")
        await row.get_by_role("button", name="Change the status").click()
        await board.page.get_by_role("menuitem", name="Away").click()
        question = board.page.get_by_role("dialog", name="Set Nadia to away?")
        await question.get_by_label("Reason").fill("Please come to the meeting")
        await question.get_by_role("button", name="Set to away").click()
        await expect(row.locator(".status-word")).to_have_text("Away", timeout=WITHIN_MS)
        await expect(row.locator(".reason")).to_have_text("Please come to the meeting")
        told = await nadia.until("me")
        while told["status"] != "away":
            told = await nadia.until("me")
        assert told["reason"] == "Please come to the meeting"


async def test_the_keyboard_opens_explains_and_closes(server: Server, window: BrowserContext) -> None:
    board = await desk(window, server)
    page = board.page
    tile = page.locator('a.tile-link[data-kpi="service_level"]')
    await tile.wait_for()
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await tile.evaluate("link => link === document.activeElement"):
            break
    definition = page.locator("#definition")
    await expect(definition).to_contain_text("Q08")
    await expect(tile).to_have_attribute("aria-describedby", "definition")
    await page.keyboard.press("Escape")
    await expect(definition).to_be_hidden()
    await page.keyboard.press("Enter")
    await expect(page.locator(".sheet h2")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator(".sheet")).to_have_count(0)
    await expect(tile).to_be_focused()
    assert board.complaints == []


async def test_an_agent_is_told_why_there_is_nothing_for_him(server: Server, window: BrowserContext) -> None:
    async with aiohttp.ClientSession() as http:
        ben = await colleague(http, server, "Ben", "agent")
    board = Desk(await window.new_page())
    await board.sign_in(f"{server.url}/supervisor", *ben)
    await expect(board.page.get_by_text("This board is for supervisors")).to_be_visible()
    await expect(board.page.get_by_role("link", name="Go to the console")).to_be_visible()


async def test_the_board_comes_back_after_a_restart(tmp_path: Path, window: BrowserContext) -> None:
    server = await Server(f"sqlite:///{tmp_path / 'antiphon.db'}").start()
    board = await desk(window, server)
    fresh = board.page.locator(".fresh")
    await expect(fresh).to_have_attribute("data-live", "true")
    await server.kill()
    await expect(fresh).to_contain_text("No connection")
    await server.start()
    await expect(fresh).to_have_attribute("data-live", "true", timeout=20_000)
    visitor, _ = await waiting_visitor(server)
    await expect(board.page.locator(figure(board.page, "Waiting"))).to_have_text("1", timeout=WITHIN_MS)
    await visitor.close()
    await server.stop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(
    server: Server, browser: Browser, agent: Agent, scheme: Literal["light", "dark"]
) -> None:
    visitor, conversation = await waiting_visitor(server)
    await agent.take()
    context = await still(browser, color_scheme=scheme)
    board = await desk(context, server)
    page = board.page
    await page.locator(".tile").first.wait_for()
    assert await board.axe() == []
    for place, there in (
        ("n/service", ".explained"),
        ("q/support", ".facts"),
        (f"c/{conversation}", ".transcript"),
    ):
        await page.goto(f"{server.url}/supervisor/{place}")
        await page.locator(f".sheet {there}, .sheet .empty").first.wait_for()
        assert await board.axe() == [], place
    await page.get_by_role("button", name="Join").click()
    assert await board.axe() == []
    await page.goto(f"{server.url}/supervisor?tv=1")
    await page.locator(".tv .tile").first.wait_for()
    assert await board.axe() == []
    await visitor.close()
    await context.close()


@pytest.mark.parametrize("width", [320, 390, 720, 1100])
async def test_nobody_must_scroll_sideways(server: Server, browser: Browser, width: int) -> None:
    visitor, conversation = await waiting_visitor(server)
    context = await still(browser, viewport={"width": width, "height": 800})
    board = await desk(context, server)
    await board.page.locator(f'a.talk[href$="{conversation}"]').wait_for()
    assert not await board.overflows()
    await board.page.goto(f"{server.url}/supervisor/c/{conversation}")
    await board.page.locator(".sheet .transcript").wait_for()
    assert not await board.overflows()
    await visitor.close()
    await context.close()


async def test_tv_mode_names_no_visitor(server: Server, window: BrowserContext) -> None:
    visitor, _ = await waiting_visitor(server, "My name is Penelope Featherstone")
    board = await desk(window, server, "/supervisor?tv=1")
    await expect(board.page.locator(".tv .figure").first).not_to_have_text("0", timeout=WITHIN_MS)
    shown = await board.page.locator("body").inner_text()
    assert "Penelope" not in shown
    assert await board.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    await visitor.close()
