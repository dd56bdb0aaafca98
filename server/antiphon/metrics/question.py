"""A question's own values: the period, the moment it is asked, and the settings in force.

Half-open `[from_ms, to_ms)`; `until_ms` is the first instant that does not count any more (G5, G6), `now_ms`
the moment a snapshot shows.
"""

from typing import ClassVar

from antiphon.metrics.settings import Limits, Settings

_WINDOWS = (
    "disconnect_grace_s", "wrapup_max_s", "reopen_window", "fcr_window", "repeat_window", "deflection_window",
    "survey_expiry", "nps_min_gap", "attribution_window", "activation_window", "active_customer_window",
)  # fmt: skip


class Thresholds:
    """One queue's limits, in milliseconds."""

    __slots__ = ("frt_target_ms", "short_abandon_ms", "sl_threshold_ms")

    def __init__(self, limits: Limits) -> None:
        self.sl_threshold_ms = limits.sl_threshold_ms
        self.short_abandon_ms = limits.short_abandon_ms
        self.frt_target_ms = limits.frt_target_ms


class Question:
    """What the expressions of the catalogue may name beside columns."""

    __slots__ = (
        "_queues",
        "_site",
        "activation_window_ms",
        "active_customer_window_ms",
        "as_of_ms",
        "attribution_window_ms",
        "deflection_window_ms",
        "disconnect_grace_ms",
        "fcr_window_ms",
        "from_ms",
        "now_ms",
        "nps_min_gap_ms",
        "reopen_window_ms",
        "repeat_window_ms",
        "settings",
        "survey_expiry_ms",
        "to_ms",
        "until_ms",
        "wrapup_max_ms",
    )  # fmt: skip

    NAMES: ClassVar[frozenset[str]] = frozenset(
        {"from_ms", "to_ms", "as_of_ms", "until_ms", "now_ms"}
        | {f"{name.removesuffix('_s')}_ms" for name in _WINDOWS}
    )
    TICKING: ClassVar[frozenset[str]] = frozenset({"as_of_ms", "until_ms", "now_ms"})

    def __init__(self, from_ms: int, to_ms: int, as_of_ms: int, settings: Settings) -> None:
        self.settings = settings
        for name in _WINDOWS:
            setattr(self, f"{name.removesuffix('_s')}_ms", round(getattr(settings, name) * 1000))
        self._site = Thresholds(settings.site_limits)
        self._queues = {queue: Thresholds(limits) for queue, limits in settings.queues.items()}
        self.from_ms, self.to_ms, self.as_of_ms = from_ms, to_ms, as_of_ms
        self.until_ms, self.now_ms = min(to_ms, as_of_ms + 1), min(to_ms, as_of_ms)

    def limits(self, queue: str) -> Thresholds:
        return self._queues.get(queue, self._site)

    def within(self, from_ms: int, to_ms: int) -> "Question":
        """The same question about another period."""
        return Question(from_ms, to_ms, self.as_of_ms, self.settings)
