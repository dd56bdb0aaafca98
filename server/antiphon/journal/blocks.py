"""A block of an import file, read as far as that goes without the database: in another process.

The events come back in columns, as the tables want them, numbered as if their streams began in
this block. For nearly all of them that is so; the importer mends the rest.
"""

import os
import signal
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing import parent_process
from typing import Any

import msgspec

from antiphon.domain.moves import TARGET
from antiphon.journal.lines import BadLine, Line, digest, parse

SHOWN = 1_000  # refused lines that are named; the rest is counted
LATER = ""  # a conversation's doc that has still to be folded
COLUMN = 80  # characters of an id in a column; `data` has it whole
_PREFIX = {"agent": "agent:", "ticket": "ticket:", "customer": "customer:", "desk": "desk:"}

_encode = msgspec.json.Encoder().encode
Summary = list[Any]  # a row of `conversations`, in the table's order
ID, HEAD, STATE, SITE, VISITOR, QUEUE, AGENT, STARTED, UPDATED, CLOSED, DOC = range(11)


@dataclass(slots=True)
class Columns:
    """Events in the order of their instants; every list is as long as the others."""

    of: list[int]  # the position of its stream among the block's
    n: list[int]
    kind: list[str]
    at_ms: list[int]
    actor: list[str]
    actor_id: list[str | None]
    cmid: list[str]
    data: list[str]

    def lists(self) -> tuple[list[Any], ...]:
        return (self.of, self.n, self.kind, self.at_ms, self.actor, self.actor_id, self.cmid, self.data)


@dataclass(slots=True)
class Block:
    """What a block of lines says."""

    lines: int
    events: Columns
    streams: list[str]
    heads: list[int]  # of each stream, with this block
    summaries: list[Summary | None]  # of each stream that is a conversation
    places: list[int]  # lines of each stream that had no id of their own
    words: dict[int, str]  # position of the event → what is kept apart
    mentions: dict[int, str]  # position of the event → the conversation it names
    renamed: dict[str, str]  # conversations whose own name does not do
    old: dict[int, int] = field(default_factory=dict)  # the head before, of streams that were there
    repeated: int = 0
    refused: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)  # line within the block, sentence


def read(text: bytes, mark: str) -> Block:
    """Whole lines; `mark` begins the keys of this source's events."""
    raw = text.split(b"\n")
    if not raw[-1]:
        raw.pop()
    reader = _Reader(mark)
    for number, line in enumerate(raw):
        if line and not line.isspace():
            try:
                reader.take(parse(line))
            except BadLine as bad:
                reader.refuse(number, str(bad))
    return reader.block(len(raw))


class _Reader:
    """The lines of one block, taken in the file's order."""

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._at: dict[tuple[str, str], int] = {}
        self._streams: list[str] = []
        self._places: list[int] = []
        self._seen: set[tuple[int, str]] = set()
        self._renamed: dict[str, str] = {}
        self._taken: list[tuple[int, str, Line]] = []
        self._repeated, self._refused = 0, 0
        self._rejected: list[tuple[int, str]] = []

    def take(self, line: Line) -> None:
        pair = (line.family, line.name)
        at = self._at.get(pair)
        if at is None:
            at = self._open(pair)
        if line.key is None:
            place = self._places[at] = self._places[at] + 1
            cmid = f"{self._mark}{place}"
        else:
            cmid = f"{self._mark}{digest(line.key)}"
            if (at, cmid) in self._seen:
                self._repeated += 1
                return
            self._seen.add((at, cmid))
        self._taken.append((at, cmid, line))

    def refuse(self, number: int, error: str) -> None:
        self._refused += 1
        if len(self._rejected) < SHOWN:
            self._rejected.append((number, error))

    def _open(self, pair: tuple[str, str]) -> int:
        name = _plain(*pair)
        if name != pair[1] and pair[0] == "conversation":
            self._renamed[pair[1]] = name
        at = self._at[pair] = len(self._streams)
        self._streams.append(name)
        self._places.append(0)
        return at

    def block(self, lines: int) -> Block:
        taken = self._taken
        taken.sort(key=_instant)  # stable: lines of one instant stay in their order
        heads = [0] * len(self._streams)
        numbers: list[int] = []
        summaries = [None if ":" in name else opening(name) for name in self._streams]
        words: dict[int, str] = {}
        mentions: dict[int, str] = {}
        for position, (at, _, line) in enumerate(taken):
            heads[at] = n = heads[at] + 1
            numbers.append(n)
            summary = summaries[at]
            if summary is not None:
                note(summary, line.kind, line.at_ms, line.data)
            elif named := line.data.get("conversation"):
                mentions[position] = named
            if line.words:
                words[position] = _text(line.words)
        return Block(
            lines=lines, events=_columns(taken, numbers), streams=self._streams, heads=heads,
            summaries=summaries, places=self._places, words=words, mentions=mentions,
            renamed=self._renamed, repeated=self._repeated, refused=self._refused, rejected=self._rejected,
        )  # fmt: skip


_Taken = tuple[int, str, Line]  # its stream's position, its key, itself


def _instant(taken: _Taken) -> int:
    return taken[2].at_ms


def _columns(taken: Sequence[_Taken], numbers: list[int]) -> Columns:
    lines = [line for _, _, line in taken]
    same: dict[str, str] = {}  # equal texts are one object and travel once
    once = same.setdefault
    return Columns(
        of=[at for at, _, _ in taken],
        n=numbers,
        kind=[once(line.kind, line.kind) for line in lines],
        at_ms=[line.at_ms for line in lines],
        actor=[once(line.actor, line.actor) for line in lines],
        actor_id=[once(id_[:COLUMN], id_[:COLUMN]) if (id_ := line.actor_id) else None for line in lines],
        cmid=[once(cmid, cmid) for _, cmid, _ in taken],
        data=[once(text, text) for line in lines if (text := _text(line.data))],
    )


def _text(value: Any) -> str:
    return _encode(value).decode()


def _plain(family: str, name: str) -> str:
    """The stream's name if nobody else has it."""
    prefix = _PREFIX.get(family, "")
    fits = len(prefix) + len(name) <= COLUMN and (prefix or ":" not in name)
    return prefix + (name if fits else digest(name))


# -- what lists and filters must know of a conversation that nobody has folded yet ----------------


def opening(name: str) -> Summary:
    """The row of a conversation of which nothing is known."""
    return [name, 0, "new", None, None, None, None, None, 0, None, LATER]


def note(row: Summary, kind: str, at_ms: int, data: Mapping[str, Any]) -> None:
    """What an event changes in the row."""
    row[STATE] = TARGET.get(kind, row[STATE])
    row[UPDATED] = max(row[UPDATED], at_ms)
    if row[STARTED] is None:
        row[STARTED] = at_ms
    if kind == "conversation_started":
        row[STARTED] = at_ms
        row[VISITOR], row[SITE] = _kept(data, "visitor", row[VISITOR]), _kept(data, "site", row[SITE])
    elif kind == "queue_entered":
        row[QUEUE] = _kept(data, "queue", row[QUEUE])
    elif kind == "accepted":
        row[AGENT] = _kept(data, "agent", row[AGENT])
    elif kind == "closed":
        row[CLOSED] = at_ms
    elif kind == "reopened":
        row[CLOSED] = None


def _kept(data: Mapping[str, Any], name: str, before: str | None) -> str | None:
    return (data.get(name) or before or "")[:COLUMN] or None


# -- the other process ----------------------------------------------------------------------------


def prepare() -> None:
    """A reading process ends with the one it reads for, and an interrupt is that one's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
