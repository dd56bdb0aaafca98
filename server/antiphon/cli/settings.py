"""`antiphon config`: what is set."""

import click

from antiphon.config import Config, shown


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
