"""A bot's memory of its conversations, kept beside the journal (`bots.port.Trackers`)."""

import asyncio
from collections.abc import Callable
from typing import Any

from antiphon.journal.codec import from_json, to_json
from antiphon.journal.engine import Database
from antiphon.journal.rows import Row, Rows, plainly
from antiphon.journal.tables import trackers

_DOC = "SELECT doc FROM trackers WHERE conversation = ?"


class StoredTrackers:
    """One row a conversation. While some are written the next ones gather, to be written together."""

    def __init__(self, database: Database, now_ms: Callable[[], int]) -> None:
        self._database, self._now_ms = database, now_ms
        self._rows = Rows(database.write.dialect)
        self._waiting: dict[str, Row] = {}
        self._writing = asyncio.Lock()

    async def load(self, conversation: str) -> dict[str, Any] | None:
        found = await self._database.look(lambda connection: plainly(connection, _DOC, (conversation,)))
        return from_json(found[0][0]) if found else None

    async def save(self, conversation: str, tracker: dict[str, Any]) -> None:
        row = {"conversation": conversation, "doc": to_json(tracker), "updated_at_ms": self._now_ms()}
        self._waiting[conversation] = row
        async with self._writing:
            if self._waiting.get(conversation) is row:  # else it was written along with another's
                await self._write()

    async def _write(self) -> None:
        batch, self._waiting = self._waiting, {}
        rows = [batch[name] for name in sorted(batch)]
        try:
            await self._database.commit(lambda connection: self._rows.upsert(connection, trackers, rows))
        except BaseException:
            self._waiting = batch | self._waiting  # each of them asks for itself, and is told
            raise
