"""Opening the database: SQLite by default, PostgreSQL by URL. The only file that knows drivers.

SQLite has one writer: a pool of one connection whose transactions begin IMMEDIATE (a plain
BEGIN that reads and then writes is refused with "database is locked"), WAL so that readers are
never blocked, and synchronous=FULL so that an acknowledged message survives a power cut.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

_BUSY_MS = 5000
_POOL_WAIT_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Two doors to one database. `writing()` is serialised on SQLite, pooled on PostgreSQL."""

    read: AsyncEngine
    write: AsyncEngine

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

    async def close(self) -> None:
        await self.read.dispose()
        if self.write is not self.read:
            await self.write.dispose()


def open_database(url: str) -> Database:
    """`sqlite:///file.db` or `postgresql://user@host/name`. Opens nothing yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed.database or "antiphon.db")
    engine = create_async_engine(
        parsed.set(drivername="postgresql+asyncpg"),
        pool_size=10, max_overflow=5, pool_timeout=_POOL_WAIT_S, pool_pre_ping=True, pool_recycle=1800,
    )  # fmt: skip
    return Database(read=engine, write=engine)


def sync_url(url: str) -> str:
    """The same database for a synchronous driver-agnostic tool (migrations run through async)."""
    parsed = make_url(url)
    name = "sqlite+aiosqlite" if parsed.get_backend_name() == "sqlite" else "postgresql+asyncpg"
    return parsed.set(drivername=name).render_as_string(hide_password=False)


def _sqlite(path: str) -> Database:
    Path(path).expanduser().parent.mkdir(parents=True, exist_ok=True)
    url = f"sqlite+aiosqlite:///{path}"
    options: dict[str, Any] = {"poolclass": AsyncAdaptedQueuePool, "pool_timeout": _POOL_WAIT_S}
    write = create_async_engine(url, pool_size=1, max_overflow=0, **options)
    read = create_async_engine(url, pool_size=4, max_overflow=0, **options)
    for engine, begin in ((write, "BEGIN IMMEDIATE"), (read, "BEGIN")):
        _prepare(engine, begin)
    return Database(read=read, write=write)


def _prepare(engine: AsyncEngine, begin: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL", "synchronous=FULL", f"busy_timeout={_BUSY_MS}", "foreign_keys=ON",
            "cache_size=-16000", "temp_store=MEMORY",
        ):  # fmt: skip
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)
