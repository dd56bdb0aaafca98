"""The PostgreSQL that tests may use, and databases in it that go when they are done with."""

import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit, urlunsplit

import asyncpg

SERVER = os.environ.get("ANTIPHON_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
CONNECT_S = 10  # who does not answer in this time is not there


async def on_postgres(statement: str) -> None:
    """Outside any transaction, on no database of a test's own.

    Raises:
        OSError, TimeoutError: There is no PostgreSQL.
    """
    connection = await asyncpg.connect(SERVER, timeout=CONNECT_S)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@asynccontextmanager
async def postgres_database() -> AsyncIterator[str]:
    """The URL of an empty database."""
    name = f"antiphon_test_{uuid.uuid4().hex[:12]}"
    await on_postgres(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))
    finally:
        await on_postgres(f'DROP DATABASE "{name}" WITH (FORCE)')
