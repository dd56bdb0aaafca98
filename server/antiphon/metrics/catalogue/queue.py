"""Operational KPIs: contact volume, queue, service level, abandonment (kpis.md §5)."""

from antiphon.metrics.catalogue.declare import ALL, VISIT, Kpi, entries, on_open_clock, spread, variant
from antiphon.metrics.measures import MS, Measure, arrivals, mean, most, ratio, snapshot  # fmt: skip

_VISIT = ("visit", "entered_at")
_PRESENT = ("entered_at", "known_at")
_NO_AGENT = tuple(segment for segment in ALL if segment != "agent")

_STARTED = Kpi(
    id="conversations_started", code="Q01", name="Conversations started", family="queue", tier=0,
    unit="count",
    better="neutral", klass="A", segments=ALL, live=True,
    says="How many conversations visitors began.",
    formula="count of conversations with from ≤ started_at < to",
    measure=arrivals("conversation", "started_at"),
    edges="A reopening is no start; an unanswered invitation is no conversation; spam is out.",
)  # fmt: skip

_OFFERED = Kpi(
    id="queue_offered", code="Q02", name="Human requests offered", family="queue", tier=0, unit="count",
    better="neutral", klass="A", segments=ALL, live=True,
    says="Queue visits that have been decided: answered, abandoned or closed by the system.",
    formula="answered + abandoned + system_closed",
    measure=arrivals(*_VISIT, num="decided", where="decided or waiting", pending="waiting"),
    edges="Overflow, diversion and waiting are left out; a transfer into a queue is a visit of its own.",
)  # fmt: skip
_ENTERED = variant(
    _OFFERED, "queue_entered", arrivals(*_VISIT), "Every queue visit opened, whatever became of it.",
    name="Queue visits entered", formula="count of queue visits",
)  # fmt: skip
_REQUESTED = variant(
    _OFFERED, "conversations_human_requested", arrivals("conversation", "requested_at"),
    "Conversations in which a person was asked for.",
    name="Conversations with a human request", formula="distinct conversations that entered a queue",
)  # fmt: skip

_WAIT = Kpi(
    id="queue_wait_answered_avg", code="Q03", name="Average speed of answer", family="queue", tier=0,
    unit="s",
    better="lower", klass="A", segments=ALL, live=True,
    says="How long visitors waited in the queue until an agent accepted.",
    formula="mean(left − entered | answered)",
    measure=mean(*_VISIT, value="left_at - entered_at", where="answered"),
    edges="Bot time is no wait; time while a console rings is; a wait of 0 counts; a ghost accept is an "
          "abandonment.",
)  # fmt: skip

_WAIT_FIRST = variant(
    _WAIT, "queue_wait_first_avg", mean(*_VISIT, value="left_at - entered_at", where="answered and k == 1"),
    "How long visitors waited in the first queue they were put into.", name="Average speed of answer, "
    "first visit",
    formula="mean(left − entered | answered, first visit of its conversation)", tier=1, live=False,
)  # fmt: skip

_GIVE_UP = Kpi(
    id="queue_abandon_time_avg", code="Q04", name="Average wait before abandoning", family="queue", tier=0,
    unit="s", better="neutral", klass="A", segments=VISIT, live=True, beside="queue_abandonment_rate",
    says="How long visitors waited before they gave up.",
    formula="mean(wait | abandoned), short ones included",
    measure=mean(*_VISIT, value="left_at - entered_at", where="abandoned"),
    edges="The leave is back-dated to the instant the visitor went, not to when it was noticed.",
)  # fmt: skip
_WAIT_ALL = variant(
    _GIVE_UP, "queue_wait_all_avg", mean(*_VISIT, value="left_at - entered_at", where="decided"),
    "How long visitors stood in the queue, however it ended.", name="Average wait, all decided visits",
    formula="mean(wait | answered, abandoned, system_closed)", better="lower",
)  # fmt: skip

_LONGEST = Kpi(
    id="queue_wait_max", code="Q05", name="Longest wait in the period", family="queue", tier=1, unit="s",
    better="lower", klass="A", segments=VISIT,
    says="The longest anybody stood in the queue, those still waiting included.",
    formula="max(wait) over all visits entered, waiting ones at as_of",
    edges="Whoever still waits counts with the wait so far; no visit is nothing.",
    measure=most(*_VISIT, value="wait_ms", where=""),
)  # fmt: skip

_LONGEST_NOW = Kpi(
    id="longest_wait_now", code="Q06", name="Longest wait now", family="queue", tier=0, unit="s",
    better="lower", klass="S", segments=("queue", "channel"), live=True,
    says="How long the visitor who has waited longest has waited so far.",
    formula="max(now − entered) over waiting visits",
    measure=Measure(table="visit", take="max", span=_PRESENT, value="now_ms - entered_at", scale=MS),
    edges="An empty queue is nothing, not 0; a visitor inside the disconnect grace still waits.",
)  # fmt: skip

