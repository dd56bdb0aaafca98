"""Suggestions for the bot that a person dropped: names that do not say what was asked."""

from collections.abc import Callable

from sqlalchemy import delete, insert, select

from antiphon.journal.engine import Database
from antiphon.journal.tables import bot_dropped


class Dropped:
    """The table."""

    def __init__(self, database: Database, now_ms: Callable[[], int]) -> None:
        self._database, self._now_ms = database, now_ms

    async def all(self) -> set[str]:
        async with self._database.reading() as db:
            return set(await db.scalars(select(bot_dropped.c.id)))

    async def add(self, key: str, by: str) -> None:
        """Once more changes nothing but who and when."""
        async with self._database.writing() as db:
            await db.execute(delete(bot_dropped).where(bot_dropped.c.id == key))
            await db.execute(insert(bot_dropped).values(id=key, by=by, at_ms=self._now_ms()))
