"""Conversation quality: how fast, how long, how well (kpis.md §6)."""

from antiphon.metrics.catalogue.declare import ALL, Kpi, entries, on_open_clock, spread, variant
from antiphon.metrics.measures import (
    Formula,
    Measure,
    arrivals,
    distinct,
    mean,
    ratio,
    snapshot,
)  # fmt: skip

_CLOSE = ("episode", "closed_at")
_LAST = "closed and last_close"

_ANY = Kpi(
    id="first_response_time_any", code="C01", name="First response time, by anyone", family="quality", tier=0,
    unit="s", better="lower", klass="A", segments=ALL, live=True,
    says="How long until the visitor got any real reply, from the bot or a person.",
    formula="mean(first reply − started_at)",
    measure=mean("conversation", "started_at", "first_reply_at - started_at",
                 "first_reply_at < 9007199254740992 and by_person",
                 pending="first_reply_at == 9007199254740992 and state != 'closed'"),
    edges="Greetings and acknowledgements are no replies; a fallback of the bot is.",
)  # fmt: skip

_HUMAN = Kpi(
    id="first_response_time", code="C02", name="First response time", family="quality", tier=0, unit="s",
    better="lower", klass="A", segments=ALL, live=True, beside="missed_chats",
    says="How long from asking for a person to that person's first words.",
    formula="mean(first human reply − human_requested_at | served)",
    measure=mean("conversation", "requested_at", "response_ms", "served and by_person",
                 pending="outcome == 'pending'"),
    edges="Bot time is out; queue, offers, overflow and transfers before the reply are in; accepting or an "
          "automatic welcome does not stop the clock; missed chats give no sample.",
)  # fmt: skip
_IN_TARGET = variant(
    _HUMAN, "frt_within_target",
    ratio("conversation", "requested_at", "served and response_ms <= frt_target_ms", "decided or late",
          where="by_person", pending="outcome == 'pending' and not (late)"),
    "The share of human requests that got a person's words within the target.",
    name="First response in target",
    unit="ratio", better="higher",
    formula="served within frt_target_s / (served + missed + still waiting past the target)",
)  # fmt: skip

_E2E = Kpi(
    id="first_response_time_e2e", code="C03", name="First human response from the start", family="quality",
    tier=1,
    unit="s", better="lower", klass="A", segments=ALL,
    says="How long from the visitor's first action to a person's first words, the bot's time included.",
    formula="mean(first human reply − started_at | served)",
    measure=mean("conversation", "started_at", "served_at - started_at", "served and by_person",
                 pending="outcome == 'pending'"),
)  # fmt: skip

_AGENT_FIRST = Kpi(
    id="agent_first_response_time", code="C04", name="Agent first response time", family="quality", tier=1,
    unit="s", better="lower", klass="A", segments=("agent", "queue", "hour", "weekday", "channel"),
    says="How long an agent took to write after accepting.",
    formula="mean(own first reply − own accept) per engagement",
    measure=mean("engagement", "started_at", "replied_at - started_at", "replied_at < 9007199254740992"),
    edges="Engagements without a reply give no sample; agents who take over have their own.",
)  # fmt: skip
_NO_REPLY = variant(
    _AGENT_FIRST, "engagements_without_reply",
    arrivals("engagement", "started_at", num="replied_at == 9007199254740992",
             pending="replied_at == 9007199254740992 and ended_at == 9007199254740992"),
    "Engagements in which the agent never wrote.", name="Engagements without a reply", unit="count",
    formula="count of engagements without an own reply",
)  # fmt: skip

_RESPONSE = Kpi(
    id="response_time_avg", code="C05", name="Response time", family="quality", tier=0, unit="s",
    better="lower",
    klass="A", segments=ALL, live=True,
    says="How long visitors waited for each later human reply.",
    formula="mean(reply − first visitor message of the burst), the first human reply left out",
    measure=mean("turn", "started_at", "waited_ms", "later_human", agent_value="agent_waited_ms",
                 pending="by == 'open'"),
    edges="From the first unanswered message of a burst; an agent's own clock starts when he took over; bot "
          "turns are apart.",
)  # fmt: skip

_WAITED = Kpi(
    id="customer_wait_total", code="C06", name="Total customer waiting time", family="quality", tier=1,
    unit="s",
    better="lower", klass="C", segments=ALL,
    says="All the time a visitor waited for people in a conversation, the unanswered end included.",
    formula="mean over conversations closed of Σ human turns + unanswered tail",
    measure=mean(*_CLOSE, "waited_ms", _LAST),
)  # fmt: skip