_LENGTH = Kpi(
    id="queue_length_now", code="Q07", name="Queue length now", family="queue", tier=0, unit="conversations",
    better="lower", klass="S", segments=("queue", "channel"), live=True,
    says="How many visitors wait for a person at this moment.",
    formula="count of waiting visits",
    measure=snapshot("visit", _PRESENT),
)  # fmt: skip
_LENGTH_AVG = variant(
    _LENGTH, "queue_length_avg", Measure(table="visit", take="ratio", span=("entered_at", "left_at"),
                                         num="stood_ms",
                         over_period=True, scale=MS, den_scale=MS),
    "How many visitors stood in the queue on average over the period.", name="Average queue length",
    formula="∫ L(t) dt / length of the period", klass="I", segments=("queue", "channel", "hour"),
)  # fmt: skip
_LENGTH_PEAK = variant(
    _LENGTH, "queue_length_peak", Measure(table="visit", take="peak", span=("entered_at", "left_at")),
    "The most visitors that stood in the queue at once.", name="Longest queue", formula="max L(t)", klass="I",
    segments=("queue", "channel", "hour"),
    edges="One leaving and one entering at the same instant are never both counted.",
)  # fmt: skip


def _level(id_: str, name: str, num: str, den: str, says: str, *, live: bool = False) -> Kpi:
    return Kpi(
        id=id_, code="Q08", name=name, family="queue", tier=0, unit="ratio", better="higher", klass="A",
        segments=VISIT, says=says, formula=f"{num} / ({den})", live=live,
        measure=ratio(*_VISIT, num, den, pending="undecided", short="short"),
        beside="missed_chats, first_response_time",
        edges="A wait of exactly the threshold is in; overflow and diversion are out of both sides; a close "
              "by "
              "the system and a visitor still waiting past the threshold are misses.",
    )  # fmt: skip


_ALL_IN = "answered + abandoned + system_closed + breached"
_LEVELS = (
    _level("service_level", "Service level", "in_time",
           "answered + abandoned - short + system_closed + breached",
           "The share of human requests accepted within the threshold; leaving at once does not count.",
           live=True),
    _level("service_level_strict", "Service level, strict", "in_time", _ALL_IN,
           "Every abandonment counts against the level, even the shortest."),
    _level("service_level_answered_only", "Service level, answered only", "in_time", "answered",
           "Only answered requests: flatters, because those who gave up vanish."),
    _level("service_level_neutral", "Service level, neutral", "in_time",
           "answered + abandoned - gone_in_time + system_closed + breached",
           "Whoever gave up within the threshold vanishes from both sides."),
    _level("service_level_positive", "Service level, any exit", "in_time + gone_in_time", _ALL_IN,
           "Whoever left the queue within the threshold counts as served in time."),
    _level("service_level_short_positive", "Service level, short exits count", "in_time + short", _ALL_IN,
           "Whoever left at once counts as served in time."),
)  # fmt: skip

_ABANDONMENT = Kpi(
    id="queue_abandonment_rate", code="Q09", name="Queue abandonment rate", family="queue", tier=0,
    unit="ratio",
    better="lower", klass="A", segments=VISIT, live=True, beside="short_abandons, divert_rate",
    says="The share of human requests given up in the queue, leaving at once not counted.",
    formula="(abandoned − short) / (offered − short)",
    measure=ratio(*_VISIT, "abandoned - short", "decided - short", pending="waiting", short="short"),
    edges="Diversion and overflow are no abandonment; a ghost accept is one.",
)  # fmt: skip
_ABANDONMENT_RAW = variant(
    _ABANDONMENT, "_raw", ratio(*_VISIT, "abandoned", "decided", pending="waiting"),
    "The share of human requests given up in the queue.", name="Queue abandonment rate, raw",
    formula="abandoned / offered",
)  # fmt: skip
_WHILE_OFFERED = variant(
    _ABANDONMENT, "_while_offered", ratio(*_VISIT, "abandoned and ringing", "decided", pending="waiting"),
    "Given up while an agent's console was ringing.", name="Abandoned while ringing", tier=1, live=False,
    formula="abandoned while an agent was ringing / offered",
)  # fmt: skip
_NEVER_OFFERED = variant(
    _ABANDONMENT, "_never_offered", ratio(*_VISIT, "abandoned and not ringing", "decided", pending="waiting"),
    "Given up while nobody's console was ringing.", name="Abandoned, nobody ringing", tier=1, live=False,
    formula="abandoned while no agent was ringing / offered",
)  # fmt: skip

