"""Peers that answer over real HTTP: an action server or a Rasa server that does as a test says."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def peer(path: str, answer: Answer) -> AsyncIterator[str]:
    """A server with one POST route; yields its base address."""
    app = web.Application(client_max_size=10_000_000)
    app.router.add_post(path, answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def answering(body: object, status: int = 200) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status)

    return answer


async def hanging(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(3600)
    raise AssertionError("never")


async def dripping(request: web.Request) -> web.StreamResponse:
    """Never silent for long enough to be given up by who only watches the silence."""
    drip = web.StreamResponse()
    await drip.prepare(request)
    with contextlib.suppress(ConnectionError):
        while True:
            await drip.write(b" ")
            await asyncio.sleep(0.02)
    return drip


async def cutting(request: web.Request) -> web.StreamResponse:
    """As one that is killed before it answers."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


async def flooding(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b'{"events": [], "responses": [{"text": "' + b"x" * 1_000_000 + b'"}]}')


async def garbling(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"<html>oops</html>")
