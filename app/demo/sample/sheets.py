"""Sheets on disk: xlsx row by row with constant memory, or csv as a county's other programs write it."""

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from app.demo.sample.templates import Column, Template

FORMATS = {"xlsx": ".xlsx", "csv-gb18030": ".csv", "csv-utf8": ".csv"}
_ENCODINGS = {"csv-gb18030": "gb18030", "csv-utf8": "utf-8-sig"}
# Numbers above this lose digits in Excel's number cells and are shown with an exponent.
_EXACT = 10**15
# Written into the file's properties: the present moment would make every file another one.
_CREATED = datetime(2026, 1, 1, tzinfo=UTC)

Append = Callable[[dict[str, Any]], int]


@contextmanager
def sheet(path: Path, kind: str, template: Template, title: str, note: str) -> Iterator[Append]:
    """Open a sheet with title, note and header; yields a function that appends a row and returns its number."""
    writer = _xlsx if kind == "xlsx" else _csv
    yield from writer(path, kind, template, title, note)


def _xlsx(path: Path, _: str, template: Template, title: str, note: str) -> Iterator[Append]:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": _CREATED})
        page = book.add_worksheet("Sheet1")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for place, column in enumerate(template.columns):
            page.set_column(place, place, column.width)
        _headings(book, page, template, title, note)
        fields = list(enumerate(column.field for column in template.columns))
        row = template.header_row - 1

        def append(cells: dict[str, Any]) -> int:
            nonlocal row
            row += 1
            for place, name in fields:
                value = cells.get(name)
                if value is None:
                    continue
                if type(value) is str:
                    page.write_string(row, place, value)
                elif type(value) is date:
                    page.write_datetime(row, place, value, day)
                else:
                    page.write_number(row, place, value)
            return row + 1

        yield append


def _headings(book: Any, page: Any, template: Template, title: str, note: str) -> None:
    last = len(template.columns) - 1
    big = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    small = book.add_format({"text_wrap": True, "font_color": "#666666"})
    head = book.add_format({"bold": True, "text_wrap": True, "border": 1, "align": "center", "valign": "vcenter"})
    page.merge_range(0, 0, 0, last, title, big)
    page.set_row(1, 48)
    page.merge_range(1, 0, 1, last, note, small)
    if template.grouped:
        for first, end, name in groups(template.columns):
            page.merge_range(2, first, 2, end, name, head)
    page.set_row(template.header_row - 1, 45)
    for place, column in enumerate(template.columns):
        page.write_string(template.header_row - 1, place, column.header, head)


def groups(columns: Iterable[Column]) -> list[tuple[int, int, str]]:
    """First place, last place and name of each run of columns under one heading."""
    runs: list[tuple[int, int, str]] = []
    for place, column in enumerate(columns):
        if runs and runs[-1][2] == column.group:
            runs[-1] = (runs[-1][0], place, column.group)
        else:
            runs.append((place, place, column.group))
    return runs


def _csv(path: Path, kind: str, template: Template, title: str, note: str) -> Iterator[Append]:
    width = len(template.columns)
    with path.open("w", encoding=_ENCODINGS[kind], newline="") as file:
        lines = csv.writer(file, lineterminator="\r\n")
        lines.writerow([title] + [""] * (width - 1))
        lines.writerow([note] + [""] * (width - 1))
        if template.grouped:
            heads = [""] * width
            for first, _, name in groups(template.columns):
                heads[first] = name
            lines.writerow(heads)
        lines.writerow([column.header for column in template.columns])
        fields = [column.field for column in template.columns]
        row = template.header_row

        def append(cells: dict[str, Any]) -> int:
            nonlocal row
            row += 1
            lines.writerow([_text(cells.get(name)) for name in fields])
            return row

        yield append


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.5E}" if value >= _EXACT else f"{value:g}"
    return value.isoformat() if isinstance(value, date) else str(value)
