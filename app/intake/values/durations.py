"""Lengths of time as whole months, and hours of work."""

import re
from typing import Any, Final

from app.intake.values.issues import ANY_WORDS, BLANK_WORDS, NOTHING, Reading, ask, noted, shown, text_of
from app.intake.values.numerals import digits_for

_OPEN_WORDS: Final = frozenset({"长期", "常年", "长期稳定", "长期工", "无固定期限", "永久", "长年", "一直"})
_WHOLE_YEAR: Final = frozenset({"全年", "整年", "一整年"})
_PARTS: Final = re.compile(
    r"(?:(?P<years>\d+(?:\.\d+)?)\s*(?:年|周年)(?P<half_year>半)?)?(?:零|又|外加)?"
    r"(?:(?P<months>\d+(?:\.\d+)?)\s*(?:个半月(?P<half_month>)|个月(?P<half_month2>半)?|月))?"
    r"(?:(?P<days>\d+)\s*(?:天|日))?"
)
_ABOUT: Final = re.compile(r"(以上|左右|多|余|以内|以下|不到|约|大概|大约|至少|近)")
_RANGE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(?:个月|月|年)?\s*(?:-|~|—|–|至|到)\s*(\d+(?:\.\d+)?)\s*(个月|月|年)?")
_LONGEST: Final = 720

_PER_WEEK: Final = re.compile(
    r"(?:每周|周|一周)?(?:不超过|最多|≤|<=)?(\d+(?:\.\d+)?)(?:个)?(?:小时|h|H|时)?(?:/周|每周|以内|以下|内)?"
)
_DAYS_TIMES_HOURS: Final = (
    re.compile(
        r"(?:每周|周|一周|上)?(\d)(?:天|日)(?:制)?[,,、x×*/;每天日]*(\d+(?:\.\d+)?)(?:个)?(?:小时|h|H)(?:制|/天)?"
    ),
    re.compile(
        r"(?:每天|每日|日|一天)?(\d+(?:\.\d+)?)(?:个)?(?:小时|h|H)(?:制|/天)?[,,、x×*/;]*(?:每周|周|一周|上)?(\d)(?:天|日)(?:制)?"
    ),
)
_PER_DAY: Final = re.compile(r"(?:每天|每日|日|一天)?(\d+(?:\.\d+)?)(?:个)?(?:小时|h|H|时)?(?:制|/天|每天|一天)?")
_DAY_RANGE: Final = re.compile(
    r"(?:每天|每日)?(\d+(?:\.\d+)?)(?:小时)?(?:-|~|—|–|至|到)(\d+(?:\.\d+)?)(?:个)?(?:小时|h|H)?(?:制|/天)?"
)
_WEEK: Final = range(17, 113)


def parse_months(cell: Any) -> Reading:
    """Whole months; a bare number counts months. "Long-term" leaves the length open and is no problem."""
    if isinstance(cell, float | int):
        return _months(float(cell), cell)
    raw = text_of(cell).replace(" ", "").rstrip("。.;")
    if not raw or raw in BLANK_WORDS or raw in ANY_WORDS or raw in _OPEN_WORDS:
        return NOTHING
    if raw in _WHOLE_YEAR:
        return 12, None
    text = digits_for(raw.replace("半年", "6个月")) if raw.startswith("半年") else digits_for(raw)
    text = text.replace("半个月", "15天")
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return _months(float(text), cell)
    if match := _RANGE.fullmatch(text):
        return _from_range(match, cell)
    plain = _ABOUT.sub("", text)
    match = _PARTS.fullmatch(plain)
    if not plain or match is None or not any(match.groupdict().values()):
        return ask("months_unreadable", value=shown(cell))
    months, issue = _months(_sum(match), cell)
    return (months, issue) if plain == text or months is None else noted(months, "months_about", value=shown(cell))


def _sum(match: re.Match[str]) -> float:
    years, months, days = (float(match[name] or 0) for name in ("years", "months", "days"))
    half = 6 if match["half_year"] else 0
    half_month = 0.5 if match["half_month"] is not None or match["half_month2"] else 0
    return years * 12 + half + months + half_month + days / 30


def _from_range(match: re.Match[str], cell: Any) -> Reading:
    times = 12 if match[3] == "年" else 1
    low, high = float(match[1]) * times, float(match[2]) * times
    if not 0 < low <= high <= _LONGEST:
        return ask("months_unreadable", value=shown(cell))
    return noted(round(low), "months_low_end", low=round(low), high=round(high))


def _months(number: float, cell: Any) -> Reading:
    if not 0 <= number <= _LONGEST:
        return ask("months_unreadable", value=shown(cell))
    return round(number), None


def parse_hours_per_week(cell: Any) -> Reading:
    """Hours in a week; "5天8小时" is 40. A small bare number looks like hours in a day and is asked about."""
    if isinstance(cell, float | int):
        return _week(float(cell), cell)
    text = digits_for(text_of(cell)).replace(" ", "")
    if not text or text in BLANK_WORDS or text in ANY_WORDS:
        return NOTHING
    days_first, hours_first = _DAYS_TIMES_HOURS
    if match := days_first.fullmatch(text):
        return _week(float(match[1]) * float(match[2]), cell)
    if match := hours_first.fullmatch(text):
        return _week(float(match[1]) * float(match[2]), cell)
    if match := _PER_WEEK.fullmatch(text):
        return _week(float(match[1]), cell)
    return ask("hours_unreadable", value=shown(cell))


def _week(hours: float, cell: Any) -> Reading:
    if 0 < hours <= 16:
        return ask("hours_per_day", value=shown(cell))
    if round(hours) not in _WEEK:
        return ask("hours_unreadable", value=shown(cell))
    return round(hours), None


def parse_hours_per_day(cell: Any) -> Reading:
    """Hours in a day; of a range the longer day counts, with a note."""
    if isinstance(cell, float | int):
        return _workday(float(cell), cell)
    text = digits_for(text_of(cell)).replace(" ", "")
    if not text or text in BLANK_WORDS or text in ANY_WORDS:
        return NOTHING
    if match := _DAY_RANGE.fullmatch(text):
        reading = _workday(float(match[2]), cell)
        return noted(reading[0], "hours_high_end", value=shown(cell)) if reading[0] is not None else reading
    if match := _PER_DAY.fullmatch(text):
        return _workday(float(match[1]), cell)
    return ask("hours_unreadable", value=shown(cell))


def _workday(hours: float, cell: Any) -> Reading:
    if not 0 < hours <= 24:
        return ask("hours_unreadable", value=shown(cell))
    return (int(hours) if hours.is_integer() else hours), None
