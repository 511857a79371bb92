"""Sheets going out. All of them go through here: no cell that a program would run, and every sheet says who took it.

A text that a spreadsheet program would read as a formula gets an apostrophe in front, in xlsx too: there it is text
already, but somebody will save it as csv. The first line, and head and foot of the printed page, name the viewer, the
office and the time, and whether identities are masked or why not.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote

import xlsxwriter
from fastapi.responses import Response

from app.shared.formats import moment
from app.shared.i18n import translate

MAX_WIDTH: Final = 40
RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
HEADER_LENGTH: Final = 200  # a page header holds 255 characters, codes included
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Mark:
    """Who takes a sheet out and when; with a reason, identities stand in it in clear."""

    viewer: str
    office: str
    at: datetime
    reason: str | None = None

    @property
    def masked(self) -> bool:
        return self.reason is None

    def line(self) -> str:
        """The watermark in words."""
        why = self.reason
        how = translate("identities masked") if self.masked else translate("in clear, because: %(why)s", why=why)
        return translate(
            "Taken by %(viewer)s, %(office)s, %(at)s; %(how)s", viewer=self.viewer, office=self.office,
            at=moment(self.at), how=how,
        )  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """One list: its name, headers and rows, and a title if it is to be read by itself."""

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Any]] = field(default_factory=list)
    title: str | None = None


def neutral(value: Any) -> Any:
    """The same value, a text such that no spreadsheet program takes it for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value


def workbook_of(mark: Mark, *sheets: Sheet) -> bytes:
    """An xlsx: in each sheet the watermark, an optional title, the headers, then the rows."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"comments": mark.line()})
        looks = {
            "bold": book.add_format({"bold": True, "text_wrap": True}),
            "title": book.add_format({"bold": True, "font_size": 14}),
            "mark": book.add_format({"italic": True, "font_color": "#666666"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        for sheet in sheets:
            _fill(book.add_worksheet(sheet.name[:31]), sheet, mark, looks)
    return buffer.getvalue()


def _fill(target: Any, sheet: Sheet, mark: Mark, looks: dict[str, Any]) -> None:
    line = mark.line()
    printed = line[:HEADER_LENGTH].replace("&", "&&")
    target.set_header(f"&L{printed}")
    target.set_footer(f"&L{printed}&R&P/&N")
    target.write_string(0, 0, neutral(line), looks["mark"])
    first = 1
    if sheet.title:
        target.write_string(1, 0, neutral(sheet.title), looks["title"])
        first = 2
    for column, header in enumerate(sheet.headers):
        target.write_string(first, column, neutral(header), looks["bold"])
    target.freeze_panes(first + 1, 0)
    widths = [len(header) * 2 for header in sheet.headers]
    for number, row in enumerate(sheet.rows, start=first + 1):
        for column, value in enumerate(row):
            _write(target, number, column, value, looks["day"])
            if value is not None and number < first + 200:
                widths[column] = max(widths[column], len(str(value)) + 2)
    for column, width in enumerate(widths):
        target.set_column(column, column, min(width, MAX_WIDTH))


def _write(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_string(row, column, moment(value))
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, neutral(str(value)))


def csv_of(mark: Mark, sheet: Sheet) -> bytes:
    """The same list as csv, with the mark that Excel needs to read Chinese."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([neutral(mark.line())])
    writer.writerow([neutral(header) for header in sheet.headers])
    writer.writerows([neutral(_plain(value)) for value in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value or "")


def attachment(content: bytes, name: str, *, media_type: str = XLSX) -> Response:
    """A file to be kept, under a name in any script; no proxy and no shared office PC keeps a copy of its own."""
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "._-") else "_" for one in name)
    headers = {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        "cache-control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
