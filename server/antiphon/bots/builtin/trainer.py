"""Training in another process: it is Python as much as numpy, and in a thread it would slow every chat.

Importing this imports no numpy: the functions do, and belong in a thread. Run as a script, this trains a
project into a cache.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from antiphon.bots.port import BotFailed

if TYPE_CHECKING:
    from antiphon.bots.builtin.classifier import Classifier
    from antiphon.bots.builtin.embedding import Embedder
    from antiphon.bots.builtin.examples import Example

LITTLE = 1_000  # examples: a second's work, when nobody is waiting yet less than starting a process is worth
LEARNING_S = 900.0
NICE = 10


def opened(encoder: Path | None) -> "Embedder | None":
    """The sentence encoder of a folder, if there is one. Raises ValueError."""
    if encoder is None:
        return None
    from antiphon.bots.builtin.embedding import open_embedder

    return open_embedder(encoder)


def is_kept(examples: "Sequence[Example]", cache: Path, embedder: "Embedder | None" = None) -> bool:
    """Was this learned before?"""
    from antiphon.bots.builtin.kept import kept_at

    return kept_at(examples, cache, embedder).is_file()


def load(
    examples: "Sequence[Example]", cache: Path | None, embedder: "Embedder | None" = None
) -> "Classifier":
    """The classifier of these examples, learned here if it is not in the cache."""
    from antiphon.bots.builtin.kept import load_or_train

    return load_or_train(examples, cache, embedder)


async def train_apart(folder: Path, cache: Path, encoder: Path | None) -> None:
    """Let another process put a project's classifier into a cache.

    Raises `BotFailed`. Who is cancelled takes the process along.
    """
    command = ["-m", __name__, str(folder), str(cache), *([str(encoder)] if encoder else [])]
    training = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(LEARNING_S):
            _, told = await training.communicate()
    except TimeoutError as late:
        raise BotFailed(f"training took longer than {LEARNING_S:.0f} s") from late
    finally:
        if training.returncode is None:
            training.kill()
            await training.wait()
    if training.returncode:
        last = told.decode(errors="replace").strip().splitlines()[-1:] or ["no reason given"]
        raise BotFailed(f"training failed: {last[0]}")


def main(project: str, cache: str, encoder: str | None = None) -> None:
    """Train a project into a cache, giving way to whoever answers meanwhile."""
    with contextlib.suppress(OSError):
        os.nice(NICE)
    from antiphon.bots.builtin.project import read_project

    embedder = opened(Path(encoder) if encoder else None)
    load(read_project(Path(project)).examples.examples, Path(cache), embedder)


if __name__ == "__main__":
    main(*sys.argv[1:])
