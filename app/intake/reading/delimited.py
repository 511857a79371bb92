"""Text tables: which encoding, which delimiter, which cells."""

import csv
import io
from collections import Counter
from typing import cast

from charset_normalizer import from_bytes

from app.intake.errors import FileRefused
from app.intake.reading.workbook import Limits, Row, Sheet

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_DELIMITERS = (",", "\t", ";", "|", "，")
_PROBE_LINES = 60
_MAX_CELL = 32_767  # the longest cell Excel can hold; a longer one is an unclosed quote that swallowed the rest
_MAX_CELL_LINES = 60

# Words of a Taiwanese or Hong Kong header: Big5 decodes almost any bytes, so it must prove itself.
_BIG5_WORDS = (
    "姓名",
    "身分證",
    "身份證",
    "電話",
    "性別",
    "備註",
    "職位",
    "薪資",
    "地址",
    "公司",
    "聯絡人",
    "人數",
    "學歷",
)


def read_delimited(data: bytes, limits: Limits, encoding: str | None = None) -> tuple[Sheet, str, str]:
    """The table as one sheet of text cells, its encoding and its delimiter. Raises FileRefused."""
    text, used = decode(data, encoding)
    delimiter = sniff_delimiter(text)
    rows = _rows(text, delimiter, limits)
    if not rows:
        raise FileRefused("empty")
    return Sheet(name="", rows=cast(list[Row], rows)), used, delimiter


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """Text and the encoding used: what the person chose, else BOM, strict UTF-8, GB 18030, proven Big5."""
    if encoding:
        return _decode_as_asked(data, encoding), encoding
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, errors="replace"), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if _is_damaged_utf8(data):
        return data.decode("utf-8", errors="replace"), "utf-8"
    if _is_big5(data):
        return data.decode("big5hkscs"), "big5hkscs"
    text = data.decode("gb18030", errors="replace")
    if text.count("�") > max(5, len(text) // 200):
        raise FileRefused("encoding")
    return text, "gb18030"


def _decode_as_asked(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding, errors="replace")
    except LookupError as error:
        raise FileRefused("encoding") from error


def _is_damaged_utf8(data: bytes) -> bool:
    """A few broken bytes in UTF-8 must not turn the whole table into other characters."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("�")
    wide = sum(1 for character in text if "一" <= character <= "鿿")
    return wide > 50 * broken


def _is_big5(data: bytes) -> bool:
    best = from_bytes(data[:65536]).best()
    if best is None or best.encoding not in ("big5", "big5hkscs", "cp950"):
        return False
    try:
        head = data.decode("big5hkscs")[:5000]
    except UnicodeDecodeError:
        return False
    return sum(word in head for word in _BIG5_WORDS) >= 2


def sniff_delimiter(text: str) -> str:
    """The delimiter that cuts the first lines into the most columns most evenly; a comma if none does."""
    lines = text[:200_000].splitlines()[:_PROBE_LINES]
    best, best_worth = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = Counter(_width(line, delimiter) for line in lines if line.strip())
        if not widths:
            continue
        width, times = widths.most_common(1)[0]
        if width == 1 and len(widths) > 1:  # titles stand above the table: take the usual width below them
            width, times = max(((w, n) for w, n in widths.items() if w > 1), key=lambda pair: pair[1])
        worth = 0.0 if width == 1 else times / sum(widths.values()) * min(width, 12)
        if worth > best_worth:
            best, best_worth = delimiter, worth
    return best


def _width(line: str, delimiter: str) -> int:
    outside = "".join(line.split('"')[::2]) if '"' in line else line
    return outside.count(delimiter) + 1


def _rows(text: str, delimiter: str, limits: Limits) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    left = limits.cells
    try:
        for row in reader:
            left -= len(row)
            if left < 0:
                raise FileRefused("too_many_cells", limit=limits.cells)
            rows.append(row)
    except csv.Error as error:
        raise FileRefused("csv_broken", line=reader.line_num) from error
    while rows and not any(rows[-1]):
        rows.pop()
    if rows and any(len(cell) > _MAX_CELL or cell.count("\n") > _MAX_CELL_LINES for cell in rows[-1]):
        raise FileRefused("csv_broken", line=len(rows))
    return rows
