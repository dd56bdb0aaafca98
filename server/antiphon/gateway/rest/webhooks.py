"""Webhooks: who outside is told of which events; and every delivery, with what became of it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from antiphon.domain.errors import Refused
from antiphon.domain.events import KINDS
from antiphon.gateway.rest.body import Body, Query
from antiphon.gateway.rest.layer import Ask, Route
from antiphon.gateway.sockets import Wire
from antiphon.journal.deliveries import MAIL, Delivery, Parcel
from antiphon.journal.webhooks import Webhook
from antiphon.outside.addresses import BadAddress
from antiphon.outside.post import fresh_secret

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Url = Annotated[str, Meta(min_length=8, max_length=1000)]


class WebhookBody(Body, frozen=True):
    """`kinds`: events of the vocabulary to be posted as they happen; `words`: with what people wrote."""

    name: Name
    url: Url
    kinds: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=100)] = msgspec.field(
        default_factory=list
    )
    words: bool = False
    enabled: bool = True


class WebhookView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`secret` is told when it is made, and never again; `counts` are deliveries by state."""

    id: str
    name: str
    url: str
    kinds: list[str]
    words: bool
    enabled: bool
    counts: dict[str, int]
    secret: str | None = None


class WebhookList(msgspec.Struct, frozen=True):
    """`kinds`: all there are, with what each says."""

    webhooks: list[WebhookView]
    kinds: dict[str, str]


class DeliveriesQuery(Query, frozen=True):
    """`target`: a webhook's id, or `mail`."""

    target: Annotated[str, Meta(max_length=40)] | None = None
    state: Literal["waiting", "sent", "dead"] | None = None
    before: int | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """Where a delivery stands: `attempts` so far, the next at `due_ms`, what the last one met with."""

    id: int
    target: str
    kind: str
    about: str
    state: str
    attempts: int
    due_ms: int
    created_at_ms: int
    ended_at_ms: int | None
    status: int | None
    problem: str | None


class DeliveryList(msgspec.Struct, frozen=True):
    deliveries: list[DeliveryView]


async def webhooks(ask: Ask) -> WebhookList:
    directory = ask.wire.hall.directory
    counts = await directory.outbox.counts()
    kinds = {kind: row.says for kind, row in KINDS.items()}
    return WebhookList([_view(hook, counts) for hook in await directory.webhooks.all()], kinds)


async def add(ask: Ask) -> WebhookView:
    hook, secret = _asked(ask, ""), fresh_secret()
    made = await ask.wire.hall.directory.webhooks.add(hook, secret)
    await _noted(ask, "webhook_added", made)
    return _view(made, {}, secret)


async def change(ask: Ask) -> WebhookView:
    before = await _hook(ask)
    asked = _asked(ask, before.id, before.since_seq)
    kept = await ask.wire.hall.directory.webhooks.change(asked, asleep=not before.follows)
    await _noted(ask, "webhook_changed", kept)
    return _view(kept, await ask.wire.hall.directory.outbox.counts())


async def drop(ask: Ask) -> None:
    hook, directory = await _hook(ask), ask.wire.hall.directory
    using = [rule.name for rule in await directory.alerts.rules() if hook.id in rule.webhooks]
    if using:
        raise Refused("conflict", f"The alert “{using[0]}” is told by it.")
    await directory.webhooks.remove(hook)
    await _noted(ask, "webhook_removed", hook)


async def turn(ask: Ask) -> WebhookView:
    hook, secret = await _hook(ask), fresh_secret()
    await ask.wire.hall.directory.webhooks.turn(hook.id, secret)
    await _noted(ask, "webhook_secret_changed", hook)
    return _view(hook, await ask.wire.hall.directory.outbox.counts(), secret)


async def test(ask: Ask) -> dict[str, Any]:
    """A post like any other, which says that it is a test; its delivery tells how it went."""
    hook, hall = await _hook(ask), ask.wire.hall
    told = {"kind": "test", "at_ms": hall.desk.now_ms(), "text": f"A test of “{hook.name}”."}
    body = msgspec.json.encode(told).decode()
    lane = f"test:{hall.desk.now_ms()}"
    await hall.directory.outbox.put([Parcel(target=hook.target, lane=lane, kind="test", body=body)])
    return {"lane": lane}


