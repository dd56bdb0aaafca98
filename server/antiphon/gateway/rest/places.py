"""Queues and their hours, sites and their surveys, canned answers, tags, the audit log."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta

from antiphon.domain.errors import Refused
from antiphon.domain.hours import Hours
from antiphon.domain.rules import Queue, Site
from antiphon.domain.surveys import QUESTIONS
from antiphon.gateway.access import at_least
from antiphon.gateway.rest.body import Body, Query
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.sockets import Wire
from antiphon.journal.places import Canned

Key = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_-]+$")]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Seconds = Annotated[int, Meta(ge=0, le=31_536_000)]
Minute = Annotated[int, Meta(ge=0, le=1440)]
Day = Annotated[list[tuple[Minute, Minute]], Meta(max_length=12)]
Date = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Short = Annotated[str, Meta(min_length=1, max_length=60)]
Words = Annotated[str, Meta(min_length=1, max_length=4000)]


class HoursBody(Body, frozen=True):
    """Local minutes since midnight, Monday first; closed on ISO dates. `since_ms`: in force from then on,
    0 for all of the past too; from now on when it is left out."""

    zone: Annotated[str, Meta(min_length=1, max_length=64)]
    week: Annotated[list[Day], Meta(min_length=7, max_length=7)]
    closed_on: Annotated[list[Date], Meta(max_length=400)] = msgspec.field(default_factory=list)
    since_ms: Annotated[int, Meta(ge=0)] | None = None


class QueueBody(Body, frozen=True):
    """A field that is left out stays as it is."""

    name: Name | None = None
    sl_threshold_s: Seconds | None = None
    sl_target: Annotated[float, Meta(ge=0, le=1)] | None = None
    short_abandon_s: Seconds | None = None
    frt_target_s: Seconds | None = None
    offer_timeout_s: Annotated[int, Meta(ge=5, le=600)] | None = None
    wrapup_max_s: Seconds | None = None
    auto_accept: bool | None = None


class SiteBody(Body, frozen=True):
    """A field that is left out stays as it is."""

    name: Name | None = None
    queue: Key | None = None
    bot: bool | None = None
    locale: Annotated[str, Meta(max_length=35)] | None = None
    surveys: Annotated[list[Short], Meta(max_length=8)] | None = None
    greeting: Annotated[str, Meta(max_length=500)] | None = None
    departments: Annotated[list[Key], Meta(max_length=50)] | None = None
    origins: Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=100)] | None = None
    theme: dict[str, Any] | None = None
    identity_secret: Annotated[str, Meta(max_length=200)] | None = None
    disconnect_grace_s: Seconds | None = None
    idle_close_s: Annotated[int, Meta(ge=60, le=604_800)] | None = None
    reopen_window_s: Seconds | None = None
    drafts: bool | None = None


class CannedBody(Body, frozen=True):
    """`own`: only for me. Everybody's are a supervisor's to write."""

    shortcut: Short
    title: Name
    text: Words
    own: bool = True


class AuditQuery(Query, frozen=True):
    before: int | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


# -- queues and hours -------------------------------------------------------------------------------


async def queues(ask: Ask) -> dict[str, Any]:
    return {"queues": list(ask.wire.hall.desk.rules.queues.values())}


async def queue(ask: Ask) -> Queue:
    return _queue(ask)


async def put_queue(ask: Ask) -> Queue:
    known = ask.wire.hall.desk.rules.queues.get(ask.path["id"])
    before = known or Queue(id=_key(ask), name=ask.body.name or ask.path["id"])
    return await _keep_queue(ask, replace(before, **_given(ask.body)))


async def hours(ask: Ask) -> Hours:
    return _queue(ask).hours


async def put_hours(ask: Ask) -> Hours:
    asked: HoursBody = ask.body
    try:
        ZoneInfo(asked.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("bad_request", "There is no such time zone.", field="zone") from None
    if any(start >= end for day in asked.week for start, end in day):
        raise Refused("bad_request", "An opening ends after it begins.", field="week")
    week = tuple(tuple(sorted(day)) for day in asked.week)
    fresh = Hours(zone=asked.zone, week=week, closed_on=frozenset(asked.closed_on))
    queue, now_ms = _queue(ask), ask.wire.hall.desk.now_ms()
    since_ms = now_ms if asked.since_ms is None else min(asked.since_ms, now_ms)
    return (await _keep_queue(ask, replace(queue, hours=fresh.after(queue.hours, since_ms)))).hours


async def _keep_queue(ask: Ask, fresh: Queue) -> Queue:
    await ask.wire.hall.directory.places.put_queue(fresh)
    await _written(ask, "queue_changed", fresh.id)
    return fresh


def _queue(ask: Ask) -> Queue:
    found = ask.wire.hall.desk.rules.queues.get(ask.path["id"])
    if found is None:
        raise Refused("not_found", "There is no such queue.")
    return found


# -- sites and surveys ------------------------------------------------------------------------------


async def sites(ask: Ask) -> dict[str, Any]:
    return {"sites": [_shown(ask, site) for site in ask.wire.hall.desk.rules.sites.values()]}


async def site(ask: Ask) -> Any:
    return _shown(ask, _site(ask))


async def put_site(ask: Ask) -> Any:
    rules = ask.wire.hall.desk.rules
    known = rules.sites.get(ask.path["id"])
    before = known or Site(
        id=_key(ask), name=ask.body.name or ask.path["id"], queue=ask.body.queue or next(iter(rules.queues))
    )
    given = _given(ask.body)
    for name in ("surveys", "departments", "origins"):
        if name in given:
            given[name] = tuple(given[name])
    fresh = replace(before, **given)
    _check_site(fresh, rules.queues)
    await ask.wire.hall.directory.places.put_site(fresh)
    await _written(ask, "site_changed", fresh.id)
    return _shown(ask, fresh)


def _check_site(fresh: Site, queues: Mapping[str, Queue]) -> None:
    for field, names, known in (
        ("queue", (fresh.queue,), queues), ("departments", fresh.departments, queues),
        ("surveys", fresh.surveys, QUESTIONS),
    ):  # fmt: skip
        if any(name not in known for name in names):
            raise Refused("bad_request", "There is no such thing.", field=field)


def _shown(ask: Ask, site: Site) -> dict[str, Any]:
    """The site's secret is for administrators; others only learn that there is one."""
    shown: dict[str, Any] = msgspec.to_builtins(site)
    if not at_least(ask.me, "admin"):
        shown["identity_secret"] = None
    return {**shown, "verifies_identity": site.identity_secret is not None}


