"""Names and plain text: kept as read, tidied only of what no eye sees."""

import re
from typing import Any, Final

from app.intake.values.issues import BLANK_WORDS, NOTHING, Issue, Reading, ask, refuse, text_of
from app.shared.names import normalise_name

_INVISIBLE: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_NAME: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]{2,25}|[A-Za-z][A-Za-z ·.'\-]{1,49}")
_PLAIN_NAME: Final = re.compile(r"[\u4e00-\u9fff]{2,4}")
_REMARK_IN_NAME: Final = re.compile(r"\((?P<inside>[^()]{1,12})\)$")
_LONGEST_TEXT: Final = 2000


def parse_text(cell: Any) -> Reading:
    """Text with its line breaks; numbers as they were typed."""
    text = tidy(cell)
    if not text or text in BLANK_WORDS:
        return NOTHING
    if "�" in text:
        return text, Issue("ask", "text_unreadable_characters", {})
    if len(text) > _LONGEST_TEXT:
        return text[:_LONGEST_TEXT], Issue("note", "text_cut", {"limit": _LONGEST_TEXT})
    return text, None


def tidy(cell: Any) -> str:
    """The text of a cell without invisible marks and spaces at its ends; a whole number without ``.0``."""
    if not isinstance(cell, str):
        return text_of(cell)
    if cell.isprintable():
        return cell.strip()
    return _INVISIBLE.sub("", cell).replace("\r\n", "\n").replace("_x000D_", "").strip()


def parse_name(cell: Any) -> Reading:
    """A person's name; a remark in brackets behind it is left out and said so."""
    if type(cell) is str and _PLAIN_NAME.fullmatch(cell) and cell not in BLANK_WORDS:
        return cell, None
    if isinstance(cell, float | int):
        return refuse("name_is_number")
    text = text_of(cell)
    if text in BLANK_WORDS or not text:
        return NOTHING
    name = text if " " in text and text.isascii() else normalise_name(text)
    if _NAME.fullmatch(name):
        return name, None
    match = _REMARK_IN_NAME.search(name)
    bare = name[: match.start()] if match else name
    if match and _NAME.fullmatch(bare):
        return bare, Issue("note", "name_with_remark", {})
    if "�" in name or "?" in name or "*" in name or "□" in name:
        return refuse("name_unreadable_characters")
    if any(character.isdigit() for character in name):
        return refuse("name_with_digits")
    return refuse("name_length") if len(name) < 2 or len(name) > 25 else refuse("name_other_characters")


def parse_number_text(cell: Any) -> Reading:
    """A reference number kept as text (household, person): what Excel turned into a power of ten is refused."""
    if isinstance(cell, float) and (abs(cell) >= 1e15 or not cell.is_integer()):
        return ask("number_digits_lost")
    text = tidy(cell).replace(" ", "").strip("'")
    if not text or text in BLANK_WORDS:
        return NOTHING
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d{1,2}", text):
        return ask("number_digits_lost")
    return text, None
