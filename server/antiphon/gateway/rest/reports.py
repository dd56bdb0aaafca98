"""Any number for any period, as JSON, CSV or a spreadsheet; and other systems' history in."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from aiohttp import web
from msgspec import Meta

from antiphon.domain.errors import Refused
from antiphon.gateway.rest.body import Query
from antiphon.gateway.rest.conversations import Page, rows_of
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.sockets import Wire
from antiphon.journal.importer import BRIEF, Importer
from antiphon.metrics.answers import Asked, Form
from antiphon.metrics.catalogue import BY_ID

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS: Mapping[str, Form] = {"application/json": "json", "text/csv": "csv", XLSX: "xlsx"}
_TYPES: Mapping[Form, str] = {
    "json": "application/json; charset=utf-8", "csv": "text/csv; charset=utf-8", "xlsx": XLSX,
}  # fmt: skip
_PART = 1 << 16  # bytes that are read at a time

Name = Annotated[str, Meta(max_length=200)]


class Cut(Query, frozen=True):
    """A period and filters; any segment is one. `hour` and `weekday` (Monday is 0) are local."""

    since: Annotated[str, Meta(max_length=40)] | None = msgspec.field(name="from", default=None)
    until: Annotated[str, Meta(max_length=40)] | None = msgspec.field(name="to", default=None)
    as_of: Annotated[str, Meta(max_length=40)] | None = None
    tz: Annotated[str, Meta(max_length=60)] = "UTC"
    include_spam: bool = False
    queue: Name | None = None
    department: Name | None = None
    agent: Name | None = None
    channel: Name | None = None
    handled_by: Name | None = None
    language: Name | None = None
    page: Name | None = None
    segment: Name | None = None
    visitor_segment: Name | None = None
    topic: Name | None = None
    tag: Name | None = None
    device: Name | None = None
    country: Name | None = None
    bot: Name | None = None
    campaign: Name | None = None
    initiator: Name | None = None
    site: Name | None = None
    hour: Annotated[str, Meta(pattern=r"^(1?\d|2[0-3])$")] | None = None
    weekday: Annotated[str, Meta(pattern="^[0-6]$")] | None = None
    stage: Name | None = None
    divert_reason: Name | None = None
    priority: Name | None = None
    plan: Name | None = None
    network: Name | None = None
    brand: Name | None = None
    item: Name | None = None
    competitor: Name | None = None
    industry: Name | None = None
    reason: Name | None = None
    helped: Name | None = None
    served: Name | None = None
    wants_channel: Name | None = None
    engaged: Name | None = None
    target: Name | None = None
    handoff_by: Name | None = None
    intent: Name | None = None
    to_agent: Name | None = None
    to_queue: Name | None = None
    warm: Name | None = None
    contacted: Name | None = None
    last_csat: Name | None = None
    missed: Name | None = None


class ReportQuery(Cut, frozen=True, kw_only=True):
    """The question: `by` cuts by segments, `interval` by time."""

    kpi: Annotated[str, Meta(min_length=1, max_length=4000)]
    by: Name = ""
    interval: Literal["", "15m", "30m", "1h", "1d", "1w", "1mo"] = ""
    compare: Literal["previous"] | None = None
    format: Literal["json", "csv", "xlsx"] | None = None


class Paged(Cut, frozen=True):
    """`cursor` is what the last page gave."""

    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: Annotated[str, Meta(pattern=r"^\d{1,9}$")] | None = None


class BehindQuery(Paged, frozen=True):
    """Today's, as the board has it, unless a period is said. `part=num`: only what counts above the line."""

    part: Literal["all", "num"] = "all"


class Behind(Page, frozen=True, kw_only=True):
    """One page of `total` conversations."""

    total: int


_PERIOD = ("since", "until", "as_of", "tz", "include_spam")
DIMENSIONS = tuple(name for name in Cut.__struct_fields__ if name not in _PERIOD)


def asked_of(query: Cut, kpis: str, **more: Any) -> Asked:
    """The question in the words of the metrics."""
    if query.since is None or query.until is None:
        missing = "from" if query.since is None else "to"
        raise Refused("bad_request", f"`{missing}` is missing: say the period.", field=missing)
    given = {name: getattr(query, name) for name in DIMENSIONS}
    return Asked(
        kpis=_names(kpis), since=query.since, until=query.until, as_of=query.as_of, tz=query.tz,
        include_spam=query.include_spam,
        where={name: value for name, value in given.items() if value is not None}, **more,
    )  # fmt: skip


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


async def report(ask: Ask) -> Any:
    query: ReportQuery = ask.query
    more = {"by": _names(query.by), "interval": query.interval, "compare": query.compare}
    form = ask.query.format or _accepted(ask.request)
    body = await ask.wire.hall.answers.file(asked_of(query, query.kpi, **more), form)
    headers = {"Content-Type": _TYPES[form]}
    if form != "json":
        headers["Content-Disposition"] = f'attachment; filename="report.{form}"'
    return web.Response(body=body, headers=headers)


def _accepted(request: web.Request) -> Form:
    wanted = request.headers.get("Accept", "").split(",")[0].split(";")[0].strip()
    return _FORMATS.get(wanted, "json")


async def behind(ask: Ask) -> Behind:
    """The conversations a number was counted from, the newest first."""
    hall, query = ask.wire.hall, ask.query
    kpi = ask.path["kpi"]
    if kpi not in BY_ID:
        raise Refused("not_found", "There is no such number.", field="kpi")
    if query.since is None and query.until is None:
        ids = list(hall.behind(kpi, hall.desk.now_ms(), query.queue or "", query.agent or ""))
    else:
        ids = await hall.answers.behind(asked_of(query, kpi), hits=query.part == "num")
    return await page_of(ask, ids)


async def page_of(ask: Ask, ids: Sequence[str]) -> Behind:
    """The asked page of a list of conversations."""
    query: Paged = ask.query
    at = int(query.cursor or 0)
    found = [await ask.wire.hall.desk.state(key) for key in ids[at : at + query.limit]]
    more = at + query.limit < len(ids)
    return Behind(
        conversations=await rows_of(ask, [c for c in found if c is not None]), total=len(ids),
        cursor=str(at + query.limit) if more else None,
    )  # fmt: skip


class ImportQuery(Query, frozen=True):
    source: Annotated[str, Meta(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9._-]+$")]


async def import_(ask: Ask) -> Mapping[str, Any]:
    """The body is read as it comes, line by line; it may be as long as it likes."""
    if ask.request.content_type != "application/x-ndjson":
        raise Refused("bad_request", "Send application/x-ndjson: one JSON object a line.")
    importer = Importer(ask.wire.hall.desk.store, ask.query.source, BRIEF)
    async with importer:
        async for part in ask.request.content.iter_chunked(_PART):
            await importer.feed(part)
    done = importer.report
    await ask.wire.hall.directory.audit.add(ask.me.id, "import", ask.query.source, accepted=done.accepted)
    return {"accepted": done.accepted, "repeated": done.repeated, "rejected": done.rejected}


def routes(wire: Wire) -> list[Route]:
    return [
        Route(method="GET", path="/api/reports", says="Any number for any period.", run=report,
              role="supervisor", query=ReportQuery, long=True),
        Route(method="GET", path="/api/reports/{kpi}/conversations", says="What a number was made of.",
              run=behind, role="supervisor", query=BehindQuery, gives=Behind, long=True),
        Route(method="POST", path="/api/import", says="Another system's history, one event a line.",
              run=import_, role="admin", query=ImportQuery, long=True),
    ]  # fmt: skip
