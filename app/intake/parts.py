"""A sheet cut into parts that are read by themselves, and kept under a cipher while an office explains its columns."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from app.intake.layout import Layout
from app.intake.reading.header_rows import HeaderBlock
from app.intake.reading.mapping import HeaderName
from app.intake.reading.workbook import Cell, Row, Sheet
from app.shared.encryption import KeyRing

PART_ROWS: Final = 4000
CELLS: Final = "import_part.cells"


@dataclass(frozen=True)
class SheetPart:
    """Some rows of a sheet with the headers above them."""

    sheet: Sheet
    names: tuple[HeaderName, ...]

    def block(self) -> HeaderBlock:
        """The header, for the reading of rows: the data begin at once."""
        return HeaderBlock(first=0, last=0, names=self.names, data_start=0, recognised=len(self.names))


def cut(sheet: Sheet, block: HeaderBlock, rows: int = PART_ROWS) -> Iterator[SheetPart]:
    """The data rows in parts of about that many; cells merged over several rows stay together."""
    merged = sorted((top, bottom) for top, left, bottom, right in sheet.merged if bottom > top)
    begins = [block.data_start]
    while begins[-1] < len(sheet.rows):
        begins.append(_clear_of(merged, min(begins[-1] + rows, len(sheet.rows)), sheet.first_row))
    for begin, end in pairwise(begins):
        first, last = sheet.first_row + begin, sheet.first_row + end
        inside = [one for one in sheet.merged if first <= one[0] and one[2] < last]
        yield SheetPart(replace(sheet, rows=sheet.rows[begin:end], first_row=first, merged=inside), block.names)


def _clear_of(merged: Sequence[tuple[int, int]], place: int, first_row: int) -> int:
    for top, bottom in merged:
        if top - first_row < place <= bottom - first_row:
            place = bottom - first_row + 1
    return place


def only_kept(part: SheetPart, layout: Layout) -> SheetPart:
    """The part without the cells of columns that are neither taken nor asked about."""
    kept = [column.index for column in layout.columns if column.action in ("take", "ask")]
    rows: list[Row] = []
    for row in part.sheet.rows:
        blank: Row = [""] * len(part.names)
        for index in kept:
            if index < len(row):
                blank[index] = row[index]
        rows.append(blank)
    return replace(part, sheet=replace(part.sheet, rows=rows))


def seal_part(keys: KeyRing, batch: UUID, part: SheetPart) -> bytes:
    """Encrypt a part; cells keep their type."""
    sheet = part.sheet
    plain = {
        "name": sheet.name,
        "first_row": sheet.first_row,
        "first_column": sheet.first_column,
        "merged": sheet.merged,
        "names": part.names,
        "rows": sheet.rows,
    }
    return keys.encrypt_bytes(CELLS, batch, json.dumps(plain, ensure_ascii=False, default=_tagged).encode())


def _tagged(day: Any) -> list[str]:
    if not isinstance(day, date):
        raise TypeError(f"a cell cannot be {type(day).__name__}")
    return [day.isoformat()]


def open_part(keys: KeyRing, batch: UUID, cipher: bytes) -> SheetPart:
    """The part again."""
    plain = json.loads(keys.decrypt_bytes(CELLS, batch, cipher))
    rows = [[_cell(cell) for cell in row] for row in plain["rows"]]
    merged = [tuple(one) for one in plain["merged"]]
    sheet = Sheet(plain["name"], rows, plain["first_row"], plain["first_column"], merged=merged)
    return SheetPart(sheet, tuple(HeaderName(*name) for name in plain["names"]))


def _cell(cell: Any) -> Cell:
    """A day was kept in a list, which no other cell is."""
    if not isinstance(cell, list):
        return cell
    text = cell[0]
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
