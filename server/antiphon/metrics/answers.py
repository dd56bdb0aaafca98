"""Questions about any period as people put them, and their answers out of the stored facts.

Nothing here counts, and nothing here waits for the counting: `Reporting` answers, here or in another process.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from antiphon.domain.errors import Refused
from antiphon.domain.hours import Hours
from antiphon.metrics.calendar import zone_of
from antiphon.metrics.columnar.engine import Answer
from antiphon.metrics.patience import Ended, Patience
from antiphon.metrics.report import Query
from antiphon.metrics.reporting import Call
from antiphon.metrics.results import Result
from antiphon.metrics.settings import Settings

Form = Literal["json", "csv", "xlsx"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as people put it: instants are ISO 8601 or milliseconds, local where no zone is said."""

    kpis: Sequence[str]
    since: str
    until: str
    as_of: str | None = None
    tz: str = "UTC"
    by: Sequence[str] = ()
    interval: str = ""
    where: Mapping[str, str] | None = None
    include_spam: bool = False
    compare: str | None = None


class Back(Protocol):
    """Who knows: `Reporting`, or a process with one."""

    async def run(self, call: Call) -> Any: ...


class Answers:
    """`setup` gives the settings and the queues' hours as they are now. Every method raises `Refused`:

    an unknown KPI, zone or segment, a period that ends before it begins, too much, too long.
    """

    def __init__(
        self, back: Back, setup: Callable[[], tuple[Settings, Mapping[str, Hours]]], now_ms: Callable[[], int]
    ) -> None:
        self._back, self._setup, self._now_ms = back, setup, now_ms

    @property
    def settings(self) -> Settings:
        """The thresholds in force now."""
        return self._setup()[0]

    async def answer(self, asked: Asked) -> list[Result]:
        """The figures one by one."""
        found: list[Result] = await self._ask("results", asked, compare=asked.compare)
        return found

    async def columns(self, asked: Asked) -> list[Answer]:
        """The figures as columns, KPI by KPI."""
        found: list[Answer] = await self._ask("answers", asked, compare=asked.compare)
        return found

    async def file(self, asked: Asked, form: Form) -> bytes:
        """The report ready to be sent."""
        found: bytes = await self._ask("file", asked, compare=asked.compare, form=form)
        return found

    async def behind(self, asked: Asked, *, hits: bool = False) -> list[str]:
        """The conversations that the numbers of a period were counted from, newest first."""
        found: list[str] = await self._ask("behind", asked, hits=hits)
        return found

    async def patience(self, asked: Asked) -> Patience:
        """How long visitors waited in a period, and would have waited."""
        found: Patience = await self._ask("patience", asked)
        return found

    async def waited(self, asked: Asked, from_s: float, to_s: float | None, ended: Ended | None) -> list[str]:
        """The conversations that waited so long and ended so, the longest wait first."""
        found: list[str] = await self._ask("waited", asked, band=(from_s, to_s, ended))
        return found

    async def _ask(self, what: str, asked: Asked, **more: Any) -> Any:
        settings, hours = self._setup()
        now_ms = self._now_ms()
        return await self._back.run(Call(what, query(asked, now_ms, hours), settings, now_ms, more))


def query(asked: Asked, now_ms: int, hours: Mapping[str, Hours]) -> Query:
    """The question with its words turned into values. Raises `Refused`."""
    zone = zone_of(asked.tz)
    from_ms, to_ms = instant(asked.since, zone, "from"), instant(asked.until, zone, "to")
    if to_ms <= from_ms:
        raise Refused("bad_request", "The period must end after it begins.", field="to")
    return Query(
        kpis=asked.kpis, from_ms=from_ms, to_ms=to_ms, tz=asked.tz, by=asked.by, interval=asked.interval,
        as_of_ms=instant(asked.as_of, zone, "as_of") if asked.as_of else now_ms,
        where=dict(asked.where or {}), include_spam=asked.include_spam, hours=hours,
    )  # fmt: skip


def instant(given: str, zone: ZoneInfo, field: str) -> int:
    """UTC milliseconds of `1767571200000`, `2026-01-05`, `2026-01-05T10:00` (local) or `...Z`."""
    if given.lstrip("-").isdigit():
        return int(given)
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise Refused("bad_request", f"{given!r} is no date or time.", field=field) from None
    return round((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp() * 1000)
