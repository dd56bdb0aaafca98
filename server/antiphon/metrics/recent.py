"""What a queue's estimate goes by: its last completed engagements (kpis.md Q16). Rows for one question."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from antiphon.metrics.facts.rows import Engagement
from antiphon.metrics.question import Question

LAST = 100  # engagements of a queue that an estimate looks back on


class Recent(NamedTuple):
    """One of the last completed engagements of its queue."""

    conversation: str
    queue: str
    done_at: int
    handled_ms: int


def recent(done: Mapping[str, Sequence[Engagement]], q: Question) -> list[Recent]:
    """`done`: each queue's completed engagements, in the order they were done."""
    rows = []
    for queue, engagements in done.items():
        known = bisect_left(engagements, q.until_ms, key=_done_at)
        rows += [
            Recent(one.conversation, queue, one.done_at, one.ended_at - one.started_at + one.wrap_ms)
            for one in engagements[max(0, known - LAST) : known]
        ]
    return rows


def _done_at(one: Engagement) -> int:
    return one.done_at
