"""Every code of intake in words: what is wrong, and what to do now."""

from collections.abc import Mapping
from typing import Any, Final

from app.intake.cell_messages import NUMBER_PROBLEMS, VALUE_PROBLEMS
from app.intake.list_messages import LIST_PROBLEMS, STEP_PROBLEMS
from app.intake.row_messages import FILE_PROBLEMS as READING_PROBLEMS
from app.intake.row_messages import ROW_PROBLEMS
from app.shared.i18n import N_, gettext

FILE_REFUSED_TITLE: Final = N_("The file cannot be read")

FILE_PROBLEMS: Final = {**READING_PROBLEMS, **STEP_PROBLEMS}
PROBLEMS: Final = {**NUMBER_PROBLEMS, **VALUE_PROBLEMS, **ROW_PROBLEMS, **LIST_PROBLEMS}

LEVELS: Final[Mapping[str, str]] = {"error": N_("Error"), "ask": N_("To be asked"), "note": N_("Note")}

COLUMN_REASONS: Final[Mapping[str, str]] = {
    "unsure": N_("It is not sure what this column means."),
    "unclear_whose": N_("It is not clear whose or what this column is about."),
    "two_columns": N_("Two columns could be the same field."),
    "values_differ": N_("The cells do not look like what the header says."),
    "somebody_elses": N_("Known, and of no use here, or about somebody else."),
    "not_known": N_("Nothing here is known by this name; the column is left out."),
    "no_header": N_("The column has no header."),
    "not_kept": N_("This must not be kept: it is blanked while reading."),
    "recognised_not_kept": N_("Recognised, and left in the sheet."),
    "remembered": N_("As your office decided earlier."),
}

SKIP_REASONS: Final[Mapping[str, str]] = {
    "blank": N_("Blank rows"),
    "total": N_("Totals"),
    "footer": N_("Notes and signatures under the list"),
    "repeated_header": N_("Headers printed again"),
    "example": N_("Examples"),
    "instruction": N_("Instructions for filling in"),
    "numbering": N_("Column numbers"),
}


def problem_text(locale: str, code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """(what is wrong, how to mend it) in a language. Raises KeyError for a code without words."""
    cause, mend = PROBLEMS[code]
    return gettext(locale, cause, **params), gettext(locale, mend, **params)


def file_problem_text(locale: str, code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """The same for a file that was refused."""
    cause, mend = FILE_PROBLEMS[code]
    return gettext(locale, cause, **params), gettext(locale, mend, **params)


__all__ = [
    "COLUMN_REASONS",
    "FILE_PROBLEMS",
    "FILE_REFUSED_TITLE",
    "LEVELS",
    "PROBLEMS",
    "SKIP_REASONS",
    "file_problem_text",
    "problem_text",
]
