"""How the folds read a payload that may come from anywhere: never raising, never guessing."""

from antiphon.domain.events import Event


def text(value: object) -> str:
    """A payload's text, the empty string when it is missing; odd histories may hold numbers."""
    return value if isinstance(value, str) else "" if value is None else str(value)


def agent_of(event: Event) -> str:
    """The agent an event speaks of: its payload's, else its actor's."""
    named = event.data.get("agent")
    if named is not None:
        return text(named)
    actor = event.actor
    return (actor.id or "") if actor.kind == "agent" else ""


def sender_of(event: Event) -> str:
    """Who wrote a message: the payload says; else the actor."""
    sender = event.data.get("sender")
    return sender if isinstance(sender, str) else event.actor.kind
