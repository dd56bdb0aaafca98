"""Rows of time made for a question, as arrays: agents' time in pieces, and conversations being handled.

The same rows that `derived` makes one by one, for the stretch a question is about. Where they are cut by a
place (queue, channel, topic) that they do not know themselves, each place's are made as if there were no
other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from antiphon.metrics.columnar.source import Column, Made
from antiphon.metrics.columnar.words import Array, Vocabulary
from antiphon.metrics.facts.rows import NEVER


@dataclass(frozen=True, slots=True)
class Taken:
    """Columns of chosen rows, and the number of each row's place."""

    columns: Mapping[str, Array]
    place: Array

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    def only(self, keep: Array) -> "Taken":
        return Taken({name: values[keep] for name, values in self.columns.items()}, self.place[keep])

    @staticmethod
    def joined(parts: "Sequence[Taken]") -> "Taken":
        columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0].columns}
        return Taken(columns, np.concatenate([part.place for part in parts]))


class Steps(NamedTuple):
    """Changes of agents' states, in the order of (whose, when)."""

    whose: Array
    at: Array
    engaged: Array
    load: Array
    status: Array  # number of the status that begins; -1


def pieces(
    statuses: Taken, known: Array, spans: Sequence[tuple[Taken, int]], seen: Array, words: Vocabulary,
    from_ms: int,
) -> Made:  # fmt: skip
    """Agents' time around `[from_ms, …)`, cut where anything changes.

    `spans`: engagements (1) and wrap-ups (0) that overlap it. `seen`: places × agents of whom anything is
    known before it. `statuses` are those around it, whatever the place; `known` says whose there are at all.
    """
    agents = seen.shape[1]
    steps = _steps(statuses, spans, seen, from_ms)
    more = steps.whose[1:] == steps.whose[:-1]
    last = np.append(~more | (steps.at[1:] != steps.at[:-1]), True)[: len(steps.at)]
    whose, at, status = steps.whose[last], steps.at[last], _in_force(steps)[last]
    follows = np.append(whose[1:] == whose[:-1], False)[: len(at)]
    to_at = np.where(follows, np.append(at[1:], NEVER)[: len(at)], NEVER)
    ends = np.diff(np.append(0, np.cumsum(steps.engaged < 0)[last]))
    real = to_at > at
    agent = (whose % agents)[real]
    numbers = {
        "from_at": at, "to_at": to_at, "place": whose // agents, "engaged": np.cumsum(steps.engaged)[last],
        "load": np.cumsum(steps.load)[last], "ended": np.where(follows, np.append(ends[1:], 0)[: len(at)], 0),
    }  # fmt: skip
    columns = {name: Column(values[real]) for name, values in numbers.items()}
    columns |= _of_status(statuses, status[real], known[agent], words)
    return Made("piece", columns | {"agent": Column(agent, words.of("agent"))})


def _of_status(statuses: Taken, which: Array, known: Array, words: Vocabulary) -> dict[str, Column]:
    """What the status in force says; offline before the first is known, nothing where none ever is."""
    offline, nothing = words.of("status")["offline"], words.of("status")[""]
    found = {}
    for name in ("status", "reason", "capacity", "queues"):
        values = (
            np.where(known, offline, nothing) if name == "status" else np.zeros(len(which), dtype=np.int64)
        )
        some = which >= 0
        values[some] = statuses[name][which[some]]
        found[name] = Column(values, None if name == "capacity" else words.of(name))
    return found


def _steps(statuses: Taken, spans: Sequence[tuple[Taken, int]], seen: Array, from_ms: int) -> Steps:
    places, agents = seen.shape
    count = len(statuses["agent"])
    base = np.flatnonzero(seen)
    everywhere = (np.arange(places)[:, None] * agents + statuses["agent"][None, :]).ravel()
    parts = [
        _changes(base, np.full(len(base), from_ms - 1)),
        _changes(everywhere, np.tile(statuses["from_at"], places), status=np.tile(np.arange(count), places)),
    ]
    for taken, engaged in spans:
        whose = taken.place * agents + taken["agent"]
        for at, sign in ((taken["from_at"], 1), (taken["to_at"], -1)):
            parts.append(_changes(whose, at, engaged=sign * engaged, load=sign))
    whose, at, *rest = (np.concatenate(found) for found in zip(*parts, strict=True))
    order = np.lexsort((at, whose))
    return Steps(whose[order], at[order], *(one[order] for one in rest))


def _changes(whose: Array, at: Array, engaged: int = 0, load: int = 0, status: Array | None = None) -> Steps:
    size = len(whose)
    return Steps(
        whose, at, np.full(size, engaged, dtype=np.int8), np.full(size, load, dtype=np.int8),
        np.full(size, -1) if status is None else status,
    )  # fmt: skip


def _in_force(steps: Steps) -> Array:
    """The status that began last at each step; −1 where none had."""
    places = np.where(steps.status >= 0, np.arange(len(steps.at)), -1)
    first = np.append(True, steps.whose[1:] != steps.whose[:-1])[: len(steps.at)]
    begins = np.maximum.accumulate(np.where(first, np.arange(len(steps.at)), 0))
    last = np.maximum.accumulate(places)
    return np.where(last >= begins, steps.status[last], -1)


def handlings(taken: Taken) -> tuple[Mapping[str, Array], Array]:
    """The union of each conversation's engagements, place by place, and the stream of each.

    The queue is that of the first engagement of a stretch.
    """
    order = np.lexsort((taken["k"], taken["started_at"], taken["stream"], taken.place))
    one = taken.only(order)
    alike = (one["stream"][1:] == one["stream"][:-1]) & (one.place[1:] == one.place[:-1])
    same = np.append(False, alike)[: len(one.place)]
    reach = _reach(one["ended_at"], same, one["ended_at"] > one["started_at"])
    joins = same & (one["started_at"] <= np.append(-NEVER, reach)[: len(reach)])
    begins = ~joins & (one["ended_at"] > one["started_at"])
    stretch = np.cumsum(begins) - 1
    to_at = np.full(int(begins.sum()), -NEVER)
    inside = stretch >= 0
    np.maximum.at(to_at, stretch[inside & (begins | joins)], one["ended_at"][inside & (begins | joins)])
    rows = {
        "from_at": one["started_at"][begins], "to_at": to_at, "queue": one["queue"][begins],
        "place": one.place[begins],
    }  # fmt: skip
    return rows, one["stream"][begins]


def _reach(ended: Array, same: Array, real: Array) -> Array:
    """How far the engagements so far of the same conversation reach; those of no length reach nowhere by
    themselves."""
    reach = np.where(real, ended, -NEVER)
    rank = np.arange(len(ended)) - np.maximum.accumulate(np.where(same, 0, np.arange(len(ended))))
    for k in range(1, int(rank.max(initial=0)) + 1):
        rows = np.flatnonzero(rank == k)
        reach[rows] = np.maximum(reach[rows], reach[rows - 1])
    return reach
