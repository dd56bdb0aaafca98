"""A block that was read as if all its streams began in it, set right for those that did not.

Their events get the next numbers, lines that are in the journal already are left out, and a
conversation whose name somebody else has here gets another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import compress

from sqlalchemy import Connection

from antiphon.journal.blocks import COLUMN, ID, Block, Columns, note
from antiphon.journal.bulk import keys_in, summaries_in
from antiphon.journal.codec import from_json, to_json
from antiphon.journal.lines import digest
from antiphon.journal.store import heads_in

_DIGITS = 24  # of a key that is a digest; one that is a place has fewer


@dataclass(slots=True)
class Known:
    """A stream that is there already."""

    head: int
    keys: set[str]


class Mender:
    """For the blocks of one import of one source, in the file's order."""

    def __init__(self, source: str, mark: str) -> None:
        self._source, self._mark = source, mark
        self._places: dict[str, int] = {}  # lines of a stream that had no id of their own, so far
        self._known: dict[str, Known] = {}  # of the last block
        self._renamed: dict[str, str] = {}  # conversations that are not called here what the file calls them

    def mend(self, connection: Connection, block: Block) -> None:
        """Within the transaction that appends the block."""
        theirs = list(block.streams)
        self._renamed |= block.renamed
        known = self._there(connection, block.streams)
        taken = [name for name, one in known.items() if ":" not in name and not self._ours(one)]
        if taken:
            self._rename(block, taken)
            known = {name: known[name] for name in known.keys() - set(taken)}
            known |= self._there(connection, map(self._other, taken))
        if known:
            self._renumber(connection, block, theirs, known)
        self._call(block)
        self._known = known
        for name, places in zip(theirs, block.places, strict=True):
            if places:
                self._places[name] = self._places.get(name, 0) + places

    def _there(self, connection: Connection, names: Iterable[str]) -> dict[str, Known]:
        """Which of the streams are there; what is known of the last block's need not be read again."""
        heads = {name: head for name, head in heads_in(connection, names).items() if head}
        known = {name: one for name, one in self._known.items() if heads.get(name) == one.head}
        keys = keys_in(connection, heads.keys() - known.keys())
        return known | {name: Known(heads[name], found) for name, found in keys.items()}

    def _ours(self, one: Known) -> bool:
        return any(key.startswith(self._mark) for key in one.keys)

    def _other(self, name: str) -> str:
        """What a conversation is called whose own name is taken."""
        other = f"{self._source}~{name}"
        fits = len(other) <= COLUMN and ":" not in other
        return other if fits else f"{digest(self._source)[:8]}~{digest(name)}"

    def _rename(self, block: Block, taken: list[str]) -> None:
        given = {ours: theirs for theirs, ours in block.renamed.items()}
        places = {name: at for at, name in enumerate(block.streams)}
        for name in taken:
            at = places[name]
            block.streams[at] = other = self._other(name)
            self._renamed[given.get(name, name)] = other
            if (summary := block.summaries[at]) is not None:
                summary[ID] = other

    def _renumber(
        self, connection: Connection, block: Block, theirs: list[str], known: Mapping[str, Known]
    ) -> None:
        """The streams that are there go on where they end, without what they have already."""
        events = block.events
        old = {at: known[name] for at, name in enumerate(block.streams) if name in known}
        rows = summaries_in(connection, [block.streams[at] for at in old if block.summaries[at]])
        block.old |= {at: one.head for at, one in old.items()}
        for at in old:
            block.summaries[at] = rows.get(block.streams[at])
        keep = [True] * len(events.n)
        for position, at in enumerate(events.of):
            if at in old:
                keep[position] = self._goes_on(block, position, old[at], theirs[at])
        for at, one in old.items():
            block.heads[at] = one.head
        _drop(block, keep)

    def _goes_on(self, block: Block, position: int, stream: Known, theirs: str) -> bool:
        """Whether the event is new; then it is the stream's next."""
        events = block.events
        key = events.cmid[position]
        place = key[len(self._mark) :]
        if len(place) < _DIGITS:
            key = events.cmid[position] = f"{self._mark}{self._places.get(theirs, 0) + int(place)}"
        if key in stream.keys:
            return False
        stream.keys.add(key)
        stream.head += 1
        events.n[position] = stream.head
        row = block.summaries[events.of[position]]
        if row is not None:
            note(row, events.kind[position], events.at_ms[position], from_json(events.data[position]))
        return True

    def _call(self, block: Block) -> None:
        """A ticket names its conversation as it is called here."""
        for position, named in block.mentions.items():
            if other := self._renamed.get(named):
                data = from_json(block.events.data[position])
                block.events.data[position] = to_json({**data, "conversation": other})


def _drop(block: Block, keep: list[bool]) -> None:
    """Leave out the events that are there already."""
    dropped = keep.count(False)
    if dropped:
        place = {position: new for new, position in enumerate(compress(range(len(keep)), keep))}
        block.repeated += dropped
        block.events = Columns(*(list(compress(column, keep)) for column in block.events.lists()))
        block.words = {place[at]: words for at, words in block.words.items() if at in place}
        block.mentions = {place[at]: named for at, named in block.mentions.items() if at in place}
