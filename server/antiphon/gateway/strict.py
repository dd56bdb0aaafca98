"""JSON as the wire takes it: what cannot be stored or echoed safely is refused here.

The standard's own parser accepts NaN, Infinity, duplicate keys, integers of any size and any
depth; one of these, echoed, throws every browser in the room off. Rules: finite numbers,
integers within ±2^53, no key twice, no more than 12 levels. Strings are judged later, where the
sender can be told which field is wrong. The module has the shape python-socketio asks for.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

import msgspec

DEPTH = 12
_BIG = 2**53
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class NotStrict(ValueError):
    """Not the JSON we take; the text says why and may be shown."""


def loads(text: str | bytes, **_: Any) -> Any:
    """Parse, or raise `NotStrict`."""
    text = _utf8(text) if isinstance(text, bytes) else text
    if _depth(text) > DEPTH:
        raise NotStrict(f"nested deeper than {DEPTH}")
    try:
        return json.loads(
            text, parse_constant=_constant, parse_int=_int, parse_float=_float, object_pairs_hook=_object
        )
    except NotStrict:
        raise
    except (ValueError, RecursionError):
        raise NotStrict("not valid JSON") from None


def dumps(value: Any, **_: Any) -> str:
    """Print values and msgspec structs; NaN becomes null."""
    return msgspec.json.encode(value).decode()


def unfit(value: Any) -> str | None:
    """The path of the first string with control characters or half a surrogate pair, if any."""
    return next((path for path, text in _strings(value, "") if _UNFIT.search(text)), None)


def _strings(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield path, key
            yield from _strings(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _strings(item, f"{path}.{number}" if path else str(number))


def _utf8(text: bytes) -> str:
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise NotStrict("not UTF-8") from None


def _depth(text: str) -> int:
    """Levels of nesting, counted without recursion."""
    if text.count("[") + text.count("{") <= DEPTH:
        return 0
    depth = deepest = 0
    for mark in _STRING.sub("", text):
        if mark in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif mark in "]}":
            depth -= 1
    return deepest


def _constant(word: str) -> Any:
    raise NotStrict(f"{word} is no number")


def _int(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > _BIG:
        raise NotStrict("an integer beyond ±2^53")
    return int(digits)


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise NotStrict("a number without bounds")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotStrict("a key twice")
    return found
