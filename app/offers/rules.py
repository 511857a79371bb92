"""The numbers and lists of an offer: how long, how many, for which reasons. The periods are this project's choice."""

from datetime import timedelta
from typing import Final

from app.shared.i18n import lazy

OPEN_FOR: Final = timedelta(hours=72)  # two nights to think and to ask at home
EMPLOYER_ANSWERS_IN: Final = timedelta(hours=24)
MOST_OPEN: Final = 3  # offers one person has to look at: more cannot be compared
MOST_AT_ONCE: Final = 200  # people of one act, so that the review can be read

# Why an office takes an offer back; the person reads it.
WITHDRAW_REASONS: Final = {
    "entered_by_mistake": lazy("entered by mistake"),
    "post_in_doubt": lazy("the post has to be checked first"),
    "employer_asked": lazy("the employer takes on nobody at present"),
}
# The only grounds on which an employer may say no after a person's yes; each is one the law or the terms name.
LAWFUL_REASONS: Final = {
    "certificate_missing": lazy("a certificate the law asks for is missing"),
    "too_young": lazy("too young for this work by law"),
    "barred_by_law": lazy("barred from this work by law"),
    "post_given_up": lazy("the post has been given up; nobody is taken on for it"),
    "works_here_already": lazy("works at this firm already"),
}
# What the machine writes.
OTHER_REASONS: Final = {
    "made": lazy("made"),
    "offered": lazy("offered"),
    "waiting": lazy("on the waiting list"),
    "refilled": lazy("offered from the waiting list"),
    "said_yes": lazy("said yes"),
    "taken_on": lazy("taken on"),
    "lapsed": lazy("not available any more"),
    "not_available": lazy("not available any more"),
    "terms_worse": lazy("the terms have changed"),
    "terms_better": lazy("the pay has become better"),
    "post_changed": lazy("the post is being checked again"),
    "post_closed": lazy("the post is closed"),
    "no_opening": lazy("the last opening was taken at the same moment"),
    "placed_elsewhere": lazy("has another place now"),
}
REASONS: Final = WITHDRAW_REASONS | LAWFUL_REASONS | OTHER_REASONS
OFFICES: Final = ("county", "township", "village")  # kinds of office that hear a yes: they earn nothing by it
