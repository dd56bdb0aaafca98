"""Rows that link streams, as arrays: who was in touch before and came back, what is open, what was closed.

The same rows as `linked` makes one by one, part by part of a view. A person is known by the hashes of his
visitor's and customer's ids. What tickets take part in is made by `linked` itself: of them, and of the chats
they came from.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from antiphon.metrics import linked
from antiphon.metrics.columnar.rows import StoredFacts
from antiphon.metrics.columnar.schema import columns_of
from antiphon.metrics.columnar.segment import Segment
from antiphon.metrics.columnar.source import Column, Made
from antiphon.metrics.columnar.warehouse import Part, View
from antiphon.metrics.columnar.words import Array
from antiphon.metrics.facts.rows import NEVER

_BITS = 41  # of an instant within a key of person and instant: 69 years
_MIX = -7046029254386353131  # spreads topics over the numbers of persons


class Order:
    """Instants of persons, to find the nearest before or after one of them."""

    def __init__(self, who: Array, at: Array, of: Array) -> None:
        self._names, number = np.unique(who, return_inverse=True)
        order = np.lexsort((at, number))
        self._who, self._at, self._of = who[order], at[order], of[order]
        self._first = int(at.min()) if len(at) else 0
        self._keys = self._key(self._who, self._at)

    def _key(self, who: Array, at: Array) -> Array:
        number = np.searchsorted(self._names, who)
        keys: Array = (number << _BITS) + np.clip(at - self._first, 0, (1 << _BITS) - 1)
        return keys

    def before(self, who: Array, at: Array, but: Array) -> Array:
        """The last instant at or before `at` that is not of `but`; −`NEVER` where there is none."""
        place = np.searchsorted(self._keys, self._key(who, at), side="right") - 1
        place[at < self._first] = -1
        return self._found(place, -1, who, but, -NEVER)

    def after(self, who: Array, at: Array, but: Array) -> Array:
        """The first instant at or after `at` that is not of `but`; `NEVER` where there is none."""
        return self._found(np.searchsorted(self._keys, self._key(who, at)), 1, who, but, NEVER)

    def _found(self, place: Array, step: int, who: Array, but: Array, nothing: int) -> Array:
        found = np.full(len(place), nothing)
        left = np.arange(len(place))
        while len(left):
            here = place[left]
            left = left[(here >= 0) & (here < len(self._at))]
            left = left[self._who[place[left]] == who[left]]
            own = self._of[place[left]] == but[left]
            done = left[~own]
            found[done] = self._at[place[done]]
            left = left[own]
            place[left] += step
        return found


class Links:
    """The linked tables of one view, made when they are asked for."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._firsts = np.cumsum([0, *(len(part.alive) for part in view)])[:-1].tolist()
        self._made: dict[str, list[Made]] = {}

    def of(self, table: str) -> list[Made]:
        """A table's rows, part by part."""
        if table not in self._made:
            self._made[table] = _MAKERS[table](self)
        return self._made[table]

    # -- persons -----------------------------------------------------------------------------------

    @cached_property
    def _people(self) -> dict[str, list[Array]]:
        """By table, part by part: each row's person, as a number; 0 when nobody can know."""
        ids = {
            table: [_ids(part.segment, table) for part in self._view] for table in ("conversation", "ticket")
        }
        both = []
        for table, of_parts in ids.items():
            for part, (visitor, customer) in zip(self._view, of_parts, strict=True):
                known = (visitor != 0) & (customer != 0) & _counted(part, table)
                both.append((visitor[known], customer[known]))
        visitors, customers = (np.concatenate(column) for column in zip(*both, strict=True))
        last = len(visitors) - 1 - np.unique(visitors[::-1], return_index=True)[1]
        visitors, customers = visitors[last], customers[last]
        return {
            table: [_person(visitor, customer, visitors, customers) for visitor, customer in of_parts]
            for table, of_parts in ids.items()
        }

    def _streams(self, i: int, table: str) -> Array:
        """The numbers of a table's rows' streams among those of all parts."""
        numbers: Array = self._view[i].segment.stream(table).astype(np.int64) + self._firsts[i]
        return numbers

    def _whose(self, i: int, table: str) -> Array:
        """The person of each row of a conversation's table."""
        return self._people["conversation"][i][self._view[i].segment.stream(table)]

    def _order(self, table: str, at: str, tickets: bool = True) -> Order:
        """When conversations' persons did something, and when they opened tickets."""
        found = []
        for i, part in enumerate(self._view):
            rows = _counted(part, table) & (part.segment.column(table, at) < NEVER)
            instants = part.segment.column(table, at)
            found.append(
                (self._whose(i, table)[rows], instants[rows].astype(np.int64), self._streams(i, table)[rows])
            )
            if tickets:
                mine = _counted(part, "ticket") & (part.segment.column("ticket", "by_agent") == 0)
                created = part.segment.column("ticket", "created_at").astype(np.int64)
                names = self._contacts[i] if table == "conversation" else self._streams(i, "ticket")
                found.append((self._people["ticket"][i][mine], created[mine], names[mine]))
        return Order(*(np.concatenate(column) for column in zip(*found, strict=True)))

    @cached_property
    def _contacts(self) -> list[Array]:
        """Under which stream each ticket is a contact: of the chat it came from, else its own."""
        found = []
        for i, part in enumerate(self._view):
            own = self._streams(i, "ticket")
            chats = part.segment.texts("ticket.conversation").list()
            found.append(
                np.array(
                    [self._named(chat, int(n)) for chat, n in zip(chats, own, strict=True)], dtype=np.int64
                )
            )
        return found

    def _named(self, chat: str, own: int) -> int:
        if not chat:
            return own
        for part, first in zip(self._view, self._firsts, strict=True):
            number = part.segment.names.get(chat)
            if number is not None and part.alive[number]:
                return int(first) + number
        return -2 - own  # a chat that nobody knows is a contact of its own

    # -- tables ------------------------------------------------------------------------------------

    def _contact(self) -> list[Made]:
        closes = self._order("episode", "closed_at", tickets=False)
        return [
            _made("contact", part, "conversation", part.alive[part.segment.stream("conversation")],
                  self._before(i, "conversation", closes))
            for i, part in enumerate(self._view)
        ]  # fmt: skip

    def _before(self, i: int, table: str, closes: Order) -> dict[str, Array]:
        who, started = (
            self._whose(i, table),
            self._view[i].segment.column(table, "started_at").astype(np.int64),
        )
        prior = closes.before(who, started, self._streams(i, table))
        return {
            "identified": (who != 0).astype(np.int8),
            "prior_closed_at": np.where(who != 0, prior, -NEVER),
        }

    def _case(self) -> list[Made]:
        closes, starts = (
            self._order("episode", "closed_at", tickets=False),
            self._order("conversation", "started_at"),
        )
        same = self._same()
        found = []
        for i, part in enumerate(self._view):
            closed, who = (
                part.segment.column("episode", "closed_at").astype(np.int64),
                self._whose(i, "episode"),
            )
            streams = self._streams(i, "episode")
            topic = part.segment.column("episode", "topic").astype(np.int64)
            after = np.where(who != 0, starts.after(who, closed, streams), NEVER)
            alike = np.where(who != 0, same.after(_pair(who, topic), closed, streams), NEVER)
            more = self._before(i, "episode", closes) | {
                "next_contact_at": after, "next_same_at": np.where(topic > 0, alike, after),
            }  # fmt: skip
            living = part.alive[part.segment.stream("episode")] & (closed < NEVER)
            found.append(_made("case", part, "episode", living, more))
        return found

    def _same(self) -> Order:
        """Contacts by person and topic."""
        found = []
        for i, part in enumerate(self._view):
            chats = _counted(part, "conversation") & (
                part.segment.column("conversation", "started_at") < NEVER
            )
            topic = part.segment.column("conversation", "topic").astype(np.int64)
            started = part.segment.column("conversation", "started_at").astype(np.int64)
            pairs = _pair(self._whose(i, "conversation"), topic)
            found.append((pairs[chats], started[chats], self._streams(i, "conversation")[chats]))
            mine = _counted(part, "ticket") & (part.segment.column("ticket", "by_agent") == 0)
            created = part.segment.column("ticket", "created_at").astype(np.int64)
            pairs = _pair(self._people["ticket"][i], self._topics(i))
            found.append((pairs[mine], created[mine], self._contacts[i][mine]))
        return Order(*(np.concatenate(column) for column in zip(*found, strict=True)))

    def _topics(self, i: int) -> Array:
        """What each ticket's contact was about: its chat's topic, else its own."""
        topics = self._view[i].segment.column("ticket", "topic").astype(np.int64)
        for row, (name, own) in enumerate(
            zip(self._contacts[i].tolist(), self._streams(i, "ticket").tolist(), strict=True)
        ):
            if name >= 0 and name != own:
                j = int(np.searchsorted(self._firsts, name, side="right")) - 1
                chat = name - self._firsts[j]
                if not self._view[j].segment.column("conversation", "spam")[chat]:
                    topics[row] = self._view[j].segment.column("conversation", "topic")[chat]
        return topics

    def _leg_case(self) -> list[Made]:
        requests = self._order("visit", "entered_at")
        found = []
        for i, part in enumerate(self._view):
            ended, who = part.segment.column("leg", "ended_at").astype(np.int64), self._whose(i, "leg")
            after = requests.after(who, ended, np.full(len(who), -1))
            living = part.alive[part.segment.stream("leg")]
            found.append(
                _made("leg_case", part, "leg", living, {"next_request_at": np.where(who != 0, after, NEVER)})
            )
        return found

    def _issue(self) -> list[Made]:
        facts = self._beside_tickets()
        rows = linked.issues(facts.rows("episode"), facts.rows("ticket"), facts.rows("ticket_status"))
        renamed = {"from_at": "opened_at", "to_at": "closed_at", "since_at": "started_at"}
        return [
            *(_made("issue", part, "episode", _living(part, "episode"), {}, renamed) for part in self._view),
            *self._of_rows("issue", [(row.conversation, row) for row in rows if ":" in row.conversation]),
        ]

    def _closing(self) -> list[Made]:
        facts = self._beside_tickets()
        rows = linked.closings(facts.rows("episode"), facts.rows("ticket"), facts.rows("solve"))
        named = [(row.conversation or row.ticket, row) for row in rows]
        found = self._of_rows("closing", named)
        for part, touched in zip(self._view, self._touched(name for name, _ in named), strict=True):
            others = _living(part, "episode") & ~touched[part.segment.stream("episode")]
            found.append(_made("closing", part, "episode", others, {}))
        return found

    def _beside_tickets(self) -> StoredFacts:
        """Tickets, and the chats they came from."""
        chats = [
            one for part in self._view for one in part.segment.texts("ticket.conversation").list() if one
        ]
        touched = self._touched(chats)
        parts = []
        for part, mine in zip(self._view, touched, strict=True):
            mine[part.segment.stream("ticket")] = True
            parts.append(Part(part.segment, part.alive & mine))
        return StoredFacts(tuple(parts), 0)

    def _touched(self, names: Any) -> list[Array]:
        """Which streams of each part are among those named."""
        wanted = set(names)
        found = []
        for part in self._view:
            mine = np.zeros(len(part.alive), dtype=bool)
            if wanted:
                mine[[part.segment.names[name] for name in wanted if name in part.segment.names]] = True
            found.append(mine)
        return found

    def _of_rows(self, table: str, named: Sequence[tuple[str, Any]]) -> list[Made]:
        """Rows made one by one, as columns of the parts their streams are in."""
        found = []
        for part in self._view:
            mine = [
                (part.segment.names[name], row)
                for name, row in named
                if part.segment.names.get(name) is not None
            ]
            mine = [(stream, row) for stream, row in mine if part.alive[stream]]
            if mine:
                stream = np.array([stream for stream, _ in mine], dtype=np.int64)
                found.append(
                    Made(table, _columns(table, [row for _, row in mine], part.segment), part.segment, stream)
                )
        return found


