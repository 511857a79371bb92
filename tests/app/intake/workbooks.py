"""Small files of every kind that reading meets, made in memory."""

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(serial: int = 1, *, county: str = "620421", born: str = "19900102") -> str:
    """An invented number with a right check digit; an odd serial is a man's."""
    digits = f"{county}{born}{serial:03d}"
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]


def xlsx(
    rows: Sequence[Sequence[Any]],
    *,
    merged: Sequence[tuple[int, int, int, int]] = (),
    more: dict[str, Sequence[Sequence[Any]]] | None = None,
    hidden: Sequence[str] = (),
    epoch_1904: bool = False,
) -> bytes:
    """A workbook; ``more`` are further sheets by name. Merged ranges take their text from their first cell."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": epoch_1904}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, content in {"名单": rows, **(more or {})}.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(content):
                for c, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(r, c, cell, day)  # type: ignore[arg-type]
                    elif cell != "":
                        sheet.write(r, c, cell)
            if name in hidden:
                sheet.hide()
            if name == "名单":
                for area in merged:
                    sheet.merge_range(*area, rows[area[0]][area[1]])
    return out.getvalue()


def csv(rows: Sequence[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    return "\r\n".join(delimiter.join(str(cell) for cell in row) for row in rows).encode(encoding)


def compound(stream: str, content: bytes) -> bytes:
    """An old Office container with one stream."""
    sectors = -(-max(len(content), 4096) // 512)
    free, end, fat_mark = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    fat = [fat_mark, end, *range(3, sectors + 2), end]
    fat += [free] * (128 - len(fat))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0)
    head += struct.pack("<109I", 0, *[free] * 108)
    return (
        head
        + struct.pack("<128I", *fat)
        + _entry("Root Entry", 5, child=1, start=end, size=0)
        + _entry(stream, 2, child=free, start=2, size=max(len(content), 4096))
        + bytes(256)
        + content.ljust(sectors * 512, b"\0")
    )


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    none = 0xFFFFFFFF
    return text.ljust(64, b"\0") + struct.pack(
        "<HBBIII16xI16xIQ", len(text) + 2, kind, 1, none, none, child, 0, start, size
    )


def xls(rows: Sequence[Sequence[str | float]]) -> bytes:
    """A workbook as Excel 97 wrote it: texts and numbers only."""
    cells = b"".join(_old_cell(r, c, cell) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell != "")
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 1997, 0, 6)) + cells + _record(0x0A, b"")
    name = "名单".encode("utf-16-le")
    begin = _record(0x809, struct.pack("<HHHHII", 0x600, 0x05, 0, 1997, 0, 6)) + _record(0x42, struct.pack("<H", 1200))
    about = struct.pack("<BBBB", 0, 0, 2, 1) + name
    offset = len(begin) + 4 + 4 + len(about) + 4
    book = begin + _record(0x85, struct.pack("<I", offset) + about) + _record(0x0A, b"")
    return compound("Workbook", book + sheet)


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _old_cell(row: int, column: int, cell: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, str):
        return _record(0x204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
    return _record(0x203, place + struct.pack("<d", cell))


def ods(rows: Sequence[Sequence[str]], *, encrypted: bool = False) -> bytes:
    """A sheet of an open document."""
    cells = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in row)
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="名单">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    secret = "<manifest:encryption-data/>" if encrypted else ""
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": f"<manifest>{secret}</manifest>",
            "content.xml": content,
        }
    )


def archive(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def with_sheet_xml(data: bytes, xml: str) -> bytes:
    """The workbook with another first sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts: dict[str, str | bytes] = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/worksheets/sheet1.xml"] = xml
    return archive(parts)
