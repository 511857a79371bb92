"""Chinese numerals as people write pay: 三千五, 一万二, 两百, 四五千, 十七八."""

from decimal import Decimal
from typing import NamedTuple

DIGITS = dict(zip("一二三四五六七八九", range(1, 10), strict=True)) | {"两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
# 两百一天 is two hundred a day: a last 一 before one of these begins the unit.
UNIT_STARTS = "天小时个月年班单件晚夜周星日套平方吨台条趟次节场亩"


class Numeral(NamedTuple):
    """A number of Chinese characters; high differs from low in 四五千. It ends before ``end``."""

    low: Decimal
    high: Decimal
    end: int
    scaled: bool  # carries 百, 千 or 万, so that nothing after it scales it again


def read_numeral(text: str, start: int) -> Numeral | None:
    """The numeral that begins at ``start``, as long as it makes sense; None where none does."""
    return _pair(text, start) or _chain(text, start)


def _pair(text: str, start: int) -> Numeral | None:
    """四五千, 七八百: two neighbouring digits before one unit."""
    low, high = DIGITS.get(text[start : start + 1]), DIGITS.get(text[start + 1 : start + 2])
    unit = UNITS.get(text[start + 2 : start + 3])
    if low is None or high is None or unit is None or high != low + 1:
        return None
    return Numeral(Decimal(low * unit), Decimal(high * unit), start + 3, unit > 10)


def _chain(text: str, start: int) -> Numeral | None:
    total, section, last_unit, zero, place = 0, 0, 0, False, start
    while place < len(text):
        char, following = text[place], text[place + 1 : place + 2]
        if char in DIGITS and following in UNITS and (not last_unit or UNITS[following] < last_unit):
            last_unit = UNITS[following]
            section, zero, place = section + DIGITS[char] * last_unit, False, place + 2
            if last_unit == UNITS["万"]:
                total, section = total + section, 0
        elif char == "十" and (place == start or zero):
            section, last_unit, zero, place = section + 10, 10, False, place + 1
        elif char == "万" and section and not total:
            total, section, last_unit, zero, place = section * UNITS["万"], 0, UNITS["万"], False, place + 1
        elif char in "零〇" and last_unit:
            zero, place = True, place + 1
        else:
            break
    if text[place : place + 1] in DIGITS and not _begins_unit(text, place):
        return _tail(text, place, total + section, 1 if zero or last_unit <= 10 else last_unit // 10)
    if not last_unit:
        return None
    return Numeral(Decimal(total + section), Decimal(total + section), place - zero, total + section >= 100)


def _tail(text: str, place: int, base: int, unit: int) -> Numeral:
    """The last digit: 五 of 三千五 is five hundred; 五六 of 三千五六 is five to six hundred."""
    low = DIGITS[text[place]]
    high = DIGITS.get(text[place + 1 : place + 2])
    spread = base > 0 and high == low + 1 and text[place + 2 : place + 3] not in UNITS
    top = low + 1 if spread else low
    return Numeral(Decimal(base + low * unit), Decimal(base + top * unit), place + 1 + spread, base >= 100)


def _begins_unit(text: str, place: int) -> bool:
    return text[place] == "一" and text[place + 1 : place + 2] in tuple(UNIT_STARTS)
