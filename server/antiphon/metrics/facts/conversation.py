"""One conversation's whole history → its rows. Pure: no clock, no I/O; never raises on odd histories.

Rules:
1. Events after `as_of_ms` do not exist (G6); order is (instant, number).
2. `ON` is the whole fold: which handlers an event of a kind passes, in this order; unknown kinds none.
3. Time itself can move a conversation on (a grace runs out, a wrap-up ends): `refold_at` says when.
"""

from collections.abc import Sequence
from typing import NamedTuple

from antiphon.domain.events import Event
from antiphon.metrics.facts import engagements, episodes, legs, presence, surveys, turns, visits
from antiphon.metrics.facts.leaves import effective_leaves
from antiphon.metrics.facts.reading import text
from antiphon.metrics.facts.rows import (
    NEVER,
    Answer,
    Asked,
    Conversation,
    Engagement,
    Episode,
    Heard,
    Leg,
    Offer,
    Transfer,
    Turn,
    Visit,
    Wrapup,
)
from antiphon.metrics.facts.rows_beside import Action
from antiphon.metrics.facts.work import Handler, Work
from antiphon.metrics.settings import Settings

SOCKETS = frozenset({"web", "mobile_app"})  # channels whose leaving a socket can tell (Q20)
MISSED = frozenset({"abandoned_in_queue", "abandoned_after_accept", "unanswered_closed"})


class ConversationFacts(NamedTuple):
    """All rows of one conversation; the field names are the names of the tables."""

    conversation: tuple[Conversation, ...]
    visit: tuple[Visit, ...]
    offer: tuple[Offer, ...]
    engagement: tuple[Engagement, ...]
    wrapup: tuple[Wrapup, ...]
    turn: tuple[Turn, ...]
    leg: tuple[Leg, ...]
    heard: tuple[Heard, ...]
    episode: tuple[Episode, ...]
    transfer: tuple[Transfer, ...]
    asked: tuple[Asked, ...]
    answer: tuple[Answer, ...]
    action: tuple[Action, ...]
    refold_at: int


ON: dict[str, tuple[Handler, ...]] = {
    "message": (turns.message,),
    "bot_started": (episodes.goes_on, engagements.moved_on, legs.bot_started),
    "bot_confirm": (legs.confirmed, episodes.confirmed_late),
    "goal_reached": (legs.goal_reached,),
    "handoff_requested": (legs.handoff_requested,),
    "queue_entered": (episodes.goes_on, legs.moved_on, engagements.moved_on, visits.queue_entered),
    "diverted": (episodes.goes_on, legs.moved_on, engagements.moved_on, visits.diverted),
    "offer_made": (visits.offer_made,),
    "offer_expired": (visits.offer_expired,),
    "offer_declined": (visits.offer_declined,),
    "accepted": (episodes.goes_on, legs.accepted, engagements.accepted, visits.accepted),
    "transferred": (engagements.transferred,),
    "agent_left": (engagements.agent_left,),
    "agent_lost": (engagements.agent_lost,),
    "visitor_reconnected": (presence.reconnected,),
    "visitor_ended": (presence.ended,),
    "closed": (presence.closed, visits.closed, legs.closed, engagements.closed, episodes.closed),
    "reopened": (legs.reopened, episodes.reopened),
    "wrapup_started": (engagements.wrapup_started,),
    "wrapup_ended": (engagements.wrapup_ended,),
    "survey_offered": (surveys.offered,),
    "survey_answered": (surveys.answered,),
    "tagged": (episodes.tagged,),
    "complaint_flagged": (episodes.complaint,),
    "escalated": (episodes.escalated,),
    "spam_flagged": (episodes.spam,),
    "spam_cleared": (episodes.not_spam,),
}


def fold_conversation(events: Sequence[Event], as_of_ms: int, settings: Settings) -> ConversationFacts | None:
    """The rows of one conversation as they were known at `as_of_ms`; None when it had not begun."""
    events = known(events, as_of_ms)
    if not events:
        return None
    work, undecided = _begin(events, as_of_ms, settings)
    leaves = work.leaves
    for i, event in enumerate(events):
        for handle in ON.get(event.kind, ()):
            handle(work, event)
        if i in leaves:
            presence.disconnected(work, event)
    work.last_at = events[-1].at_ms
    return _finish(work, as_of_ms, undecided)


def known(events: Sequence[Event], as_of_ms: int) -> Sequence[Event]:
    """What was known at `as_of_ms`, in order; the sequence itself when nothing needs doing."""
    last, n = -NEVER, 0
    for event in events:
        at_ms = event.at_ms
        if at_ms < last or at_ms > as_of_ms or (at_ms == last and event.n < n):
            return sorted((e for e in events if e.at_ms <= as_of_ms), key=lambda e: (e.at_ms, e.n))
        last, n = at_ms, event.n
    return events


