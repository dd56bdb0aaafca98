"""Bringing other systems' history into the journal, and again without doubling it.

A conversation keeps its own name where that is free, else it gets the source's in front. Every
line has a key: its own `id`, or its place within its conversation in the file; a key that is
there already is `repeated`. Good lines are kept, whatever the bad ones were.

While a block of lines is written here, the next ones are read in another process.
"""

import asyncio
import multiprocessing
from collections import deque
from collections.abc import Awaitable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from antiphon.domain.events import IMPORTED
from antiphon.journal.blocks import SHOWN, Block, prepare, read
from antiphon.journal.bulk import append
from antiphon.journal.lines import MAX_LINE, digest
from antiphon.journal.mending import Mender
from antiphon.journal.store import Store

BLOCK = 4 << 20  # bytes of one transaction: some 40,000 lines
BRIEF = 512 << 10  # the same where people chat meanwhile, who wait for it
SMALL = 256 << 10  # bytes that are not worth another process
AHEAD = 2  # blocks that are read before they are needed


@dataclass(slots=True)
class Report:
    """What became of the lines."""

    accepted: int = 0
    repeated: int = 0
    refused: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)

    def add(self, block: Block, first: int) -> None:
        """A block whose first line is the file's `first`."""
        self.accepted += len(block.events.n)
        self.repeated += block.repeated
        self.refused += block.refused
        room = SHOWN - len(self.rejected)
        self.rejected += [{"line": first + at, "error": error} for at, error in block.rejected[:room]]


class Importer:
    """One import of one source, some `block` bytes at a time; `report` is whole when it is left."""

    def __init__(self, store: Store, source: str, block: int = BLOCK) -> None:
        self._store, self._block = store, block
        self._mark = f"{IMPORTED}{digest(source)[:8]}-"
        self._mender = Mender(source, self._mark)
        self._waiting = bytearray()
        self._reading: deque[Awaitable[Block]] = deque()
        self._pool: ProcessPoolExecutor | None = None
        self._line = 1
        self.report = Report()

    async def __aenter__(self) -> "Importer":
        return self

    async def __aexit__(self, failed: object, *_: object) -> None:
        try:
            if not failed:
                self._read(bytes(self._waiting))
                while self._reading:
                    await self._write()
                await self._store.analyse()
        finally:
            if self._pool:
                self._pool.shutdown(wait=False, cancel_futures=True)

    async def feed(self, part: bytes) -> None:
        """The next bytes of the file, cut wherever one likes."""
        self._waiting += part
        if len(self._waiting) < self._block:
            return
        end = self._waiting.rfind(b"\n") + 1
        lines, rest = bytes(self._waiting[:end]), self._waiting[end:]
        self._waiting = rest[: MAX_LINE + 1]  # what is longer than a line may be is refused anyway
        self._read(lines)
        while len(self._reading) > AHEAD:
            await self._write()

    def _read(self, lines: bytes) -> None:
        if self._pool is None and len(lines) < SMALL:
            self._reading.append(asyncio.ensure_future(asyncio.to_thread(read, lines, self._mark)))
            return
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, spawn, initializer=prepare)
        loop = asyncio.get_running_loop()
        self._reading.append(loop.run_in_executor(self._pool, read, lines, self._mark))

    async def _write(self) -> None:
        """The oldest block that was given to read."""
        block = await self._reading.popleft()
        first, self._line = self._line, self._line + block.lines
        if block.events.n:
            await self._store.database.commit(lambda connection: self._append(connection, block))
        self.report.add(block, first)

    def _append(self, connection: Connection, block: Block) -> None:
        self._store.take_turn(connection)
        self._store.look_up(connection)
        self._mender.mend(connection, block)
        append(connection, self._store.rows, block)
