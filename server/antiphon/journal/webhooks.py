"""Webhooks: who outside wants to hear of which kinds of events."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from antiphon.journal.deliveries import Deliveries
from antiphon.journal.engine import Database
from antiphon.journal.follower import ensure_cursor
from antiphon.journal.tables import cursors, events, webhooks

CURSOR = "webhooks"  # how far the journal was looked through for them all


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """`kinds` of events to post to `url`; `words`: with what people wrote. Alert rules name it too.

    Events up to the journal's position `since_seq` were before its time.
    """

    id: str
    name: str
    url: str
    kinds: tuple[str, ...] = ()
    words: bool = False
    enabled: bool = True
    since_seq: int = 0

    @property
    def target(self) -> str:
        return f"webhook:{self.id}"

    @property
    def follows(self) -> bool:
        """Does it want to hear of events at all?"""
        return self.enabled and bool(self.kinds)


class Webhooks:
    """The table. A secret is read only to sign."""

    def __init__(self, database: Database, outbox: Deliveries) -> None:
        self._database, self._outbox = database, outbox

    async def all(self) -> list[Webhook]:
        async with self._database.reading() as db:
            return await _all(db)

    async def get(self, key: str) -> Webhook | None:
        return next((hook for hook in await self.all() if hook.id == key), None)

    async def secret(self, key: str) -> str | None:
        async with self._database.reading() as db:
            return (
                await db.execute(select(webhooks.c.secret).where(webhooks.c.id == key))
            ).scalar_one_or_none()

    async def add(self, hook: Webhook, secret: str) -> Webhook:
        """It hears of what happens from now on."""
        async with self._database.writing() as db:
            fresh = replace(hook, id=secrets.token_hex(8), since_seq=await self._from_here(db))
            row = {
                "id": fresh.id,
                "secret": secret,
                "since_seq": fresh.since_seq,
                "settings": _settings(fresh),
            }
            await db.execute(insert(webhooks).values(row))
        return fresh

    async def change(self, hook: Webhook, *, asleep: bool) -> Webhook:
        """With `asleep` it did not follow until now, and hears of what happens from now on."""
        async with self._database.writing() as db:
            kept = replace(hook, since_seq=await self._from_here(db)) if asleep else hook
            row = {"since_seq": kept.since_seq, "settings": _settings(kept)}
            await db.execute(update(webhooks).where(webhooks.c.id == hook.id).values(row))
        return kept

    async def turn(self, key: str, secret: str) -> None:
        """Another secret from now on."""
        async with self._database.writing() as db:
            await db.execute(update(webhooks).where(webhooks.c.id == key).values(secret=secret))

    async def remove(self, hook: Webhook) -> None:
        """It and everything that waits for it."""
        async with self._database.writing() as db:
            await db.execute(delete(webhooks).where(webhooks.c.id == hook.id))
        await self._outbox.forget(hook.target)

    async def _from_here(self, db: AsyncConnection) -> int:
        """The journal's end. While nobody followed the cursor stood still: it skips what was between."""
        head = int((await db.execute(select(func.coalesce(func.max(events.c.seq), 0)))).scalar_one())
        if not any(hook.follows for hook in await _all(db)):
            await ensure_cursor(db, self._database, CURSOR)
            await db.execute(update(cursors).where(cursors.c.name == CURSOR).values(seq=head))
        return head


async def _all(db: AsyncConnection) -> list[Webhook]:
    found = [_hook(row) for row in (await db.execute(select(webhooks))).mappings()]
    return sorted(found, key=lambda hook: (hook.name.casefold(), hook.id))


def _settings(hook: Webhook) -> dict[str, Any]:
    return {key: value for key, value in asdict(hook).items() if key not in ("id", "since_seq")}


def _hook(row: Mapping[str, Any] | RowMapping) -> Webhook:
    settings = {**row["settings"], "kinds": tuple(row["settings"]["kinds"])}
    return Webhook(id=row["id"], since_seq=row["since_seq"], **settings)


def wanting(hooks: Sequence[Webhook], kind: str, seq: int) -> list[Webhook]:
    """Who is to be told of an event."""
    return [hook for hook in hooks if hook.follows and kind in hook.kinds and seq > hook.since_seq]
