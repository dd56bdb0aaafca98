"""A copy of everything in one file, made while the desk works, and a desk made from such a file.

The file is gzip'd JSON, a value a line: a head, then for every table its name and columns and after
them its rows as arrays, at last how many rows there were. It holds one moment, whole (a snapshot),
and fits SQLite and PostgreSQL alike, so it is also the way from one to the other. A restored desk has
a new epoch: clients that saw more than the file knows are told to read anew.
"""

import gzip
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

import msgspec
from sqlalchemy import Connection, Integer, MetaData, Table, func, insert, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from antiphon.domain.errors import Refused
from antiphon.journal.engine import Database
from antiphon.journal.migrate import revision_of, upgrade
from antiphon.journal.tables import cursors, events, meta, metadata, one_time, users, visitors

FORMAT = 1
PAGE = 2_000  # rows of one insert
LEVEL = 3  # of gzip: most of the gain for a third of the time
_LEFT_OUT = (one_time.name,)  # tickets live for a minute, and one that was used must not come back
_LINE = 64_000_000  # bytes; a longer line is not ours


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says of itself."""

    antiphon_backup: int
    revision: str
    epoch: str
    seq: int
    at_ms: int


class _Of(msgspec.Struct, frozen=True):
    table: str
    columns: list[str]


class _End(msgspec.Struct, frozen=True):
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came of it. `lost` names what the target had beyond the file: stream → (after n, up to n)."""

    head: Head
    rows: int
    epoch: str
    lost: dict[str, tuple[int, int]]


# -- out ----------------------------------------------------------------------------------------------


async def save(database: Database, target: IO[bytes], now_ms: int) -> int:
    """Write everything to `target`: how many rows. Readers and writers are not held up."""
    with gzip.open(target, "wb", compresslevel=LEVEL) as out:
        async with database.reading() as connection:
            if database.postgres:
                await connection.execution_options(isolation_level="REPEATABLE READ")
            rows = await _save(connection, out.write, now_ms)
    return rows


async def _save(connection: AsyncConnection, write: Callable[[bytes], object], now_ms: int) -> int:
    seq = await connection.scalar(select(func.coalesce(func.max(events.c.seq), 0)))
    epoch = await connection.scalar(select(meta.c.value).where(meta.c.key == "epoch"))
    revision = await connection.run_sync(revision_of)
    head = Head(
        antiphon_backup=FORMAT, epoch=str(epoch),
        revision=revision or "",
        seq=int(seq or 0), at_ms=now_ms,
    )  # fmt: skip
    write(_line(head))
    rows = 0
    for table in metadata.sorted_tables:
        if table.name not in _LEFT_OUT:
            write(_line(_Of(table=str(table.name), columns=[str(c.name) for c in table.columns])))
            query = select(table).order_by(*table.primary_key).execution_options(yield_per=PAGE)
            async for row in await connection.stream(query):
                write(_line(list(row)))
                rows += 1
    write(_line(_End(rows=rows)))
    return rows


def _line(value: Any) -> bytes:
    return msgspec.json.encode(value) + b"\n"


# -- in -----------------------------------------------------------------------------------------------


async def restore(database: Database, source: IO[bytes], now_ms: int, *, replace: bool) -> Restored:
    """Fill the database from a file, in one transaction.

    Refused with `conflict` while a node works on it, or when it is not empty and `replace` was not
    said; with `bad_request` when the file is not whole or not ours. Then nothing has changed.
    """
    lines = _read(source)
    head = _head(lines)
    async with database.writing() as connection:
        return await connection.run_sync(lambda sync: _restore(sync, lines, head, now_ms, replace))


def _restore(
    connection: Connection, lines: Iterator[bytes], head: Head, now_ms: int, replace: bool
) -> Restored:
    lost = _make_room(connection, head, now_ms, replace)
    upgrade(connection, head.revision)
    rows = _fill(connection, lines)
    upgrade(connection, "head")
    epoch = secrets.token_hex(8)
    connection.execute(update(meta).where(meta.c.key == "epoch").values(value=epoch))
    connection.execute(update(cursors).values(holder=None, until_ms=0))  # whose work it is, is asked anew
    return Restored(head=head, rows=rows, epoch=epoch, lost=lost)


