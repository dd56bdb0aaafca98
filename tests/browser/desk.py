"""An agent's console in a browser, and a visitor on a socket who talks to it."""

from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page

from tests.axe import violations
from tests.flows.conftest import Client, Rest, cmid

DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Desk:
    """The console by what people see of it, and everything the browser complained of."""

    def __init__(self, page: Page, rest: Rest) -> None:
        self.page, self.rest = page, rest
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, said: ConsoleMessage) -> None:
        """Errors of the network are the tests' own doing; warnings are not."""
        if said.type == "warning":
            self.complaints.append(said.text)

    @classmethod
    async def open(cls, context: BrowserContext, rest: Rest, url: str | None = None) -> "Desk":
        """Logged in by hand, not yet online."""
        desk = cls(await context.new_page(), rest)
        await desk.page.goto(f"{url or rest.url}/console")
        await desk.page.get_by_label("E-mail").fill(rest.user["email"])
        await desk.page.get_by_label("Password", exact=True).fill(f"password of {rest.user['name']}!")
        await desk.page.get_by_role("button", name="Sign in").click()
        await desk.page.get_by_role("button", name="Go online").wait_for()
        return desk

    async def go_online(self) -> None:
        await self.page.get_by_role("button", name="Go online").first.click()
        await self.part(".presence-words").get_by_text("Online").wait_for()

    def part(self, selector: str, text: str | None = None) -> Locator:
        return self.page.locator(selector, has_text=text)

    async def press(self, *keys: str) -> None:
        """One key after another, each once the screen has followed the one before."""
        for key in keys:
            await self.page.keyboard.press(key)
            await self.page.evaluate(DRAWN)

    async def write(self, text: str) -> None:
        await self.part(".composer-text").fill(text)
        await self.press("Enter")

    async def accept(self) -> None:
        """By the key that works while one writes."""
        await self.part(".offer").wait_for()
        await self.press("Control+Shift+Enter")
        await self.part(".composer").wait_for()

    async def sees(self, text: str) -> None:
        await self.part(".transcript").get_by_text(text).first.wait_for()

    async def axe(self) -> list[str]:
        """What axe finds on the screen as it is now."""
        return await violations(self.page)

    async def leave(self) -> None:
        """Offline, so that nothing rings at an empty desk."""
        client = await Client("/agent").connect(self.rest.url, {"ticket": await self.rest.ticket()})
        await client.ok("status", status="offline")
        await client.close()
        await self.page.close()


class Visitor:
    """Somebody with a name who wants a person."""

    def __init__(self, client: Client, name: str) -> None:
        self.client, self.name = client, name
        self.conversation = ""

    @classmethod
    async def asking(cls, url: str, name: str, text: str = "I need a person") -> "Visitor":
        identity = {"id": name, "name": name, "email": f"{name.split()[0].lower()}@example.com"}
        page = {"url": "https://shop.example/checkout", "title": "Checkout"}
        auth = {"site": "default", "identity": identity, "page": page}
        visitor = cls(await Client("/visitor").connect(url, auth), name)
        await visitor.client.until("session")
        started = await visitor.client.ok("start", cmid=cmid(), text=text)
        visitor.conversation = started["conversation"]
        await visitor.client.ok("handoff", conversation=visitor.conversation, cmid=cmid())
        return visitor

    async def say(self, text: str) -> None:
        await self.client.ok("say", conversation=self.conversation, cmid=cmid(), text=text)

    async def hears(self, text: str) -> None:
        """Waits for an agent's words; anything else an agent says before that is a mistake."""
        while True:
            frame = await self.client.until("event", "message")
            if frame["actor"]["kind"] == "agent":
                assert frame["data"]["text"] == text
                return

    async def rate(self, **answers: Any) -> None:
        offered = await self.client.until("event", "survey_offered")
        await self.client.ok(
            "rate", conversation=self.conversation, cmid=cmid(), survey=offered["data"]["survey"],
            answers=answers,
        )  # fmt: skip

    async def go(self) -> None:
        """Ends what is open, so that it rings at nobody's desk afterwards."""
        await self.client.call("end", conversation=self.conversation, cmid=cmid())
        await self.client.close()
