"""What operators' machines ask: is the process there, may it get traffic, what are its figures."""

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path

import msgspec
from aiohttp import web

from antiphon.gateway.sockets import Wire

OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"

Probe = Callable[[], Awaitable[Mapping[str, bool]]]
Figures = Callable[[], Iterator[str]]


class Health:
    """`ready` names what must be well (database, migrations, redis); `figures` are lines of the KPIs."""

    def __init__(self, wire: Wire, ready: Probe, figures: Figures) -> None:
        self._wire, self._ready, self._figures = wire, ready, figures
        self._started_s = time.time()

    def add_to(self, app: web.Application) -> None:
        app.router.add_get("/healthz", self.healthz)
        app.router.add_get("/readyz", self.readyz)
        app.router.add_get("/version", self.version)
        app.router.add_get("/metrics", self.metrics)

    async def healthz(self, request: web.Request) -> web.Response:
        """The loop turns; nothing else is asked."""
        return web.Response(text="ok\n")

    async def readyz(self, request: web.Request) -> web.Response:
        """200 when traffic may come, 503 and the reason otherwise."""
        checks = {**await self._ready(), "not draining": not self._wire.hall.draining}
        well = all(checks.values())
        body = msgspec.json.encode({"ready": well, "checks": checks})
        return web.Response(body=body, status=200 if well else 503, content_type="application/json")

    async def version(self, request: web.Request) -> web.Response:
        body = msgspec.json.encode({"version": self._wire.hall.settings.version})
        return web.Response(body=body, content_type="application/json")

    async def metrics(self, request: web.Request) -> web.Response:
        lines = [*self._figures(), *self._process(), "# EOF"]
        return web.Response(body="\n".join(lines).encode() + b"\n", headers={"Content-Type": OPENMETRICS})

    def _process(self) -> Iterator[str]:
        hall = self._wire.hall
        yield from _metric("antiphon_sockets", "gauge", "Open seats on this node.", {"": len(hall.seats)})
        answered = {f'{{code="{code}"}}': n for code, n in sorted(self._wire.calls.answered.items())}
        yield from _metric("antiphon_calls", "counter", "Answered socket events.", answered)
        yield from _metric("process_start_time_seconds", "gauge", "Started.", {"": self._started_s})
        yield from _metric("process_resident_memory_bytes", "gauge", "Memory.", {"": _resident()})
        yield from _metric("process_cpu_seconds", "counter", "CPU.", {"": time.process_time()})


def _metric(name: str, kind: str, says: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# TYPE {name} {kind}"
    yield f"# HELP {name} {says}"
    suffix = "_total" if kind == "counter" else ""
    for labels, value in values.items():
        yield f"{name}{suffix}{labels} {value}"


def _resident() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
    except (OSError, ValueError, IndexError):
        return 0
