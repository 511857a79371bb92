"""What stands between a row and the list it is for, or between a sheet and its next step: code → (cause, mend)."""

from collections.abc import Mapping
from typing import Final

from app.shared.i18n import N_

STEP_PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    "column_left_in_sheet": (
        N_("The cells of column %(column)s were left in the sheet when it was read, so they are not here."),
        N_("Load the sheet again; what you said about the column is kept."),
    ),
}

LIST_PROBLEMS: Final[Mapping[str, tuple[str, str]]] = {
    "county_unknown": (
        N_("No county of the name “%(value)s” is known."),
        N_("Write the county's full name as it is today."),
    ),
    "township_unknown": (
        N_("The county has no township of the name “%(value)s”."),
        N_("Write the township's full name as it is today; townships merged since have a new one."),
    ),
    "outside_scope": (
        N_("“%(value)s” is not in the area your post is responsible for."),
        N_("Correct the township, or leave the row to the office there."),
    ),
    "listed_elsewhere": (
        N_("This identity number cannot be entered here."),
        N_("Check the number; if it is right, ask your province's office."),
    ),
    "erased_before": (
        N_("This person's data were deleted on %(day)s; a sheet does not bring them back."),
        N_(
            "The row is left out and nothing of it is kept. If the person wants to be listed again, record it under "
            "Rights of people, Deletions, and register them by hand."
        ),
    ),
    "listed_in_other_place": (
        N_("This person is on the list of another township."),
        N_("Ask the county office to move the entry."),
    ),
    "left_the_list": (
        N_("This person left the list on %(day)s; a sheet does not put anybody back."),
        N_("If they want to be on it again, put them back on their own page; otherwise leave the row out."),
    ),
    "recorder_is_oneself": (
        N_("The recorder is the person themselves, so nobody is named who took the statement down."),
        N_("Name the officer who heard it; until then the person counts as not asked."),
    ),
    "word_of_a_proxy": (
        N_("The words are somebody else's, not the person's own. They are kept and open nothing."),
        N_("Ask the person themselves."),
    ),
    "statement_not_later": (
        N_("The person's last word is of the same day (%(day)s) and says otherwise; it stays."),
        N_("If the person has changed their mind, take the new statement down with its own day."),
    ),
    "row_without_content": (
        N_("Nothing in this row can be read as an entry."),
        N_("Fill in the required cells, or leave the row out."),
    ),
    "work_place_unknown": (
        N_("The place of work “%(value)s” is not known."),
        N_("Write province, city and county or district by their full names."),
    ),
    "post_closed": (
        N_("This post has been closed; a sheet does not open it again."),
        N_("Enter it as a new post if people are looked for again, or leave the row out."),
    ),
    "another_firm": (
        N_("This post is another firm's."),
        N_("Bring in the posts of your own firm only."),
    ),
}
