"""The widget in a real browser against the real server: what a visitor sees, on pages that trust nobody."""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Route, expect

from tests.browser.conftest import Agent, Line, Shop, Window
from tests.flows.conftest import Server, cmid

pytestmark = pytest.mark.browser


async def test_a_whole_chat(server: Server, visitor: Window, agent: Agent) -> None:
    await visitor.open(f"{server.url}/demo")
    await visitor.say("I need help with my order")
    await expect(visitor.part(".theirs .bubble").first).to_be_visible()
    await visitor.asked_for_a_person()
    conversation = await agent.take()
    await visitor.sees("Maria joined")
    await agent.client.ok("typing", conversation=conversation, on=True)
    await expect(visitor.part(".dots")).to_be_visible()
    await agent.client.ok("say", conversation=conversation, cmid=cmid(), text="Hello, how can I help?")
    await visitor.sees("Hello, how can I help?")
    await expect(visitor.part(".dots")).to_have_count(0)
    await visitor.say("It has not come yet")
    await agent.client.until("event", "message")
    await agent.client.ok("end", conversation=conversation, cmid=cmid(), resolved=True)
    await visitor.part(".faces button").nth(4).click()
    await visitor.part(".numbers button").nth(10).click()
    await visitor.part(".rating textarea").fill("quick and kind")
    await visitor.part(".rating .primary").click()
    await expect(visitor.part(".thanks")).to_contain_text("Great · 10 of 10")
    await visitor.page.reload()
    await visitor.part(".launcher").click()
    await expect(visitor.part(".thanks")).to_contain_text("Great · 10 of 10")
    assert visitor.complaints == []


async def test_what_was_said_survives_a_reload_and_is_in_every_tab(
    server: Server, visitor: Window, window: BrowserContext
) -> None:
    await visitor.open(f"{server.url}/demo")
    await visitor.say("remember me")
    await visitor.sees("remember me")
    await visitor.page.reload()
    await visitor.part(".launcher").click()
    await visitor.sees("remember me")
    other = Window(await window.new_page())
    await other.open(f"{server.url}/demo")
    await other.sees("remember me")
    await other.say("from the second tab")
    await visitor.sees("from the second tab")
    assert await visitor.mine() == ["remember me", "from the second tab"]


@pytest.mark.slow
async def test_a_cut_line_loses_doubles_and_reorders_nothing(line: Line, visitor: Window) -> None:
    await visitor.open(f"http://127.0.0.1:{line.port}/demo")
    await visitor.say("before")
    await visitor.sees("before")
    line.cut()
    for word in ("one", "two", "three"):
        await visitor.say(word)
    await expect(visitor.part(".banner")).to_contain_text("Your messages are kept")
    assert await visitor.mine() == ["before", "one", "two", "three"]
    line.mend()
    await visitor.part(".banner button").click()
    await expect(visitor.part(".banner")).to_have_count(0)
    await expect(visitor.part(".fate").filter(has_text="Sending")).to_have_count(0)
    await visitor.page.reload()
    await visitor.part(".launcher").click()
    await visitor.sees("three")
    assert await visitor.mine() == ["before", "one", "two", "three"]


async def test_words_written_without_a_line_are_sent_after_a_reload(line: Line, visitor: Window) -> None:
    await visitor.open(f"http://127.0.0.1:{line.port}/demo")
    await visitor.say("before")
    await visitor.sees("before")
    line.cut()
    await visitor.say("kept")
    await expect(visitor.part(".mine .fate")).to_have_text("Sending")
    line.mend()
    await visitor.page.reload()
    await visitor.part(".launcher").click()
    await expect(visitor.part(".mine .bubble")).to_have_count(2)
    await expect(visitor.part(".fate").filter(has_text="Sending")).to_have_count(0)
    assert await visitor.mine() == ["before", "kept"]


