"""The cast: visitors who come in waves, and a team of agents, on a running server.

    cast = Cast("http://127.0.0.1:8080", accounts, pace=1.0)
    await cast.run()          # until it is cancelled

Rules: nobody in it can stop it, whatever goes wrong with one visit goes wrong with that visit alone;
no more than `MOST` visitors at once; the first comes at once and a handful with him, so that there is
something to see. When the line gets long, those who come ask only what the bot can answer.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Coroutine, Sequence
from math import pi, sin
from random import Random
from typing import Any

import aiohttp

from antiphon.demo.agent import Agent
from antiphon.demo.dialogues import Dialogue, dialogues
from antiphon.demo.parts import draw
from antiphon.demo.seed import Accounts
from antiphon.demo.shop import TEAM
from antiphon.demo.visitor import Left, Visitor
from antiphon.demo.wire import BROKEN, SaidNo

log = logging.getLogger(__name__)

ARRIVALS_A_S = 0.26  # at pace 1, on average ...
WAVE, WAVE_S = 0.55, 240.0  # ... swinging by so much, once in so long
EVENNESS = 3  # 1 would be pure chance (Poisson), with gaps in which nothing happens on the screen
OPENING = 7  # visitors who come in the first seconds
OPENING_S = 0.45  # between two of them
MOST = 24  # visitors at once, at pace 1
LONG_LINE = 3
ON_BREAK = 2  # agents away at once
CALLS_HOME, CALL_HOME_S = 3, 2.0
ENDS = (Left, SaidNo, *BROKEN)
KNOWN, RETURNS = 60, 0.15  # tokens remembered; how many visitors come with one


class Cast:
    """`pace` is how many come, `tempo` how fast everybody reads, types and leaves.

    `troubles` counts what went wrong, by name; a healthy run has none but races for a conversation.
    """

    def __init__(
        self, base_url: str, accounts: Accounts, pace: float = 1.0, seed: int | None = None,
        *, tempo: float = 1.0,
    ) -> None:  # fmt: skip
        self._url, self._accounts = base_url.rstrip("/"), accounts
        self._pace, self._tempo, self._random = max(0.05, pace), tempo, Random(seed)
        self._playing: set[asyncio.Task[None]] = set()
        self._visitors: set[Visitor] = set()
        self._tokens: deque[tuple[str, str]] = deque(maxlen=KNOWN)  # (language, token)
        self.troubles: Counter[str] = Counter()

    async def run(self) -> None:
        """Play until cancelled."""
        connector = aiohttp.TCPConnector(limit=0)
        jar = aiohttp.DummyCookieJar()  # nobody here shares a browser
        async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as http:
            try:
                self._open(http)
                await self._arrivals(http)
            finally:
                await self._dismiss()

    def _play(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._playing.add(task)
        task.add_done_callback(self._playing.discard)

    async def _dismiss(self) -> None:
        """Send everybody home. Asked more than once: a library may swallow a cancellation."""
        for _ in range(CALLS_HOME):
            for task in list(self._playing):
                task.cancel()
            if self._playing:
                await asyncio.wait(list(self._playing), timeout=CALL_HOME_S)

    def _open(self, http: aiohttp.ClientSession) -> None:
        """The team comes to work."""
        rest = asyncio.Semaphore(ON_BREAK)
        colleagues = {colleague.id: colleague for colleague in TEAM}
        for account in self._accounts.team:
            random, who = Random(self._random.random()), colleagues[account.id]
            self._play(Agent(http, self._url, account, who, random, rest, self._tempo).work())

    async def _arrivals(self, http: aiohttp.ClientSession) -> None:
        """A stream with a slow swell; the first handful at once."""
        began_s = asyncio.get_running_loop().time()
        for _ in range(round(OPENING * min(2.0, max(0.5, self._pace)))):
            self._comes(http, opening=True)
            await asyncio.sleep(OPENING_S)
        while True:
            passed_s = asyncio.get_running_loop().time() - began_s
            rate = ARRIVALS_A_S * self._pace * (1 + WAVE * sin(2 * pi * passed_s / WAVE_S))
            await asyncio.sleep(self._random.gammavariate(EVENNESS, 1 / (EVENNESS * rate)))
            if len(self._visitors) < MOST * max(1.0, self._pace):
                self._comes(http)

    def _comes(self, http: aiohttp.ClientSession, *, opening: bool = False) -> None:
        part = draw(self._random, self._plays(opening=opening))
        visitor = Visitor(
            http,
            self._url,
            part,
            Random(self._random.random()),
            self._known(part.dialogue.language),
            tempo=self._tempo,
        )
        self._visitors.add(visitor)
        self._play(self._visit(visitor, part.dialogue.language))

    def _plays(self, *, opening: bool) -> Sequence[Dialogue]:
        """What is on: at the start mostly talks, under a long line nothing that needs a person."""
        waiting = sum(visitor.waits for visitor in self._visitors)
        if waiting >= LONG_LINE:
            return [play for play in dialogues() if not play.talk]
        if opening and self._random.random() < 0.6:
            return [play for play in dialogues() if play.button]
        return dialogues()

    def _known(self, language: str) -> str | None:
        """The token of somebody who was here before, now and then."""
        if self._random.random() >= RETURNS:
            return None
        known = next((entry for entry in self._tokens if entry[0] == language), None)
        if known:
            self._tokens.remove(known)
        return known[1] if known else None

    async def _visit(self, visitor: Visitor, language: str) -> None:
        try:
            await visitor.visit()
        except ENDS as end:
            self._note(end)
        except Exception as error:  # a loop's edge: one visit fails, the cast goes on
            log.exception("a visit failed")
            self._note(error)
        finally:
            self._visitors.discard(visitor)
        if visitor.token and visitor.chat and visitor.chat.state == "closed":
            self._tokens.append((language, visitor.token))

    def _note(self, end: Exception) -> None:
        if not isinstance(end, Left):
            self.troubles[end.code if isinstance(end, SaidNo) else type(end).__name__] += 1
            log.info("a visit ended early: %r", end)
