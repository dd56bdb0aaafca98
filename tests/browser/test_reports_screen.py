"""Reports and abandonment in a browser: every figure opens into exactly the conversations it counts."""

import csv
import io
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Literal

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser.desks import Desk, desk, still
from tests.flows.conftest import ADMIN, Rest, Server

pytestmark = pytest.mark.browser

DAY_MS, MINUTE_MS = 86_400_000, 60_000
MONDAY = 1_767_571_200_000  # 2026-01-05T00:00:00Z
TEN, THREE = MONDAY + 10 * 3_600_000, MONDAY + DAY_MS + 15 * 3_600_000
PERIOD = "from=2026-01-05&to=2026-01-06&tz=UTC"
RAW = "queue_abandonment_rate_raw"
# Who waited where, from when, for how many seconds, and was then answered or not: 4 of 9 gave up.
CHATS = [
    ("Ada", "support", TEN, 20, True), ("Ben", "support", TEN + MINUTE_MS, 25, True),
    ("Cleo", "support", TEN + 2 * MINUTE_MS, 35, True), ("Dora", "support", THREE, 15, True),
    ("Edgar", "support", TEN + 3 * MINUTE_MS, 45, False), ("Flora", "support", TEN, 100, False),
    ("Gus", "support", THREE, 200, False), ("Hal", "sales", TEN, 5, False), ("Ida", "sales", THREE, 8, True),
]  # fmt: skip


def story(name: str, queue: str, at: int, wait_s: int, answered: bool) -> Iterator[dict[str, Any]]:
    def event(s: float, kind: str, **data: Any) -> dict[str, Any]:
        return {"ts": at + round(s * 1000), "event": kind, "conversation": name, **data}

    yield event(0, "conversation_started", visitor=f"v-{name}", channel="web", initiator="visitor")
    yield event(0, "message", sender="visitor", public=True, auto=False, text=f"{name} needs help")
    yield event(0, "queue_entered", queue=queue, reason="new")
    if not answered:
        yield event(wait_s, "visitor_ended")
        yield event(wait_s, "closed", by="visitor", resolved=False)
        return
    yield event(wait_s, "accepted", agent="ann")
    yield event(wait_s + 10, "message", sender="agent", agent="ann", public=True, auto=False, text="Done.")
    yield event(wait_s + 60, "closed", by="agent", resolved=True)


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A desk with two days of history."""
    folder = tmp_path_factory.mktemp("reports")
    running = await Server(f"sqlite:///{folder / 'antiphon.db'}").start()
    try:
        await _live_through(running)
        yield running
    finally:
        await running.stop()


async def _live_through(server: Server) -> None:
    lines = "\n".join(json.dumps(event) for chat in CHATS for event in story(*chat))
    async with aiohttp.ClientSession() as http:
        admin = await Rest.login(http, server.url, *ADMIN)
        url, headers = f"{server.url}/api/import?source=story", {"Content-Type": "application/x-ndjson"}
        async with http.post(url, data=lines, headers=admin.headers | headers) as answer:
            assert (await answer.json())["rejected"] == []
        await admin.ask("GET", f"/api/reports?kpi={RAW}&{PERIOD}")  # the first question waits for the facts


async def reports(context: BrowserContext, server: Server, more: str = "") -> Desk:
    opened = await desk(context, server, f"/supervisor/reports?kpi={RAW}&{PERIOD}{more}")
    await opened.page.locator(".report-figure").first.wait_for()
    return opened


async def lost(context: BrowserContext, server: Server, more: str = "") -> Desk:
    opened = await desk(context, server, f"/supervisor/abandonment?{PERIOD}{more}")
    await opened.page.locator(".where tbody tr").first.wait_for()
    return opened


def sheet(page: Page) -> Locator:
    return page.locator(".sheet:not([inert])")


def text_of(file: Path) -> str:
    return file.read_text()


async def listed(page: Page, *names: str) -> None:
    """The sheet lists these conversations and no others, by their visitors' words or ids."""
    await expect(sheet(page).locator(".talk")).to_have_count(len(names))
    await expect(sheet(page).get_by_text("conversation", exact=False).first).to_be_visible()
    said = " ".join(await sheet(page).locator(".talk").all_inner_texts())
    for name in names:
        answered = next(chat[4] for chat in CHATS if chat[0] == name)
        assert answered or f"{name} needs help" in said, (name, said)


# -- a figure, its conversations, one of them, and back -------------------------------------------------


