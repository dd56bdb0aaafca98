"""Goals, as they are kept: one row a KPI and place."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from antiphon.domain.errors import Refused
from antiphon.domain.goals import Goal
from antiphon.journal.engine import Database
from antiphon.journal.tables import goals


class Goals:
    """Each KPI has at most one goal for everything, and one for each queue and agent."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Goal]:
        query = select(goals).order_by(goals.c.kpi, goals.c.queue, goals.c.agent)
        async with self._database.reading() as db:
            return [_goal(row) for row in (await db.execute(query)).mappings()]

    async def get(self, key: str) -> Goal | None:
        async with self._database.reading() as db:
            row = (await db.execute(select(goals).where(goals.c.id == key))).mappings().first()
        return _goal(row) if row else None

    async def put(self, goal: Goal) -> Goal:
        """Add one (its id is empty) or change one. Raises `Refused("conflict")` for a second of a kind."""
        kept = goal if goal.id else replace(goal, id=secrets.token_hex(8))
        try:
            async with self._database.writing() as db:
                if goal.id:
                    await db.execute(update(goals).where(goals.c.id == goal.id).values(asdict(kept)))
                else:
                    await db.execute(insert(goals).values(asdict(kept)))
        except IntegrityError:
            raise Refused("conflict", "There is a goal for this already.", field="kpi") from None
        return kept

    async def remove(self, key: str) -> None:
        async with self._database.writing() as db:
            await db.execute(delete(goals).where(goals.c.id == key))


def _goal(row: Mapping[str, Any] | RowMapping) -> Goal:
    return Goal(**row)
