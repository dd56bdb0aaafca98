"""One node: there is nobody to tell. Two memory backplanes can be tied together in a test."""

from collections.abc import Mapping
from typing import Any

from antiphon.backplane.port import OnNudge, OnSignal


class MemoryBackplane:
    """The in-memory twin; `others` are the other nodes of the same process."""

    def __init__(self) -> None:
        self.others: list[MemoryBackplane] = []
        self._heard: list[tuple[OnNudge, OnSignal]] = []

    def nudge(self) -> None:
        for other in self.others:
            for on_nudge, _ in other._heard:
                on_nudge()

    def signal(self, topic: str, body: Mapping[str, Any]) -> None:
        for other in self.others:
            for _, on_signal in other._heard:
                on_signal(topic, body)

    def listen(self, on_nudge: OnNudge, on_signal: OnSignal) -> None:
        self._heard.append((on_nudge, on_signal))

    async def start(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""