async def test_a_figure_opens_into_its_conversations_and_one_of_them_adds_up(
    server: Server, window: BrowserContext
) -> None:
    board = await reports(window, server)
    page = board.page
    figure = page.locator(".report-figure > a.num")
    await expect(figure).to_have_text("44.4%")
    await expect(page.locator(".report-figure .sub")).to_contain_text("4 of 9")
    await figure.click()
    await expect(sheet(page).locator(".headline")).to_contain_text("44.4%")
    await listed(page, *(chat[0] for chat in CHATS))
    await sheet(page).get_by_role("button", name="The 4 that count").click()
    await listed(page, "Edgar", "Flora", "Gus", "Hal")
    await sheet(page).locator(".talk", has_text="Gus needs help").click()
    timeline = sheet(page).locator(".timeline")
    await expect(timeline.locator(".timeline-sum")).to_contain_text("3m 20s")
    await expect(timeline.locator("li")).to_contain_text(["3m 20s", "3m 20s"])
    await expect(sheet(page).locator(".transcript")).to_contain_text("Gus needs help")
    await sheet(page).get_by_role("button", name="Back").click()
    await listed(page, "Edgar", "Flora", "Gus", "Hal")
    await expect(sheet(page).locator(".talk", has_text="Gus needs help")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator(".sheet")).to_have_count(0)
    await expect(figure).to_be_focused()
    assert board.complaints == []


async def test_points_bars_and_rows_open_into_what_they_count(server: Server, window: BrowserContext) -> None:
    board = await reports(window, server, "&by=queue&interval=1d")
    page = board.page
    await page.get_by_role("link", name=re.compile("^sales 50.0%")).click()
    await listed(page, "Hal", "Ida")
    await page.keyboard.press("Escape")
    await page.get_by_text("As a table").click()
    row = page.locator(".twin tbody tr", has_text="6 Jan").filter(has_text="Support")
    await expect(row).to_contain_text("50.0%")
    await row.get_by_role("link").click()
    await listed(page, "Dora", "Gus")
    await page.keyboard.press("Escape")
    chart = page.get_by_role("slider")
    await chart.focus()
    await page.keyboard.press("ArrowRight")
    first = await chart.get_attribute("aria-valuetext") or ""
    assert "5 Jan" in first
    assert "2 of 5" in first
    await page.keyboard.press("Enter")
    await listed(page, "Ada", "Ben", "Cleo", "Edgar", "Flora")
    await page.keyboard.press("Escape")
    box = await chart.bounding_box()
    assert box
    await page.mouse.click(box["x"] + 60, box["y"] + 10)
    await expect(sheet(page).locator(".headline")).to_contain_text("of")


async def test_the_week_as_a_map_opens_hour_by_hour(server: Server, window: BrowserContext) -> None:
    board = await reports(window, server, "&by=hour,weekday&interval=")
    page = board.page
    cells = page.locator(".heat td a")
    await expect(cells).to_have_count(2)
    await expect(cells.first).to_have_attribute(
        "aria-label", re.compile("^50%, Monday 10:00: 50.0% · 3 of 6")
    )
    await cells.first.focus()
    await page.keyboard.press("ArrowDown")  # nothing is below within the map
    await expect(cells.first).to_be_focused()
    await cells.last.click()
    await listed(page, "Dora", "Gus", "Ida")
    await expect(sheet(page)).to_contain_text("Weekday: Tuesday")


# -- the question ---------------------------------------------------------------------------------------


async def test_the_whole_question_is_in_the_address_and_survives_a_reload(
    server: Server, window: BrowserContext
) -> None:
    board = await reports(window, server)
    page = board.page
    await page.get_by_label("Cut by").select_option("channel")
    await page.get_by_label("Over time", exact=True).select_option("1h")
    await page.get_by_label("Time zone").select_option("Europe/Berlin")
    await page.get_by_label("Compare with the period before").check()
    await page.get_by_role("button", name="Add a filter").click()
    await page.get_by_label("Filter", exact=True).select_option("queue")
    await page.get_by_role("menuitem", name=re.compile("Support")).click()
    await expect(page.locator(".chip")).to_contain_text("Queue: Support")
    await expect(page.locator(".report-figure > a.num")).to_have_text("42.9%")
    await page.locator(".report-figure > a.num").click()
    await listed(page, "Ada", "Ben", "Cleo", "Dora", "Edgar", "Flora", "Gus")
    await page.reload()
    await listed(page, "Ada", "Ben", "Cleo", "Dora", "Edgar", "Flora", "Gus")
    await page.keyboard.press("Escape")
    await expect(page.get_by_label("Cut by")).to_have_value("channel")
    await expect(page.get_by_label("Over time", exact=True)).to_have_value("1h")
    await expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    await expect(page.get_by_label("Compare with")).to_be_checked()
    await expect(page.locator(".report-figure > a.num")).to_have_text("42.9%")
    await page.get_by_role("button", name="Drop the filter").click()
    await expect(page.locator(".report-figure > a.num")).to_have_text("44.4%")
    assert "queue=" not in page.url


