"""How many people it takes (kpis.md §12): queueing models, concurrency, forecasts. Pure arithmetic.

Arrivals are per second, durations seconds, as the formulas have them; nothing here knows a journal. Every
answer says which model gave it. Reference values are tests.
"""

from antiphon.metrics.staffing.concurrency import Levels, safe_concurrency, state_dependent
from antiphon.metrics.staffing.erlang import Waiting, erlang_a, erlang_b, erlang_c, offered_load
from antiphon.metrics.staffing.forecast import Accuracy, Forecast, accuracy, forecast, reforecast
from antiphon.metrics.staffing.required import Demand, Staffing, agents_for_work, required, rostered

__all__ = [
    "Accuracy",
    "Demand",
    "Forecast",
    "Levels",
    "Staffing",
    "Waiting",
    "accuracy",
    "agents_for_work",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "forecast",
    "offered_load",
    "reforecast",
    "required",
    "rostered",
    "safe_concurrency",
    "state_dependent",
]
