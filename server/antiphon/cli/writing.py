"""Rows written as they come: CSV, NDJSON or Parquet, of any length in little memory."""

import csv
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
import msgspec

from antiphon.metrics.tabular import safe

Rows = AsyncIterator[Mapping[str, Any]]
Columns = Mapping[str, str]  # name → SQL type; what a row lacks is empty
FORMS = ("csv", "ndjson", "parquet")

_MANY = 1_000  # rows of one write
_LONGEST = 16 << 20  # bytes of a row
_encode = msgspec.json.Encoder().encode


async def write(rows: Rows, columns: Columns, form: str, output: str | None) -> None:
    """Into a file, or to standard output, which Parquet cannot."""
    if form == "parquet":
        if output is None:
            raise click.UsageError("Parquet needs a file: --output FILE")
        await _parquet(rows, columns, output)
        return
    with _opened(output) as target:
        if form == "csv":
            target.write(_csv([dict(zip(columns, columns, strict=True))], columns))
        async for some in _parts(rows):
            target.write(_csv(some, columns) if form == "csv" else _ndjson(some))


@contextmanager
def _opened(output: str | None) -> Iterator[IO[bytes]]:
    if output is None:
        yield sys.stdout.buffer
        return
    try:
        with Path(output).open("wb") as target:
            yield target
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from None


async def _parts(rows: Rows) -> AsyncIterator[list[Mapping[str, Any]]]:
    some: list[Mapping[str, Any]] = []
    async for row in rows:
        some.append(row)
        if len(some) == _MANY:
            yield some
            some = []
    yield some


def _ndjson(rows: list[Mapping[str, Any]]) -> bytes:
    return b"".join([_encode(row) + b"\n" for row in rows])


class _Lines(list[str]):
    """What a csv.writer writes to."""

    write = list[str].append


def _csv(rows: list[Mapping[str, Any]], columns: Columns) -> bytes:
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerows([safe(row.get(name)) for name in columns] for row in rows)
    return "".join(lines).encode()


async def _parquet(rows: Rows, columns: Columns, output: str) -> None:
    try:
        import duckdb  # an extra
    except ImportError:
        raise click.ClickException("Parquet needs the extra: pip install antiphon[parquet]") from None
    types = ", ".join(f"{_text(name)}: {_text(kind)}" for name, kind in columns.items())
    with tempfile.NamedTemporaryFile("wb", suffix=".ndjson") as plain:
        async for some in _parts(rows):
            plain.write(_ndjson(some))
        plain.flush()
        read = f"read_json({_text(plain.name)}, format = 'nd', columns = {{{types}}}"
        read += f", maximum_object_size = {_LONGEST})"
        duckdb.sql(f"COPY (FROM {read}) TO {_text(output)} (FORMAT parquet)")


def _text(value: str) -> str:
    """A text within a statement."""
    return "'" + value.replace("'", "''") + "'"
