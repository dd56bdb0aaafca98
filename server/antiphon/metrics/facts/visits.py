"""Queue visits, the offers inside them, and the visitor's leaving.

A visit opens at `queue_entered` and ends at the first of: effective leave, accept, entry elsewhere,
diversion, close. Offers and expiries are inside it; its clock never restarts.
"""

from antiphon.domain.events import Event
from antiphon.metrics.facts.reading import agent_of, text
from antiphon.metrics.facts.rows import NEVER, Offer, Visit
from antiphon.metrics.facts.work import OpenVisit, Work


def queue_entered(w: Work, e: Event) -> None:
    queue, at = text(e.data.get("queue")), e.at_ms
    learn(w, at)
    if w.visit is not None:
        if w.visit.queue == queue:
            return
        end_visit(w, at, "overflow")
        drop_offers(w, at)
    w.queue = queue
    w.state = "queued"
    if w.requested_at == NEVER:
        w.requested_at = at
    w.visit = OpenVisit(queue, text(e.data.get("reason")), at, _estimate_ms(e))
    if w.away:
        leave_queue(w, at, w.silent_leave)


def _estimate_ms(e: Event) -> int:
    """The middle of the wait that was shown, [low, high] in seconds; -1 when none was."""
    shown = e.data.get("estimate_s")
    if isinstance(shown, list | tuple) and shown and all(isinstance(one, int | float) for one in shown):
        return round(1000 * sum(shown) / len(shown))
    return -1


def accepted(w: Work, e: Event) -> None:
    agent, at = agent_of(e), e.at_ms
    learn(w, at)
    _answer_offer(w, agent, at, bool(e.data.get("auto")))
    if w.visit is not None:
        end_visit(w, at, "answered", agent)
    w.state = "active"
    if w.accepted_at == NEVER and not w.away:
        w.accepted_at, w.accepted_agent = at, agent


def diverted(w: Work, e: Event) -> None:
    learn(w, e.at_ms)
    if w.visit is not None:
        end_visit(w, e.at_ms, "diverted")
    drop_offers(w, e.at_ms)
    w.state = "diverted"
    if w.diverted_at == NEVER:
        w.diverted_at, w.divert_reason = e.at_ms, text(e.data.get("reason"))


def closed(w: Work, e: Event) -> None:
    learn(w, e.at_ms)
    if w.visit is not None:
        end_visit(w, e.at_ms, "system_closed")
    drop_offers(w, e.at_ms)


def leave_queue(w: Work, at: int, silent: bool) -> None:
    w.ringing = bool(w.offers_open)
    end_visit(w, at, "abandoned", silent=silent)
    if w.served_at == NEVER and w.left_at == NEVER:
        w.left_at = at


def end_visit(w: Work, at: int, outcome: str, agent: str = "", *, silent: bool = False) -> None:
    visit = w.visit
    if visit is None:
        return
    known = at + w.grace_ms if silent and at > visit.entered_at else at
    w.visits.append(_row(w, visit, at, known, outcome, agent, silent))
    w.visit = None


def waiting(w: Work) -> None:
    """The end of what is known: a visit that is still open says so."""
    if w.visit is not None:
        w.visits.append(_row(w, w.visit, NEVER, NEVER, "waiting", "", False))


def _row(w: Work, v: OpenVisit, at: int, known: int, outcome: str, agent: str, silent: bool) -> Visit:
    ringing = 1 if outcome == "abandoned" and w.ringing else 0
    return Visit(
        w.first.stream, len(w.visits) + 1, v.queue, v.reason, v.entered_at, at, known, outcome, agent,
        v.offers, ringing, 1 if silent else 0, w.presence, v.estimate_ms,
    )  # fmt: skip


def learn(w: Work, at: int) -> None:
    """What would have ended the last visit tells the world by now that it has ended."""
    if w.visit is None and w.visits and w.visits[-1].known_at > at:
        w.visits[-1] = w.visits[-1]._replace(known_at=at)


# -- offers ------------------------------------------------------------------------------------------


def offer_made(w: Work, e: Event) -> None:
    w.offers_open[agent_of(e)] = e.at_ms
    if w.visit is not None:
        w.visit.offers += 1


def offer_expired(w: Work, e: Event) -> None:
    _end_offer(w, agent_of(e), e.at_ms, "expired")


def offer_declined(w: Work, e: Event) -> None:
    _end_offer(w, agent_of(e), e.at_ms, "declined")


def drop_offers(w: Work, at: int) -> None:
    """Nobody is to be blamed: the visitor left, or another agent was quicker."""
    for agent in tuple(w.offers_open):
        _end_offer(w, agent, at, "gone")


def open_offers(w: Work) -> None:
    for agent in tuple(w.offers_open):
        _end_offer(w, agent, NEVER, "open")


def _answer_offer(w: Work, agent: str, at: int, auto: bool) -> None:
    if auto and agent not in w.offers_open:
        w.offers_open[agent] = at  # an automatic accept is an offer that cannot be missed
    _end_offer(w, agent, at, "accepted")
    drop_offers(w, at)


def _end_offer(w: Work, agent: str, at: int, outcome: str) -> None:
    made = w.offers_open.pop(agent, None)
    if made is not None:
        outcome = "gone" if w.away and outcome != "open" else outcome
        w.offers.append(Offer(w.first.stream, agent, w.queue, made, at, outcome))
