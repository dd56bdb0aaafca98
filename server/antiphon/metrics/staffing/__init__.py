"""How many people it takes (kpis.md §12): queueing models, concurrency, forecasts. Pure arithmetic.

Arrivals are per second, durations seconds, as the formulas have them; nothing here knows a journal. Every
answer says which model gave it. Reference values are tests.
"""

from antiphon.metrics.staffing.concurrency import Levels, safe_concurrency, state_dependent
from antiphon.metrics.staffing.erlang import Waiting, erlang_a, erlang_b, erlang_c, offered_load
from antiphon.metrics.staffing.forecast import Accuracy, Forecast, accuracy, forecast, reforecast
from antiphon.metrics.staffing.required import (
    CAN_WAIT,
    IMPATIENT,
    MODELS,
    MOST,
    Demand,
    Staffing,
    agents_for_work,
    curve,
    meets,
    required,
    rostered,
    with_agents,
)

__all__ = [
    "CAN_WAIT",
    "IMPATIENT",
    "MODELS",
    "MOST",
    "Accuracy",
    "Demand",
    "Forecast",
    "Levels",
    "Staffing",
    "Waiting",
    "accuracy",
    "agents_for_work",
    "curve",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "forecast",
    "meets",
    "offered_load",
    "reforecast",
    "required",
    "rostered",
    "safe_concurrency",
    "state_dependent",
    "with_agents",
]
