"""Where visitors are lost while they wait: the curve of their patience and the waits it is drawn from."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.rest.reports import Behind, Cut, Paged, asked_of, page_of
from antiphon.gateway.sockets import Wire
from antiphon.metrics.patience import Patience


class WaitedQuery(Paged, frozen=True):
    """Waits of `from_s` ≤ wait < `to_s` seconds, all or those that `ended` so."""

    from_s: Annotated[float, Meta(ge=0)] = 0.0
    to_s: Annotated[float, Meta(ge=0)] | None = None
    ended: Literal["answered", "gave_up", "otherwise"] | None = None


class PatienceTold(msgspec.Struct, frozen=True, kw_only=True):
    """Waits in milliseconds. A step: `gone`, the share that would have left by then, with its 95 % interval.

    `quarter_ms` and `half_ms`: by when that share would have left, null when so many never did.
    """

    waits: int
    answered: int
    gave_up: int
    otherwise: int
    quarter_ms: int | None
    half_ms: int | None
    steps: list[dict[str, float]]
    bands: list[dict[str, int | None]]


async def patience(ask: Ask) -> PatienceTold:
    return _told(await ask.wire.hall.answers.patience(asked_of(ask.query, "")))


def _told(found: Patience) -> PatienceTold:
    return PatienceTold(
        waits=found.waits, answered=found.answered, gave_up=found.gave_up, otherwise=found.otherwise,
        quarter_ms=found.quarter_ms, half_ms=found.half_ms,
        steps=[step._asdict() for step in found.steps], bands=[band._asdict() for band in found.bands],
    )  # fmt: skip


async def waited(ask: Ask) -> Behind:
    """The longest wait first."""
    query: WaitedQuery = ask.query
    asked = asked_of(query, "")
    return await page_of(
        ask, await ask.wire.hall.answers.waited(asked, query.from_s, query.to_s, query.ended)
    )


def routes(wire: Wire) -> list[Route]:
    return [
        Route(method="GET", path="/api/abandonment/patience", says="How long visitors wait before they go.",
              run=patience, role="supervisor", query=Cut, gives=PatienceTold, long=True),
        Route(method="GET", path="/api/abandonment/conversations", says="Who waited so long and ended so.",
              run=waited, role="supervisor", query=WaitedQuery, gives=Behind, long=True),
    ]  # fmt: skip
