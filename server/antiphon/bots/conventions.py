"""What a bot may say to the desk beside words: marks in a message's custom payload.

`custom: {data: {…}}` (as Rasa's Socket.IO channel needs it) or the same without `data`:
  handoff   true, or {reason, department, by}: a person is asked for
  confirm   true or false: the visitor's answer to "did this help?"
  end       true: the matter is closed
  ticket    {number, subject, text, topic, department}: make a ticket of it; the bot chooses the number, so
            that it can tell the visitor: 4 to 24 capitals, digits and dashes
Whatever else a payload holds goes on to the visitor's widget. Shared by all engines.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from antiphon.bots.port import BotFailed, Reason, TicketWish

FALLBACK = "nlu_fallback"  # the intent of what was not understood
KNOWLEDGE = "knowledge"  # the intent of what an article answered
MARKS = ("handoff", "confirm", "end", "ticket")
NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{3,23}")  # never one of the desk's own, which are in lower case
SUBJECT_CHARS, TEXT_CHARS, NAME_CHARS = 200, 10_000, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    handoff: Mapping[str, Any] | None = None
    confirm: bool | None = None
    end: bool = False
    ticket: TicketWish | None = None
    rest: Mapping[str, Any] = field(default_factory=dict)


def read_marks(custom: Mapping[str, Any] | None) -> Marks:
    """Sort a custom payload into what is for the desk and what is for the visitor.

    Raises `BotFailed` for a ticket that cannot be made: the visitor was promised one.
    """
    if not custom:
        return Marks()
    inner = custom.get("data")
    wrapped = isinstance(inner, Mapping) and len(custom) == 1
    payload: Mapping[str, Any] = inner if wrapped and isinstance(inner, Mapping) else custom
    confirm = payload.get("confirm")
    return Marks(
        handoff=_handoff(payload.get("handoff")),
        confirm=confirm if isinstance(confirm, bool) else None,
        end=payload.get("end") is True,
        ticket=_ticket(payload["ticket"]) if "ticket" in payload else None,
        rest={key: value for key, value in payload.items() if key not in MARKS},
    )


def reason_of(handoff: Mapping[str, Any]) -> Reason:
    """The reason a project gave, or that its own rule wanted it so."""
    given = handoff.get("reason")
    return next((reason for reason in get_args(Reason) if reason == given), "rule")


def department_of(handoff: Mapping[str, Any]) -> str | None:
    department = handoff.get("department")
    return str(department)[:100] if department else None


def _ticket(mark: Any) -> TicketWish:
    wish = mark if isinstance(mark, Mapping) else {}
    number, subject = str(wish.get("number") or ""), " ".join(str(wish.get("subject") or "").split())
    if not NUMBER.fullmatch(number) or not subject:
        raise BotFailed("a response wants a ticket without a proper number and subject")
    return TicketWish(
        number=number,
        subject=subject[:SUBJECT_CHARS],
        text=str(wish.get("text") or "")[:TEXT_CHARS],
        topic=_name(wish.get("topic")),
        department=_name(wish.get("department")),
    )


def _name(value: Any) -> str | None:
    return str(value)[:NAME_CHARS] if value else None


def _handoff(mark: Any) -> Mapping[str, Any] | None:
    if mark is True:
        return {}
    return mark if isinstance(mark, Mapping) else None