_SHORT = Kpi(
    id="short_abandons", code="Q10", name="Short abandons", family="queue", tier=0, unit="count",
    better="neutral", klass="A", segments=VISIT, live=True,
    says="Visitors who left the queue almost at once.",
    formula="count(abandoned, wait ≤ short_abandon_s)",
    measure=arrivals(*_VISIT, num="short"),
    edges="Inclusive; the threshold belongs to the queue.",
)  # fmt: skip
_SHORT_RATE = variant(
    _SHORT, "short_abandon_rate", ratio(*_VISIT, "short", "decided"),
    "The share of requests given up almost at once.",
    name="Short abandon rate", unit="ratio", formula="short / offered",
)  # fmt: skip

_PRESENCE = "channel not in ('email', 'offline_form', 'ticket')"
_LOST = Kpi(
    id="conversation_abandonment_rate", code="Q11", name="Conversation abandonment rate", family="queue",
    tier=0,
    unit="ratio", better="lower", klass="A", segments=ALL, live=True,
    says="The share of visitors who asked for a person and left before any human reply.",
    formula="(abandoned in queue + abandoned after accept) / (served + both + unanswered closed)",
    measure=ratio("conversation", "requested_at",
                  "outcome == 'abandoned_in_queue' or outcome == 'abandoned_after_accept'", "decided",
                  where=_PRESENCE, pending="outcome == 'pending'"),
    edges="Diverted and pending are out; a served visitor who later leaves a transfer queue was served; "
          "e-mail "
          "and forms know no presence and are nothing, not 0.",
)  # fmt: skip
_LOST_LONG = variant(
    _LOST, "_excl_short", ratio(
        "conversation", "requested_at",
        "(outcome == 'abandoned_in_queue' or outcome == 'abandoned_after_accept') and not (short_left)",
        "(decided) and not (short_left)", where=_PRESENCE, pending="outcome == 'pending'"),
    "As the conversation abandonment rate, without those who left the queue at once.",
    name="Conversation abandonment rate, short ones out", tier=1, live=False,
    formula="the same, short queue leaves out of both sides",
)  # fmt: skip

_AFTER_ACCEPT = Kpi(
    id="abandoned_after_accept", code="Q12", name="Abandoned after greeting", family="queue", tier=0,
    unit="count", better="lower", klass="A", segments=("agent", "queue", "channel", "hour"), live=True,
    says="An agent had accepted, but the visitor left before a person wrote.",
    formula="count of conversations with that outcome",
    measure=arrivals("conversation", "requested_at", num="outcome == 'abandoned_after_accept'",
                     where="requested", pending="outcome == 'pending'"),
    edges="An automatic welcome does not rescue it.",
)  # fmt: skip
_AFTER_ACCEPT_RATE = variant(
    _AFTER_ACCEPT, "_rate", ratio("conversation", "requested_at", "outcome == 'abandoned_after_accept'",
                                  "accepted_at < 9007199254740992 and outcome != 'pending'",
                                  pending="outcome == 'pending'"),
    "The share of answered conversations left before a person wrote.", name="Abandoned after greeting, rate",
    unit="ratio", formula="abandoned after accept / answered conversations",
)  # fmt: skip

_MISSED = Kpi(
    id="missed_chats", code="Q13", name="Missed chats", family="queue", tier=0, unit="count", better="lower",
    klass="A", segments=ALL, live=True,
    says="A person was asked for, it ended, and no human reply reached the visitor.",
    formula="abandoned in queue + abandoned after accept + unanswered closed",
    measure=arrivals("conversation", "requested_at", num="missed", where="requested",
                     pending="outcome == 'pending'"),
    edges="Short abandons included; a late reply after the visitor left does not help; diverted is not "
          "missed.",
)  # fmt: skip
_MISSED_RATE = variant(
    _MISSED, "missed_chat_rate", ratio("conversation", "requested_at", "missed", "decided",
                                       pending="outcome == 'pending'"),
    "The share of human requests no person ever answered.", name="Missed chat rate", unit="ratio",
    formula="missed / (missed + served)",
)  # fmt: skip

_MISSED_SHORT = variant(
    _MISSED, "missed_chats_short", arrivals("conversation", "requested_at", num="short_left",
    where="requested",
                                            pending="outcome == 'pending'"),
    "Of the missed chats, those whose visitor left the queue almost at once.", name="Missed chats, short "
    "ones",
    formula="missed chats whose last visit was a short abandon", tier=1, live=False,
)  # fmt: skip

