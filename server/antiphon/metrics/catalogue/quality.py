"""Conversation quality: how fast, how long, how well (kpis.md §6)."""

from antiphon.metrics.catalogue.declare import ALL, Kpi, entries, on_open_clock, spread, variant
from antiphon.metrics.measures import (
    arrivals,
    mean,
    ratio,
)  # fmt: skip

_CLOSE = ("episode", "closed_at")
_LAST = "closed and last_close"

_ANY = Kpi(
    id="first_response_time_any", code="C01", name="First response time, by anyone", family="quality", tier=0,
    unit="s", better="lower", klass="A", segments=ALL, live=True,
    says="How long until the visitor got any real reply, from the bot or a person.",
    formula="mean(first reply − started_at)",
    measure=mean("conversation", "started_at", "first_reply_at - started_at",
                 "first_reply_at < 9007199254740992",
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
    edges="As the first response time, but the time with the bot is in; chats agents began are out.",
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
    arrivals("engagement", "started_at",
             num="replied_at == 9007199254740992 and ended_at < 9007199254740992",
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

_RESPONSE_ALL = variant(
    _RESPONSE, "response_time_all_avg",
    mean("turn", "started_at", "waited_ms", "by == 'human'", agent_value="agent_waited_ms",
         pending="by == 'open'"),
    "How long visitors waited for each human reply, the first one included.", name="Response time, first "
    "included",
    formula="mean(reply − first visitor message of the burst)", tier=1, live=False,
)  # fmt: skip

_WAITED = Kpi(
    id="customer_wait_total", code="C06", name="Total customer waiting time", family="quality", tier=1,
    unit="s",
    better="lower", klass="C", segments=ALL,
    says="All the time a visitor waited for people in a conversation, the unanswered end included.",
    formula="mean over conversations closed of Σ human turns + unanswered tail",
    edges="Turns that the bot answered are out; the clock of an unanswered end stops at the leave or the "
          "close.",
    measure=mean(*_CLOSE, "waited_ms", _LAST),
)  # fmt: skip

_DROPPED = Kpi(
    id="dropped_rate", code="C07", name="Dropped chats", family="quality", tier=1, unit="ratio",
    better="lower",
    klass="C", segments=("agent", "queue", "channel", "topic"),
    says="Served conversations that ended with the visitor having the last word.",
    formula="served, closed, last word the visitor's / served and closed",
    measure=ratio(*_CLOSE, "served and (last_word == 1 or last_word == 2 and not courtesy_is_no_drop)",
    "served",
                  where=_LAST),
    edges="With the setting courtesy_is_no_drop a last word of mere thanks or good-bye is no drop; strict "
          "without.",
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
    edges="An idle end before an automatic close is in it: read the active duration beside.",
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

QUALITY = entries(
    _ANY, spread(_ANY, "first_response_time_any"), _HUMAN, spread(_HUMAN, "first_response_time"), _IN_TARGET,
    _E2E, _AGENT_FIRST, _NO_REPLY, _RESPONSE, spread(_RESPONSE, "response_time", top=True), _RESPONSE_ALL,
    _WAITED,
    _DROPPED, _UNANSWERED, _DURATION, _DURATION_ACTIVE, _DURATION_HUMAN, _MESSAGES,
    _messages("visitor", "asked", "Visitor messages per conversation"),
    _messages("bot", "bot_replies", "Bot messages per conversation"),
    _messages("human", "human_replies", "Human messages per conversation"), _CANNED, _TURNS,
    on_open_clock(_HUMAN, _E2E, _AGENT_FIRST, _RESPONSE),
)  # fmt: skip
