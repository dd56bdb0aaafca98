"""The world outside: mentions on social networks and other people's numbers."""

from collections.abc import Sequence
from typing import NamedTuple

from antiphon.domain.events import Event
from antiphon.metrics.facts.conversation import known
from antiphon.metrics.facts.reading import text
from antiphon.metrics.facts.rows import NEVER
from antiphon.metrics.facts.rows_beside import Benchmark, Mention


class DeskFacts(NamedTuple):
    """All rows of a desk; the field names are the names of the tables."""

    mention: tuple[Mention, ...]
    benchmark: tuple[Benchmark, ...]


def fold_desk(events: Sequence[Event], as_of_ms: int) -> DeskFacts:
    """The rows of one desk as they were known at `as_of_ms`."""
    events = known(events, as_of_ms)
    mentions = [_mention(e) for e in events if e.kind == "mention"]
    return DeskFacts(tuple(mentions), tuple([_benchmark(e) for e in events if e.kind == "benchmark"]))


def _mention(e: Event) -> Mention:
    d = e.data
    replied = d.get("replied_at")
    return Mention(
        e.at_ms, text(d.get("network")), text(d.get("brand")), text(d.get("sentiment")),
        replied if isinstance(replied, int) else NEVER, 1 if d.get("needs_reply") else 0,
        text(d.get("language")), text(d.get("topic")),
        1 if d.get("own") or d.get("repost") or d.get("spam") else 0,
    )  # fmt: skip


def _benchmark(e: Event) -> Benchmark:
    d = e.data
    value = d.get("value")
    return Benchmark(
        e.at_ms, text(d.get("metric")), text(d.get("competitor")), text(d.get("industry")),
        value if isinstance(value, int | float) else None, text(d.get("date")), text(d.get("source")),
        1 if d.get("definition_matches") else 0,
    )  # fmt: skip
