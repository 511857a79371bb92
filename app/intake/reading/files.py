"""The door of reading: bytes in, a workbook out, or a refusal that says what to do now."""

from app.intake.errors import FileRefused
from app.intake.reading.delimited import read_delimited
from app.intake.reading.sniffing import sniff
from app.intake.reading.spreadsheet import read_spreadsheet
from app.intake.reading.workbook import Limits, Workbook


def read_file(data: bytes, limits: Limits | None = None, *, encoding: str | None = None) -> Workbook:
    """Read a spreadsheet or a text table by its content.

    ``encoding`` overrides the guess for text tables. Blocks until the parsing process has ended, so call it
    outside the event loop. Raises FileRefused.
    """
    limits = limits or Limits()
    kind = sniff(data, limits)
    if kind == "csv":
        sheet, used, delimiter = read_delimited(data, limits, encoding)
        return Workbook("csv", [sheet], used, delimiter)
    sheets = [sheet for sheet in read_spreadsheet(data, limits) if sheet.rows]
    if not sheets:
        raise FileRefused("empty")
    return Workbook(kind, sheets)
