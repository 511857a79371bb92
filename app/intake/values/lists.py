"""Cells that list several things in a person's own order."""

import re
from typing import Any, Final

from app.intake.values.issues import ANY_WORDS, BLANK_WORDS, NOTHING, Issue, Reading
from app.intake.values.texts import parse_text

_SEPARATOR: Final = re.compile(r"[,，;；、/|\n]+|(?<=[工员手师])(?:和|或|及)(?=\S{2})|\s{1,}")
_TAIL: Final = re.compile(r"(?:等|等工种|都可以?|均可|也可|优先)$")
_MOST: Final = 12


def parse_list(cell: Any) -> Reading:
    """The parts as read, doubles left out; "anything" is no list."""
    text, issue = parse_text(cell)
    if text is None or text in ANY_WORDS:
        return NOTHING
    parts = [_TAIL.sub("", part.strip(" .。")) for part in _SEPARATOR.split(text)]
    found = tuple(dict.fromkeys(part for part in parts if part and part not in BLANK_WORDS and part not in ANY_WORDS))
    if len(found) > _MOST:
        return found[:_MOST], Issue("note", "list_too_long", {"limit": _MOST})
    return (found or None), issue
