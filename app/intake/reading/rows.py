"""The rows of a sheet, cell by cell: raw text, parsed values, and every problem with its column.

One row costs some dozens of microseconds: what a cell says is remembered per column by its content, so that a
register's few hundred distinct words are parsed once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from app.intake.fields import Field, fields
from app.intake.reading.header_rows import HeaderBlock
from app.intake.reading.header_text import cell_text, take_apart
from app.intake.reading.mapping import Column, SheetMapping
from app.intake.reading.readers import DISTINCT, ReadingContext, parser_for
from app.intake.reading.row_skips import reason_to_skip
from app.intake.reading.workbook import Row, Sheet
from app.intake.row_checks import DemandChecks, SupplyChecks
from app.intake.values.issues import Issue, Level, Parser
from app.intake.values.texts import tidy


class Problem(NamedTuple):
    """Something about one cell or row. ``column`` is the letter a person sees, empty for the row as a whole."""

    level: Level
    field: str | None
    column: str
    code: str
    params: dict[str, Any]


class ParsedRow(NamedTuple):
    """One line of the sheet. ``cells`` are the texts as read, by field, without any forbidden column."""

    number: int
    cells: dict[str, str]
    values: dict[str, Any]
    problems: list[Problem]

    @property
    def is_bad(self) -> bool:
        return any(problem.level == "error" for problem in self.problems)


@dataclass
class SkippedRows:
    """Rows passed over, by why: blank, total, footer, repeated header, example, instruction, numbering."""

    rows: list[tuple[int, str]] = field(default_factory=list)


class _Read(NamedTuple):
    """How one field is read: from which cells, by which parser, and what was read before."""

    key: str
    indexes: tuple[int, ...]
    letter: str
    parse: Parser
    remembered: dict[Any, tuple[str, Any, Issue | None]] | None
    join: Callable[[list[Any]], str] | None
    required: bool


_SEPARATORS: Final = {"work_place": "", "v_place": "", "v_wage": "-", "v_age": "-"}
"""Between the parts of a field that stands in several columns: 省市县 run on, the two ends of a range do not."""
_SELF_EXPLAINING: Final = frozenset(
    {
        "任职要求",
        "任职资格",
        "任职条件",
        "岗位描述",
        "职位描述",
        "工作内容",
        "岗位职责",
        "岗位要求",
        "招聘要求",
        "招工要求",
        "岗位说明",
        "工作描述",
    }
)


def read_rows(
    sheet: Sheet, block: HeaderBlock, mapping: SheetMapping, context: ReadingContext, skipped: SkippedRows | None = None
) -> Iterator[ParsedRow]:
    """Every data row below the header, in order. Rows with an error are yielded too, with their problems."""
    skipped = skipped if skipped is not None else SkippedRows()
    skipped.rows.extend((sheet.row_number(index), reason) for index, reason in block.skipped)
    rows = _fill_merged_down(sheet, block)
    plan = _plan(sheet, mapping, context)
    checks = _checks(mapping, context)
    looked_at = [(column.checks, column.index) for column in mapping.columns if column.checks]
    letters = {read.key: read.letter for read in plan}
    width = len(block.names)
    header = tuple(take_apart(name.text).full for name in block.names)
    own_columns = [index for read in plan for index in read.indexes]
    first_column = own_columns[0] if own_columns else 0
    first_header = block.names[first_column].text if block.names else ""
    for index in range(block.data_start, len(rows)):
        row = rows[index]
        if len(row) < width:
            row = [*row, *[""] * (width - len(row))]
        number = sheet.first_row + index + 1
        cells, values, problems = _read_cells(row, plan)
        if len(values) < 4 or row[first_column] == first_header:
            reason = reason_to_skip(row, header, own_columns, values)
            if reason:
                skipped.rows.append((number, reason))
                continue
        if len(row) > width and any(cell != "" for cell in row[width:]):
            problems.append(Problem("error", None, "", "row_shifted", {"expected": width}))
        _check_required(plan, cells, problems)
        seen = {key: row[at] for key, at in looked_at} if looked_at else {}
        found = checks(number, values, cells, seen)
        problems += [Problem(level, key, letters.get(key or "", ""), code, more) for level, key, code, more in found]
        yield ParsedRow(number, cells, values, problems)


def _checks(mapping: SheetMapping, context: ReadingContext) -> Callable[..., Any]:
    taken = frozenset(mapping.taken()) | {column.checks for column in mapping.columns if column.checks}
    return SupplyChecks(context.today, taken) if mapping.kind == "supply" else DemandChecks(context, taken)


def _read_cells(row: Row, plan: list[_Read]) -> tuple[dict[str, str], dict[str, Any], list[Problem]]:
    cells: dict[str, str] = {}
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, indexes, letter, parse, remembered, join, _ in plan:
        cell = row[indexes[0]] if join is None else join([row[index] for index in indexes])
        if cell == "":
            continue
        known = remembered.get(cell) if remembered is not None else None
        if known is None:
            value, issue = parse(cell)
            known = (_as_read(key, cell), value, issue)
            if remembered is not None:
                remembered[cell] = known
        text, value, issue = known
        if not text:
            continue
        cells[key] = text
        if value is not None:
            values[key] = value
        if issue is not None:
            problems.append(Problem(issue.level, key, letter, issue.code, issue.params))
    return cells, values, problems


def _as_read(key: str, cell: Any) -> str:
    """The cell's own text. The register's word for the relation tells who is married to whom: it is not kept."""
    text = tidy(cell)
    if key == "relation" and text:
        return "户主" if "户主" in text or text == "本人" else "家庭成员"
    return text


def _check_required(plan: list[_Read], cells: dict[str, str], problems: list[Problem]) -> None:
    problems += [
        Problem("error", read.key, read.letter, "required_missing", {})
        for read in plan
        if read.required and read.key not in cells
    ]


def _plan(sheet: Sheet, mapping: SheetMapping, context: ReadingContext) -> list[_Read]:
    plan: list[_Read] = []
    for key, columns in mapping.taken().items():
        plan += [_read_of(fields()[one], columns, sheet, context) for one in columns[0].shares or (key,)]
    order = {key: position for position, key in enumerate(fields())}
    unique = {read.key: read for read in reversed(plan)}
    return sorted(unique.values(), key=lambda read: order[read.key])


def _read_of(known: Field, columns: list[Column], sheet: Sheet, context: ReadingContext) -> _Read:
    first = columns[0]
    parse = parser_for(known, context, header=take_apart(first.header.text).full, unit=first.unit, shared=first.shares)
    labels = [_label(known, column) for column in columns]
    join = _joiner(known, labels) if len(columns) > 1 or labels[0] else None
    remembered: dict[Any, Any] | None = None if known.reader in DISTINCT else {}
    letter = sheet.column_letter(first.index)
    return _Read(known.key, tuple(c.index for c in columns), letter, parse, remembered, join, known.required)


def _label(known: Field, column: Column) -> str:
    """Requirements out of several columns keep the names of their columns: 学历要求：高中."""
    if known.reader != "labelled_text":
        return ""
    text = take_apart(column.header.text).bare
    return "" if text in _SELF_EXPLAINING else text


def _joiner(known: Field, labels: list[str]) -> Callable[[list[Any]], str]:
    separator = _SEPARATORS.get(known.key, "\n" if known.reader in ("labelled_text", "text") else "、")

    def join(parts: list[Any]) -> str:
        texts = [cell_text(part) for part in parts]
        named = [f"{label}：{text}" if label else text for label, text in zip(labels, texts, strict=True) if text]
        return separator.join(dict.fromkeys(named))

    return join


def _fill_merged_down(sheet: Sheet, block: HeaderBlock) -> list[Row]:
    """A household's number or head, written once over its members' merged rows, belongs to each of them."""
    rows = sheet.rows
    for top, left, bottom, right in sheet.merged:
        first, column = top - sheet.first_row, left - sheet.first_column
        if bottom == top or first < block.data_start or right != left or column < 0 or first >= len(rows):
            continue
        if column >= len(rows[first]):
            continue
        value = rows[first][column]
        for index in range(first + 1, min(bottom - sheet.first_row + 1, len(rows))):
            if column < len(rows[index]) and rows[index][column] == "":
                rows[index][column] = value
    return rows
