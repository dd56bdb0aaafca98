"""`antiphon import` and `export`: history in, history out."""

import csv
import gzip
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import click

from antiphon.cli.database import open_store, run
from antiphon.config import Config
from antiphon.domain.events import Event
from antiphon.journal.directory import wall_ms
from antiphon.journal.importer import Importer
from antiphon.journal.store import Store
from antiphon.metrics.answers import Answers
from antiphon.metrics.facts.rows import NEVER, Conversation
from antiphon.metrics.tabular import safe
from antiphon.readers.numbers import settings_of

# -- import ---------------------------------------------------------------------------------------


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--source", help="Whose history it is; the same source is imported once. [default: the file's name]"
)
@click.pass_obj
def import_(config: Config, files: tuple[str, ...], source: str | None) -> None:
    """Read event files, one JSON object a line; - is standard input."""
    sys.exit(1 if run(_import(config, files, source)) else 0)


async def _import(config: Config, files: Sequence[str], source: str | None) -> int:
    """How many lines were refused."""
    refused = 0
    async with open_store(config) as store:
        for name in files:
            importer = Importer(store, source or (Path(name).name if name != "-" else "stdin"))
            with _opened(name) as lines:
                await importer.feed(lines)
            report = importer.report
            click.echo(
                f"{name}: accepted {report.accepted}, repeated {report.repeated}, refused {report.refused}"
            )
            for bad in report.rejected:
                click.echo(f"{name}:{bad['line']}: {bad['error']}", err=True)
            refused += report.refused
    return refused


def _opened(name: str) -> IO[bytes]:
    if name == "-":
        return sys.stdin.buffer
    try:
        if name.endswith(".gz"):
            return gzip.open(name)  # type: ignore[return-value]  # it reads bytes, line by line
        return Path(name).open("rb")
    except OSError as error:
        raise click.ClickException(f"{name}: {error.strerror}") from None


# -- export ---------------------------------------------------------------------------------------


@click.command()
@click.option(
    "--what", type=click.Choice(["conversations", "events"]), default="conversations", show_default=True
)
@click.option(
    "--format", "form", type=click.Choice(["csv", "ndjson", "parquet"]), default="csv", show_default=True
)
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="A file instead of standard output.")
@click.pass_obj
def export(config: Config, what: str, form: str, output: str | None) -> None:
    """Write one row per conversation, or the raw events, which `import` reads again."""
    if form == "parquet" and not output:
        raise click.UsageError("Parquet needs a file: --output FILE")
    run(_export(config, what, form, output))


async def _export(config: Config, what: str, form: str, output: str | None) -> None:
    async with open_store(config) as store:
        rows = _events(store) if what == "events" else _conversations(config, store)
        if form == "parquet":
            await _parquet(rows, str(output))
            return
        write = _ndjson if form == "ndjson" else _csv
        if not output:
            await write(rows, sys.stdout)
            return
        with Path(output).open("w", newline="") as target:  # noqa: ASYNC230 - nobody else waits in a command
            await write(rows, target)


async def _events(store: Store) -> AsyncIterator[dict[str, Any]]:
    """The import format: what is exported here can be imported elsewhere."""
    seq = 0
    while page := await store.read_after(seq, 2000):
        for event in page:
            yield _line(event)
        seq = page[-1].seq


def _line(event: Event) -> dict[str, Any]:
    family, _, name = event.stream.rpartition(":")
    where = {"conversation": name} if not family else {}
    said = {key: value for key, value in (event.words or {}).items() if isinstance(value, str)}
    own = {"id": f"{event.stream}-{event.n}"}
    return {"ts": event.at_ms, "event": event.kind, **where, **event.data, **said, **own}


async def _conversations(config: Config, store: Store) -> AsyncIterator[dict[str, Any]]:
    settings = settings_of(config.metrics)
    facts = await Answers(store, lambda: (settings, {}), wall_ms).facts(wall_ms(), settings)
    for row in facts.rows("conversation"):
        yield {name: _known(value) for name, value in zip(Conversation._fields, row, strict=True)}


def _known(value: Any) -> Any:
    return None if value in (NEVER, "") else value


async def _ndjson(rows: AsyncIterator[Mapping[str, Any]], target: IO[str]) -> None:
    async for row in rows:
        target.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")


async def _csv(rows: AsyncIterator[Mapping[str, Any]], target: IO[str]) -> None:
    whole = [row async for row in rows]
    names = list(dict.fromkeys(name for row in whole for name in row))
    writer = csv.DictWriter(target, names)
    writer.writeheader()
    writer.writerows({name: safe(value) for name, value in row.items()} for row in whole)


async def _parquet(rows: AsyncIterator[Mapping[str, Any]], output: str) -> None:
    try:
        import duckdb  # an extra
    except ImportError:
        raise click.ClickException("Parquet needs the extra: pip install antiphon[parquet]") from None
    with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as plain:
        await _csv(rows, plain)
        plain.flush()
        duckdb.sql(f"COPY (FROM read_csv('{plain.name}')) TO '{output}' (FORMAT parquet)")
