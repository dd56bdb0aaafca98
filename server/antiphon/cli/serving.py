"""`antiphon serve`, `demo` and `migrate`."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from antiphon.app import Node, first_admin, open_node, serving
from antiphon.bots.build import copy_project
from antiphon.cli import logs
from antiphon.config import Config
from antiphon.journal.engine import open_database
from antiphon.journal.migrate import migrate as upgrade

log = logging.getLogger(__name__)

LAST_S = 9.0  # SIGTERM to the end, at the latest


@click.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.pass_obj
def serve(config: Config, host: str | None, port: int | None) -> None:
    """Migrate, then serve the widget, the console and the board."""
    config = replace(config, host=host or config.host, port=port if port is not None else config.port)
    logs.set_up(config.log)
    _run(_serve(config))


@click.command()
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--pace", type=float, default=1.0, show_default=True, help="How busy the shop is.")
@click.pass_obj
def demo(config: Config, port: int | None, pace: float) -> None:
    """A living shop on a throw-away database: look around, join in."""
    logs.set_up(config.log)
    with tempfile.TemporaryDirectory(prefix="antiphon-demo-") as folder:
        url = f"sqlite:///{Path(folder) / 'demo.db'}"
        port = port if port is not None else config.port
        config = replace(config, database_url=url, redis_url=None, port=port, bot_name="Marigold")
        _run(_demo(_own_project(config, Path(folder)), pace))


def _own_project(config: Config, folder: Path) -> Config:
    """A copy of the shop's bot, so that it can be taught and nothing of it stays."""
    if config.bot_project or config.bot != "builtin":
        return config
    copy_project(folder / "bot")
    return replace(
        config, bot_project=str(folder / "bot"), cache_dir=config.cache_dir or str(folder / "cache")
    )


@click.command()
@click.pass_obj
def migrate(config: Config) -> None:
    """Bring the database's schema up to date."""

    async def run() -> None:
        database = open_database(config.database_url)
        await upgrade(database)
        await database.close()

    _run(run())
    click.echo("the schema is current")


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        with asyncio.Runner(loop_factory=_loop()) as runner:
            runner.run(work)
    except OSError as error:
        raise click.ClickException(_sentence(error)) from None


def _loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed: half the time for every message."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _sentence(error: OSError) -> str:
    if error.errno in (98, 48):  # EADDRINUSE on Linux and on the Mac
        return "that port is busy: stop what listens there, or choose another with ANTIPHON_PORT"
    return error.strerror or str(error)


async def _serve(config: Config) -> None:
    told, listening = _told(), _listen(config)
    config = replace(config, port=listening.getsockname()[1])
    async with open_node(config) as node:
        await _first_admin(node)
        async with serving(node, listening):
            _say_where(node)
            await told.wait()
            asyncio.get_running_loop().call_later(LAST_S, _give_up)


async def _demo(config: Config, pace: float) -> None:
    from antiphon.demo import Accounts, Cast, seed  # only the demo needs its texts

    told, listening = _told(), _listen(config)
    config = replace(config, port=listening.getsockname()[1])
    began = time.monotonic()
    async with open_node(config, demo=True, before=seed) as node:
        accounts: Accounts = node.extra
        async with serving(node, listening):
            _say_where(node, demo=True)
            for account in accounts:
                click.echo(f"  {account.role:<10} {account.email:<28} {account.password}")
            click.echo(
                f"\nready after {time.monotonic() - began:.1f} s · Ctrl-C ends it and forgets everything"
            )
            cast = asyncio.create_task(Cast(config.public_url, accounts, pace=pace).run())
            await told.wait()
            cast.cancel()
            await asyncio.gather(cast, return_exceptions=True)


def _give_up() -> None:
    """Something hangs on the way out. What was acknowledged is durable: nothing is lost by not waiting."""
    log.error("not gone within %s s of being asked to: ending hard", LAST_S)
    os._exit(1)


def _listen(config: Config) -> socket.socket:
    """Take the port before anything else: a busy one is said at once."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((config.host, config.port))
    except OSError:
        listening.close()
        raise
    return listening


async def _first_admin(node: Node) -> None:
    """From the environment, or by a link that works once."""
    link = await first_admin(node)
    if link:
        click.echo(
            f"No one can log in yet. Make the first administrator here (once, within a day):\n  {link}\n"
        )


def _say_where(node: Node, *, demo: bool = False) -> None:
    url = node.config.public_url
    pages = [
        ("the shop", "/demo"),
        ("agents", "/console"),
        ("supervisors", "/supervisor"),
        ("settings", "/admin"),
    ]
    click.echo(f"Antiphon runs at {url}/")
    for who, path in pages:
        if demo or path != "/demo":
            click.echo(f"  {who:<12} {url}{path}")
    if node.bot.describe():
        click.echo(f"  {'the bot':<12} {node.bot.describe()}")
    sys.stdout.flush()


def _told() -> asyncio.Event:
    """Set when somebody asks us to end; from the first moment, so that none is ended hard."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, told.set)
    return told
