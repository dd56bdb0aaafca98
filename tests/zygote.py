"""`antiphon` in processes that start at once: everything imported before, a fork each.

Run as a program it reads `{"words": [...], "env": {...}, "out": FILE, "log": FILE}` a line and answers
`born PID`; when a child ends it says `dead PID STATUS`. When its input ends it takes all children with it.
`Zygote` is its other side. What is so started is what an operator starts, but for the second and a half that
Python needs to read it; `tests/house/test_wheel.py` and `scripts/cluster.py` start it as he does.
"""

import asyncio
import contextlib
import importlib
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from antiphon import failpoints

QUIET = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # a fork takes no threads along


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A command that has ended: its exit code, what it wrote to standard output and to standard error."""

    code: int
    said: str
    complained: str


class Zygote:
    """Starts servers and tells when they end; runs commands."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._born: asyncio.Queue[int] = asyncio.Queue()
        self._dead: dict[int, asyncio.Future[int]] = {}
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> "Zygote":
        given = {k: v for k, v in os.environ.items() if not k.startswith("ANTIPHON_")}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.zygote",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            env=given | QUIET, cwd=Path(__file__).parents[1],
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read(self._process.stdout))
        return self

    async def run(self, env: Mapping[str, str], *words: str) -> Ran:
        """A command from its beginning to its end."""
        with tempfile.TemporaryDirectory() as folder:
            out, log = Path(folder) / "out", Path(folder) / "log"
            code = await self.ended(await self.fork(env, log, *words, out=out))
            return Ran(code=code, said=out.read_text(), complained=log.read_text())

    async def fork(
        self, env: Mapping[str, str], log: Path | None = None, *words: str, out: Path = Path(os.devnull)
    ) -> int:
        """A new `antiphon serve`, or other `words`: its process id.

        Without a `log` it complains where the tests do.
        """
        assert self._process
        assert self._process.stdin
        wanted = {"words": words or ["serve"], "env": env, "out": str(out), "log": str(log or "")}
        self._process.stdin.write(json.dumps(wanted).encode() + b"\n")
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


_kept: list[Zygote] = []


async def kept() -> Zygote:
    """The one of this test process, started when it is first wanted."""
    if not _kept:
        _kept.append(await Zygote().start())
    return _kept[0]


async def close_kept() -> None:
    while _kept:
        await _kept.pop().close()


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
            _become(wanted, antiphon)
        children.add(pid)
        os.write(1, f"born {pid}\n".encode())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _become(wanted: dict[str, Any], antiphon: Any) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    writing = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(wanted["out"], writing), 1)
    if wanted["log"]:
        os.dup2(os.open(wanted["log"], writing), 2)
    os.environ.update(wanted["env"])
    importlib.reload(failpoints)  # it has read the environment
    status = 1
    try:
        antiphon(wanted["words"])
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - nobody is above to say it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
