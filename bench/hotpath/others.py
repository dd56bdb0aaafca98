"""Clients in a process of their own, so that they can be stopped, or vanish, by a signal.

python -m bench.hotpath.others URL NAMESPACE AUTH idle|hostile COUNT → prints "ready"
"""

import asyncio
import contextlib
import json
import os
import resource
import socket
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import uvloop

from antiphon.load.line import Line

GATE = 50
FLOOD_S, SEGMENT_S, BACK_S = 0.001, 0.0002, 0.5


async def main(url: str, namespace: str, auth: Any, manner: str, count: int) -> None:
    gate = asyncio.Semaphore(GATE)

    async def one() -> Line:
        async with gate:
            return await Line.open(url, namespace, auth)

    lines = await asyncio.gather(*(one() for _ in range(count)))
    # They stand for other machines: what they cost shall be the server's time, not the measurer's.
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    print("ready", flush=True)
    if manner == "hostile":
        makes = (_HOSTILE[number % len(_HOSTILE)] for number in range(count))
        again = partial(Line.open, url, namespace, auth)
        await asyncio.gather(*(persist(make, line, again) for make, line in zip(makes, lines, strict=True)))
    await asyncio.Event().wait()


async def persist(
    make: Callable[[Line], Awaitable[None]], line: Line, again: Callable[[], Awaitable[Line]]
) -> None:
    """Who is cut comes back and goes on."""
    while True:
        gone = asyncio.Event()
        line.lost = gone.set
        making = asyncio.ensure_future(make(line))
        await gone.wait()
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)
        while True:
            await asyncio.sleep(BACK_S)
            with contextlib.suppress(OSError, TimeoutError):
                line = await again()
                break


async def flood(line: Line) -> None:
    """Signs of typing in a conversation that is not his, a thousand a second and more."""
    while True:
        for _ in range(20):
            line.say('42/visitor,["typing",{"conversation":"c","on":true}]')
        await asyncio.sleep(FLOOD_S * 20)


async def crumbs(line: Line) -> None:
    """Frames of 60 kB, one byte a segment."""
    transport = line.transport
    assert transport is not None
    transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    whole = b'42/visitor,9["say",{"text":"' + b"x" * 60_000 + b'"}]'
    frame = b"\x81\xfe" + len(whole).to_bytes(2, "big") + bytes(4) + whole
    while True:
        line._acks[b"9"] = _drop
        for at in range(len(frame)):
            transport.write(frame[at : at + 1])
            await asyncio.sleep(SEGMENT_S)


async def nonsense(line: Line) -> None:
    """JSON that nobody takes, each time with a wish for an answer."""
    number = 0
    while True:
        number += 1
        line._acks[str(number).encode()] = _drop
        line.say(f'42/visitor,{number}["say",{"[" * 500}')
        await asyncio.sleep(FLOOD_S * 5)


async def deaf(line: Line) -> None:
    """Asks for answers and reads none."""
    assert line.transport is not None
    line.transport.pause_reading()
    number = 0
    while True:
        number += 1
        line.say(f'42/visitor,{number}["sync",{{"conversation":"c","after":0,"limit":200}}]')
        await asyncio.sleep(FLOOD_S * 10)


def _drop(body: bytes) -> None:
    """Not looked at."""


_HOSTILE = (flood, crumbs, nonsense, deaf)

if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), sys.argv[4], int(sys.argv[5])))
