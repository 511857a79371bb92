"""Reads one workbook from standard input and writes its cells to standard output; runs as a process of its own.

A spreadsheet of a few megabytes can make the parser ask for hundreds of gigabytes or never end, and the
parser then aborts its process. So the process is not ours: it caps its own memory and processor time
before it looks at the first byte. It imports nothing of the application, to start quickly.

Frames on standard output: eight bytes of length, then a marshalled object (marshal carries no code that
could run on loading, unlike pickle). Frames are ``("sheet", name, first_row, first_column, hidden, merged)``,
``("rows", rows, days)``, ``("end",)`` or ``("refused", code, params)``. Rows keep their place in the sheet;
an empty cell is ``""``. Marshal knows no dates: a date cell travels in ``days`` as (column, rows, values).
"""

import datetime
import gc
import io
import json
import marshal
import resource
import struct
import sys
from collections.abc import Iterator
from typing import Any

CHUNK_ROWS = 4000
MARSHAL_VERSION = 2  # later versions look for shared strings, which costs more than it saves here
MAX_MERGED = 200_000


def main() -> None:
    """Apply the limits given as the first argument, read, write frames, and leave by the front door."""
    limits = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"], limits["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    gc.disable()  # the process lives for one file; collecting millions of fresh cells is pure loss
    data = sys.stdin.buffer.read()
    try:
        _send_workbook(data, limits)
    except MemoryError:
        _send(("refused", "needs_too_much_memory", {}))
    except BaseException as error:  # noqa: BLE001 - a Rust panic arrives as a BaseException
        _send(("refused", _code_of(error), {}))
    sys.stdout.buffer.flush()


def _code_of(error: BaseException) -> str:
    if type(error).__name__ == "PasswordError" or "password" in str(error).lower():
        return "password"
    return "broken"


def _send(frame: tuple[Any, ...]) -> None:
    payload = marshal.dumps(frame, MARSHAL_VERSION)
    sys.stdout.buffer.write(struct.pack("<Q", len(payload)) + payload)


def _send_workbook(data: bytes, limits: dict[str, int]) -> None:
    import python_calamine as calamine  # noqa: PLC0415 - only under the limits set above

    workbook = calamine.load_workbook(io.BytesIO(data))
    left = limits["cells"]
    for index, about in enumerate(workbook.sheets_metadata):
        if about.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_index(index)
        first_column = sheet.start[1] if sheet.start else 0  # iter_rows leaves out columns before it, but no rows
        merged = (sheet.merged_cell_ranges or [])[:MAX_MERGED]
        hidden = about.visible != calamine.SheetVisibleEnum.Visible
        _send(("sheet", about.name, 0, first_column, hidden, [(*a, *b) for a, b in merged]))
        for rows in _chunks(_without_trailing_blanks(sheet)):
            left -= sum(map(len, rows))
            if left < 0:
                _send(("refused", "too_many_cells", {"limit": limits["cells"]}))
                return
            _send_rows(rows)
    _send(("end",))


def _without_trailing_blanks(sheet: Any) -> Iterator[list[Any]]:
    """Rows as they stand; blank rows only if something follows (sheets are often 'used' to the last row)."""
    if sheet.start is None:
        return
    pending = 0
    blank: list[Any] = []
    for row in sheet.iter_rows():
        if row.count("") == len(row):
            pending += 1
            blank = row
            continue
        for _ in range(pending):
            yield list(blank)
        pending = 0
        yield row


def _chunks(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    chunk: list[list[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK_ROWS:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _send_rows(rows: list[list[Any]]) -> None:
    try:
        _send(("rows", rows, []))
    except ValueError:  # not marshallable: there are date cells
        _send(("rows", rows, _take_out_days(rows)))


def _take_out_days(rows: list[list[Any]]) -> list[tuple[int, list[int], list[Any]]]:
    """Replace date cells by "" and return them by column; a day as its ordinal, a moment as ISO text."""
    plain = {str, float, int, bool}
    days: dict[int, tuple[list[int], list[Any]]] = {}
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if type(cell) in plain:
                continue
            at, values = days.setdefault(column, ([], []))
            at.append(number)
            values.append(_portable(cell))
            row[column] = ""
    return [(column, at, values) for column, (at, values) in days.items()]


def _portable(cell: Any) -> Any:
    if isinstance(cell, datetime.datetime):
        return cell.isoformat()
    if isinstance(cell, datetime.date):
        return cell.toordinal()
    return "=" + str(cell) if cell is not None else "="  # a time of day or a duration: plain text


if __name__ == "__main__":
    main()
