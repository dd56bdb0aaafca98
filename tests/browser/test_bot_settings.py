"""The bot's page in the settings: talks in vain, what an administrator makes of them, what visitors get."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.desks import Desk, at_work, colleague, desk, still
from tests.browser.grocer import write_grocer
from tests.flows.conftest import ADMIN, Client, Rest, Server, cmid

pytestmark = pytest.mark.browser

PARKING = ("where can I park my car", "where do I park my car please", "can I park my car near you")
ANSWER = "You can park in the yard behind the shop."
STRANGE = ("qwrtz plmk", "qwrtz plmk bnmx", "qwrtz bnmx plmk")
DULL = ("jkjk vcxy", "jkjk vcxy mmbb", "vcxy mmbb jkjk")
LEARNED_MS = 30_000  # a slow machine has learned in this time


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """One whose bot has a project of its own, and was talked to in vain."""
    folder = tmp_path_factory.mktemp("antiphon")
    own = {"ANTIPHON_BOT_PROJECT": str(write_grocer(folder / "bot"))}
    running = await Server(f"sqlite:///{folder / 'antiphon.db'}", own).start()
    async with at_work(running, "Maria") as maria:
        for turn, text in enumerate((*PARKING, *STRANGE, *DULL)):
            await in_vain(running, maria, turn, text)
    yield running
    await running.stop()


async def in_vain(server: Server, agent: Client, turn: int, text: str) -> None:
    """Somebody is not understood, mutters like nobody else, is handed over, answered, and goes."""
    visitor = await asking(server, text)
    conversation = await bot_said(visitor)
    muttered = f"{chr(ord('a') + turn) * 4} {chr(ord('n') + turn) * 5}"
    await visitor.ok("say", conversation=conversation, cmid=cmid(), text=muttered)
    offer = await agent.until("offer")
    assert offer["conversation"] == conversation
    await agent.ok("accept", conversation=conversation)
    await agent.ok("say", conversation=conversation, cmid=cmid(), text=ANSWER if text in PARKING else "?")
    await visitor.ok("end", conversation=conversation, cmid=cmid())
    await agent.ok("wrapup", conversation=conversation, done=True)
    await visitor.close()


async def asking(server: Server, text: str) -> Client:
    client = await Client("/visitor").connect(server.url, {"site": "default"})
    await client.until("session")
    await client.ok("start", cmid=cmid(), text=text)
    return client


async def bot_said(visitor: Client, text: str = "") -> str:
    """Waits until the bot says so; the conversation."""
    while True:
        frame = await visitor.until("event", "message")
        if frame["actor"]["kind"] == "bot" and text in frame["data"]["text"]:
            return str(frame["conversation"])


async def answered(server: Server, text: str, answer: str) -> None:
    """Whoever asks now is answered so."""
    visitor = await asking(server, text)
    await bot_said(visitor, answer)
    await visitor.close()


async def room(context: BrowserContext, server: Server, part: str = "") -> Page:
    page = (await desk(context, server, f"/admin/bot{part}")).page
    await page.get_by_role("tab", name="Overview").wait_for()
    return page


@asynccontextmanager
async def learned(page: Page) -> AsyncIterator[None]:
    """What is changed within, the bot has taken over afterwards."""
    since = page.locator(".bot-state time")
    before = await since.get_attribute("datetime") or ""
    yield
    await expect(since).not_to_have_attribute("datetime", before, timeout=LEARNED_MS)
    await expect(page.locator(".bot-state .badge")).to_have_text("ready", timeout=LEARNED_MS)


def suggestion(page: Page, word: str) -> Locator:
    return page.locator("details.asked", has=page.locator("summary strong", has_text=word))


async def opened(page: Page, word: str) -> Locator:
    one = suggestion(page, word)
    await one.wait_for()
    if await one.get_attribute("open") is None:
        await one.locator("summary").click()
    return one


async def numbers(server: Server, kpi: str, **more: str) -> Any:
    async with aiohttp.ClientSession() as http:
        admin = await Rest.login(http, server.url, *ADMIN)
        cut = "".join(f"&{name}={value}" for name, value in more.items())
        told = await admin.ask("GET", f"/api/reports?kpi={kpi}&from=2026-01-01&to=2100-01-01{cut}")
    return told["results"][0]


# -- how it did ---------------------------------------------------------------------------------------


async def test_the_figures_are_those_of_the_reports_and_lead_to_their_talks(
    server: Server, window: BrowserContext
) -> None:
    page = await room(window, server)
    rate = page.locator(".bot-figures li", has_text="Fallback rate")
    told = await numbers(server, "bot_fallback_rate")
    assert told["num"] >= 18, "nine people, twice each"
    await expect(rate.locator(".bot-figure")).to_have_text(f"{told['value'] * 100:.1f}%")
    await expect(rate).to_contain_text(f"{told['num']:.0f} of {told['den']:.0f}")
    await page.get_by_role("link", name="Hand-off rate: open the").click()
    await expect(page).to_have_url(re.compile("/supervisor/reports.*behind=bot_handoff_rate.*part=num"))
    await expect(page.locator(".sheet-body .talks > li")).to_have_count(9)


async def test_every_answer_is_in_the_picture_and_in_its_table(
    server: Server, window: BrowserContext
) -> None:
    page = await room(window, server)
    part = page.get_by_role("region", name="How sure it was")
    picture = part.get_by_role("img", name=re.compile("Answers by confidence"))
    await expect(picture).to_be_visible()
    said = re.findall(r"\d+", await picture.get_attribute("aria-label") or "")
    await part.get_by_text("As a table").click()
    cells = await part.locator("tbody td").all_inner_texts()
    assert [sum(map(int, cells[0::2])), sum(map(int, cells[1::2]))] == [int(one) for one in said]
    assert len(cells) == 40


async def test_reasons_and_intents_open_their_talks(server: Server, window: BrowserContext) -> None:
    page = await room(window, server)
    reason = page.get_by_role("link", name=re.compile("It did not understand"))
    await expect(reason).to_contain_text("9")
    await page.get_by_role("button", name="7 days").click()
    await expect(page).to_have_url(re.compile(r"days=7"))
    await reason.click()
    await expect(page.locator(".sheet-body .talks > li")).to_have_count(9)
    await page.go_back()
    await expect(page.get_by_role("button", name="7 days")).to_have_attribute("aria-pressed", "true")


# -- what it should learn -----------------------------------------------------------------------------


async def test_a_question_asked_in_vain_becomes_an_article_that_answers_the_next(
    server: Server, window: BrowserContext
) -> None:
    page = await room(window, server, "/suggestions")
    one = await opened(page, "park")
    await expect(one.locator(".asked-people")).to_have_text("3 people")
    await one.get_by_label("A new article with this answer").check()
    await expect(one.get_by_label("Answer", exact=True)).to_have_value(ANSWER)
    await one.get_by_label("Question", exact=True).fill("Where can I park?")
    await one.get_by_label("Answer", exact=True).fill("Park <b>in</b> our **yard**.")
    read = one.get_by_role("group", name="As a visitor reads it")
    await expect(read).to_contain_text("Park <b>in</b> our yard.")
    async with learned(page):
        await one.get_by_role("button", name="Add the article").click()
        await expect(page.locator(".toast")).to_contain_text("“Where can I park?” is an article now.")
    await expect(suggestion(page, "park")).to_have_count(0)
    await expect(page.locator(".bot-lead")).to_be_focused()
    await answered(server, "where to park the car?", "Park <b>in</b> our **yard**.")


async def test_wordings_are_learned_for_what_it_knows(server: Server, window: BrowserContext) -> None:
    page = await room(window, server, "/suggestions")
    one = await opened(page, "qwrtz")
    await one.get_by_label("These are wordings of something it knows").check()
    await one.get_by_label("They mean").select_option("Opening hours")
    await expect(one).to_contain_text("It knows this by: “")
    await one.get_by_role("checkbox", name=STRANGE[1]).uncheck()
    async with learned(page):
        await one.get_by_role("button", name="Add 2 examples").click()
        await expect(page.locator(".toast")).to_contain_text("Added 2 examples to")
    await expect(suggestion(page, "qwrtz")).to_have_count(0, timeout=LEARNED_MS)
    await answered(server, STRANGE[0], "eight to six")


async def test_what_is_dropped_does_not_come_back(server: Server, window: BrowserContext) -> None:
    page = await room(window, server, "/suggestions")
    one = await opened(page, "jkjk")
    await one.get_by_role("button", name="Drop").click()
    asked = page.get_by_role("dialog", name="Drop “")
    await asked.get_by_role("button", name="Drop").click()
    await expect(page.locator(".toast")).to_contain_text("Dropped.")
    await expect(suggestion(page, "jkjk")).to_have_count(0)
    await page.reload()
    await page.locator(".bot-foot").wait_for()
    await expect(suggestion(page, "jkjk")).to_have_count(0)


# -- what it may look up ------------------------------------------------------------------------------


async def test_an_article_is_written_refused_found_changed_and_deleted(
    server: Server, window: BrowserContext
) -> None:
    page = await room(window, server, "/knowledge")
    await page.get_by_role("button", name="Add an article").click()
    written = page.get_by_role("dialog", name="Add an article")
    await written.get_by_label("Guide", exact=True).select_option("A new guide …")
    await written.get_by_label("Title of the new guide").fill("House rules")
    await written.get_by_label("Question").fill("May I bring my dog?")
    await written.get_by_label("Other ways to ask it").fill("are dogs allowed\ncan my puppy come in")
    await written.get_by_label("Answer").fill("# Dogs\nAre welcome.")
    await written.get_by_role("button", name="Add", exact=True).click()
    await expect(written.get_by_label("Answer")).to_have_attribute("aria-invalid", "true")
    await written.get_by_label("Answer").fill("Dogs are welcome, on a lead.")
    await written.get_by_role("button", name="Add", exact=True).click()
    await expect(page.locator(".toast")).to_contain_text("Saved.")
    await expect(page.get_by_role("region", name="House rules")).to_contain_text("May I bring my dog?")

    await page.get_by_label("Search").fill("PUPPY lead")
    await expect(page.get_by_role("status").filter(has_text="1 article")).to_be_visible()
    await page.locator(".card-row.article").click()
    changed = page.get_by_role("dialog", name="Change an article")
    await changed.get_by_label("Answer").fill("Dogs are welcome, cats are not.")
    async with learned(page):
        await changed.get_by_role("button", name="Save").click()
    await page.get_by_label("Search").fill("cats are not")
    await answered(server, "may I bring my dog?", "cats are not")

    await page.locator(".card-row.article").click()
    await changed.get_by_role("button", name="Delete").click()
    asked = page.get_by_role("dialog", name="Delete “May I bring my dog?”?")
    await asked.get_by_role("button", name="Delete").click()
    await expect(page.locator(".toast").last).to_contain_text("Deleted.")
    await expect(page.get_by_text("No article has all of these words")).to_be_visible()


async def test_who_was_slower_is_told_and_overwrites_nothing(server: Server, window: BrowserContext) -> None:
    first, second = [await room(window, server, "/knowledge") for _ in range(2)]
    for page in (first, second):
        await page.locator(".card-row.article", has_text="How do I ripen a pear?").click()
    await first.get_by_label("Answer").fill("In a paper bag.")
    await first.get_by_role("button", name="Save").click()
    await expect(first.locator(".toast")).to_contain_text("Saved.")
    await second.get_by_label("Answer").fill("In the fridge.")
    await second.get_by_role("button", name="Save").click()
    await expect(second.locator(".dialog .problem")).to_contain_text("moved on in the meantime")
    await expect(first.locator(".card-row.article", has_text="How do I ripen")).to_contain_text(
        "In a paper bag."
    )


# -- who, and how it looks ----------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["agent", "supervisor"])
async def test_others_are_told_that_it_is_not_theirs(
    server: Server, window: BrowserContext, role: Literal["agent", "supervisor"]
) -> None:
    async with aiohttp.ClientSession() as http:
        ola = await colleague(http, server, "Ola", role)
    page = Desk(await window.new_page())
    await page.sign_in(f"{server.url}/admin/bot", *ola)
    await expect(page.page.get_by_text("Settings are for administrators")).to_be_visible()
    await expect(page.page.get_by_role("tab")).to_have_count(0)


async def test_without_a_bot_it_says_so(tmp_path: Path, window: BrowserContext) -> None:
    silent = await Server(f"sqlite:///{tmp_path / 'antiphon.db'}", {"ANTIPHON_BOT": "none"}).start()
    try:
        page = await room(window, silent)
        await expect(page.get_by_text("No bot answers here")).to_be_visible()
        await page.get_by_role("tab", name="Knowledge").click()
        await expect(page.get_by_text("No bot answers here")).to_be_visible()
    finally:
        await silent.stop()


async def test_a_project_that_broke_is_named_and_the_old_one_answers_on(
    server: Server, window: BrowserContext
) -> None:
    file = Path(server.environment["ANTIPHON_BOT_PROJECT"]) / "data" / "rules.yml"
    before = file.read_text()
    page = await room(window, server)
    try:
        file.write_text(before + "\n  broken: [\n")
        await expect(page.locator(".bot-state")).to_contain_text("rules.yml:", timeout=LEARNED_MS)
        await expect(page.locator(".bot-state .badge")).to_have_text("failed")
        await answered(server, "when are you open?", "eight to six")
    finally:
        file.write_text(before)
    await expect(page.locator(".bot-state .badge")).to_have_text("ready", timeout=LEARNED_MS)


@pytest.mark.parametrize(
    ("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390), ("light", 320)]
)
async def test_axe_finds_nothing_and_nothing_sticks_out(
    server: Server, browser: Browser, scheme: Literal["light", "dark"], width: int
) -> None:
    context = await still(browser, color_scheme=scheme, viewport={"width": width, "height": 900})
    settings = await desk(context, server, "/admin/bot")
    page = settings.page
    for part, there in {"": ".bot-figures", "/suggestions": ".bot-foot", "/knowledge": ".know-guide"}.items():
        await page.goto(f"{server.url}/admin/bot{part}")
        await page.locator(there).first.wait_for()
        assert await settings.axe() == [], part
        assert not await settings.overflows(), part
    await page.get_by_role("button", name="Add an article").click()
    assert await settings.axe() == [], "writing"
    assert settings.complaints == []
    await context.close()


async def test_the_keyboard_goes_everywhere(server: Server, window: BrowserContext) -> None:
    page = await room(window, server)
    await page.get_by_role("tab", name="Overview").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name="Suggestions")).to_be_focused()
    await expect(page.get_by_role("tab", name="Suggestions")).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("ArrowRight")
    await page.get_by_role("button", name="Add an article").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Add an article")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Add an article")).to_be_focused()
