"""What is said outside: an event or an alert as a webhook's body, an alert as a mail."""

from typing import Any

import msgspec

from antiphon.domain.events import Event
from antiphon.journal.alerts import Firing
from antiphon.metrics.catalogue import BY_ID
from antiphon.outside.mail import Mail

_SAYS = {"at_least": "at least", "at_most": "at most", "above": "above", "below": "below"}
_PLAIN = ("count", "conversations", "agents", "slots", "items", "chats", "score")


def of_event(event: Event, *, words: bool) -> bytes:
    """A fact as it is posted. A visitor's name and, without `words`, what anybody wrote stay here."""
    told: dict[str, Any] = {
        "id": event.id, "kind": event.kind, "at_ms": event.at_ms, "stream": event.stream, "seq": event.n,
        "position": event.seq,
        "conversation": None if ":" in event.stream else event.stream,
        "actor": {"kind": event.actor.kind, "id": event.actor.id, "name": event.actor.name},
        "data": {**event.data, **(event.words or {})} if words else dict(event.data),
    }  # fmt: skip
    return msgspec.json.encode(told)


def kind_of(firing: Firing) -> str:
    return "alert_fired" if firing.resolved_at_ms is None else "alert_resolved"


def of_firing(firing: Firing, place: str, url: str) -> str:
    """A firing, or its end, as it is posted; `text` is what a chat room shows."""
    at_ms = firing.fired_at_ms if firing.resolved_at_ms is None else firing.resolved_at_ms
    kind = kind_of(firing)
    told = {
        "id": f"alert-{firing.id}-{kind.removeprefix('alert_')}", "kind": kind, "at_ms": at_ms,
        "text": sentence(firing, place), "alert": firing, "url": url,
    }  # fmt: skip
    return msgspec.json.encode(told).decode()


def mail_of(firing: Firing, place: str, to: str, url: str) -> str:
    """The same as a mail."""
    over = firing.resolved_at_ms is not None
    subject = f"{'Over' if over else 'Alert'}: {firing.name}"
    text = f"{sentence(firing, place)}\n\n{url}\n"
    return msgspec.json.encode(Mail(to=to, subject=subject, text=text)).decode()


def sentence(firing: Firing, place: str) -> str:
    """One line for people; `place` is the queue's or agent's name, or nothing."""
    kpi = BY_ID[firing.kpi]
    what = f"{kpi.name}, {place}," if place else kpi.name
    limit = f"{_SAYS[firing.comparison]} {quantity(firing.threshold, kpi.unit)}"
    if firing.resolved_at_ms is None:
        return f"{firing.name}: {what} is {quantity(firing.value, kpi.unit)} (alert: {limit})."
    lasted_s = (firing.resolved_at_ms - firing.fired_at_ms) // 1000
    now = firing.resolved_value
    value = "no longer counted" if now is None else quantity(now, kpi.unit)
    return f"{firing.name}: over after {lasted_s} s, {what} is {value} (alert: {limit})."


def quantity(value: float, unit: str) -> str:
    """A figure in its unit."""
    if unit == "ratio":
        return f"{value * 100:.1f} %"
    number = f"{value:.1f}".removesuffix(".0")
    return number if unit in _PLAIN else f"{number} {unit}"
