"""What is asked of the stored facts, answered: here or, for a node, in a process of its own (`reporter`)."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from antiphon.domain.errors import Refused
from antiphon.journal.store import Store
from antiphon.metrics.behind import behind_period
from antiphon.metrics.columnar.engine import Answer, Engine
from antiphon.metrics.columnar.linked import Links
from antiphon.metrics.columnar.rows import StoredFacts, rows_of
from antiphon.metrics.columnar.segment import Segment
from antiphon.metrics.columnar.vector import Given
from antiphon.metrics.columnar.warehouse import View, Warehouse
from antiphon.metrics.patience import patience, waited, waits_of
from antiphon.metrics.question import Question
from antiphon.metrics.report import Query
from antiphon.metrics.results import Result
from antiphon.metrics.settings import Settings
from antiphon.metrics.store import Facts
from antiphon.metrics.tabular import as_csv, as_xlsx

ROWS = 100_000  # results of one report


class Call(NamedTuple):
    """One question: `what` names a function of `Reporting`, `more` is what else it takes."""

    what: str
    query: Query
    settings: Settings
    now_ms: int
    more: Mapping[str, Any] = {}


class _Seen(NamedTuple):
    """A view and what is made of it: rows for the plain engine, when it needs them."""

    view: View
    facts: Facts
    links: Links


class Reporting:
    """One warehouse and who asks it."""

    def __init__(self, store: Store, folder: Path | None, *, processes: int = 1) -> None:
        self._store, self._folder, self._processes = store, folder, processes
        self._warehouse: Warehouse | None = None
        self._given: Given | None = None
        self._seen: _Seen | None = None
        self._opening = asyncio.Lock()

    async def run(self, call: Call) -> Any:
        """The answer, by the facts as they are now. Raises `Refused`."""
        await self.refresh(call.now_ms, call.settings)
        return await self.answer(call)

    async def answer(self, call: Call) -> Any:
        """The answer, by the facts as they were at the last `refresh`. Raises `Refused`."""
        assert self._warehouse is not None
        view = await self._warehouse.view(call.query.as_of_ms)
        if self._seen is None or self._seen.view is not view:
            self._seen = _Seen(view, StoredFacts(view, call.query.as_of_ms), Links(view))
        return await asyncio.to_thread(_DO[call.what], self, self._seen, call)

    async def refresh(self, now_ms: int, settings: Settings) -> None:
        """Catch up, so that the next question need not."""
        async with self._opening:
            if self._warehouse is None:
                self._warehouse = await Warehouse.open(
                    self._store, settings, self._folder, now_ms, processes=self._processes
                )
            else:
                await self._warehouse.refresh(now_ms, settings)

    async def rows(self, table: str, now_ms: int, settings: Settings) -> Iterator[Any]:
        """All rows of a table as they are now."""
        await self.refresh(now_ms, settings)
        assert self._warehouse is not None
        view = await self._warehouse.view(now_ms)
        return (row for part in view for row in rows_of(part, table))

    async def replay(self, now_ms: int, settings: Settings) -> list[str]:
        """Folds everything anew; a sentence for each stream whose rows had been kept otherwise."""
        await self.refresh(now_ms, settings)
        assert self._warehouse is not None
        return [f"facts of {name}: differed" for name in await self._warehouse.replay(now_ms)]

    async def whole(self, now_ms: int) -> Segment:
        """Everything as one segment, as it was at the last `refresh`: for handing out."""
        assert self._warehouse is not None
        return await self._warehouse.whole(now_ms)

    async def close(self) -> None:
        if self._warehouse is not None:
            self._warehouse.close()

    # -- what can be asked: in a thread, over one view --------------------------------------------

    def engines(self, seen: _Seen, call: Call) -> list[Engine]:
        """One a period: `compare` asks for the one before, too."""
        query = call.query
        queries = [query, before(query)] if call.more.get("compare") else [query]
        return [self._engine(seen, one, call.settings) for one in queries]

    def _engine(self, seen: _Seen, query: Query, settings: Settings) -> Engine:
        q = Question(query.from_ms, query.to_ms, query.as_of_ms, settings, hours=query.hours)
        if self._given is None or not self._given.same(q):
            self._given = Given(q)
        return Engine(seen.view, seen.facts, query, self._given, seen.links)

    def answers(self, seen: _Seen, call: Call) -> list[Answer]:
        """Columns, KPI by KPI, period by period."""
        found = [answer for engine in self.engines(seen, call) for answer in engine.answers()]
        if sum(map(len, found)) > ROWS:
            raise Refused("too_many", f"More than {ROWS} rows. Ask for a shorter period or fewer groups.")
        return found

    def results(self, seen: _Seen, call: Call) -> list[Result]:
        return [line for answer in self.answers(seen, call) for line in answer.results()]

    def file(self, seen: _Seen, call: Call) -> bytes:
        """A report ready to be sent."""
        rows = [line for answer in self.answers(seen, call) for line in answer.wire()]
        return _FORMS[call.more["form"]](rows)

    def behind(self, seen: _Seen, call: Call) -> list[str]:
        return behind_period(seen.facts, call.query, call.settings, hits=call.more["hits"])

    def patience(self, seen: _Seen, call: Call) -> Any:
        return patience(waits_of(seen.facts, call.query, call.settings))

    def waited(self, seen: _Seen, call: Call) -> list[str]:
        return waited(waits_of(seen.facts, call.query, call.settings), *call.more["band"])


_DO: Mapping[str, Callable[[Reporting, _Seen, Call], Any]] = {
    one.__name__: one
    for one in (
        Reporting.answers, Reporting.results, Reporting.file, Reporting.behind, Reporting.patience,
        Reporting.waited,
    )
}  # fmt: skip
_FORMS: Mapping[str, Callable[[Sequence[Mapping[str, Any]]], bytes]] = {
    "json": lambda rows: msgspec.json.encode({"results": rows}),
    "csv": lambda rows: as_csv(rows).encode(),
    "xlsx": as_xlsx,
}


def before(query: Query) -> Query:
    """The same question for the period of equal length just before."""
    return replace(query, from_ms=2 * query.from_ms - query.to_ms, to_ms=query.from_ms)
