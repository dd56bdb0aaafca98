"""Work in a process of its own, so that no chat waits for it: `Apart` is our end, `serve` is its end.

The process is started by the first question and again after it ended; it may be killed at any moment. Both
ends send frames, a length and a pickle, through pipes that nobody else holds. What the process logs, we log.
"""

import asyncio
import contextlib
import itertools
import logging
import os
import pickle
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, BinaryIO

import structlog
import uvloop

END_S = 5.0  # that a process may take to end by itself
_HEAD = 8  # bytes of a frame's length
_NICE = 15
_ALL = 1 << 40  # bytes of a frame: it is ours, and as large as an answer
_ANSWER, _FAILED, _TOLD, _LOGGED = range(4)
_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

Answer = Callable[[Any], Awaitable[Any]]
Tell = Callable[[Any], None]


class Ended(Exception):
    """The process is gone, and with it the answer."""


class Failed(Exception):
    """The process could not answer, and lives; the message is for the log."""


class Apart:
    """`module` is run as a program and calls `serve`. `heard` is told what it tells unasked.

    Any number of questions may be under way.
    """

    def __init__(self, module: str, setup: Any = None, heard: Tell | None = None) -> None:
        self._module, self._setup, self._heard = module, setup, heard
        self._process: asyncio.subprocess.Process | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._numbers = itertools.count()
        self._starting = asyncio.Lock()

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def ask(self, question: Any) -> Any:
        """The answer, in whatever time it takes. Raises `Ended` or `Failed`."""
        number = next(self._numbers)
        try:
            async with self._starting:
                if not self.runs:
                    await self._start()
            answer = self._asked[number] = asyncio.get_running_loop().create_future()
            await self._send((number, question))
            return await answer
        except OSError as gone:
            raise Ended(f"{self._module} does not listen") from gone
        finally:
            self._asked.pop(number, None)

    async def close(self, *, at_once: bool = False) -> None:
        """End it, politely unless `at_once`."""
        process, hearing, self._process, self._hearing = self._process, self._hearing, None, None
        if process is None or hearing is None:
            return
        assert process.stdin is not None
        if not at_once:
            process.stdin.close()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(END_S):
                    await process.wait()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await asyncio.gather(hearing, return_exceptions=True)

    async def _start(self) -> None:
        await self.close(at_once=True)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", self._module, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._hearing = asyncio.create_task(self._hear(self._process), name=self._module)
        await self._send(self._setup)

    async def _send(self, value: Any) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise BrokenPipeError
        process.stdin.write(_framed(value))
        await process.stdin.drain()

    async def _hear(self, process: asyncio.subprocess.Process) -> None:
        """Until the process ends; then nobody waits for it any more."""
        assert process.stdout is not None
        try:
            while True:
                size = int.from_bytes(await process.stdout.readexactly(_HEAD), "little")
                self._take(*pickle.loads(await process.stdout.readexactly(size)))
        except asyncio.IncompleteReadError:
            await process.wait()
        finally:
            for answer in self._asked.values():
                if not answer.done():
                    answer.set_exception(Ended(f"{self._module} ended"))

    def _take(self, kind: int, number: int, value: Any) -> None:
        answer = self._asked.get(number)
        if kind == _TOLD and self._heard is not None:
            self._heard(value)
        elif kind == _LOGGED:
            name, level, message, extra = value
            logging.getLogger(name).log(level, message, extra=extra)
        elif kind == _ANSWER and answer is not None and not answer.done():
            answer.set_result(value)
        elif kind == _FAILED and answer is not None and not answer.done():
            answer.set_exception(Failed(value))


def _framed(value: Any) -> bytes:
    body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return len(body).to_bytes(_HEAD, "little") + body


# -- in the process -------------------------------------------------------------------------------


def serve(opened: Callable[[Any, Tell], AbstractAsyncContextManager[Answer]]) -> None:
    """Answer what comes on the standard input until it ends.

    `opened` makes of the setup, and of a way to tell something unasked, what answers a question; questions
    are answered side by side.
    """
    uvloop.run(_serve(opened))


def give_way() -> None:
    """Whoever else wants a core has it at once; where there is no such class of processes, soon."""
    with contextlib.suppress(OSError):
        if hasattr(os, "SCHED_IDLE"):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        else:
            os.nice(_NICE)


async def _serve(opened: Callable[[Any, Tell], AbstractAsyncContextManager[Answer]]) -> None:
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whoever prints prints to the log
    given = asyncio.StreamReader(limit=_ALL)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(given), sys.stdin)
    send = _sender(told)
    _log_through(send)
    tasks: set[asyncio.Task[None]] = set()
    async with opened(await _read(given), lambda value: send(_TOLD, 0, value)) as answer:
        while (asked := await _read(given)) is not None:
            task = asyncio.create_task(_answered(send, answer, *asked))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        for task in tasks:
            task.cancel()


async def _read(given: asyncio.StreamReader) -> Any:
    """The next frame; None when who asks is gone."""
    try:
        size = int.from_bytes(await given.readexactly(_HEAD), "little")
        return pickle.loads(await given.readexactly(size))
    except asyncio.IncompleteReadError:
        return None


async def _answered(send: Callable[[int, int, Any], None], answer: Answer, number: int, asked: Any) -> None:
    try:
        value = await answer(asked)
    except Exception as error:  # noqa: BLE001 - the process goes on; who asked is told
        send(_FAILED, number, repr(error))
    else:
        send(_ANSWER, number, value)


def _sender(told: BinaryIO) -> Callable[[int, int, Any], None]:
    def send(kind: int, number: int, value: Any) -> None:
        with contextlib.suppress(BrokenPipeError):  # then the standard input ends as well
            told.write(_framed((kind, number, value)))
            told.flush()

    return send


def _log_through(send: Callable[[int, int, Any], None]) -> None:
    """What is logged here is logged by who started us, in his form."""

    class Through(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            extra = {k: v for k, v in vars(record).items() if k not in _PLAIN}
            if record.exc_info:
                extra["exception"] = logging.Formatter().formatException(record.exc_info)
            send(_LOGGED, -1, (record.name, record.levelno, record.getMessage(), extra))

    logging.basicConfig(level=logging.INFO, handlers=[Through()], force=True)
    structlog.configure(
        processors=[structlog.stdlib.render_to_log_kwargs],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
