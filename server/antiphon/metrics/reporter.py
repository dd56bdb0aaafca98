"""Reports in a process of their own, so that no chat waits for one: `Reporter` is a node's end of it.

The process runs when nothing else wants to, opens the same database, keeps the stored facts fresh, and
answers one question at a time with bytes that need only be passed on. What it keeps is a cache.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from antiphon.apart import Answer, Apart, Ended, Tell, give_way, serve
from antiphon.apart import Failed as NoAnswer
from antiphon.domain.errors import Refused
from antiphon.journal.engine import open_database
from antiphon.journal.store import Store
from antiphon.metrics.reporting import Call, Reporting
from antiphon.metrics.settings import Settings

log = logging.getLogger(__name__)

LIMIT_S = 30.0  # a question that takes longer is refused, and the process begins anew
START_S = 600.0  # the first reading of a long journal
WAITING = 8  # questions that may wait
FRESH_S = 5.0  # how often the facts are brought up to date when nobody asks
_PATIENCE_S = 15.0  # beyond the limit, for who waits behind another
_LONG = 20_000  # events of a journal that is read before anybody asks
BURST_S = 0.5  # twice as long it may work without a pause; then it rests as long as it works
_REST_S = 0.5  # at most at a time
_BEHIND = "Reports are being prepared. Try again in a moment."


class Reporter:
    """Starts the process at the first question, and again when it ended."""

    def __init__(self, url: str, folder: Path | None, *, limit_s: float = LIMIT_S) -> None:
        self._apart, self._limit_s = Apart(__name__, (url, folder)), limit_s
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._ready = False
        self._worked_s = self._seen_s = 0.0

    async def run(self, call: Call) -> Any:
        """The answer. Raises `Refused`: `too_many` where others wait already or the question takes too
        long."""
        if self._waiting >= WAITING:
            raise Refused(
                "too_many", "Too many reports are being made. Try again in a moment.", retryable=True
            )
        wanted = asyncio.Event()
        wanted.set()
        self._waiting += 1
        task = asyncio.create_task(self._in_turn(call, wanted))
        task.add_done_callback(self._done)
        try:
            async with asyncio.timeout(self._limit_s + _PATIENCE_S):
                return await asyncio.shield(
                    task
                )  # what was begun goes on: it cannot be stopped but by a kill
        except TimeoutError:
            raise Refused("unavailable", _BEHIND, retryable=True) from None
        finally:
            wanted.clear()

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._waiting -= 1
        if not task.cancelled():
            task.exception()  # nobody may be there to be told

    async def keep_fresh(
        self, settings: Callable[[], Settings], now_ms: Callable[[], int], head: Callable[[], int]
    ) -> None:
        """Runs as long as the node: an idle process catches up; where the journal is long it starts
        unasked."""
        caught_up = -1
        while True:
            await asyncio.sleep(FRESH_S)
            if self._turn.locked() or head() == caught_up or (not self._apart.runs and head() < _LONG):
                continue
            caught_up = head()
            with contextlib.suppress(Refused):
                await self._in_turn((settings(), now_ms()))

    async def close(self) -> None:
        self._ready = False
        await self._apart.close(at_once=True)

    async def _in_turn(self, said: Any, wanted: asyncio.Event | None = None) -> Any:
        async with self._turn:
            if wanted is not None and not wanted.is_set():
                return None
            try:
                kind, value = await self._caught_up(said)
                if isinstance(said, Call) and kind == "fresh":
                    async with asyncio.timeout(self._limit_s), self._pace():
                        kind, value = await self._exchanged(said)
            except TimeoutError:
                await self.close()
                raise Refused("too_many", "This report takes too long. Ask for a shorter period.") from None
            except Ended:
                await self.close()
                raise Refused("unavailable", _BEHIND, retryable=True) from None
            except NoAnswer as failure:
                log.error("report failed", extra={"error": str(failure)})
                raise Refused("internal", "This report cannot be made.") from None
        if kind == "refused":
            code, message, field = value
            raise Refused(code, message, field=field)
        return value

    @asynccontextmanager
    async def _pace(self) -> AsyncIterator[None]:
        """Who asks without end leaves the chats their machine: a leaky bucket of seconds of work."""
        now_s = asyncio.get_running_loop().time
        self._worked_s = max(0.0, self._worked_s - (now_s() - self._seen_s) / 2)
        if self._worked_s > BURST_S:
            await asyncio.sleep(min(_REST_S, 2 * (self._worked_s - BURST_S)))
            self._worked_s = BURST_S
        began_s = now_s()
        try:
            yield
        finally:
            self._seen_s = now_s()
            self._worked_s += (self._seen_s - began_s) / 2

    async def _caught_up(self, said: Any) -> Any:
        """What the journal got since is read first: that takes long after an import, not by the question."""
        fresh = (said.settings, said.now_ms) if isinstance(said, Call) else said
        try:
            async with asyncio.timeout(self._limit_s if self._ready else START_S):
                return await self._exchanged(fresh)
        except TimeoutError as late:
            raise Ended("it does not answer") from late

    async def _exchanged(self, said: Any) -> Any:
        answer = await self._apart.ask(said)
        self._ready = True
        return answer


# -- in the process -------------------------------------------------------------------------------


@asynccontextmanager
async def _opened(setup: tuple[str, Path | None], tell: Tell) -> AsyncIterator[Answer]:
    give_way()
    url, folder = setup
    database = open_database(url)
    reporting = Reporting(Store(database), folder)
    try:
        yield lambda said: _answered(reporting, said)
    finally:
        await reporting.close()
        await database.close()


async def _answered(reporting: Reporting, said: Any) -> tuple[str, Any]:
    try:
        if isinstance(said, Call):
            return "answer", await reporting.answer(said)  # the node has had the facts refreshed for it
        settings, now_ms = said
        await reporting.refresh(now_ms, settings)
        return "fresh", None
    except Refused as refused:
        return "refused", (refused.code, refused.message, refused.field)


if __name__ == "__main__":
    serve(_opened)
