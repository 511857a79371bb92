"""What a person types into a form, read as a sheet of one row: by the same readers, with the same messages."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.intake.fields import SheetKind, template
from app.intake.layout import Layout, RowTexts
from app.intake.messages import problem_text
from app.intake.reading.readers import ReadingContext
from app.intake.reading.rows import ParsedRow, Problem
from app.shared.i18n import current_locale


def read_one(kind: SheetKind, texts: Mapping[str, str], context: ReadingContext) -> ParsedRow:
    """The row of Duijie's own template that holds these texts by field; required columns are there, filled or not."""
    cells = {key: text.strip() for key, text in texts.items() if text.strip()}
    required = {field.key for field in template(kind) if field.required}
    return Layout(kind, ()).read_again([RowTexts(cells, frozenset(cells | dict.fromkeys(required, "")))], context)[0]


def is_unread(problem: Problem, row: ParsedRow) -> bool:
    """Whether a field was filled and nothing could be made of it: whoever typed it can still say it better."""
    return problem.level == "ask" and problem.field in row.cells and problem.field not in row.values


def field_errors(row: ParsedRow) -> dict[str, str]:
    """Field → what is wrong with it and what to do, for what cannot be taken as typed."""
    wrong = [problem for problem in row.problems if problem.level == "error" or is_unread(problem, row)]
    return {problem.field or "": words_of(problem) for problem in reversed(wrong)}


def doubts(problems: Iterable[Problem], row: ParsedRow) -> list[Problem]:
    """What was read and still looks odd: to be looked at once more, then taken as it is."""
    return [problem for problem in problems if problem.level == "ask" and not is_unread(problem, row)]


def words_of(problem: Problem) -> str:
    """Cause and mend in the reader's language."""
    return " ".join(problem_text(current_locale(), problem.code, problem.params))


def joined(values: Iterable[Any]) -> str:
    """Several ticked values as one cell."""
    return "、".join(str(value) for value in values)
