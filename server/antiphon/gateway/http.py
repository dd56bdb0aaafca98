"""The HTTP application: sockets, REST, pages and health on one router."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from aiohttp import web

from antiphon.gateway import headers, pages
from antiphon.gateway.asyncapi import document as asyncapi
from antiphon.gateway.health import Figures, Health, Probe
from antiphon.gateway.rest.all import routes
from antiphon.gateway.rest.layer import Rest
from antiphon.gateway.rest.openapi import document as openapi
from antiphon.gateway.sockets import Wire

SOCKETS = "socket.io"


async def always_ready() -> Mapping[str, bool]:
    """For a server that has nothing to wait for."""
    return {}


def no_figures() -> Iterator[str]:
    """For a server without numbers."""
    return iter(())


def application(
    wire: Wire,
    *,
    ready: Probe = always_ready,
    figures: Figures = no_figures,
    static: Path = pages.STATIC,
) -> web.Application:
    """The application. Its owner starts the wire, runs its loops and drains it at the end."""
    limit = max(wire.hall.settings.limits.body_bytes, 1024)
    app = web.Application(middlewares=[headers.security], client_max_size=limit)
    rest = Rest(wire, routes(wire))
    version = wire.hall.settings.version
    _document(app, "/openapi.json", openapi(rest.routes, version))
    _document(app, "/asyncapi.json", asyncapi(version))
    Health(wire, ready, figures).add_to(app)
    wire.hall.server.attach(app, SOCKETS)
    rest.add_to(app)
    wire.webhook.add_to(app)
    pages.add_to(app, static)
    return app


def _document(app: web.Application, path: str, document: Mapping[str, object]) -> None:
    body = msgspec.json.encode(document)

    async def send(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app.router.add_get(path, send)
