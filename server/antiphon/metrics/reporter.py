"""Reports in a process of their own, so that no chat waits for one: `Reporter` is a node's end of it.

The process runs when nothing else wants to, opens the same database, keeps the stored facts fresh, and
answers one question at a time with bytes that need only be passed on. It may be killed at any moment: what
it keeps is a cache.
Frames are a length and a pickle, on pipes that nobody else holds.
"""

import asyncio
import contextlib
import logging
import os
import pickle
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

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
_NICE = 15
_BEHIND = "Reports are being prepared. Try again in a moment."


class Reporter:
    """Starts the process at the first question, and again when it ended."""

    def __init__(self, url: str, folder: Path | None, *, limit_s: float = LIMIT_S) -> None:
        self._setup, self._limit_s = (url, folder), limit_s
        self._process: asyncio.subprocess.Process | None = None
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
            if self._turn.locked() or head() == caught_up or (self._process is None and head() < _LONG):
                continue
            caught_up = head()
            with contextlib.suppress(Refused):
                await self._in_turn((settings(), now_ms()))

    async def close(self) -> None:
        process, self._process = self._process, None
        self._ready = False
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

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
            except (OSError, EOFError, asyncio.IncompleteReadError, pickle.UnpicklingError):
                await self.close()
                raise Refused("unavailable", _BEHIND, retryable=True) from None
        if kind == "refused":
            code, message, field = value
            raise Refused(code, message, field=field)
        if kind == "failed":
            log.error("report failed", extra={"error": value})
            raise Refused("internal", "This report cannot be made.")
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
            raise OSError("it does not answer") from late

    async def _exchanged(self, said: Any) -> Any:
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            await _send(process, self._setup)
        await _send(process, said)
        assert process.stdout is not None
        size = int.from_bytes(await process.stdout.readexactly(8), "little")
        answer = pickle.loads(await process.stdout.readexactly(size))
        self._ready = True
        return answer


async def _send(process: asyncio.subprocess.Process, value: Any) -> None:
    assert process.stdin is not None
    process.stdin.write(_framed(value))
    await process.stdin.drain()


def _framed(value: Any) -> bytes:
    body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return len(body).to_bytes(8, "little") + body


# -- in the process -------------------------------------------------------------------------------


def main() -> None:
    """Answers what comes on the standard input until it ends."""
    _step_back()
    asyncio.run(_serve())


def _step_back() -> None:
    """Whoever else wants a core has it at once; where there is no such class of processes, soon."""
    with contextlib.suppress(OSError):
        if hasattr(os, "SCHED_IDLE"):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        else:
            os.nice(_NICE)


async def _serve() -> None:
    given, told = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whoever prints prints to the log
    url, folder = _read(given)
    database = open_database(url)
    reporting = Reporting(Store(database), folder)
    try:
        while (said := await asyncio.to_thread(_read, given)) is not None:
            told.write(_framed(await _answered(reporting, said)))
            told.flush()
    except BrokenPipeError:
        pass  # the node is gone
    finally:
        await reporting.close()
        await database.close()


def _read(given: Any) -> Any:
    size = given.read(8)
    return pickle.loads(given.read(int.from_bytes(size, "little"))) if size else None


async def _answered(reporting: Reporting, said: Any) -> tuple[str, Any]:
    try:
        if isinstance(said, Call):
            return "answer", await reporting.answer(said)  # the node has had the facts refreshed for it
        settings, now_ms = said
        await reporting.refresh(now_ms, settings)
        return "fresh", None
    except Refused as refused:
        return "refused", (refused.code, refused.message, refused.field)
    except Exception as error:  # noqa: BLE001 - the process goes on; the node says and logs it
        return "failed", repr(error)


if __name__ == "__main__":
    main()
