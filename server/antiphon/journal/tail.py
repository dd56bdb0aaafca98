"""The end of the journal as this node follows it: every event, once, in order.

A batch this node committed itself is passed on at once when it is the next one; otherwise, and
whenever another node nudges, the missing part is read from the database. A nudge may be lost,
so it looks by itself every `POLL_S`.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from antiphon import failpoints
from antiphon.domain.events import Event
from antiphon.journal.store import Store

log = logging.getLogger(__name__)

POLL_S = 2.0  # a nudge may be lost; this bounds the silence
BATCH = 500

Listener = Callable[[Sequence[Event]], None]


class Tail:
    """Listeners are synchronous and must be quick; they are called in the order they came."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listeners: list[Listener] = []
        self._wake = asyncio.Event()
        self.seq = 0

    def listen(self, listener: Listener) -> None:
        self._listeners.append(listener)

    async def start(self) -> None:
        """Begin at the end: what was before is read from the tables."""
        self.seq = await self._store.head()

    def push(self, events: Sequence[Event]) -> None:
        """A batch this node has just committed."""
        fresh = [event for event in events if event.seq > self.seq]  # the rest was read meanwhile
        if fresh and fresh[0].seq == self.seq + 1:
            self._tell(fresh)
        elif fresh:
            self._wake.set()

    def nudge(self) -> None:
        """Somebody else has written."""
        self._wake.set()

    async def run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):  # 3.11's wait_for may swallow a cancellation
                    await self._wake.wait()
            self._wake.clear()
            try:
                await self.catch_up()
            except Exception as error:  # noqa: BLE001 - a loop's edge: the database may be away for a while
                log.warning("cannot follow the journal", extra={"error": repr(error)})

    async def catch_up(self) -> None:
        """Read and pass on all that is missing."""
        while events := await self._store.read_after(self.seq, BATCH):
            fresh = [event for event in events if event.seq > self.seq]
            if fresh:
                self._tell(fresh)
            if len(events) < BATCH:
                return

    def _tell(self, events: Sequence[Event]) -> None:
        if failpoints.ARMED:
            failpoints.strike("tail")
        self.seq = events[-1].seq
        for listener in self._listeners:
            try:
                listener(events)
            except Exception:
                log.exception("a listener failed")