async def test_a_period_is_compared_with_the_one_before(server: Server, window: BrowserContext) -> None:
    """Tuesday with Monday: as a whole, group by group, point by point, and both open."""
    path = f"/supervisor/reports?kpi={RAW}&from=2026-01-06&to=2026-01-06&tz=UTC&compare=1&interval="
    board = await desk(window, server, path)
    page = board.page
    await expect(page.locator(".report-figure > a.num")).to_have_text("33.3%")
    await expect(page.locator(".change")).to_contain_text("no clear change before: 50.0%")
    await page.locator(".change a").click()
    await listed(page, "Ada", "Ben", "Cleo", "Edgar", "Flora", "Hal")
    await page.goto(f"{server.url}{path}1h&by=queue")
    await expect(page.locator(".bars li", has_text="Support")).to_contain_text("1 of 2 · before: 40.0%")
    await page.get_by_text("As a table").click()
    before = page.locator(".twin tbody tr", has_text="Period before").filter(has_text="Support")
    await expect(before).to_contain_text("40.0%")
    await before.get_by_role("link").click()
    await listed(page, "Ada", "Ben", "Cleo", "Edgar", "Flora")
    await page.goto(f"{server.url}{path}1h")
    await expect(page.locator(".line-before")).to_have_count(1)


async def test_a_day_begins_where_the_zone_says(server: Server, window: BrowserContext) -> None:
    """15:00 UTC on Tuesday is Wednesday in Tokyo."""
    board = await reports(window, server, "&interval=")
    page = board.page
    await expect(page.locator(".report-figure .sub")).to_contain_text("4 of 9")
    await page.get_by_label("Time zone").select_option("Asia/Tokyo")
    await expect(page.locator(".report-figure .sub")).to_contain_text("3 of 6")
    await page.get_by_label("Up to and with").fill("2026-01-07")
    await expect(page.locator(".report-figure .sub")).to_contain_text("4 of 9")


async def test_the_link_says_everything(server: Server, window: BrowserContext) -> None:
    await window.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    board = await desk(window, server, "/supervisor/reports")
    page = board.page
    await page.get_by_role("button", name="Copy link").click()
    await expect(page.locator(".toast")).to_contain_text("copied")
    link = await page.evaluate("navigator.clipboard.readText()")
    for part in ("kpi=service_level%2C", "from=", "to=", "interval=1d", "tz="):
        assert part in link
    await page.goto(link)
    await expect(page.get_by_role("region", name="Service level")).to_be_visible()


async def test_numbers_are_chosen_by_set_by_search_and_by_hand(
    server: Server, window: BrowserContext
) -> None:
    board = await reports(window, server)
    page = board.page
    await page.get_by_role("button", name="Choose numbers").click()
    dialog = page.get_by_role("dialog", name="Numbers")
    await dialog.get_by_role("button", name="Abandonment").click()
    await expect(dialog).to_contain_text("7 chosen of at most 40")
    await dialog.get_by_label("Search").fill("q20 ghost")
    await expect(dialog.get_by_role("checkbox")).to_have_count(2)
    await dialog.get_by_role("checkbox", name="Ghost agent time Q20").check()
    await dialog.get_by_label("Search").fill("no such thing")
    await expect(dialog).to_contain_text("No number is called so")
    await dialog.get_by_role("button", name="Show").click()
    await expect(page.locator(".report-card")).to_have_count(8)
    await expect(page).to_have_url(re.compile("ghost_agent_time"))
    await page.locator(".report-card").last.scroll_into_view_if_needed()
    await expect(page.locator(".report-card").last.locator(".report-figure")).to_be_visible()


