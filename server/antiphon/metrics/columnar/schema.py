"""What is stored of the folds' rows: which tables, in which order, and each column as what kind of array.

Rules:
1. A new table or column of the folds is stored without a word here; its kind follows from its type.
2. A change of the folds, of the rows or of this format changes `FORMAT`, and what was stored is made anew.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from antiphon.metrics.facts.agents import AgentFacts
from antiphon.metrics.facts.conversation import ConversationFacts
from antiphon.metrics.facts.customers import CustomerFacts
from antiphon.metrics.facts.desk import DeskFacts
from antiphon.metrics.facts.tickets import TicketFacts
from antiphon.metrics.tables import ROWS

# int and real: numbers. word: a code of the vocabulary. list: several words as one.
# own: the row's own stream by name, or nothing. text: bytes, for what nearly every row has another of.
Kind = Literal["int", "real", "word", "list", "own", "text"]

_FOLDS: tuple[Any, ...] = (ConversationFacts, TicketFacts, AgentFacts, CustomerFacts, DeskFacts)
TABLES = tuple(dict.fromkeys(name for fold in _FOLDS for name in fold._fields if name in ROWS))

_TEXTS = frozenset({"visitor", "customer", "order", "prints"})
_OWN = frozenset({"conversation", "ticket", "unit"})
_FOREIGN = frozenset({("ticket", "conversation")})  # the chat a ticket came from is another stream
# Where the first instant is not the one most questions ask for.
_ORDER: Mapping[str, str] = {
    "offer": "ended_at",
    "engagement": "done_at",
    "episode": "closed_at",
    "answer": "first_at",
}


@cache
def columns_of(table: str) -> Mapping[str, Kind]:
    """The columns of a table as they are stored."""
    kinds: Mapping[str, Any] = ROWS[table].__annotations__
    return {name: _kind(table, name, kind) for name, kind in kinds.items()}


def _kind(table: str, name: str, kind: Any) -> Kind:
    if kind is str:
        if name in _OWN and (table, name) not in _FOREIGN:
            return "own"
        return "text" if name in _TEXTS or (table, name) in _FOREIGN else "word"
    if kind is int:
        return "int"
    return "list" if kind == tuple[str, ...] else "real"


@cache
def order_of(table: str) -> str:
    """The instant a table is sorted by: a period is then one slice."""
    first = next(name for name in columns_of(table) if name == "at" or name.endswith("_at"))
    return _ORDER.get(table, first)


@cache
def _format() -> str:
    """A digest of everything that decides what a stored row says."""
    told = hashlib.sha256(repr([(table, columns_of(table), order_of(table)) for table in TABLES]).encode())
    for package in ("antiphon.metrics.facts", "antiphon.metrics.columnar"):
        for file in sorted(files(package).iterdir(), key=lambda one: one.name):
            if package.endswith("facts") or file.name in ("schema.py", "segment.py", "disk.py"):
                told.update(file.read_bytes() if file.name.endswith(".py") else b"")
    return told.hexdigest()[:16]


FORMAT = _format()
