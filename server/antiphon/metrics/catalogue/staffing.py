"""How many people it takes (kpis.md §12). Inputs come from the other KPIs, never typed in twice.

The models are in `antiphon.metrics.staffing`; these entries ask them about a report's own period and groups:
with an interval of 30 minutes by queue they give the agents required per queue and half hour.
"""

from antiphon.metrics.catalogue.declare import Kpi, entries, variant
from antiphon.metrics.measures import MS, Formula, Measure, clipped, quantile, ratio

_PLACE = ("queue", "channel")
_DEMAND = {
    "offered": "queue_entered", "handle": "aht", "patience": "patience_mean_s",
    "abandoned": "queue_abandonment_rate_raw",
}  # fmt: skip

_LOAD = Kpi(
    id="offered_load_erlangs", code="F01", name="Offered load", family="staffing", tier=1, unit="erlang",
    better="neutral", klass="C", segments=_PLACE,
    says="How many chats would be in progress on average if nobody had to wait.",
    formula="arrivals per second × average handle time",
    measure=Formula(by="offered_load", of=_DEMAND),
    edges="Without a handle time it is nothing.",
)  # fmt: skip
_LEVEL = variant(
    _LOAD, "erlang_c_service_level", Formula(by="level_with_agents", of={**_DEMAND,
                                                                         "online": "agents_online_avg"}),
    "The service level Erlang C expects of the agents who were there.", name="Service level by Erlang C",
    unit="ratio", better="higher", code="F02", formula="1 − P_wait · e^(−(slots − load)·Y/T)",
    edges="Everybody is patient in Erlang C; more load than slots is 0.",
)  # fmt: skip
_LEVEL_A = variant(
    _LEVEL, "erlang_a_service_level",
    Formula(by="level_with_impatience", of={**_DEMAND, "online": "agents_online_avg"}),
    "The service level Erlang A expects of the agents who were there, with visitors who give up.",
    name="Service level by Erlang A", code="F04", formula="P(served within Y) of M/M/m+M over slots",
    edges="Nobody ever gave up: Erlang C.",
)  # fmt: skip
_PATIENCE = Kpi(
    id="patience_mean_s", code="F05", name="Patience", family="staffing", tier=1, unit="s", better="neutral",
    klass="A", segments=_PLACE,
    says="How long visitors would wait on average before giving up, reckoned also from those who did not.",
    formula="Σ wait of answered and abandoned visits / number abandoned, short abandons out of both",
    measure=ratio("visit", "entered_at", "left_at - entered_at", "abandoned",
                  where="answered or (abandoned and not (short))", scale=MS, interval=""),
    edges="The maximum-likelihood mean of censored exponential patience; nobody abandoned is nothing.",
)  # fmt: skip
_REQUIRED = Kpi(
    id="agents_required", code="F06", name="Agents required", family="staffing", tier=1, unit="agents",
    better="neutral", klass="C", segments=_PLACE,
    says="The fewest agents that meet the service level with what came in the period.",
    formula="min n: P(served within Y) ≥ X and slot occupancy ≤ 85 %, slots = n × max_concurrency",
    measure=Formula(by="agents_required", of=_DEMAND),
    edges="Erlang A when more than 2 % give up, Erlang C else; nobody came: 0, or min_agents; what can "
          "wait (e-mail, "
          "forms) by its work, without Erlang.",
)  # fmt: skip
_SLOTS = variant(
    _REQUIRED, "agents_required_effective", Formula(
        by="agents_required_effective", of={**_DEMAND, "concurrency": "concurrency_avg"}),
    "The fewest agents by the conservative model: an agent is one server who works the faster the more he "
    "holds.",
    name="Agents required, effective handle time", code="F03",
    formula="Erlang C with servers = agents and T / measured concurrency",
)  # fmt: skip
_ONLINE = variant(
    _REQUIRED, "agents_online_avg", Formula(by="average_online", of={"online": "status_time_online"}),
    "How many agents were online on average.", name="Agents online, average",
    formula="time online / length of the period", klass="I", segments=(),
)  # fmt: skip
_ROSTERED = variant(
    _REQUIRED, "agents_rostered", Formula(by="agents_rostered", of={**_DEMAND, "shrinkage": "shrinkage"}),
    "Agents to plan so that the required ones are there.", name="Agents to roster",
    formula="⌈required / (1 − shrinkage)⌉",
)  # fmt: skip
_GAP = variant(
    _REQUIRED, "staffing_gap", Formula(by="staffing_gap", of={**_DEMAND, "online": "agents_online_avg"}),
    "Agents who were there minus agents required: below 0 there were too few.", name="Staffing gap",
    formula="agents online on average − agents required",
)  # fmt: skip
_HALF_HOURS = ("expected", "at")
_EXPECTED = Kpi(
    id="forecast_expected", code="F08", name="Arrivals expected", family="staffing", tier=1, unit="arrivals",
    better="neutral", klass="C", segments=(*_PLACE, "hour", "weekday"),
    says="What the same half hours of the last eight weeks let expect.",
    formula="Σ over half hours of the mean of the same local half hour in the last 8 comparable weeks, "
            "outliers out",
    measure=Measure(table="expected", take="sum", at="at", num="expected"),
    edges="Weeks before anybody ever came, and closed days, are none; with fewer than two of them all days "
          "at that "
          "hour stand in; local clock, so days of 23 and 25 hours come out right.",
)  # fmt: skip
_VARIANCE = variant(
    _EXPECTED, "forecast_variance", Measure(table="expected", take="sum", at="at", num="variance"),
    "How uncertain the arrivals expected are.", name="Variance of the arrivals expected", unit="arrivals²",
    formula="Σ over half hours of max(forecast, variance of the weeks)",
)  # fmt: skip
_FORECAST = variant(
    _EXPECTED, "forecast_offered", Formula(by="with_band", of={"expected": "forecast_expected",
                                                               "variance": "forecast_variance"}),
    "What the last eight weeks let expect, with its 95 % band.", name="Forecast of arrivals",
    formula="forecast_expected ± 1.96 √variance, at least Poisson's band", segments=_PLACE,
)  # fmt: skip
_WAPE = Kpi(
    id="forecast_wape", code="F09", name="Forecast error", family="staffing", tier=1, unit="ratio",
    better="lower", klass="C", segments=(*_PLACE, "hour", "weekday"), beside="forecast_bias",
    says="How far the forecast was off, as a share of what came.",
    formula="Σ|actual − forecast| / Σ actual over half hours",
    measure=ratio(*_HALF_HOURS, "max(actual - expected, expected - actual)", "actual", where="over",
    interval=""),
    edges="Half hours that are over only; nobody came is nothing.",
)  # fmt: skip
_BIAS = variant(
    _WAPE, "forecast_bias", ratio(*_HALF_HOURS, "expected - actual", "actual", where="over", interval=""),
    "Whether the forecast was too high (above 0) or too low.", name="Forecast bias",
    formula="Σ(forecast − actual) / Σ actual over half hours", better="neutral", beside="forecast_wape",
)  # fmt: skip