async def test_the_file_holds_exactly_what_is_shown(server: Server, window: BrowserContext) -> None:
    board = await reports(window, server, "&by=queue&interval=1d")
    page = board.page
    await page.get_by_text("As a table").click()
    shown = page.locator(".twin tbody tr")
    told = {}
    for part in ("Cut", "Over time, cut"):
        await page.get_by_role("button", name="Export").click()
        async with page.expect_download() as begun:
            group = page.get_by_role("group", name=part, exact=True)
            await group.get_by_role("menuitem", name="CSV").click()
        body = text_of(await (await begun.value).path())
        told[part] = list(csv.DictReader(io.StringIO(body)))
    rows = [*told["Cut"], *told["Over time, cut"]]
    await expect(shown).to_have_count(len(rows))
    for at, row in enumerate(rows):
        share = f"{100 * float(row['value']):.1f}%"
        await expect(shown.nth(at)).to_contain_text(f"{share}")
        await expect(shown.nth(at).locator("td").nth(2)).to_have_text(row["num"])
    await page.get_by_role("button", name="Export").click()
    async with page.expect_download() as begun:
        figures = page.get_by_role("group", name="Figures")
        await figures.get_by_role("menuitem", name="JSON").click()
    [whole] = json.loads(text_of(await (await begun.value).path()))["results"]
    assert (whole["num"], whole["den"]) == (4, 9)


async def test_a_goal_colours_the_figure_and_its_line_is_drawn(
    server: Server, window: BrowserContext
) -> None:
    async with aiohttp.ClientSession() as http:
        admin = await Rest.login(http, server.url, *ADMIN)
        goal = {"kpi": "missed_chat_rate", "high": 0.1, "margin": 0.05}
        made = await admin.ask("POST", "/api/goals", goal)
        await admin.ask("POST", "/api/goals", {"kpi": "csat", "low": 0.95})
    board = await desk(window, server, f"/supervisor/reports?kpi=missed_chat_rate&{PERIOD}&interval=1d")
    page = board.page
    judged = page.locator(".report-figure .judged")
    await expect(judged).to_have_attribute("data-level", "bad")
    await expect(judged).to_contain_text("off target goal: at most 10%")
    await expect(page.locator(".goal-line")).to_have_count(1)
    await page.goto(f"{server.url}/supervisor")
    await expect(page.locator(".tile", has_text="Satisfaction")).to_contain_text("target 95%")
    async with aiohttp.ClientSession() as http:
        admin = await Rest.login(http, server.url, *ADMIN)
        async with http.delete(f"{server.url}/api/goals/{made['id']}", headers=admin.headers) as gone:
            assert gone.status == 204


# -- when there is nothing, or it fails -----------------------------------------------------------------


async def test_what_cannot_be_said_is_said(server: Server, window: BrowserContext) -> None:
    board = await desk(
        window, server,
        f"/supervisor/reports?kpi={RAW},nonsense,bot_containment_rate&{PERIOD}&by=agent&queue=support",
    )  # fmt: skip
    cards = board.page.locator(".report-card")
    await expect(cards.nth(0)).to_contain_text("this number is not cut by agent")
    await expect(cards.nth(1)).to_contain_text("There is no number called nonsense")
    await expect(cards.nth(2)).to_contain_text("this number is not filtered by queue")
    await board.page.goto(f"{server.url}/supervisor/reports?kpi={RAW}&from=2020-01-01&to=2020-01-02")
    await expect(cards.nth(0)).to_contain_text("Nothing was counted in this period")
    await expect(cards.nth(0).locator(".report-figure > a.num")).to_have_text("–")


async def test_a_failure_says_so_and_is_tried_again(server: Server, window: BrowserContext) -> None:
    board = await reports(window, server)
    page = board.page

    async def refuse(route: Route) -> None:
        error = {"code": "too_many", "message": "This report takes too long.", "retryable": False}
        await route.fulfill(status=503, json={"error": error})

    await page.route("**/api/reports?**", refuse)
    await page.get_by_role("button", name="Count again").click()
    await expect(page.get_by_role("alert")).to_contain_text("This report takes too long.")
    await page.unroute("**/api/reports?**")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.locator(".report-figure > a.num")).to_have_text("44.4%")


# -- where visitors are lost ----------------------------------------------------------------------------


