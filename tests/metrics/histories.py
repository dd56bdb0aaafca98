"""Event files as histories: what the importer does, for tests that need no database."""

import gzip
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from antiphon.domain.events import Event

GOLDEN = Path(__file__).parents[1] / "golden"
_OWN = {"agent": ("agent_status", "shift_planned", "employee_hired", "employee_left")}


def read(path: Path) -> list[list[Event]]:
    """One history a stream, in the file's order."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt") as lines:
        return histories(json.loads(line) for line in lines)


def histories(lines: Iterable[dict[str, Any]]) -> list[list[Event]]:
    streams: dict[str, list[Event]] = {}
    for line in lines:
        data = dict(line)
        kind, at_ms = data.pop("event"), data.pop("ts")
        stream = stream_of(kind, data)
        history = streams.setdefault(stream, [])
        history.append(Event(kind=kind, stream=stream, at_ms=at_ms, data=data, n=len(history) + 1))
    return list(streams.values())


def stream_of(kind: str, data: dict[str, Any]) -> str:
    conversation = data.pop("conversation", None) if not kind.startswith("ticket_") else None
    if conversation is not None:
        return str(conversation)
    for owner in ("ticket", "agent", "customer", "visitor"):
        if owner in data:
            return f"{'customer' if owner == 'visitor' else owner}:{data[owner]}"
    return "desk:1"


def ms(iso: str) -> int:
    return round(datetime.fromisoformat(iso).timestamp() * 1000)
