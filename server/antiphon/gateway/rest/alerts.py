"""Alert rules and what they fired. Administrators write rules; a supervisor reads, and acknowledges."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from antiphon.domain.alerts import Comparison, Rule
from antiphon.domain.errors import Refused
from antiphon.gateway.rest.body import Body, Query
from antiphon.gateway.rest.goals import Amount, Key, kpi_of
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.rest.people import Email
from antiphon.gateway.sockets import Wire
from antiphon.journal.alerts import Firing

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Seconds = Annotated[int, Meta(ge=0, le=86_400)]


class RuleBody(Body, frozen=True):
    """A live KPI, of all or of one `queue` or `agent`, compared for `for_s` seconds on end.

    After it is over it stays quiet for `cooldown_s`. `enough`: a figure of fewer is none.
    """

    name: Name
    kpi: Key
    comparison: Comparison
    threshold: Amount
    queue: Key | None = None
    agent: Key | None = None
    for_s: Seconds = 0
    cooldown_s: Seconds = 0
    enough: Annotated[int, Meta(ge=0, le=100_000)] = 0
    open_only: bool = False
    enabled: bool = True
    webhooks: Annotated[list[Key], Meta(max_length=20)] = msgspec.field(default_factory=list)
    emails: Annotated[list[Email], Meta(max_length=20)] = msgspec.field(default_factory=list)


class FiringsQuery(Query, frozen=True):
    """`open`: only what fires now."""

    state: Literal["open", "all"] = "all"
    before: int | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class Rules(msgspec.Struct, frozen=True):
    """`mails`: is there a mail server?"""

    rules: list[Rule]
    mails: bool


class Firings(msgspec.Struct, frozen=True):
    firings: list[Firing]


async def rules(ask: Ask) -> Rules:
    hall = ask.wire.hall
    return Rules(await hall.directory.alerts.rules(), hall.settings.mails)


async def add(ask: Ask) -> Rule:
    return await _put(ask, "")


async def change(ask: Ask) -> Rule:
    return await _put(ask, (await _rule(ask)).id)


async def drop(ask: Ask) -> None:
    rule = await _rule(ask)
    await ask.wire.hall.directory.alerts.remove(rule.id)
    await ask.wire.hall.directory.audit.add(ask.me.id, "alert_rule_removed", rule.id, name=rule.name)


async def firings(ask: Ask) -> Firings:
    alerts, query = ask.wire.hall.directory.alerts, ask.query
    if query.state == "open":
        return Firings(await alerts.open())
    return Firings(await alerts.listed(query.before, query.limit))


async def acknowledge(ask: Ask) -> Firing:
    """Whoever says first that he looks after it is named on the board."""
    hall, key = ask.wire.hall, ask.path["id"]
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 16 else 0
    found = await hall.directory.alerts.acknowledge(number, ask.me.id, hall.desk.now_ms())
    if found is None:
        raise Refused("not_found", "There is no such alert.")
    await hall.directory.audit.add(ask.me.id, "alert_acknowledged", key, name=found.name)
    return found


async def _put(ask: Ask, key: str) -> Rule:
    hall, asked = ask.wire.hall, ask.body
    entry = kpi_of(hall, asked.kpi, asked.queue, asked.agent)
    if not entry.live:
        raise Refused("bad_request", f"{entry.name} is no live number.", field="kpi")
    if asked.queue and asked.agent:
        raise Refused("bad_request", "For a queue or for an agent, not for both.", field="agent")
    known = {hook.id for hook in await hall.directory.webhooks.all()}
    if not known.issuperset(asked.webhooks):
        raise Refused("bad_request", "There is no such webhook.", field="webhooks")
    if asked.emails and not hall.settings.mails:
        raise Refused("conflict", "No mail server is set (ANTIPHON_SMTP_URL).", field="emails")
    given = {**msgspec.structs.asdict(asked), "queue": asked.queue or "", "agent": asked.agent or ""}
    given |= {"webhooks": tuple(asked.webhooks), "emails": tuple(asked.emails)}
    kept = await hall.directory.alerts.put(Rule(id=key, **given))
    told = {name: given[name] for name in ("name", "kpi", "comparison", "threshold", "for_s")}
    did = "alert_rule_changed" if key else "alert_rule_added"
    await hall.directory.audit.add(ask.me.id, did, kept.id, **told)
    return kept


async def _rule(ask: Ask) -> Rule:
    found = await ask.wire.hall.directory.alerts.rule(ask.path["id"])
    if found is None:
        raise Refused("not_found", "There is no such rule.")
    return found


def routes(wire: Wire) -> list[Route]:
    admin: dict[str, Any] = {"role": "admin", "takes": RuleBody, "gives": Rule}
    return [
        Route(method="GET", path="/api/alerts", says="What fired, the latest first.", run=firings,
              role="supervisor", query=FiringsQuery, gives=Firings),
        Route(method="POST", path="/api/alerts/{id}/acknowledge", says="I look after this alert.",
              run=acknowledge, role="supervisor", gives=Firing),
        Route(method="GET", path="/api/alert-rules", says="When an alert fires, and who is told.", run=rules,
              role="supervisor", gives=Rules),
        Route(method="POST", path="/api/alert-rules", says="Add an alert rule.", run=add, status=201,
              **admin),
        Route(method="PUT", path="/api/alert-rules/{id}", says="Change an alert rule.", run=change, **admin),
        Route(method="DELETE", path="/api/alert-rules/{id}", says="Drop an alert rule.", run=drop,
              role="admin", gives=None, status=204),
    ]  # fmt: skip
