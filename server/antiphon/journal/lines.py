"""The import file, line by line: one JSON object a line, `{"ts", "event", "conversation"?, ...}`.

Rules:
1. A known kind with well-formed fields is an event, even where our own desk would have refused
   the move: history is taken as it was.
2. A bad line raises `BadLine` with one sentence; the caller knows its number.
3. A field that the vocabulary does not know is kept apart with the words: it may hold anything,
   so it can be erased and is never counted.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import msgspec

from antiphon.domain.events import KINDS, Actor, Event, Field, Kind

MAX_LINE = 64_000  # bytes
MAX_TEXT = 20_000  # characters of one field
MIN_MS, MAX_MS = 0, 4_102_444_800_000  # 1970 to 2100
_TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "int": (int,),
    "number": (int, float),
    "bool": (bool,),
    "object": (dict,),
    "list": (list,),
}
_RESERVED = ("ts", "event", "conversation", "id")
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class BadLine(Exception):
    """Why a line was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A good line: an event without its place. `name` is the source's own id of the stream."""

    event: Event
    name: str
    key: str | None  # the line's own id, if it has one


def parse(raw: bytes) -> Line:
    """Raises `BadLine`."""
    if len(raw) > MAX_LINE:
        raise BadLine(f"longer than {MAX_LINE} bytes")
    try:
        given = _decode(raw)
    except msgspec.DecodeError as error:
        raise BadLine(f"not a JSON object: {error}") from None
    kind_name = given.get("event")
    kind = KINDS.get(kind_name) if isinstance(kind_name, str) else None
    if kind is None or not isinstance(kind_name, str):
        raise BadLine(_unknown(kind_name))
    at_ms = given.get("ts")
    if type(at_ms) is not int or not MIN_MS <= at_ms <= MAX_MS:
        raise BadLine("`ts` must be UTC milliseconds, a whole number")
    data, words = _fields(given, kind)
    family, name = _stream(given, kind)
    event = Event(
        kind=kind_name,
        stream=family,
        at_ms=at_ms,
        actor=_actor(kind_name, data),
        data=data,
        words=words or None,
    )
    return Line(event=event, name=name, key=_key(given.get("id")))


def _unknown(kind: object) -> str:
    near = get_close_matches(str(kind), KINDS, n=1)
    hint = f"; did you mean `{near[0]}`?" if near else ""
    return f"there is no event `{str(kind)[:60]}`{hint}"


def _fields(given: Mapping[str, Any], kind: Kind) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is counted, and what is kept apart."""
    data: dict[str, Any] = {}
    words: dict[str, Any] = {}
    for name, value in given.items():
        if name in _RESERVED or value is None:
            continue
        field = kind.fields.get(name)
        if field is None:
            words[name] = value
            continue
        _check(name, value, field)
        (words if field.words else data)[name] = value
    for name, field in kind.fields.items():
        if field.required and name not in data and not _implied(name, given):
            raise BadLine(f"`{name}` is missing")
    return data, words


def _implied(name: str, given: Mapping[str, Any]) -> bool:
    return name == "visitor" and bool(given.get("conversation"))


def _check(name: str, value: Any, field: Field) -> None:
    if not isinstance(value, _TYPES[field.type]) or (isinstance(value, bool) and field.type != "bool"):
        raise BadLine(f"`{name}` must be {_A[field.type]}")
    if isinstance(value, str) and (len(value) > MAX_TEXT or "\x00" in value):
        raise BadLine(f"`{name}` is too long or holds a NUL")
    if field.one_of and value not in field.one_of:
        raise BadLine(f"`{name}` must be one of {', '.join(field.one_of)}")


_A = {
    "text": "text", "int": "a whole number", "number": "a number", "bool": "true or false",
    "object": "an object", "list": "a list",
}  # fmt: skip


def _stream(given: Mapping[str, Any], kind: Kind) -> tuple[str, str]:
    """The family of the stream (`conversation`, `agent`, ...) and the source's name of it."""
    families: tuple[tuple[str, Any], ...] = (
        ("ticket", given.get("ticket") if kind.stream == "ticket" else None),
        ("conversation", given.get("conversation") if kind.stream != "agent" else None),
        ("agent", given.get("agent") if kind.stream == "agent" else None),
        ("ticket", given.get("ticket")),
        ("customer", given.get("customer") or given.get("visitor")),
        ("desk", "imported" if kind.stream == "desk" else None),
    )
    for family, name in families:
        if name:
            if not isinstance(name, str) or len(name) > 200:
                raise BadLine(f"`{family}` must be text of at most 200 characters")
            return family, name
    raise BadLine(f"`{kind.stream}` is missing")


def _actor(kind: str, data: Mapping[str, Any]) -> Actor:
    """Who did it, as far as the line says."""
    if kind == "message":
        sender = data["sender"]
        return Actor(kind=sender, id=data.get("agent") if sender == "agent" else None)
    if kind.startswith("visitor_"):
        return Actor(kind="visitor")
    if data.get("agent") and kind != "offer_made":
        return Actor(kind="agent", id=data["agent"])
    return Actor(kind="system")


def _key(given: Any) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str | int):
        raise BadLine("`id` must be text or a whole number")
    return str(given)


def digest(*parts: str) -> str:
    """A short name for what may be long."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()
