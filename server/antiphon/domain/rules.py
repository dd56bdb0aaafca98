"""How a desk is set up: queues with their hours and thresholds, and what is asked at the end.

Values only. The directory reads them from the database; the domain never does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from antiphon.domain.hours import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One queue. Thresholds are the first four of kpis.md §1 and belong to a queue."""

    id: str
    name: str
    hours: Hours = field(default_factory=Hours)
    sl_threshold_s: int = 30
    sl_target: float = 0.80
    short_abandon_s: int = 10
    frt_target_s: int = 60
    offer_timeout_s: int = 20
    wrapup_max_s: int = 120
    auto_accept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One web site (or shop) with a widget."""

    id: str
    name: str
    queue: str
    bot: bool = True
    locale: str = "en"
    surveys: tuple[str, ...] = ("csat", "nps")
    greeting: str | None = None
    departments: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()  # empty: any origin may embed the widget
    theme: Mapping[str, Any] = field(default_factory=dict)
    identity_secret: str | None = None
    disconnect_grace_s: int = 60
    idle_close_s: int = 1800
    reopen_window_s: int = 86_400
    drafts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything the desk must know that is not history."""

    queues: Mapping[str, Queue]
    sites: Mapping[str, Site]

    def queue_of(self, site: str, department: str | None) -> Queue:
        """The queue a visitor of `site` lands in; an unknown department falls back to the site's."""
        chosen = department if department in self.queues else None
        return self.queues[chosen or self.sites[site].queue]
