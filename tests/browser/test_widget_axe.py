"""axe finds nothing on any of the visitor's screens, in the light and in the dark."""

from typing import Literal

import pytest
from playwright.async_api import Browser

from tests.browser.conftest import Agent, Window
from tests.flows.conftest import Server, cmid

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_chat_from_hello_to_rating(
    server: Server, browser: Browser, agent: Agent, scheme: Scheme
) -> None:
    # Without motion a colour is what it will be at once, and axe does not measure a fade.
    context = await browser.new_context(color_scheme=scheme, reduced_motion="reduce", locale="en-GB")
    visitor = Window(await context.new_page())
    await visitor.open(f"{server.url}/demo")
    assert await visitor.axe() == []
    await visitor.say("How long does delivery take?")
    await visitor.part(".theirs .bubble").first.wait_for()
    await visitor.part("[aria-haspopup=menu]").click()
    assert await visitor.axe() == []
    await visitor.page.keyboard.press("Escape")
    await visitor.asked_for_a_person()
    assert await visitor.axe() == []
    await visitor.part(".queue .link").click()
    assert await visitor.axe() == []
    await visitor.part(".leave .button").first.click()
    conversation = await agent.take()
    await agent.client.ok("say", conversation=conversation, cmid=cmid(), text="See https://example.org/x")
    await visitor.sees("See https://example.org/x")
    await visitor.part(".emoji-button").click()
    await visitor.part(".emoji").wait_for()
    assert await visitor.axe() == []
    await agent.client.ok("end", conversation=conversation, cmid=cmid(), resolved=True)
    for step, chosen in ((".faces button", 3), (".numbers button", 7), (".rating .pair button", 0)):
        await visitor.part(step).first.wait_for()
        assert await visitor.axe() == []
        await visitor.part(step).nth(chosen).click()
    await visitor.part(".thanks").wait_for()
    assert await visitor.axe() == []
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/demo", "/chat/default"])
async def test_the_pages(server: Server, browser: Browser, path: str, scheme: Scheme) -> None:
    context = await browser.new_context(color_scheme=scheme, reduced_motion="reduce")
    visitor = Window(await context.new_page())
    await visitor.page.goto(f"{server.url}{path}", wait_until="networkidle")
    assert await visitor.axe() == []
    assert visitor.complaints == []
    await context.close()
