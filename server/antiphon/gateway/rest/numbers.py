"""The board and the catalogue of what is measured."""

from typing import Annotated, Any

from msgspec import Meta

from antiphon.domain.errors import Refused
from antiphon.gateway.rest.body import Query
from antiphon.gateway.rest.conversations import Page, rows_of
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.sockets import Wire
from antiphon.metrics.catalogue import BY_ID, CATALOGUE, Kpi


class BehindQuery(Query, frozen=True):
    """Today's, unless a later version says otherwise; `cursor` is what the last page gave."""

    queue: Annotated[str, Meta(max_length=80)] | None = None
    agent: Annotated[str, Meta(max_length=80)] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: Annotated[str, Meta(pattern=r"^\d{1,9}$")] | None = None


async def board(ask: Ask) -> dict[str, Any]:
    return await ask.wire.pulse.board()


async def behind(ask: Ask) -> Page:
    """The conversations that today's number was counted from, the newest first."""
    hall, query = ask.wire.hall, ask.query
    kpi = ask.path["kpi"]
    if kpi not in BY_ID:
        raise Refused("not_found", "There is no such number.", field="kpi")
    ids = list(hall.behind(kpi, hall.desk.now_ms(), query.queue or "", query.agent or ""))
    at = int(query.cursor or 0)
    found = [await hall.desk.state(key) for key in ids[at : at + query.limit]]
    more = at + query.limit < len(ids)
    return Page(
        conversations=await rows_of(ask, [c for c in found if c is not None]),
        cursor=str(at + query.limit) if more else None,
    )  # fmt: skip


async def kpis(ask: Ask) -> dict[str, Any]:
    return {"kpis": [_told(kpi) for kpi in CATALOGUE]}


def _told(kpi: Kpi) -> dict[str, Any]:
    """An entry under the names of the contract."""
    told = {name: getattr(kpi, name) for name in ("id", "code", "name", "family", "tier", "unit", "better")}
    more = {name: getattr(kpi, name) for name in ("says", "formula", "edges", "beside", "live")}
    return {**told, "class": kpi.klass, **more, "segments": list(kpi.segments)}


def routes(wire: Wire) -> list[Route]:
    return [
        Route(method="GET", path="/api/board", says="Queues, agents, today's numbers.", run=board,
              role="supervisor"),
        Route(method="GET", path="/api/kpis", says="Everything that is measured, and how.", run=kpis),
        Route(method="GET", path="/api/reports/{kpi}/conversations", says="What a number was made of.",
              run=behind, role="supervisor", query=BehindQuery, gives=Page),
    ]  # fmt: skip
