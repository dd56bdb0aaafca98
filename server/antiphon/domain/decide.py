"""What the desk answers to a command: `decide(state, command, now_ms, rules) -> events`.

Rules:
1. Pure. The same state, command, time and rules give the same events.
2. Refused means nothing changed: `Refused` carries a code and a sentence.
3. An empty list means "already so": commands may be repeated safely.
4. Every event that comes out is lawful in the state it meets (`check`), whatever asked for it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation, evolve, lawful
from antiphon.domain.errors import Refused
from antiphon.domain.events import Event
from antiphon.domain.rules import Rules

CHANGE_ANSWER_MS = 24 * 3_600_000  # an answer may be changed for a day ...
SURVEY_EXPIRY_MS = 7 * 24 * 3_600_000  # ... and a survey answered for a week (kpis.md §1)

Decide = Callable[[Conversation, Any, int, Rules], Iterator[Event]]


def decide(c: Conversation, command: ask.Command, now_ms: int, rules: Rules) -> list[Event]:
    """The events that obey `command`. Raises `Refused`; then nothing has happened."""
    if c.state == "new" and not isinstance(command, ask.Start):
        raise Refused("not_found", "There is no such conversation.")
    return check(c, list(_DECIDE[type(command)](c, command, now_ms, rules)))


def check(c: Conversation, events: list[Event]) -> list[Event]:
    """The same events, once each is known to be lawful where it lands."""
    for event in events:
        if event.stream == c.id:
            if not lawful(c.state, event.kind):
                raise Refused("conflict", f"That cannot be done now: the conversation is {c.state}.")
            c = evolve(c, event)
    return events


def _event(
    c: Conversation,
    command: ask.Command,
    now_ms: int,
    what: str,
    /,
    *,
    words: Mapping[str, Any] | None = None,
    main: bool = False,
    **data: Any,
) -> Event:
    """An event of this command; `main` is the one that its cmid names. `from_=` is the field "from"."""
    return Event(
        kind=what, stream=c.id, at_ms=now_ms, actor=command.actor,
        data={key.rstrip("_"): value for key, value in data.items() if value is not None},
        words={key: value for key, value in (words or {}).items() if value not in (None, "", (), {})} or None,
        cmid=command.cmid if main else None, cause=command.cause,
    )  # fmt: skip


# -- beginning and talking ------------------------------------------------------------------------


def _start(c: Conversation, cmd: ask.Start, now: int, rules: Rules) -> Iterator[Event]:
    if c.state != "new":
        raise Refused("conflict", "This conversation has already begun.")
    yield _event(
        c, cmd, now, "conversation_started", main=True, visitor=cmd.visitor, channel=cmd.channel,
        initiator=cmd.initiator, site=cmd.site, department=cmd.department, words={"pre_chat": cmd.pre_chat},
        **cmd.facts,
    )  # fmt: skip
    if cmd.bot:
        yield _event(c, cmd, now, "bot_started", bot=cmd.bot)
    else:
        yield from _enter(c, cmd, now, rules, cmd.queue, "new")
    if cmd.text:
        yield _message(c, ask.Say(conversation=c.id, actor=cmd.actor, text=cmd.text), now)


def _say(c: Conversation, cmd: ask.Say, now: int, rules: Rules) -> Iterator[Event]:
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
    agent = cmd.actor.id if cmd.actor.kind == "agent" else None
    return _event(
        c, cmd, now, "message", main=main, sender=cmd.actor.kind, agent=agent, public=True, auto=cmd.auto,
        canned_id=cmd.canned_id, fallback=cmd.fallback or None, intent=cmd.intent, confidence=cmd.confidence,
        length=len(cmd.text),
        words={"text": cmd.text, "payload": cmd.payload, "quick_replies": list(cmd.quick_replies),
               "image": cmd.image, "custom": cmd.custom},
    )  # fmt: skip


def _reopen(c: Conversation, cmd: ask.Say, now: int, rules: Rules) -> Iterator[Event]:
    """Within the window a visitor's message reopens what had really been answered (G19)."""
    window_ms = rules.sites[c.site].reopen_window_s * 1000 if c.site in rules.sites else 0
    if not c.had_reply or now - (c.closed_at_ms or now) > window_ms:
        raise Refused("closed", "This conversation is over. Start a new one.")
    yield _event(c, cmd, now, "reopened", by="visitor")
    if c.served and c.queue:
        yield from _enter(c, cmd, now, rules, c.queue, "new")


