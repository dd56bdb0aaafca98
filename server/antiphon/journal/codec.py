"""Between facts and rows: JSON in, JSON out, nothing else."""

from typing import Any

import msgspec

from antiphon.domain.agent import Shift
from antiphon.domain.conversation import Conversation
from antiphon.domain.customer import Customer
from antiphon.domain.events import Actor, Event

State = Conversation | Shift | Customer

_encode = msgspec.json.Encoder().encode
_data = msgspec.json.Decoder(dict[str, Any]).decode
_conversation = msgspec.json.Decoder(Conversation).decode
_shift = msgspec.json.Decoder(Shift).decode


def to_json(value: Any) -> str:
    return _encode(value).decode()


def from_json(text: str) -> dict[str, Any]:
    return _data(text)


def conversation_of(doc: str) -> Conversation:
    return _conversation(doc)


def shift_of(doc: str) -> Shift:
    return _shift(doc)


def event_row(event: Event) -> dict[str, Any]:
    """The event's row; its words go elsewhere."""
    return {
        "seq": event.seq,
        "stream": event.stream,
        "n": event.n,
        "kind": event.kind,
        "at_ms": event.at_ms,
        "actor_kind": event.actor.kind,
        "actor_id": event.actor.id,
        "actor_name": event.actor.name if event.actor.kind != "visitor" else None,
        "cmid": event.cmid,
        "cause": event.cause,
        "data": to_json(event.data),
    }


def event_of(row: Any) -> Event:
    """The event of a row of `events`, joined with `messages.words` where there are any."""
    words = getattr(row, "words", None)
    return Event(
        seq=row.seq,
        stream=row.stream,
        n=row.n,
        id=f"{row.stream}-{row.n}",
        kind=row.kind,
        at_ms=row.at_ms,
        actor=Actor(kind=row.actor_kind, id=row.actor_id, name=row.actor_name),
        cmid=row.cmid,
        cause=row.cause,
        data=_data(row.data),
        words=_data(words) if words else None,
    )
