"""From bytes to a sheet whose columns are decided: the steps of reading in their order."""

import io
import math
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from app.intake.errors import FileRefused
from app.intake.reading.evidence import weigh
from app.intake.reading.files import read_file
from app.intake.reading.header_rows import HeaderBlock, find_header
from app.intake.reading.mapping import Kind, SheetMapping, map_columns
from app.intake.reading.readers import ReadingContext
from app.intake.reading.rows import ParsedRow, SkippedRows, read_rows
from app.intake.reading.workbook import Limits, Sheet, Workbook
from app.intake.values.dates import EXCEL_1900, EXCEL_1904


@dataclass(frozen=True)
class Choices:
    """What a person chose instead of leaving it to the reading; None leaves it."""

    sheet: str | None = None
    header_row: int | None = None
    """As numbered in the sheet."""
    kind: Kind | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class OpenedSheet:
    """A sheet ready for its rows."""

    workbook: Workbook
    sheet: Sheet
    block: HeaderBlock
    mapping: SheetMapping
    epoch: date

    def rows(self, context: ReadingContext, skipped: SkippedRows | None = None) -> Iterator[ParsedRow]:
        """The rows below the header, with the workbook's own day 0."""
        return read_rows(self.sheet, self.block, self.mapping, replace(context, epoch=self.epoch), skipped)


def open_sheet(
    data: bytes,
    *,
    choices: Choices | None = None,
    remembered: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> OpenedSheet:
    """Read the file, choose the sheet that looks most like a list, find its header, decide on its columns.

    ``remembered`` is the office's own meaning of headers (see ``map_columns``). Raises FileRefused.
    """
    choices = choices or Choices()
    workbook = read_file(data, limits, encoding=choices.encoding)
    sheet, block = _choose(workbook, choices)
    mapping = map_columns(block.names, kind=choices.kind, remembered=remembered)
    return OpenedSheet(workbook, sheet, block, weigh(mapping, sheet, block), _epoch(data, workbook))


def _choose(workbook: Workbook, choices: Choices) -> tuple[Sheet, HeaderBlock]:
    """The sheet asked for, else the one with the most understood columns, then the most rows; hidden ones last."""
    best: tuple[tuple[bool, float], Sheet, HeaderBlock] | None = None
    for sheet in workbook.sheets:
        if choices.sheet is not None and sheet.name != choices.sheet:
            continue
        at = choices.header_row - 1 - sheet.first_row if choices.header_row else None
        if at is not None and not 0 <= at < len(sheet.rows):
            continue
        block = find_header(sheet, at)
        if block is None:
            continue
        filled = len(sheet.rows) - block.data_start
        worth = (not sheet.hidden, block.recognised + 2 * math.log10(1 + filled))
        if best is None or worth > best[0]:
            best = (worth, sheet, block)
    if best is None:
        raise FileRefused("no_header")
    return best[1], best[2]


def _epoch(data: bytes, workbook: Workbook) -> date:
    """Day 0 of the workbook's serial numbers: files from old Macs count from 1904."""
    if workbook.kind != "xlsx":
        return EXCEL_1900
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("xl/workbook.xml") as part:
            head = part.read(200_000)
    except (KeyError, zipfile.BadZipFile):
        return EXCEL_1900
    return EXCEL_1904 if re.search(rb'date1904="(1|true|on)"', head) else EXCEL_1900
