"""Marigold & Co: the demo's shop. Queues, its site, and who works there. Values only."""

from dataclasses import dataclass

from antiphon.domain.alerts import Rule
from antiphon.domain.goals import Goal
from antiphon.domain.rules import Queue, Rules, Site

PASSWORD = "marigold-demo"  # for whoever looks around; the demo listens on this machine only

# Open around the clock: whoever starts the demo at night shall find it awake. Shorter waits than the
# defaults for the same reason: things should happen while somebody watches.
QUEUES = (
    Queue(id="support", name="Support", offer_timeout_s=15, wrapup_max_s=60),
    Queue(id="orders", name="Orders & returns", offer_timeout_s=15, wrapup_max_s=60),
    Queue(id="garden", name="Garden advice", offer_timeout_s=15, wrapup_max_s=60, sl_threshold_s=40),
)
SITE = Site(
    id="default",
    name="Marigold & Co",
    queue="support",
    greeting="Hello! Questions about a plant or an order? We're here.",
    departments=tuple(queue.id for queue in QUEUES),
    theme={"accent": "#2f6b4f"},
    disconnect_grace_s=60,
    idle_close_s=300,
)
RULES = Rules(queues={queue.id: queue for queue in QUEUES}, sites={SITE.id: SITE})
GOALS = (
    Goal(id="", kpi="service_level", low=0.8, margin=0.1),
    Goal(id="", kpi="first_response_time", high=60, margin=30),
    Goal(id="", kpi="queue_abandonment_rate", high=0.05, margin=0.05),
    Goal(id="", kpi="csat", low=0.8, margin=0.1),
    Goal(id="", kpi="occupancy", low=0.5, high=0.85, margin=0.1),
)
ALERTS = (
    Rule(
        id="", name="Somebody waits too long", kpi="longest_wait_now", comparison="at_least",
        threshold=60, for_s=10, cooldown_s=60,
    ),
    Rule(
        id="", name="Service level is slipping", kpi="service_level", comparison="below", threshold=0.7,
        for_s=60, cooldown_s=600, enough=20,
    ),
)  # fmt: skip
DISPOSITIONS = ("solved", "solved", "solved", "answered", "follow-up by mail", "passed on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody of the team. `pace` stretches all pauses, `misses` is how often an offer rings in vain."""

    id: str
    name: str
    queues: tuple[str, ...]
    slots: int = 3
    pace: float = 1.0
    misses: float = 0.1

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def email(self) -> str:
        return f"{self.id}@marigold.example"


TEAM = (
    Colleague(id="priya", name="Priya Nair", queues=("garden", "support"), pace=0.9, misses=0.05),
    Colleague(id="tom", name="Tom Becker", queues=("orders", "support"), slots=2),
    Colleague(id="lucia", name="Lucía Ortega", queues=("orders", "garden"), pace=0.85, misses=0.06),
    Colleague(
        id="jonas", name="Jonas Lindqvist", queues=("garden", "orders"), slots=2, pace=1.25, misses=0.16
    ),
    Colleague(id="amara", name="Amara Okafor", queues=("support", "orders"), slots=2, pace=0.95),
    Colleague(id="mei", name="Mei Tanaka", queues=("support", "garden"), slots=2, pace=1.1),
)
