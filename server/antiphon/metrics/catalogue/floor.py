"""Who is there, with what, and what that means for who waits (kpis.md Q16–Q19)."""

from antiphon.metrics.catalogue.declare import VISIT, Kpi, entries, variant
from antiphon.metrics.measures import MS, Formula, Measure, clipped, mean, snapshot  # fmt: skip

_HANDLED = ("from_at", "to_at")

_ESTIMATED = Kpi(
    id="estimated_wait_s", code="Q16", name="Estimated wait", family="queue", tier=1, unit="s",
    better="lower",
    klass="S", segments=("queue",),
    says="How long the next visitor would have to wait, by what the queue took lately.",
    formula="(waiting + 1) × mean handle time of the last 100 engagements / Σ max_concurrency of agents "
            "online",
    measure=Formula(by="estimated_wait", of={"waiting": "queue_length_now", "handle": "recent_handle_avg",
                                             "slots": "slots_online_now"}),
    edges="Nobody online, or fewer than 20 engagements to go by, is nothing. Visitors are shown this "
          "figure for "
          "their own place, give or take half the spread of the quartiles.",
)  # fmt: skip
_RECENT = variant(
    _ESTIMATED, "recent_handle_avg", mean("recent", "done_at", "handled_ms", "1", standing=True),
    "How long agents had a queue's last hundred chats, wrap-up included.", name="Recent handle time",
    formula="mean(engagement + wrap-up) of each queue's last 100 engagements done",
    edges="Accepts of visitors who had gone are left out.",
)  # fmt: skip
_SLOTS = variant(
    _ESTIMATED, "slots_online_now", snapshot("post", _HANDLED, num="capacity if status == 'online' else 0"),
    "Chats that the agents online can have at once.", name="Slots online now", unit="slots", better="higher",
    formula="Σ max_concurrency of agents online", edges="Who serves several queues is in the row of each.",
)  # fmt: skip
_ESTIMATE = Kpi(
    id="ewt_error", code="Q16", name="Error of the estimated wait", family="queue", tier=1, unit="s",
    better="lower", klass="A", segments=VISIT,
    says="How far the wait shown at entry was from the real one.",
    formula="mean(|shown at entry − wait|) over answered visits with an estimate",
    measure=mean("visit", "entered_at", value="max(left_at - entered_at - estimate_ms, estimate_ms - "
                                              "left_at + entered_at)",
                 where="answered and estimate_ms >= 0"),
)  # fmt: skip

_ACTIVE = Kpi(
    id="active_conversations_now", code="Q17", name="Conversations with agents now", family="queue", tier=0,
    unit="conversations", better="neutral", klass="S", segments=("queue", "agent", "channel"), live=True,
    says="Conversations in which at least one person is engaged at this moment.",
    formula="count of conversations with ≥ 1 open engagement",
    measure=Measure(table="engagement", take="distinct", span=("started_at", "ended_at"), den=""),
)  # fmt: skip
_ONLINE = variant(
    _ACTIVE, "agents_online_now", snapshot("status", _HANDLED, num="status == 'online'"),
    "Agents whose status is online.", name="Agents online now", unit="agents",
    formula="count of agents online",
    segments=("agent", "queue"),
    edges="Who serves several queues counts once in the total, and in the row of each queue.",
)  # fmt: skip
_FREE = variant(
    _ACTIVE, "free_slots_now", snapshot("post", _HANDLED,
                                        num="max(0, capacity - load) if status == 'online' else 0"),
    "Chats that online agents could take at once.", name="Free slots now", unit="slots",
    segments=("agent", "queue"),
    formula="Σ max(0, cap − load) over online agents", better="higher",
    edges="Away and busy agents give no capacity, but their load shows; an agent's free slots are free for "
          "each "
          "of his queues.",
)  # fmt: skip
_LOAD = variant(
    _ACTIVE, "load_now", snapshot("piece", _HANDLED, num="load"),
    "Engagements and wrap-ups that agents have open.", name="Load now", unit="items", segments=("agent",
                                                                                                "queue"),
    formula="open engagements + open wrap-ups",
)  # fmt: skip

_SYSTEM = Kpi(
    id="concurrency_system_avg", code="Q19", name="Concurrent conversations, average", family="queue", tier=0,
    unit="conversations", better="neutral", klass="I", segments=("queue", "channel", "hour"), live=True,
    says="How many conversations people were handling at the same time, on average.",
    formula="∫ C(t) dt / length of the period",
    measure=Measure(table="handling", take="ratio", span=_HANDLED, num="stood_ms", over_period=True, scale=MS,
                    den_scale=MS),
    edges="Distinct conversations: two agents in one chat are one; wrap-up is not in.",
)  # fmt: skip
_SYSTEM_PEAK = variant(
    _SYSTEM, "concurrency_system_peak", Measure(table="handling", take="peak", span=_HANDLED),
    "The most conversations people were handling at once.", name="Concurrent conversations, peak",
    formula="max C(t)", edges="An end and a start at the same instant do not overlap.",
)  # fmt: skip

_BOTS = variant(
    _SYSTEM, "concurrency_bot_avg", Measure(table="leg", take="ratio", span=("started_at", "ended_at"),
                                            num="stood_ms", over_period=True, scale=MS, den_scale=MS),
    "How many conversations the bot was carrying at the same time, on average.", tier=1, live=False,
    name="Concurrent conversations with the bot, average", segments=("channel", "hour", "bot"),
    formula="∫ open bot legs dt / length of the period", edges="From the bot's first handling to hand-off "
                                                               "or close.",
)  # fmt: skip
_BOTS_PEAK = variant(
    _BOTS, "concurrency_bot_peak", Measure(table="leg", take="peak", span=("started_at", "ended_at")),
    "The most conversations the bot was carrying at once.", name="Concurrent conversations with the bot, "
                                                                 "peak",
    formula="max of open bot legs",
)  # fmt: skip

_COVERAGE = Kpi(
    id="coverage_rate", code="Q18", name="Availability of service", family="queue", tier=1, unit="ratio",
    better="higher", klass="I", segments=("queue", "weekday", "hour"),
    says="The share of opening hours in which at least one agent was online for the queue.",
    formula="|open ∩ online ≥ 1| / |open|",
    measure=clipped("cover", "stood_ms if online > 0 else 0", "stood_ms", scale=MS, den_scale=MS),
    edges="Outside opening hours nothing counts; no opening time is nothing.",
)  # fmt: skip
_ACCEPTING = variant(
    _COVERAGE, "accepting_rate", clipped("cover", "stood_ms if free > 0 else 0", "stood_ms", scale=MS,
                                         den_scale=MS),
    "The share of opening hours in which at least one agent could have taken a chat.",
    name="Readiness of service", formula="|open ∩ free slots ≥ 1| / |open|",
)  # fmt: skip
FLOOR = entries(
    _ESTIMATED, _RECENT, _SLOTS, _ESTIMATE, _ONLINE, _FREE, _ACTIVE, _LOAD, _COVERAGE, _ACCEPTING, _SYSTEM,
    _SYSTEM_PEAK, _BOTS, _BOTS_PEAK,
)  # fmt: skip
