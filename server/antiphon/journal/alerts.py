"""Alert rules, and every firing of them. A firing and what tells of it are one transaction."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import RowMapping, Select, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from antiphon.domain.alerts import Rule
from antiphon.journal.deliveries import Deliveries, Parcel
from antiphon.journal.engine import Database
from antiphon.journal.tables import alert_firings, alert_rules

f = alert_firings.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """A rule that fired, as it then was; open while `resolved_at_ms` is None. Times are UTC ms."""

    id: int
    rule: str
    name: str
    kpi: str
    queue: str
    agent: str
    comparison: str
    threshold: float
    value: float
    fired_at_ms: int
    resolved_at_ms: int | None = None
    resolved_value: float | None = None
    acknowledged_at_ms: int | None = None
    acknowledged_by: str | None = None


Tell = Callable[[Firing], Sequence[Parcel]]  # whom to tell of it, and what


class Alerts:
    """Rules and firings."""

    def __init__(self, database: Database, outbox: Deliveries) -> None:
        self._database, self._outbox = database, outbox

    # -- rules ------------------------------------------------------------------------------------

    async def rules(self) -> list[Rule]:
        async with self._database.reading() as db:
            rows = await db.execute(select(alert_rules).order_by(alert_rules.c.id))
            found = [msgspec.convert({**row["settings"], "id": row["id"]}, Rule) for row in rows.mappings()]
        return sorted(found, key=lambda rule: rule.name.casefold())

    async def rule(self, key: str) -> Rule | None:
        return next((rule for rule in await self.rules() if rule.id == key), None)

    async def put(self, rule: Rule) -> Rule:
        """Add one (its id is empty) or change one."""
        kept = rule if rule.id else replace(rule, id=secrets.token_hex(8))
        settings = msgspec.to_builtins(kept)
        del settings["id"]
        async with self._database.writing() as db:
            if rule.id:
                known = alert_rules.c.id == rule.id
                await db.execute(update(alert_rules).where(known).values(settings=settings))
            else:
                await db.execute(insert(alert_rules).values(id=kept.id, settings=settings))
        return kept

    async def remove(self, key: str) -> None:
        async with self._database.writing() as db:
            await db.execute(delete(alert_rules).where(alert_rules.c.id == key))

    # -- firings ----------------------------------------------------------------------------------

    async def open(self) -> list[Firing]:
        """What fires now, the oldest first."""
        return await self._read(select(alert_firings).where(f.resolved_at_ms.is_(None)).order_by(f.id))

    async def resolved_since(self, at_ms: int) -> dict[str, int]:
        """Rule → when it was last over, as far as that was after an instant."""
        query = select(f.rule, func.max(f.resolved_at_ms)).where(f.resolved_at_ms > at_ms).group_by(f.rule)
        async with self._database.reading() as db:
            return {row[0]: row[1] for row in await db.execute(query)}

    async def listed(self, before: int | None = None, limit: int = 50) -> list[Firing]:
        """The latest first; `before` is the id of the last one seen."""
        query = select(alert_firings).order_by(f.id.desc()).limit(limit)
        return await self._read(query.where(f.id < before) if before is not None else query)

    async def fire(self, rule: Rule, value: float, now_ms: int, tell: Tell) -> Firing | None:
        """A new firing and the parcels that tell of it; None when the rule fires already."""
        values: dict[str, Any] = {
            "rule": rule.id, "name": rule.name, "kpi": rule.kpi, "queue": rule.queue, "agent": rule.agent,
            "comparison": rule.comparison, "threshold": rule.threshold, "value": value, "fired_at_ms": now_ms,
        }  # fmt: skip
        dialect = postgresql if self._database.postgres else sqlite
        adding = dialect.insert(alert_firings).values(values).on_conflict_do_nothing().returning(f.id)
        async with self._database.writing() as db:
            key = (await db.execute(adding)).scalar_one_or_none()
            if key is None:
                return None
            fired = Firing(id=key, **values)
            await self._outbox.put_in(db, tell(fired))
        return fired

    async def resolve(self, firing: Firing, value: float | None, now_ms: int, tell: Tell) -> bool:
        """It is over. False when that was known."""
        still = (f.id == firing.id, f.resolved_at_ms.is_(None))
        over = {"resolved_at_ms": now_ms, "resolved_value": value}
        async with self._database.writing() as db:
            changed = await db.execute(update(alert_firings).where(*still).values(over))
            if changed.rowcount:
                done = replace(firing, resolved_at_ms=now_ms, resolved_value=value)
                await self._outbox.put_in(db, tell(done))
        return bool(changed.rowcount)

    async def acknowledge(self, key: int, by: str, now_ms: int) -> Firing | None:
        """Somebody looks after it; the first who says so. None when there is no such firing."""
        mine = {"acknowledged_at_ms": now_ms, "acknowledged_by": by}
        first = (f.id == key, f.acknowledged_at_ms.is_(None))
        async with self._database.writing() as db:
            await db.execute(update(alert_firings).where(*first).values(mine))
        found = await self._read(select(alert_firings).where(f.id == key))
        return found[0] if found else None

    async def _read(self, query: Select[Any]) -> list[Firing]:
        async with self._database.reading() as db:
            return [_firing(row) for row in (await db.execute(query)).mappings()]


def _firing(row: Mapping[str, Any] | RowMapping) -> Firing:
    return Firing(**row)
