"""Many rows at once, at the driver's own speed.

A statement is built and compiled by SQLAlchemy once; after that its text goes to the driver with
plain tuples, for the work SQLAlchemy does per row is most of what a message costs.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Table
from sqlalchemy.dialects import postgresql, sqlite

Row = dict[str, Any]


class Rows:
    """Inserts and upserts for one dialect."""

    def __init__(self, dialect: Any) -> None:
        self._dialect = dialect
        self._insert = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
        self._texts: dict[tuple[str, tuple[str, ...]], tuple[str, tuple[str, ...]]] = {}

    def insert(self, connection: Connection, table: Table, rows: Sequence[Row]) -> None:
        if rows:
            self._run(connection, table, (), rows)

    def upsert(
        self, connection: Connection, table: Table, rows: Sequence[Row], changing: Iterable[str] = ()
    ) -> None:
        """Insert, or where the primary key is there set `changing` (all other columns if empty)."""
        if rows:
            keys = {column.name for column in table.primary_key}
            changed = tuple(changing) or tuple(name for name in rows[0] if name not in keys)
            self._run(connection, table, changed, rows)

    def _run(
        self, connection: Connection, table: Table, changed: tuple[str, ...], rows: Sequence[Row]
    ) -> None:
        text, order = self._text(table, changed)
        connection.exec_driver_sql(text, [tuple(row[name] for name in order) for row in rows])

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
