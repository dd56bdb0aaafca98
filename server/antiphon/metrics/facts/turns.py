"""Messages: turns, first replies, who has the last word (kpis.md §3, G12).

A turn starts at the *first* visitor message after the last reply and ends at the next reply. A reply is
public, by the bot or a person, and not automatic. A reply to a visitor who has left is no sample.
"""

from antiphon.domain.events import Event
from antiphon.metrics.facts import legs
from antiphon.metrics.facts.reading import agent_of, sender_of, text
from antiphon.metrics.facts.rows import NEVER, Turn
from antiphon.metrics.facts.work import Work

_COURTESIES = frozenset({"thanks", "thank_you", "goodbye", "bye"})  # intents that want no answer (C07)


def message(w: Work, e: Event) -> None:
    data = e.data
    if data.get("public") is False or data.get("whisper"):
        return
    sender = sender_of(e)
    if sender == "visitor":
        _asked(w, e)
    elif sender == "bot":
        w.bot = text(data.get("bot")) or e.actor.id or w.bot or "bot"
        if not data.get("auto"):
            _bot_reply(w, e)
    elif sender == "agent" and not data.get("auto"):
        _human_reply(w, e)


def _asked(w: Work, e: Event) -> None:
    w.away = False
    at = w.last_message_at = e.at_ms
    w.asked += 1
    if not w.acted or at // 900_000 != w.acted[-1] // 900_000:
        w.acted.append(at)
    w.last_word = 2 if e.data.get("courtesy") or e.data.get("intent") in _COURTESIES else 1
    if w.first_visitor_at == NEVER:
        w.first_visitor_at = at
        w.begin(at)
    if w.turn_from == NEVER:
        w.turn_from = at
    if not w.intent:
        w.intent = text(e.data.get("intent"))
    sentiment = e.data.get("sentiment")
    if isinstance(sentiment, int | float):
        w.sentiments.append(sentiment)
    legs.asked(w, e)


def _bot_reply(w: Work, e: Event) -> None:
    w.last_message_at = e.at_ms
    w.bot_replies += 1
    w.last_word = 0
    if not w.intent and not e.data.get("fallback"):
        w.intent = text(e.data.get("intent"))
    legs.replied(w, e)
    if not w.away and w.first_reply_at == NEVER and w.started_at <= e.at_ms:
        w.first_reply_at = e.at_ms
    if w.turn_from != NEVER:
        _end_turn(w, e.at_ms, "bot", w.bot)


def _human_reply(w: Work, e: Event) -> None:
    at, agent = e.at_ms, agent_of(e)
    w.last_message_at = at
    first = w.human_replies == 0
    w.human_replies += 1
    w.last_word = 0
    w.last_reply_agent = agent
    if e.data.get("canned_id"):
        w.canned += 1
    elif e.data.get("print"):
        w.prints.append(text(e.data["print"]))
    if not w.away:
        _reached(w, at, agent)
    own_from = _count_for_engagement(w, agent, at)
    if w.turn_from != NEVER:
        w.waited_ms += at - w.turn_from
        w.agent_turns += 1
        _end_turn(w, at, "human", agent, first=first, own_from=own_from)


def _reached(w: Work, at: int, agent: str) -> None:
    """A person's words reached a visitor who was there."""
    if w.first_reply_at == NEVER and w.started_at <= at:
        w.first_reply_at = at
    if w.requested_at != NEVER and w.served_at == NEVER and w.left_at == NEVER:
        w.served_at, w.reply_agent = at, agent


def _count_for_engagement(w: Work, agent: str, at: int) -> int:
    """Counts the reply for the agent's engagement; returns when that agent came in."""
    for engagement in w.engaged:
        if engagement.agent == agent:
            engagement.replies += 1
            if engagement.replied_at == NEVER and not w.away:
                engagement.replied_at = at
            return engagement.started_at
    return 0


def _end_turn(w: Work, at: int, by: str, agent: str, *, first: bool = False, own_from: int = 0) -> None:
    w.turns.append(Turn(
        w.first.stream, len(w.turns) + 1, w.turn_from, at, by, agent, w.queue, 1 if first else 0,
        max(w.turn_from, own_from),
    ))  # fmt: skip
    w.turn_from = NEVER


def given_up(w: Work, at: int) -> None:
    """The visitor left, or the conversation was closed, over an unanswered message."""
    if w.turn_from != NEVER:
        w.waited_ms += at - w.turn_from
        w.unanswered += 1
        _end_turn(w, at, "nobody", "")


def still_open(w: Work) -> None:
    if w.turn_from != NEVER:
        _end_turn(w, NEVER, "open", "")
