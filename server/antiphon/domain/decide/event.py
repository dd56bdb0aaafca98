"""How an event of a command is written."""

from collections.abc import Mapping
from typing import Any

from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation
from antiphon.domain.events import Event

_NOTHING: tuple[object, ...] = (None, "", (), {}, [])


def event(
    c: Conversation,
    command: ask.Command,
    now_ms: int,
    what: str,
    /,
    *,
    words: Mapping[str, Any] | None = None,
    main: bool = False,
    **data: Any,
) -> Event:
    """An event of this command; `main` is the one that its cmid names. `from_=` is the field "from"."""
    return Event.made(
        what, c.id, now_ms, command.actor,
        {key.rstrip("_"): value for key, value in data.items() if value is not None},
        {key: value for key, value in words.items() if value not in _NOTHING} or None if words else None,
        command.cmid if main else None, command.cause,
    )  # fmt: skip
