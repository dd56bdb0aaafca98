"""What staffing starts from (kpis.md §12). The models themselves are in `antiphon.metrics.staffing`."""

from antiphon.metrics.catalogue.declare import Kpi, entries
from antiphon.metrics.measures import MS, ratio

_PATIENCE = Kpi(
    id="patience_mean_s", code="F05", name="Patience", family="staffing", tier=1, unit="s", better="neutral",
    klass="A", segments=("queue", "channel"),
    says="How long visitors would wait on average before giving up, reckoned also from those who did not.",
    formula="Σ wait of answered and abandoned visits / number abandoned, short abandons out of both",
    measure=ratio("visit", "entered_at", "left_at - entered_at", "abandoned",
                  where="answered or (abandoned and not (short))", scale=MS, interval=""),
    edges="The maximum-likelihood mean of censored exponential patience; nobody abandoned is nothing.",
)  # fmt: skip

STAFFING = entries(_PATIENCE)
