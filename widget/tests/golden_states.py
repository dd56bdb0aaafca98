"""Prints what the server's own fold makes of every golden story, for `golden.test.ts` to compare.

Needs the standard library only: the domain does.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "server"))

from antiphon.domain.conversation import Conversation, evolve  # noqa: E402 - the path comes first
from antiphon.domain.events import KINDS, Actor, Event  # noqa: E402


def states(file: Path) -> dict[str, list[dict[str, object]]]:
    """Per conversation, what is known after each of its events."""
    seen: dict[str, Conversation] = {}
    told: dict[str, list[dict[str, object]]] = {}
    for line in file.read_text().splitlines():
        row = json.loads(line)
        kind, name = row.pop("event"), row.pop("conversation", None)
        if name is None or KINDS[kind].stream != "conversation":
            continue
        before = seen.get(name, Conversation(id=name))
        event = Event(
            kind=kind, stream=name, at_ms=row.pop("ts"), actor=Actor(kind="system"), data=row, n=before.n + 1
        )
        seen[name] = evolve(before, event)
        told.setdefault(name, []).append(view(seen[name]))
    return told


def view(c: Conversation) -> dict[str, object]:
    return {
        "state": c.state,
        "agents": [engagement.agent for engagement in c.agents],
        "queuedAtMs": c.queued_at_ms,
        "waitingReplySinceMs": c.waiting_reply_since_ms,
        "tags": list(c.tags),
        "flags": list(c.flags),
        "answers": {} if c.survey is None else dict(c.survey.answers),
        "visitorAway": not c.connected,
    }


if __name__ == "__main__":
    files = sorted((HERE.parents[1] / "tests" / "golden").glob("*.ndjson"))
    print(json.dumps({file.name: states(file) for file in files}))
