"""`antiphon doctor`: everything that could keep the server from working, looked at."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path

import click
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from antiphon.config import Config
from antiphon.gateway import pages
from antiphon.journal.directory import Directory, wall_ms
from antiphon.journal.engine import Database, open_database
from antiphon.journal.migrate import schema_is_current
from antiphon.journal.tables import events
from antiphon.outside.mail import Mailer
from antiphon.outside.post import NotTaken

CLOCK_S = 2.0  # leases last 15 s
ROOM = 500_000_000  # bytes
SOCKETS = 300


@click.command()
@click.pass_obj
def doctor(config: Config) -> None:
    """Look at everything that could keep the server from working."""
    healthy = asyncio.run(_examine(config))
    sys.exit(0 if healthy else 1)


async def _examine(config: Config) -> bool:
    healthy = True
    async for fine, sentence in _findings(config):
        healthy &= fine
        click.echo(f"{'ok ' if fine else 'BAD'}  {sentence}")
    return healthy


async def _findings(config: Config) -> AsyncIterator[tuple[bool, str]]:
    database = open_database(config.database_url)
    try:
        current = await schema_is_current(database)
        yield current, "the schema is current" if current else "the schema is old: run `antiphon migrate`"
        if current:
            yield await _journal(database)
            yield await _deliveries(database)
        yield await _clock(database)
    except Exception as error:  # noqa: BLE001 - whatever keeps the database away is the finding
        yield False, f"the database cannot be reached: {error}"
    finally:
        await database.close()
    yield _room(config.database_url)
    yield _files()
    built = pages.built()
    yield built, "the front end is built" if built else "the front end is missing: run `make assets`"
    if config.bot == "builtin":
        here = find_spec("rasa_sdk") is not None or bool(config.action_url)
        yield (
            True,
            "custom actions can run" if here else "rasa-sdk is not installed: the bot has no custom actions",
        )
    if config.redis_url:
        yield await _redis(config.redis_url)
    if config.smtp_url:
        yield await _mail(config)


async def _journal(database: Database) -> tuple[bool, str]:
    """Positions are given without a gap; one that is missing was taken away by somebody."""
    async with database.reading() as connection:
        query = select(func.count(), func.coalesce(func.max(events.c.seq), 0)).select_from(events)
        rows, last = (await connection.execute(query)).one()
    whole = rows == last
    return whole, f"the journal has {rows} events" if whole else f"the journal lacks {last - rows} events"


async def _clock(database: Database) -> tuple[bool, str]:
    """Nodes compare their clocks through leases; PostgreSQL's is the one they share."""
    if not database.postgres:
        return True, "the clock is the database's own"
    async with database.reading() as connection:
        theirs_s = await connection.scalar(select(func.extract("epoch", func.clock_timestamp())))
    off_s = abs(wall_ms() / 1000 - float(theirs_s or 0))
    return off_s < CLOCK_S, f"the clock is {off_s:.1f} s off the database's"


def _room(url: str) -> tuple[bool, str]:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return True, "the database is elsewhere"
    free = shutil.disk_usage(Path(parsed.database or ".").resolve().parent).free
    return free > ROOM, f"{free // 1_000_000} MB are free beside the database"


def _files() -> tuple[bool, str]:
    """A socket is a file, and so are its request and its database connections' share."""
    if sys.platform == "win32":
        return True, "the number of open files is not limited"
    import resource  # of Unix only

    sockets = resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 3
    return sockets >= SOCKETS, f"{sockets} sockets may be open (a third of `ulimit -n`)"


async def _deliveries(database: Database) -> tuple[bool, str]:
    """Nothing that was given up keeps the server from working: it is only said."""
    counts = await Directory(database).outbox.counts()
    dead = sum(count for (_, state), count in counts.items() if state == "dead")
    return True, f"{dead} deliveries were given up: see /admin/webhooks" if dead else "deliveries are taken"


async def _mail(config: Config) -> tuple[bool, str]:
    try:
        await Mailer(config.smtp_url or "", config.mail_from or "").check()
    except NotTaken as no:
        return False, f"mail: {no}"
    return True, "the mail server answers"


async def _redis(url: str) -> tuple[bool, str]:
    from redis.asyncio import Redis

    client = Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
    try:
        await client.ping()
        return True, "redis answers"
    except Exception as error:  # noqa: BLE001 - whatever keeps Redis away is the finding
        return False, f"redis cannot be reached: {error}"
    finally:
        await client.aclose()
