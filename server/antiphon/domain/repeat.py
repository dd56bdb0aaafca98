"""Is a command the repeat of the one that made an event? Then its cmid gets the same answer."""

from antiphon.domain import commands as ask
from antiphon.domain import ticket as tickets
from antiphon.domain.events import Event

_MAIN_KINDS = {
    ask.Start: "conversation_started",
    ask.Say: "message",
    ask.Note: "message",
    ask.RequestHandoff: "handoff_requested",
    ask.End: "closed",
    ask.Transfer: "transferred",
    ask.Rate: "survey_answered",
    tickets.Open: "ticket_created",
    tickets.Reply: "ticket_replied",
}


def same(command: ask.Command, event: Event) -> bool:
    """Did the same command make this event?"""
    if event.kind != _MAIN_KINDS.get(type(command), event.kind):
        return False
    words = event.words or {}
    if isinstance(command, ask.Say | ask.Note | tickets.Open | tickets.Reply):
        payload = command.payload if isinstance(command, ask.Say) else None
        return (words.get("text") or "") == command.text and words.get("payload") == payload
    if isinstance(command, ask.Rate):
        return event.data.get("score") == command.answers.get(event.data["kind"])
    return True
