"""API keys: a programme's way in, with a role of its own. The database keeps a key's SHA-256 only."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, insert, or_, select, update

from antiphon.journal.engine import Database
from antiphon.journal.people import User
from antiphon.journal.sessions import Login, hash_of
from antiphon.journal.tables import api_keys

MARK = "ak_"  # how every key begins, so that nobody takes it for a session, and leaks are found
_SHOWN = len(MARK) + 6
_USED_MS = 60_000  # how exactly the last use is known

k = api_keys.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key without itself: `prefix` is how it begins."""

    id: str
    name: str
    role: str
    prefix: str
    created_by: str
    created_at_ms: int
    last_used_ms: int | None
    revoked_at_ms: int | None


class Keys:
    """The table. A key is never deleted, only revoked: the audit log names it."""

    def __init__(self, database: Database, now_ms: Callable[[], int]) -> None:
        self._database, self._now_ms = database, now_ms

    async def all(self) -> list[ApiKey]:
        """The latest first."""
        async with self._database.reading() as db:
            rows = await db.execute(select(api_keys).order_by(k.created_at_ms.desc(), k.id))
            return [_key(row) for row in rows.mappings()]

    async def add(self, *, name: str, role: str, by: str) -> tuple[ApiKey, str]:
        """A new key, and the only time it is told."""
        token = MARK + secrets.token_urlsafe(32)
        row = {
            "id": secrets.token_hex(8), "name": name, "role": role, "prefix": token[:_SHOWN],
            "created_by": by, "created_at_ms": self._now_ms(), "last_used_ms": None, "revoked_at_ms": None,
        }  # fmt: skip
        async with self._database.writing() as db:
            await db.execute(insert(api_keys).values(key_hash=hash_of(token), **row))
        return _key(row), token

    async def of(self, token: str) -> Login | None:
        """Who a key lets in: a user of its role, known as `key:ID`."""
        query = select(api_keys).where(k.key_hash == hash_of(token), k.revoked_at_ms.is_(None))
        async with self._database.reading() as db:
            row = (await db.execute(query)).mappings().first()
        if row is None:
            return None
        key = _key(row)
        await self._used(key)
        user = User(
            id=f"key:{key.id}", email="", name=key.name, role=key.role, password_hash="", avatar=None,
            queues=(), max_concurrency=0, created_at_ms=key.created_at_ms, disabled=False,
        )  # fmt: skip
        return Login(user=user, session=user.id, by_key=True)

    async def revoke(self, key: str) -> bool:
        """It opens nothing any more. False when there is no such key."""
        async with self._database.writing() as db:
            live = (k.id == key, k.revoked_at_ms.is_(None))
            changed = await db.execute(update(api_keys).where(*live).values(revoked_at_ms=self._now_ms()))
        return bool(changed.rowcount)

    async def _used(self, key: ApiKey) -> None:
        now_ms = self._now_ms()
        if key.last_used_ms is not None and now_ms - key.last_used_ms < _USED_MS:
            return
        stale = or_(k.last_used_ms.is_(None), k.last_used_ms < now_ms)
        async with self._database.writing() as db:
            await db.execute(update(api_keys).where(k.id == key.id, stale).values(last_used_ms=now_ms))


def _key(row: Mapping[str, Any] | RowMapping) -> ApiKey:
    return ApiKey(**{name: value for name, value in row.items() if name != "key_hash"})
