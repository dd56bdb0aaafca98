"""Finding and counting in a process of its own, so that no chat waits for it: asked for, answered, gone."""

import asyncio
from typing import TypeVar

import msgspec
import structlog

from antiphon import apart
from antiphon.domain.errors import Refused

log = structlog.get_logger("antiphon.learning")

LIMIT_S = 60.0
WAITING = 4  # questions that may wait for the one that is being answered
_PROGRAM = "antiphon.learning.answering"


class Find(msgspec.Struct, frozen=True, kw_only=True):
    """Suggestions for a project out of what was asked in `[from_ms, to_ms)`."""

    url: str
    from_ms: int
    to_ms: int
    project: str
    cache: str | None
    encoder: str | None
    dropped: list[str]


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """The bot's turns in `[from_ms, to_ms)`."""

    url: str
    from_ms: int
    to_ms: int


class Problem(msgspec.Struct, frozen=True):
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
                answer = await self._answered(question)
        finally:
            self._waiting -= 1
        if isinstance(answer, Problem):
            raise Refused("conflict", answer.sentence)
        assert isinstance(answer, kind)
        return answer

    async def _answered(self, question: Find | Count) -> object:
        process = apart.Apart(_PROGRAM)
        try:
            async with asyncio.timeout(self._limit_s):
                return await process.ask(question)
        except TimeoutError:
            raise Refused("too_many", "This takes too long. Ask for a shorter period.") from None
        except (apart.Ended, apart.Failed) as failure:
            log.error("learning_failed", why=str(failure))
            raise Refused("internal", "What the bot was asked cannot be read.") from None
        finally:
            await process.close(at_once=True)
