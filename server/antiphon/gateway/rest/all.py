"""All rows of the REST table."""

from antiphon.gateway.rest import account, conversations, numbers, people, places, reports, visitors
from antiphon.gateway.rest.layer import Route
from antiphon.gateway.sockets import Wire

ROOMS = (account, numbers, reports, conversations, people, places, visitors)


def routes(wire: Wire) -> list[Route]:
    """Every route of `/api`, in the order of the description."""
    return [route for room in ROOMS for route in room.routes(wire)]
