"""What the desk answers to a command: `decide(state, command, now_ms, rules) -> events`.

Rules:
1. Pure. The same state, command, time and rules give the same events.
2. Refused means nothing changed: `Refused` carries a code and a sentence.
3. An empty list means "already so": commands may be repeated safely.
4. Every event that comes out is lawful in the state it meets (`check`), whatever asked for it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from antiphon.domain import commands as ask
from antiphon.domain.conversation import Conversation
from antiphon.domain.decide import close, hands, queue, talk
from antiphon.domain.errors import Refused
from antiphon.domain.events import Event
from antiphon.domain.moves import TARGET, lawful
from antiphon.domain.rules import Rules

Decide = Callable[[Conversation, Any, int, Rules], Iterator[Event]]


def decide(c: Conversation, command: ask.Command, now_ms: int, rules: Rules) -> list[Event]:
    """The events that obey `command`. Raises `Refused`; then nothing has happened."""
    if c.state == "new" and not isinstance(command, ask.Start):
        raise Refused("not_found", "There is no such conversation.")
    return check(c, list(_DECIDE[type(command)](c, command, now_ms, rules)))


def check(c: Conversation, events: list[Event]) -> list[Event]:
    """The same events, once each is known to be lawful where it lands."""
    state = c.state
    for event in events:
        if event.stream == c.id:
            if not lawful(state, event.kind):
                raise Refused("conflict", f"That cannot be done now: the conversation is {c.state}.")
            state = TARGET.get(event.kind, state)
    return events


_DECIDE: Mapping[type[ask.Command], Decide] = {
    ask.Start: talk.start,
    ask.Say: talk.say,
    ask.Note: talk.note,
    ask.BotAnswer: talk.bot_answer,
    ask.RequestHandoff: queue.request_handoff,
    ask.Divert: queue.divert,
    ask.MakeOffer: queue.make_offer,
    ask.ExpireOffer: queue.expire_offer,
    ask.DeclineOffer: queue.decline_offer,
    ask.Accept: queue.accept,
    ask.Join: hands.join,
    ask.TakeOver: hands.take_over,
    ask.Assign: hands.assign,
    ask.Transfer: hands.transfer,
    ask.Leave: hands.leave,
    ask.LoseAgent: hands.lose_agent,
    ask.End: close.end,
    ask.VisitorGone: close.visitor_gone,
    ask.Wrapup: close.wrapup,
    ask.Rate: close.rate,
    ask.Tag: close.tag,
    ask.Flag: close.flag,
    ask.VisitorAway: close.visitor_away,
    ask.VisitorBack: close.visitor_back,
}
