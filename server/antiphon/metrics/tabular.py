"""Results, as they go over the wire, as a table: for CSV, spreadsheets and terminals. One order of
columns."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]  # `Result.wire()`

COLUMNS = (
    "id", "interval_start", "value", "unit", "num", "den", "n", "pending", "immature", "excluded_spam",
    "excluded_short", "ci_low", "ci_high", "low_n", "from", "to", "as_of", "tz", "final",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(rows: Sequence[Row]) -> tuple[list[str], list[list[Any]]]:
    """The header and the rows; the groups' dimensions follow the fixed columns."""
    dims = list(dict.fromkeys(dim for row in rows for dim in row["group"]))
    cells = [[*(row.get(name) for name in COLUMNS), *(row["group"].get(dim) for dim in dims)] for row in rows]
    return [*COLUMNS, *dims], cells


def as_csv(rows: Sequence[Row]) -> str:
    header, lines = table(rows)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([safe(cell) for cell in line] for line in lines)
    return out.getvalue()


def as_xlsx(rows: Sequence[Row]) -> bytes:
    """A workbook with one sheet. Text is text: nothing is a formula."""
    import xlsxwriter  # only who asks for a spreadsheet pays for it

    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Report")
        sheet.freeze_panes(1, 0)
        header, lines = table(rows)
        for at, cells in enumerate([header, *lines]):
            sheet.write_row(at, 0, cells)
    return out.getvalue()


def safe(value: Any) -> Any:
    """A spreadsheet that reads CSV must not take a person's words for a formula."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
