"""Prints the life cycle from its table: `docs/lifecycle.md` is this, as text."""

from collections.abc import Iterator

from antiphon.domain.events import KINDS
from antiphon.domain.moves import MOVES, REMARKS, STATES

_HEAD = """\
# The life of a conversation

Printed from `MOVES` and `REMARKS` in `server/antiphon/domain/moves.py`; do not edit.

A conversation is in one state. A *move* is an event that changes it; a *remark* is an event that
is allowed in a state and moves nothing. Everything else is refused and changes nothing.
"""


def markdown() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_diagram(), "", *_moves(), "", *_remarks(), "", *_vocabulary(), ""])


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    yield "    [*] --> new"
    for state, moves in MOVES.items():
        for kind, to in moves.items():
            yield f"    {state} --> {to}: {kind}"
    yield "```"


def _moves() -> Iterator[str]:
    yield "## Moves\n"
    yield "| in | event | leads to |"
    yield "| --- | --- | --- |"
    for state, moves in MOVES.items():
        for kind, to in moves.items():
            yield f"| {state} | `{kind}` | {to} |"


def _remarks() -> Iterator[str]:
    yield "## Remarks\n"
    yield "| event | " + " | ".join(STATES) + " |"
    yield "| --- |" + " --- |" * len(STATES)
    for kind, states in REMARKS.items():
        cells = " | ".join("yes" if state in states else "" for state in STATES)
        yield f"| `{kind}` | {cells} |"


def _vocabulary() -> Iterator[str]:
    yield "## The vocabulary\n"
    yield "| event | on the stream of a | what happened | fields (**needed**, *words kept apart*) |"
    yield "| --- | --- | --- | --- |"
    for name, kind in KINDS.items():
        fields = ", ".join(_field(field, spec.required, spec.words) for field, spec in kind.fields.items())
        yield f"| `{name}` | {kind.stream} | {kind.says} | {fields} |"


def _field(name: str, required: bool, words: bool) -> str:
    return f"**{name}**" if required else f"*{name}*" if words else name


if __name__ == "__main__":
    print(markdown(), end="")  # noqa: T201 - this is what it is for
