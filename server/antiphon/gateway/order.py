"""One sender's order, kept also when something fails (C4 of the delivery contract).

Messages may be sent without waiting for answers. If one fails for now, those behind it in the same
conversation are refused, for now, until it is repeated: else they would be stored before it.
"""

import asyncio
import time

PATIENCE_S = 10.0  # who does not repeat what failed may go on without it
KEPT = 100  # conversations of a seat, and what failed in each


class Order:
    """Of one seat; made when something first goes wrong there."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()  # what is handled anew, one after the other
        self.anew = 0
        self._failed: dict[str, dict[str, tuple[int, float]]] = {}  # cmid → asked as which, kept until when

    def first(self, conversation: str, number: int) -> str | None:
        """The cmid that has to come before what was asked as the seat's `number`th."""
        kept = ((asked, cmid) for cmid, (asked, _) in self._of(conversation).items())
        asked, cmid = min(kept, default=(number + 1, ""))
        return cmid if asked <= number else None

    def note(self, conversation: str, cmid: str, number: int, *, failed: bool) -> None:
        """What became of a command. What failed keeps its place until it is settled."""
        mine = self._of(conversation)
        if not failed:
            mine.pop(cmid, None)
        elif cmid in mine or len(mine) < KEPT:
            first = self.first(conversation, number)
            held = first is not None and first != cmid  # it waits no longer than what it waits for
            until_s = mine[first][1] if held and first else time.monotonic() + PATIENCE_S
            mine[cmid] = (mine.get(cmid, (number, 0.0))[0], until_s)
            self._failed[conversation] = mine
            if len(self._failed) > KEPT:
                del self._failed[next(iter(self._failed))]

    def _of(self, conversation: str) -> dict[str, tuple[int, float]]:
        """What failed there and is not forgotten yet."""
        now_s = time.monotonic()
        mine = self._failed.get(conversation, {})
        for cmid in [cmid for cmid, (_, until_s) in mine.items() if until_s <= now_s]:
            del mine[cmid]
        return mine
