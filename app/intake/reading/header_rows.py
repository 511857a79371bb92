"""Where the header of a sheet is: under titles and notes, on one row or several, above examples and numbering."""

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final

from app.intake.reading.header_text import cell_text, take_apart
from app.intake.reading.header_words import UNUSED
from app.intake.reading.mapping import HeaderName
from app.intake.reading.recognition import SURE, recognise
from app.intake.reading.workbook import Cell, Row, Sheet
from app.shared.identity_numbers import IdNumber, check_id_number

_LOOK_AT_ROWS: Final = 40
_MAX_HEADER_ROWS: Final = 3
_LONGEST_HEADER: Final = 80
_LONG_NUMBER: Final = re.compile(r"\d{7,}|\d+\.\d+E\+?\d+", re.IGNORECASE)
_DATE_LIKE: Final = re.compile(r"\d{2,4}[-./年]\d{1,2}([-./月]\d{1,2}日?)?月?")
_EXAMPLE: Final = re.compile(
    r"[(【\[]?(示例|样例|范例|举例|例|填写示例|填写样例|填表示例|示范|示范行|样表)\d?[)】\]]?([:：].*)?"
    r"|(例如|示例|样例|填写示例|填写说明|填写要求|填写规范|填表说明)[:：]?.*|说明[:：].*"
)
_INSTRUCTION: Final = re.compile(
    r"必填|选填|请填写|请选择|下拉|填写|格式为|如实|例如|例[:：]|按实际|精确到|单选|多选|不填|数字格式|文本格式"
)
_NUMBERING_CELL: Final = re.compile(
    r"\(?[0-9]{1,3}\)?|[①-⑳]|[A-Z]{1,2}|[甲乙丙丁戊己庚辛壬癸]|第?[一二三四五六七八九十]{1,3}[列栏]?|\d+=.*|栏次|列号|序"
)
_SAMPLE_NAMES: Final = frozenset({"张三", "李四", "王五", "赵六", "某某", "某某某", "XXX", "XX", "xxx", "xx", "***"})
_SAMPLE_TITLES: Final = frozenset({"XX公司", "XXX公司", "某某公司", "XX有限公司", "XXX有限公司", "某公司"})


@dataclass(frozen=True)
class HeaderBlock:
    """The header of a sheet. Indexes count from the first row of ``sheet.rows``."""

    first: int
    last: int
    names: tuple[HeaderName, ...]
    data_start: int
    recognised: int
    """How many columns were understood: what sheets are compared by."""
    skipped: tuple[tuple[int, str], ...] = field(default=())
    """Rows between header and data: (index, ``example`` | ``instruction`` | ``numbering``)."""


def find_header(sheet: Sheet, at: int | None = None) -> HeaderBlock | None:
    """The header block, or None where no row looks like one. ``at`` is the row a person chose."""
    rows = _filled(sheet, _LOOK_AT_ROWS + _MAX_HEADER_ROWS)
    if not rows:
        return None
    best = at if at is not None else _best_row(rows)
    if best is None:
        return None
    block = _best_span(rows, best, chosen=at is not None)
    data_start, skipped = _skip_below(sheet.rows, block)
    return HeaderBlock(block.first, block.last, block.names, data_start, block.recognised, skipped)


def _filled(sheet: Sheet, count: int) -> list[list[str]]:
    """The first rows as text, merged ranges filled; cells too long for a header are blank."""
    rows = [[_short(cell) for cell in row] for row in sheet.rows[:count]]
    for top, left, bottom, right in sheet.merged:
        first, column = top - sheet.first_row, left - sheet.first_column
        if not 0 <= first < len(rows) or not 0 <= column < len(rows[first]):
            continue
        for row in rows[first : bottom - sheet.first_row + 1]:
            for index in range(column, min(right - sheet.first_column + 1, len(row))):
                row[index] = rows[first][column]
    return rows


def _short(cell: Cell) -> str:
    if isinstance(cell, bool | date):
        return "2000-01-01"  # a day is data, never a header
    text = cell_text(cell)
    return text if len(text) <= _LONGEST_HEADER * 2 else ""


def _is_known(name: HeaderName) -> bool:
    if len(name.text) > _LONGEST_HEADER or name.text.isdigit():
        return False
    for kind in ("demand", "supply"):
        found = recognise(name.text, name.group, kind)
        if found.field == UNUSED or (found.field and found.confidence >= SURE):
            return True
    return False


def _worth(names: list[HeaderName]) -> float:
    """Understood columns, each text counted once; a title that fills a whole row is one text."""
    distinct = {name for name in names if name.text}
    return sum(1.0 if _is_known(name) else 0.0 for name in distinct)


def _is_data(text: str) -> bool:
    return bool(_LONG_NUMBER.search(text) or _DATE_LIKE.fullmatch(text))


