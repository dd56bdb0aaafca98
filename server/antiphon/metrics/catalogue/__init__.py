"""Every KPI once. From these entries come reports, the board, `/api/kpis`, OpenMetrics and docs/kpis.md."""

from collections.abc import Mapping

from antiphon.metrics.catalogue.bot import BOTS
from antiphon.metrics.catalogue.customer import CUSTOMERS
from antiphon.metrics.catalogue.declare import Family, Kpi
from antiphon.metrics.catalogue.floor import FLOOR
from antiphon.metrics.catalogue.quality import QUALITY
from antiphon.metrics.catalogue.queue import QUEUE
from antiphon.metrics.catalogue.resolution import RESOLUTION
from antiphon.metrics.catalogue.staffing import STAFFING
from antiphon.metrics.catalogue.survey import SURVEYS
from antiphon.metrics.catalogue.ticket import TICKETS
from antiphon.metrics.catalogue.workforce import WORKFORCE

CATALOGUE: tuple[Kpi, ...] = (
    *QUEUE, *FLOOR, *QUALITY, *RESOLUTION, *SURVEYS, *TICKETS, *CUSTOMERS, *WORKFORCE, *BOTS, *STAFFING,
)  # fmt: skip
BY_ID: Mapping[str, Kpi] = {kpi.id: kpi for kpi in CATALOGUE}

__all__ = ["BY_ID", "CATALOGUE", "Family", "Kpi"]
