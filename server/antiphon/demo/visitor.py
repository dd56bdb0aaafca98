"""A living visitor: comes with a part, talks to whoever is there, waits, leaves, rates.

He speaks the public protocol through a socket of his own and reacts to what he sees: a bot that
hands over early, an agent who never comes, a real person who says something that is in no play.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from functools import partial
from random import Random
from typing import Any

import aiohttp

from antiphon.demo.dialogues import Block, Exchange, says, words
from antiphon.demo.parts import BROWSERS, Part, spoken
from antiphon.demo.shop import SITE
from antiphon.demo.wire import BROKEN, Chat, Line, cmid

TYPE_S_A_CHAR, READ_S_A_CHAR = 0.045, 0.012
BOT_ANSWERS_S = 12.0
PATIENCE = 0.45  # of what the part says: in a demo everything is a little quicker
REPLY_S = (45.0, 35.0)  # how long he waits for an agent's word before he asks, and then before he goes
AFTER_GREETING_S = 14.0  # a first word is often a greeting only
GONE_S = (4.0, 14.0)  # a blink
LEAVES_MESSAGE, CLOSES = 0.15, 0.5  # what he does when patience ends; else he just disappears
STAYS_S = 25.0  # after his last word, for the agent to end it
SAYS_GOODBYE = 0.85  # to the bot; who does not is closed as idle
EXTRA_TURNS = 3  # that he follows somebody who goes on after the play is over


class Visitor:
    """One visit. `token` makes him somebody who has been here before; afterwards it is his."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        url: str,
        part: Part,
        random: Random,
        token: str | None = None,
        *,
        tempo: float = 1.0,
    ) -> None:
        self._http, self._url, self._part, self._random = http, url, part, random
        self.token = token
        self._tempo = tempo
        self.chat: Chat | None = None
        self._line = self._new_line()
        self._session: asyncio.Event = asyncio.Event()
        self._id = cmid()
        self._said_first = self._away = False
        self._one_at_a_time = asyncio.Lock()

    @property
    def waits(self) -> bool:
        return self.chat is not None and self.chat.state == "queued"

    async def visit(self) -> None:
        """From the first to the last click. Raises what the line raises when it breaks for good."""
        await self._connect()
        keeper = asyncio.create_task(self._keep())
        try:
            await self._whole()
        finally:
            keeper.cancel()
            await self._line.close()

    async def _whole(self) -> None:
        play = self._part.dialogue
        await self._start()
        await self._with_bot(play.with_bot)
        if play.button and self._here.state == "bot":
            await self._pause(0.8, 2.5)
            await self._ask("handoff", cmid=cmid(), department=play.queue)
        if play.talk and await self._queue() and await self._talk(play.talk):
            await self._stay()
        if play.talk or self._random.random() < SAYS_GOODBYE:
            await self._end()
        await self._rate()
        if self._part.returns and play.talk:
            await self._encore()

    @property
    def _here(self) -> Chat:
        assert self.chat is not None
        return self.chat

    # -- the line ---------------------------------------------------------------------------------

    def _new_line(self) -> Line:
        return Line(self._http, self._url, "/visitor", self._heard)

    async def _connect(self) -> None:
        part, self._line = self._part, self._new_line()
        self._session.clear()
        who = {"id": f"demo-{self._id}", "name": part.name, "email": part.email}
        page = {"url": part.page, "title": f"{SITE.name} · {part.dialogue.page.strip('/') or 'Home'}"}
        auth: dict[str, Any] = {"site": SITE.id, "locale": part.dialogue.language, "page": page}
        auth |= {"token": self.token} if self.token else {"identity": who}
        await self._line.open(auth, BROWSERS[part.device])
        async with asyncio.timeout(BOT_ANSWERS_S):
            await self._session.wait()

    def _heard(self, event: str, data: Any) -> None:
        if event == "session":
            self.token = data["token"]
            if self.chat and data.get("conversation"):
                self.chat.snapshot(data["conversation"])
            self._session.set()
        elif event == "event":
            self._in(data["conversation"]).take(data)
        elif event == "signal":
            self._in(data["conversation"]).signal(data)

    def _in(self, conversation: str) -> Chat:
        """His conversation; the first frame of a new one may come before its acknowledgement."""
        if self.chat is None or (self.chat.id != conversation and self.chat.state == "new"):
            self.chat = Chat(conversation)
        return self.chat if self.chat.id == conversation else Chat(conversation)

    async def _keep(self) -> None:
        """Come back when the line breaks; if that fails, the next call says so."""
        while True:
            await self._line.lost.wait()
            await self._pause(0.5, 1.5)
            with contextlib.suppress(*BROKEN):
                await self._back()

    async def _back(self) -> None:
        async with self._one_at_a_time:
            if self._line.lost.is_set() and not self._away:
                await self._connect()

    async def _ask(self, event: str, **payload: Any) -> dict[str, Any]:
        await self._back()
        if self._here.gap:
            await self._mend()
        return await self._line.call(event, conversation=self._here.id, **payload)

    async def _mend(self) -> None:
        missing = await self._line.call("sync", conversation=self._here.id, after=self._here.head)
        for frame in missing["events"]:
            self._here.take(frame)

    # -- with the bot -----------------------------------------------------------------------------

    async def _start(self) -> None:
        play = self._part.dialogue
        first = play.with_bot[0].visitor if play.with_bot else None
        pressed = first in [title for title, _ in says()["utter_greet"].buttons]
        text = spoken(self._part, first, self._random) if first and not pressed else None
        begun = await self._line.call("start", cmid=cmid(), text=text, department=play.queue)
        chat = self._in(begun["conversation"])
        chat.snapshot(begun["snapshot"])
        self._said_first = text is not None

    async def _with_bot(self, exchanges: Sequence[Exchange]) -> None:
        for number, exchange in enumerate(exchanges):
            if number == 0 and not self._said_first:
                await self._here.until(lambda: bool(self._here.said_by("bot")), BOT_ANSWERS_S)
            if self._here.state != "bot":
                return
            before = self._here.head
            if number or not self._said_first:
                await self._write(exchange.visitor)
            await self._hear_bot(before if number or not self._said_first else 2)

    async def _hear_bot(self, after: int) -> None:
        """Wait for what the bot says to the last line, and read it."""
        await self._here.until(lambda: self._bot_done(after), BOT_ANSWERS_S)
        await self._pause(0.4, 1.0)
        heard = self._here.said_by("bot", after)
        await self._sleep(READ_S_A_CHAR * sum(len(m["data"]["text"]) for m in heard))

    def _bot_done(self, after: int) -> bool:
        answers = [m for m in self._here.said_by("bot", after) if not m["data"].get("auto")]
        return bool(answers) or self._here.state != "bot"

    # -- in the queue -----------------------------------------------------------------------------

    async def _queue(self) -> bool:
        """Wait for a person; True when one came."""
        chat = self._here
        await chat.until(lambda: chat.state != "bot", 2.0)
        if chat.state not in ("queued", "active"):
            return False
        patience_s = max(6.0, self._part.patience_ms / 1000 * PATIENCE)
        deadline = asyncio.get_running_loop().time() + patience_s
        for line in self._part.dialogue.talk[0].visitor:
            await self._write(line)
        left_s = max(1.0, deadline - asyncio.get_running_loop().time())
        if await chat.until(lambda: chat.state != "queued", left_s / 2):
            return chat.state == "active"
        if self._part.dialogue.temper == "impatient":
            await self._write(self._random.choice(words()["waiting"][self._part.dialogue.language]))
        if not await chat.until(lambda: chat.state != "queued", left_s / 2):
            await self._give_up()
        return chat.state == "active"

    async def _give_up(self) -> None:
        fate = self._random.random()
        if fate < LEAVES_MESSAGE:
            await self._ask("leave_message", cmid=cmid(), email=self._part.email)
        elif fate < CLOSES:
            await self._end()
        else:
            await self._line.close()
            raise Left

    # -- with a person ----------------------------------------------------------------------------

    async def _talk(self, blocks: Sequence[Block]) -> bool:
        """Play the talk. False when it ended before its end."""
        for number, block in enumerate(blocks):
            since = self._here.head if number else self._here.queued_seq
            for line in block.visitor if number else ():
                await self._write(line)
            opening = number == 0 or not block.visitor  # somebody new: he greets first
            if block.answer and not await self._hear_agent(since, opening=opening):
                return False
            if number == self._part.leaves_after:
                await self._pause(2.0, 8.0)
                raise Left
            if number == self._part.blinks_after:
                await self._blink()
        return True

    async def _hear_agent(self, after: int, *, opening: bool) -> bool:
        """Wait until the agent has said his piece. False when nobody says anything any more."""
        chat = self._here
        for patience_s in REPLY_S:
            if await chat.until(lambda: self._answered(after, 1), patience_s):
                if opening:
                    await chat.until(lambda: self._answered(after, 2), AFTER_GREETING_S / self._tempo)
                await self._let_finish()
                return chat.state != "closed"
            if chat.state == "active":
                await self._write(self._random.choice(words()["waiting"][self._part.dialogue.language]))
        return False

    def _answered(self, after: int, times: int) -> bool:
        return len(self._here.said_by("agent", after)) >= times or self._here.state == "closed"

    async def _let_finish(self) -> None:
        """Read, and do not fall into the agent's word."""
        chat = self._here
        while chat.state in ("active", "queued"):
            head = chat.head
            last = chat.said_by("agent")[-1:]
            await self._sleep(1.2 + READ_S_A_CHAR * sum(len(m["data"]["text"]) for m in last))
            if chat.head == head and not chat.is_typing("agent"):
                break
            await chat.until(partial(self._moved, chat.head), 12.0)
        await self._line.hint("read", conversation=chat.id, seq=chat.head)

    def _moved(self, head: int) -> bool:
        return self._here.head > head or not self._here.is_typing("agent")

    async def _stay(self) -> None:
        """After the last line: answer whoever goes on, until somebody ends it."""
        chat = self._here
        for _ in range(EXTRA_TURNS):
            head = chat.head
            if (
                not await chat.until(partial(self._questioned, head), STAYS_S / self._tempo)
                or chat.state != "active"
            ):
                return
            await self._let_finish()
            await self._write(self._random.choice(words()["nods"][self._part.dialogue.language]))

    def _questioned(self, after: int) -> bool:
        """An agent asks one more thing, or it is over."""
        asked = any("?" in m["data"]["text"] for m in self._here.said_by("agent", after))
        return asked or self._here.state == "closed"

    async def _blink(self) -> None:
        """The train goes into a tunnel."""
        self._away = True
        await self._line.close()
        await self._pause(*GONE_S)
        self._away = False
        await self._back()

    # -- the end ----------------------------------------------------------------------------------

    async def _end(self) -> None:
        if self._here.state not in ("closed", "diverted", "new"):
            await self._ask("end", cmid=cmid())

    async def _rate(self) -> None:
        part, chat = self._part, self._here
        await chat.until(lambda: chat.survey is not None, 3.0)
        if chat.survey is None or part.csat is None:
            return
        await self._pause(1.5, 5.0)
        asked = [question["kind"] for question in chat.survey["questions"]]
        given = {"csat": part.csat, "nps": part.nps}
        answers: dict[str, Any] = {k: v for k, v in given.items() if k in asked and v is not None}
        comment = self._comment()
        if answers:
            answers |= {"comment": comment} if comment else {}
            await self._ask("rate", survey=chat.survey["id"], cmid=cmid(), answers=answers)

    def _comment(self) -> str | None:
        said, agents = self._part.comment, self._here.said_by("agent")
        if said is None or ("{agent}" in said and not agents):
            return None
        name = str((agents[-1]["actor"].get("name") if agents else "") or "").split(" ")[0]
        return spoken(self._part, said, self._random, name)

    async def _encore(self) -> None:
        """One more question, some time after everything was said."""
        chat = self._here
        fits = [one for one in words()["encores"] if one["queue"] == self._part.dialogue.queue]
        if not fits or chat.state != "closed" or not chat.said_by("agent"):
            return
        await self._pause(8.0, 25.0)
        await self._write(self._random.choice(fits)["visitor"])
        if await chat.until(lambda: chat.state == "active", 60.0):
            await self._hear_agent(chat.head, opening=False)
            await self._write(self._random.choice(words()["thanks"][self._part.dialogue.language]))
            await chat.until(lambda: chat.state == "closed", STAYS_S)
        await self._end()

    # -- writing ----------------------------------------------------------------------------------

    async def _write(self, line: str) -> None:
        """Type a line and send it; a line that is a button is pressed."""
        button = self._button(line)
        text = spoken(self._part, line, self._random, self._agent_name())
        if button is None:
            await self._line.hint("typing", conversation=self._here.id, on=True)
            await self._sleep(self._random.uniform(0.6, 2.0) + TYPE_S_A_CHAR * len(text))
            await self._ask("say", cmid=cmid(), text=text)
        else:
            await self._pause(0.7, 2.2)
            await self._ask("say", cmid=cmid(), quick_reply=button)

    def _button(self, line: str) -> Mapping[str, str] | None:
        offered = [reply for m in self._here.said_by("bot") for reply in m["data"].get("quick_replies", ())]
        return next((reply for reply in reversed(offered) if reply["title"] == line), None)

    def _agent_name(self) -> str:
        heard = self._here.said_by("agent")
        return str(heard[-1]["actor"].get("name") or "").split(" ")[0] if heard else ""

    async def _pause(self, low_s: float, high_s: float) -> None:
        await self._sleep(self._random.uniform(low_s, high_s))

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._tempo)


class Left(Exception):
    """He has gone without a word."""
