"""ONE WRITER. Gathers what all conversations want written and commits it together.

Natural batching, no timer: while one transaction runs, the rest queues; then all that queued
goes into the next one. The order of `put` is the order of the journal.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

from antiphon.domain.events import Event
from antiphon.journal.store import Append, Store

log = logging.getLogger(__name__)

MAX_BATCH = 500  # commands of one transaction
LIMIT_S = 10  # a transaction that takes longer has failed, as far as its callers know
Placed = tuple[Event, ...] | None
Committed = Callable[[Sequence[Event]], None]


class Committer:
    """`put`'s future is done when the events are durable; None when the stream had moved on.

    `committed` is told of each batch in journal order, right after its commit.
    """

    def __init__(self, store: Store, committed: Committed) -> None:
        self._store, self._committed = store, committed
        self._queue: list[tuple[Append, asyncio.Future[Placed]]] = []
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._idle = asyncio.Event()
        self._idle.set()

    def put(self, append: Append) -> asyncio.Future[Placed]:
        """The future raises what the database raised when the whole transaction failed."""
        future: asyncio.Future[Placed] = self._loop.create_future()
        self._queue.append((append, future))
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

    async def _commit(self, batch: list[tuple[Append, asyncio.Future[Placed]]]) -> None:
        try:
            async with asyncio.timeout(LIMIT_S):
                done = await self._store.append([append for append, _ in batch])
        except Exception as error:  # noqa: BLE001 - a loop's edge: every caller is told, the loop goes on
            log.warning("commit failed", extra={"batch": len(batch), "error": repr(error)})
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), placed in zip(batch, done, strict=True):
            if not future.done():
                future.set_result(placed)
        self._committed([event for placed in done if placed for event in placed])