def _note(c: Conversation, cmd: ask.Note, now: int, rules: Rules) -> Iterator[Event]:
    yield _event(
        c, cmd, now, "message", main=True, sender="agent", agent=cmd.actor.id, public=False, auto=False,
        whisper=cmd.whisper or None, length=len(cmd.text), words={"text": cmd.text},
    )  # fmt: skip


# -- the bot --------------------------------------------------------------------------------------


def _bot_answer(c: Conversation, cmd: ask.BotAnswer, now: int, rules: Rules) -> Iterator[Event]:
    if c.state != "bot" or (cmd.cause and cmd.cause <= c.answered):
        return
    if cmd.confirm is not None:
        yield _event(c, cmd, now, "bot_confirm", bot=c.bot, answer="yes" if cmd.confirm else "no")
    for reply in cmd.replies:
        yield _message(c, replace(reply, cause=cmd.cause), now)
    if cmd.handoff:
        yield from _request_handoff(c, replace(cmd.handoff, cause=cmd.cause), now, rules)
    elif cmd.end:
        yield _event(c, cmd, now, "closed", by="bot", resolved=bool(cmd.confirm))


def _request_handoff(c: Conversation, cmd: ask.RequestHandoff, now: int, rules: Rules) -> Iterator[Event]:
    if c.state in ("queued", "active"):
        return
    if c.state == "closed":
        raise Refused("closed", "This conversation is over. Start a new one.")
    if cmd.queue not in rules.queues:
        raise Refused("not_found", "There is no such department.", field="department")
    if c.state == "diverted":
        if not rules.queues[cmd.queue].hours.is_open(now):
            return
    else:
        yield _event(
            c, cmd, now, "handoff_requested", main=True, by=cmd.by, reason=cmd.reason,
            intents=list(cmd.intents) or None, words={"summary": cmd.summary, "slots": dict(cmd.slots)},
        )  # fmt: skip
    yield from _enter(c, cmd, now, rules, cmd.queue, "handoff", estimate_s=cmd.estimate_s)


def _enter(
    c: Conversation, cmd: ask.Command, now: int, rules: Rules, queue: str, reason: str,
    *, rank_ms: int | None = None, estimate_s: tuple[int, int] | None = None,
) -> Iterator[Event]:  # fmt: skip
    """Into the queue, or, outside its hours, to a ticket (G20)."""
    if not rules.queues[queue].hours.is_open(now):
        yield from _ticket(c, cmd, now, "off_hours", queue)
        return
    yield _event(
        c, cmd, now, "queue_entered", queue=queue, reason=reason, rank_ms=rank_ms,
        estimate_s=list(estimate_s) if estimate_s else None,
    )  # fmt: skip


def _ticket(c: Conversation, cmd: ask.Command, now: int, reason: str, queue: str | None) -> Iterator[Event]:
    if c.ticket:
        yield _event(c, cmd, now, "diverted", to="ticket", reason=reason, ticket=c.ticket, queue=queue)
        return
    ticket = f"t-{c.id}"
    yield _event(c, cmd, now, "diverted", to="ticket", reason=reason, ticket=ticket, queue=queue)
    yield replace(
        _event(
            c, cmd, now, "ticket_created", ticket=ticket, conversation=c.id, visitor=c.visitor or None,
            queue=queue, channel=c.channel, by=cmd.actor.kind,
        ),
        stream=f"ticket:{ticket}",
    )  # fmt: skip


def _divert(c: Conversation, cmd: ask.Divert, now: int, rules: Rules) -> Iterator[Event]:
    if c.state == "diverted":
        return
    yield from _ticket(c, cmd, now, cmd.reason, c.queue)


# -- offers ---------------------------------------------------------------------------------------


def _make_offer(c: Conversation, cmd: ask.MakeOffer, now: int, rules: Rules) -> Iterator[Event]:
    if c.state != "queued" or c.offers:
        raise Refused("conflict", "The conversation is not waiting for an agent.")
    yield _offer(c, cmd, now, cmd.agent, cmd.timeout_ms)


def _offer(c: Conversation, cmd: ask.Command, now: int, agent: str, timeout_ms: int) -> Event:
    return _event(c, cmd, now, "offer_made", agent=agent, queue=c.queue, expires_ms=now + timeout_ms)


