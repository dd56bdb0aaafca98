"""`antiphon import` and `export`: history in, history out."""

import gzip
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import IO, Any

import click

from antiphon.cli.database import open_store, run
from antiphon.cli.writing import FORMS, Columns, write
from antiphon.config import Config
from antiphon.domain.events import KINDS
from antiphon.journal.directory import wall_ms
from antiphon.journal.importer import Importer
from antiphon.journal.lines import line_of
from antiphon.journal.store import PAGE, Store
from antiphon.metrics.columnar.shelf import facts_folder
from antiphon.metrics.facts.rows import NEVER, Conversation
from antiphon.metrics.reporting import Reporting
from antiphon.readers.numbers import settings_of

PART = 1 << 20  # bytes of a file that are read at a time

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
            with _opened(name) as file:
                async with importer:
                    while part := file.read(PART):
                        await importer.feed(part)
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
            return gzip.open(name)  # type: ignore[return-value]  # it reads bytes
        return Path(name).open("rb")
    except OSError as error:
        raise click.ClickException(f"{name}: {error.strerror}") from None


# -- export ---------------------------------------------------------------------------------------


@click.command()
@click.option(
    "--what", type=click.Choice(["conversations", "events"]), default="conversations", show_default=True
)
@click.option("--format", "form", type=click.Choice(FORMS), default="csv", show_default=True)
@click.option("--output", "-o", type=click.Path(dir_okay=False), help="A file instead of standard output.")
@click.pass_obj
def export(config: Config, what: str, form: str, output: str | None) -> None:
    """Write one row per conversation, or the raw events, which `import` reads again from NDJSON."""
    run((_events if what == "events" else _conversations)(config, form, output))


async def _events(config: Config, form: str, output: str | None) -> None:
    async with open_store(config) as store:
        lines = _lines(store)
        await write(lines if form == "ndjson" else _cells(lines), EVENT_COLUMNS, form, output)


async def _lines(store: Store) -> AsyncIterator[dict[str, Any]]:
    """The import format: what is exported here can be imported elsewhere."""
    seq = 0
    while page := await store.read_after(seq, PAGE):
        for event in page:
            yield line_of(event)
        seq = page[-1].seq


async def _cells(lines: AsyncIterator[dict[str, Any]]) -> AsyncIterator[dict[str, Any]]:
    """The same for a table: what the vocabulary does not know stands together in `more`."""
    async for line in lines:
        more = {name: line.pop(name) for name in line.keys() - EVENT_COLUMNS.keys()}
        yield {**line, "more": more} if more else line


async def _conversations(config: Config, form: str, output: str | None) -> None:
    async with open_store(config) as store:
        reporting = Reporting(store, facts_folder(config.database_url, config.cache_dir))
        try:
            rows = await reporting.rows("conversation", wall_ms(), settings_of(config.metrics))
            await write(_known(rows), CONVERSATION_COLUMNS, form, output)
        finally:
            await reporting.close()


async def _known(rows: Iterable[Any]) -> AsyncIterator[dict[str, Any]]:
    """What has not happened and what nobody knows is null."""
    for row in rows:
        yield {
            name: None if value in (NEVER, "") else value
            for name, value in zip(CONVERSATION_COLUMNS, row, strict=True)
        }


def _event_columns() -> Columns:
    """Every field of the vocabulary; a name that means several types is text."""
    types: dict[str, set[str]] = {}
    for kind in KINDS.values():
        for name, field in kind.fields.items():
            types.setdefault(name, set()).add(_SQL[field.type])
    fixed = {"ts": "BIGINT", "event": "VARCHAR", "conversation": "VARCHAR"}
    fields = {name: found.pop() if len(found) == 1 else "VARCHAR" for name, found in types.items()}
    return {**fixed, **fields, "actor": "JSON", "id": "VARCHAR", "more": "JSON"}


_SQL = {
    "text": "VARCHAR", "int": "BIGINT", "number": "DOUBLE", "bool": "BOOLEAN", "object": "JSON",
    "list": "JSON",
}  # fmt: skip
EVENT_COLUMNS = _event_columns()
CONVERSATION_COLUMNS: Columns = {
    name: "BIGINT" if kind is int else "VARCHAR" for name, kind in Conversation.__annotations__.items()
}
