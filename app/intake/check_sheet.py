"""A dry run over one file: what would be read, which columns were understood how, and every problem in words."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from app.intake.errors import FileRefused
from app.intake.fields import fields
from app.intake.messages import COLUMN_REASONS, LEVELS, SKIP_REASONS, file_problem_text, problem_text
from app.intake.place_names import known_county_codes, place_resolver
from app.intake.reading.evidence import samples
from app.intake.reading.mapping import Column
from app.intake.reading.opening import Choices, OpenedSheet, open_sheet
from app.intake.reading.readers import ReadingContext
from app.intake.reading.rows import Problem, SkippedRows
from app.intake.reading.workbook import Limits
from app.intake.values.issues import Parser, shown
from app.intake.values.masking import mask
from app.shared.i18n import DEFAULT_LOCALE, gettext

_SAMPLES: Final = 3
MOST_PROBLEMS: Final = 2000


def check_sheet(
    data: bytes,
    filename: str,
    today: date,
    *,
    choices: Choices | None = None,
    remembered: Mapping[str, str] | None = None,
    home_code: str | None = None,
    parsers: Mapping[str, Parser] | None = None,
    limits: Limits | None = None,
    locale: str = DEFAULT_LOCALE,
    most_problems: int = MOST_PROBLEMS,
) -> dict[str, Any]:
    """The dry run as plain data for JSON; identity values are masked. A refused file is an answer, not an error."""
    try:
        opened = open_sheet(data, choices=choices, remembered=remembered, limits=limits)
    except FileRefused as refused:
        cause, mend = file_problem_text(locale, refused.code, refused.params)
        return {
            "file": filename,
            "refused": {"code": refused.code, "params": refused.params, "cause": cause, "mend": mend},
        }
    context = ReadingContext(
        today=today,
        resolve_place=place_resolver(home_code),
        home_code=home_code,
        known_county=known_county_codes(),
        parsers=parsers or {},
    )
    return {"file": filename, **_about(opened, locale), **_rows(opened, context, locale, most_problems)}


def _about(opened: OpenedSheet, locale: str) -> dict[str, Any]:
    sheet, block, mapping = opened.sheet, opened.block, opened.mapping
    return {
        "format": opened.workbook.kind,
        "encoding": opened.workbook.encoding,
        "delimiter": opened.workbook.delimiter,
        "sheets": [{"name": s.name, "rows": len(s.rows), "hidden": s.hidden} for s in opened.workbook.sheets],
        "sheet": sheet.name,
        "header_rows": [sheet.row_number(block.first), sheet.row_number(block.last)],
        "first_data_row": sheet.row_number(block.data_start),
        "list": mapping.kind,
        "columns": [_column(column, opened, locale) for column in mapping.columns],
        "missing": [{"field": key, "header": fields()[key].template_header(locale)} for key in mapping.missing],
    }


def _column(column: Column, opened: OpenedSheet, locale: str) -> dict[str, Any]:
    return {
        "column": opened.sheet.column_letter(column.index),
        "header": column.header.text,
        "group": column.header.group,
        "action": column.action,
        "field": column.field,
        "also": [key for key in column.shares if key != column.field],
        "confidence": round(column.confidence, 2),
        "suggestions": [{"field": key, "confidence": round(worth, 2)} for key, worth in column.suggestions],
        "reason": gettext(locale, COLUMN_REASONS[column.reason]) if column.reason else "",
        "samples": _samples(column, opened),
    }


def _samples(column: Column, opened: OpenedSheet) -> list[str]:
    """A few different cells; of a column that must not be kept, none."""
    if column.action == "drop" or column.field == "relation":  # the words for relations tell who is married
        return []
    keys = (column.field, *column.shares, *(key for key, _ in column.suggestions))
    identity = any(fields()[key].identity for key in keys if key in fields())
    texts = dict.fromkeys(shown(cell) for cell in samples(opened.sheet, opened.block, column.index))
    return [mask(text, whole=identity) for text in list(texts)[:_SAMPLES]]


def _rows(opened: OpenedSheet, context: ReadingContext, locale: str, most: int) -> dict[str, Any]:
    skipped = SkippedRows()
    counts: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    listed: list[dict[str, Any]] = []
    read = bad = 0
    for row in opened.rows(context, skipped):
        read += 1
        bad += row.is_bad
        for problem in row.problems:
            counts[problem.code] += 1
            levels[problem.level] += 1
            if len(listed) < most:
                listed.append(describe(problem, row.number, locale))
    reasons = Counter(reason for _, reason in skipped.rows)
    return {
        "rows": {"read": read, "good": read - bad, "bad": bad},
        "skipped": [
            {"reason": why, "label": gettext(locale, SKIP_REASONS[why]), "rows": n} for why, n in reasons.items()
        ],
        "problem_counts": dict(counts.most_common()),
        "levels": {level: levels[level] for level in LEVELS},
        "problems": listed,
        "problems_left_off": max(sum(counts.values()) - len(listed), 0),
    }


def describe(problem: Problem, row: int, locale: str) -> dict[str, Any]:
    """One problem with its words."""
    cause, mend = problem_text(locale, problem.code, problem.params)
    known = fields().get(problem.field or "")
    return {
        "row": row,
        "level": problem.level,
        "column": problem.column,
        "field": problem.field,
        "label": (known.zh if locale.startswith("zh") else known.en) if known else "",
        "code": problem.code,
        "params": problem.params,
        "cause": cause,
        "mend": mend,
    }