def _expire_offer(c: Conversation, cmd: ask.ExpireOffer, now: int, rules: Rules) -> Iterator[Event]:
    if c.offered_to(cmd.agent):
        yield _event(c, cmd, now, "offer_expired", agent=cmd.agent)


def _decline_offer(c: Conversation, cmd: ask.DeclineOffer, now: int, rules: Rules) -> Iterator[Event]:
    if not c.offered_to(cmd.agent):
        raise Refused("conflict", "This offer is gone.")
    yield _event(c, cmd, now, "offer_declined", agent=cmd.agent, words={"reason": cmd.reason})


def _accept(c: Conversation, cmd: ask.Accept, now: int, rules: Rules) -> Iterator[Event]:
    if c.has(cmd.agent):
        return
    if c.state == "active" and not c.offered_to(cmd.agent):
        winner = c.agents[-1].agent if c.agents else None
        raise Refused("conflict", "A colleague has already taken this conversation.", winner=winner)
    if c.state == "closed":
        raise Refused("closed", "This conversation is over.")
    if c.state == "bot":
        raise Refused("conflict", "The bot has this conversation; it has not asked for a person.")
    if c.state == "diverted":
        yield _event(c, cmd, now, "queue_entered", queue=c.queue or _any_queue(rules), reason="new")
    yield _accepted(c, cmd, now, cmd.agent, auto=cmd.auto)


def _accepted(c: Conversation, cmd: ask.Command, now: int, agent: str, **data: Any) -> Event:
    return _event(c, cmd, now, "accepted", main=True, agent=agent, **data)


def _any_queue(rules: Rules) -> str:
    return next(iter(rules.queues))


# -- agents coming and going ----------------------------------------------------------------------


def _join(c: Conversation, cmd: ask.Join, now: int, rules: Rules) -> Iterator[Event]:
    if c.has(cmd.agent):
        return
    if c.state not in ("queued", "active"):
        raise Refused("conflict", f"Nobody can join now: the conversation is {c.state}.")
    yield _accepted(c, cmd, now, cmd.agent, auto=False, joined=True if c.state == "active" else None)


def _take_over(c: Conversation, cmd: ask.TakeOver, now: int, rules: Rules) -> Iterator[Event]:
    if [a.agent for a in c.agents] == [cmd.agent]:
        return
    if c.state == "closed":
        raise Refused("closed", "This conversation is over.")
    yield _event(c, cmd, now, "escalated", level="supervisor", value="take_over")
    yield from _hand_to(c, cmd, now, rules, cmd.agent, auto=False)


def _assign(c: Conversation, cmd: ask.Assign, now: int, rules: Rules) -> Iterator[Event]:
    if c.state == "closed":
        raise Refused("closed", "This conversation is over.")
    if cmd.agent:
        yield from _hand_to(c, cmd, now, rules, cmd.agent, auto=True)
        return
    if not cmd.queue or cmd.queue not in rules.queues:
        raise Refused("not_found", "There is no such queue.", field="queue")
    yield from _release(c, cmd, now, to_queue=cmd.queue)
    yield _event(
        c, cmd, now, "queue_entered", queue=cmd.queue, rank_ms=c.rank_ms,
        reason={"active": "transfer", "queued": "overflow"}.get(c.state, "new"),
    )  # fmt: skip


def _hand_to(
    c: Conversation, cmd: ask.Command, now: int, rules: Rules, agent: str, *, auto: bool
) -> Iterator[Event]:
    """From wherever it is to one agent, at once."""
    if c.state == "active":
        yield from _release(c, cmd, now, to_agent=agent)
    elif c.state in ("bot", "diverted"):
        yield from _release(c, cmd, now)
        queue = c.queue or rules.queue_of(c.site, c.department).id
        yield _event(c, cmd, now, "queue_entered", queue=queue, reason="handoff")
    if not c.has(agent):
        yield _accepted(c, cmd, now, agent, auto=auto)


def _release(
    c: Conversation, cmd: ask.Command, now: int, to_queue: str | None = None, to_agent: str | None = None
) -> Iterator[Event]:
    """End what holds the conversation now: the bot's leg, or every other agent's engagement."""
    if c.state == "bot":
        yield _event(c, cmd, now, "handoff_requested", by="rule", reason="rule")
    for engagement in c.agents:
        if engagement.agent != to_agent:
            yield _event(
                c, cmd, now, "transferred", from_=engagement.agent, to_queue=to_queue,
                to_agent=to_agent, warm=False, by="supervisor",
            )  # fmt: skip


