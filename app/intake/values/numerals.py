"""Numbers written in Chinese characters."""

import re
from typing import Final

_DIGITS: Final = {
    "零": 0,
    "〇": 0,
    "○": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_DIGITS_AS_TEXT: Final = {ord(character): str(value) for character, value in _DIGITS.items()}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_NUMERAL: Final = re.compile(r"(?<![\d.])[零〇○一二两三四五六七八九十][零〇○一二两三四五六七八九十百千万]*")
_PLAIN: Final = re.compile(r"[零〇○一二两三四五六七八九]+")


def digits_for(text: str) -> str:
    """The text with every Chinese numeral as figures: 二〇二六年十二月 → 2026年12月, 三千五 → 3500."""
    if not _NUMERAL.search(text):
        return text
    return _NUMERAL.sub(lambda match: str(_value(match.group())), text)


def _value(numeral: str) -> int | str:
    if _PLAIN.fullmatch(numeral):
        return numeral.translate(_DIGITS_AS_TEXT)
    total, section, digit, last_unit = 0, 0, 0, 1
    for character in numeral:
        unit = _UNITS.get(character)
        if unit is None:
            digit = _DIGITS[character]
            if character in "零〇○":
                last_unit = 10  # 一千零五 is 1005, not 1500
            continue
        if unit == 10000:
            total += (section + digit or 1) * unit
            section = 0
        else:
            section += (digit or (1 if section == 0 or unit == 10 else 0)) * unit
        digit, last_unit = 0, unit
    if digit and last_unit >= 100:  # 三千五: the unit left out is the next lower one
        digit *= last_unit // 10
    return total + section + digit