def _begin(events: Sequence[Event], as_of_ms: int, settings: Settings) -> tuple[Work, int]:
    grace_ms, wrap_ms = round(settings.disconnect_grace_s * 1000), round(settings.wrapup_max_s * 1000)
    leaves, undecided = effective_leaves(events, as_of_ms, grace_ms)
    first = next((event for event in events if event.kind == "conversation_started"), events[0])
    work = Work(first, leaves, grace_ms, wrap_ms)
    channel = text(first.data.get("channel")) or "web"
    work.presence = 1 if channel in SOCKETS else 0
    work.spam = 2 if first.data.get("test") else 0
    return work, undecided


def _finish(w: Work, as_of_ms: int, undecided: int) -> ConversationFacts:
    visits.waiting(w)
    visits.open_offers(w)
    turns.still_open(w)
    episodes.still_open(w)
    refold_at = min(undecided, engagements.settle(w, as_of_ms))
    outcome = _outcome(w)
    if w.started_at == NEVER:
        return _invitation(w, refold_at)
    book = w.book
    failed = 1 if outcome in MISSED or (w.diverted_at != NEVER and outcome != "served") else 0
    of_bot = legs.rows(w, failed)
    return ConversationFacts(
        (_row(w, outcome, of_bot),), tuple(w.visits), tuple(w.offers), engagements.rows(w), tuple(w.wrapups),
        tuple(w.turns), of_bot, legs.heard(w), episodes.rows(w), tuple(w.transfer_rows),
        tuple(book.asked) if book else (), tuple(book.answers) if book else (), _actions(w), refold_at,
    )  # fmt: skip


def _invitation(w: Work, refold_at: int) -> ConversationFacts:
    """A chat that we began and nobody took up is no conversation (G11); agents' time on it was spent."""
    return ConversationFacts(
        (_row(w, "", ()),),
        (),
        (),
        engagements.rows(w),
        tuple(w.wrapups),
        (),
        (),
        (),
        (),
        (),
        (),
        (),
        (),
        refold_at,
    )


def _actions(w: Work) -> tuple[Action, ...]:
    d = w.first.data
    who = text(d.get("visitor")), text(d.get("customer"))
    return tuple([Action(w.first.stream, *who, at) for at in w.acted])


def _outcome(w: Work) -> str:
    """Exactly one, tested in this order (kpis.md §3); empty when no person was asked for."""
    if w.requested_at == NEVER:
        return ""
    if w.served_at != NEVER:
        return "served"
    if w.visits and w.visits[-1].outcome == "abandoned":
        return "abandoned_in_queue"
    if w.diverted_at != NEVER:
        return "diverted"
    if w.left_at != NEVER and w.accepted_at <= w.left_at:
        return "abandoned_after_accept"
    return "unanswered_closed" if w.state == "closed" else "pending"


def _stage(w: Work, outcome: str) -> str:
    if w.served_at != NEVER:
        return "replied"
    if w.accepted_at != NEVER:
        return "accepted"
    if not outcome:
        return "bot"
    return "queue_offered" if any(visit.ringing for visit in w.visits) else "queue_never_offered"


def _lost(w: Work, outcome: str, of_bot: tuple[Leg, ...]) -> int:
    """Was the visitor lost where he got to? 2: only if a last word of mere courtesy is a loss (Q11, C07)."""
    if outcome == "served":
        return w.last_word if w.state == "closed" else 0
    if outcome:
        return 1 if outcome in ("abandoned_in_queue", "abandoned_after_accept") else 0
    last = of_bot[-1] if of_bot else None
    if last is None or last.handoff or last.engaged or not last.gone or last.confirm:
        return 0
    return 1 if last.last_fallback or last.unanswered else 0


def _by_bot(of_bot: tuple[Leg, ...]) -> int:
    """A reopening takes the yes back (R04)."""
    last = of_bot[-1] if legs.contained(of_bot) else None
    return 1 if last is not None and last.confirm == "yes" and last.revoked_at == NEVER else 0


def _row(w: Work, outcome: str, of_bot: tuple[Leg, ...]) -> Conversation:
    d = w.first.data
    visitor = text(d.get("visitor"))
    initiator = text(d.get("initiator")) or "visitor"
    response_from = w.requested_at
    if initiator == "trigger" and w.first_visitor_at != NEVER:
        response_from = max(response_from, w.first_visitor_at)
    last = w.visits[-1] if w.visits else None
    short_left_ms = last.left_at - last.entered_at if last and last.outcome == "abandoned" else NEVER
    return Conversation(
        w.first.stream, w.started_at, visitor, text(d.get("customer")), text(d.get("channel")) or "web",
        initiator, text(d.get("site")), text(d.get("page")).partition("?")[0], text(d.get("language")),
        text(d.get("segment")) or ("returning" if d.get("returning") else ""), text(d.get("device")),
        text(d.get("country")), text(d.get("campaign")), w.spam, w.state,
        w.visits[0].queue if w.visits else "", w.reply_agent or w.accepted_agent, w.bot,
        w.tag or w.intent, surveys.handled_by(w), w.requested_at, response_from, outcome,
        w.diverted_at, w.divert_reason, w.first_reply_at, w.served_at, w.accepted_at, w.closed_at,
        w.left_at, short_left_ms, len(w.visits), w.transfers, w.reopens, w.confirm_at, w.last_at,
        _stage(w, outcome), _lost(w, outcome, of_bot), _by_bot(of_bot),
    )  # fmt: skip
