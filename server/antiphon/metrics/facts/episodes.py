"""Episodes: from a start or a reopening to its close, and the marks a conversation collects on the way.

The row is written at the close with what had happened by then, so a completion KPI does not change when
the conversation goes on later (class C).
"""

from antiphon.domain.events import Event
from antiphon.metrics.facts import engagements, turns
from antiphon.metrics.facts.reading import text
from antiphon.metrics.facts.rows import NEVER, Episode
from antiphon.metrics.facts.surveys import handled_by
from antiphon.metrics.facts.work import Work

_WANTS = "wants_channel"
_FOLLOWED = "follow"  # follow-up, followed_up: somebody saw to a bad rating (S04)


def closed(w: Work, e: Event) -> None:
    at = e.at_ms
    turns.given_up(w, at)
    if w.state == "closed":
        return
    w.state, w.closed_at = "closed", at
    if w.started_at == NEVER:
        return
    w.open_ms += at - w.opened_at
    resolved = bool(e.data.get("resolved")) or w.confirm_at != NEVER
    if resolved:
        w.first_resolved_at = min(w.first_resolved_at, at)
    if w.episodes:
        w.episodes[-1] = w.episodes[-1]._replace(next_closed_at=at)
    w.episodes.append(_row(w, at, text(e.data.get("by")), at if resolved else NEVER))


def confirmed_late(w: Work, e: Event) -> None:
    """A yes after the close resolves what was closed; the close keeps its instant."""
    if e.data.get("answer") == "yes" and w.state == "closed" and w.episodes:
        last = w.episodes[-1]
        w.first_resolved_at = min(w.first_resolved_at, last.closed_at)
        resolved_at = min(last.resolved_at, e.at_ms)
        w.episodes[-1] = last._replace(resolved_at=resolved_at, first_resolved_at=w.first_resolved_at)


def reopened(w: Work, e: Event) -> None:
    if w.state == "closed":
        _reopen(w, e.at_ms)
        w.away = False


def goes_on(w: Work, e: Event) -> None:
    """A history that moves on after a close without a word has been reopened all the same."""
    if w.state == "closed":
        _reopen(w, e.at_ms)


def _reopen(w: Work, at: int) -> None:
    if w.episodes:
        w.episodes[-1] = w.episodes[-1]._replace(reopened_at=at)
    w.reopens += 1
    w.state = "bot"
    w.left_at = w.confirm_at = w.closed_at = NEVER
    w.opened_at = at


def still_open(w: Work) -> None:
    if w.state != "closed" and w.started_at != NEVER:
        w.episodes.append(_row(w, NEVER, "", NEVER))


def _row(w: Work, closed_at: int, by: str, resolved_at: int) -> Episode:
    agent = w.last_reply_agent or ("bot" if w.bot_replies else "")
    human_ms = closed_at - w.accepted_at if w.accepted_at <= closed_at < NEVER else 0
    return Episode(
        w.first.stream, len(w.episodes) + 1, w.opened_at, closed_at, by, resolved_at,
        1 if w.bot_replies and not w.human_replies else 0, NEVER, NEVER, w.started_at,
        w.first_resolved_at, _queue(w), agent, handled_by(w), 0 if w.served_at == NEVER else 1,
        w.open_ms, w.last_message_at - w.started_at, human_ms, w.waited_ms, w.asked, w.bot_replies,
        w.human_replies, w.canned, w.agent_turns, w.unanswered, w.last_word, w.transfers,
        len({one.agent for one in w.engagements}), 0, w.tag or w.intent, " ".join(w.prints),
        w.complaint_at, w.escalated, w.escalated_at, w.wants_channel, *_tone(w.sentiments),
    )  # fmt: skip


def _queue(w: Work) -> str:
    return w.engagements[-1].queue if w.engagements else w.queue


def _tone(scores: list[float]) -> tuple[float | None, float | None]:
    """Mean of the visitor's messages, and second half minus first half (C20)."""
    n = len(scores)
    if not n:
        return None, None
    half = n // 2
    shift = sum(scores[n - half :]) / half - sum(scores[:half]) / half if half else None
    return sum(scores) / n, shift


def rows(w: Work) -> tuple[Episode, ...]:
    """The episodes, with agents' time, which goes on after a close (wrap-up)."""
    if not w.engagements:
        return tuple(w.episodes)
    return tuple([one._replace(handle_ms=engagements.handled_ms(w, one.closed_at)) for one in w.episodes])


# -- marks -------------------------------------------------------------------------------------------


def tagged(w: Work, e: Event) -> None:
    tags = e.data.get("tags")
    named = [text(tag) for tag in tags] if isinstance(tags, list | tuple) else [text(e.data.get("value"))]
    for tag in named:
        if tag.startswith(_WANTS):
            w.wants_channel = tag[len(_WANTS) :].strip(" :=-") or text(e.data.get("level")) or "other"
        elif tag.startswith(_FOLLOWED) and w.book is not None:
            w.book.followed(e.at_ms)
    topics = [tag for tag in named if tag and not tag.startswith((_WANTS, _FOLLOWED))]
    if topics:
        w.tag = topics[0]
        if w.state == "closed" and w.episodes:  # a wrap-up says what the chat before it was about (C22)
            w.episodes[-1] = w.episodes[-1]._replace(topic=w.tag)


def complaint(w: Work, e: Event) -> None:
    w.complaint_at = min(w.complaint_at, e.at_ms)
    _remember(w)


def escalated(w: Work, e: Event) -> None:
    level = e.data.get("level")
    digits = text(level)
    w.escalated = max(w.escalated, int(digits) if digits.isdecimal() else 1)
    w.escalated_at = min(w.escalated_at, e.at_ms)
    _remember(w)


def _remember(w: Work) -> None:
    """A mark set after the close belongs to the issue that was closed (C18, C19)."""
    if w.state == "closed" and w.episodes:
        w.episodes[-1] = w.episodes[-1]._replace(
            complaint_at=w.complaint_at, escalated=w.escalated, escalated_at=w.escalated_at
        )


def spam(w: Work, e: Event) -> None:
    w.spam = 1


def not_spam(w: Work, e: Event) -> None:
    w.spam = 0
