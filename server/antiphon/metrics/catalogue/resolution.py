"""What became of it: resolved, came back, handed on, complained of (kpis.md C10–C22)."""

from antiphon.metrics.catalogue.declare import ALL, Kpi, aged, entries, on_open_clock, spread, variant
from antiphon.metrics.measures import Formula, Measure, arrivals, distinct, mean, ratio, snapshot  # fmt: skip

_CLOSE = ("episode", "closed_at")
_ISSUE = ("closing", "closed_at")
_LAST = "closed and last_close"

_RESOLUTION = Kpi(
    id="resolution_time", code="C10", name="Resolution time", family="quality", tier=0, unit="s",
    better="lower",
    klass="C", segments=ALL, live=True, beside="reopen_rate",
    says="How long from the original request to its final resolution.",
    formula="mean(last resolved close − started_at) over resolved issues",
    measure=mean(*_CLOSE, "closed_at - started_at", "resolved and stays_closed"),
    edges="Time while closed before a reopening counts; bot and human are best read apart (handled_by).",
)  # fmt: skip
_RESOLUTION_FIRST = variant(
    _RESOLUTION, "_first", mean(*_CLOSE, "first_resolved_at - started_at", "resolved and stays_closed"),
    "How long from the original request to its first resolution.", name="Time to first resolution",
    formula="mean(first resolved close − started_at) over resolved issues",
)  # fmt: skip

_RESOLUTION_HUMAN = variant(
    _RESOLUTION, "_human", mean(*_CLOSE, "closed_at - started_at", "resolved and stays_closed and not "
                                                                   "by_bot"),
    "Resolution time of what people resolved.", name="Resolution time, by people", live=False,
    formula="the same, issues resolved by the bot alone left out",
)  # fmt: skip
_RESOLUTION_BOT = variant(
    _RESOLUTION, "_bot", mean(*_CLOSE, "closed_at - started_at", "resolved and stays_closed and by_bot"),
    "Resolution time of what the bot resolved alone.", name="Resolution time, by the bot", live=False,
    formula="the same, issues resolved by the bot alone",
)  # fmt: skip

_RESOLVED = Kpi(
    id="resolved_issues", code="C11", name="Resolved issues", family="quality", tier=0, unit="count",
    better="higher", klass="C", segments=ALL, live=True,
    says="Conversations resolved in the period and still resolved at its end.",
    formula="count of conversations with a resolved close in the period and resolved at its end",
    measure=arrivals(*_CLOSE, num="resolved", where="closed and stays_closed"),
    edges="Days may sum to more than their week: an issue can be resolved twice.",
)  # fmt: skip
_RESOLUTION_RATE = variant(
    _RESOLVED, "resolution_rate", ratio(*_CLOSE, "resolved", "1", where="closed and stays_closed"),
    "The share of conversations closed that were resolved.", name="Resolution rate", unit="ratio",
    formula="resolved / closed in the period and closed at its end",
)  # fmt: skip
_BY_BOT = variant(
    _RESOLVED, "resolved_by_bot", arrivals(*_CLOSE, num="resolved and by_bot",
    where="closed and stays_closed"),
    "Resolved without any person.", name="Resolved by the bot",
    formula="resolved issues without a human reply",
    tier=1, live=False,
)  # fmt: skip

_ACTIVE = Kpi(
    id="active_issues", code="C12", name="Active issues", family="quality", tier=0, unit="count",
    better="lower",
    klass="S", segments=("channel", "queue", "agent"), live=True,
    says="Conversations and tickets that are open at this moment.",
    formula="open conversations + tickets neither solved nor closed",
    measure=snapshot("issue", ("from_at", "to_at")),
    edges="A ticket that belongs to an open chat counts once.",
)  # fmt: skip

_FCR = Kpi(
    id="fcr_rate", code="C13", name="First contact resolution", family="quality", tier=1, unit="ratio",
    better="higher", klass="C", segments=ALL,
    says="The share of issues settled in the first contact, with no coming back.",
    formula="first contacts resolved, never reopened, no new contact within fcr_window / first contacts "
            "closed",
    measure=ratio("case", "closed_at",
                  "resolved and k == 1 and reopened_at - closed_at > fcr_window_ms "
                  "and (next_same_at if fcr_same_topic else next_contact_at) - closed_at > fcr_window_ms",
                  "1",
                  where="closed and last_close and identified and started_at - prior_closed_at > "
                        "fcr_window_ms and outcome not in ('abandoned_in_queue', 'abandoned_after_accept', "
                        "'unanswered_closed')",
                  mature="closed_at + fcr_window_ms"),
    edges="Closed within the last fcr_window is immature and left out; exactly the window later is a "
          "repeat; a "
          "conversation begun before the first closed is parallel and does not count against it; missed "
          "contacts "
          "are none; with the setting fcr_same_topic only a return about the same topic counts.",
)  # fmt: skip

