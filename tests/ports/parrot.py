"""A program for `antiphon.apart`: says back what it is told, in the setup's voice."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from antiphon.apart import Answer, Tell, serve


@asynccontextmanager
async def _opened(setup: tuple[str, Path], tell: Tell) -> AsyncIterator[Answer]:
    voice, note = setup
    sys.stdout.write("what a library prints is no answer\n")
    sys.stdout.flush()

    async def answer(said: Any) -> Any:
        match said:
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "fail":
                raise ValueError("no such word")
            case "log":
                logging.getLogger("parrot").warning("heard", extra={"word": "log"})
            case "tell":
                tell("unasked")
            case float():
                await asyncio.sleep(said)
        return f"{voice} {said}"

    yield answer
    note.write_text("ended in order")


if __name__ == "__main__":
    serve(_opened)
