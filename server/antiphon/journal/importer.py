"""Bringing other systems' history into the journal, and again without doubling it.

A conversation keeps its own name where that is free, else it gets the source's in front. Every
line has a key: its own `id`, or its place within its conversation in the file; a key that is
there already is `repeated`. Good lines are kept, whatever the bad ones were.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from antiphon.domain.events import IMPORTED, Event
from antiphon.journal.bulk import Bulk
from antiphon.journal.lines import BadLine, Line, digest, parse
from antiphon.journal.store import Store

CHUNK = 50_000  # lines of one transaction
SHOWN = 1_000  # refused lines that are named; the rest is counted
_PREFIX = {"agent": "agent:", "ticket": "ticket:", "customer": "customer:", "desk": "desk:"}


@dataclass(slots=True)
class Report:
    """What became of the lines."""

    accepted: int = 0
    repeated: int = 0
    refused: int = 0
    rejected: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, line: int, error: str) -> None:
        self.refused += 1
        if len(self.rejected) < SHOWN:
            self.rejected.append({"line": line, "error": error})


class Importer:
    """One import of one source. `feed` may be called with as many lines as one likes."""

    def __init__(self, store: Store, source: str) -> None:
        self._bulk, self._source, self._mark = Bulk(store), source, f"{IMPORTED}{digest(source)[:8]}-"
        self._streams: dict[tuple[str, str], str] = {}
        self._heads: dict[str, int] = {}
        self._seen: dict[str, set[str]] = {}  # cmids of streams that were there before
        self._places: dict[str, int] = {}
        self.report = Report()

    async def feed(self, lines: Iterable[bytes], first: int = 1) -> None:
        """Lines of a file, the first of them numbered `first`."""
        numbered = enumerate(lines, first)
        while chunk := list(islice(numbered, CHUNK)):
            await self._chunk(chunk)

    async def _chunk(self, chunk: Sequence[tuple[int, bytes]]) -> None:
        parsed = list(self._parsed(chunk))
        await self._learn(parsed)
        events = [event for line in parsed if (event := self._keyed(line))]
        events.sort(key=lambda event: event.at_ms)  # stable: lines of one instant stay in their order
        await self._bulk.append(list(self._numbered(events)))
        self.report.accepted += len(events)

    def _parsed(self, chunk: Iterable[tuple[int, bytes]]) -> Iterator[Line]:
        for number, raw in chunk:
            if raw.strip():
                try:
                    yield parse(raw)
                except BadLine as bad:
                    self.report.refuse(number, str(bad))

    async def _learn(self, lines: Sequence[Line]) -> None:
        """Which streams the chunk speaks of, what they are called here and how long they are."""
        new = {(line.event.stream, line.name) for line in lines} - self._streams.keys()
        plain = {pair: self._plain(*pair) for pair in new}
        heads = await self._bulk.heads(plain.values())
        seen = await self._bulk.cmids(name for name in plain.values() if heads.get(name))
        taken = {
            pair for pair, name in plain.items()
            if pair[0] == "conversation" and name in seen and not self._ours(seen[name])
        }  # fmt: skip
        if taken:
            other = {pair: f"{self._source}~{pair[1]}"[:80] for pair in taken}
            heads |= await self._bulk.heads(other.values())
            seen |= await self._bulk.cmids(name for name in other.values() if heads.get(name))
            plain |= other
        for pair, name in plain.items():
            self._streams[pair] = name
            self._heads.setdefault(name, heads.get(name, 0))
            if name in seen:
                self._seen[name] = seen[name]

    def _ours(self, seen: set[str]) -> bool:
        return any(cmid.startswith(self._mark) for cmid in seen)

    def _plain(self, family: str, name: str) -> str:
        """The stream's name if nobody else has it."""
        prefix = _PREFIX.get(family, "")
        fits = len(prefix) + len(name) <= 80 and (prefix or ":" not in name)
        return prefix + (name if fits else digest(name))

    def _keyed(self, line: Line) -> Event | None:
        """The event under its stream and key; None if it is there already."""
        stream = self._streams[line.event.stream, line.name]
        if line.key is None:
            place = self._places[stream] = self._places.get(stream, 0) + 1
            cmid = f"{self._mark}{place}"
        else:
            cmid = f"{self._mark}{digest(line.key)}"
        seen = self._seen.get(stream)
        if seen is None and line.key is not None:
            seen = self._seen[stream] = set()
        if seen is not None:
            if cmid in seen:
                self.report.repeated += 1
                return None
            seen.add(cmid)
        return replace(line.event, stream=stream, cmid=cmid, data=self._renamed(line.event))

    def _renamed(self, event: Event) -> Any:
        """A ticket names its conversation as it is called here."""
        named = event.data.get("conversation")
        known = self._streams.get(("conversation", named)) if isinstance(named, str) else None
        return {**event.data, "conversation": known} if known else event.data

    def _numbered(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            n = self._heads[event.stream] = self._heads[event.stream] + 1
            yield event.numbered(n)
