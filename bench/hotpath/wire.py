"""As much Socket.IO as a load generator needs: websocket, one namespace, events and acks."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp


class Socket:
    """`heard` is called with every event; `ask` sends one and waits for its acknowledgement."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse, namespace: str) -> None:
        self._ws, self._namespace = ws, namespace
        self._prefix = f"{namespace}," if namespace != "/" else ""
        self._next = 0
        self._sending: set[asyncio.Future[None]] = set()
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self.heard: Callable[[str, Any], None] = lambda event, data: None
        self.task: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, url: str, namespace: str, auth: Any = None) -> "Socket":
        ws = await http.ws_connect(f"{url}/socket.io/?EIO=4&transport=websocket", compress=0, max_msg_size=0)
        socket = cls(ws, namespace)
        await ws.receive_str()
        await ws.send_str(f"40{socket._prefix}{json.dumps(auth) if auth else ''}")
        answer = await ws.receive_str()
        while not answer.startswith("40"):
            if answer.startswith("44"):
                raise ConnectionError(answer)
            answer = await ws.receive_str()
        socket.task = asyncio.create_task(socket._read())
        return socket

    async def ask(self, event: str, payload: Any) -> Any:
        return await self.send(event, payload)

    def send(self, event: str, payload: Any) -> asyncio.Future[Any]:
        """Written at once; the future is the acknowledgement."""
        self._next += 1
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._acks[self._next] = future
        frame = f"42{self._prefix}{self._next}{json.dumps([event, payload])}"
        sending = asyncio.ensure_future(self._ws.send_str(frame))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)
        return future

    async def close(self) -> None:
        if self.task:
            self.task.cancel()
        await self._ws.close()

    async def _read(self) -> None:
        async for message in self._ws:
            text = message.data
            if text == "2":
                await self._ws.send_str("3")
            elif text.startswith("42"):
                event, data = json.loads(text[text.index("[") :])
                self.heard(event, data)
            elif text.startswith("43"):
                at = text.index("[")
                number = int(text[2:at].removeprefix(self._prefix))
                self._acks.pop(number).set_result(json.loads(text[at:])[0])
