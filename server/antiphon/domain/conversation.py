"""What a conversation is, and how facts change it.

Rules:
1. `evolve` folds one event into the state and never refuses: history is taken as it was. Whether a
   new event is allowed now, `moves` says.
2. Wrap-up belongs to the agent's side and is no state of the conversation.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from antiphon.domain.events import Event
from antiphon.domain.moves import TARGET, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """An agent who has the conversation, since when and out of which queue."""

    agent: str
    since_ms: int
    queue: str | None = None
    joined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An agent's console that rings."""

    agent: str
    made_ms: int
    expires_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWrapup:
    agent: str
    since_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """An engagement that is over, its wrap-up included once that is; the source of estimates."""

    agent: str
    queue: str | None
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Questions on the visitor's screen and what was answered so far (None = skipped)."""

    id: str
    questions: tuple[Mapping[str, Any], ...]
    offered_ms: int
    answers: Mapping[str, float | None] = field(default_factory=dict)
    answered_ms: int | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(question["kind"] for question in self.questions)


@dataclass(frozen=True, kw_only=True)  # no slots: `_with` copies the dict, which a fold does for a living
class Conversation:
    """One conversation, folded. `n` is the number of its last event, the client's `head`."""

    id: str
    n: int = 0
    state: State = "new"
    site: str = ""
    visitor: str = ""
    channel: str = "web"
    department: str | None = None
    page: str | None = None
    language: str | None = None
    started_at_ms: int = 0
    last_at_ms: int = 0
    last_message_n: int = 0
    last_visitor_at_ms: int | None = None
    waiting_reply_since_ms: int | None = None  # first visitor message no human has answered
    bot: str | None = None
    asked: int = 0  # `n` of what the bot should answer: the visitor's last message, or its own start
    answered: int = 0  # `n` of the last one it dealt with
    handoff: Mapping[str, Any] | None = None
    queue: str | None = None
    queued_at_ms: int | None = None  # the open visit's start: what the KPIs count from
    rank_ms: int | None = None  # what the line is ordered by: a lost agent does not cost the place
    offers: tuple[Offer, ...] = ()
    missed: Mapping[str, int] = field(default_factory=dict)  # agent → offers missed in this visit
    missed_at_ms: Mapping[str, int] = field(default_factory=dict)  # agent → when he last missed one
    agents: tuple[Engagement, ...] = ()
    wrapups: tuple[OpenWrapup, ...] = ()
    handled: tuple[Handled, ...] = ()
    last_agent: str | None = None
    connected: bool = True
    away_since_ms: int | None = None
    had_reply: bool = False  # a person or the bot really answered (kpis.md G12)
    served: bool = False  # a person answered
    survey: Survey | None = None
    ticket: str | None = None
    resolved: bool | None = None
    closed_at_ms: int | None = None
    closed_by: str | None = None
    tags: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    def has(self, agent: str | None) -> bool:
        """Is `agent` in the conversation?"""
        return any(engagement.agent == agent for engagement in self.agents)

    def offered_to(self, agent: str | None) -> Offer | None:
        return next((offer for offer in self.offers if offer.agent == agent), None)

    @property
    def spam(self) -> bool:
        return "spam" in self.flags


def _with(c: Conversation, **changes: Any) -> Conversation:
    """`dataclasses.replace`, ten times as fast."""
    changed = object.__new__(Conversation)
    changed.__dict__.update(c.__dict__)
    changed.__dict__.update(changes)
    return changed


def evolve(c: Conversation, event: Event) -> Conversation:
    """The state after `event`. Unknown kinds only count."""
    change = _FOLD.get(event.kind)
    after = change(c, event) if change is not None else c
    after = _with(c) if after is c else after  # new, and nobody else's yet
    after.__dict__.update(
        n=event.n, state=TARGET.get(event.kind, c.state), last_at_ms=max(c.last_at_ms, event.at_ms)
    )
    return after


def fold(conversation: str, history: Iterable[Event]) -> Conversation:
    """The state that a whole history leads to."""
    state = Conversation(id=conversation)
    for event in history:
        state = evolve(state, event)
    return state


# -- one small fold a kind ------------------------------------------------------------------------


