"""Socket.IO by hand: many at once are cheap, and nothing is sent again or hidden behind our back."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import Callable
from typing import Any

import aiohttp

CONNECT_S = 4.0
SILENCE_S = 40.0  # no ping for so long: the server is gone
CLOSE = aiohttp.ClientWSTimeout(ws_close=0.3)

OnEvent = Callable[[str, Any], None]


class Gone(Exception):
    """The connection ended; what was asked may or may not have happened."""


class SentAway(Exception):
    """The server would not have us just now."""


class Peer:
    """One connection to one namespace. Frames reach `on_event` in order, answers their futures."""

    def __init__(self, namespace: str, on_event: OnEvent) -> None:
        self._namespace, self._on_event = namespace, on_event
        self._ws: aiohttp.ClientWebSocketResponse | None = None
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self._count = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()
        self.gone = asyncio.Event()

    async def connect(self, http: aiohttp.ClientSession, url: str, auth: Any) -> None:
        """Raises `Gone`, or `SentAway` if the server said no."""
        try:
            async with asyncio.timeout(CONNECT_S):
                self._ws = await http.ws_connect(
                    f"{url}/socket.io/?EIO=4&transport=websocket", max_msg_size=0, timeout=CLOSE
                )
                await self._text()
                await self._ws.send_str(f"40{self._namespace},{json.dumps(auth)}")
                answer = await self._text()
        except (OSError, aiohttp.ClientError, TimeoutError) as error:
            await self.close()
            raise Gone(repr(error)) from None
        if answer.startswith("44"):
            await self.close()
            raise SentAway(answer)
        self._spawn(self._read())

    def ask(self, event: str, payload: Any) -> asyncio.Future[Any]:
        """Sent in the order of the calls; the future raises `Gone` when the connection ends."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if self.gone.is_set():
            future.set_exception(Gone())
        else:
            number = next(self._count)
            self._acks[number] = future
            self._spawn(self._send(f"42{self._namespace},{number}{json.dumps([event, payload])}"))
        future.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody need look
        return future

    async def close(self) -> None:
        self._end()
        if self._ws is not None:
            with contextlib.suppress(OSError, aiohttp.ClientError):
                await self._ws.close()

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, frame: str) -> None:
        assert self._ws
        try:
            await self._ws.send_str(frame)
        except (OSError, aiohttp.ClientError):
            self._end()

    async def _text(self) -> str:
        assert self._ws
        while True:
            message = await self._ws.receive()
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise aiohttp.ClientError("closed")
            if message.data != "2":
                return str(message.data)
            await self._ws.send_str("3")

    async def _read(self) -> None:
        start = len(f"42{self._namespace},")
        with contextlib.suppress(OSError, aiohttp.ClientError, TimeoutError):
            while True:
                async with asyncio.timeout(SILENCE_S):
                    frame = await self._text()
                if frame.startswith("42"):
                    self._on_event(*json.loads(frame[start:]))
                elif frame.startswith("43"):
                    number, _, body = frame[start:].partition("[")
                    future = self._acks.pop(int(number))
                    if not future.done():
                        future.set_result(json.loads("[" + body)[0])
                elif frame.startswith("41"):
                    break
        self._end()

    def _end(self) -> None:
        self.gone.set()
        for future in self._acks.values():
            if not future.done():
                future.set_exception(Gone())
        self._acks.clear()
