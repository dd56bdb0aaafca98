"""COUNTING. Every number of the product, from one journal.

`facts` folds histories into flat rows, `catalogue` declares every KPI once, `report` answers questions about
any period, `Live` keeps today's board. Pure: no database, no clock, no tasks; whoever asks brings the events
and the time. May be used by readers, gateway and app; knows the domain only.
"""

from antiphon.metrics.board import Board, has_news
from antiphon.metrics.catalogue import BY_ID, CATALOGUE, Kpi
from antiphon.metrics.floorplan import AgentPlan, Floorplan, QueuePlan
from antiphon.metrics.live import Figures, Live
from antiphon.metrics.report import Query, report
from antiphon.metrics.results import Result
from antiphon.metrics.settings import Limits, Settings
from antiphon.metrics.store import Facts

__all__ = [
    "BY_ID",
    "CATALOGUE",
    "AgentPlan",
    "Board",
    "Facts",
    "Figures",
    "Floorplan",
    "Kpi",
    "Limits",
    "Live",
    "Query",
    "QueuePlan",
    "Result",
    "Settings",
    "has_news",
    "report",
]
