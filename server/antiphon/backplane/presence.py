"""Who is connected, on this node or another.

A person is present while he has a socket anywhere. Each node announces its own people: changes
at once, all of them every `REFRESH_S`; what a node said counts for `LEASE_MS`, so a node that
dies takes its people along. On one node there is nothing to announce and nothing to wait for.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from antiphon.backplane.port import Backplane

REFRESH_S = 5.0
LEASE_MS = 15_000
FORGET_MS = 3_600_000  # a node that was not heard for so long is not coming back
TOPIC = "presence"

Kind = Literal["visitor", "agent"]
Person = tuple[str, str]  # kind, id
OnChange = Callable[[Person, bool], None]


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


class Presence:
    """One a node. `on_change` listeners are told of this node's own people only, in order."""

    def __init__(self, node: str, backplane: Backplane, now_ms: Callable[[], int] = _wall_ms) -> None:
        self._node, self._backplane, self._now_ms = node, backplane, now_ms
        self.started_ms = now_ms()
        self._sockets: Counter[Person] = Counter()
        self._since_ms: dict[Person, int] = {}
        self._others: dict[str, tuple[int, frozenset[Person]]] = {}
        self._listeners: list[OnChange] = []

    def on_change(self, listener: OnChange) -> None:
        self._listeners.append(listener)

    def connected(self, kind: str, person: str) -> bool:
        """Has he a socket, here or on a node that was heard lately?"""
        who = (kind, person)
        return self._sockets[who] > 0 or any(who in people for people in self._elsewhere())

    def since_ms(self, kind: str, person: str) -> int:
        """Since when he is as he is; since this node's start if it never saw him."""
        return self._since_ms.get((kind, person), self.started_ms)

    def away_since_ms(self, kind: str, person: str) -> int | None:
        """None while connected; otherwise since when not.

        Who was on a node that died without a word was there when it was heard last.
        """
        if self.connected(kind, person):
            return None
        heard = [
            until_ms - LEASE_MS for until_ms, people in self._others.values() if (kind, person) in people
        ]
        return max(self.since_ms(kind, person), *heard) if heard else self.since_ms(kind, person)

    def arrive(self, who: Person) -> None:
        """One more socket of his."""
        self._sockets[who] += 1
        if self._sockets[who] == 1:
            self._change(who, here=True)

    def depart(self, who: Person) -> None:
        """One socket fewer."""
        self._sockets[who] -= 1
        if self._sockets[who] <= 0:
            del self._sockets[who]
            self._change(who, here=False)

    def announce(self) -> None:
        """Say again who is here; call it every `REFRESH_S`."""
        self._backplane.signal(TOPIC, {"node": self._node, "people": [list(who) for who in self._sockets]})

    def hear(self, body: Mapping[str, Any]) -> None:
        """What another node announced: all its people, or who came and who went."""
        until_ms, before = self._others.get(body["node"], (0, frozenset()))
        before = before if until_ms > self._now_ms() else frozenset()
        went = _people(body.get("went", ()))
        whole = body.get("people")
        people = _people(whole) if whole is not None else (before | _people(body["came"])) - went
        for who in (people ^ before) | went:
            self._since_ms[who] = self._now_ms()
        self._others[body["node"]] = (self._now_ms() + LEASE_MS, people)
        forgotten_ms = self._now_ms() - FORGET_MS
        self._others = {node: told for node, told in self._others.items() if told[0] > forgotten_ms}

    def _elsewhere(self) -> list[frozenset[Person]]:
        now_ms = self._now_ms()
        return [people for until_ms, people in self._others.values() if until_ms > now_ms]

    def _change(self, who: Person, *, here: bool) -> None:
        self._since_ms[who] = self._now_ms()
        came, went = ([list(who)], []) if here else ([], [list(who)])
        self._backplane.signal(TOPIC, {"node": self._node, "came": came, "went": went})
        for listener in self._listeners:
            listener(who, here)


def _people(pairs: Iterable[Iterable[str]]) -> frozenset[Person]:
    return frozenset((kind, person) for kind, person in pairs)
