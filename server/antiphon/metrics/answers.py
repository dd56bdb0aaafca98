"""Questions about any period, answered from the journal.

The journal is read whole, stream by stream, folded in a thread, and kept until it grows or the
question asks about an earlier `as_of`. Nothing here counts; `report` does.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from antiphon.domain.errors import Refused
from antiphon.domain.events import Event
from antiphon.domain.hours import Hours
from antiphon.journal.store import Store
from antiphon.metrics.behind import behind_period
from antiphon.metrics.calendar import zone_of
from antiphon.metrics.report import Query, report
from antiphon.metrics.results import Result
from antiphon.metrics.settings import Settings
from antiphon.metrics.store import Facts

LIMIT_S = 30.0  # a report that takes longer is refused
ROWS = 100_000  # results of one report


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


class Answers:
    """`setup` gives the settings and the queues' hours as they are now."""

    def __init__(
        self,
        store: Store,
        setup: Callable[[], tuple[Settings, Mapping[str, Hours]]],
        now_ms: Callable[[], int],
    ) -> None:
        self._store, self._setup, self._now_ms = store, setup, now_ms
        self._kept: tuple[tuple[int, int | None, Settings], Facts] | None = None
        self._reading = asyncio.Lock()

    async def answer(self, asked: Asked) -> list[Result]:
        """Raises `Refused`: unknown KPI, zone or segment, a period that ends before it begins, too much."""
        query = self.query(asked)
        settings, _ = self._setup()
        facts = await self.facts(query.as_of_ms, settings)
        queries = [query, _before(query)] if asked.compare else [query]
        try:
            async with asyncio.timeout(LIMIT_S):
                results = await asyncio.to_thread(_all, facts, queries, settings)
        except TimeoutError:
            raise Refused("too_many", "This report takes too long. Ask for a shorter period.") from None
        if len(results) > ROWS:
            raise Refused("too_many", f"More than {ROWS} rows. Ask for a shorter period or fewer groups.")
        return results

    async def behind(self, asked: Asked) -> list[str]:
        """The conversations that the numbers of a period were counted from, newest first."""
        query = self.query(asked)
        settings, _ = self._setup()
        facts = await self.facts(query.as_of_ms, settings)
        return await asyncio.to_thread(behind_period, facts, query, settings)

    def query(self, asked: Asked) -> Query:
        """The question with its words turned into values."""
        zone, now_ms = zone_of(asked.tz), self._now_ms()
        from_ms, to_ms = instant(asked.since, zone, "from"), instant(asked.until, zone, "to")
        if to_ms <= from_ms:
            raise Refused("bad_request", "The period must end after it begins.", field="to")
        return Query(
            kpis=asked.kpis, from_ms=from_ms, to_ms=to_ms, tz=asked.tz, by=asked.by, interval=asked.interval,
            as_of_ms=instant(asked.as_of, zone, "as_of") if asked.as_of else now_ms,
            where=dict(asked.where or {}), include_spam=asked.include_spam, hours=self._setup()[1],
        )  # fmt: skip

    async def facts(self, as_of_ms: int, settings: Settings) -> Facts:
        """All facts as known at an instant; the last ones are kept while nothing has happened since."""
        async with self._reading:
            head = await self._store.head()
            past = as_of_ms if as_of_ms < self._now_ms() - 1000 else None
            key = (head, past, settings)
            if self._kept and self._kept[0] == key:
                return self._kept[1]
            histories = [history async for history in self._histories()]
            facts = await asyncio.to_thread(Facts.of, histories, as_of_ms, settings)
            self._kept = (key, facts)
            return facts

    async def _histories(self) -> AsyncIterator[list[Event]]:
        history: list[Event] = []
        async for event in self._store.by_stream():
            if history and history[0].stream != event.stream:
                yield history
                history = []
            history.append(event)
        if history:
            yield history


def _before(query: Query) -> Query:
    """The same question for the period of equal length just before."""
    return replace(query, from_ms=2 * query.from_ms - query.to_ms, to_ms=query.from_ms)


def _all(facts: Facts, queries: Sequence[Query], settings: Settings) -> list[Result]:
    return [result for query in queries for result in report(facts, query, settings)]


def instant(given: str, zone: ZoneInfo, field: str) -> int:
    """UTC milliseconds of `1767571200000`, `2026-01-05`, `2026-01-05T10:00` (local) or `...Z`."""
    if given.lstrip("-").isdigit():
        return int(given)
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise Refused("bad_request", f"{given!r} is no date or time.", field=field) from None
    return round((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp() * 1000)
