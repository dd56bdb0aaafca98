"""Many timers of the same delay: who came first is due first, so one timer serves them all."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)

_STEPS = 8  # a timer is late by at most this part of its delay, so that thousands share a wake-up


class Deadlines(Generic[T]):
    """`late` is called with each item that was not removed within `delay_s`, up to an eighth later."""

    __slots__ = ("_delay_s", "_due_s", "_late", "_timer")

    def __init__(self, delay_s: float, late: Callable[[T], None]) -> None:
        self._delay_s, self._late = delay_s, late
        self._due_s: OrderedDict[T, float] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, item: T) -> None:
        """Begin, or begin anew."""
        loop = asyncio.get_running_loop()
        self._due_s[item] = loop.time() + self._delay_s
        self._due_s.move_to_end(item)
        if self._timer is None:
            self._timer = loop.call_later(self._delay_s, self._look)

    def remove(self, item: T) -> None:
        self._due_s.pop(item, None)

    def clear(self) -> None:
        """Forget all; nothing is called any more."""
        self._due_s.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def __contains__(self, item: T) -> bool:
        return item in self._due_s

    def __len__(self) -> int:
        return len(self._due_s)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        self._timer = None
        while self._due_s:
            item, due_s = next(iter(self._due_s.items()))
            if due_s > now_s:
                self._timer = loop.call_later(max(due_s - now_s, self._delay_s / _STEPS), self._look)
                return
            del self._due_s[item]
            self._late(item)