_FCR_UNKNOWN = variant(
    _FCR, "fcr_left_out", arrivals("case", "closed_at", where="closed and last_close and not identified"),
    "Conversations closed that first contact resolution leaves out: nobody knows whose they were.",
    name="First contacts of nobody known", unit="count", better="neutral",
    formula="conversations closed without a known visitor or customer", edges="",
)  # fmt: skip

_ONE_TOUCH = Kpi(
    id="one_touch_rate", code="C14", name="One-touch resolution", family="quality", tier=1, unit="ratio",
    better="higher", klass="C", segments=ALL,
    says="Issues people resolved with one agent, no transfer and no reopening.",
    formula="resolved by exactly one agent, no transfer, never reopened / resolved by people",
    edges="What the bot resolved is out; a helper of a warm transfer counts as a second agent even if he "
          "never wrote.",
    measure=ratio(*_CLOSE, "agents == 1 and transfers == 0 and k == 1", "1",
                  where="resolved and stays_closed and handled_by in ('human_only', 'bot_then_human')"),
)  # fmt: skip

_REOPEN = Kpi(
    id="reopen_rate", code="C15", name="Reopen rate", family="quality", tier=1, unit="ratio", better="lower",
    klass="C", segments=ALL,
    says="Of the conversations resolved, the share that came back within seven days.",
    formula="resolved in the period and reopened within 7 d of that close / resolved in the period",
    edges="Immature until seven days after the close; a thanks that reopens counts.",
    measure=distinct(*_CLOSE, "reopened_at - closed_at <= repeat_window_ms", den="1",
                     where="closed and resolved",
                     mature="closed_at + repeat_window_ms", interval="wilson"),
)  # fmt: skip

_TRANSFER = Kpi(
    id="transfer_rate", code="C16", name="Transfer rate", family="quality", tier=1, unit="ratio",
    better="lower",
    klass="A", segments=("agent", "queue", "topic", "hour", "channel"),
    says="The share of answered conversations that were handed on.",
    formula="answered conversations with ≥ 1 transfer after the first accept / answered conversations",
    measure=ratio("conversation", "accepted_at", "transfers > 0", "1"),
    edges="Bot to human, overflow and a lost agent are no transfers.",
)  # fmt: skip
_TRANSFERS = variant(
    _TRANSFER, "transfers_per_conversation",
    ratio("conversation", "accepted_at", "transfers", "1", interval=""),
    "How often a conversation was handed on.", name="Transfers per conversation", unit="count",
    formula="transfers / answered conversations",
)  # fmt: skip

_TRANSFERS_MADE = variant(
    _TRANSFER, "transfers", arrivals("transfer", "at", where="after_accept"),
    "How often conversations were handed on: read it by agent (out), to_agent (in), queue, to_queue, warm.",
    name="Transfers", unit="count", formula="count of transfers after the first accept",
    segments=("agent", "to_agent", "queue", "to_queue", "warm", "topic", "hour", "channel"),
    edges="It belongs to the instant of the transfer.",
)  # fmt: skip

_REPEAT = Kpi(
    id="repeat_contact_rate", code="C17", name="Repeat contact rate", family="quality", tier=1, unit="ratio",
    better="lower", klass="A", segments=ALL,
    says="The share of conversations whose customer had another one closed in the seven days before.",
    formula="conversations with a prior one closed within 7 d / conversations of known customers",
    edges="Visitors nobody knows are out of both sides; spam is nobody's earlier contact.",
    measure=ratio("contact", "started_at", "started_at - prior_closed_at <= repeat_window_ms", "1",
                  where="identified"),
)  # fmt: skip

_ESCALATION = Kpi(
    id="escalation_rate", code="C18", name="Escalation rate", family="quality", tier=1, unit="ratio",
    better="lower", klass="C", segments=ALL,
    says="The share of conversations and tickets that went a tier up.",
    formula="conversations and tickets with ≥ 1 escalated / closed",
    measure=ratio(*_ISSUE, "escalated", "1", where=_LAST),
    edges="A hand-off by the bot is no escalation; several levels count once; a ticket out of a "
          "conversation is "
          "the same issue.",
)  # fmt: skip

_COMPLAINTS = Kpi(
    id="complaint_rate", code="C19", name="Complaint rate", family="quality", tier=1, unit="ratio",
    better="lower", klass="C", segments=ALL,
    says="The share of conversations and tickets that were complaints.",
    formula="issues flagged complaint / conversations and tickets closed",
    measure=ratio(*_ISSUE, "complaint", "1", where=_LAST),
    edges="One complaint an issue, also across channels: a ticket out of a conversation is the same issue.",
)  # fmt: skip
_COMPLAINTS_UP = variant(
    _COMPLAINTS, "complaint_escalation_rate",
    ratio(*_ISSUE, "complaint and escalated", "complaint", where=_LAST),
    "The share of complaints that went a tier up.", name="Complaint escalation rate",
    formula="escalated complaints / complaints",
)  # fmt: skip

