"""Bot legs: from the bot's first handling to the hand-off or the close (kpis.md §3, R01–R08).

A leg counts only if the bot gave a real reply or a hand-off was asked of it, and the visitor wrote
something. A queue entry or a diversion without a word about a hand-off is a hand-off all the same; a
person who takes a chat from the bot unasked is none (R05).

Each message the bot had to handle is known by what it was taken for: its own intent, else that of its reply.
A reply answers the message that caused it; where nothing says which, the first without an answer.
"""

from collections.abc import Iterator

from antiphon.domain.events import Event
from antiphon.metrics.facts.reading import text
from antiphon.metrics.facts.rows import NEVER, Heard, Leg
from antiphon.metrics.facts.work import Hearing, OpenLeg, Work

_BOT_STAGE = frozenset({"new", "bot"})


def bot_started(w: Work, e: Event) -> None:
    w.bot = text(e.data.get("bot")) or e.actor.id or "bot"
    w.state = "bot"
    if w.leg is None:
        _open(w, e.at_ms)


def asked(w: Work, e: Event) -> None:
    if w.leg is not None:
        w.leg.heard.append(Hearing(e.n, text(e.data.get("intent"))))
        w.leg.unanswered = 1
    elif w.state in _BOT_STAGE:
        w.stage_asked.append(Hearing(e.n, text(e.data.get("intent"))))


def replied(w: Work, e: Event) -> None:
    if w.leg is None and w.state in _BOT_STAGE:
        _open(w, e.at_ms)
    leg = w.leg
    if leg is None:
        return
    fallback = 1 if e.data.get("fallback") else 0
    leg.replies += 1
    leg.fallbacks += fallback
    leg.last_fallback, leg.unanswered = fallback, 0
    _answered(leg, e, fallback)
    confidence = e.data.get("confidence")
    if isinstance(confidence, int | float):
        leg.confidence += confidence
        leg.confidences += 1


def _answered(leg: OpenLeg, e: Event, fallback: int) -> None:
    heard = leg.heard
    if not heard:
        return
    caused = next((one for one in heard if one.n == e.cause), None) if e.cause else None
    one = caused or next((one for one in heard if not one.answered), heard[-1])
    one.answered = True
    one.intent = one.intent or text(e.data.get("intent"))
    one.fallback = one.fallback or fallback


def _open(w: Work, at: int) -> None:
    w.leg = OpenLeg(w.bot, at, w.stage_asked)
    w.stage_asked = []
    w.legs.append(w.leg)


def handoff_requested(w: Work, e: Event) -> None:
    if e.data.get("by") == "visitor":
        w.begin(e.at_ms)
    if w.leg is None and w.state in _BOT_STAGE:
        _open(w, e.at_ms)
    if e.data.get("by") == "supervisor" and w.leg is not None:
        _barged_in(w, w.leg, e.at_ms)
    _hand_over(w, e.at_ms, text(e.data.get("by")), text(e.data.get("reason")))


def _barged_in(w: Work, leg: OpenLeg, at: int) -> None:
    """A person took the chat although nobody had asked for one."""
    leg.ended_at, leg.engaged = at, 1
    w.leg = None


def moved_on(w: Work, e: Event) -> None:
    """Into a queue or out of live handling: whatever the leg was, it has been handed over."""
    _hand_over(w, e.at_ms, "visitor", text(e.data.get("reason")))
    w.stage_asked = []


def _hand_over(w: Work, at: int, by: str, reason: str) -> None:
    leg = w.leg
    if leg is not None:
        leg.ended_at, leg.handoff_by, leg.handoff_reason = at, by, reason
        w.leg = None


def accepted(w: Work, e: Event) -> None:
    """A person stepped in without a hand-off; the leg goes on, but is no longer contained."""
    if w.leg is not None:
        w.leg.engaged = 1


def confirmed(w: Work, e: Event) -> None:
    leg = w.leg or (w.legs[-1] if w.legs else None)
    if leg is not None:
        leg.confirm = text(e.data.get("answer"))
    w.confirm_at = e.at_ms if e.data.get("answer") == "yes" else NEVER


def goal_reached(w: Work, e: Event) -> None:
    """The flow got the visitor where he wanted: as good as a yes, unless he says no (R04)."""
    leg = w.leg or (w.legs[-1] if w.legs else None)
    if leg is not None and not leg.confirm:
        leg.confirm = "yes"


def closed(w: Work, e: Event) -> None:
    leg = w.leg
    if leg is not None:
        leg.ended_at = e.at_ms
        leg.gone = 1 if w.away or e.data.get("by") in ("visitor", "system") else 0
        w.leg = None
    w.stage_asked = []


def reopened(w: Work, e: Event) -> None:
    if w.legs and w.legs[-1].revoked_at == NEVER:
        w.legs[-1].revoked_at = e.at_ms


def rows(w: Work, failed: int) -> tuple[Leg, ...]:
    return tuple([_row(w.first.stream, k, leg, failed) for k, leg in enumerate(_real(w), 1)])


def heard(w: Work) -> tuple[Heard, ...]:
    """What the bot had to handle, one row for each intent of a leg."""
    return tuple([row for k, leg in enumerate(_real(w), 1) for row in _by_intent(w.first.stream, k, leg)])


def _by_intent(conversation: str, k: int, leg: OpenLeg) -> Iterator[Heard]:
    found: dict[str, list[Hearing]] = {}
    for one in leg.heard:
        found.setdefault(one.intent, []).append(one)
    for intent, same in found.items():
        fallbacks = sum(one.fallback for one in same)
        yield Heard(conversation, k, leg.bot, intent, leg.started_at, leg.ended_at, len(same), fallbacks)


def contained(of_bot: tuple[Leg, ...]) -> bool:
    """The bot had the conversation to its end, and nobody asked for a person."""
    return bool(of_bot) and not any(leg.handoff or leg.engaged or leg.ended_at == NEVER for leg in of_bot)


def _real(w: Work) -> list[OpenLeg]:
    return [leg for leg in w.legs if _is_real(w, leg)]


def _is_real(w: Work, leg: OpenLeg) -> bool:
    """Logs of two machines may have the hand-off before the start: then all that was said counts."""
    early = leg.ended_at < w.started_at
    wrote = leg.heard or (early and w.asked)
    asked_of_bot = leg.handoff_by is not None and (leg.bot or (early and w.bot_replies))
    return bool(wrote and (leg.replies or asked_of_bot))


def _row(conversation: str, k: int, leg: OpenLeg, failed: int) -> Leg:
    handoff = 0 if leg.handoff_by is None else 1
    return Leg(
        conversation, k, leg.bot, leg.started_at, leg.ended_at, handoff, leg.handoff_by or "",
        leg.handoff_reason, leg.engaged, len(leg.heard), leg.replies, leg.fallbacks,
        leg.confidence, leg.confidences, leg.confirm, leg.revoked_at, leg.gone, leg.last_fallback,
        leg.unanswered, handoff and failed,
    )  # fmt: skip
