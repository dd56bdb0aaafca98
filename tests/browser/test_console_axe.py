"""axe finds nothing on any of the agent's screens, in the light and in the dark, on a phone."""

from typing import Literal

import aiohttp
import pytest
from playwright.async_api import Browser, ViewportSize

from tests.browser.desk import Desk, Visitor
from tests.flows.conftest import ADMIN, Rest, Server

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
SCREENS: dict[str, ViewportSize] = {
    "desktop": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
}


@pytest.mark.parametrize(
    ("scheme", "screen"), [("light", "desktop"), ("dark", "desktop"), ("light", "phone")]
)
async def test_a_shift(server: Server, browser: Browser, scheme: Scheme, screen: str) -> None:
    # Without motion a colour is what it will be at once, and axe does not measure a fade.
    context = await browser.new_context(
        color_scheme=scheme,
        reduced_motion="reduce",
        locale="en-GB",
        viewport=SCREENS[screen],
    )
    async with aiohttp.ClientSession() as http:
        admin = await Rest.login(http, server.url, *ADMIN)
        found: dict[str, list[str]] = {}
        desk = await Desk.open(context, await admin.hire("Ann"))
        found["offline"] = await desk.axe()
        await desk.part(".presence").click()
        found["presence"] = await desk.axe()
        await desk.press("Escape")
        await desk.go_online()
        jane = await Visitor.asking(server.url, "Jane Axe")
        await desk.part(".offer").wait_for()
        found["ringing"] = await desk.axe()
        await desk.accept()
        await jane.say("Hello?")
        await desk.sees("Hello?")
        found["chat"] = await desk.axe()
        await desk.press("Escape", "n")
        await desk.write("A note")
        await desk.sees("A note")
        found["note"] = await desk.axe()
        await desk.press("Escape")
        await desk.page.wait_for_function("!document.activeElement?.closest('.composer')")
        for key in ("f", "t", "?", "Control+k"):
            await desk.press(key)
            await desk.page.locator("dialog[open]").wait_for()
            found[key] = await desk.axe()
            await desk.press("Escape")
            await desk.page.locator("dialog[open]").wait_for(state="detached")
        await desk.press("e")
        await desk.page.get_by_role("dialog").get_by_role("button", name="Not resolved").click()
        await desk.part(".wrapup").wait_for()
        found["wrap-up"] = await desk.axe()
        await desk.part(".wrapup").get_by_role("button", name="Done").click()
        await desk.part(".wrapup").wait_for(state="detached")
        for tab in ("queue", "all"):
            await desk.part(f"#tab-{tab}").click()
            found[tab] = await desk.axe()
        await jane.go()
        await desk.leave()
    await context.close()
    assert {where: what for where, what in found.items() if what} == {}
