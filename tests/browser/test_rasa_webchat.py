"""The published rasa-webchat, unchanged, in a browser against our server: bot, buttons, person, survey."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Agent
from tests.flows.conftest import Server, free_port

pytestmark = pytest.mark.browser

BUNDLE = Path(__file__).parents[2] / ".make" / "rasa-webchat" / "index.js"
PAGE = """<!doctype html><html lang=en><title>Rasa's client</title><link rel=icon href=data:,>
<div id=webchat></div><script src=/rasa-webchat.js></script><script>
WebChat.default({{socketUrl: "{url}", initPayload: "/greet", title: "Shop", customData: {{name: "Jane Roe"}},
  params: {{storage: "session"}}}}, null)
</script>"""


@pytest.fixture
async def shop(server: Server) -> AsyncIterator[str]:
    """A page on an origin of its own, as rasa-webchat's README has it."""
    page = PAGE.format(url=server.url)

    async def serve(request: web.Request) -> web.Response:
        return web.Response(text=page, content_type="text/html")

    async def bundle(request: web.Request) -> web.FileResponse:
        return web.FileResponse(BUNDLE)

    app = web.Application()
    app.add_routes([web.get("/", serve), web.get("/rasa-webchat.js", bundle)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port := free_port()).start()
    yield f"http://127.0.0.1:{port}/"
    await runner.cleanup()


SLOW_MS = 20_000  # the client shows words one after another, each after a while of its own


async def seen(said: Locator, text: str) -> None:
    await expect(said.filter(has_text=text)).to_be_visible(timeout=SLOW_MS)


async def say(page: Page, text: str) -> None:
    await page.locator(".rw-new-message").fill(text)
    await page.locator(".rw-new-message").press("Enter")


async def test_rasas_own_web_client_meets_bot_person_and_survey(
    shop: str, window: BrowserContext, agent: Agent
) -> None:
    page = await window.new_page()
    await page.goto(shop)
    await page.locator(".rw-launcher").click()
    said = page.locator(".rw-response")
    await seen(said, "welcome")
    button = page.locator(".rw-reply").first
    title = await button.inner_text()
    heard = await said.count()
    await button.click()
    await expect(page.locator(".rw-client", has_text=title)).to_be_visible()
    await expect(said.nth(heard)).to_be_visible(timeout=SLOW_MS)  # and an answer to the button

    await say(page, "I want to talk to a human")
    conversation = await agent.take()
    await agent.client.ok("say", conversation=conversation, cmid="person-1", text="Maria here, what is it?")
    await seen(said, "Maria here, what is it?")
    await say(page, "All is well, thank you")
    while "All is well" not in str((await agent.client.until("event", "message"))["data"]):
        pass

    await agent.client.ok("end", conversation=conversation, cmid="person-2", resolved=True)
    await seen(said, "satisfied")
    await page.locator(".rw-reply", has_text="5").click()
    await seen(said, "recommend")
