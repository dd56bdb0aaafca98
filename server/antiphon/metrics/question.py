"""A question's own values: the period, the moment it is asked, and the settings in force.

Half-open `[from_ms, to_ms)`; `until_ms` is the first instant that does not count any more (G5, G6), `now_ms`
the moment a snapshot shows and an interval is clipped at.
"""

from collections.abc import Mapping
from copy import copy
from typing import ClassVar
from zoneinfo import ZoneInfo

from antiphon.domain.hours import Hours
from antiphon.metrics.settings import Limits, Settings

_WINDOWS = (
    "disconnect_grace_s", "wrapup_max_s", "reopen_window", "fcr_window", "repeat_window", "deflection_window",
    "survey_expiry", "nps_min_gap", "attribution_window", "activation_window", "active_customer_window",
)  # fmt: skip
_ALWAYS = Hours()
UTC_ZONE = ZoneInfo("UTC")


class Thresholds:
    """One queue's limits, in milliseconds."""

    __slots__ = ("frt_target_ms", "short_abandon_ms", "sl_threshold_ms")

    def __init__(self, limits: Limits) -> None:
        self.sl_threshold_ms = limits.sl_threshold_ms
        self.short_abandon_ms = limits.short_abandon_ms
        self.frt_target_ms = limits.frt_target_ms


class Question:
    """What the expressions of the catalogue may name beside columns."""

    NAMES: ClassVar[frozenset[str]] = frozenset(
        {"from_ms", "to_ms", "as_of_ms", "until_ms", "now_ms", "own_brand", "sentiment_cut"}
        | {"courtesy_is_no_drop", "fcr_same_topic", "brand_targets", "brand_unwanted"}
        | {f"{name.removesuffix('_s')}_ms" for name in _WINDOWS}
    )

    fcr_window_ms: int
    active_customer_window_ms: int
    attribution_window_ms: int

    def __init__(
        self, from_ms: int, to_ms: int, as_of_ms: int, settings: Settings, *, zone: ZoneInfo = UTC_ZONE,
        hours: Mapping[str, Hours] | None = None,
    ) -> None:  # fmt: skip
        self.settings, self.zone, self.hours = settings, zone, hours or {}
        for name in ("own_brand", "sentiment_cut", "courtesy_is_no_drop", "fcr_same_topic", "brand_unwanted"):
            setattr(self, name, getattr(settings, name))
        self.brand_targets = frozenset(settings.brand_targets)
        for name in _WINDOWS:
            setattr(self, f"{name.removesuffix('_s')}_ms", round(getattr(settings, name) * 1000))
        self._site = Thresholds(settings.site_limits)
        self._queues = {queue: Thresholds(limits) for queue, limits in settings.queues.items()}
        self._about(from_ms, to_ms, as_of_ms)

    def _about(self, from_ms: int, to_ms: int, as_of_ms: int) -> None:
        self.from_ms, self.to_ms, self.as_of_ms = from_ms, to_ms, as_of_ms
        self.until_ms, self.now_ms = min(to_ms, as_of_ms + 1), min(to_ms, as_of_ms)

    def limits(self, queue: str) -> Thresholds:
        return self._queues.get(queue, self._site)

    def open_ms(self, queue: str, from_ms: int, to_ms: int) -> int:
        """Open time of the queue between two instants (G20): the `_bh` clock."""
        return self.hours.get(queue, _ALWAYS).open_ms(from_ms, to_ms)

    def within(self, from_ms: int, to_ms: int) -> "Question":
        """The same question about another period."""
        other = copy(self)
        other._about(from_ms, to_ms, self.as_of_ms)
        return other
