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
_BRACKETS = bytes.maketrans(b"{}", b"[]")
_OTHERS = bytes(set(range(256)) - set(b"[]{}"))
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class NotStrict(ValueError):
    """Not the JSON we take; the text says why and may be shown."""


def loads(text: str | bytes, **_: Any) -> Any:
    """Parse, or raise `NotStrict`."""
    text = _utf8(text) if isinstance(text, bytes) else text
    if _too_deep(text):
        raise NotStrict(f"nested deeper than {DEPTH}")
    if "\\" not in text and (known := _flat(text)) is not None:
        return known
    try:
        value, end = _scan(text, 0)
        return value if end == len(text) else _parse(text)
    except StopIteration:
        raise NotStrict("not valid JSON") from None
    except NotStrict:
        raise
    except (ValueError, RecursionError):
        raise NotStrict("not valid JSON") from None


def _flat(text: str) -> list[Any] | None:
    """`["name", {one level of texts}]`, as nearly every event is, six times as fast; None for all else.

    Without a backslash every quotation mark begins or ends a string: as many strings as were found
    means that no key was there twice. The parser itself knows neither NaN nor anything like it.
    """
    try:
        value = _parse_flat(text)
    except msgspec.DecodeError:
        return None
    return list(value) if text.count('"') == 4 * len(value[1]) + 2 else None


def plain(text: str) -> bool:
    """Is it certain, without reading this JSON, that none of its strings is `unfit`?"""
    return "\\" not in text and (text.isprintable() if text.isascii() else not _UNFIT.search(text))


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


def _too_deep(text: str) -> bool:
    """Is it nested deeper than we take? Without recursion, a pass a level; what never closes is, too."""
    if text.count("[") + text.count("{") <= DEPTH:
        return False
    rest = _STRING.sub("", text).encode(errors="replace").translate(_BRACKETS, _OTHERS)
    for _ in range(DEPTH):
        rest = rest.replace(b"[]", b"")
    return b"[" in rest


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


_parse_flat = msgspec.json.Decoder(tuple[str, dict[str, str]]).decode
_decoder = json.JSONDecoder(
    parse_constant=_constant, parse_int=_int, parse_float=_float, object_pairs_hook=_object
)
_parse = _decoder.decode
_scan = _decoder.scan_once  # type: ignore[attr-defined]  # the decoder's own scanner, which typeshed leaves out
