"""The import file, line by line: one JSON object a line, `{"ts", "event", "conversation"?, ...}`.

Rules:
1. A known kind with well-formed fields is an event, even where our own desk would have refused
   the move: history is taken as it was.
2. A bad line raises `BadLine` with one sentence; the caller knows its number.
3. A field that the vocabulary does not know is kept apart with the words: it may hold anything,
   so it can be erased and is never counted.
4. Who did it follows from the fields; where it does not, `actor` says it: `{"kind", "id"?}`.
"""

import hashlib
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args

import msgspec

from antiphon.domain.events import KINDS, ActorKind, Event, Field, Kind

MAX_LINE = 64_000  # bytes
MAX_TEXT = 20_000  # characters of one field
MAX_NAME = 200  # characters of a stream's name
MIN_MS, MAX_MS = 0, 4_102_444_800_000  # 1970 to 2100
_TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "int": (int,),
    "number": (int, float),
    "bool": (bool,),
    "object": (dict,),
    "list": (list,),
}
_A = {
    "text": "text", "int": "a whole number", "number": "a number", "bool": "true or false",
    "object": "an object", "list": "a list",
}  # fmt: skip
_ACTORS = get_args(ActorKind)
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class BadLine(Exception):
    """Why a line was refused."""


class Line(msgspec.Struct, gc=False):
    """A good line: an event without its place. `name` is the source's own name of the stream."""

    kind: str
    at_ms: int
    family: str  # conversation, agent, ticket, customer or desk
    name: str
    actor: str  # its kind
    actor_id: str | None
    key: str | None  # the line's own id, if it has one
    data: dict[str, Any]
    words: dict[str, Any] | None


class _Shape(msgspec.Struct, frozen=True):
    """A kind's fields, laid out for looking up."""

    kind: Kind
    fields: dict[str, tuple[tuple[type, ...], frozenset[str] | None]]  # those that are counted
    required: frozenset[str]
    talks: bool  # `conversation` is the stream and not a field


def _shape(kind: Kind) -> _Shape:
    counted = {name: field for name, field in kind.fields.items() if not field.words}
    return _Shape(
        kind=kind,
        fields={n: (_TYPES[f.type], frozenset(f.one_of) if f.one_of else None) for n, f in counted.items()},
        required=frozenset(name for name, field in kind.fields.items() if field.required),
        talks="conversation" not in kind.fields,
    )


_SHAPES = {name: _shape(kind) for name, kind in KINDS.items()}


def parse(raw: bytes) -> Line:
    """Raises `BadLine`."""
    if len(raw) > MAX_LINE:
        raise BadLine(f"longer than {MAX_LINE} bytes")
    try:
        data = _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadLine(f"not a JSON object: {error}") from None
    kind = data.pop("event", None)
    shape = _SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        raise BadLine(_unknown(kind))
    at_ms = data.pop("ts", None)
    if type(at_ms) is not int or not MIN_MS <= at_ms <= MAX_MS:
        raise BadLine("`ts` must be UTC milliseconds, a whole number")
    key = data.pop("id", None)
    told = _told(data) if "actor" in data else None
    conversation = data.pop("conversation", None) if shape.talks else data.get("conversation")
    words = _checked(data, shape, conversation)
    family, name = _stream(shape.kind, data, conversation)
    actor, actor_id = told or _actor(kind, data)
    return Line(kind, at_ms, family, name, actor, actor_id, _key(key), data, words)


def _unknown(kind: object) -> str:
    near = get_close_matches(str(kind), KINDS, n=1)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    return f"there is no event `{str(kind)[:60]}`{hint}"


def _checked(data: dict[str, Any], shape: _Shape, conversation: object) -> dict[str, Any] | None:
    """Leaves in `data` what is counted, and gives back what is kept apart."""
    fields = shape.fields
    odd: list[str] = []
    for name, value in data.items():
        known = fields.get(name)
        if known is None or type(value) not in known[0]:
            odd.append(name)
        elif known[1] is not None and value not in known[1]:
            raise BadLine(f"`{name}` must be one of {', '.join(shape.kind.fields[name].one_of)}")
        elif type(value) is str and (len(value) > MAX_TEXT or "\x00" in value):
            raise BadLine(f"`{name}` is too long or holds a NUL")
    words = {name: value for name in odd if (value := _apart(name, data.pop(name), shape.kind)) is not None}
    if not shape.required <= data.keys():
        _complete(data, shape, conversation)
    return words or None