def _started(c: Conversation, e: Event) -> Conversation:
    d = e.data
    return _with(
        c, visitor=d["visitor"], site=d.get("site") or "default", channel=d.get("channel") or "web",
        department=d.get("department"), page=d.get("page"), language=d.get("language"),
        started_at_ms=e.at_ms,
    )  # fmt: skip


def _message(c: Conversation, e: Event) -> Conversation:
    if not e.data.get("public", True):
        return c
    if e.data["sender"] == "visitor":
        since_ms = c.waiting_reply_since_ms or e.at_ms
        return _with(
            c, last_message_n=e.n, asked=e.n, last_visitor_at_ms=e.at_ms, waiting_reply_since_ms=since_ms
        )
    if e.data.get("auto"):
        return _with(c, last_message_n=e.n, answered=max(c.answered, e.cause or 0))
    human = e.data["sender"] == "agent"
    return _with(
        c, last_message_n=e.n, had_reply=True, served=c.served or human, waiting_reply_since_ms=None,
        last_agent=e.data.get("agent") if human else c.last_agent, answered=max(c.answered, e.cause or 0),
    )  # fmt: skip


def _bot_started(c: Conversation, e: Event) -> Conversation:
    return _with(_leave_all(c, e), bot=e.data.get("bot"), asked=e.n, **_NO_QUEUE)


def _handoff(c: Conversation, e: Event) -> Conversation:
    return _with(
        c, answered=max(c.answered, e.cause or 0), handoff={k: e.data.get(k) for k in ("by", "reason")}
    )


_NO_OFFERS: dict[str, Any] = {"offers": (), "missed": {}, "missed_at_ms": {}}
_NO_QUEUE: dict[str, Any] = {"queued_at_ms": None, "rank_ms": None, **_NO_OFFERS}


def _queue_entered(c: Conversation, e: Event) -> Conversation:
    return _with(
        _leave_all(c, e), queue=e.data["queue"], queued_at_ms=e.at_ms, **_NO_OFFERS,
        rank_ms=e.data.get("rank_ms") or e.at_ms,
    )  # fmt: skip


def _diverted(c: Conversation, e: Event) -> Conversation:
    return _with(_leave_all(c, e), ticket=e.data.get("ticket"), **_NO_QUEUE)


def _offer_made(c: Conversation, e: Event) -> Conversation:
    expires_ms = e.data.get("expires_ms") or e.at_ms
    offer = Offer(agent=e.data["agent"], made_ms=e.at_ms, expires_ms=expires_ms)
    return _with(c, offers=(*(o for o in c.offers if o.agent != offer.agent), offer))


def _offer_missed(c: Conversation, e: Event) -> Conversation:
    agent = e.data["agent"]
    missed = {**c.missed, agent: c.missed.get(agent, 0) + 1}
    return _with(
        c, offers=tuple(o for o in c.offers if o.agent != agent), missed=missed,
        missed_at_ms={**c.missed_at_ms, agent: e.at_ms},
    )  # fmt: skip


def _accepted(c: Conversation, e: Event) -> Conversation:
    engagement = Engagement(
        agent=e.data["agent"], since_ms=e.at_ms, queue=c.queue, joined=bool(e.data.get("joined"))
    )
    others = tuple(a for a in c.agents if a.agent != engagement.agent)
    return _with(
        c, agents=(*others, engagement), last_agent=engagement.agent, queued_at_ms=None, **_NO_OFFERS
    )


def _transferred(c: Conversation, e: Event) -> Conversation:
    return c if e.data.get("warm") else _leave(c, e, e.data.get("from"))


def _agent_left(c: Conversation, e: Event) -> Conversation:
    return _leave(c, e, e.data["agent"])


def _leave(c: Conversation, e: Event, agent: str | None) -> Conversation:
    gone = tuple(a for a in c.agents if a.agent == agent)
    past = tuple(
        Handled(agent=a.agent, queue=a.queue, start_ms=a.since_ms, end_ms=max(a.since_ms, e.at_ms))
        for a in gone
    )
    stay = tuple(a for a in c.agents if a.agent != agent)
    return _with(c, agents=stay, handled=(*c.handled, *past))


