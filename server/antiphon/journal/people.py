"""The people who work here: agents, supervisors, administrators.

Passwords arrive already hashed; who may do what is decided by the gateway. A user is never
deleted, only disabled: history names him.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from antiphon.domain.errors import Refused
from antiphon.journal.engine import Database
from antiphon.journal.tables import users


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """`role` is agent, supervisor or admin; an empty `queues` means all queues."""

    id: str
    email: str
    name: str
    role: str
    password_hash: str
    avatar: str | None
    queues: tuple[str, ...]
    max_concurrency: int
    created_at_ms: int
    disabled: bool


class People:
    """Users by id and e-mail. E-mail addresses are compared without case."""

    def __init__(self, database: Database, now_ms: Callable[[], int]) -> None:
        self._database = database
        self._now_ms = now_ms

    async def add(
        self,
        *,
        email: str,
        name: str,
        role: str,
        password_hash: str,
        queues: Sequence[str] = (),
        max_concurrency: int = 3,
        avatar: str | None = None,
        user_id: str | None = None,
    ) -> User:
        """Raises `Refused("conflict")` if the address is taken."""
        row = {
            "id": user_id or secrets.token_hex(8), "email": email.strip().lower(), "name": name, "role": role,
            "password_hash": password_hash, "avatar": avatar, "queues": list(queues),
            "max_concurrency": max_concurrency, "created_at_ms": self._now_ms(), "disabled": False,
        }  # fmt: skip
        try:
            async with self._database.writing() as db:
                await db.execute(insert(users).values(row))
        except IntegrityError:
            raise Refused("conflict", "There is a user with this e-mail already.", field="email") from None
        return user_of(row)

    async def by_id(self, user_id: str) -> User | None:
        return await self._one(select(users).where(users.c.id == user_id))

    async def by_email(self, email: str) -> User | None:
        return await self._one(select(users).where(users.c.email == email.strip().lower()))

    async def all(self) -> list[User]:
        async with self._database.reading() as db:
            rows = await db.execute(select(users).order_by(users.c.name, users.c.id))
            return [user_of(row) for row in rows.mappings()]

    async def count(self) -> int:
        async with self._database.reading() as db:
            return int(await db.scalar(select(func.count()).select_from(users)) or 0)

    async def change(self, user_id: str, fields: Mapping[str, Any]) -> User:
        """Set some columns. Raises `Refused("not_found")`."""
        if fields:
            async with self._database.writing() as db:
                await db.execute(update(users).where(users.c.id == user_id).values(dict(fields)))
        user = await self.by_id(user_id)
        if user is None:
            raise Refused("not_found", "There is no such user.")
        return user

    async def _one(self, query: Select[Any]) -> User | None:
        row = await self._database.look(lambda db: db.execute(query).mappings().first())
        return user_of(row) if row else None


def user_of(row: Mapping[str, Any] | RowMapping) -> User:
    return User(**{**row, "queues": tuple(row["queues"] or ())})
