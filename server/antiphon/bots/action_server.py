"""A rasa-sdk action server beside us: started, watched, started again, and gone when we are gone.

It has no authentication of its own, so it listens on loopback only. Its port is the system's choice. It runs
in a process group of its own (Sanic is several processes), which is ended as a whole; a guard in the group
ends it with us even when we are killed. Where rasa-sdk is not installed, `available` is False and `notice`
says so in a sentence.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import aiohttp
import structlog

log = structlog.get_logger(__name__)

GUARD = Path(__file__).with_name("guard.py")
SHOP = "ANTIPHON_SHOP_"  # settings meant for the actions
PACKAGE = "antiphon_bot.actions"
UP_S = 20.0  # a cold start on a busy machine; one second is usual
LOOK_S = 0.1
HEALTH_EVERY_S = 5.0
HEALTH_S = 5.0  # a busy server is slow, not dead
UNHEALTHY = 3  # looks in a row before a hanging server is ended
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
END_S = 3.0


class ActionServerProcess:
    """Owns one child process. `start` returns when it answers or cannot; `close` leaves nothing behind.

    `told` are settings that the actions get in their environment.
    """

    def __init__(
        self,
        http: aiohttp.ClientSession,
        package: str = PACKAGE,
        python: str = sys.executable,
        told: Mapping[str, str] | None = None,
    ) -> None:
        self._http = http
        self._package = package
        self._python = python
        self._told = told or {}
        self._port = 0
        self._child: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self.notice = ""

    @property
    def available(self) -> bool:
        return self._up.is_set()

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def webhook(self) -> str | None:
        return f"http://127.0.0.1:{self._port}/webhook" if self.available else None

    async def start(self) -> None:
        missing = [name for name in ("rasa_sdk", self._package.partition(".")[0]) if find_spec(name) is None]
        if missing:
            self.notice = (
                f"Custom actions are off: {missing[0]} is not installed (pip install antiphon[actions])."
            )
            return
        self._watch = asyncio.create_task(self._keep_running(), name="action server")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._up.wait(), UP_S)
        if not self.available:
            self.notice = f"Custom actions are off: the action server did not come up in {UP_S:.0f} s."

    async def close(self) -> None:
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        self._watch = None
        await self._end()

    async def wait_until_up(self) -> None:
        await self._up.wait()

    # -------------------------------------------------------------- the loop

    async def _keep_running(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                await self._spawn()
                if await self._came_up():
                    pause_s = FIRST_PAUSE_S
                    await self._until_it_fails()
            except OSError as failure:
                log.warning("action_server_failed", error=type(failure).__name__)
            await self._end()
            log.warning("action_server_restarts", pause_s=pause_s)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _spawn(self) -> None:
        self._port = _free_port()
        server = [self._python, "-m", "rasa_sdk", "--actions", self._package, "-p", str(self._port)]
        self._child = await asyncio.create_subprocess_exec(
            *(self._python, "-I", str(GUARD), *server),
            env=environment(os.environ, self._told),
            stdin=asyncio.subprocess.PIPE,  # its end is how the guard learns of ours
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        log.info("action_server_started", pid=self._child.pid, port=self._port)

    async def _came_up(self) -> bool:
        """Whether it answers in time and has not died meanwhile."""
        deadline = asyncio.get_running_loop().time() + UP_S
        while self._child and self._child.returncode is None:
            if await self._healthy():
                self.notice = ""
                self._up.set()
                return True
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(LOOK_S)
        return False

    async def _until_it_fails(self) -> None:
        """Returns when the process has ended, or hangs."""
        assert self._child is not None
        ended = asyncio.ensure_future(self._child.wait())
        missed = 0
        try:
            while missed < UNHEALTHY:
                done, _ = await asyncio.wait({ended}, timeout=HEALTH_EVERY_S)
                if done:
                    return
                missed = 0 if await self._healthy() else missed + 1
        finally:
            ended.cancel()
            self._up.clear()

    async def _healthy(self) -> bool:
        limit = aiohttp.ClientTimeout(total=HEALTH_S)
        try:
            async with self._http.get(f"http://127.0.0.1:{self._port}/health", timeout=limit) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def _end(self) -> None:
        """End the whole process group: first politely, then not."""
        self._up.clear()
        child, self._child = self._child, None
        if child is None:
            return
        _signal_group(child.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.wait(), END_S)
        _signal_group(child.pid, signal.SIGKILL)
        await child.wait()


def environment(ours: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """What actions may know of our surroundings: all but our own settings, which hold secrets; and `told`."""
    theirs = {k: v for k, v in ours.items() if not k.startswith("ANTIPHON_") or k.startswith(SHOP)}
    return {**theirs, **told, "SANIC_HOST": "127.0.0.1"}


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
