"""Sheets going out: one list per workbook, text always as text, so that no number loses digits and no "=" runs."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import xlsxwriter

MAX_WIDTH = 40
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def workbook_of(name: str, headers: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str | None = None) -> bytes:
    """An xlsx with one sheet: an optional title row, the headers, then the rows."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(name)
        bold, day = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        first = 0
        if title:
            sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
            first = 1
        sheet.write_row(first, 0, headers, bold)
        sheet.freeze_panes(first + 1, 0)
        widths = [len(header) * 2 for header in headers]
        for number, row in enumerate(rows, start=first + 1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, day)
                if value is not None and number < first + 200:
                    widths[column] = max(widths[column], len(str(value)) + 2)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(width, MAX_WIDTH))
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))


def csv_of(headers: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str | None = None) -> bytes:
    """The same as csv in UTF-8 with a mark, which Excel needs; a text that it would run gets a quote in front."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    if title:
        writer.writerow([as_text(title)])
    writer.writerow([as_text(header) for header in headers])
    writer.writerows([as_text(value) for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def as_text(value: Any) -> Any:
    """A cell of a csv file that no program takes for a formula; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
