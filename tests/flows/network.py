"""The wire between two programs, which a test may cut, stall, slow down or deafen."""

import asyncio
import contextlib
import random
from types import TracebackType
from typing import Literal

Way = Literal["there", "back"]
CHUNK = 65_536


class Network:
    """A TCP proxy to a port of this machine. What one connection suffers all do, but for `cut_one`."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.lag_s = (0.0, 0.0)  # every piece waits this long, at random between the two
        self._open: dict[asyncio.StreamWriter, asyncio.StreamWriter] = {}
        self._whole = True
        self._flows = asyncio.Event()
        self._flows.set()
        self._lost: set[Way] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "Network":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server
        self._server.close()
        self.cut()
        self._flows.set()

    @property
    def port(self) -> int:
        assert self._server
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # -- what may happen to it --------------------------------------------------------------------

    def cut(self) -> None:
        """Drop what is open and take nothing new until `heal`."""
        self._whole = False
        self.reset()

    def reset(self) -> None:
        """Drop what is open."""
        for pair in list(self._open.items()):
            _abort(pair)

    def cut_one(self, chance: random.Random) -> bool:
        """Drop one connection; False when there is none."""
        pairs = list(self._open.items())
        if pairs:
            _abort(chance.choice(pairs))
        return bool(pairs)

    def stall(self) -> None:
        """Half-open: nothing moves, and nobody is told."""
        self._flows.clear()

    def deafen(self, way: Way) -> None:
        """What goes this way is lost; only a reset makes a connection useful again."""
        self._lost.add(way)

    def heal(self) -> None:
        """As at first; what was held up goes on, what lost bytes is reset."""
        if self._lost:
            self.reset()
        self._lost.clear()
        self.lag_s = (0.0, 0.0)
        self._whole = True
        self._flows.set()

    # -- carrying ---------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if not self._whole:
                raise ConnectionRefusedError
            there, back = await asyncio.open_connection("127.0.0.1", self.to_port)
        except OSError:
            writer.transport.abort()
            return
        self._open[writer] = back
        try:
            await asyncio.gather(self._pump(reader, back, "there"), self._pump(there, writer, "back"))
        finally:
            _abort((writer, self._open.pop(writer)))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._flows.wait()
                if self.lag_s[1]:
                    await asyncio.sleep(random.uniform(*self.lag_s))
                if way not in self._lost:
                    writer.write(data)
                    await writer.drain()
        with contextlib.suppress(OSError):
            writer.close()


def _abort(pair: tuple[asyncio.StreamWriter, asyncio.StreamWriter]) -> None:
    for writer in pair:
        writer.transport.abort()
