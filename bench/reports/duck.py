"""The same facts in DuckDB, in memory, each table in the order of its instants."""

from collections.abc import Mapping
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from antiphon.metrics.columnar.schema import columns_of
from antiphon.metrics.columnar.segment import Segment
from bench.reports.questions import Question

Answer = Mapping[str, Any]  # column → its values
Values = dict[tuple[Any, ...], float]  # (KPI, keys, start of the interval) → value

TABLES = {
    "conversation": ("requested_at", "served_at", "response_from", "outcome", "initiator", "spam"),
    "visit": ("entered_at", "left_at", "outcome", "queue"),
    "engagement": ("started_at", "ended_at", "agent"),
    "answer": ("first_at", "superseded_at", "kind", "score", "agent"),
}
_LENT = {"visit": ("spam", "channel"), "answer": ("spam",)}


class Duck:
    """Texts are ENUMs, and what a row borrows of its conversation stands in the row: as fast as it goes."""

    def __init__(self, facts: Segment) -> None:
        self._facts = facts
        self._db = duckdb.connect()
        self._db.execute("SET enable_progress_bar = false")
        for table, names in TABLES.items():
            columns = {name: facts.column(table, name) for name in names}
            owner = self._owner(table)
            columns |= {name: facts.column("conversation", name)[owner] for name in _LENT.get(table, ())}
            self._load(table, columns)

    def _owner(self, table: str) -> NDArray[Any]:
        """The conversation of each row, by its place."""
        of = self._facts.stream("conversation")
        place = np.zeros(len(self._facts), dtype=np.int64)
        place[of] = np.arange(len(of))
        found: NDArray[Any] = place[self._facts.stream(table)]
        return found

    def _load(self, table: str, columns: Mapping[str, NDArray[Any]]) -> None:
        selected = []
        for name in columns:
            lent = name in _LENT.get(table, ())
            if columns_of("conversation" if lent else table)[name] == "word":
                texts = ", ".join(f"""'{word.replace("'", "''")}'""" for word in self._words(name))
                self._db.execute(f"CREATE TYPE {table}_{name} AS ENUM ({texts})")
                selected.append(f"(enum_range(NULL::{table}_{name}))[{name} + 1]::{table}_{name} AS {name}")
            else:
                selected.append(name)
        self._db.register("given", {name: np.ascontiguousarray(values) for name, values in columns.items()})
        first = TABLES[table][0]
        self._db.execute(f"CREATE TABLE {table} AS SELECT {', '.join(selected)} FROM given ORDER BY {first}")
        self._db.unregister("given")

    def _words(self, name: str) -> list[str]:
        return self._facts.words.of(name).list

    def ask(self, question: Question, as_of_ms: int) -> list[Answer]:
        """One answer a statement; keys as codes, which `values` turns into texts."""
        codes = ", ".join(f"enum_code({name}) AS {name}" for name in question.by)
        period = {"from": question.from_ms, "to": question.to_ms, "as_of": as_of_ms}
        found: list[Answer] = []
        for sql in question.sql.values():
            used = {name: at for name, at in period.items() if f"${name}" in sql}
            coded = f"SELECT * REPLACE ({codes}) FROM ({sql})" if codes else sql
            found.append(self._db.execute(coded, used).fetchnumpy())
        return found

    def values(self, question: Question, answers: list[Answer]) -> Values:
        """Every figure by its KPI and group; what is nothing is left out."""
        values: Values = {}
        kpis = iter(question.kpis)
        for names, answer in zip(question.sql, answers, strict=True):
            keys = [[self._words(dim)[code] for code in answer[dim].tolist()] for dim in question.by]
            starts = answer["began"].tolist() if question.interval else [None] * len(keys[0])
            for name in names.split():
                kpi = next(kpis)
                column = np.ma.filled(np.ma.asarray(answer[name], float), np.nan).tolist()
                for *group, start, value in zip(*keys, starts, column, strict=True):
                    if value == value:
                        values[kpi, *group, start] = value
        return values
