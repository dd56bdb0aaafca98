"""An event as each audience may see it.

Two audiences: the visitor and the staff. What a visitor may not see reaches him as a `hidden`
frame, so that his count stays whole. `SHOWN` is the whole policy.
"""

from collections.abc import Mapping
from typing import Any, Literal

from antiphon.domain.decide.close import SURVEY_EXPIRY_MS
from antiphon.domain.events import Event
from antiphon.gateway.frames import EventFrame, WireActor
from antiphon.gateway.roster import Roster

Audience = Literal["visitor", "staff"]

_MESSAGE = ("cmid", "text", "format", "attachments", "quick_replies", "image", "custom", "auto", "public")

# kind → the fields of `data` a visitor sees. A kind that is not here is hidden from him.
SHOWN: Mapping[str, tuple[str, ...]] = {
    "conversation_started": ("cmid", "channel", "department", "language"),
    "message": _MESSAGE,
    "bot_started": ("bot",),
    "bot_confirm": ("answer",),
    "handoff_requested": ("cmid", "by", "reason"),
    "queue_entered": ("queue", "reason", "estimate_s"),
    "diverted": ("to", "ticket", "reason"),
    "accepted": ("agent", "name", "avatar", "joined"),
    "transferred": ("from", "to_queue", "to_agent", "to_bot", "warm"),
    "agent_left": ("agent", "name"),
    "agent_lost": ("agent", "name"),
    "visitor_disconnected": (),
    "visitor_reconnected": (),
    "visitor_ended": (),
    "closed": ("cmid", "by", "resolved", "reason"),
    "reopened": ("by",),
    "survey_offered": ("survey", "questions", "kinds", "expires_ms"),
    "survey_answered": ("cmid", "survey", "kind", "score", "skipped", "text"),
}

_AGENT_KINDS = ("accepted", "agent_left", "agent_lost", "offer_made", "offer_expired", "offer_declined")


class Renderer:
    """Events to frames, with the epoch and the names that go with them."""

    def __init__(self, epoch: str, roster: Roster) -> None:
        self.epoch = epoch
        self._roster = roster

    def frame(self, event: Event, audience: Audience) -> EventFrame:
        """One event for one audience."""
        if audience == "staff":
            return self._frame(event, self._actor(event), self._data(event))
        if not shown_to_visitor(event):
            return self._hidden(event)
        return self._frame(event, self._actor(event), _shown(event, self._data(event)))

    def both(self, event: Event) -> tuple[EventFrame, EventFrame]:
        """One event for the visitor and for the staff."""
        actor, data = self._actor(event), self._data(event)
        shown = shown_to_visitor(event)
        visitors = self._frame(event, actor, _shown(event, data)) if shown else self._hidden(event)
        return visitors, self._frame(event, actor, data)

    def _frame(self, event: Event, actor: WireActor, data: dict[str, Any]) -> EventFrame:
        return EventFrame(
            conversation=event.stream, seq=event.n, epoch=self.epoch, kind=event.kind, id=event.id,
            at_ms=event.at_ms, actor=actor, data=data,
        )  # fmt: skip

    def _hidden(self, event: Event) -> EventFrame:
        return EventFrame(conversation=event.stream, seq=event.n, epoch=self.epoch, kind="hidden")

    def frames(self, events: list[Event], audience: Audience) -> list[EventFrame]:
        return [self.frame(event, audience) for event in events]

    def _actor(self, event: Event) -> WireActor:
        actor = event.actor
        name = self._roster.name(actor.id) if actor.kind == "agent" else None
        return WireActor(kind=actor.kind, id=actor.id, name=name or actor.name)

    def _data(self, event: Event) -> dict[str, Any]:
        data = {**event.data, **(event.words or {})}
        if event.cmid:
            data["cmid"] = event.cmid
        if event.kind == "message":
            return _message(data)
        if event.kind == "survey_offered":
            data["expires_ms"] = event.at_ms + SURVEY_EXPIRY_MS
        if event.kind in _AGENT_KINDS:
            person = self._roster.person(event.data["agent"])
            data |= {"name": person.name, "avatar": person.avatar}
        return data


def _shown(event: Event, data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: data[key] for key in SHOWN[event.kind] if key in data}


def shown_to_visitor(event: Event) -> bool:
    """May the visitor see more of it than its number?"""
    if event.kind == "message":
        return bool(event.data.get("public", True)) and not event.data.get("whisper")
    return event.kind in SHOWN


def _message(data: dict[str, Any]) -> dict[str, Any]:
    """A message's data is the same in every frame, whoever wrote it."""
    known = data.get
    image = known("image")
    data.update(
        text=known("text") or "", format="text",
        attachments=[{"type": "image", "url": image}] if image else [],
        quick_replies=known("quick_replies") or [],
        auto=bool(known("auto")), public=bool(known("public", True)),
    )  # fmt: skip
    return data
