"""What messages are for: the choices a person has, one switch each."""

from typing import Final

from app.shared.i18n import LazyText, lazy

PURPOSES: Final[dict[str, LazyText]] = {
    "own_pages": lazy("Codes for my own pages"),
    "statement": lazy("That my statement ends soon"),
    "answer": lazy("Answers to what I asked or complained of"),
    "account": lazy("Accounts of offices"),
}
OFFICE_PURPOSES: Final = frozenset({"account"})  # to people in their office, who have no switch
OWN_PURPOSES: Final = tuple(purpose for purpose in PURPOSES if purpose not in OFFICE_PURPOSES)
