"""Amounts of yuan that a person states or earns in a month. Pay texts of adverts are read elsewhere."""

import re
from typing import Any, Final

from app.intake.values.issues import ANY_WORDS, BLANK_WORDS, NOTHING, Reading, ask, noted, shown, text_of
from app.intake.values.numerals import digits_for

_FILLER: Final = re.compile(r"税后|税前|到手|人民币|RMB|rmb|[¥￥,，]|每月|月薪|月均|大约|约|工资|底薪|不低于|至少|最低")
_MONTHLY_TAIL: Final = re.compile(r"(?:元|块|圆)?(?:/|每|一个?)?(?:月|个月)?$")
_OTHER_PERIOD: Final = re.compile(r"(?:元|块|/|每|一)*\s*(?:天|日|小时|时|h|H|年|周|件|个|次)$")
_ONE: Final = re.compile(r"(\d+(?:\.\d+)?)(千|k|K|万|w|W)?(以上|左右|起|多|余|上下)?")
_RANGE: Final = re.compile(
    r"(\d+(?:\.\d+)?)(千|k|K|万|w|W)?(?:元|块)?(?:-|~|—|–|至|到)(\d+(?:\.\d+)?)(千|k|K|万|w|W)?(以上|左右)?"
)
_TIMES: Final = {"千": 1000, "k": 1000, "K": 1000, "万": 10000, "w": 10000, "W": 10000, None: 1}
_LARGEST: Final = 1_000_000


def parse_amount(cell: Any) -> Reading:
    """Whole yuan. A range gives its low end with a note; another period than the month is asked about."""
    if isinstance(cell, float | int):
        return _whole(float(cell), cell)
    raw = text_of(cell)
    if not raw or raw in BLANK_WORDS or raw in ANY_WORDS:
        return NOTHING
    text = _FILLER.sub("", digits_for(raw)).replace(" ", "").rstrip("。.;")
    if _OTHER_PERIOD.search(text):
        return ask("amount_other_period", value=shown(cell))
    text = _MONTHLY_TAIL.sub("", text)
    text = re.sub(r"(?<=\d)[元块](?=以上|左右|起|多|余|上下|$)", "", text)
    if match := _ONE.fullmatch(text):
        return _whole(float(match[1]) * _TIMES[match[2]], cell)
    if match := _RANGE.fullmatch(text):
        return _from_range(match, cell)
    return ask("amount_unreadable", value=shown(cell))


def _from_range(match: re.Match[str], cell: Any) -> Reading:
    unit_low, unit_high = match[2] or match[4], match[4] or match[2]
    low, high = float(match[1]) * _TIMES[unit_low], float(match[3]) * _TIMES[unit_high]
    if match[2] is None and match[4] is not None and float(match[1]) >= 100:  # 4500-5千
        low = float(match[1])
    if not 0 < low <= high:
        return ask("amount_unreadable", value=shown(cell))
    return noted(round(low), "amount_low_end", low=round(low), high=round(high))


def _whole(number: float, cell: Any) -> Reading:
    if number < 0 or number > _LARGEST:
        return ask("amount_unreadable", value=shown(cell))
    return round(number), None
