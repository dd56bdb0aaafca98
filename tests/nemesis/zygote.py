"""Server processes that start at once: everything imported before, a fork each.

Run as a program it reads `{"env": {...}, "log": FILE}` a line and answers `born PID`; when a child ends
it says `dead PID STATUS`. When its input ends it takes all children with it. `Zygote` is its other side.
"""

import asyncio
import contextlib
import importlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from antiphon import failpoints

QUIET = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # a fork takes no threads along


class Zygote:
    """Starts servers and tells when they end."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._born: asyncio.Queue[int] = asyncio.Queue()
        self._dead: dict[int, asyncio.Future[int]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> "Zygote":
        given = {k: v for k, v in os.environ.items() if not k.startswith("ANTIPHON_")}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.nemesis.zygote",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env=given | QUIET, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read(self._process.stdout))
        return self

    async def fork(self, env: dict[str, str], log: Path) -> int:
        """A new `antiphon serve`: its process id."""
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"env": env, "log": str(log)}).encode() + b"\n")
        pid = await self._born.get()
        assert pid, "the zygote has ended"
        return pid

    def alive(self, pid: int) -> bool:
        return pid in self._dead and not self._dead[pid].done()

    async def ended(self, pid: int) -> int:
        """Wait for its end: the exit code, negative for a signal."""
        return await asyncio.shield(self._dead[pid])

    async def close(self) -> None:
        if self._process and self._process.stdin and self._reading:
            self._process.stdin.close()
            await self._process.wait()
            await self._reading

    async def _read(self, lines: Any) -> None:
        async for line in lines:
            word, pid, *status = line.decode().split()
            if word == "born":
                self._dead[int(pid)] = asyncio.get_running_loop().create_future()
                self._born.put_nowait(int(pid))
            else:
                self._dead[int(pid)].set_result(int(status[0]))
        self._born.put_nowait(0)  # whoever waits learns that nobody comes any more


# -- the program ------------------------------------------------------------------------------------


def main() -> None:
    import asyncpg  # noqa: F401 - warmed up for every child
    import uvloop  # noqa: F401 - likewise

    import antiphon.backplane.redis
    from antiphon.cli import main as antiphon

    children: set[int] = set()

    def reap(*_: object) -> None:
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                children.discard(ended[0])
                os.write(1, f"dead {ended[0]} {os.waitstatus_to_exitcode(ended[1])}\n".encode())

    signal.signal(signal.SIGCHLD, reap)
    for line in sys.stdin:
        wanted = json.loads(line)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # nobody is dead before he is born
        pid = os.fork()
        if pid == 0:
            _serve(wanted, antiphon)
        children.add(pid)
        os.write(1, f"born {pid}\n".encode())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _serve(wanted: dict[str, Any], antiphon: Any) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDWR)
    for target, source in ((0, nothing), (1, nothing), (2, log)):
        os.dup2(source, target)
    os.environ.update(wanted["env"])
    importlib.reload(failpoints)  # it has read the environment
    status = 1
    try:
        antiphon(["serve"])
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
