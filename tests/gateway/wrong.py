"""Wrong payloads, made from the structs themselves: whatever a field promises is broken once."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect

from tests.gateway.house import cmid

WRONG_TYPES: tuple[Any, ...] = (True, 17, 1.5, "text", [], {}, None)
CONTROLS = ("a\x00b", "a\x07b", "a\x1bb", "a\x7fb", "a\x85b", "a\rb")
Case = tuple[str, dict[str, Any]]


def right(struct: type[msgspec.Struct], conversation: str) -> dict[str, Any]:
    """A payload that fits, with every field there."""
    return {name: _example(name, kind, conversation) for name, kind in _fields(struct)}


def wrong(struct: type[msgspec.Struct], conversation: str) -> Iterator[Case]:
    """(what is wrong, payload) for all that can be wrong with one field at a time."""
    fits = right(struct, conversation)
    yield "unknown field", {**fits, "surprise": 1}
    yield "a key with a control character", {**fits, "con\x00trol": 1}
    for field in inspect.type_info(struct).fields:  # type: ignore[attr-defined]  # of a struct type
        if field.required:
            yield f"no {field.encode_name}", {k: v for k, v in fits.items() if k != field.encode_name}
        for what, value in _broken(field.type):
            yield f"{field.encode_name}: {what}", {**fits, field.encode_name: value}


def _fields(struct: type[msgspec.Struct]) -> Iterator[tuple[str, Any]]:
    for field in inspect.type_info(struct).fields:  # type: ignore[attr-defined]  # of a struct type
        yield field.encode_name, field.type


def _kinds(kind: Any) -> list[Any]:
    """The alternatives of a union, unpacked."""
    kinds = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return [one.type if isinstance(one, inspect.Metadata) else one for one in kinds]


def _example(name: str, kind: Any, conversation: str) -> Any:
    one = next(k for k in _kinds(kind) if not isinstance(k, inspect.NoneType))
    if name == "conversation":
        return conversation
    if name == "cmid":
        return cmid()
    if isinstance(one, inspect.StructType):
        return right(one.cls, conversation)
    return _plain(one, conversation)


def _plain(one: Any, conversation: str) -> Any:
    if isinstance(one, inspect.StrType):
        return "x" * max(3, one.min_length or 0)
    if isinstance(one, inspect.LiteralType):
        return one.values[0]
    if isinstance(one, inspect.BoolType):
        return True
    if isinstance(one, inspect.IntType | inspect.FloatType):
        return one.ge or 1
    return {} if isinstance(one, inspect.DictType) else []


def _broken(kind: Any) -> Iterator[tuple[str, Any]]:
    kinds = _kinds(kind)
    for value in WRONG_TYPES:
        if not any(_takes(one, value) for one in kinds):
            yield f"is {value!r}", value
    for one in kinds:
        yield from _broken_value(one)


def _takes(one: Any, value: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return isinstance(one, inspect.BoolType if value is not None else inspect.NoneType)
    if isinstance(value, int):
        return isinstance(one, inspect.IntType | inspect.FloatType)
    if isinstance(value, float):
        return isinstance(one, inspect.FloatType)
    fits: dict[type, Any] = {
        str: inspect.StrType,
        list: inspect.ListType,
        dict: (inspect.DictType, inspect.StructType),
    }
    return isinstance(one, fits[type(value)])


def _broken_text(one: Any) -> Iterator[tuple[str, Any]]:
    yield from (("control character", text) for text in CONTROLS)
    if one.max_length is not None:
        yield "too long", "x" * (one.max_length + 1)
    if one.min_length:
        yield "empty", ""
    if one.pattern is not None:
        yield "other characters", "$" * (one.min_length or 1)


def _broken_value(one: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(one, inspect.StrType):
        yield from _broken_text(one)
    elif isinstance(one, inspect.LiteralType):
        yield "no such value", "surprise"
    elif isinstance(one, inspect.IntType):
        if one.ge is not None:
            yield "too small", one.ge - 1
        yield "too large", (one.le or 2**53) + 1
    elif isinstance(one, inspect.ListType):
        yield "too many", ["x"] * ((one.max_length or 1000) + 1)
    elif isinstance(one, inspect.StructType):
        yield from wrong(one.cls, "c")
