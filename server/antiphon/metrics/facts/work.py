"""The state a conversation's fold carries from event to event. Private to `facts`."""

from collections.abc import Callable

from antiphon.domain.events import Event
from antiphon.metrics.facts.book import Book
from antiphon.metrics.facts.rows import (
    NEVER,
    Episode,
    Offer,
    Transfer,
    Turn,
    Visit,
    Wrapup,
)  # fmt: skip


class OpenVisit:
    """A visit that has not ended as far as the fold has read."""

    __slots__ = ("entered_at", "estimate_ms", "offers", "queue", "reason")

    def __init__(self, queue: str, reason: str, entered_at: int, estimate_ms: int) -> None:
        self.queue, self.reason, self.entered_at = queue, reason, entered_at
        self.estimate_ms, self.offers = estimate_ms, 0


class OpenEngagement:
    """An engagement and the wrap-up behind it."""

    __slots__ = (
        "agent", "auto", "ended_at", "ghost", "how", "k", "queue", "replied_at", "replies",
        "started_at", "wrap_ended_at", "wrap_from", "wrap_ms",
    )  # fmt: skip

    def __init__(self, k: int, agent: str, queue: str, started_at: int, auto: int, ghost: int) -> None:
        self.k, self.agent, self.queue, self.started_at = k, agent, queue, started_at
        self.auto, self.ghost, self.how = auto, ghost, ""
        self.ended_at = self.replied_at = NEVER
        self.replies = self.wrap_ms = self.wrap_ended_at = 0
        self.wrap_from = NEVER  # start of a wrap-up that is open


class Hearing:
    """A message that the bot has to handle."""

    __slots__ = ("answered", "fallback", "intent", "n")

    def __init__(self, n: int, intent: str) -> None:
        self.n, self.intent = n, intent
        self.answered, self.fallback = False, 0


class OpenLeg:
    """What the bot carries now."""

    __slots__ = (
        "bot", "confidence", "confidences", "confirm", "ended_at", "engaged", "fallbacks", "gone",
        "handoff_by", "handoff_reason", "heard", "last_fallback", "replies", "revoked_at", "started_at",
        "unanswered",
    )  # fmt: skip

    def __init__(self, bot: str, started_at: int, heard: list[Hearing]) -> None:
        self.bot, self.started_at, self.heard = bot, started_at, heard
        self.ended_at = self.revoked_at = NEVER
        self.handoff_by: str | None = None
        self.handoff_reason = self.confirm = ""
        self.confidence = 0.0
        self.engaged = self.fallbacks = self.gone = self.last_fallback = self.replies = self.confidences = 0
        self.unanswered = 1 if heard else 0


class Work:
    """Everything known of one conversation so far. Handlers in the sibling files move it on."""

    __slots__ = (
        "accepted_agent",
        "accepted_at",
        "acted",
        "agent_turns",
        "asked",
        "away",
        "book",
        "bot",
        "bot_replies",
        "canned",
        "closed_at",
        "complaint_at",
        "confirm_at",
        "divert_reason",
        "diverted_at",
        "engaged",
        "engagements",
        "episodes",
        "escalated",
        "escalated_at",
        "first",
        "first_reply_at",
        "first_resolved_at",
        "first_visitor_at",
        "grace_ms",
        "human_replies",
        "intent",
        "last_at",
        "last_message_at",
        "last_reply_agent",
        "last_word",
        "leaves",
        "left_at",
        "leg",
        "legs",
        "offers",
        "offers_open",
        "open_ms",
        "opened_at",
        "presence",
        "prints",
        "queue",
        "reopens",
        "reply_agent",
        "requested_at",
        "ringing",
        "sentiments",
        "served_at",
        "silent_leave",
        "spam",
        "stage_asked",
        "started_at",
        "state",
        "tag",
        "transfer_rows",
        "transfers",
        "turn_from",
        "turns",
        "unanswered",
        "visit",
        "visits",
        "waited_ms",
        "wants_channel",
        "warm",
        "wrap_max_ms",
        "wrapups",
    )  # fmt: skip

    def __init__(self, first: Event, leaves: dict[int, int], grace_ms: int, wrap_max_ms: int) -> None:
        self.first = first
        self.leaves = leaves
        self.grace_ms, self.wrap_max_ms = grace_ms, wrap_max_ms
        proactive = first.data.get("initiator") in ("agent", "trigger")
        self.started_at = self.opened_at = (
            NEVER if proactive else first.at_ms
        )  # G11: his first word begins it
        self.last_at = self.last_message_at = first.at_ms
        self.state = "new"
        self.away = self.silent_leave = False
        self.requested_at = self.diverted_at = self.first_reply_at = self.served_at = NEVER
        self.accepted_at = self.closed_at = self.left_at = self.complaint_at = self.escalated_at = NEVER
        self.first_resolved_at = self.first_visitor_at = self.turn_from = self.confirm_at = NEVER
        self.divert_reason = self.accepted_agent = self.reply_agent = self.last_reply_agent = ""
        self.queue = self.bot = self.tag = self.intent = self.wants_channel = ""
        self.asked = self.bot_replies = self.human_replies = self.canned = self.agent_turns = 0
        self.unanswered = self.last_word = self.transfers = self.reopens = self.waited_ms = 0
        self.open_ms = self.spam = self.escalated = self.presence = 0
        self.stage_asked: list[Hearing] = []  # before the bot said that it was there
        self.warm = self.ringing = False
        self.visit: OpenVisit | None = None
        self.leg: OpenLeg | None = None
        self.visits: list[Visit] = []
        self.offers: list[Offer] = []
        self.offers_open: dict[str, int] = {}
        self.engaged: list[OpenEngagement] = []  # open ones
        self.engagements: list[OpenEngagement] = []  # all
        self.wrapups: list[Wrapup] = []
        self.turns: list[Turn] = []
        self.legs: list[OpenLeg] = []
        self.episodes: list[Episode] = []
        self.transfer_rows: list[Transfer] = []
        self.book: Book | None = None
        self.sentiments: list[float] = []
        self.prints: list[str] = []
        self.acted: list[int] = []  # the first visitor message of each quarter of an hour

    def begin(self, at: int) -> None:
        """A chat that we began is a conversation from the visitor's first own action on (G11)."""
        if self.started_at == NEVER:
            self.started_at = self.opened_at = at


Handler = Callable[[Work, Event], None]
