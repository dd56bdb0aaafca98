"""Who had the conversation, from when to when, and the wrap-up behind it.

An engagement runs from `accepted` to the first of: cold hand-over by that agent, `agent_left`,
`agent_lost`, `closed`. After a warm hand-over both stay until one leaves.
"""

from antiphon.domain.events import Event
from antiphon.metrics.facts.reading import agent_of, text
from antiphon.metrics.facts.rows import NEVER, Engagement, Transfer, Wrapup
from antiphon.metrics.facts.work import OpenEngagement, Work


def accepted(w: Work, e: Event) -> None:
    agent = agent_of(e)
    if any(open_.agent == agent for open_ in w.engaged):
        return
    auto, ghost = (1 if e.data.get("auto") else 0), (1 if w.away else 0)
    opened = OpenEngagement(len(w.engagements) + 1, agent, w.queue, e.at_ms, auto, ghost)
    w.engaged.append(opened)
    w.engagements.append(opened)


def transferred(w: Work, e: Event) -> None:
    data = e.data
    warm = bool(data.get("warm"))
    giver = _giver(w, e)
    after = 1 if w.engagements else 0
    w.transfers += after
    w.transfer_rows.append(Transfer(
        w.first.stream, e.at_ms, giver, text(data.get("to_agent")), w.queue, text(data.get("to_queue")),
        1 if warm else 0, after,
    ))  # fmt: skip
    w.warm = warm
    if not warm:
        _end(w, e.at_ms, giver, "transferred")


def _giver(w: Work, e: Event) -> str:
    """Who hands on: `from` when it names an agent who is there, else the actor, else the only one there."""
    here = [open_.agent for open_ in w.engaged]
    for name in (text(e.data.get("from")), e.actor.id or ""):
        if name in here:
            return name
    return here[-1] if here else text(e.data.get("from"))


def agent_left(w: Work, e: Event) -> None:
    _end(w, e.at_ms, agent_of(e), "left")


def agent_lost(w: Work, e: Event) -> None:
    _end(w, e.at_ms, agent_of(e), "lost")


def moved_on(w: Work, e: Event) -> None:
    """The conversation went elsewhere; only after a warm hand-over does anybody stay."""
    if not w.warm:
        for open_ in tuple(w.engaged):
            _end(w, e.at_ms, open_.agent, "left")


def closed(w: Work, e: Event) -> None:
    for open_ in tuple(w.engaged):
        _end(w, e.at_ms, open_.agent, "closed")
    w.warm = False


def _end(w: Work, at: int, agent: str, how: str) -> None:
    for open_ in w.engaged:
        if open_.agent == agent:
            open_.ended_at, open_.how = at, how
            w.engaged.remove(open_)
            return


# -- wrap-ups ----------------------------------------------------------------------------------------


def wrapup_started(w: Work, e: Event) -> None:
    engagement = _last_of(w, agent_of(e))
    if engagement is not None and engagement.wrap_from == NEVER:
        engagement.wrap_from = e.at_ms


def wrapup_ended(w: Work, e: Event) -> None:
    engagement = _last_of(w, agent_of(e))
    if engagement is not None and engagement.wrap_from != NEVER:
        _end_wrapup(w, engagement, min(e.at_ms, engagement.wrap_from + w.wrap_max_ms))


def _last_of(w: Work, agent: str) -> OpenEngagement | None:
    return next((one for one in reversed(w.engagements) if one.agent == agent), None)


def _end_wrapup(w: Work, engagement: OpenEngagement, at: int) -> None:
    _wrapup(w, engagement, at)
    engagement.wrap_ms += at - engagement.wrap_from
    engagement.wrap_from, engagement.wrap_ended_at = NEVER, at


def _wrapup(w: Work, engagement: OpenEngagement, to_at: int) -> None:
    w.wrapups.append(Wrapup(
        w.first.stream, engagement.k, engagement.agent, engagement.queue, engagement.wrap_from, to_at,
        engagement.ghost,
    ))  # fmt: skip


def settle(w: Work, as_of_ms: int) -> int:
    """Ends the wrap-ups whose time is up; returns when the next one will be."""
    next_at = NEVER
    for engagement in w.engagements:
        if engagement.wrap_from == NEVER:
            continue
        due = engagement.wrap_from + w.wrap_max_ms
        if due <= as_of_ms:
            _end_wrapup(w, engagement, due)
        else:
            _wrapup(w, engagement, NEVER)
            next_at = min(next_at, due)
    return next_at


def rows(w: Work) -> tuple[Engagement, ...]:
    return tuple([_row(w.first.stream, one) for one in w.engagements])


def _row(conversation: str, one: OpenEngagement) -> Engagement:
    open_ = one.ended_at == NEVER or one.wrap_from != NEVER
    done_at = NEVER if open_ else max(one.ended_at, one.wrap_ended_at)
    return Engagement(
        conversation, one.k, one.agent, one.queue, one.started_at, one.ended_at, one.how, one.wrap_ms,
        done_at, one.auto, one.ghost, one.replied_at, one.replies,
    )  # fmt: skip


def handled_ms(w: Work, until_at: int) -> int:
    """Agents' time on this conversation in engagements begun by then; ghosts left out (W02)."""
    total = 0
    for one in w.engagements:
        if not one.ghost and one.started_at <= until_at:
            total += min(one.ended_at, until_at) - one.started_at + one.wrap_ms
    return total