def _transfer(c: Conversation, cmd: ask.Transfer, now: int, rules: Rules) -> Iterator[Event]:
    if not c.has(cmd.agent):
        raise Refused("conflict", "Only who has the conversation can hand it on.")
    if cmd.note:
        note = ask.Note(conversation=c.id, actor=cmd.actor, text=cmd.note)
        yield from _note(c, note, now, rules)
    handed = _event(
        c, cmd, now, "transferred", main=True, from_=cmd.agent, to_queue=cmd.to_queue,
        to_agent=cmd.to_agent, to_bot=True if cmd.to_bot else None, by="agent",
        warm=cmd.warm and bool(cmd.to_agent),
    )  # fmt: skip
    yield handed
    alone = len(c.agents) == 1
    if cmd.to_bot:
        yield _event(c, cmd, now, "bot_started", bot=cmd.to_bot)
    elif cmd.to_queue:
        yield from _enter_open(c, cmd, now, rules, cmd.to_queue)
    elif cmd.to_agent:
        if alone and not handed.data["warm"]:
            queue = c.queue or rules.queue_of(c.site, c.department).id
            yield _event(c, cmd, now, "queue_entered", queue=queue, reason="transfer", rank_ms=c.rank_ms)
        yield _offer(c, cmd, now, cmd.to_agent, cmd.offer_timeout_ms)
    else:
        raise Refused("bad_request", "Say where to: a queue, an agent or the bot.", field="to_queue")


def _enter_open(c: Conversation, cmd: ask.Command, now: int, rules: Rules, queue: str) -> Iterator[Event]:
    if queue not in rules.queues:
        raise Refused("not_found", "There is no such queue.", field="to_queue")
    if not rules.queues[queue].hours.is_open(now):
        raise Refused("conflict", f"{rules.queues[queue].name} is closed now.", field="to_queue")
    yield _event(c, cmd, now, "queue_entered", queue=queue, reason="transfer")


def _leave(c: Conversation, cmd: ask.Leave, now: int, rules: Rules) -> Iterator[Event]:
    if not c.has(cmd.agent):
        return
    yield _event(c, cmd, now, "agent_left", agent=cmd.agent)
    yield from _requeue(c, cmd, now, "transfer")


def _lose_agent(c: Conversation, cmd: ask.LoseAgent, now: int, rules: Rules) -> Iterator[Event]:
    if c.offered_to(cmd.agent):
        yield _event(c, cmd, now, "offer_expired", agent=cmd.agent)
    if any(wrapup.agent == cmd.agent for wrapup in c.wrapups):
        yield _event(c, cmd, now, "wrapup_ended", agent=cmd.agent)
    if c.has(cmd.agent):
        yield _event(c, cmd, now, "agent_lost", agent=cmd.agent)
        yield from _requeue(c, cmd, now, "agent_lost")


def _requeue(c: Conversation, cmd: ask.Command, now: int, reason: str) -> Iterator[Event]:
    """Back to the queue it came from, in its old place, when the last agent is gone."""
    if len(c.agents) == 1:
        queue = c.agents[0].queue or c.queue
        yield _event(c, cmd, now, "queue_entered", queue=queue, reason=reason, rank_ms=c.rank_ms)


# -- the end --------------------------------------------------------------------------------------


def _end(c: Conversation, cmd: ask.End, now: int, rules: Rules) -> Iterator[Event]:
    if c.state == "closed":
        return
    if cmd.actor.kind == "agent" and not c.has(cmd.actor.id) and c.state not in ("diverted", "queued"):
        raise Refused("conflict", "Only who has the conversation can end it.")
    if cmd.actor.kind == "visitor":
        yield _event(c, cmd, now, "visitor_ended")
    yield _event(
        c, cmd, now, "closed", main=True, by=cmd.actor.kind, resolved=cmd.resolved, reason=cmd.reason,
        agent=cmd.actor.id if cmd.actor.kind == "agent" else None,
    )  # fmt: skip
    if cmd.survey and cmd.questions and c.had_reply and c.connected and not c.spam:
        questions = [dict(question) for question in cmd.questions]
        kinds = [question["kind"] for question in questions]
        yield _event(c, cmd, now, "survey_offered", survey=cmd.survey, kinds=kinds, questions=questions)
    if cmd.wrapup:
        for engagement in c.agents:
            yield _event(c, cmd, now, "wrapup_started", agent=engagement.agent)


