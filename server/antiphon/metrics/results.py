"""The shape of an answer (kpis.md G8, contract.md §5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from antiphon.metrics.catalogue import Kpi
from antiphon.metrics.tally import Figure

if TYPE_CHECKING:
    from antiphon.metrics.report import Query

_LOW_SURVEY, _LOW_AGENT = 30, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One figure with everything needed to judge it."""

    id: str
    value: float | str | None
    unit: str
    num: float | None
    den: float | None
    n: int
    pending: int
    immature: int
    excluded_spam: int
    excluded_short: int
    ci_low: float | None
    ci_high: float | None
    low_n: bool
    from_ms: int
    to_ms: int
    as_of_ms: int
    tz: str
    filters: Mapping[str, str]
    final: bool
    group: Mapping[str, Any]
    interval_start_ms: int | None = None

    def wire(self) -> dict[str, Any]:
        """The JSON object of the contract: instants in ISO 8601, UTC."""
        body: dict[str, Any] = {name: getattr(self, name) for name in _PLAIN}
        body |= {"from": iso(self.from_ms), "to": iso(self.to_ms), "as_of": iso(self.as_of_ms)}
        body |= {"filters": dict(self.filters), "group": dict(self.group)}
        if self.interval_start_ms is not None:
            body["interval_start"] = iso(self.interval_start_ms)
        return body


_PLAIN = (
    "id", "value", "unit", "num", "den", "n", "pending", "immature", "excluded_spam", "excluded_short",
    "ci_low", "ci_high", "low_n", "tz", "final",
)  # fmt: skip


def iso(at_ms: int) -> str:
    """An instant as ISO 8601 in UTC; milliseconds only when there are any."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return at.isoformat(timespec="milliseconds" if at_ms % 1000 else "seconds").replace("+00:00", "Z")


def few(kpi: Kpi, n: int, *, agent: bool) -> bool:
    """Too little to judge by (G8)."""
    return (kpi.family == "survey" and n < _LOW_SURVEY) or (agent and n < _LOW_AGENT)


def result(
    kpi: Kpi, figure: Figure, period: tuple[int, int], query: "Query", group: Mapping[str, Any],
    start_ms: int | None, *, agent: bool,
) -> Result:  # fmt: skip
    """A figure with its question around it."""
    from_ms, to_ms = period
    return Result(
        id=kpi.id, value=figure.value, unit=kpi.unit, num=figure.num, den=figure.den,
        n=figure.n, pending=figure.pending, immature=figure.immature, excluded_spam=figure.spam,
        excluded_short=figure.short, ci_low=figure.low, ci_high=figure.high,
        low_n=few(kpi, figure.n, agent=agent), from_ms=from_ms, to_ms=to_ms,
        as_of_ms=query.as_of_ms, tz=query.tz, filters=query.where,
        final=not figure.pending and not figure.immature and query.as_of_ms >= to_ms, group=group,
        interval_start_ms=start_ms,
    )  # fmt: skip
