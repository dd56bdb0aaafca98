"""A living agent: logs in, goes online, answers the bell, talks, wraps up, takes a break.

Everything he says he finds by what the visitor said (`brain`). Real people are colleagues and
visitors like any others. A lost line is opened again; what he had goes on from the session.
"""

import asyncio
import logging
from collections.abc import Awaitable
from functools import partial
from random import Random
from typing import Any

import aiohttp

from antiphon.demo.brain import Answer, Mind, is_german, repertoire
from antiphon.demo.dialogues import render, words
from antiphon.demo.seed import Account
from antiphon.demo.shop import DISPOSITIONS, Colleague
from antiphon.demo.wire import BROKEN, CALL_S, Chat, Line, SaidNo, cmid

log = logging.getLogger(__name__)

TYPE_S_A_CHAR, READ_S_A_CHAR = 0.04, 0.01
ACCEPTS_S = (1.0, 0.5)  # mu and sigma of a lognormal: the human delay before an offer is taken
SETTLE_S = 1.0  # a visitor often writes two lines
TELLS_S = 7.0  # how long he lets a visitor tell what it is about before he asks
SILENCE_S, CLOSES_S, FAREWELL_S = 55.0, 35.0, 7.0
LOGIN_S = 30  # six passwords are checked at once when the demo begins, and that is slow by design
WRAPUP_S = (4.0, 16.0)
WORKS_S, RESTS_S = (180.0, 420.0), (40.0, 100.0)
BREAKS = (("away", "Break"), ("away", "Lunch"), ("busy", "Paperwork"), ("away", "Break"))
BACK_OFF_S = (1.0, 2.0, 4.0, 8.0)