_MAKERS: Mapping[str, Callable[[Links], list[Made]]] = {
    "contact": Links._contact, "case": Links._case, "leg_case": Links._leg_case, "issue": Links._issue,
    "closing": Links._closing,
}  # fmt: skip


def _living(part: Part, table: str) -> Array:
    return part.alive[part.segment.stream(table)]


def _counted(part: Part, table: str) -> Array:
    """Which rows are of living streams that are not spam."""
    segment = part.segment
    spam = np.zeros(len(segment), dtype=bool)
    for owner in ("conversation", "ticket"):
        spam[segment.stream(owner)] = segment.column(owner, "spam") != 0
    return (part.alive & ~spam)[segment.stream(table)]


def _ids(segment: Segment, table: str) -> tuple[Array, Array]:
    """Hashes of each row's visitor and customer; 0 for none."""

    def make() -> tuple[Array, Array]:
        return _hashes(segment.texts(f"{table}.visitor").list()), _hashes(
            segment.texts(f"{table}.customer").list()
        )

    found: tuple[Array, Array] = segment.kept.get((table, "people"), make)
    return found


def _hashes(texts: Sequence[str]) -> Array:
    return np.fromiter((hash(text) if text else 0 for text in texts), dtype=np.int64, count=len(texts))


def _person(visitor: Array, customer: Array, visitors: Array, customers: Array) -> Array:
    """His customer's id, else the customer his visitor once was, else the visitor's id."""
    if not len(visitors):
        return np.where(customer != 0, customer, visitor)
    place = np.minimum(np.searchsorted(visitors, visitor), len(visitors) - 1)
    was = np.where((visitors[place] == visitor) & (visitor != 0), customers[place], visitor)
    return np.where(customer != 0, customer, was)