_TONE = Kpi(
    id="sentiment_avg", code="C20", name="Sentiment", family="quality", tier=1, unit="score", better="higher",
    klass="C", segments=ALL,
    says="The tone of the visitors' own words, from −1 to 1.",
    formula="mean over conversations closed of the mean score of the visitor's messages",
    measure=mean(*_CLOSE, "sentiment", "closed and last_close and sentiment is not None", scale=1.0),
    edges="A language without a model is unknown, not neutral.",
)  # fmt: skip
_NET_TONE = variant(
    _TONE, "net_sentiment",
    ratio(*_CLOSE, "(1 if sentiment >= sentiment_cut else 0) - (1 if sentiment <= -sentiment_cut else 0)",
    "1",
          where="closed and last_close and sentiment is not None", interval=""),
    "Conversations with a good tone minus those with a bad one.", name="Net sentiment",
    formula="(positive − negative) / all; positive ≥ sentiment_cut (0.05), negative ≤ −sentiment_cut",
)  # fmt: skip
_TONE_SHIFT = variant(
    _TONE, "sentiment_shift",
    mean(*_CLOSE, "sentiment_shift", "closed and last_close and sentiment_shift is not None", scale=1.0),
    "How the tone changed from the first half of a conversation to the second.", name="Sentiment shift",
    formula="mean(second half − first half), two messages at least",
)  # fmt: skip

_SPAM = Kpi(
    id="spam_rate", code="C21", name="Spam rate", family="quality", tier=1, unit="ratio", better="lower",
    klass="A", segments=("channel", "page", "country", "hour"),
    says="The share of all conversations begun that were flagged as spam.",
    formula="flagged conversations / all started, spam included",
    edges="Besides raw traffic the only share with spam in it; taking a flag back restores the "
          "conversation; tests are out.",
    measure=ratio("conversation", "started_at", "spam == 1", "spam != 2", with_spam=True),
)  # fmt: skip

_FAKE_SIGNUPS = variant(
    _SPAM, "fake_signup_rate", ratio("signup", "at", "spam == 1", "1", with_spam=True),
    "The share of all sign-ups that were flagged as spam.", name="Fake sign-up rate",
    formula="flagged sign-ups / all sign-ups", segments=("segment", "campaign"),
)  # fmt: skip

_TOPICS = Kpi(
    id="contacts_by_topic", code="C22", name="Contacts by topic", family="quality", tier=1, unit="count",
    better="neutral", klass="C", segments=ALL,
    says="What conversations were about: read it by topic.",
    formula="count of conversations closed; the untagged are a group of their own",
    edges="One primary topic: the agent's tag before the bot's intent; the untagged are never dropped.",
    measure=arrivals(*_CLOSE, where=_LAST),
)  # fmt: skip
_TOPIC_SHARE = variant(
    _TOPICS, "topic_share", Measure(table="episode", take="ratio", at="closed_at", where=_LAST, num="1",
                                    den="1",
                                    of_all="topic", interval="wilson"),
    "The share of all conversations that a topic had.", name="Topic share", unit="ratio",
    formula="conversations closed of the topic / all conversations closed",
)  # fmt: skip

_PER_1000 = variant(
    _COMPLAINTS, "complaints_per_1000_customers",
    Formula(by="per_1000_customers", of={"complaints": "complaint_rate", "start": "active_customers@start",
                                         "end": "active_customers"}),
    "Complaints against the number of customers: are there more, or only more customers?",
    name="Complaints per 1 000 customers", unit="count", segments=(),
    formula="1000 × complaints / average active customers",
)  # fmt: skip

RESOLUTION = entries(
    _RESOLUTION, spread(_RESOLUTION, "resolution_time"), _RESOLUTION_FIRST, _RESOLUTION_HUMAN,
    _RESOLUTION_BOT,
    _RESOLVED, _RESOLUTION_RATE, _BY_BOT, _ACTIVE, aged(_ACTIVE, "since_at"), _FCR, _FCR_UNKNOWN, _ONE_TOUCH,
    _REOPEN, _TRANSFER, _TRANSFERS, _TRANSFERS_MADE, _REPEAT, _ESCALATION, _COMPLAINTS, _COMPLAINTS_UP,
    _PER_1000,
    _TONE, _NET_TONE, _TONE_SHIFT, _SPAM, _FAKE_SIGNUPS, _TOPICS, _TOPIC_SHARE,
    on_open_clock(_RESOLUTION, _RESOLUTION_FIRST),
)  # fmt: skip
