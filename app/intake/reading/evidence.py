"""Whether the cells under a header look like what the header says: a second opinion before a column is taken."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from app.intake.reading.header_rows import HeaderBlock
from app.intake.reading.mapping import Column, SheetMapping, asked
from app.intake.reading.workbook import Cell, Sheet
from app.intake.values.amounts import parse_amount
from app.intake.values.choices import exact_code
from app.intake.values.dates import read_day
from app.intake.values.durations import parse_hours_per_day, parse_months
from app.intake.values.headcounts import parse_headcount
from app.intake.values.issues import Parser, text_of
from app.intake.values.yes_no import parse_sex

LOOK_AT: Final = 60
_LOOK_AT_ROWS: Final = 400
_ENOUGH: Final = 3
_MOSTLY: Final = 0.5
_CLEARLY: Final = 0.95

_NUMBER_LIKE: Final = re.compile(r"[0-9Xx*.Ee+ '’-]{13,24}")
_PHONE_LIKE: Final = re.compile(r"(?:\D|^)[0-9*-]{7,}")
_NAME_LIKE: Final = re.compile(r"[^\d]{1,30}")


def _is_number(cell: Cell) -> bool:
    return (isinstance(cell, float) and cell > 1e13) or bool(_NUMBER_LIKE.fullmatch(text_of(cell)))


def _is_phone(cell: Cell) -> bool:
    return bool(_PHONE_LIKE.search(text_of(cell)))


def _is_name(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(_NAME_LIKE.fullmatch(cell.strip()))


def _is_capacity(cell: Cell) -> bool:
    return exact_code("work_ability", text_of(cell)) is not None


def _reads(parse: Parser, *fine: str) -> Callable[[Cell], bool]:
    def fits(cell: Cell) -> bool:
        value, issue = parse(cell)
        return value is not None or issue is None or issue.code in fine

    return fits


def _reads_day(cell: Any) -> bool:
    value, issue = read_day(cell, date.max.replace(year=2099))
    return value is not None or issue is None or issue.code != "date_unreadable"


_AMOUNT: Final = _reads(parse_amount, "amount_other_period")
_MONTHS: Final = _reads(parse_months)
_FITS: Final[Mapping[str, Callable[[Cell], bool]]] = {
    "id_no": _is_number,
    "head_id_no": _is_number,
    "phone": _is_phone,
    "head_phone": _is_phone,
    "v_phone": _is_phone,
    "name": _is_name,
    "head_name": _is_name,
    "sex": _reads(parse_sex),
    "birth_date": _reads_day,
    "start": _reads_day,
    "end": _reads_day,
    "stated_on": _reads_day,
    "collected_on": _reads_day,
    "work_months": _MONTHS,
    "skill_months": _MONTHS,
    "wish_months": _MONTHS,
    "monthly_wage": _AMOUNT,
    "wish_wage": _AMOUNT,
    "v_headcount": _reads(
        parse_headcount, "headcount_unknown", "headcount_zero", "headcount_large", "headcount_missing"
    ),
    "v_hours_day": _reads(parse_hours_per_day),
}
_WITH_VALUES_SURE: Final = frozenset({"work_months", "skill_months", "wish_months", "v_hours_day"})
"""Fields that a header without unit leaves open and plain numbers settle."""


def samples(sheet: Sheet, block: HeaderBlock, index: int, count: int = LOOK_AT) -> list[Cell]:
    """The first filled cells of a column."""
    found: list[Cell] = []
    for row in sheet.rows[block.data_start : block.data_start + _LOOK_AT_ROWS]:
        if index < len(row) and row[index] != "":
            found.append(row[index])
            if len(found) == count:
                break
    return found


def weigh(mapping: SheetMapping, sheet: Sheet, block: HeaderBlock) -> SheetMapping:
    """The mapping after a look at the cells: what does not fit is asked, what they settle is taken."""
    columns = tuple(_weighed(column, samples(sheet, block, column.index), mapping) for column in mapping.columns)
    return replace(mapping, columns=columns)


def _weighed(column: Column, cells: Sequence[Cell], mapping: SheetMapping) -> Column:
    if len(cells) < _ENOUGH or column.reason == "remembered":
        return column
    if column.field == "skill" and _share(cells, _is_capacity) >= _MOSTLY:
        return replace(column, field="work_ability")  # what the national register keeps under 劳动技能
    if column.action == "take" and column.field is not None and column.field in _FITS and not column.shares:
        return column if _share(cells, _FITS[column.field]) >= _MOSTLY else asked(column, "values_differ")
    likely = column.suggestions[0][0] if column.action == "ask" and column.suggestions else ""
    if likely in _WITH_VALUES_SURE and likely not in mapping.taken() and _share(cells, _FITS[likely]) >= _CLEARLY:
        return replace(column, action="take", field=likely, confidence=0.85, reason="")
    return column


def _share(cells: Sequence[Cell], fits: Callable[[Cell], bool]) -> float:
    return sum(map(fits, cells)) / len(cells)