class Agent:
    """One of the team. `rest` bounds how many are away at once, `tempo` shortens every pause."""

    def __init__(
        self, http: aiohttp.ClientSession, url: str, account: Account, colleague: Colleague, random: Random,
        rest: asyncio.Semaphore, tempo: float = 1.0,
    ) -> None:  # fmt: skip
        self._http, self._url, self._account, self._who = http, url, account, colleague
        self._random, self._rest, self._tempo = random, rest, tempo
        self._chats: dict[str, Chat] = {}
        self._attended: set[str] = set()
        self._ringing: set[str] = set()
        self._group: asyncio.TaskGroup | None = None
        self._line = Line(http, url, "/agent", self._heard)

    async def work(self) -> None:
        """For ever, whatever happens to the line."""
        tries = 0
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await self._shift()
            except Exception as error:  # noqa: BLE001 - a loop's edge: the next shift begins
                _unless_dismissed()
                log.info("agent %s starts again: %r", self._who.id, error)
            tries = 0 if asyncio.get_running_loop().time() - began > 30 else tries + 1
            await asyncio.sleep(BACK_OFF_S[min(tries, len(BACK_OFF_S) - 1)])

    async def _shift(self) -> None:
        """One connection, until it is lost."""
        ticket = await self._ticket()
        self._line = Line(self._http, self._url, "/agent", self._heard)
        self._attended.clear()
        async with asyncio.TaskGroup() as group:
            self._group = group
            await self._line.open({"ticket": ticket})
            try:
                await self._status("online")
                self._start(self._breaks())
                await self._line.lost.wait()
                raise ConnectionError("the line is lost")  # ends what was going on; it is found again
            finally:
                self._group = None
                await self._line.close()

    async def _ticket(self) -> str:
        told = {"email": self._account.email, "password": self._account.password}
        token = (await self._post("/api/login", told, {}))["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        return str((await self._post("/api/socket-ticket", {}, bearer))["ticket"])

    async def _post(self, path: str, body: dict[str, str], headers: dict[str, str]) -> dict[str, Any]:
        limit = aiohttp.ClientTimeout(total=LOGIN_S)
        async with self._http.post(self._url + path, json=body, headers=headers, timeout=limit) as answer:
            answer.raise_for_status()
            told: dict[str, Any] = await answer.json()
            return told

    # -- what the server says -----------------------------------------------------------------------

    def _heard(self, event: str, data: Any) -> None:
        if event == "session":
            for conversation in data["conversations"]:
                self._show(conversation)
            for offer in data.get("offers", ()):
                self._start(self._consider(offer))
        elif event == "offer":
            self._start(self._consider(data))
        elif event == "offer_gone":
            self._ringing.discard(data["conversation"])
        elif event == "event" and data["conversation"] in self._chats:
            self._event(data)
        elif event == "signal" and data["conversation"] in self._chats:
            self._chats[data["conversation"]].signal(data)

    def _event(self, frame: dict[str, Any]) -> None:
        chat = self._chats[frame["conversation"]]
        chat.take(frame)
        if frame["kind"] == "message" and (frame.get("data") or {}).get("whisper"):
            self._start(self._thanks(chat))
        if self._has(chat) and chat.id not in self._attended:  # handed back, or reopened to him
            self._start(self._attend(chat))

    def _show(self, snapshot: dict[str, Any]) -> Chat:
        chat = self._chats.setdefault(snapshot["id"], Chat(snapshot["id"]))
        chat.snapshot(snapshot)
        if self._has(chat) and chat.id not in self._attended:
            self._start(self._attend(chat))
        return chat

    def _start(self, work: Awaitable[None]) -> None:
        """Something to do beside everything else; its failure is its own."""
        if self._group is None:
            getattr(work, "close", lambda: None)()
            return
        self._group.create_task(_alone(work))

    def _has(self, chat: Chat) -> bool:
        return chat.state == "active" and self._account.id in chat.agents

    # -- presence -----------------------------------------------------------------------------------

    async def _status(self, status: str, reason: str | None = None) -> None:
        await self._line.call("status", status=status, reason=reason, max_concurrency=self._who.slots)

    async def _breaks(self) -> None:
        while True:
            await self._pause(*WORKS_S)
            async with self._rest:
                await self._status(*self._random.choice(BREAKS))
                await self._pause(*RESTS_S)
                await self._status("online")

    # -- offers -------------------------------------------------------------------------------------

    async def _consider(self, offer: dict[str, Any]) -> None:
        """Take it after a human moment; sometimes nobody sits at the desk."""
        conversation = offer["conversation"]
        self._ringing.add(conversation)
        if self._random.random() < self._who.misses:
            return
        await self._sleep(self._random.lognormvariate(*ACCEPTS_S))
        if conversation in self._ringing:
            self._ringing.discard(conversation)
            accepted = await self._line.call("accept", conversation=conversation)
            self._show(accepted["conversation"])

    # -- one conversation -----------------------------------------------------------------------------

    async def _attend(self, chat: Chat) -> None:
        """From accepting to the last click of the after-chat work."""
        self._attended.add(chat.id)
        mind = Mind(repertoire(), self._random)
        try:
            await self._converse(chat, mind)
        except SaidNo as no:  # it was closed, or taken from him, just now
            log.debug("agent %s: %s", self._who.id, no)
        finally:
            self._attended.discard(chat.id)
        if chat.state == "closed":
            await self._wrap_up(chat, mind)
        if not self._has(chat):
            self._chats.pop(chat.id, None)

    async def _converse(self, chat: Chat, mind: Mind) -> None:
        answered = await self._greet(chat)
        over = asked = False
        while self._has(chat):
            limit_s = (FAREWELL_S if over else CLOSES_S if asked else SILENCE_S) / self._tempo
            if not await chat.until(partial(self._called, chat, answered), limit_s):
                asked = await self._break_silence(chat, over=over, asked=asked)
                continue
            await self._settle(chat)
            lines = [m["data"]["text"] for m in chat.said_by("visitor", answered)]
            answered, asked = chat.head, False
            over = await self._reply(chat, mind, lines, over=over)

    def _called(self, chat: Chat, answered: int) -> bool:
        """The visitor has said something new, or the chat is no longer his."""
        return bool(chat.said_by("visitor", answered)) or not self._has(chat)

    async def _break_silence(self, chat: Chat, *, over: bool, asked: bool) -> bool:
        """Ask whether somebody is there, and the next time close. True when he has asked."""
        if over or (asked and not chat.is_typing("visitor")):
            await self._close(chat, resolved=over)
        elif not asked and not chat.is_typing("visitor"):
            await self._say(chat, self._phrase(chat, "still_there"))
            return True
        return asked

    async def _greet(self, chat: Chat) -> int:
        """The first word. Returns up to where the visitor's words are dealt with."""
        if any(m["actor"].get("id") == self._account.id for m in chat.said_by("agent")):
            return int(chat.said_by("agent")[-1]["seq"])
        since = chat.queued_seq
        told = await chat.until(lambda: bool(chat.said_by("visitor", since)), 1.5)
        await self._say(chat, self._phrase(chat, "greetings"))
        if not told and not await chat.until(
            lambda: bool(chat.said_by("visitor", since)), TELLS_S / self._tempo
        ):
            return 0  # then by what was said to the bot
        return since

    async def _settle(self, chat: Chat) -> None:
        """Let him finish: wait until he has stopped writing."""
        for _ in range(5):
            head = chat.head
            await asyncio.sleep(SETTLE_S / self._tempo)
            if chat.head == head and not chat.is_typing("visitor"):
                return

    async def _reply(self, chat: Chat, mind: Mind, lines: list[str], *, over: bool) -> bool:
        """Answer; True when that was the end of it."""
        answer = mind.answer(lines[-3:], chat.queue)
        if over and not answer.known and _small(lines):
            answer = Answer(lines=(), over=True)
        await self._sleep(READ_S_A_CHAR * sum(map(len, lines)))
        for mark, text in answer.lines:
            if not self._has(chat):
                return True
            await self._act(chat, mark, text)
        if not answer.lines and self._has(chat):
            await self._say(chat, self._phrase(chat, "farewells"))
        return answer.over

    async def _act(self, chat: Chat, mark: str, text: str) -> None:
        if mark == "N":
            await self._line.call("note", conversation=chat.id, cmid=cmid(), text=text)
        elif mark == "T":
            queue, _, note = text.partition(" ")
            await self._pause(1.0, 3.0)
            await self._line.call("transfer", conversation=chat.id, cmid=cmid(), to_queue=queue, note=note)
        else:
            await self._say(chat, text)

    async def _say(self, chat: Chat, line: str) -> None:
        """Type it and send it."""
        name = chat.visitor.split(" ")[0]
        line = line if name else _nameless(line)
        text = render(line, self._random, name=name, agent=self._who.first_name)
        await self._line.hint("typing", conversation=chat.id, on=True)
        await self._sleep(self._random.uniform(0.5, 1.8) + TYPE_S_A_CHAR * len(text))
        if self._has(chat):
            await self._line.call("say", conversation=chat.id, cmid=cmid(), text=text)

    async def _close(self, chat: Chat, *, resolved: bool) -> None:
        if not resolved:
            await self._say(chat, self._phrase(chat, "closing"))
        if self._has(chat):
            await self._line.call("end", conversation=chat.id, cmid=cmid(), resolved=resolved)
            await chat.until(lambda: chat.state == "closed", CALL_S)

    async def _wrap_up(self, chat: Chat, mind: Mind) -> None:
        await self._pause(*WRAPUP_S)
        if mind.flag:
            await self._line.call("flag", conversation=chat.id, flag=mind.flag)
        await self._line.call(
            "wrapup", conversation=chat.id, done=True, tags=[mind.topic] if mind.topic else None,
            disposition=self._random.choice(DISPOSITIONS),
        )  # fmt: skip

    async def _thanks(self, chat: Chat) -> None:
        """A supervisor whispered."""
        await self._pause(2.0, 4.0)
        await self._line.call("note", conversation=chat.id, cmid=cmid(), text="Thanks, I'll do that.")

    def _phrase(self, chat: Chat, kind: str) -> str:
        german = chat.language == "de" or any(is_german(m["data"]["text"]) for m in chat.said_by("visitor"))
        phrase: str = self._random.choice(words()[kind]["de" if german else "en"])
        return phrase

    async def _pause(self, low_s: float, high_s: float) -> None:
        await self._sleep(self._random.uniform(low_s, high_s))

    async def _sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self._who.pace / self._tempo)


def _small(lines: list[str]) -> bool:
    """Nothing but a friendly word."""
    said = " ".join(lines)
    return "?" not in said and len(said.split()) < 8


def _unless_dismissed() -> None:
    """A TaskGroup that is cancelled while a child fails tells of the failure only."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def _alone(work: Awaitable[None]) -> None:
    try:
        await work
    except (SaidNo, *BROKEN) as error:
        log.debug("came to nothing: %r", error)


def _nameless(line: str) -> str:
    """The same line to somebody whose name is not known."""
    return line.replace(", {name}", "").replace(" {name}", "")
