"""One error shape, on sockets and over HTTP; and the sentences for what the schema refuses."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from antiphon.domain.errors import Code, Refused
from antiphon.gateway import strict

STATUS: Mapping[str, int] = {
    "bad_request": 400, "bad_text": 422, "too_long": 422, "too_many": 422, "rate_limited": 429,
    "unauthorized": 401, "forbidden": 403, "not_found": 404, "conflict": 409, "closed": 409,
    "unavailable": 503, "internal": 500,
}  # fmt: skip

_AT = re.compile(r"(?: of)? - at `(?:key in )?\$\.?([^`]*)`$")
_SENTENCES: tuple[tuple[re.Pattern[str], Code, Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"missing required field `(.+?)`"), "bad_request", lambda m: f"`{m[1]}` is missing."),
    (re.compile(r"contains unknown field `(.+?)`"), "bad_request", lambda m: f"There is no field `{m[1]}`."),
    (re.compile(r"`str` of length <= (\d+)"), "too_long", lambda m: f"At most {m[1]} characters."),
    (re.compile(r"`(?:array|object)` of length <= (\d+)"), "too_many", lambda m: f"At most {m[1]} of them."),
    (re.compile(r"of length >= 1"), "bad_text", lambda m: "It must not be empty."),
    (re.compile(r"of length >= (\d+)"), "bad_request", lambda m: f"At least {m[1]} characters."),
    (re.compile(r"matching regex"), "bad_request", lambda m: "Some of its characters are not allowed."),
    (re.compile(r"`(?:int|float)` ([<>]=?) (\S+)"), "bad_request", lambda m: f"It must be {m[1]} {m[2]}."),
    (re.compile(r"Invalid enum value"), "bad_request", lambda m: "It is none of the values we know."),
    (re.compile(r"Expected `([^`]+)`, got `([^`]+)`"), "bad_request", lambda m: f"It must be {m[1]}."),
)  # fmt: skip


def shape(error: Refused, request_id: str) -> dict[str, Any]:
    """The error object of an answer; without `retry_after_ms` and `field` where they say nothing."""
    told: dict[str, Any] = {
        "code": error.code, "message": error.message, "retryable": error.retryable, "request_id": request_id,
    }  # fmt: skip
    if error.field is not None:
        told["field"] = error.field
    if error.retry_after_ms is not None:
        told["retry_after_ms"] = error.retry_after_ms
    return {**error.details, **told}


def from_schema(error: msgspec.ValidationError) -> Refused:
    """What the schema refused, in a sentence of ours and with the field it is about."""
    text = str(error)
    at = _AT.search(text)
    field = at[1] if at and at[1] not in ("", "...") else None
    for pattern, code, says in _SENTENCES:
        found = pattern.search(text)
        if found:
            named = found[1] if "field `" in found[0] else None
            return Refused(code, says(found), field=_join(field, named))
    return Refused("bad_request", "It has the wrong form.", field=field)


def _join(path: str | None, name: str | None) -> str | None:
    return ".".join(part for part in (path, name) if part) or None


def not_strict(no: strict.NotStrict) -> Refused:
    """The refusal of JSON that we do not take."""
    return Refused("bad_request", f"This is not JSON as we take it: {no}.")


T = TypeVar("T")


def read(
    kind: type[T], payload: Any, written: tuple[str, ...] = ("text", "note"), *, plain: bool = False
) -> T:
    """A payload as a struct, or `Refused`. `written` are fields that must hold more than space.

    `plain`: its strings are known to be fit.
    """
    if isinstance(payload, strict.NotStrict):
        raise not_strict(payload)
    if not isinstance(payload, dict):
        raise Refused("bad_request", "Send one object.")
    bad = None if plain else strict.unfit(payload)
    if bad is not None:
        raise Refused("bad_text", "Control characters are not allowed.", field=bad or None)
    for name in written:
        text = payload.get(name)
        if isinstance(text, str) and not text.strip():
            raise Refused("bad_text", "It must not be empty.", field=name)
    try:
        return msgspec.convert(payload, kind)
    except msgspec.ValidationError as no:
        raise from_schema(no) from None
