"""What anybody may know of a site without asking a person: its hours, and how long its line is.

For bots and web pages. No more than a visitor is told who opens the widget and starts to wait: nobody's
name, no conversation, no setting.
"""

from typing import Any, Literal

import msgspec

from antiphon.domain.errors import Refused
from antiphon.domain.floor import Floor
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.sockets import Wire
from antiphon.gateway.views import hours_of

Team = Literal["free", "busy", "away"]


class SiteNow(msgspec.Struct, frozen=True, kw_only=True):
    """`hours`: `{zone, week, closed_on, open, next_opening_ms}`; `closing_ms` is null when it is closed or
    never closes. `team`: could anybody take a chat at once? `waiting`: people in the line. `eta_s`: what one
    more would wait, seconds from and to; null when nobody can say."""

    site: str
    name: str
    as_of_ms: int
    hours: dict[str, Any]
    closing_ms: int | None
    team: Team
    waiting: int
    eta_s: tuple[int, int] | None


async def site_now(ask: Ask) -> SiteNow:
    desk = ask.wire.hall.desk
    site = desk.rules.sites.get(ask.path["id"])
    if site is None:
        raise Refused("not_found", "There is no such site.")
    queue, now_ms = desk.rules.queue_of(site.id, None), desk.now_ms()
    waiting = desk.floor.queued(queue.id)
    return SiteNow(
        site=site.id, name=site.name, as_of_ms=now_ms, hours=hours_of(queue, now_ms),
        closing_ms=queue.hours.closing(now_ms), team=_team(desk.floor, queue.id), waiting=waiting,
        eta_s=desk.floor.estimate_at(queue.id, waiting + 1),
    )  # fmt: skip


def _team(floor: Floor, queue: str) -> Team:
    there, loads = floor.online(queue), floor.loads()
    if any(loads.get(shift.agent, 0) < shift.max_concurrency for shift in there):
        return "free"
    return "busy" if there else "away"


def routes(wire: Wire) -> list[Route]:
    says = "For anybody: its hours, and how long the line is now."
    return [
        Route(method="GET", path="/api/sites/{id}/now", says=says, run=site_now, role=None, gives=SiteNow),
    ]
