"""How many people it takes (kpis.md §12). Inputs come from the other KPIs, never typed in twice.

The models are in `antiphon.metrics.staffing`; these entries ask them about a report's own period and '
'groups, so
with an interval of 30 minutes by queue they give the agents required per queue and half hour.
"""

from antiphon.metrics.catalogue.declare import Kpi, entries, variant
from antiphon.metrics.measures import MS, Formula, ratio

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
    edges="Erlang A when more than 2 % give up, Erlang C else; nobody came: 0.",
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
_WEEKS = {f"week{n}": f"queue_entered@week{n}" for n in range(8, 0, -1)}
_FORECAST = Kpi(
    id="forecast_offered", code="F08", name="Forecast of arrivals", family="staffing", tier=1,
    unit="arrivals",
    better="neutral", klass="C", segments=_PLACE,
    says="What the same stretch of the last eight weeks lets expect.",
    formula="mean of the same local stretch in the last 8 weeks, outliers left out",
    measure=Formula(by="seasonal_mean", of=_WEEKS),
    edges="Weeks before the first arrival ever are no weeks; fewer than two of them are nothing.",
)  # fmt: skip
_WAPE = Kpi(
    id="forecast_wape", code="F09", name="Forecast error", family="staffing", tier=1, unit="ratio",
    better="lower", klass="C", segments=_PLACE, beside="forecast_bias",
    says="How far the forecast was off, as a share of what came.", formula="|actual − forecast| / actual",
    measure=Formula(by="forecast_error", of={"actual": "queue_entered", "forecast": "forecast_offered"}),
    edges="Of each interval of the report; `antiphon.metrics.staffing.accuracy` pools a series.",
)  # fmt: skip
_BIAS = variant(
    _WAPE, "forecast_bias", Formula(by="forecast_bias", of={"actual": "queue_entered",
                                                            "forecast": "forecast_offered"}),
    "Whether the forecast was too high (above 0) or too low.", name="Forecast bias",
    formula="(forecast − actual) / actual", better="neutral", beside="forecast_wape",
)  # fmt: skip

STAFFING = entries(
    _LOAD, _LEVEL, _LEVEL_A, _PATIENCE, _REQUIRED, _SLOTS, _ONLINE, _ROSTERED, _GAP, _FORECAST, _WAPE, _BIAS,
)  # fmt: skip
