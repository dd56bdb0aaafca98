"""`antiphon report` and `replay`: the numbers, and the proof that what they are read from is right."""

import json
import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import click

from antiphon.cli.database import open_store, run
from antiphon.config import Config
from antiphon.journal.directory import wall_ms
from antiphon.journal.places import Places
from antiphon.journal.replay import replay as rebuild
from antiphon.metrics.answers import Answers, Asked
from antiphon.metrics.columnar.shelf import facts_folder
from antiphon.metrics.reporting import Reporting
from antiphon.metrics.results import Result
from antiphon.metrics.tabular import as_csv
from antiphon.readers.numbers import settings_of

_LISTS = ("kpi", "by")
_SHOWN = ("id", "interval_start", "group", "value", "unit", "num", "den", "n")

# -- report ---------------------------------------------------------------------------------------


@click.command()
@click.option("--kpi", required=True, help="One or more, with commas between.")
@click.option("--from", "since", required=True, help="The first instant: 2026-01-05, 2026-01-05T10:00, ms.")
@click.option("--to", "until", required=True, help="The first instant that is out.")
@click.option("--as-of", "as_of", help="As it was known then. [default: now]")
@click.option("--tz", default="UTC", show_default=True)
@click.option("--by", default="", help="Segments, with commas between.")
@click.option("--interval", default="", help="15m, 30m, 1h, 1d, 1w or 1mo.")
@click.option("--where", multiple=True, metavar="DIM=VALUE")
@click.option("--include-spam", is_flag=True)
@click.option("--compare", type=click.Choice(["previous"]))
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
)
@click.pass_obj
def report(config: Config, /, form: str, **given: Any) -> None:
    """The same numbers as the REST report, straight from the database."""
    where = dict(_pair(one) for one in given.pop("where"))
    kpis, by = (tuple(filter(None, given.pop(name).split(","))) for name in _LISTS)
    results = run(_report(config, Asked(kpis=kpis, by=by, where=where, **given)))
    _PRINTERS[form](results)


def _pair(one: str) -> tuple[str, str]:
    name, equals, value = one.partition("=")
    if not equals:
        raise click.UsageError(f"--where takes DIM=VALUE, not {one!r}")
    return name, value


async def _report(config: Config, asked: Asked) -> list[Result]:
    async with answering(config) as answers:
        return await answers.answer(asked)


@asynccontextmanager
async def answering(config: Config) -> AsyncIterator[Answers]:
    """Questions to the configured database, without a server."""
    async with open_store(config) as store:
        rules = await Places(store.database).rules()
        settings = settings_of(config.metrics, rules)
        hours = {queue.id: queue.hours for queue in rules.queues.values()}
        reporting = Reporting(store, facts_folder(config.database_url, config.cache_dir))
        try:
            yield Answers(reporting, lambda: (settings, hours), wall_ms)
        finally:
            await reporting.close()


def _as_json(results: list[Result]) -> None:
    click.echo(json.dumps({"results": [result.wire() for result in results]}, indent=2))


def _as_csv(results: list[Result]) -> None:
    click.echo(as_csv([result.wire() for result in results]), nl=False)


def _as_table(results: list[Result]) -> None:
    rows = [result.wire() for result in results]
    names = [n for n in _SHOWN if any(row.get(n) not in (None, {}) for row in rows)]
    cells = [[_cell(row.get(name)) for name in names] for row in rows]
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    for line in [names, *cells]:
        click.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={one}" for name, one in value.items())
    return "-" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)


_PRINTERS: Mapping[str, Callable[[list[Result]], None]] = {
    "json": _as_json, "csv": _as_csv, "table": _as_table,
}  # fmt: skip


# -- replay ---------------------------------------------------------------------------------------


@click.command()
@click.pass_obj
def replay(config: Config) -> None:
    """Rebuild every derived table from the journal; exit 1 and say what differed."""
    differences = run(_replay(config))
    for one in differences:
        click.echo(one, err=True)
    click.echo(
        "what was there was right" if not differences else f"{len(differences)} were wrong and are right now"
    )
    sys.exit(1 if differences else 0)


async def _replay(config: Config) -> list[str]:
    async with open_store(config) as store:
        differences = await rebuild(store)
        settings = settings_of(config.metrics, await Places(store.database).rules())
        folder = facts_folder(config.database_url, config.cache_dir)
        reporting = Reporting(store, folder, processes=os.cpu_count() or 1)
        try:
            return differences + await reporting.replay(wall_ms(), settings)
        finally:
            await reporting.close()
