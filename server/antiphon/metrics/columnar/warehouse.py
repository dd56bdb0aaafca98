"""All facts of a journal, kept up with it: sealed segments and, over them, the streams that changed since.

Rules:
1. A stream that gets an event is folded whole again (ADR 3). Its old rows are dead, never changed.
2. Settled streams are sealed a few hundred at a time; a segment not much larger than the one after it is
   merged with it, so there are few, and a row is written a few times in its life.
3. A question about an earlier `as_of` takes the streams settled by then, leaves out those begun later, and
   folds those in between from the journal.
4. What is on the disk is a cache of the journal: another edition, format or setting of the folds, and it is
   built anew.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from antiphon.journal.store import Store
from antiphon.metrics.columnar.build import build
from antiphon.metrics.columnar.compare import differing
from antiphon.metrics.columnar.folding import folded, print_of
from antiphon.metrics.columnar.schema import FORMAT
from antiphon.metrics.columnar.segment import Folded, Segment, built, merged
from antiphon.metrics.columnar.shelf import Kept, Shelf
from antiphon.metrics.columnar.words import Array, Vocabulary
from antiphon.metrics.settings import Settings

log = logging.getLogger(__name__)

_SEAL = 400  # settled streams that are sealed together
_TIER = 6  # a segment fewer times larger than the next is merged with it
_PASTS = 4  # views of the past that are kept


class Part(NamedTuple):
    """A segment and which of its streams count."""

    segment: Segment
    alive: Array  # a bool a stream


class Hot(NamedTuple):
    """A stream outside the segments: its rows as folded at `at_ms`, which hold until `until_ms`."""

    folded: Folded
    until_ms: int
    at_ms: int

    def holds(self, as_of_ms: int) -> bool:
        return self.folded.settled_at <= as_of_ms or self.at_ms <= as_of_ms < self.until_ms


@dataclass
class _Sealed:
    segment: Segment
    alive: Array
    file: str = ""  # in memory only

    @cached_property
    def settled_ms(self) -> int:
        """From when on all of it is as it is."""
        return int(self.segment.arrays["settled_at"].max(initial=0))


View = tuple[Part, ...]


class Warehouse:
    """`refresh` before questions; `view` gives the parts to count."""

    def __init__(self, store: Store, settings: Settings, folder: Path | None, *, processes: int = 1) -> None:
        self._store, self.settings, self._processes = store, settings, processes
        self._shelf = Shelf(folder) if folder is not None else None
        self._busy = asyncio.Lock()
        self._forget()

    def _forget(self) -> None:
        self.words = Vocabulary()
        self.cursor = 0
        self._edition: str | None = None
        self._sealed: list[_Sealed] = []
        self._hot: dict[str, Hot] = {}
        self._present: View | None = None
        self._pasts: dict[int, View] = {}

    @classmethod
    async def open(
        cls, store: Store, settings: Settings, folder: Path | None, now_ms: int, *, processes: int = 1
    ) -> Self:
        """Loaded, or built where nothing fitting is kept, and caught up with the journal."""
        warehouse = cls(store, settings, folder, processes=processes)
        await warehouse.refresh(now_ms)
        return warehouse

    def close(self) -> None:
        if self._shelf is not None:
            self._shelf.close()

    # -- keeping up -------------------------------------------------------------------------------

    async def refresh(self, now_ms: int, settings: Settings | None = None) -> None:
        """Catch up with the journal; refold what time has changed; begin anew where the past itself did."""
        async with self._busy:
            edition, head = await self._store.edition()
            again = settings is not None and print_of(settings) != print_of(self.settings)
            self.settings = settings or self.settings
            if again or edition != self._edition or head < self.cursor:
                self._forget()
                await self._begin(edition, head, now_ms)
            await self._catch_up(head, now_ms)
            await self._refold([name for name, hot in self._hot.items() if hot.until_ms <= now_ms], now_ms)
            if sum(hot.folded.settled_at <= now_ms for hot in self._hot.values()) >= _SEAL:
                await asyncio.to_thread(self._seal, now_ms)

    async def replay(self, now_ms: int) -> list[str]:
        """Builds everything from nothing, and names the streams that had been kept otherwise."""
        async with self._busy:
            before = self._whole(self._now())
            self._forget()
            await self._build(*await self._store.edition(), now_ms)
            wrong = await asyncio.to_thread(differing, before, self._whole(self._now()))
            if wrong:
                await self._store.renew()  # other nodes have kept the same
                self._edition, _ = await self._store.edition()
                self._save()
            return wrong

    async def _begin(self, edition: str, head: int, now_ms: int) -> None:
        shelf = self._shelf
        if shelf is not None:
            shelf.claim()
            loaded = await asyncio.to_thread(shelf.load, edition, print_of(self.settings))
            if loaded is not None and loaded[0].cursor <= head:
                kept, parts = loaded
                self._edition, self.cursor = edition, kept.cursor
                names = [name for name, _ in kept.files]
                self._sealed = [_Sealed(*part, name) for part, name in zip(parts, names, strict=True)]
                self.words = parts[0][0].words if parts else Vocabulary(kept.words)
                await self._refold(kept.open, now_ms)
                return
        await self._build(edition, head, now_ms)

    async def _build(self, edition: str, head: int, now_ms: int) -> None:
        shelf = self._shelf if self._shelf is not None and self._shelf.claim() else None
        folder = shelf.folder if shelf is not None else None
        done = await build(self._store, self.settings, now_ms, folder, self._processes)
        self._edition, self.cursor, self.words = edition, head, done.segment.words
        await self._refold(done.open, now_ms)
        await asyncio.to_thread(self._add, done.segment)

    async def _catch_up(self, head: int, now_ms: int) -> None:
        if head > self.cursor:
            changed = await self._store.changed(self.cursor, head)
            self._kill(changed)
            await self._refold(changed, now_ms)
            self.cursor = head

    async def _refold(self, names: Iterable[str], at_ms: int) -> None:
        async for hot in self._folded(names, at_ms):
            self._hot[hot.folded.stream] = hot
            self._changed()

    async def _folded(self, names: Iterable[str], at_ms: int) -> AsyncIterator[Hot]:
        async for history in self._store.histories(names):
            yield Hot(*folded(history, at_ms, self.settings), at_ms)

    def _changed(self) -> None:
        self._present = None
        self._pasts.clear()

    def _kill(self, names: Iterable[str]) -> None:
        """The rows of these streams in segments do not count any more."""
        self._changed()
        for name in names:
            for sealed in self._sealed:
                number = sealed.segment.names.get(name)
                if number is not None:
                    sealed.alive[number] = False

    # -- sealing ----------------------------------------------------------------------------------

    def _seal(self, now_ms: int) -> None:
        done = [name for name, hot in self._hot.items() if hot.folded.settled_at <= now_ms]
        segment = built((self._hot[name].folded for name in done), self.words)
        for name in done:
            del self._hot[name]
        self._add(segment)

    def _add(self, segment: Segment) -> None:
        self._changed()
        self._sealed.append(_Sealed(segment, np.ones(len(segment), dtype=bool)))
        while len(self._sealed) > 1 and len(self._sealed[-2].segment) < _TIER * len(self._sealed[-1].segment):
            pair = self._sealed[-2:]
            arrays = dict(merged([(one.segment, one.alive) for one in pair], self.words))
            whole = Segment(arrays, self.words)
            self._sealed[-2:] = [_Sealed(whole, np.ones(len(whole), dtype=bool))]
        self._save()

    def _save(self) -> None:
        if self._shelf is not None and self._shelf.mine:
            self._write(self._shelf)

    def _write(self, shelf: Shelf) -> None:
        try:
            for sealed in self._sealed:
                if not sealed.file:
                    sealed.file, sealed.segment = shelf.put(sealed.segment)
            shelf.keep(Kept(
                format=FORMAT, edition=self._edition or "", settings=print_of(self.settings),
                cursor=self.cursor, open=sorted(self._hot), words=self.words.lists(),
                files=[(one.file, np.flatnonzero(~one.alive).tolist()) for one in self._sealed],
            ))  # fmt: skip
        except OSError as error:  # a full disk: what is in memory goes on
            log.warning("facts cannot be kept", extra={"error": repr(error)})

    # -- looking ----------------------------------------------------------------------------------

    async def view(self, as_of_ms: int) -> View:
        """The rows as they were known at an instant, out of what was there at the last `refresh`."""
        async with self._busy:
            if self._holds(as_of_ms):
                return self._now()
            if as_of_ms not in self._pasts:
                self._pasts |= {as_of_ms: await self._past(as_of_ms)}
                while len(self._pasts) > _PASTS:
                    del self._pasts[next(iter(self._pasts))]
            return self._pasts[as_of_ms]

    def _now(self) -> View:
        if self._present is None:
            parts = [Part(one.segment, one.alive.copy()) for one in self._sealed]
            self._present = self._over(parts, [hot.folded for hot in self._hot.values()])
        return self._present

    def _holds(self, as_of_ms: int) -> bool:
        """Is everything that is there as it was known then?"""
        sealed = all(one.settled_ms <= as_of_ms for one in self._sealed)
        return sealed and all(hot.holds(as_of_ms) for hot in self._hot.values())

    async def _past(self, as_of_ms: int) -> View:
        parts, between = [], set[str]()
        for one in self._sealed:
            about = one.segment.arrays
            settled = about["settled_at"] <= as_of_ms
            parts.append(Part(one.segment, one.alive & settled))
            later = np.flatnonzero(one.alive & ~settled & (about["began_at"] <= as_of_ms))
            between.update(one.segment.texts("stream").list(later))
        over = [hot.folded for hot in self._hot.values() if hot.holds(as_of_ms)]
        between.update(
            name for name, hot in self._hot.items()
            if not hot.holds(as_of_ms) and hot.folded.began_at <= as_of_ms
        )  # fmt: skip
        over += [hot.folded async for hot in self._folded(between, as_of_ms)]
        return self._over(parts, over)

    def _over(self, parts: Sequence[Part], hot: Sequence[Folded]) -> View:
        segment = built(hot, self.words)
        parts = [part for part in parts if part.alive.any()]
        return (
            (*parts, Part(segment, np.ones(len(segment), dtype=bool))) if hot or not parts else tuple(parts)
        )

    # -- for others -------------------------------------------------------------------------------

    async def whole(self, as_of_ms: int) -> Segment:
        """Everything as one segment: for comparing and for handing out."""
        return self._whole(await self.view(as_of_ms))

    def _whole(self, parts: View) -> Segment:
        words = parts[0].segment.words
        return Segment(dict(merged(parts, words)), words)
