"""Bringing the schema to the version this code wants, and knowing which one that is."""

import secrets
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text

from antiphon.journal.engine import Database
from antiphon.journal.tables import meta

_LOCK = 0x6D696772  # "migr"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config


async def migrate(database: Database) -> None:
    """Upgrade to the newest schema. Two nodes may call it at once; one waits for the other."""
    async with database.writing() as connection:
        if database.postgres:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        await connection.run_sync(upgrade, "head")
    await _value(database, "epoch", secrets.token_hex(8))


def upgrade(connection: Connection, revision: str) -> None:
    """Bring the schema up to a revision, within the caller's transaction."""
    command.upgrade(_config(connection), revision)


async def epoch(database: Database) -> str:
    """Changes when the log may have gone backwards (a restore): cursors before it are void."""
    return await _value(database, "epoch", secrets.token_hex(8))


async def secret(database: Database, key: str) -> str:
    """A secret made on first use and kept in the database."""
    return await _value(database, key, secrets.token_urlsafe(32))


async def schema_is_current(database: Database) -> bool:
    """Is the database at the version of this code?"""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    async with database.reading() as connection:
        return bool(await connection.run_sync(revision_of) == newest)


def revision_of(connection: Connection) -> str | None:
    """The schema's version; None where there is none."""
    return MigrationContext.configure(connection).get_current_revision()


async def _value(database: Database, key: str, default: str) -> str:
    query = select(meta.c.value).where(meta.c.key == key)
    async with database.writing() as connection:
        found = (await connection.execute(query)).scalar_one_or_none()
        if found is None:
            await connection.execute(insert(meta), [{"key": key, "value": default}])
        return str(found if found is not None else default)
