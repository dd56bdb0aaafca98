"""Finding and counting in a process of its own, so that no chat waits for it: asked for, answered, gone.

The process has low priority and opens the same database. The question comes on its standard input and the
answer leaves on its standard output, both JSON; what it cannot answer is a sentence.
"""

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import TypeVar

import msgspec
import structlog

from antiphon.domain.errors import Refused
from antiphon.journal.engine import open_database
from antiphon.journal.store import Store

log = structlog.get_logger("antiphon.learning")

LIMIT_S = 60.0
WAITING = 4  # questions that may wait for the one that is being answered
_NICE = 15


class Find(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Suggestions for a project out of what was asked in `[from_ms, to_ms)`."""

    url: str
    from_ms: int
    to_ms: int
    project: str
    cache: str | None
    encoder: str | None
    dropped: list[str]


class Count(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The bot's turns in `[from_ms, to_ms)`."""

    url: str
    from_ms: int
    to_ms: int


class Problem(msgspec.Struct, frozen=True, tag=True):
    """Why there is no answer, for whoever asked."""

    sentence: str


T = TypeVar("T")


class Apart:
    """Answers one question at a time. `limit_s` ends a process that takes longer."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def ask(self, question: Find | Count, kind: type[T]) -> T:
        """Raises `Refused`: `too_many` where others wait or it takes too long, `conflict` with a sentence."""
        if self._waiting > WAITING:
            raise Refused("too_many", "Too much is being asked of the bot. Try again.", retryable=True)
        self._waiting += 1
        try:
            async with self._turn:
                answer = await self._answered(msgspec.json.encode(question))
        finally:
            self._waiting -= 1
        if isinstance(answer, Problem):
            raise Refused("conflict", answer.sentence)
        return msgspec.convert(answer, kind)

    async def _answered(self, question: bytes) -> Problem | object:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            async with asyncio.timeout(self._limit_s):
                told, _ = await process.communicate(question)
        except TimeoutError:
            raise Refused("too_many", "This takes too long. Ask for a shorter period.") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            log.error("learning_failed", status=process.returncode)
            raise Refused("internal", "What the bot was asked cannot be read.")
        answer = msgspec.json.decode(told)
        problem = isinstance(answer, dict) and answer.get("type") == Problem.__name__
        return msgspec.convert(answer, Problem) if problem else answer


# -- in the process -------------------------------------------------------------------------------


def main() -> None:
    """Answer the one question that stands on the standard input."""
    with contextlib.suppress(OSError):
        os.nice(_NICE)
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whoever prints prints to the log
    question = msgspec.json.decode(sys.stdin.buffer.read(), type=Find | Count)
    told.write(msgspec.json.encode(asyncio.run(_answer(question))))
    told.close()


async def _answer(question: Find | Count) -> object:
    database = open_database(question.url)
    try:
        store = Store(database)
        if isinstance(question, Count):
            from antiphon.learning.turns import count_turns

            return await count_turns(store, question.from_ms, question.to_ms)
        return await _find(store, question)
    finally:
        await database.close()


async def _find(store: Store, question: Find) -> object:
    from antiphon.bots.builtin.loaded import Loader
    from antiphon.bots.builtin.source import ProjectError
    from antiphon.bots.port import BotFailed
    from antiphon.learning.findings import find

    cache, encoder = (Path(name) if name else None for name in (question.cache, question.encoder))
    try:
        loader = Loader(Path(question.project), cache, encoder)
        return await find(store, loader, question.from_ms, question.to_ms, set(question.dropped))
    except (ProjectError, BotFailed, ValueError) as broken:
        return Problem(f"The bot's project cannot be read: {broken}.")


if __name__ == "__main__":
    main()