async def test_unread_is_counted_while_the_chat_is_closed(
    server: Server, visitor: Window, agent: Agent
) -> None:
    await visitor.open(f"{server.url}/demo")
    await visitor.say("hello")
    await visitor.asked_for_a_person()
    conversation = await agent.take()
    await visitor.sees("Maria joined")
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.part(".panel")).to_have_count(0)
    for text in ("one", "two"):
        await agent.client.ok("say", conversation=conversation, cmid=cmid(), text=text)
    await expect(visitor.part(".count")).to_have_text("2")
    await expect(visitor.part(".launcher")).to_have_attribute("aria-label", "Open chat, 2 new messages")
    await visitor.part(".launcher").click()
    await expect(visitor.part(".count")).to_have_text("")
    await agent.client.ok("end", conversation=conversation, cmid=cmid(), resolved=True)


async def test_leaving_a_message_instead_of_waiting(server: Server, visitor: Window) -> None:
    await visitor.open(f"{server.url}/demo")
    await visitor.say("hello")
    await visitor.asked_for_a_person()
    await expect(visitor.part(".queue")).to_contain_text("Your place is safe")
    await visitor.part(".queue .link").click()
    await visitor.part(".leave input").fill("ann@example.org")
    await visitor.part(".leave textarea").fill("please write")
    await visitor.part(".leave .primary").click()
    await visitor.sees("We have your message")


async def test_a_visitor_ends_the_chat_and_begins_another(server: Server, visitor: Window) -> None:
    await visitor.open(f"{server.url}/demo")
    await visitor.say("first chat")
    await visitor.part(".theirs .bubble").first.wait_for()
    await visitor.part("[aria-haspopup=menu]").click()
    await visitor.part("[role=menuitem]").last.click()
    await visitor.part("[role=alertdialog] .primary").click()
    await visitor.sees("The chat has ended")
    await visitor.part(".rating .link").click()  # skips the first question
    await visitor.part(".numbers").wait_for()
    await visitor.part(".wide").click()
    await visitor.part(".welcome").wait_for()
    await visitor.say("second chat")
    await visitor.part(".theirs .bubble").first.wait_for()
    assert await visitor.mine() == ["second chat"]
    await visitor.page.reload()
    await visitor.part(".launcher").click()
    await visitor.sees("second chat")
    assert await visitor.mine() == ["second chat"]


async def test_it_lives_on_a_page_that_trusts_nobody(strict_shop: Shop, visitor: Window) -> None:
    await visitor.open(strict_shop("data-site='default' data-locale='de' data-accent='#ffd400'"))
    await visitor.say("Hallo 👋")
    await visitor.sees("Hallo 👋")
    await expect(visitor.part(".theirs .bubble").first).to_be_visible()
    await visitor.part(".emoji-button").click()
    await visitor.part(".emoji button").first.click()
    await expect(visitor.part(".writer textarea")).to_have_value("😀")
    await expect(visitor.part(".writer textarea")).to_have_attribute("placeholder", "Nachricht schreiben …")
    assert visitor.complaints == []


async def test_nothing_is_kept_before_the_chat_is_opened_and_nothing_stays_after_shutdown(
    strict_shop: Shop, visitor: Window
) -> None:
    await visitor.page.goto(strict_shop())
    await visitor.part(".launcher").wait_for()
    assert await visitor.page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    await visitor.part(".launcher").click()
    await visitor.part("textarea").wait_for()
    await visitor.page.evaluate("antiphon('reset'); antiphon('shutdown')")
    await expect(visitor.page.locator("antiphon-chat")).to_have_count(0)
    assert (
        await visitor.page.evaluate("Object.keys(localStorage).filter(key => !key.endsWith('greeted'))") == []
    )
    await visitor.page.evaluate("antiphon('boot', {site: 'default'})")
    await visitor.part(".launcher").wait_for()


SNIPPET = (
    "<script>window.antiphon=window.antiphon||function(){(antiphon.q=antiphon.q||[]).push(arguments)};"
    "antiphon('boot',{site:'default'})</script>"
)


async def test_the_snippet_works_before_the_script_has_come_and_twice(
    server: Server, strict_shop: Shop, visitor: Window
) -> None:
    script = f"<script async src='{server.url}/w.js'></script>"
    twice = f"{SNIPPET}<script>antiphon('open')</script>{script}{SNIPPET}{script}"
    await visitor.page.goto(strict_shop.plain(twice))
    await visitor.part(".writer textarea").wait_for()
    await expect(visitor.page.locator("antiphon-chat")).to_have_count(1)
    assert visitor.complaints == []