async def test_every_loss_opens_into_who_was_lost(server: Server, window: BrowserContext) -> None:
    board = await lost(window, server)
    page = board.page
    queue = page.locator(".funnel > li", has_text="In the queue").locator(".stage").first
    await expect(queue).to_contain_text("44.4%")
    await queue.get_by_role("link", name="4 lost").click()
    await listed(page, "Edgar", "Flora", "Gus", "Hal")
    await page.keyboard.press("Escape")
    await queue.get_by_role("link", name="9 queue visits").click()
    await listed(page, *(chat[0] for chat in CHATS))
    await page.keyboard.press("Escape")
    short = page.locator(".stage", has_text="almost at once")
    await short.get_by_role("link", name="1 lost").click()
    await listed(page, "Hal")
    await page.keyboard.press("Escape")
    by_queue = page.locator(".where tbody tr", has_text="sales")
    await expect(by_queue.locator("td").first).to_contain_text("1 of 2")
    await by_queue.get_by_role("link").first.click()
    await listed(page, "Hal")
    assert board.complaints == []


async def test_patience_is_drawn_and_every_wait_is_listed(server: Server, window: BrowserContext) -> None:
    board = await lost(window, server)
    page = board.page
    section = page.get_by_role("region", name="How long they wait").first
    await expect(section).to_contain_text("4 of 9 waits were given up")
    row = page.locator(".bands tbody tr", has_text="1m – 2m")
    await expect(row.locator("td")).to_have_text(["2", "0", "1", "0"])
    await row.get_by_role("link").last.click()
    await listed(page, "Flora")
    await expect(sheet(page).locator("h2")).to_have_text("Waited 1m – 2m")
    await page.reload()
    await listed(page, "Flora")
    await sheet(page).locator(".talk").click()
    await expect(sheet(page).locator(".timeline-sum")).to_contain_text("1m 40s")
    await sheet(page).get_by_role("button", name="Back").click()
    await listed(page, "Flora")
    await page.keyboard.press("Escape")
    curve = section.get_by_role("slider")
    await curve.focus()
    await page.keyboard.press("End")
    said = await curve.get_attribute("aria-valuetext") or ""
    assert "gone" in said
    await page.keyboard.press("Home")
    await page.keyboard.press("Enter")
    await listed(page, "Hal")


async def test_losses_are_cut_and_filtered_where_the_number_knows_it(
    server: Server, window: BrowserContext
) -> None:
    board = await lost(window, server, "&queue=support")
    page = board.page
    await expect(page.locator(".stage").first).to_contain_text("not counted by queue")
    await expect(page.locator(".funnel")).to_contain_text("3 lost")
    await page.get_by_label("Cut by").select_option("hour")
    await expect(page.locator(".where tbody th")).to_have_text(["10:00", "15:00"])
    await expect(page).to_have_url(re.compile("by=hour"))


# -- for everybody --------------------------------------------------------------------------------------

PLACES = {
    "reports": (f"reports?kpi={RAW},queue_offered&{PERIOD}&by=queue&interval=1d&compare=1", ".bars"),
    "week": (f"reports?kpi=queue_offered&{PERIOD}&by=hour,weekday&interval=1d", ".heat"),
    "behind": (f"reports?kpi={RAW}&{PERIOD}&behind={RAW}", ".sheet .talk"),
    "abandonment": (f"abandonment?{PERIOD}", ".where tbody"),
    "waits": (f"abandonment?{PERIOD}&wait=0-60", ".sheet .talk"),
}


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(
    server: Server, browser: Browser, scheme: Literal["light", "dark"], width: int
) -> None:
    context = await still(browser, color_scheme=scheme, viewport={"width": width, "height": 900})
    board = await desk(context, server)
    page = board.page
    for name, (path, there) in PLACES.items():
        await page.goto(f"{server.url}/supervisor/{path}")
        await page.locator(there).first.wait_for()
        for table in await page.get_by_text("As a table").all():
            await table.click(force=True) if name in ("reports", "abandonment") else None
        assert await board.axe() == [], name
    await page.goto(f"{server.url}/supervisor/{PLACES['reports'][0]}")
    await page.get_by_role("button", name="Choose numbers").click()
    assert await board.axe() == []
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Add a filter").click()
    await page.get_by_role("menuitem").first.wait_for()
    assert await board.axe() == []
    await context.close()


@pytest.mark.parametrize("width", [320, 390, 800])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
async def test_nobody_must_scroll_sideways(
    server: Server, browser: Browser, width: int, direction: str
) -> None:
    context = await still(browser, viewport={"width": width, "height": 800})
    board = await desk(context, server)
    for name, (path, there) in PLACES.items():
        await board.page.goto(f"{server.url}/supervisor/{path}")
        await board.page.evaluate("dir => document.documentElement.setAttribute('dir', dir)", direction)
        await board.page.locator(there).first.wait_for()
        assert not await board.overflows(), name
    await context.close()
