"""A route is a row: method, path, least role, what it takes, what it gives, one sentence.

The layer does the rest for all alike: who asks, may he, is the body JSON of the right form and
size, the answer's JSON, the one error shape. `openapi.py` prints the same rows.
"""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from antiphon.domain.errors import Refused
from antiphon.gateway import strict
from antiphon.gateway.access import at_least
from antiphon.gateway.auth import login_of
from antiphon.gateway.limits import Buckets
from antiphon.gateway.rest.body import Body, Query, answer_of, from_http, read_body, read_query, refusal
from antiphon.gateway.sockets import Wire
from antiphon.journal.people import User
from antiphon.journal.sessions import Login

log = structlog.get_logger("antiphon.rest")

LIMIT_S = 20.0
LONG_S = 600.0  # an import or a report


@dataclass(slots=True, kw_only=True)
class Ask:
    """One request, already allowed and understood."""

    request: web.Request
    wire: Wire
    path: Mapping[str, str]
    address: str
    own_origin: str
    login: Login | None = None
    body: Any = None
    query: Any = None

    @property
    def me(self) -> User:
        if self.login is None:
            raise Refused("unauthorized", "Log in first.")
        return self.login.user


Run = Callable[[Ask], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """`role` None: anybody. `gives` is a type for the description. `in_person`: not by an API key."""

    method: str
    path: str
    says: str
    run: Run
    role: str | None = "agent"
    takes: type[Body] | None = None
    query: type[Query] | None = None
    gives: Any = dict[str, Any]
    status: int = 200
    long: bool = False
    in_person: bool = False

    @property
    def names(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)


class Rest:
    """All routes of a server."""

    def __init__(self, wire: Wire, routes: Sequence[Route]) -> None:
        self._wire = wire
        self.routes = routes
        self._rates = Buckets(wire.hall.settings.limits.rest)

    def add_to(self, app: web.Application) -> None:
        for route in self.routes:
            app.router.add_route(route.method, route.path, self._handler(route))
        app.router.add_route("*", "/api/{rest:.*}", self._handler(_NOWHERE))

    def _handler(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            request_id = secrets.token_hex(8)
            try:
                async with asyncio.timeout(LONG_S if route.long else LIMIT_S):
                    return answer_of(await self._run(route, request), route.status)
            except Refused as no:
                return refusal(no, request_id)
            except web.HTTPException as no:
                return refusal(from_http(no), request_id, no.status)
            except (TimeoutError, SQLAlchemyError, OSError) as away:
                log.warning("rest_unavailable", path=route.path, error=repr(away))
                return refusal(Refused("unavailable", "Try again.", retryable=True), request_id)
            except Exception:  # the edge: a fault becomes an answer and a line in the log
                log.exception("rest_failed", path=route.path, request_id=request_id)
                return refusal(Refused("internal", "Something went wrong on our side."), request_id)

        return handle

    async def _run(self, route: Route, request: web.Request) -> Any:
        hall = self._wire.hall
        ask = Ask(
            request=request, wire=self._wire, path={**request.match_info},
            address=hall.proxies.peer(request), own_origin=hall.proxies.origin(request),
        )  # fmt: skip
        if strict.unfit(ask.path) is not None:
            raise Refused("not_found", "There is no such thing.")
        ask.login = await login_of(request, hall.directory, ask.own_origin)
        self._slow_down(ask)
        if route.role is not None and not at_least(ask.me, route.role):
            raise Refused("forbidden", "You may not do this.")
        if route.in_person and ask.login is not None and ask.login.by_key:
            raise Refused("forbidden", "An API key may not do this.")
        if route.query is not None:
            ask.query = read_query(route.query, request)
        if route.takes is not None:
            ask.body = await read_body(route.takes, request, hall.settings.limits.body_bytes)
        return await route.run(ask)

    def _slow_down(self, ask: Ask) -> None:
        missing_s = self._rates.take(ask.login.user.id if ask.login else ask.address)
        if missing_s:
            raise Refused(
                "rate_limited", "Too fast. Wait a little.", retryable=True,
                retry_after_ms=int(missing_s * 1000) + 1,
            )  # fmt: skip


async def _nowhere(ask: Ask) -> Any:
    raise Refused("not_found", "There is no such route.")


_NOWHERE = Route(method="*", path="/api/{rest:.*}", says="", run=_nowhere, role=None)