async def test_a_loader_that_outlived_an_upgrade_finds_the_widget(server: Server, visitor: Window) -> None:
    async def yesterdays(route: Route) -> None:
        today = await (await route.fetch()).text()
        await route.fulfill(
            body=re.sub(r"visitor-[\w-]+\.js", "visitor-gone.js", today), content_type="text/javascript"
        )

    await visitor.page.route("**/w.js", yesterdays)
    await visitor.open(f"{server.url}/demo")
    await visitor.say("still here")
    await visitor.sees("still here")


async def test_the_page_may_ask_and_is_told(strict_shop: Shop, visitor: Window) -> None:
    await visitor.page.goto(strict_shop())
    await visitor.part(".launcher").wait_for()
    await visitor.page.evaluate(
        """() => {
          window.told = []
          for (const name of ['ready', 'opened', 'started', 'message', 'closed'])
            window.addEventListener(`antiphon:${name}`, () => window.told.push(name))
          antiphon('on', 'opened', () => window.told.push('on opened'))
          antiphon('setAttributes', {plan: 'gold'})
          antiphon('prefill', 'my words')
          antiphon('open')
        }"""
    )
    await expect(visitor.part(".writer textarea")).to_have_value("my words")
    await visitor.part(".writer textarea").press("Enter")
    await visitor.sees("my words")
    await visitor.page.evaluate("antiphon('close')")
    for name in ("ready", "opened", "on opened", "started", "message", "closed"):
        await visitor.page.wait_for_function("name => window.told.includes(name)", arg=name)


async def test_the_keyboard_reaches_everything(server: Server, visitor: Window) -> None:
    await visitor.page.goto(f"{server.url}/demo")
    await visitor.part(".launcher").focus()
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.part(".writer textarea")).to_be_focused()
    await visitor.page.keyboard.type("typed")
    await visitor.page.keyboard.press("Enter")
    await visitor.sees("typed")
    await expect(visitor.part(".bubble").nth(1)).to_be_visible()  # answered: the chat has begun
    await visitor.part("[aria-haspopup=menu]").focus()
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.part("[role=menuitem]").first).to_be_focused()
    await visitor.page.keyboard.press("ArrowUp")
    await expect(visitor.part("[role=menuitem]").last).to_be_focused()
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.part("[aria-haspopup=menu]")).to_be_focused()
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.part(".launcher")).to_be_focused()


async def test_arabic_is_mirrored(server: Server, browser: Browser) -> None:
    context = await browser.new_context(locale="ar-EG", viewport={"width": 1280, "height": 800})
    visitor = Window(await context.new_page())
    await visitor.open(f"{server.url}/demo")
    await expect(visitor.page.locator("antiphon-chat")).to_have_attribute("dir", "rtl")
    panel, launcher = (
        await visitor.part(".panel").bounding_box(),
        await visitor.part(".launcher").bounding_box(),
    )
    assert panel
    assert launcher
    assert panel["x"] < 100
    assert launcher["x"] < 100
    await context.close()


@pytest.mark.parametrize("width", [320, 390])
async def test_a_phone_is_filled_and_nothing_runs_over(server: Server, browser: Browser, width: int) -> None:
    context = await browser.new_context(
        viewport={"width": width, "height": 640}, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    visitor = Window(await context.new_page())
    await visitor.page.goto(f"{server.url}/demo")
    await visitor.part(".launcher").tap()
    await visitor.part("textarea").wait_for()
    box = await visitor.part(".panel").bounding_box()
    assert box == {"x": 0, "y": 0, "width": width, "height": 640}
    await visitor.say("a-very-long-word-" * 12)
    await visitor.sees("a-very-long-word")
    over = await visitor.page.evaluate(
        """() => [...document.querySelector('antiphon-chat').shadowRoot.querySelectorAll('.panel *')]
          .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.sr'))
          .map(one => one.className)"""
    )
    assert over == []
    assert await visitor.part("textarea").evaluate("one => getComputedStyle(one).fontSize") == "16px"
    await context.close()