def _pair(who: Array, topic: Array) -> Array:
    """A number for a person and a topic."""
    pairs: Array = who ^ (topic * _MIX)
    return pairs


def _made(
    table: str, part: Part, of: str, rows: Array, more: Mapping[str, Array],
    renamed: Mapping[str, str] | None = None,
) -> Made:  # fmt: skip
    """Rows of a stored table under another name, with what was found out about them."""
    segment, columns = part.segment, {}
    for name, kind in columns_of(table).items():
        source = (renamed or {}).get(name, name)
        if name in more:
            columns[name] = Column(more[name][rows])
        elif source in columns_of(of):
            words = segment.words.of(name) if kind == "word" else None
            columns[name] = Column(segment.column(of, source)[rows], words)
        else:
            columns[name] = Column(np.zeros(int(rows.sum()), dtype=np.int8))
    return Made(table, columns, segment, segment.stream(of)[rows])


def _columns(table: str, rows: Sequence[Any], segment: Segment) -> dict[str, Column]:
    """Rows as columns, by the vocabulary of a segment."""
    found = {}
    for (name, kind), values in zip(columns_of(table).items(), zip(*rows, strict=True), strict=True):
        if kind == "word":
            words = segment.words.of(name)
            found[name] = Column(np.array([words[value] for value in values], dtype=np.int32), words)
        elif kind == "own":
            found[name] = Column(np.array([bool(value) for value in values], dtype=np.int8))
        else:
            found[name] = Column(np.array(values, dtype=np.int64))
    return found
