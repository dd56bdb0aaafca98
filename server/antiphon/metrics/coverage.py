"""Opening hours against the agents who are there (kpis.md Q18). Rows made for one question."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from antiphon.domain.hours import Hours
from antiphon.metrics.derived import Piece
from antiphon.metrics.facts.rows import Status
from antiphon.metrics.question import Question


class Cover(NamedTuple):
    """A stretch of a queue's opening hours in which the same people were there."""

    queue: str
    from_at: int
    to_at: int
    online: int
    free: int


def covers(
    hours: Mapping[str, Hours], queues: Iterable[str], statuses: Sequence[Status], pieces: Sequence[Piece],
    q: Question,
) -> list[Cover]:  # fmt: skip
    """Every queue's opening hours in the period, cut where anybody's state changes."""
    rows: list[Cover] = []
    for queue in sorted({*queues, *hours}):
        openings = hours.get(queue, Hours()).openings(q.from_ms, q.now_ms)
        serving = {one.agent for one in statuses if not one.queues or queue in one.queues}
        changes = _changes([piece for piece in pieces if piece.agent in serving])
        for start, end in openings:
            rows += _cut(queue, start, end, changes)
    return rows


def _changes(pieces: Iterable[Piece]) -> list[tuple[int, int, int]]:
    steps: list[tuple[int, int, int]] = []
    for piece in pieces:
        online = 1 if piece.status == "online" else 0
        free = 1 if online and piece.capacity > piece.load else 0
        if online:
            steps += ((piece.from_at, 1, free), (piece.to_at, -1, -free))
    return sorted(steps)


def _cut(queue: str, start: int, end: int, changes: Sequence[tuple[int, int, int]]) -> list[Cover]:
    rows: list[Cover] = []
    at, online, free = start, 0, 0
    for instant, step, free_step in changes:
        cut = min(max(instant, start), end)
        if cut > at:
            rows.append(Cover(queue, at, cut, online, free))
            at = cut
        online, free = online + step, free + free_step
    if end > at:
        rows.append(Cover(queue, at, end, online, free))
    return rows
