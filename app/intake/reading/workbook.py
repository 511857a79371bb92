"""What reading a file gives: sheets of cells that keep their type and their place."""

import datetime
from dataclasses import dataclass, field

Cell = str | float | int | bool | datetime.date | datetime.datetime
Row = list[Cell]


@dataclass(frozen=True)
class Limits:
    """How much one file may cost; more is refused, never half read."""

    file_bytes: int = 64 * 1024 * 1024
    unpacked_bytes: int = 800 * 1024 * 1024
    archive_members: int = 4000
    memory_bytes: int = 2 * 1024**3
    """Address space of the parsing process. 100,000 rows of 15 columns pass at 1.5 GB."""
    seconds: int = 60
    cells: int = 6_000_000


@dataclass
class Sheet:
    """One sheet. ``rows[0]`` is sheet row ``first_row`` + 1; an empty cell is ``""``."""

    name: str
    rows: list[Row]
    first_row: int = 0
    first_column: int = 0
    hidden: bool = False
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Merged ranges (top, left, bottom, right), zero-based places in the sheet."""

    def row_number(self, index: int) -> int:
        """The number a person sees at the left edge of row ``rows[index]``."""
        return self.first_row + index + 1

    def column_letter(self, index: int) -> str:
        """The letters a person sees above column ``index``."""
        return column_letter(self.first_column + index)


@dataclass
class Workbook:
    """A file that could be read."""

    kind: str
    """xlsx, xls, xlsb, ods or csv."""
    sheets: list[Sheet]
    encoding: str | None = None
    delimiter: str | None = None


def column_letter(index: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
