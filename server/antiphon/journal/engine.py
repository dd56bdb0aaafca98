"""Opening the database: SQLite by default, PostgreSQL by URL. The only file that knows drivers.

SQLite's transactions begin IMMEDIATE (a plain BEGIN that reads and then writes is refused with
"database is locked"), WAL keeps readers from being blocked, and synchronous=FULL means that an
acknowledged message survives a power cut. The journal itself is written by one thread with a
connection of its own, and what is read for every message by another: a transaction is one hop to it
and back, not one a statement.
Errors are logged, so they do not show what was being written (`hide_parameters`).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

T = TypeVar("T")

_BUSY_MS = 5000
_POOL_WAIT_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Two doors to one database. `writing()` is serialised on SQLite, pooled on PostgreSQL."""

    read: AsyncEngine
    write: AsyncEngine
    writer: "Lane | None" = None  # SQLite's own threads; PostgreSQL needs none
    reader: "Lane | None" = None

    @property
    def postgres(self) -> bool:
        return self.write.dialect.name == "postgresql"

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading."""
        async with self.read.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed at the end, rolled back on an exception."""
        async with self.write.begin() as connection:
            yield connection

    async def commit(self, work: Callable[[Connection], T]) -> T:
        """The same for a function that wants a plain connection: the journal's way to write."""
        if self.writer is not None:
            return await self.writer.run(work)
        async with self.write.begin() as connection:
            return await connection.run_sync(work)

    async def look(self, work: Callable[[Connection], T]) -> T:
        """The same for a function that only reads a row or two."""
        if self.reader is not None:
            return await self.reader.run(work)
        async with self.read.connect() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        for lane in (self.writer, self.reader):
            if lane is not None:
                await lane.close()
        await self.read.dispose()
        if self.write is not self.read:
            await self.write.dispose()


class Lane:
    """One thread with one connection: what it is handed it does, a transaction each."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._connection: Connection | None = None  # opened by the thread, and anew after a failure
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def run(self, work: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)

    def _run(self, work: Callable[[Connection], T]) -> T:
        connection = self._connection or self._engine.connect()
        self._connection = None
        try:
            with connection.begin():
                done = work(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return done

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()


def open_database(url: str) -> Database:
    """`sqlite:///file.db` or `postgresql://user@host/name`. Opens nothing yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed.database or "antiphon.db")
    engine = create_async_engine(
        parsed.set(drivername="postgresql+asyncpg"),
        pool_size=10, max_overflow=5, pool_timeout=_POOL_WAIT_S, pool_pre_ping=True, pool_recycle=1800,
        hide_parameters=True,
    )  # fmt: skip
    return Database(read=engine, write=engine)


def _sqlite(path: str) -> Database:
    Path(path).expanduser().parent.mkdir(parents=True, exist_ok=True)
    url = f"sqlite+aiosqlite:///{path}"
    options: dict[str, Any] = {
        "poolclass": AsyncAdaptedQueuePool, "pool_timeout": _POOL_WAIT_S, "hide_parameters": True,
    }  # fmt: skip
    write = create_async_engine(url, pool_size=1, max_overflow=0, **options)
    read = create_async_engine(url, pool_size=4, max_overflow=0, **options)
    writing, reading = (
        create_engine(
            f"sqlite:///{path}", pool_size=1, max_overflow=0, connect_args={"check_same_thread": False},
            hide_parameters=True,
        )
        for _ in range(2)
    )  # fmt: skip
    for engine in (write.sync_engine, writing):
        _prepare(engine, "BEGIN IMMEDIATE")
    for engine in (read.sync_engine, reading):
        _prepare(engine, "BEGIN")
    return Database(read=read, write=write, writer=Lane(writing, "journal"), reader=Lane(reading, "glance"))


def _prepare(engine: Engine, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL", "synchronous=FULL", f"busy_timeout={_BUSY_MS}", "foreign_keys=ON",
            "cache_size=-16000", "temp_store=MEMORY",
        ):  # fmt: skip
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        cursor = connection.connection.cursor()
        cursor.execute(begin)
        cursor.close()
