"""Thresholds and windows of the numbers (kpis.md §1): values only, never a clock.

Rules:
1. The names are those of kpis.md and of the `[metrics]` table of `antiphon.toml`.
2. The first four belong to a queue; a queue that says nothing takes the site's value.
3. Changing one changes past numbers when they are computed again (G24), so a saved report keeps its settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from antiphon.domain.errors import Refused

DAY_S = 86_400
_UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": DAY_S, "w": 7 * DAY_S}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a queue may set for itself."""

    sl_threshold_s: float = 30
    sl_target: float = 0.80
    short_abandon_s: float = 10
    frt_target_s: float = 60

    @property
    def sl_threshold_ms(self) -> int:
        return round(self.sl_threshold_s * 1000)

    @property
    def short_abandon_ms(self) -> int:
        return round(self.short_abandon_s * 1000)

    @property
    def frt_target_ms(self) -> int:
        return round(self.frt_target_s * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One site's settings; `queues` holds what single queues set otherwise."""

    sl_threshold_s: float = 30
    sl_target: float = 0.80
    short_abandon_s: float = 10
    frt_target_s: float = 60
    disconnect_grace_s: float = 60
    offer_timeout_s: float = 20
    wrapup_max_s: float = 120
    idle_close_s: float = 1800
    reopen_window: float = DAY_S
    fcr_window: float = 7 * DAY_S
    repeat_window: float = 7 * DAY_S
    deflection_window: float = 3 * DAY_S
    survey_expiry: float = 7 * DAY_S
    nps_min_gap: float = 90 * DAY_S
    attribution_window: float = 7 * DAY_S
    activation_window: float = 14 * DAY_S
    active_customer_window: float = 90 * DAY_S
    max_concurrency: int = 3
    alpha: float = 0.05
    gross_margin: float | None = None
    loaded_rate: float | None = None  # what an agent's paid hour costs
    platform_cost: float = 0  # of a period of 30 days
    bot_cost: float = 0  # of a period of 30 days
    own_brand: str = ""
    brand_targets: Mapping[str, float] = field(default_factory=dict)
    sensitive_topics: frozenset[str] = frozenset()
    queues: Mapping[str, Limits] = field(default_factory=dict)

    def limits(self, queue: str) -> Limits:
        """The thresholds in force for `queue`."""
        return self.queues.get(queue) or self.site_limits

    @property
    def site_limits(self) -> Limits:
        return Limits(**{name: getattr(self, name) for name in QUEUE_NAMES})

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> Self:
        """Settings out of a plain mapping; windows may be written `24h`, `7d`; unknown names are refused."""
        mapping = dict(given)
        per_queue = mapping.pop("queues", {})
        apart = {
            "own_brand": str(mapping.pop("own_brand", "")),
            "brand_targets": dict(mapping.pop("brand_targets", {})),
            "sensitive_topics": frozenset(mapping.pop("sensitive_topics", ())),
        }
        site = replace(cls(), **{name: _value(name, value, NAMES) for name, value in mapping.items()})
        base = site.site_limits
        queues = {
            queue: replace(base, **{name: _value(name, value, QUEUE_NAMES) for name, value in own.items()})
            for queue, own in per_queue.items()
        }
        return replace(site, queues=queues, **apart)  # type: ignore[arg-type]  # the keys are this class's fields


QUEUE_NAMES = tuple(f.name for f in fields(Limits))
_APART = {"queues", "own_brand", "brand_targets", "sensitive_topics"}
NAMES = tuple(f.name for f in fields(Settings) if f.name not in _APART)


def _value(name: str, value: object, known: tuple[str, ...]) -> Any:
    if name not in known:
        raise Refused("bad_request", f"There is no metrics setting called {name!r}.", field=name)
    number = _number(value)
    if number is None or number < 0:
        raise Refused("bad_request", f"{name} must be a number or a time such as 30s, 24h, 7d.", field=name)
    return number


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and value[-1:] in _UNITS_S and value[:-1].replace(".", "", 1).isdigit():
        number = float(value[:-1])
        return (int(number) if number.is_integer() else number) * _UNITS_S[value[-1]]
    return None