def _site(ask: Ask) -> Site:
    found = ask.wire.hall.desk.rules.sites.get(ask.path["id"])
    if found is None:
        raise Refused("not_found", "There is no such site.")
    return found


async def surveys(ask: Ask) -> dict[str, Any]:
    asked = {site.id: list(site.surveys) for site in ask.wire.hall.desk.rules.sites.values()}
    return {"questions": QUESTIONS, "sites": asked}


# -- canned answers, tags, audit --------------------------------------------------------------------


async def canned(ask: Ask) -> dict[str, Any]:
    return {"canned": await ask.wire.hall.directory.phrases.of(ask.me.id)}


async def add_canned(ask: Ask) -> Canned:
    return await _put_canned(ask, None)


async def put_canned(ask: Ask) -> Canned:
    return await _put_canned(ask, (await _canned(ask)).id)


async def _put_canned(ask: Ask, key: str | None) -> Canned:
    if not ask.body.own and not at_least(ask.me, "supervisor"):
        raise Refused("forbidden", "Everybody's answers are a supervisor's to write.", field="own")
    return await ask.wire.hall.directory.phrases.put(
        key=key, shortcut=ask.body.shortcut, title=ask.body.title, text=ask.body.text,
        owner=ask.me.id if ask.body.own else None,
    )  # fmt: skip


async def drop_canned(ask: Ask) -> None:
    await ask.wire.hall.directory.phrases.remove((await _canned(ask)).id)


async def _canned(ask: Ask) -> Canned:
    """One that is mine, or everybody's if I may write those."""
    found = await ask.wire.hall.directory.phrases.get(ask.path["id"])
    mine = found is not None and found.owner == ask.me.id
    if found is None or not (mine or (found.owner is None and at_least(ask.me, "supervisor"))):
        raise Refused("not_found", "There is no such answer.")
    return found


async def tags(ask: Ask) -> dict[str, Any]:
    return {"tags": await ask.wire.hall.directory.archive.tags()}


async def audit(ask: Ask) -> dict[str, Any]:
    return {"audit": await ask.wire.hall.directory.audit.read(ask.query.before, ask.query.limit)}


def _key(ask: Ask) -> str:
    try:
        return msgspec.convert(ask.path["id"], Key)
    except msgspec.ValidationError:
        raise Refused("bad_request", "Letters, digits, - and _ only.", field="id") from None


def _given(body: Body) -> dict[str, Any]:
    given: dict[str, Any] = msgspec.structs.asdict(body)
    return {name: value for name, value in given.items() if value is not None}


async def _written(ask: Ask, action: str, subject: str) -> None:
    """Into the audit log, and to everybody who reads the rules."""
    told = sorted(_given(ask.body))
    await ask.wire.hall.directory.audit.add(ask.me.id, action, subject, fields=told)
    await ask.wire.reload()


def routes(wire: Wire) -> list[Route]:
    def get(path: str, says: str, run: Any, gives: Any = dict[str, Any], **more: Any) -> Route:
        return Route(method="GET", path=path, says=says, run=run, gives=gives, **more)

    def put(path: str, says: str, run: Any, takes: type[Body], gives: Any, **more: Any) -> Route:
        return Route(method="PUT", path=path, says=says, run=run, takes=takes, gives=gives, **more)

    return [
        get("/api/queues", "All queues.", queues, dict[str, list[Queue]]),
        get("/api/queues/{id}", "One queue.", queue, Queue),
        put("/api/queues/{id}", "Make or change a queue.", put_queue, QueueBody, Queue, role="admin"),
        get("/api/queues/{id}/hours", "When a queue is open.", hours, Hours),
        put("/api/queues/{id}/hours", "Say when a queue is open.", put_hours, HoursBody, Hours, role="admin"),
        get("/api/sites", "All sites.", sites),
        get("/api/sites/{id}", "One site.", site),
        put("/api/sites/{id}", "Make or change a site.", put_site, SiteBody, dict[str, Any], role="admin"),
        get("/api/surveys", "Which questions there are, and which site asks which.", surveys),
        get("/api/canned", "Answers kept ready: everybody's and mine.", canned, dict[str, list[Canned]]),
        Route(method="POST", path="/api/canned", says="Keep an answer ready.", run=add_canned,
              takes=CannedBody, gives=Canned, status=201),
        put("/api/canned/{id}", "Change an answer.", put_canned, CannedBody, Canned),
        Route(method="DELETE", path="/api/canned/{id}", says="Drop an answer.", run=drop_canned, gives=None,
              status=204),
        get("/api/tags", "Tags in use, with how often.", tags),
        get("/api/audit", "Who changed what, the latest first.", audit, role="admin", query=AuditQuery),
    ]  # fmt: skip