def _best_row(rows: list[list[str]]) -> int | None:
    best, best_worth = None, 0.0
    for index, row in enumerate(rows[:_LOOK_AT_ROWS]):
        texts = [text for text in row if text]
        distinct = set(texts)
        if len(distinct) < 2 or sum(map(_is_data, texts)) * 5 > len(texts):
            continue
        worth = _worth([HeaderName(text) for text in distinct])
        if worth > best_worth:
            best, best_worth = index, worth
    if best is None:
        return None
    texts_there = {text for text in rows[best] if text}
    return best if best_worth >= 3 or best_worth * 2 >= len(texts_there) else None


def _best_span(rows: list[list[str]], best: int, *, chosen: bool) -> HeaderBlock:
    """The rows around the best one that together are understood best; the fewer the better."""
    spans = [(best, best)]
    for first in range(max(best - _MAX_HEADER_ROWS + 1, 0), best + 1):
        lasts = range(best, min(first + _MAX_HEADER_ROWS, len(rows)))
        around = [(first, last) for last in lasts if (first, last) != (best, best)]
        spans += [span for span in around if all(_may_belong(rows, i, best) for i in range(span[0], span[1] + 1))]
    found: list[tuple[float, int, HeaderBlock]] = []
    for first, last in spans:
        names = _names(rows[first : last + 1])
        worth = _worth(names) + 0.3 * len({name for name in names if name.text})
        block = HeaderBlock(first, last, tuple(names), last + 1, int(_worth(names)))
        found.append((worth - 0.5 * (last - first), -(last - first), block))
    if chosen:
        return found[0][2]
    return max(found, key=lambda item: item[:2])[2]


def _may_belong(rows: list[list[str]], index: int, best: int) -> bool:
    """A row beside the best one is part of the header if it is text, neither a title nor data nor an example."""
    if index == best:
        return True
    texts = [text for text in rows[index] if text]
    if len(set(texts)) < 2 and index < best:
        return False
    if not texts or any(map(_is_data, texts)) or _is_numbering(texts) or _looks_like_example(texts):
        return False
    if index > best:  # a row below belongs only where the best row has merged or blank cells above it
        above = rows[index - 1]
        under = [c for c, text in enumerate(rows[index]) if text and c < len(above)]
        split = [c for c in under if not above[c] or above.count(above[c]) > 1 or above[c] == rows[index][c]]
        return len(split) == len(under) and any(above[c] != rows[index][c] for c in under)
    return True


def _names(rows: list[list[str]]) -> list[HeaderName]:
    """Per column the lowest text, and the texts above it that differ as its group."""
    rows = [*(_spread(row, rows[i + 1]) for i, row in enumerate(rows[:-1])), rows[-1]]
    width = max(map(len, rows))
    names: list[HeaderName] = []
    for column in range(width):
        stack: list[str] = []
        for row in rows:
            text = row[column] if column < len(row) else ""
            if text and (not stack or take_apart(stack[-1]).full != take_apart(text).full):
                stack.append(text)
        names.append(HeaderName(stack[-1], "".join(stack[:-1])) if stack else HeaderName(""))
    return names


def _spread(row: list[str], below: list[str]) -> list[str]:
    """A merged head reaches right over blanks that have a text below (files that do not keep merged ranges)."""
    spread = list(row)
    for column in range(1, min(len(row), len(below))):
        if not spread[column] and below[column] and below[column - 1] and spread[column - 1]:
            spread[column] = spread[column - 1] if below[column - 1] != spread[column - 1] else ""
    return spread


def _skip_below(rows: list[Row], block: HeaderBlock) -> tuple[int, tuple[tuple[int, str], ...]]:
    """The first row of data, and what was passed over on the way there."""
    skipped: list[tuple[int, str]] = []
    index = block.last + 1
    while index < len(rows) and len(skipped) < 4:
        texts = [text for text in map(cell_text, rows[index]) if text]
        reason = _reason_to_skip(texts, block)
        if reason is None and texts:
            break
        if reason:
            skipped.append((index, reason))
        index += 1
    return index, tuple(skipped)


def _reason_to_skip(texts: list[str], block: HeaderBlock) -> str | None:
    if not texts:
        return None
    if _is_numbering(texts):
        return "numbering"
    if _looks_like_example(texts):
        return "example"
    instructions = sum(1 for text in texts if _INSTRUCTION.search(text))
    if instructions >= 2 and instructions * 5 >= len(texts) * 2 and not any(map(_is_data, texts)):
        return "instruction"
    if len(texts) == 1 and len(block.names) > 3 and _INSTRUCTION.search(texts[0]):
        return "instruction"
    return None


def _looks_like_example(texts: list[str]) -> bool:
    if _EXAMPLE.fullmatch(texts[0]):
        return True
    head = set(texts[:8])
    if not head & (_SAMPLE_NAMES | _SAMPLE_TITLES):
        return False
    return not any(isinstance(check_id_number(text, date.max), IdNumber) for text in texts if len(text) >= 18)


def _is_numbering(texts: list[str]) -> bool:
    """A row 1, 2, 3 … or A, B, C … under the header (栏次)."""
    if len(texts) < 3 or not all(_NUMBERING_CELL.fullmatch(text) for text in texts):
        return False
    figures = [int(text.strip("()")) for text in texts if text.strip("()").isdigit()]
    return len(figures) < 3 or all(b - a == 1 for a, b in pairwise(figures))