def _complete(data: dict[str, Any], shape: _Shape, conversation: object) -> None:
    for name in shape.required - data.keys():
        if name != "visitor" or not conversation:
            raise BadLine(f"`{name}` is missing")
        data[name] = ""  # a conversation of somebody unknown


def _apart(name: str, value: Any, kind: Kind) -> Any:
    """A value that is not counted: words, a field nobody knows, or null, which says nothing."""
    field = kind.fields.get(name)
    if value is not None and field is not None:
        _check(name, value, field)
    return value


def _check(name: str, value: Any, field: Field) -> None:
    if type(value) not in _TYPES[field.type]:
        raise BadLine(f"`{name}` must be {_A[field.type]}")
    if type(value) is str and (len(value) > MAX_TEXT or "\x00" in value):
        raise BadLine(f"`{name}` is too long or holds a NUL")


def _stream(kind: Kind, data: Mapping[str, Any], conversation: object) -> tuple[str, str]:
    """The family of the stream (`conversation`, `agent`, ...) and the source's name of it."""
    if kind.stream != "conversation" or not conversation:
        for family, name in _families(kind, data, conversation):
            if name:
                return family, _name(family, name)
        raise BadLine(f"`{kind.stream}` is missing")
    return "conversation", _name("conversation", conversation)


def _families(kind: Kind, data: Mapping[str, Any], conversation: object) -> tuple[tuple[str, Any], ...]:
    """Whose history a line may belong to, the likeliest first."""
    return (
        ("ticket", data.get("ticket") if kind.stream == "ticket" else None),
        ("conversation", conversation if kind.stream not in ("agent", "ticket") else None),
        ("agent", data.get("agent") if kind.stream == "agent" else None),
        ("ticket", data.get("ticket")),
        ("customer", data.get("customer") or data.get("visitor")),
        ("desk", "imported" if kind.stream == "desk" else None),
    )


def _name(family: str, name: object) -> str:
    if type(name) is not str or len(name) > MAX_NAME or "\x00" in name:
        raise BadLine(f"`{family}` must be text of at most {MAX_NAME} characters")
    return name


def _told(data: dict[str, Any]) -> tuple[str, str | None] | None:
    """Who the line says it was, taken out of it; another `actor` than ours stays, a field like any other."""
    given = data["actor"]
    if not isinstance(given, dict) or given.get("kind") not in _ACTORS or given.keys() - {"kind", "id"}:
        return None
    id_ = given.get("id")
    if not isinstance(id_, str | None) or "\x00" in (id_ or ""):
        return None
    del data["actor"]
    return given["kind"], id_


def _actor(kind: str, data: Mapping[str, Any]) -> tuple[str, str | None]:
    """Who did it, as far as the line says."""
    if kind == "message":
        sender = data.get("sender", "")
        return sender, data.get("agent") if sender == "agent" else None
    if kind.startswith("visitor_"):
        return "visitor", None
    agent = data.get("agent")
    return ("agent", agent) if agent and kind != "offer_made" else ("system", None)


def _key(given: Any) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str | int):
        raise BadLine("`id` must be text or a whole number")
    return str(given)


def line_of(event: Event) -> dict[str, Any]:
    """The line that says an event: read again, it is the same one."""
    where = {} if ":" in event.stream else {"conversation": event.stream}
    line = {"ts": event.at_ms, "event": event.kind, **where, **event.data, **(event.words or {})}
    actor = event.actor
    if (actor.kind, actor.id) != _actor(event.kind, event.data):
        line["actor"] = {"kind": actor.kind} | ({"id": actor.id} if actor.id else {})
    return line | {"id": f"{event.stream}-{event.n}"}


def digest(*parts: str) -> str:
    """A short name for what may be long."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()
