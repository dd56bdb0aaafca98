"""The board and the catalogue of what is measured."""

from typing import Any

from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.sockets import Wire
from antiphon.metrics.catalogue import CATALOGUE, Kpi


async def board(ask: Ask) -> dict[str, Any]:
    return await ask.wire.pulse.board()


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
    ]  # fmt: skip
