"""The command line. Exit codes: 0 done, 1 it failed, 2 the words were wrong; errors are one line."""

import os
import sys
from typing import Any

import click

from antiphon import __version__
from antiphon.cli.accounts import user
from antiphon.cli.backup import backup, restore
from antiphon.cli.bench import bench
from antiphon.cli.bot import bot
from antiphon.cli.doctor import doctor
from antiphon.cli.reference import openapi
from antiphon.cli.reports import replay, report
from antiphon.cli.serving import demo, migrate, serve
from antiphon.cli.settings import config
from antiphon.cli.transfer import export, import_
from antiphon.config import BadConfig, load


class Group(click.Group):
    """Shows a user's mistake as one line, without a traceback."""

    def main(self, *args: Any, **more: Any) -> Any:
        try:
            return super().main(*args, **more)
        except BadConfig as error:
            click.echo(f"antiphon: {error}", err=True)
            sys.exit(2)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="antiphon")
@click.pass_context
def main(context: click.Context) -> None:
    """Live chat and chatbot with a contact centre's numbers built in."""
    context.obj = load(os.environ)


COMMANDS = (
    serve, demo, migrate, user, import_, export, report, replay, backup, restore, bot, bench, config, doctor,
    openapi,
)  # fmt: skip
for command in COMMANDS:
    main.add_command(command)