def _visitor_gone(c: Conversation, cmd: ask.VisitorGone, now: int, rules: Rules) -> Iterator[Event]:
    if c.state == "queued" and not c.connected:
        yield _event(c, cmd, now, "closed", by="system", resolved=False, reason="visitor_left")


def _wrapup(c: Conversation, cmd: ask.Wrapup, now: int, rules: Rules) -> Iterator[Event]:
    if cmd.tags is not None and cmd.tags != c.tags:
        yield _event(c, cmd, now, "tagged", tags=list(cmd.tags), agent=cmd.agent)
    if cmd.done and any(wrapup.agent == cmd.agent for wrapup in c.wrapups):
        yield _event(c, cmd, now, "wrapup_ended", agent=cmd.agent, disposition=cmd.disposition)


def _rate(c: Conversation, cmd: ask.Rate, now: int, rules: Rules) -> Iterator[Event]:
    survey = c.survey
    if survey is None or survey.id != cmd.survey:
        raise Refused("not_found", "There is no such survey.", field="survey")
    first_ms = survey.answered_ms
    if now - survey.offered_ms > SURVEY_EXPIRY_MS or (first_ms and now - first_ms > CHANGE_ANSWER_MS):
        raise Refused("closed", "This survey can no longer be answered.")
    unasked = next((kind for kind in cmd.answers if kind not in survey.kinds), None)
    if unasked:
        raise Refused("bad_request", "That question was not asked.", field=unasked)
    primary = next(iter(cmd.answers), survey.kinds[0])
    answers = dict(cmd.answers) or ({primary: _score(survey.answers.get(primary))} if cmd.comment else {})
    if not answers:
        raise Refused("bad_request", "There is no answer in it.", field="answers")
    for kind, score in answers.items():
        comment = cmd.comment if kind == primary else None
        yield _event(
            c, cmd, now, "survey_answered", main=kind == primary, survey=survey.id, kind=kind, score=score,
            skipped=True if score is None else None, words={"text": comment},
        )  # fmt: skip


def _score(value: float | None) -> int | None:
    return None if value is None else int(value)


# -- remarks --------------------------------------------------------------------------------------


def _tag(c: Conversation, cmd: ask.Tag, now: int, rules: Rules) -> Iterator[Event]:
    if cmd.tags != c.tags:
        yield _event(c, cmd, now, "tagged", tags=list(cmd.tags), agent=cmd.actor.id)


_FLAGS = {
    "complaint": "complaint_flagged",
    "escalate": "escalated",
    "spam": "spam_flagged",
    "not_spam": "spam_cleared",
}


def _flag(c: Conversation, cmd: ask.Flag, now: int, rules: Rules) -> Iterator[Event]:
    yield _event(c, cmd, now, _FLAGS[cmd.flag], level=cmd.level, agent=cmd.actor.id)


def _visitor_away(c: Conversation, cmd: ask.VisitorAway, now: int, rules: Rules) -> Iterator[Event]:
    if c.connected and c.state != "closed":
        yield _event(c, cmd, now, "visitor_disconnected")


def _visitor_back(c: Conversation, cmd: ask.VisitorBack, now: int, rules: Rules) -> Iterator[Event]:
    if not c.connected and c.state != "closed":
        yield _event(c, cmd, now, "visitor_reconnected")


_DECIDE: Mapping[type[ask.Command], Decide] = {
    ask.Start: _start,
    ask.Say: _say,
    ask.Note: _note,
    ask.BotAnswer: _bot_answer,
    ask.RequestHandoff: _request_handoff,
    ask.Divert: _divert,
    ask.MakeOffer: _make_offer,
    ask.ExpireOffer: _expire_offer,
    ask.DeclineOffer: _decline_offer,
    ask.Accept: _accept,
    ask.Join: _join,
    ask.TakeOver: _take_over,
    ask.Assign: _assign,
    ask.Transfer: _transfer,
    ask.Leave: _leave,
    ask.LoseAgent: _lose_agent,
    ask.End: _end,
    ask.VisitorGone: _visitor_gone,
    ask.Wrapup: _wrapup,
    ask.Rate: _rate,
    ask.Tag: _tag,
    ask.Flag: _flag,
    ask.VisitorAway: _visitor_away,
    ask.VisitorBack: _visitor_back,
}
