"""The staffing page as a supervisor uses it: who is needed tomorrow, why, what if, and who is planned."""

import asyncio
import csv
import io
import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Locator, expect

from tests.browser.desks import Desk, desk, still
from tests.flows.conftest import ADMIN, Rest, Server

pytestmark = pytest.mark.browser

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
TOMORROW = datetime.now(UTC).date() + timedelta(days=1)
MIDNIGHT = round(datetime.combine(TOMORROW, datetime.min.time(), UTC).timestamp() * 1000)
COUNTED_MS = 30_000  # a plan is counted anew, on a machine that does other things too
CHATS = 6  # of ten minutes, at nine o'clock, each week


def story(week: int, n: int) -> Iterator[dict[str, Any]]:
    at, name = MIDNIGHT - week * 7 * DAY_MS + 9 * HOUR_MS + n * 280_000, f"w{week}-{n}"

    def event(s: float, kind: str, **data: Any) -> dict[str, Any]:
        return {"ts": at + round(s * 1000), "event": kind, "conversation": name, **data}

    yield event(0, "conversation_started", visitor=f"v-{name}", channel="web", initiator="visitor")
    yield event(0, "message", sender="visitor", public=True, auto=False, text=f"Question {name}")
    yield event(0, "queue_entered", queue="support", reason="new")
    yield event(5, "accepted", agent="ann")
    yield event(15, "message", sender="agent", agent="ann", public=True, auto=False, text="Done.")
    yield event(605, "closed", by="agent", resolved=True)


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A desk that had the same morning twelve weeks long, and somebody to plan."""
    running = await Server(f"sqlite:///{tmp_path_factory.mktemp('staffing') / 'antiphon.db'}").start()
    lines = [json.dumps(line) for week in range(1, 13) for n in range(CHATS) for line in story(week, n)]
    async with aiohttp.ClientSession() as http:
        admin = await Rest.login(http, running.url, *ADMIN)
        url, headers = f"{running.url}/api/import?source=story", {"Content-Type": "application/x-ndjson"}
        async with http.post(url, data="\n".join(lines), headers=admin.headers | headers) as answer:
            assert (await answer.json())["rejected"] == []
        await admin.hire("Maria")
    yield running
    await running.stop()


async def staffing(context: BrowserContext, server: Server, more: str = "") -> Desk:
    path = f"/supervisor/staffing?from={TOMORROW}&to={TOMORROW}&interval=1h&queue=support&tz=UTC{more}"
    opened = await desk(context, server, path)
    await opened.page.locator(".curve").wait_for()
    return opened


def fact(opened: Desk, name: str) -> Locator:
    return opened.page.locator(".plan-facts > div", has_text=name)


async def test_tomorrow_is_told_explained_and_opens_into_its_weeks(
    server: Server, window: BrowserContext
) -> None:
    opened = await staffing(window, server)
    page = opened.page
    await expect(fact(opened, "Expected requests").locator("strong")).to_have_text(str(CHATS))
    await expect(fact(opened, "Expected requests")).to_contain_text("off by 0%")
    await expect(fact(opened, "A chat takes").locator("strong")).to_have_text("10m")
    why = page.locator(".why")
    await expect(why).to_contain_text(f"{CHATS} requests of 10m each are 1 chats in progress on average.")
    await expect(why).to_contain_text("30% of paid time is not spent at chats")
    await page.get_by_text("What the forecast rests on").click()
    weeks = page.locator(".weeks tbody tr")
    await expect(weeks).to_have_count(9)  # eight weeks and their mean
    await weeks.nth(7).get_by_role("link").click()
    sheet = page.locator(".sheet:not([inert])")
    await expect(sheet.get_by_role("listitem")).to_have_count(CHATS)
    await sheet.get_by_role("listitem").last.get_by_role("link").click()
    await expect(sheet.locator(".transcript")).to_contain_text("Question w1-0")
    await page.go_back()
    await expect(sheet.get_by_role("listitem")).to_have_count(CHATS)
    await page.keyboard.press("Escape")
    await expect(page.locator(".sheet")).to_have_count(0)
    await expect(why).to_be_visible()
    assert opened.complaints == []


async def test_what_if_answers_at_once_and_stays_in_the_address(
    server: Server, window: BrowserContext
) -> None:
    opened = await staffing(window, server)
    page = opened.page
    needed = page.locator(".tried strong").first
    await expect(needed).to_have_text("1")
    before = await page.locator(".curve tbody").inner_text()
    await page.get_by_label("Requests", exact=True).fill("300")
    await page.get_by_label("Chats at once").fill("1")
    await expect(page.locator(".tried")).to_contain_text("instead of 1")
    asked = {"arrivals_per_h": [3.0 * CHATS], "handle_s": 600, "concurrency": 1, "shrinkage": 0.3}
    async with aiohttp.ClientSession() as http:
        admin = await Rest.login(http, server.url, *ADMIN)
        need = (await admin.ask("POST", "/api/staffing/what-if", asked))["intervals"][0]
    await expect(needed).to_have_text(str(need["required"]))
    await expect(page.locator(".tried strong").last).to_have_text(str(need["rostered"]))
    assert await page.locator(".curve tbody").inner_text() != before
    await expect(page).to_have_url(re.compile("arrivals=300.*concurrency=1|concurrency=1.*arrivals=300"))
    await expect(page.locator(".plan-tried")).to_have_count(1)
    await page.reload()
    await expect(needed).to_have_text(str(need["required"]), timeout=COUNTED_MS)
    await page.get_by_role("button", name="As measured").click()
    await expect(needed).to_have_text("1")
    await expect(page).not_to_have_url(re.compile("arrivals="))
    assert opened.complaints == []


async def test_a_shift_is_planned_closes_the_gap_and_is_withdrawn(
    server: Server, window: BrowserContext
) -> None:
    opened = await staffing(window, server)
    page = opened.page
    await expect(fact(opened, "Largest gap")).to_contain_text("No shifts to compare with")
    form = page.locator(".roster-form")
    await form.get_by_label("Agent").select_option(label="Maria")
    await form.get_by_label("Ends").fill("12:30")
    await form.get_by_role("button", name="Plan").click()
    await expect(page.locator(".toast")).to_contain_text("1 shift planned", timeout=COUNTED_MS)
    await expect(page.locator(".roster-table")).to_contain_text("09:00–12:30")
    await expect(fact(opened, "Agent hours needed")).to_contain_text("4 planned", timeout=COUNTED_MS)
    await expect(fact(opened, "Largest gap").locator("strong")).to_have_text("-1")
    await expect(page.locator(".gap-short")).to_have_count(
        1
    )  # one was planned, with shrinkage two are needed
    await page.get_by_role("button", name="Withdraw the shift of Maria").click()
    await expect(page.locator(".roster")).to_contain_text("No shifts in these days.", timeout=COUNTED_MS)
    await expect(fact(opened, "Agent hours needed")).to_contain_text("No shifts planned", timeout=COUNTED_MS)
    assert opened.complaints == []


async def test_the_table_looks_at_an_interval_by_keyboard_and_the_file_has_them_all(
    server: Server, window: BrowserContext
) -> None:
    opened = await staffing(window, server)
    page = opened.page
    await expect(page.locator("#looked-title")).to_have_text(re.compile("9:00|09:00"))
    await page.get_by_role("button", name="One interval later").press("Enter")
    await expect(page.locator("#looked-title")).to_have_text("10:00")
    await expect(page.locator(".why")).to_have_text("Nobody is expected, so nobody is needed.")
    await page.get_by_text("As a table").click()
    row = page.get_by_role("button", name=re.compile("Look at 0?9:00"))
    await row.press("Enter")
    await expect(row).to_have_attribute("aria-pressed", "true")
    await expect(page).to_have_url(re.compile(f"look={MIDNIGHT + 9 * HOUR_MS}"))
    async with page.expect_download() as begun:
        await page.get_by_role("button", name="Export CSV").click()
    download = await begun.value
    assert download.suggested_filename == f"staffing_{TOMORROW}.csv"
    rows = list(csv.DictReader(io.StringIO(await asyncio.to_thread(Path(await download.path()).read_text))))
    assert len(rows) == 24
    assert (float(rows[9]["forecast"]), rows[9]["agents_required"]) == (CHATS, "1")
    assert opened.complaints == []


@pytest.fixture
async def fresh(tmp_path: Path) -> AsyncIterator[Server]:
    running = await Server(f"sqlite:///{tmp_path / 'antiphon.db'}").start()
    yield running
    await running.stop()


async def test_without_a_history_figures_can_be_tried(fresh: Server, window: BrowserContext) -> None:
    opened = await desk(window, fresh, "/supervisor/staffing")
    page = opened.page
    await expect(page.get_by_text("Nobody has come yet")).to_be_visible(timeout=COUNTED_MS)
    await page.get_by_label("Requests an hour").fill("60")
    await page.get_by_label("Handle time").fill("600")
    await expect(page.locator(".tried strong").first).to_have_text("5")  # the example of kpis.md F03
    await expect(page.locator(".tried strong").last).to_have_text("8")
    assert await opened.axe() == []
    assert opened.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
async def test_axe_finds_nothing(
    server: Server, browser: Browser, scheme: Literal["light", "dark"], width: int
) -> None:
    context = await still(browser, color_scheme=scheme, viewport={"width": width, "height": 844})
    opened = await staffing(context, server, "&arrivals=200&target=95")
    for summary in await opened.page.locator(".twin-box > summary").all():
        await summary.click()
    assert await opened.axe() == []
    assert not await opened.overflows()
    await context.close()


@pytest.mark.parametrize("width", [320, 720])
async def test_nobody_must_scroll_sideways(server: Server, browser: Browser, width: int) -> None:
    context = await still(browser, viewport={"width": width, "height": 800})
    path = f"/supervisor/staffing?from={TOMORROW}&to={TOMORROW + timedelta(days=6)}&tz=UTC"
    opened = await desk(context, server, path)
    await opened.page.locator(".curve").wait_for()
    assert not await opened.overflows()
    await context.close()
