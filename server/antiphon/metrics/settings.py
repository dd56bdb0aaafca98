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
class Promise:
    """What tickets are promised (T07); None: nothing. `pause`: not while the customer is asked or it is "
    "held."""

    first_reply_ms: int | None = None
    next_reply_ms: int | None = None
    resolution_ms: int | None = None
    business_hours: bool = False
    pause: bool = False


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
    min_agents: int = 0  # in opening hours, however little comes
    sentiment_cut: float = 0.05
    courtesy_is_no_drop: float = 0  # 1: a last word of thanks or good-bye wants no answer (C07)
    fcr_same_topic: float = 0  # 1: only a return about the same topic spoils a first contact (C13)
    gross_margin: float | None = None
    discount_rate: float | None = None  # a month
    lifespan_years: float | None = None
    acquisition_cost: float = 0  # of a customer
    loaded_rate: float | None = None  # what an agent's paid hour costs
    platform_cost: float = 0  # of a period of 30 days
    bot_cost: float = 0  # of a period of 30 days
    currency: str = ""
    rates: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # currency → day → worth in ours
    sla: Mapping[str, Promise] = field(default_factory=dict)  # "", "queue:x", "priority:y"
    own_brand: str = ""
    brand_targets: Mapping[str, float] = field(default_factory=dict)
    brand_unwanted: frozenset[str] = frozenset()
    sensitive_topics: frozenset[str] = frozenset()
    queues: Mapping[str, Limits] = field(default_factory=dict)

    def limits(self, queue: str) -> Limits:
        """The thresholds in force for `queue`."""
        return self.queues.get(queue) or self.site_limits

    @property
    def site_limits(self) -> Limits:
        return Limits(**{name: getattr(self, name) for name in QUEUE_NAMES})

    def promise(self, queue: str, priority: str) -> Promise:
        """The policy of a priority, else of a queue, else of all tickets."""
        for name in (f"priority:{priority}", f"queue:{queue}", ""):
            if name in self.sla:
                return self.sla[name]
        return _NOTHING

    def worth(self, amount: float, currency: str, day: str) -> float | None:
        """Money in our own currency at the rate of its day, an ISO date (G26); None when nobody knows the "
        "rate."""
        if currency in ("", self.currency) or not self.currency:
            return amount
        rates = self.rates.get(currency, {})
        known = max((since for since in rates if since <= day), default=None)
        return None if known is None else amount * rates[known]

    @classmethod
    def from_mapping(cls, given: Mapping[str, Any]) -> Self:
        """Settings out of a plain mapping; windows may be written `24h`, `7d`; unknown names are refused."""
        mapping = dict(given)
        per_queue = mapping.pop("queues", {})
        apart = {
            "own_brand": str(mapping.pop("own_brand", "")),
            "brand_targets": dict(mapping.pop("brand_targets", {})),
            "sensitive_topics": frozenset(mapping.pop("sensitive_topics", ())),
            "brand_unwanted": frozenset(mapping.pop("brand_unwanted", ())),
            "currency": str(mapping.pop("currency", "")),
            "rates": {name: dict(days) for name, days in mapping.pop("rates", {}).items()},
            "sla": _policies(mapping.pop("sla", {})),
        }
        site = replace(cls(), **{name: _value(name, value, NAMES) for name, value in mapping.items()})
        base = site.site_limits
        queues = {
            queue: replace(base, **{name: _value(name, value, QUEUE_NAMES) for name, value in own.items()})
            for queue, own in per_queue.items()
        }
        return replace(site, queues=queues, **apart)  # type: ignore[arg-type]  # the keys are this class's fields


QUEUE_NAMES = tuple(f.name for f in fields(Limits))
_APART = {
    "queues", "own_brand", "brand_targets", "brand_unwanted", "sensitive_topics", "currency", "rates", "sla",
}  # fmt: skip
_NOTHING = Promise()
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


def _policies(given: Mapping[str, Any]) -> Mapping[str, Promise]:
    """`[metrics.sla]` for all tickets, `[metrics.sla.queue.x]` and `[metrics.sla.priority.y]` for some."""
    own = dict(given)
    some = {kind: own.pop(kind, {}) for kind in ("queue", "priority")}
    every = _promise(own, _NOTHING)
    found = {
        f"{kind}:{name}": _promise(policy, every)
        for kind, named in some.items()
        for name, policy in named.items()
    }
    return {"": every, **found} if given else {}


def _promise(given: Mapping[str, Any], base: Promise) -> Promise:
    changes: dict[str, Any] = {}
    for name, value in given.items():
        if name in ("business_hours", "pause") and isinstance(value, bool):
            changes[name] = value
            continue
        seconds = _value(name, value, ("first_reply", "next_reply", "resolution", "business_hours", "pause"))
        changes[f"{name}_ms"] = round(seconds * 1000)
    return replace(base, **changes)
