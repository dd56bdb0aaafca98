"""What is said: the beginning, messages, notes, and all that a bot makes of a turn."""

from collections.abc import Iterator
from dataclasses import replace

from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation
from antiphon.domain.decide.event import event
from antiphon.domain.decide.queue import enter, request_handoff
from antiphon.domain.errors import Refused
from antiphon.domain.events import Event
from antiphon.domain.rules import Rules
from antiphon.domain.wording import fingerprint, is_courtesy


def start(c: Conversation, cmd: ask.Start, now: int, rules: Rules) -> Iterator[Event]:
    if c.state != "new":
        raise Refused("conflict", "This conversation has already begun.")
    yield event(
        c, cmd, now, "conversation_started", main=True, visitor=cmd.visitor, channel=cmd.channel,
        initiator=cmd.initiator, site=cmd.site, department=cmd.department, words={"pre_chat": cmd.pre_chat},
        **cmd.facts,
    )  # fmt: skip
    if cmd.bot:
        yield event(c, cmd, now, "bot_started", bot=cmd.bot)
    else:
        yield from enter(c, cmd, now, rules, cmd.queue, "new")
    if cmd.text:
        yield _message(c, ask.Say(conversation=c.id, actor=cmd.actor, text=cmd.text), now)


def say(c: Conversation, cmd: ask.Say, now: int, rules: Rules) -> Iterator[Event]:
    if cmd.actor.kind == "agent" and not c.has(cmd.actor.id):
        if c.state == "closed":
            raise Refused("closed", "This conversation is over.")
        raise Refused("conflict", "Take the conversation before you write in it.")
    if cmd.actor.kind == "bot" and c.state != "bot":
        raise Refused("conflict", "A person has this conversation now.")
    if cmd.actor.kind == "visitor" and c.state == "closed":
        yield from _reopen(c, cmd, now, rules)
    yield _message(c, cmd, now, main=True)


def _message(c: Conversation, cmd: ask.Say, now: int, *, main: bool = False) -> Event:
    sender = cmd.actor.kind
    agent = cmd.actor.id if sender == "agent" else None
    courtesy = sender == "visitor" and is_courtesy(cmd.text, c.language)
    typed = sender == "agent" and not cmd.canned_id and not cmd.auto
    return event(
        c, cmd, now, "message", main=main, sender=sender, agent=agent, public=True, auto=cmd.auto,
        canned_id=cmd.canned_id, fallback=cmd.fallback or None, intent=cmd.intent, confidence=cmd.confidence,
        length=len(cmd.text), courtesy=courtesy or None, print=fingerprint(cmd.text) if typed else None,
        words={"text": cmd.text, "payload": cmd.payload, "quick_replies": list(cmd.quick_replies),
               "image": cmd.image, "custom": cmd.custom},
    )  # fmt: skip


def _reopen(c: Conversation, cmd: ask.Say, now: int, rules: Rules) -> Iterator[Event]:
    """Within the window a visitor's message reopens what had really been answered (G19)."""
    window_ms = rules.sites[c.site].reopen_window_s * 1000 if c.site in rules.sites else 0
    if not c.had_reply or now - (c.closed_at_ms or now) > window_ms:
        raise Refused("closed", "This conversation is over. Start a new one.")
    yield event(c, cmd, now, "reopened", by="visitor")
    if c.served and c.queue:
        yield from enter(c, cmd, now, rules, c.queue, "new")


def note(c: Conversation, cmd: ask.Note, now: int, rules: Rules) -> Iterator[Event]:
    yield event(
        c, cmd, now, "message", main=True, sender="agent", agent=cmd.actor.id, public=False, auto=False,
        whisper=cmd.whisper or None, length=len(cmd.text), words={"text": cmd.text},
    )  # fmt: skip


def bot_answer(c: Conversation, cmd: ask.BotAnswer, now: int, rules: Rules) -> Iterator[Event]:
    if c.state != "bot" or (cmd.cause and cmd.cause <= c.answered):
        return
    if cmd.confirm is not None:
        yield event(c, cmd, now, "bot_confirm", bot=c.bot, answer="yes" if cmd.confirm else "no")
    for reply in cmd.replies:
        yield _message(c, replace(reply, cause=cmd.cause), now)
    if cmd.handoff:
        yield from request_handoff(c, replace(cmd.handoff, cause=cmd.cause), now, rules)
    elif cmd.end:
        yield event(c, cmd, now, "closed", by="bot", resolved=bool(cmd.confirm))
