"""`antiphon config` and `antiphon doctor`: what is set, and whether it works."""

import asyncio
import sys
from collections.abc import AsyncIterator
from importlib.util import find_spec

import click

from antiphon.config import Config, shown
from antiphon.gateway import pages
from antiphon.journal.engine import open_database
from antiphon.journal.migrate import schema_is_current


@click.group()
def config() -> None:
    """Show or check the configuration."""


@config.command("print")
@click.pass_obj
def print_(config: Config) -> None:
    """All settings, secrets hidden."""
    for key, value in shown(config).items():
        click.echo(f"{key} = {value!r}")


@config.command()
def check() -> None:
    """Say whether the configuration makes sense."""
    click.echo("ok")  # what makes none has been refused before this


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
    except Exception as error:  # noqa: BLE001 - whatever keeps the database away is the finding
        yield False, f"the database cannot be reached: {error}"
    finally:
        await database.close()
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
