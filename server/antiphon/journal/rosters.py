"""Reading the roster out of the journal: what agents' streams say of paid time and of employment."""

from itertools import groupby

from sqlalchemy import select

from antiphon.domain.agent import stream_of
from antiphon.domain.events import Event
from antiphon.domain.roster import PLANNED, Stretch, planned
from antiphon.journal.codec import event_of
from antiphon.journal.engine import Database
from antiphon.journal.tables import events, streams

_EMPLOYED = ("employee_hired", "employee_left")


async def shifts(database: Database, from_ms: int, to_ms: int) -> dict[str, list[Stretch]]:
    """Every agent's shifts that touch the period, agents of other systems' history included."""
    agents = select(streams.c.stream).where(streams.c.stream.like(stream_of("%")))
    found = await _events(database, agents, PLANNED)
    return {
        stream.removeprefix(stream_of("")): kept
        for stream, mine in groupby(found, key=lambda event: event.stream)
        if (kept := [(a, b) for a, b in planned(mine) if a < to_ms and b > from_ms])
    }


async def employed(database: Database, agent: str) -> bool | None:
    """Is the agent on the team? None when neither hiring nor leaving was ever told."""
    found = await _events(database, [stream_of(agent)], _EMPLOYED)
    return found[-1].kind == "employee_hired" if found else None


async def _events(database: Database, names: object, kinds: tuple[str, ...]) -> list[Event]:
    query = select(events).where(events.c.stream.in_(names), events.c.kind.in_(kinds))  # type: ignore[arg-type]  # a query or a list
    async with database.reading() as connection:
        rows = await connection.execute(query.order_by(events.c.stream, events.c.n))
        return [event_of(row) for row in rows]
