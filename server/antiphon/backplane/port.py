"""The backplane: `nudge` and `signal`, both best effort.

A nudge says "the journal has grown"; a signal carries what is never stored (typing, presence).
Neither is ever awaited by anybody who has a promise to keep.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

OnNudge = Callable[[], None]
OnSignal = Callable[[str, Mapping[str, Any]], None]


class Backplane(Protocol):
    """Between this node and the others. The callbacks hear other nodes only, never ourselves."""

    def nudge(self) -> None: ...

    def signal(self, topic: str, body: Mapping[str, Any]) -> None: ...

    def listen(self, on_nudge: OnNudge, on_signal: OnSignal) -> None: ...

    async def start(self) -> None: ...

    async def close(self) -> None: ...
