"""Results as a table: for CSV, spreadsheets and terminals. One order of columns everywhere."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from antiphon.metrics.results import Result

COLUMNS = (
    "id", "interval_start", "value", "unit", "num", "den", "n", "pending", "immature", "excluded_spam",
    "excluded_short", "ci_low", "ci_high", "low_n", "from", "to", "as_of", "tz", "final",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(results: Sequence[Result]) -> tuple[list[str], list[list[Any]]]:
    """The header and the rows; the groups' dimensions follow the fixed columns."""
    rows = [result.wire() for result in results]
    dims = list(dict.fromkeys(dim for row in rows for dim in row["group"]))
    cells = [[*(row.get(name) for name in COLUMNS), *(row["group"].get(dim) for dim in dims)] for row in rows]
    return [*COLUMNS, *dims], cells


def as_csv(results: Sequence[Result]) -> str:
    header, rows = table(results)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def as_xlsx(results: Sequence[Result]) -> bytes:
    """A workbook with one sheet. Text is text: nothing is a formula."""
    import xlsxwriter  # only who asks for a spreadsheet pays for it

    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Report")
        sheet.freeze_panes(1, 0)
        header, rows = table(results)
        for at, cells in enumerate([header, *rows]):
            sheet.write_row(at, 0, cells)
    return out.getvalue()


def safe(value: Any) -> Any:
    """A spreadsheet that reads CSV must not take a person's words for a formula."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