_DROPPED = Kpi(
    id="dropped_rate", code="C07", name="Dropped chats", family="quality", tier=1, unit="ratio",
    better="lower",
    klass="C", segments=("agent", "queue", "channel", "topic"),
    says="Served conversations that ended with the visitor having the last word.",
    formula="served, closed, last word the visitor's / served and closed",
    measure=ratio(*_CLOSE, "served and last_word", "served", where=_LAST),
)  # fmt: skip
_UNANSWERED = variant(
    _DROPPED, "unanswered_turns", arrivals(*_CLOSE, num="unanswered", where=_LAST),
    "Messages of visitors that nobody answered before the end.", name="Unanswered turns", unit="count",
    formula="Σ unanswered turns of conversations closed",
)  # fmt: skip

_DURATION = Kpi(
    id="conversation_duration_avg", code="C08", name="Conversation duration", family="quality", tier=1,
    unit="s",
    better="neutral", klass="C", segments=ALL,
    says="How long conversations lasted, time while closed before a reopening left out.",
    formula="mean(last closed − started_at − time while closed)",
    measure=mean(*_CLOSE, "open_ms", _LAST),
)  # fmt: skip
_DURATION_ACTIVE = variant(
    _DURATION, "conversation_duration_active", mean(*_CLOSE, "active_ms", _LAST),
    "From the start to the last message, idle ends left out.", name="Active conversation duration",
    formula="mean(last message − started_at)",
)  # fmt: skip
_DURATION_HUMAN = variant(
    _DURATION, "human_duration", mean(*_CLOSE, "human_ms", "closed and last_close and agents > 0"),
    "From the first accept to the close.", name="Human part of a conversation",
    formula="mean(closed − first accepted)",
)  # fmt: skip

_MESSAGES = Kpi(
    id="messages_per_conversation", code="C09", name="Messages per conversation", family="quality", tier=1,
    unit="messages", better="neutral", klass="C", segments=ALL,
    says="Public messages a conversation took.",
    formula="(visitor + bot + human messages) / conversations closed",
    measure=ratio(*_CLOSE, "asked + bot_replies + human_replies", "1", where=_LAST, interval=""),
    edges="Notes, system and automatic messages are out.",
)  # fmt: skip


def _messages(part: str, column: str, name: str) -> Kpi:
    return variant(_MESSAGES, f"_{part}", ratio(*_CLOSE, column, "1", where=_LAST, interval=""),
                   f"Messages a conversation took, those of the {part} only.", name=name,
                   formula=f"{part} messages / conversations closed")  # fmt: skip


_CANNED = variant(
    _MESSAGES, "canned_share", ratio(*_CLOSE, "canned", "human_replies", where=_LAST),
    "The share of human replies taken from the canned answers.", name="Canned replies", unit="ratio",
    formula="canned human replies / human replies",
)  # fmt: skip
_TURNS = variant(
    _MESSAGES, "agent_turns", ratio(*_CLOSE, "agent_turns", "1", where=_LAST, interval=""),
    "How often a person answered in a conversation.", name="Agent turns per conversation",
    formula="human turns / conversations closed",
)  # fmt: skip

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
    _RESOLVED, "resolved_by_bot", arrivals(*_CLOSE, num="by_bot", where="closed and stays_closed"),
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
                  "and next_contact_at - closed_at > fcr_window_ms", "1",
                  where="closed and last_close and identified and started_at - prior_closed_at > "
                        "fcr_window_ms",
                  mature="closed_at + fcr_window_ms"),
    edges="Closed within the last fcr_window is immature and left out; exactly the window later is a "
          "repeat; a "
          "conversation begun before the first closed is parallel and does not count against it.",
)  # fmt: skip

_ONE_TOUCH = Kpi(
    id="one_touch_rate", code="C14", name="One-touch resolution", family="quality", tier=1, unit="ratio",
    better="higher", klass="C", segments=ALL,
    says="Issues people resolved with one agent, no transfer and no reopening.",
    formula="resolved by exactly one agent, no transfer, never reopened / resolved by people",
    measure=ratio(*_CLOSE, "agents == 1 and transfers == 0 and k == 1", "1",
                  where="resolved and stays_closed and handled_by in ('human_only', 'bot_then_human')"),
)  # fmt: skip