_OVERFLOW = Kpi(
    id="overflow_rate", code="Q14", name="Overflow rate", family="queue", tier=1, unit="ratio",
    better="lower",
    klass="A", segments=VISIT,
    says="The share of queue visits that moved on to another queue unanswered.",
    formula="overflow / entered visits",
    measure=ratio(*_VISIT, "outcome == 'overflow'", "1"),
    edges="It hides demand from the service level, so it stands beside it.",
)  # fmt: skip
_DIVERT = variant(
    _OVERFLOW, "divert_rate", ratio("conversation", "min(requested_at, diverted_at)", "was_diverted", "1"),
    "The share of human requests turned into a ticket or sent elsewhere.", name="Divert rate",
    formula="diverted conversations / (diverted or human requested)",
    segments=(*_NO_AGENT, "divert_reason"), edges="Split by `divert_reason`: off_hours, no_agents, timeout, "
                                                  "visitor_choice.",
)  # fmt: skip

_ACCEPTANCE = Kpi(
    id="offer_acceptance_rate", code="Q15", name="Offer acceptance", family="queue", tier=1, unit="ratio",
    better="higher", klass="C", segments=("agent", "queue", "hour", "weekday", "channel"),
    says="How often agents accept a chat that rings.",
    formula="accepted / (accepted + expired + declined)",
    measure=ratio("offer", "ended_at", "outcome == 'accepted'",
                  "outcome in ('accepted', 'expired', 'declined')"),
    edges="A visitor who leaves while it rings is neither; a manual pick-up is no offer.",
)  # fmt: skip
_MISSED_OFFERS = variant(
    _ACCEPTANCE, "missed_offers", arrivals("offer", "ended_at", num="outcome in ('expired', 'declined')"),
    "Chats that rang and were not taken.", name="Missed offers", unit="count", better="lower",
    formula="expired + declined",
)  # fmt: skip

_SILENT = Kpi(
    id="silent_abandonment_share", code="Q20", name="Silent abandonment", family="queue", tier=0,
    unit="ratio",
    better="lower", klass="A", segments=ALL, live=True,
    says="Of those who gave up in the queue, the share that left without a word: tab closed, network gone.",
    formula="abandoned by disconnect / abandoned",
    measure=ratio(*_VISIT, "silent", "1", where="abandoned and presence == 1", short="short"),
    edges="Who reconnects inside the grace never left; channels without presence are nothing, not 0.",
)  # fmt: skip
_GHOST = variant(
    _SILENT, "ghost_agent_time", Measure(table="engagement", take="sum", at="done_at",
                                         num="handled_ms if ghost else 0",
                         scale=MS, where="ghost == 1"),
    "Agents' time spent on visitors who had already gone.", name="Ghost agent time", unit="s", klass="C",
    formula="Σ engagement + wrap-up of accepts after the leave",
)  # fmt: skip
_GHOST_SHARE = variant(
    _SILENT, "ghost_agent_time_share", ratio("engagement", "done_at", "handled_ms if ghost else 0",
                                             "handled_ms", scale=MS,
                       den_scale=MS, interval=""),
    "The share of agents' time spent on visitors who had already gone.", name="Ghost agent time, share",
    klass="C", tier=1, live=False, formula="ghost agent time / all engagement and wrap-up time",
)  # fmt: skip


_FUNNEL = Kpi(
    id="abandonment_by_stage", code="Q11", name="Abandonment by stage", family="queue", tier=1, unit="count",
    better="neutral", klass="A", segments=("stage", *_NO_AGENT),
    says="Where visitors were lost: read it by stage.",
    formula="conversations lost, by the furthest stage they reached: bot → queue (nobody or somebody rang) → "
            "accepted → replied",
    measure=arrivals("conversation", "started_at",
                     where="lost == 1 or (lost == 2 and not courtesy_is_no_drop)"),
    edges="With the bot: left after a fallback or without an answer (R08); replied: dropped (C07).",
)  # fmt: skip
QUEUE = entries(
    _STARTED, _OFFERED, _ENTERED, _REQUESTED, _WAIT, _WAIT_FIRST, spread(_WAIT, "queue_wait_answered",
    top=True),
    _GIVE_UP, _WAIT_ALL, on_open_clock(_WAIT, _GIVE_UP, _WAIT_ALL), _LONGEST, _LONGEST_NOW, _LENGTH,
    _LENGTH_AVG,
    _LENGTH_PEAK, _LEVELS, _ABANDONMENT, _ABANDONMENT_RAW, _WHILE_OFFERED, _NEVER_OFFERED, _SHORT,
    _SHORT_RATE,
    _LOST, _LOST_LONG, _AFTER_ACCEPT, _AFTER_ACCEPT_RATE, _MISSED, _MISSED_RATE, _MISSED_SHORT, _OVERFLOW,
    _DIVERT,
    _ACCEPTANCE, _MISSED_OFFERS, _SILENT, _GHOST, _GHOST_SHARE, _FUNNEL,
)  # fmt: skip