def _make_room(connection: Connection, head: Head, now_ms: int, replace: bool) -> dict[str, tuple[int, int]]:
    """Take away what is there, if that is allowed: what of it the file does not have."""
    there = set(inspect(connection).get_table_names())
    lost: dict[str, tuple[int, int]] = {}
    if events.name in there:
        held = select(cursors.c.name).where(cursors.c.holder.is_not(None), cursors.c.until_ms > now_ms)
        if connection.execute(held.limit(1)).first():
            raise Refused("conflict", "A node works on this database: stop it, wait 15 s and try again.")
        used = any(connection.execute(select(one).limit(1)).first() for one in (events, users, visitors))
        if used and not replace:
            raise Refused("conflict", "The database is not empty. --replace takes away what is in it.")
        lost = _beyond(connection, head)
    old = MetaData()
    old.reflect(connection)
    old.drop_all(connection)
    return lost


def _beyond(connection: Connection, head: Head) -> dict[str, tuple[int, int]]:
    """What was written after the file was made; all there is when it is another desk's."""
    mine = connection.scalar(select(meta.c.value).where(meta.c.key == "epoch")) == head.epoch
    after = head.seq if mine else 0
    query = select(events.c.stream, func.min(events.c.n), func.max(events.c.n))
    rows = connection.execute(query.where(events.c.seq > after).group_by(events.c.stream))
    return {stream: (first - 1, last) for stream, first, last in rows}


def _fill(connection: Connection, lines: Iterator[bytes]) -> int:
    """Every row of the file into the tables as they are: how many."""
    known = MetaData()
    known.reflect(connection)
    table: Table | None = None
    columns: list[str] = []
    page: list[dict[str, Any]] = []
    rows = 0
    for line in lines:
        value = _value(line)
        if isinstance(value, list):
            page.append(dict(zip(columns, value, strict=True)))
            rows += 1
        if isinstance(value, _Of) or len(page) == PAGE or isinstance(value, _End):
            _pour(connection, table, page)
            page = []
        if isinstance(value, _Of):
            table, columns = _table(known, value), value.columns
        elif isinstance(value, _End):
            if value.rows != rows:
                raise Refused("bad_request", f"The file should have {value.rows} rows and has {rows}.")
            return rows
    raise Refused("bad_request", "The file ends too early.")


def _pour(connection: Connection, table: Table | None, page: list[dict[str, Any]]) -> None:
    if table is not None and page:
        connection.execute(insert(table), page)
        _count_on(connection, table)


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL's own counters go on after the rows they did not make."""
    [key, *more] = table.primary_key.columns
    if connection.dialect.name == "postgresql" and not more and isinstance(key.type, Integer):
        named = connection.scalar(select(func.pg_get_serial_sequence(table.name, key.name)))
        if named:
            connection.scalar(select(func.setval(named, select(func.max(key)).scalar_subquery())))


def _table(known: MetaData, of: _Of) -> Table:
    table = known.tables.get(of.table)
    if table is None or set(of.columns) - set(table.columns.keys()):
        raise Refused("bad_request", f"There is no such table as the file's {of.table}.")
    return table


# -- lines ----------------------------------------------------------------------------------------------


def _read(source: IO[bytes]) -> Iterator[bytes]:
    try:
        with gzip.open(source, "rb") as lines:
            while line := lines.readline(_LINE):
                yield line
    except (EOFError, OSError) as error:
        raise Refused("bad_request", f"The file cannot be read: {error}") from None


def _head(lines: Iterator[bytes]) -> Head:
    try:
        head = msgspec.json.decode(next(lines, b""), type=Head)
    except msgspec.MsgspecError:
        raise Refused("bad_request", "This is no backup of Antiphon.") from None
    if head.antiphon_backup != FORMAT:
        raise Refused("bad_request", "This backup was made by a newer Antiphon.")
    return head


def _value(line: bytes) -> list[Any] | _Of | _End:
    try:
        if line.startswith(b"["):
            return msgspec.json.decode(line, type=list[Any])
        if line.startswith(b'{"rows"'):
            return msgspec.json.decode(line, type=_End)
        return msgspec.json.decode(line, type=_Of)
    except msgspec.MsgspecError:
        raise Refused("bad_request", "The file is damaged.") from None