def _leave_all(c: Conversation, e: Event) -> Conversation:
    for engagement in c.agents:
        c = _leave(c, e, engagement.agent)
    return c


def _away(c: Conversation, e: Event) -> Conversation:
    return _with(c, connected=False, away_since_ms=e.at_ms)


def _back(c: Conversation, e: Event) -> Conversation:
    return _with(c, connected=True, away_since_ms=None)


def _closed(c: Conversation, e: Event) -> Conversation:
    return _with(
        _leave_all(c, e), resolved=bool(e.data.get("resolved")), closed_at_ms=e.at_ms,
        closed_by=e.data.get("by"), waiting_reply_since_ms=None, **_NO_QUEUE,
    )  # fmt: skip


def _reopened(c: Conversation, e: Event) -> Conversation:
    return _with(c, resolved=None, closed_at_ms=None, closed_by=None, survey=None)


def _wrapup_started(c: Conversation, e: Event) -> Conversation:
    open_ = OpenWrapup(agent=e.data["agent"], since_ms=e.at_ms)
    return _with(c, wrapups=(*(w for w in c.wrapups if w.agent != open_.agent), open_))


def _wrapup_ended(c: Conversation, e: Event) -> Conversation:
    agent = e.data["agent"]
    wrapped = next((w for w in c.wrapups if w.agent == agent), None)
    if wrapped is None:
        return c
    wrapups = tuple(w for w in c.wrapups if w.agent != agent)
    last = next((i for i in reversed(range(len(c.handled))) if c.handled[i].agent == agent), None)
    if last is None:
        return _with(c, wrapups=wrapups)
    past = c.handled[last]
    longer = replace(past, end_ms=past.end_ms + max(0, e.at_ms - wrapped.since_ms))
    return _with(c, wrapups=wrapups, handled=(*c.handled[:last], longer, *c.handled[last + 1 :]))


def _survey_offered(c: Conversation, e: Event) -> Conversation:
    questions = tuple(e.data.get("questions") or ())
    return _with(c, survey=Survey(id=e.data.get("survey") or "", questions=questions, offered_ms=e.at_ms))


def _survey_answered(c: Conversation, e: Event) -> Conversation:
    if c.survey is None:
        return c
    answers = {**c.survey.answers, e.data["kind"]: e.data.get("score")}
    first_ms = c.survey.answered_ms or e.at_ms
    return _with(c, survey=replace(c.survey, answers=answers, answered_ms=first_ms))


def _tagged(c: Conversation, e: Event) -> Conversation:
    tags = e.data.get("tags")
    if tags is None:
        tags = [*c.tags, e.data["value"]] if e.data.get("value") else c.tags
    return _with(c, tags=tuple(dict.fromkeys(tags)))


def _flagged(flag: str) -> Callable[[Conversation, Event], Conversation]:
    return lambda c, e: _with(c, flags=tuple(dict.fromkeys((*c.flags, flag))))


def _spam_cleared(c: Conversation, e: Event) -> Conversation:
    return _with(c, flags=tuple(flag for flag in c.flags if flag != "spam"))


_FOLD: Mapping[str, Callable[[Conversation, Event], Conversation]] = {
    "conversation_started": _started,
    "message": _message,
    "bot_started": _bot_started,
    "handoff_requested": _handoff,
    "queue_entered": _queue_entered,
    "diverted": _diverted,
    "offer_made": _offer_made,
    "offer_expired": _offer_missed,
    "offer_declined": _offer_missed,
    "accepted": _accepted,
    "transferred": _transferred,
    "agent_left": _agent_left,
    "agent_lost": _agent_left,
    "visitor_disconnected": _away,
    "visitor_reconnected": _back,
    "closed": _closed,
    "reopened": _reopened,
    "wrapup_started": _wrapup_started,
    "wrapup_ended": _wrapup_ended,
    "survey_offered": _survey_offered,
    "survey_answered": _survey_answered,
    "tagged": _tagged,
    "complaint_flagged": _flagged("complaint"),
    "escalated": _flagged("escalated"),
    "spam_flagged": _flagged("spam"),
    "spam_cleared": _spam_cleared,
}
