"""Who takes part: visitors, their second windows, agents."""

import asyncio
from typing import Any

from tests.nemesis.people import Manner, Outbox, Person, World
from tests.nemesis.wire import Gone, SentAway


class Visitor(Person):
    """Chats, ends, rates, and begins again."""

    namespace = "/visitor"

    def __init__(self, world: World, name: str, manner: Manner) -> None:
        super().__init__(world, name, manner)
        self.token: str | None = None
        self.outbox: Outbox | None = None
        self.chats = 0

    async def auth(self, url: str) -> Any:
        return {"site": "default"} | ({"token": self.token} if self.token else {})

    async def welcome(self, session: Any) -> None:
        self.token, self.me = session["token"], f"visitor:{session['visitor']['id']}"

    async def chat(self) -> None:
        """For as long as the world goes on."""
        while not self.stopping:
            await self.world.going.wait()
            begun = await self._begin()
            if begun is None:
                continue
            outbox = self.outbox = Outbox(self, begun)
            for _ in range(self.world.chance.randrange(20, 60)):
                await self.world.going.wait()
                for _ in range(self.world.chance.randint(1, self.manner.window)):
                    outbox.say("Hello from")
                await outbox.flush()
                await asyncio.sleep(self.manner.every_s * self.world.chance.random() * 2)
                if self.stopping or outbox.over or self.views[begun].closed:
                    break
            await self._finish(begun)

    async def _begin(self) -> str | None:
        self.chats += 1
        answer = await self.insist("start", {"cmid": f"start-{self.name}-{self.chats}", "text": "I begin"})
        if not answer["ok"]:
            return None
        conversation: str = answer["conversation"]
        try:
            await self.catch_up(self.view(conversation))
        except (Gone, TimeoutError):
            await self.peer.close()  # it reads when it is back
        return conversation

    async def _finish(self, conversation: str) -> None:
        await self.world.going.wait()
        if not self.stopping:
            answer = await self.insist("end", {"conversation": conversation, "cmid": f"end-{conversation}"})
            survey = answer.get("survey")
            if survey and self.world.chance.random() < 0.5:
                rated = {"survey": survey["id"], "cmid": f"rate-{conversation}", "answers": {"csat": 4}}
                await self.insist("rate", {"conversation": conversation, **rated})


class Tab(Person):
    """A second window of a visitor: it only looks."""

    namespace = "/visitor"

    def __init__(self, world: World, of: Visitor, manner: Manner) -> None:
        super().__init__(world, f"{of.name}-tab", manner)
        self._of = of

    async def auth(self, url: str) -> Any:
        await self._of.up.wait()
        return {"site": "default", "token": self._of.token}

    async def welcome(self, session: Any) -> None:
        snapshot = session["conversation"]
        if snapshot and snapshot["id"] not in self.views:
            view = self.view(snapshot["id"])
            view.reset(snapshot["epoch"], snapshot["events"][0]["seq"] - 1)
            view.read(snapshot["events"])

    def heard(self, event: str, data: Any) -> None:
        if event == "event" and data["seq"] == 1 and data["conversation"] not in self.views:
            view = self.view(data["conversation"])
            view.hear(data)
            self.world.book.add(self.name, "up", conversation=view.conversation)


class Agent(Person):
    """Takes whoever waits and answers everybody."""

    namespace = "/agent"

    def __init__(self, world: World, name: str, manner: Manner, bearer: str, user: str) -> None:
        super().__init__(world, name, manner)
        self._bearer, self.me = bearer, f"agent:{user}"
        self.outboxes: dict[str, Outbox] = {}
        self._taking: set[str] = set()

    async def auth(self, url: str) -> Any:
        headers = {"Authorization": f"Bearer {self._bearer}"}
        async with self.world.http.post(f"{url}/api/socket-ticket", headers=headers) as answer:
            if answer.status != 200:
                raise SentAway(await answer.text())
            return await answer.json()

    async def welcome(self, session: Any) -> None:
        for snapshot in session["conversations"]:
            self._mine(snapshot["id"])
        await self.ask("status", {"status": "online", "max_concurrency": 50})
        self._take([row["conversation"] for row in session["queue"]["waiting"]])

    def heard(self, event: str, data: Any) -> None:
        if event == "offer":
            self._take([data["conversation"]])
        elif event == "queue":
            self._take([row["conversation"] for row in data["waiting"]])
        elif event == "event" and data["kind"] == "closed" and data["conversation"] in self.outboxes:
            self.spawn(self.insist("wrapup", {"conversation": data["conversation"], "done": True}))

    def _take(self, conversations: list[str]) -> None:
        for conversation in conversations:
            if conversation not in self._taking and self.world.chance.random() < 0.7:
                self._taking.add(conversation)
                self.spawn(self._accept(conversation))

    async def _accept(self, conversation: str) -> None:
        await self.world.going.wait()
        try:
            answer = await self.ask("accept", {"conversation": conversation})
            if answer["ok"]:
                self._mine(conversation)
                await self.catch_up(self.view(conversation))
        except Gone:
            pass  # his next session says whether he has it
        finally:
            self._taking.discard(conversation)

    def _mine(self, conversation: str) -> None:
        self.view(conversation)
        if conversation not in self.outboxes:
            self.outboxes[conversation] = Outbox(self, conversation)

    async def chat(self) -> None:
        """Words into every chat he has."""
        while not self.stopping:
            await self.world.going.wait()
            for conversation, outbox in list(self.outboxes.items()):
                if not self.views[conversation].closed and not outbox.over:
                    for _ in range(self.world.chance.randint(1, self.manner.window)):
                        outbox.say("I help,")
                    await outbox.flush()
            await asyncio.sleep(self.manner.every_s * self.world.chance.random() * 2)
