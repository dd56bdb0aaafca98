"""A peer that speaks Socket.IO by hand, so that it can say what no client would."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import aiohttp

from tests.gateway.house import WAIT_S


class Door(Protocol):
    """Where a server listens, and what one knocks with."""

    @property
    def url(self) -> str: ...

    @property
    def http(self) -> aiohttp.ClientSession: ...


class Raw:
    """Text frames on an open WebSocket."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws

    async def say(self, frame: str) -> None:
        await self.ws.send_str(frame)

    async def next(self) -> str | None:
        """The next text frame, pings answered; None when the server has closed."""
        async with asyncio.timeout(WAIT_S):
            while True:
                message = await self.ws.receive()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return None
                if message.data == "2":
                    await self.say("3")
                elif message.data != "1":
                    return str(message.data)

    async def join(self, namespace: str = "/visitor", auth: Any = None) -> str:
        """Connect to a namespace: the server's answer, as it is on the wire."""
        await self.say(f"40{namespace},{json.dumps(auth or {'site': 'default'})}")
        return await self.next() or ""

    async def until(self, start: str) -> str:
        """The next frame that begins so."""
        while (frame := await self.next()) is not None:
            if frame.startswith(start):
                return frame
        raise AssertionError(f"closed before {start!r}")

    async def ack(self, frame: str, number: int, namespace: str = "/visitor") -> Any:
        """Send an event and give its acknowledgement's object."""
        await self.say(frame)
        start = f"43{namespace},{number}"
        return json.loads((await self.until(start))[len(start) :])[0]

    async def closed(self) -> bool:
        """Has the server closed, or does it now?"""
        while await self.next() is not None:
            pass
        return True


@asynccontextmanager
async def raw(house: Door, **headers: str) -> AsyncIterator[Raw]:
    """An engine.io connection, the OPEN packet read."""
    url = f"{house.url}/socket.io/?EIO=4&transport=websocket"
    async with house.http.ws_connect(url, headers=headers, max_msg_size=0) as ws:
        peer = Raw(ws)
        opened = await peer.next()
        assert opened is not None
        assert opened.startswith("0{")
        yield peer


@asynccontextmanager
async def deaf(house: Door, token: str) -> AsyncIterator[socket.socket]:
    """A visitor who has joined and does not read any more; his socket takes next to nothing."""
    loop = asyncio.get_running_loop()
    host, port = house.url.removeprefix("http://").split(":")
    with socket.socket() as ear:
        ear.setblocking(False)
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_048)
        await loop.sock_connect(ear, (host, int(port)))
        await loop.sock_sendall(
            ear,
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n",
        )
        await loop.sock_sendall(ear, text_frame(f'40/visitor,{{"site":"default","token":"{token}"}}'))
        heard = b""
        async with asyncio.timeout(WAIT_S):
            while b'"head"' not in heard:
                heard += await loop.sock_recv(ear, 4_096)
        yield ear


def text_frame(text: str) -> bytes:
    """A client's frame, masked with nothing."""
    payload = text.encode()
    size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
    return b"\x81" + size + bytes(4) + payload
