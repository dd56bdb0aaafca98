"""`antiphon user`: people who may log in."""

import asyncio
import sys

import click

from antiphon.config import Config
from antiphon.domain.errors import Refused
from antiphon.gateway.auth import Passwords
from antiphon.journal.directory import Directory
from antiphon.journal.engine import open_database
from antiphon.journal.migrate import migrate


@click.group()
def user() -> None:
    """Manage people who may log in."""


@user.command()
@click.argument("email")
@click.option("--role", type=click.Choice(["agent", "supervisor", "admin"]), required=True)
@click.option("--name", required=True)
@click.pass_obj
def add(config: Config, email: str, role: str, name: str) -> None:
    """Add a user; the password comes from a prompt, or from standard input."""
    password = _password()
    try:
        asyncio.run(_add(config, email, role, name, password))
    except Refused as refused:
        raise click.ClickException(refused.message) from None
    click.echo(f"{email} may log in as {role}.")


def _password() -> str:
    if sys.stdin.isatty():
        asked: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return asked
    return sys.stdin.readline().rstrip("\n")


async def _add(config: Config, email: str, role: str, name: str, password: str) -> None:
    database = open_database(config.database_url)
    try:
        await migrate(database)
        password_hash = await Passwords().hash(password)
        await Directory(database).people.add(email=email, name=name, role=role, password_hash=password_hash)
    finally:
        await database.close()
