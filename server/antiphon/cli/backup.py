"""`antiphon backup` and `restore`: everything into one file, and back."""

import os
from pathlib import Path

import click

from antiphon.cli.database import run
from antiphon.config import Config
from antiphon.journal.backup import Restored, save
from antiphon.journal.backup import restore as fill
from antiphon.journal.directory import wall_ms
from antiphon.journal.engine import open_database

SHOWN = 50  # streams that lost something and are named


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(config: Config, file: Path) -> None:
    """Write everything to FILE, while the desk works. It holds people's words: keep it safe."""
    part = file.with_name(f"{file.name}.part")
    try:
        rows = run(_backup(config, part))
        part.replace(file)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
    click.echo(f"{file}: {rows} rows, {file.stat().st_size} bytes")


async def _backup(config: Config, part: Path) -> int:
    database = open_database(config.database_url)
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
            return await save(database, target, wall_ms())
    finally:
        await database.close()


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--replace", is_flag=True, help="Take away what is in the database.")
@click.pass_obj
def restore(config: Config, file: Path, replace: bool) -> None:
    """Fill the database from FILE. No node may work on it meanwhile."""
    restored = run(_restore(config, file, replace))
    click.echo(f"{restored.rows} rows are back; clients are told to read anew (epoch {restored.epoch})")
    if restored.lost:
        click.echo(f"what {len(restored.lost)} streams had beyond the backup is gone:", err=True)
    for stream, (after, last) in sorted(restored.lost.items())[:SHOWN]:
        click.echo(f"  {stream}: events {after + 1} to {last}", err=True)


async def _restore(config: Config, file: Path, replace: bool) -> Restored:
    database = open_database(config.database_url)
    try:
        with file.open("rb") as source:
            return await fill(database, source, wall_ms(), replace=replace)
    finally:
        await database.close()
