"""Many rows at once, at the driver's own speed.

A statement is built and compiled by SQLAlchemy once; after that its text goes to the driver with
plain tuples, for the work SQLAlchemy does per row is most of what a message costs.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.util import await_only

Row = dict[str, Any]


class Rows:
    """Inserts and upserts for one dialect."""

    def __init__(self, dialect: Any) -> None:
        self._dialect = dialect
        self._insert = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
        self._texts: dict[tuple[str, tuple[str, ...]], tuple[str, tuple[str, ...]]] = {}

    def insert(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Rows in the order of the table's columns."""
        if rows:
            text, _ = self._text(table, ())
            self._execute(connection, text, rows)

    def pour(
        self, connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Insert very many rows, given in the order of `columns`; other columns are null."""
        driver: Any = connection.connection.driver_connection
        if self._dialect.name == "postgresql":
            await_only(driver.copy_records_to_table(table.name, records=rows, columns=columns))
            return
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        text = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"
        cursor: Any = connection.connection.cursor()  # its rows may come from a generator
        cursor.executemany(text, rows)

    def upsert(
        self, connection: Connection, table: Table, rows: Sequence[Row], changing: Iterable[str] = ()
    ) -> None:
        """Insert, or where the primary key is there set `changing` (all other columns if empty)."""
        if rows:
            keys = {column.name for column in table.primary_key}
            changed = tuple(changing) or tuple(name for name in rows[0] if name not in keys)
            text, order = self._text(table, changed)
            self._execute(connection, text, [tuple(map(row.__getitem__, order)) for row in rows])

    def _execute(self, connection: Connection, text: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """SQLite's driver is spoken to directly: a batch of one message is to cost little more than it."""
        if self._dialect.name == "postgresql":
            connection.exec_driver_sql(text, rows)
        else:
            connection.connection.cursor().executemany(text, rows)

    def _text(self, table: Table, changed: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        known = self._texts.get((table.name, changed))
        if known is None:
            known = self._texts[table.name, changed] = self._compiled(table, changed)
        return known

    def _compiled(self, table: Table, changed: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        statement: Any = self._insert(table)
        if changed:
            keys = [column.name for column in table.primary_key]
            excluded = {name: statement.excluded[name] for name in changed}
            statement = statement.on_conflict_do_update(index_elements=keys, set_=excluded)
        assert isinstance(statement, Insert)
        names = [column.name for column in table.columns]
        compiled: Any = statement.compile(dialect=self._dialect, column_keys=names)
        return str(compiled), tuple(compiled.positiontup)


def plainly(connection: Connection, text: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """A query with `?` for its values: it comes before every commit and is to cost next to nothing."""
    if connection.dialect.name == "postgresql":
        numbers = count(1)
        numbered = re.sub(r"\?", lambda _: f"${next(numbers)}", text)
        return [tuple(row) for row in connection.exec_driver_sql(numbered, tuple(values))]
    cursor = connection.connection.cursor()
    try:
        cursor.execute(text, tuple(values))
        return list(cursor.fetchall())
    finally:
        cursor.close()
