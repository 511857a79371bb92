"""Telephone numbers: mobile, landline, service numbers; what Excel broke is named."""

import re
from typing import Any, Final

from app.intake.values.issues import BLANK_WORDS, NOTHING, Issue, Reading, ask, text_of

_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_ANY_NUMBER: Final = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8}|[48]00-?\d{3}-?\d{4})(?!\d)")
_LANDLINE: Final = re.compile(r"\(?(0\d{2,3})\)?[-—]?(\d{7,8})(?:(?:-|转|ext\.?)(\d{1,6}))?")
_SERVICE: Final = re.compile(r"([48]00)-?(\d{3})-?(\d{4})")
_SHORT: Final = re.compile(r"1[0-9]{4}|9[56]\d{3}|12\d{3}")
_COUNTRY: Final = re.compile(r"^(?:\+|00)?86-?(?=1[3-9]\d{9}|0?\d{2,3}-?\d{7,8}$)")
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?[eE]\+?\d{1,2}")
_MARKS: Final = str.maketrans("", "", " '‘’`\u200b\u200e\u202a\u202c\ufeff")


def parse_phone(cell: Any) -> Reading:
    """A number as digits (a landline with its area code and a hyphen), or what is wrong with it."""
    if type(cell) is str and len(cell) == 11 and _MOBILE.fullmatch(cell):
        return cell, None
    text = text_of(cell).translate(_MARKS)
    if _MOBILE.fullmatch(text):
        return text, None
    if not text or text in BLANK_WORDS or text == "0":
        return NOTHING
    if _SCIENTIFIC.fullmatch(text):
        return ask("phone_digits_lost")
    if "*" in text:
        return ask("phone_masked")
    return _other_shapes(_COUNTRY.sub("", text))


def _other_shapes(text: str) -> Reading:
    joined = text.replace("-", "").replace("—", "")
    if _MOBILE.fullmatch(joined):
        return joined, None
    if match := _LANDLINE.fullmatch(text):
        area, number, extension = match.groups()
        return f"{area}-{number}" + (f"-{extension}" if extension else ""), None
    if match := _SERVICE.fullmatch(text):
        return "-".join(match.groups()), None
    several = _ANY_NUMBER.findall(text)
    if several:
        first = several[0] if _MOBILE.fullmatch(several[0]) else _other_shapes(several[0])[0]
        return first, Issue("note", "phone_several" if len(several) > 1 else "phone_with_text", {"count": len(several)})
    return ask(_what_is_wrong(joined), length=len(joined))


def _what_is_wrong(digits: str) -> str:
    if not digits.isdigit():
        return "phone_other_characters"
    if len(digits) in (7, 8):
        return "phone_area_missing"
    if len(digits) in (9, 10) and digits[0] != "1":
        return "phone_zero_lost"
    if len(digits) == 11 and digits[0] == "1":
        return "phone_no_such_range"
    return "phone_short_number" if _SHORT.fullmatch(digits) else "phone_length"
