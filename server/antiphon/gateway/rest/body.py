"""Bodies, queries and answers: JSON in, JSON out, the one error shape."""

from typing import Any

import msgspec
from aiohttp import web

from antiphon.domain.errors import Refused
from antiphon.gateway import errors, strict


class Body(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """What a request may carry."""


class Query(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """What may stand behind the question mark."""


async def read_body(kind: type[Body], request: web.Request, limit: int) -> Any:
    """The JSON body as a struct. Raises `Refused`, or 413 and 415."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    if (request.content_length or 0) > limit:
        raise web.HTTPRequestEntityTooLarge(limit, request.content_length or 0)
    raw = await request.content.read(limit + 1)
    while len(raw) <= limit and (more := await request.content.read(limit + 1 - len(raw))):
        raw += more
    if len(raw) > limit:
        raise web.HTTPRequestEntityTooLarge(limit, len(raw))
    try:
        payload = strict.loads(raw)
    except strict.NotStrict as no:
        payload = no
    return errors.read(kind, payload, ("text", "note", "name", "title", "shortcut"))


def read_query(kind: type[Query], request: web.Request) -> Any:
    """The query as a struct; numbers arrive as text."""
    names = {field.encode_name for field in msgspec.structs.fields(kind)}
    asked: dict[str, str] = {}
    for name, value in request.query.items():
        if name not in names:
            raise Refused("bad_request", f"There is no field `{name[:60]}`.", field=name[:60])
        if name in asked:
            raise Refused("bad_request", "Say it once.", field=name)
        asked[name] = value
    bad = strict.unfit(asked)
    if bad is not None:
        raise Refused("bad_text", "Control characters are not allowed.", field=bad)
    try:
        return msgspec.convert(asked, kind, strict=False)
    except msgspec.ValidationError as no:
        raise errors.from_schema(no) from None


def answer_of(value: Any, status: int = 200) -> web.StreamResponse:
    """JSON of a struct, a dataclass or a dict; a ready response as it is."""
    if isinstance(value, web.StreamResponse):
        return value
    if value is None:
        return web.Response(status=204)
    return web.Response(
        body=msgspec.json.encode(value), status=status, content_type="application/json", charset="utf-8"
    )


def refusal(no: Refused, request_id: str, status: int | None = None) -> web.Response:
    """The error shape, with its status."""
    response = web.Response(
        body=msgspec.json.encode({"error": errors.shape(no, request_id)}),
        status=status or errors.STATUS[no.code], content_type="application/json", charset="utf-8",
    )  # fmt: skip
    if no.retry_after_ms is not None:
        response.headers["Retry-After"] = str(-(-no.retry_after_ms // 1000))
    return response


def from_http(no: web.HTTPException) -> Refused:
    if no.status == 413:
        return Refused("too_long", "That is too much at once.")
    if no.status == 415:
        return Refused("bad_request", "Send application/json.")
    return Refused("bad_request", no.reason)