async def deliveries(ask: Ask) -> DeliveryList:
    query = ask.query
    target = query.target if query.target in (None, MAIL) else f"webhook:{query.target}"
    found = await ask.wire.hall.directory.outbox.listed(
        target=target, state=query.state, before=query.before, limit=query.limit
    )
    return DeliveryList([_told(one) for one in found])


async def again(ask: Ask) -> None:
    """Whatever became of it, it is sent once more."""
    key = ask.path["id"]
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 16 else 0
    if not await ask.wire.hall.directory.outbox.again(number):
        raise Refused("not_found", "There is no such delivery.")
    await ask.wire.hall.directory.audit.add(ask.me.id, "delivery_sent_again", key)


def _asked(ask: Ask, key: str, since_seq: int = 0) -> Webhook:
    body: WebhookBody = ask.body
    unknown = next((kind for kind in body.kinds if kind not in KINDS), None)
    if unknown is not None:
        raise Refused("bad_request", f"There is no kind `{unknown}`.", field="kinds")
    try:
        ask.wire.hall.settings.guard.check(body.url)
    except BadAddress as no:
        raise Refused("bad_request", str(no), field="url") from None
    return Webhook(
        id=key, name=body.name, url=body.url, kinds=tuple(dict.fromkeys(body.kinds)), words=body.words,
        enabled=body.enabled, since_seq=since_seq,
    )  # fmt: skip


async def _hook(ask: Ask) -> Webhook:
    found = await ask.wire.hall.directory.webhooks.get(ask.path["id"])
    if found is None:
        raise Refused("not_found", "There is no such webhook.")
    return found


async def _noted(ask: Ask, action: str, hook: Webhook) -> None:
    host = urlsplit(hook.url).hostname  # the rest of a URL may be a secret
    told = {"name": hook.name, "host": host, "words": hook.words, "enabled": hook.enabled}
    await ask.wire.hall.directory.audit.add(ask.me.id, action, hook.id, **told)


def _view(hook: Webhook, counts: Mapping[tuple[str, str], int], secret: str | None = None) -> WebhookView:
    mine = {state: count for (target, state), count in counts.items() if target == hook.target}
    return WebhookView(
        id=hook.id, name=hook.name, url=hook.url, kinds=list(hook.kinds), words=hook.words,
        enabled=hook.enabled, counts=mine, secret=secret,
    )  # fmt: skip


def _told(one: Delivery) -> DeliveryView:
    return DeliveryView(
        id=one.id, target=one.target.removeprefix("webhook:"), kind=one.kind, about=one.lane, state=one.state,
        attempts=one.attempts, due_ms=one.due_ms, created_at_ms=one.created_at_ms,
        ended_at_ms=one.ended_at_ms, status=one.status, problem=one.problem,
    )  # fmt: skip


def routes(wire: Wire) -> list[Route]:
    def row(method: str, path: str, says: str, run: Any, gives: Any = WebhookView, **more: Any) -> Route:
        return Route(method=method, path=path, says=says, run=run, gives=gives, role="admin", **more)

    one = "/api/webhooks/{id}"
    return [
        row("GET", "/api/webhooks", "Who outside is told of what.", webhooks, WebhookList),
        row("POST", "/api/webhooks", "Add a webhook; its secret is told now only.", add, takes=WebhookBody,
            status=201),
        row("PUT", one, "Change a webhook.", change, takes=WebhookBody),
        row("DELETE", one, "Drop a webhook, and what waits for it.", drop, None, status=204),
        row("POST", f"{one}/secret", "Another secret; the old one signs nothing more.", turn),
        row("POST", f"{one}/test", "Post a test.", test, dict[str, Any], status=202),
        row("GET", "/api/deliveries", "What was told outside, the latest first.", deliveries, DeliveryList,
            query=DeliveriesQuery),
        row("POST", "/api/deliveries/{id}/again", "Send it once more.", again, None, status=204),
    ]  # fmt: skip
