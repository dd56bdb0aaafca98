"""A site's own settings as the visitor meets them: who vouches for him, and hours."""

import hashlib
import hmac
from collections.abc import AsyncIterator

import aiohttp
import pytest
from playwright.async_api import expect

from tests.browser.conftest import Agent, Shop, Window
from tests.flows.conftest import ADMIN, Rest, Server

pytestmark = pytest.mark.browser

SECRET = "a secret between shop and desk"


@pytest.fixture
async def admin(server: Server) -> AsyncIterator[Rest]:
    async with aiohttp.ClientSession() as http:
        yield await Rest.login(http, server.url, *ADMIN)


def identify(signature: str) -> str:
    return f"antiphon('identify', {{id: 'u1', name: 'Ann Sommer', hash: '{signature}'}})"


async def test_a_visitor_the_shop_vouches_for_is_known_by_name(
    admin: Rest, strict_shop: Shop, visitor: Window, agent: Agent
) -> None:
    await admin.ask("PUT", "/api/sites/bank", {"queue": "support", "bot": False, "identity_secret": SECRET})
    await visitor.page.goto(strict_shop("data-site='bank'"))
    await visitor.part(".launcher").wait_for()
    right = hmac.new(SECRET.encode(), b"u1", hashlib.sha256).hexdigest()
    await visitor.page.evaluate(identify(right))
    await visitor.part(".launcher").click()
    await visitor.say("hello")
    conversation = await agent.take()
    snapshot = (await agent.client.ok("watch", conversation=conversation))["conversation"]
    assert (snapshot["visitor"]["name"], snapshot["visitor"]["verified"]) == ("Ann Sommer", True)
    await agent.client.ok("end", conversation=conversation, cmid="end-1", resolved=True)


async def test_a_forged_identity_is_told_to_the_page_and_the_chat_goes_on_without_it(
    admin: Rest, strict_shop: Shop, visitor: Window
) -> None:
    await admin.ask("PUT", "/api/sites/bank", {"queue": "support", "bot": False, "identity_secret": SECRET})
    await visitor.page.goto(strict_shop("data-site='bank'"))
    await visitor.part(".launcher").wait_for()
    await visitor.page.evaluate(
        "addEventListener('antiphon:error', event => window.wrong = event.detail.code)"
    )
    await visitor.page.evaluate(identify("0" * 64))
    await visitor.part(".launcher").click()
    await visitor.say("hello all the same")
    await visitor.sees("hello all the same")
    await visitor.part(".queue").wait_for()
    await visitor.page.wait_for_function("window.wrong === 'unauthorized'")


async def test_out_of_hours_the_visitor_is_told_and_asked_where_to_write(
    admin: Rest, strict_shop: Shop, visitor: Window
) -> None:
    await admin.ask("PUT", "/api/queues/night", {"name": "Night"})
    await admin.ask("PUT", "/api/queues/night/hours", {"zone": "UTC", "week": [[] for _ in range(7)]})
    await admin.ask("PUT", "/api/sites/night", {"queue": "night", "bot": False})
    await visitor.open(strict_shop("data-site='night'"))
    await visitor.say("anybody there?")
    await visitor.sees("We're closed right now")
    await visitor.part(".leave input").fill("ann@example.org")
    await visitor.part(".leave .primary").click()
    await expect(visitor.part(".foot")).to_contain_text("We will write to ann@example.org")
    assert visitor.complaints == []
