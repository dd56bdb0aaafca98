"""What commands that work on the database have in common."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import click

from antiphon.config import Config
from antiphon.domain.errors import Refused
from antiphon.journal.engine import open_database
from antiphon.journal.migrate import migrate
from antiphon.journal.store import Store

T = TypeVar("T")


@asynccontextmanager
async def open_store(config: Config) -> AsyncIterator[Store]:
    database = open_database(config.database_url)
    try:
        await migrate(database)
        yield Store(database)
    finally:
        await database.close()


def run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except Refused as refused:
        raise click.ClickException(refused.message) from None