_SAFE = Kpi(
    id="concurrency_safe_max", code="F07", name="Safe concurrency", family="staffing", tier=1, unit="chats",
    better="higher", klass="C", segments=("queue",), beside="response_p90_at_concurrency, "
                                                            "time_at_concurrency",
    says="The most chats an agent can have at once without hurting visitors.",
    formula="largest k: p90 response ≤ frt_target_s, csat not significantly below that at k = 1, and the "
            "pace "
            "k / chat length at least 1.05 times that at k − 1",
    measure=Formula(by="concurrency_safe", of={
        "p90": "response_p90_at_concurrency@each engaged", "csat": "csat_at_concurrency@each engaged",
        "length": "chat_length_at_concurrency@each engaged"}),
    edges="A level with fewer than 100 turns, or never reached, is not enough data and not safe; nothing "
          "without "
          "enough of one chat at a time.",
)  # fmt: skip
_LEVELS = ("engaged", "queue", "agent")
_AT_P90 = variant(
    _SAFE, "response_p90_at_concurrency",
    quantile("paced", "started_at", "waited_ms", "", 0.9),
    "Nine of ten later replies came at least this fast: read it by engaged, the agent's chats at once.",
    unit="s",
    name="Response time at a concurrency (p90)", better="lower", segments=_LEVELS, beside="", edges="",
    formula="percentile 0.9 (type 7) of response times by the agent's chats when the wait began",
)  # fmt: skip
_AT_CSAT = variant(
    _AT_P90, "csat_at_concurrency", Measure(
        table="paced", take="distinct", at="started_at", num="score >= 4", den="1", where="score > 0",
        interval="wilson"),
    "Satisfaction of visitors served while their agent had so many chats: read it by engaged.", unit="ratio",
    name="Satisfaction at a concurrency", better="higher",
    formula="conversations rated 4 or 5 / conversations rated, by the agent's chats in any of their turns",
)  # fmt: skip
_AT_DROPPED = variant(
    _AT_P90, "dropped_at_concurrency", Measure(
        table="paced", take="distinct", at="started_at", num="dropped", den="1", interval="wilson"),
    "Conversations dropped while their agent had so many chats: read it by engaged.", unit="ratio",
    name="Dropped chats at a concurrency",
    formula="conversations ended with the visitor's word / conversations, by the agent's chats in any of "
            "their turns",
)  # fmt: skip
_AT_LENGTH = variant(
    _AT_P90, "chat_length_at_concurrency", clipped(
        "piece", "engaged * stood_ms", "finished", where="engaged > 0", scale=MS),
    "How long a chat takes while its agent has so many: read it by engaged.",
    name="Chat length at a concurrency", better="neutral",
    formula="chats × agents' seconds with so many / chats that ended while there were so many",
)  # fmt: skip

STAFFING = entries(
    _LOAD, _LEVEL, _LEVEL_A, _PATIENCE, _REQUIRED, _SLOTS, _ONLINE, _ROSTERED, _GAP, _SAFE, _AT_P90, _AT_CSAT,
    _AT_DROPPED, _AT_LENGTH, _EXPECTED, _VARIANCE, _FORECAST, _WAPE, _BIAS,
)  # fmt: skip
