"""All rows of the REST table."""

from antiphon.gateway.rest import (
    abandonment,
    account,
    alerts,
    bot,
    bot_report,
    conversations,
    goals,
    keys,
    now,
    numbers,
    people,
    places,
    reports,
    shifts,
    staffing,
    tickets,
    visitors,
    webhooks,
)
from antiphon.gateway.rest.layer import Route
from antiphon.gateway.sockets import Wire

ROOMS = (
    account,
    numbers,
    reports,
    abandonment,
    bot,
    bot_report,
    conversations,
    people,
    places,
    now,
    visitors,
    goals,
    alerts,
    tickets,
    webhooks,
    keys,
    shifts,
    staffing,
)


def routes(wire: Wire) -> list[Route]:
    """Every route of `/api`, in the order of the description."""
    return [route for room in ROOMS for route in room.routes(wire)]
