"""The loop of a reader that looks at the floor: woken by what concerns it, and by itself now and then."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from antiphon.domain.events import Event

log = logging.getLogger(__name__)


Minds = Callable[[Event], bool]


class Turn(Protocol):
    """Whose work it is, when several nodes could do it (`journal.follower.Lease`)."""

    async def acquire(self) -> bool: ...


class Loop:
    """Runs `look` after an event that `minds`, and at least every `every_s`; never twice at once.

    Without a `turn` every node does it.
    """

    def __init__(
        self,
        name: str,
        look: Callable[[], Awaitable[None]],
        *,
        minds: Minds,
        every_s: float,
        turn: Turn | None,
    ) -> None:
        self._name, self._look, self._minds, self._every_s, self._turn = name, look, minds, every_s, turn
        self._wake = asyncio.Event()

    def follow(self, events: Sequence[Event]) -> None:
        """A `Tail` listener."""
        if any(map(self._minds, events)):
            self._wake.set()

    async def run(self) -> None:
        while True:
            try:
                if self._turn is None or await self._turn.acquire():
                    await self._look()
            except Exception:  # a loop's edge: log and look again
                log.exception("%s failed", self._name)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._every_s):  # 3.11's wait_for may swallow a cancellation
                    await self._wake.wait()
            self._wake.clear()
