"""Getting a trained classifier: from the cache, here, or, where there is much to learn, in another process.

Training is Python as much as numpy, so a long one in a thread of the server would slow every conversation
down. Call `trained` in a thread; run as a script, this trains a project into a cache.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from antiphon.bots.builtin.classifier import Classifier
from antiphon.bots.builtin.embedding import Embedder, open_embedder
from antiphon.bots.builtin.examples import Example
from antiphon.bots.builtin.kept import kept_at, load_or_train
from antiphon.bots.builtin.project import read_project
from antiphon.bots.port import BotFailed

LITTLE = 1_000  # examples: a second's work, less than starting a process is worth
LEARNING_S = 900.0


def opened(encoder: Path | None) -> Embedder | None:
    """The sentence encoder of a folder, if there is one. Raises ValueError."""
    return open_embedder(encoder) if encoder else None


def trained(
    folder: Path,
    examples: Sequence[Example],
    cache: Path | None,
    encoder: Path | None = None,
    embedder: Embedder | None = None,
) -> Classifier | None:
    """The classifier for a project's examples; None when there are none. `embedder` is `encoder`, opened."""
    if not examples:
        return None
    if cache and len(examples) > LITTLE and not kept_at(examples, cache, embedder).is_file():
        _train_apart(folder, cache, encoder)
    return load_or_train(examples, cache, embedder)


def _train_apart(folder: Path, cache: Path, encoder: Path | None) -> None:
    command = [sys.executable, "-m", "antiphon.bots.builtin.trainer", str(folder), str(cache)]
    command += [str(encoder)] if encoder else []
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LEARNING_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise BotFailed(f"training could not be done: {failure}") from failure
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise BotFailed(f"training failed: {last[0]}")


def main(project: str, cache: str, encoder: str | None = None) -> None:
    """Train a project into a cache."""
    embedder = opened(Path(encoder) if encoder else None)
    load_or_train(read_project(Path(project)).examples.examples, Path(cache), embedder)


if __name__ == "__main__":
    main(*sys.argv[1:])
