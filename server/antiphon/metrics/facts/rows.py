"""The rows everything is counted from: flat, frozen, integers and strings.

Rules:
1. Instants are UTC milliseconds (`_at`), durations milliseconds (`_ms`), flags 0 or 1.
2. What has not happened is `NEVER`, later than every instant, so comparisons need no null.
3. What is unknown is the empty string (texts) or None (scores): never a guess.
4. Every row of a conversation carries its id; segments it lacks are the conversation's (`Conversation`).
5. A row says nothing about thresholds or periods: those belong to the question, not to the fact.
"""

from typing import NamedTuple

NEVER = 1 << 53  # later than any instant, and still exact in JSON and in a float


class Conversation(NamedTuple):
    """One conversation as it stands at `as_of`; segments are frozen at its start."""

    conversation: str
    started_at: int
    visitor: str
    customer: str
    channel: str
    initiator: str
    site: str
    page: str
    language: str
    segment: str
    device: str
    country: str
    campaign: str
    spam: int
    state: str
    queue: str  # of the first visit
    agent: str  # of the first human reply, else the first to accept
    bot: str
    topic: str
    handled_by: str  # bot_only | human_only | bot_then_human | nobody
    requested_at: int  # first queue_entered: never reset (G14)
    response_from: int  # where the clock of the first response starts
    outcome: str  # served | abandoned_in_queue | diverted | ... | "" when no person was asked for
    diverted_at: int
    divert_reason: str
    first_reply_at: int  # by anyone, to a visitor who was there
    served_at: int  # first human reply after the request, to a visitor who was there
    accepted_at: int
    closed_at: int  # of the close in force; NEVER while open
    left_at: int  # the leave that cost an unserved visitor
    short_left_ms: int  # wait of the abandoned last visit; NEVER when there is none
    visits: int
    transfers: int  # after the first accept
    reopens: int
    confirm_at: int
    last_at: int
    stage: str  # how far the visitor came: bot | queue_never_offered | queue_offered | accepted | replied
    lost: int  # and was lost there (Q11)
    by_bot: int  # resolved by the bot alone: contained, and the last word on it was yes (R09)


class Visit(NamedTuple):
    """One stay in one queue (kpis.md §3)."""

    conversation: str
    k: int
    queue: str
    reason: str
    entered_at: int
    left_at: int  # back-dated (G16)
    known_at: int  # when the world could know it had ended; what snapshots use
    outcome: str  # answered | abandoned | overflow | diverted | system_closed | waiting
    agent: str  # who accepted
    offers: int
    ringing: int  # a console rang when the visitor left
    silent: int  # the leave was a lost socket, not a word
    presence: int  # the channel can tell a leave
    estimate_ms: int  # the wait shown at entry; -1 when none was


class Offer(NamedTuple):
    """One console that rang."""

    conversation: str
    agent: str
    queue: str
    made_at: int
    ended_at: int
    outcome: str  # accepted | expired | declined | gone | open


class Engagement(NamedTuple):
    """One agent in one conversation."""

    conversation: str
    k: int
    agent: str
    queue: str
    started_at: int
    ended_at: int
    how: str  # transferred | left | lost | closed | "" while open
    wrap_ms: int
    done_at: int  # its end, its wrap-up's included
    auto: int
    ghost: int  # accepted after the visitor had gone (G17)
    replied_at: int  # first own reply
    replies: int


class Wrapup(NamedTuple):
    """After-chat work: occupies a slot, is no engagement."""

    conversation: str
    k: int  # of the engagement it follows
    agent: str
    queue: str
    from_at: int
    to_at: int
    ghost: int


class Turn(NamedTuple):
    """A visitor's wait for one reply, from the first message of the burst."""

    conversation: str
    k: int
    started_at: int
    ended_at: int
    by: str  # human | bot | nobody | open
    agent: str
    queue: str
    first: int  # ended by the conversation's first human reply
    agent_from: int  # the agent's own clock: max(turn start, own accept)


class Leg(NamedTuple):
    """What the bot carried, from first handling to hand-off or close."""

    conversation: str
    k: int
    bot: str
    started_at: int
    ended_at: int
    handoff: int
    handoff_by: str
    reason: str
    engaged: int  # a person stepped in
    asked: int  # visitor messages the bot had to handle
    replies: int
    fallbacks: int
    confidence: float  # sum over its replies; how many of them said one
    confidences: int
    confirm: str  # yes | no | ""
    revoked_at: int  # reopening takes a yes back
    gone: int  # the visitor left or went idle
    last_fallback: int
    unanswered: int
    failed: int  # the hand-off was diverted or missed


class Heard(NamedTuple):
    """The messages of a leg that were taken for one intent (R07); the leg's instants are theirs."""

    conversation: str
    k: int  # of the leg
    bot: str
    intent: str  # empty: nobody said
    started_at: int
    ended_at: int
    asked: int
    fallbacks: int  # of them, those that were answered with a fallback


class Episode(NamedTuple):
    """From a start or a reopening to its close, with what the conversation amounted to by then."""

    conversation: str
    k: int
    opened_at: int
    closed_at: int
    by: str
    resolved_at: int  # its close, or the yes that came after it
    by_bot: int  # no person wrote
    reopened_at: int
    next_closed_at: int
    started_at: int
    first_resolved_at: int
    queue: str  # of the last engagement
    agent: str  # of the last human reply, "bot" when there was none
    handled_by: str
    served: int
    open_ms: int  # time as open, over all episodes so far
    active_ms: int  # last message - start
    human_ms: int  # first accept to close
    waited_ms: int  # human turns and unanswered tails
    asked: int
    bot_replies: int
    human_replies: int
    canned: int
    agent_turns: int
    unanswered: int
    last_word: int  # 1: the visitor has it, 2: it was a mere courtesy (C07)
    transfers: int
    agents: int  # distinct agents engaged so far
    handle_ms: int  # engagements and wrap-ups of this conversation, ghosts left out
    topic: str
    prints: str  # of the human replies that were not canned, for finding near-duplicates (R10)
    complaint_at: int
    escalated: int  # the highest level
    escalated_at: int
    wants_channel: str
    sentiment: float | None
    sentiment_shift: float | None


class Transfer(NamedTuple):
    """One handing on."""

    conversation: str
    at: int
    agent: str  # who handed on
    to_agent: str
    queue: str
    to_queue: str
    warm: int
    after_accept: int


class Asked(NamedTuple):
    """One question that was on a screen."""

    conversation: str
    unit: str
    kind: str
    offered_at: int
    answered_at: int
    agent: str
    queue: str


class Answer(NamedTuple):
    """One answer; a later one to the same question supersedes it."""

    conversation: str
    unit: str
    kind: str
    item: str
    score: float
    at: int
    first_at: int
    superseded_at: int
    agent: str
    queue: str
    handled_by: str
    relational: int
    customer: str
    next_at: int  # a customer's first answer when he was asked again
    followed_at: int  # somebody saw to a bad rating (S04)


class Status(NamedTuple):
    """An agent's status from one change to the next."""

    agent: str
    status: str
    reason: str
    from_at: int
    to_at: int
    capacity: int  # max_concurrency in force
    queues: tuple[str, ...]


class Shift(NamedTuple):
    """Paid time."""

    agent: str
    from_at: int
    to_at: int


class Employment(NamedTuple):
    """From hiring to leaving."""

    agent: str
    from_at: int
    to_at: int
    voluntary: int