_REOPEN = Kpi(
    id="reopen_rate", code="C15", name="Reopen rate", family="quality", tier=1, unit="ratio", better="lower",
    klass="C", segments=ALL,
    says="Of the conversations resolved, the share that came back within seven days.",
    formula="resolved in the period and reopened within 7 d of that close / resolved in the period",
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

_REPEAT = Kpi(
    id="repeat_contact_rate", code="C17", name="Repeat contact rate", family="quality", tier=1, unit="ratio",
    better="lower", klass="A", segments=ALL,
    says="The share of conversations whose customer had another one closed in the seven days before.",
    formula="conversations with a prior one closed within 7 d / conversations of known customers",
    measure=ratio("contact", "started_at", "started_at - prior_closed_at <= repeat_window_ms", "1",
                  where="identified"),
)  # fmt: skip

_ESCALATION = Kpi(
    id="escalation_rate", code="C18", name="Escalation rate", family="quality", tier=1, unit="ratio",
    better="lower", klass="C", segments=ALL,
    says="The share of conversations that went a tier up.",
    formula="conversations with ≥ 1 escalated / conversations closed",
    measure=ratio(*_CLOSE, "escalated > 0", "1", where=_LAST),
    edges="A hand-off by the bot is no escalation; several levels count once.",
)  # fmt: skip

_COMPLAINTS = Kpi(
    id="complaint_rate", code="C19", name="Complaint rate", family="quality", tier=1, unit="ratio",
    better="lower", klass="C", segments=ALL,
    says="The share of conversations that were complaints.",
    formula="conversations flagged complaint / conversations closed",
    measure=ratio(*_CLOSE, "complaint", "1", where=_LAST),
)  # fmt: skip
_COMPLAINTS_UP = variant(
    _COMPLAINTS, "complaint_escalation_rate",
    ratio(*_CLOSE, "complaint and escalated > 0", "complaint", where=_LAST),
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
    ratio(*_CLOSE, "(1 if 20 * sentiment >= 1 else 0) - (1 if 20 * sentiment <= -1 else 0)", "1",
          where="closed and last_close and sentiment is not None", interval=""),
    "Conversations with a good tone minus those with a bad one.", name="Net sentiment",
    formula="(positive − negative) / all; positive ≥ 0.05, negative ≤ −0.05",
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
    measure=ratio("conversation", "started_at", "spam == 1", "spam != 2", with_spam=True),
)  # fmt: skip

_TOPICS = Kpi(
    id="contacts_by_topic", code="C22", name="Contacts by topic", family="quality", tier=1, unit="count",
    better="neutral", klass="C", segments=ALL,
    says="What conversations were about: read it by topic.",
    formula="count of conversations closed; the untagged are a group of their own",
    measure=arrivals(*_CLOSE, where=_LAST),
)  # fmt: skip
_TOPIC_SHARE = variant(
    _TOPICS, "topic_share", Measure(table="episode", take="ratio", at="closed_at", where=_LAST, num="1",
                                    den="1",
                                    of_all=True, interval="wilson"),
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

QUALITY = entries(
    _ANY, spread(_ANY, "first_response_time_any"), _HUMAN, spread(_HUMAN, "first_response_time"), _IN_TARGET,
    _E2E, _AGENT_FIRST, _NO_REPLY, _RESPONSE, spread(_RESPONSE, "response_time", top=True), _WAITED, _DROPPED,
    _UNANSWERED, _DURATION, _DURATION_ACTIVE, _DURATION_HUMAN, _MESSAGES,
    _messages("visitor", "asked", "Visitor messages per conversation"),
    _messages("bot", "bot_replies", "Bot messages per conversation"),
    _messages("human", "human_replies", "Human messages per conversation"), _CANNED, _TURNS, _RESOLUTION,
    spread(_RESOLUTION, "resolution_time"), _RESOLUTION_FIRST, _RESOLVED, _RESOLUTION_RATE, _BY_BOT, _ACTIVE,
    _FCR, _ONE_TOUCH, _REOPEN, _TRANSFER, _TRANSFERS, _REPEAT, _ESCALATION, _COMPLAINTS, _COMPLAINTS_UP,
    _TONE,
    _NET_TONE, _TONE_SHIFT, _SPAM, _TOPICS, _TOPIC_SHARE,
    _PER_1000, on_open_clock(_HUMAN, _E2E, _AGENT_FIRST, _RESPONSE, _RESOLUTION, _RESOLUTION_FIRST),
)  # fmt: skip
