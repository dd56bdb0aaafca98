"""`antiphon bot`: what a bot's author needs: a project, train, test, evaluate, talk, see what is missing."""

import asyncio
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from antiphon.bots.build import copy_project, default_project
from antiphon.bots.builtin.loaded import Loader
from antiphon.bots.builtin.source import ProjectError
from antiphon.bots.workbench import run
from antiphon.bots.workbench.learning import Suggestion
from antiphon.cli.database import open_store
from antiphon.cli.database import run as run_on_database
from antiphon.config import Config
from antiphon.journal.directory import Directory, wall_ms
from antiphon.learning.findings import Suggested, find

DAY_MS = 86_400_000


class _Bot(click.Group):
    """A project that cannot be run is one line with its file and line."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (ProjectError, ValueError) as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Bot)
def bot() -> None:
    """Work on the bot's Rasa project (ANTIPHON_BOT_PROJECT; by default the demo shop's)."""


@bot.command()
@click.pass_obj
def train(config: Config) -> None:
    """Learn from the examples now, so that starting is quick."""
    with tempfile.TemporaryDirectory() as scratch:
        _say(run.train(_project(config), Path(config.cache_dir or scratch), _encoder(config)))


@bot.command()
@click.pass_obj
def evaluate(config: Config) -> None:
    """Cross-validate: what would be understood, and what is mixed up."""
    _say(run.evaluate(_project(config), _encoder(config)))


@bot.command()
@click.pass_obj
def test(config: Config) -> None:
    """Play the project's test stories, actions and all; exit 1 if a turn differs."""
    playing = run.play_tests(_project(config), _cache(config), config.action_url, _encoder(config))
    played = asyncio.run(playing)
    _say(played.differences)
    click.echo(f"{played.stories} stories, {played.turns} turns, {len(played.differences)} differences")
    sys.exit(1 if played.differences else 0)


@bot.command()
@click.pass_obj
def shell(config: Config) -> None:
    """Talk to the bot here."""

    talking = run.shell(
        _project(config), _read, click.echo, _cache(config), config.action_url, _encoder(config)
    )
    asyncio.run(talking)


@bot.command()
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True)
@click.pass_obj
def suggest(config: Config, days: int) -> None:
    """What several visitors asked in vain. Administrators take it or drop it in the settings."""
    found = run_on_database(_suggested(config, days))
    _say(line for one in found.suggestions for line in _shown(one))
    click.echo(f"{len(found.suggestions)} suggestions, of {found.asked} texts that were not understood")


async def _suggested(config: Config, days: int) -> Suggested:
    async with open_store(config) as store:
        now_ms = wall_ms()
        loader = Loader(_project(config), _cache(config), _encoder(config))
        dropped = await Directory(store.database).dropped.all()
        return await find(store, loader, now_ms - days * DAY_MS, now_ms + 1, dropped)


def _shown(one: Suggestion) -> Iterator[str]:
    yield f"{one.visitors} visitors: {one.question}"
    yield from (f"    {text}" for text in one.texts if text != one.question)
    if one.intent:
        yield f"  close to the intent {one.intent} ({one.confidence:.0%})"
    if one.answer:
        yield f"  an agent answered: {one.answer}"


@bot.command()
@click.argument("folder", type=click.Path(path_type=Path))
def copy(folder: Path) -> None:
    """Copy the demo shop's project into a new folder, to make it yours."""
    try:
        copy_project(folder)
    except OSError as error:
        raise click.ClickException(f"{folder}: {error.strerror}") from None
    click.echo(f"{folder} is ready: ANTIPHON_BOT_PROJECT={folder}")


@bot.command()
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def encoder(source: Path, folder: Path) -> None:
    """Make a sentence encoder for ANTIPHON_BOT_ENCODER of a model that sentence-transformers publish.

    SOURCE holds config.json, model.safetensors and tokenizer.json, as all-MiniLM-L6-v2 does.
    """
    from antiphon.bots.workbench.encoder import convert

    convert(source, folder)
    click.echo(f"{folder} is ready: ANTIPHON_BOT_ENCODER={folder}")


def _read() -> str | None:
    try:
        return input("> ")
    except EOFError:
        return None


def _project(config: Config) -> Path:
    return Path(config.bot_project) if config.bot_project else default_project()


def _encoder(config: Config) -> Path | None:
    return Path(config.bot_encoder) if config.bot_encoder else None


def _cache(config: Config) -> Path | None:
    return Path(config.cache_dir) if config.cache_dir else None


def _say(lines: Iterable[object]) -> None:
    for line in lines:
        click.echo(line)
