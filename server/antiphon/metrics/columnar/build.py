"""All facts of a journal from nothing: folded in batches, in several processes where it is long."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from antiphon.domain.events import Event
from antiphon.journal.engine import open_database
from antiphon.journal.store import Store
from antiphon.metrics.columnar import disk
from antiphon.metrics.columnar.folding import folded
from antiphon.metrics.columnar.segment import Folded, Segment, built, merged
from antiphon.metrics.columnar.words import Vocabulary
from antiphon.metrics.facts.rows import NEVER
from antiphon.metrics.settings import Settings

_BATCH = 200_000  # events folded before their rows become arrays
_LONG = 300_000  # events from which on more processes are worth their start
_PIECES = 4  # a process: whoever is done early takes another


class Built(NamedTuple):
    """A segment of everything settled, and the streams that time alone can still change."""

    segment: Segment
    open: set[str]


async def build(store: Store, settings: Settings, at_ms: int, folder: Path | None, processes: int) -> Built:
    """Folds the whole journal; in `folder`, when there is one, are the pieces meanwhile."""
    words = Vocabulary()
    if folder is None or processes < 2 or await store.head() < _LONG:
        pieces = [piece async for piece in _pieces(store, settings, at_ms, "", None, words)]
    else:
        pieces = await _apart(store, settings, at_ms, folder, processes)
    whole = joined([piece.segment for piece in pieces], words)
    return Built(whole, set().union(*(piece.open for piece in pieces)))


def joined(segments: Sequence[Segment], words: Vocabulary) -> Segment:
    """Several segments as one."""
    if not segments:
        return built((), words)
    return Segment(dict(merged([(one, np.ones(len(one), dtype=bool)) for one in segments], words)), words)


async def _pieces(
    store: Store, settings: Settings, at_ms: int, after: str, upto: str | None, words: Vocabulary
) -> AsyncIterator[Built]:
    settled: list[Folded] = []
    open_: set[str] = set()
    events = 0
    async for history in _histories(store, after, upto):
        one, _ = folded(history, at_ms, settings)
        if one.settled_at < NEVER:
            settled.append(one)
        else:
            open_.add(one.stream)
        events += len(history)
        if events >= _BATCH:
            yield Built(built(settled, words), open_)
            settled, open_, events = [], set(), 0
    yield Built(built(settled, words), open_)


async def _histories(store: Store, after: str, upto: str | None) -> AsyncIterator[list[Event]]:
    history: list[Event] = []
    async for event in store.by_stream(after, upto):
        if history and history[0].stream != event.stream:
            yield history
            history = []
        history.append(event)
    if history:
        yield history


# -- in other processes ---------------------------------------------------------------------------


async def _apart(store: Store, settings: Settings, at_ms: int, folder: Path, processes: int) -> list[Built]:
    url = store.database.read.url.render_as_string(hide_password=False)
    borders: list[str | None] = ["", *await store.borders(processes * _PIECES), None]
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        work = [
            loop.run_in_executor(pool, _piece, url, settings, at_ms, after or "", upto, folder / f"piece-{i}")
            for i, (after, upto) in enumerate(pairwise(borders))
        ]
        return [_read(files) for files in await asyncio.gather(*work)]


def _piece(
    url: str, settings: Settings, at_ms: int, after: str, upto: str | None, file: Path
) -> tuple[Path, set[str]]:
    """Folds the streams in `(after, upto]` into a file: run in a process of its own."""
    return asyncio.run(_written(url, settings, at_ms, after, upto, file))


async def _written(
    url: str, settings: Settings, at_ms: int, after: str, upto: str | None, file: Path
) -> tuple[Path, set[str]]:
    database, words = open_database(url), Vocabulary()
    try:
        pieces = [piece async for piece in _pieces(Store(database), settings, at_ms, after, upto, words)]
    finally:
        await database.close()
    whole = joined([piece.segment for piece in pieces], words)
    disk.write(file, whole.arrays.items(), words.lists())
    return file, set().union(*(piece.open for piece in pieces))


def _read(done: tuple[Path, set[str]]) -> Built:
    file, open_ = done
    segment = disk.read(file)
    file.unlink()  # what is mapped stays readable
    return Built(segment, open_)
