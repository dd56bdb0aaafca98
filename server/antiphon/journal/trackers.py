"""A bot's memory of its conversations, kept beside the journal (`bots.port.Trackers`)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, insert, select

from antiphon.journal.codec import from_json, to_json
from antiphon.journal.engine import Database
from antiphon.journal.tables import trackers


class StoredTrackers:
    """One row a conversation."""

    def __init__(self, database: Database, now_ms: Callable[[], int]) -> None:
        self._database, self._now_ms = database, now_ms

    async def load(self, conversation: str) -> dict[str, Any] | None:
        query = select(trackers.c.doc).where(trackers.c.conversation == conversation)
        async with self._database.reading() as connection:
            doc = (await connection.execute(query)).scalar_one_or_none()
        return from_json(doc) if doc else None

    async def save(self, conversation: str, tracker: dict[str, Any]) -> None:
        row = {"conversation": conversation, "doc": to_json(tracker), "updated_at_ms": self._now_ms()}
        async with self._database.writing() as connection:
            await connection.execute(delete(trackers).where(trackers.c.conversation == conversation))
            await connection.execute(insert(trackers), [row])
