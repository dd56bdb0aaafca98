"""How a KPI is counted: one frozen declaration over one table of facts.

Rules:
1. A measure says which rows (`table`, `where`), which of them belong to the period (`at`, or `span` for
   intervals and snapshots), and what to add up (`num`, `den`) or to order (`value`).
2. All texts are expressions of `expressions.py`; nothing here is code, so another engine can run it too.
3. Sums are of integers; a scale turns milliseconds into seconds at the very end, so nothing drifts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Class = Literal["A", "C", "I", "S"]
Take = Literal["sum", "once", "ratio", "mean", "quantile", "max", "min", "distinct", "peak", "nps", "level"]

MS, HOURS, DAYS = 1_000, 3_600_000, 86_400_000  # milliseconds in a unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number over one table.

    `mature` is the instant from which a unit may be counted (class C and A with a follow-up window);
    `pending` says that a unit is not decided. `agent_value` replaces `value` in an agent's own figures.
    `per` takes the denominator from another table.
    """

    table: str
    take: Take
    at: str = ""
    span: tuple[str, str] | None = None
    where: str = ""
    num: str = "1"
    den: str = "1"
    value: str = ""
    agent_value: str = ""
    q: float = 0.0
    key: str = "conversation"
    mature: str = ""
    pending: str = ""
    short: str = ""
    scale: float = 1  # num and value are divided by it
    den_scale: float = 1
    times: float = 1.0  # of the value: 100 for a score
    interval: Literal["", "wilson", "t", "nps"] = ""
    with_spam: bool = False
    per: "Measure | None" = None
    over_period: bool = False  # the denominator is the length of the period
    of_all: str = ""  # a dimension that does not cut the denominator: a share of all its values
    margin: bool = False  # the value is the margin of error itself
    standing: bool = False  # counts all that came before the period's end, whenever
    trailing_ms: int = 0  # counts the stretch of this length that ends now, whatever the period

    def parts(self) -> Mapping[str, str]:
        """The expressions evaluated for each row, by role."""
        wanted = (*_ROLES[self.take], "mature", "pending", "short")
        return {role: text for role in wanted if (text := getattr(self, role))}


@dataclass(frozen=True, slots=True)
class Formula:
    """A figure made of others: `by` names a function of `combine.py`, `of` the figures it needs."""

    by: str
    of: Mapping[str, str]


_ROLES: Mapping[Take, tuple[str, ...]] = {
    "sum": ("num",),
    "once": ("num", "key"),
    "level": ("num",),
    "ratio": ("num", "den"),
    "mean": ("value",),
    "quantile": ("value",),
    "max": ("value",),
    "min": ("value",),
    "distinct": ("num", "den", "key"),
    "peak": (),
    "nps": ("num", "value"),
}


def arrivals(table: str, at: str, num: str = "1", **more: object) -> Measure:
    """A count of units that began in the period."""
    return _measure(table=table, take="sum", at=at, num=num, **more)


def once(table: str, at: str, num: str, key: str, **more: object) -> Measure:
    """A sum in which rows of the same key, which say the same, count once."""
    return _measure(table=table, take="once", at=at, num=num, key=key, **more)


def ratio(table: str, at: str, num: str, den: str, **more: object) -> Measure:
    """A share of units: the numerator is within the denominator, so Wilson's interval applies."""
    return _measure(
        **{"table": table, "take": "ratio", "at": at, "num": num, "den": den, "interval": "wilson"} | more
    )


def mean(table: str, at: str, value: str, where: str, **more: object) -> Measure:
    """A mean duration in seconds."""
    given = {
        "table": table,
        "take": "mean",
        "at": at,
        "value": value,
        "where": where,
        "scale": MS,
        "interval": "t",
    }
    return _measure(**given | more)


def quantile(table: str, at: str, value: str, where: str, q: float, **more: object) -> Measure:
    """A percentile of raw durations, type 7, in seconds."""
    given = {
        "table": table,
        "take": "quantile",
        "at": at,
        "value": value,
        "where": where,
        "q": q,
        "scale": MS,
    }
    return _measure(**given | more)


def most(table: str, at: str, value: str, where: str, **more: object) -> Measure:
    """The largest duration, in seconds."""
    return _measure(
        **{"table": table, "take": "max", "at": at, "value": value, "where": where, "scale": MS} | more
    )


def distinct(table: str, at: str, num: str, den: str = "", **more: object) -> Measure:
    """Distinct keys for which `num` holds, over those for which `den` holds when it is given."""
    return _measure(**{"table": table, "take": "distinct", "at": at, "num": num, "den": den} | more)


def clipped(table: str, num: str, den: str = "", **more: object) -> Measure:
    """Time-weighted: sums over stretches, clipped to the period."""
    take: Take = "ratio" if den else "sum"
    given = {"table": table, "take": take, "span": ("from_at", "to_at"), "num": num, "den": den or "1"}
    return _measure(**given | more)


def snapshot(table: str, span: tuple[str, str], num: str = "1", **more: object) -> Measure:
    """The state at one instant, by left limit."""
    return _measure(**{"table": table, "take": "level", "span": span, "num": num} | more)


def _measure(**given: object) -> Measure:
    return Measure(**given)  # type: ignore[arg-type]  # the keys are this class's fields
