"""Between facts and rows: JSON in, JSON out, nothing else."""

from collections.abc import Sequence
from typing import Any

import msgspec

from antiphon.domain.agent import Shift
from antiphon.domain.conversation import Conversation
from antiphon.domain.customer import Customer
from antiphon.domain.events import Actor, Event
from antiphon.domain.ticket import Ticket

State = Conversation | Shift | Customer | Ticket

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


def event_row(event: Event) -> tuple[Any, ...]:
    """The event's row, in the order of its columns; its words go elsewhere."""
    actor = event.actor
    return (
        event.seq, event.stream, event.n, event.kind, event.at_ms, actor.kind, actor.id,
        actor.name if actor.kind != "visitor" else None, event.cmid, event.cause, to_json(event.data),
    )  # fmt: skip


def event_of(row: Sequence[Any]) -> Event:
    """The event of a row of `events`, followed by its `messages.words` where they were asked for."""
    seq, stream, n, kind, at_ms, actor_kind, actor_id, actor_name, cmid, cause, data, *words = row
    return Event(
        seq=seq,
        stream=stream,
        n=n,
        id=f"{stream}-{n}",
        kind=kind,
        at_ms=at_ms,
        actor=Actor(kind=actor_kind, id=actor_id, name=actor_name),
        cmid=cmid,
        cause=cause,
        data=_data(data),
        words=_data(words[0]) if words and words[0] else None,
    )
