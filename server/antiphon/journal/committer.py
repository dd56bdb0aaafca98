"""ONE WRITER. Gathers what all conversations want written and commits it together.

Natural batching, no timer: while one transaction runs, the rest queues; then all that queued
goes into the next one. The order of `put` is the order of the journal.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

from antiphon import failpoints
from antiphon.domain.events import Event
from antiphon.journal.store import Append, Store

log = logging.getLogger(__name__)

MAX_BATCH = 500  # commands of one transaction
LIMIT_S = 10  # a transaction that takes longer has failed, as far as its callers know
Placed = tuple[Event, ...] | None
Committed = Callable[[Sequence[Event]], None]
Told = Callable[[asyncio.Future[Placed]], None]
_Put = tuple[Append, asyncio.Future[Placed], Told | None]


class Committer:
    """`put`'s future is done when the events are durable; None when the stream had moved on.

    `committed` is told of each batch in journal order, right after its commit.
    """

    def __init__(self, store: Store, committed: Committed) -> None:
        self._store, self._committed = store, committed
        self._queue: list[_Put] = []
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, append: Append, told: Told | None = None) -> asyncio.Future[Placed]:
        """The future raises what the database raised when the whole transaction failed.

        `told` is called with it when it is done, in the order of `put`, and must be quick.
        """
        future: asyncio.Future[Placed] = self._loop.create_future()
        self._queue.append((append, future, told))
        self._idle.clear()
        self._wake.set()
        return future

    async def run(self) -> None:
        """The loop; cancel it after `drain`."""
        while True:
            await self._wake.wait()
            batch, self._queue = self._queue[:MAX_BATCH], self._queue[MAX_BATCH:]
            if not self._queue:
                self._wake.clear()
            await self._commit(batch)
            if not self._queue:
                self._idle.set()

    async def drain(self) -> None:
        """Wait until nothing is queued."""
        await self._idle.wait()

    async def _commit(self, batch: list[_Put]) -> None:
        try:
            if failpoints.ARMED:
                await failpoints.reach("before_commit")
            async with asyncio.timeout(LIMIT_S):
                done = await self._store.append([append for append, _, _ in batch])
            if failpoints.ARMED:
                await failpoints.reach("after_commit")
        except Exception as error:  # noqa: BLE001 - a loop's edge: every caller is told, the loop goes on
            log.warning("commit failed", extra={"batch": len(batch), "error": repr(error)})
            for append, future, _ in batch:
                append.basis.broken = True
                if not future.done():
                    future.set_exception(error)
            _tell(batch)
            return
        for (_, future, _), placed in zip(batch, done, strict=True):
            if not future.done():
                future.set_result(placed)
        try:
            if failpoints.ARMED:
                failpoints.strike("before_fanout")
            self._committed([event for placed in done if placed for event in placed])
        except Exception:  # a loop's edge: the tail finds by itself what it was not told
            log.exception("a commit was not told")
        _tell(batch)


def _tell(batch: list[_Put]) -> None:
    """What is sent because of a commit goes first, its answers after it."""
    for _, future, told in batch:
        if told is not None:
            try:
                told(future)
            except Exception:  # a loop's edge: the next one is told all the same
                log.exception("an answer failed")
