"""How many people a vacancy looks for. 若干 is unknown, not a number."""

import re
from typing import Any, Final

from app.intake.values.issues import BLANK_WORDS, Reading, ask, noted, shown, text_of
from app.intake.values.numerals import digits_for

_UNKNOWN: Final = re.compile(r"若干|不限|数[名人]|多[名人]|几[名人]|大量|批量|长期|面议|待定|名额充足|无限|急招|一批")
_PLAIN: Final = re.compile(r"(?:招|招聘|需|需要|共|合计|计)?(\d+)(?:\.0+)?[名人个位]*(?:工人|普工)?")
_AT_LEAST: Final = re.compile(
    r"(?:约|大约|不少于|至少|最少)?(\d+)[名人个位]*(?:以上|左右|余人|余名|多人|多名|多|余|\+|起)?[名人个位]*"
)
_RANGE: Final = re.compile(r"(\d+)[名人个位]*\s*(?:-|~|—|–|至|到|/|或)\s*(\d+)[名人个位]*")
_SPLIT: Final = re.compile(r"[男女][:：]?(?:\s|工|性)*(\d+)[名人个位]*")
_LARGE: Final = 2000


def parse_headcount(cell: Any) -> Reading:
    """Openings: the number surely offered, or an issue. A range gives its low end with a note."""
    if isinstance(cell, float | int):
        return _checked(float(cell), cell)
    text = text_of(cell).replace(" ", "").replace(",", "").rstrip("。.;")
    if text in BLANK_WORDS:
        return ask("headcount_missing")
    if match := _PLAIN.fullmatch(text):
        return _checked(float(match[1]), cell)
    if _UNKNOWN.search(text):
        return ask("headcount_unknown", value=shown(cell))
    return _from_words(digits_for(text), cell)


def _from_words(text: str, cell: Any) -> Reading:
    if match := _PLAIN.fullmatch(text):
        return _checked(float(match[1]), cell)
    if match := _RANGE.fullmatch(text):
        low, high = int(match[1]), int(match[2])
        if 0 < low <= high:
            return noted(low, "headcount_range", low=low, high=high)
        return ask("headcount_unreadable", value=shown(cell))
    split = _SPLIT.findall(text)
    if len(split) == 2 and not re.search(r"\d", _SPLIT.sub("", text)):
        return noted(sum(map(int, split)), "headcount_split_by_sex", total=sum(map(int, split)))
    if match := _AT_LEAST.fullmatch(text):
        number = int(match[1])
        return noted(number, "headcount_about", value=shown(cell)) if number else ask("headcount_zero")
    return ask("headcount_unreadable", value=shown(cell))


def _checked(number: float, cell: Any) -> Reading:
    if not number.is_integer() or number < 0:
        return ask("headcount_unreadable", value=shown(cell))
    if number == 0:
        return ask("headcount_zero")
    if number > _LARGE:
        return ask("headcount_large", value=int(number))
    return int(number), None
