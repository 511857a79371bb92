"""Days as they are written in registers: Excel's, Chinese text, short years, and words for "open"."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from app.intake.values.issues import ANY_WORDS, BLANK_WORDS, NOTHING, Parser, Reading, ask, noted, shown, text_of
from app.intake.values.numerals import digits_for


class DateRules(NamedTuple):
    """What a field expects of its day."""

    earliest: date = date(1980, 1, 1)
    latest_years_ahead: int = 5
    whole_day: bool = False
    """A month is not enough (a statement is dated to the day)."""
    past_only: bool = False


EXCEL_1900: Final = date(1899, 12, 30)
EXCEL_1904: Final = date(1904, 1, 1)
_SERIALS: Final = range(1, 73_051)  # up to the end of 2099
_PLAUSIBLE_SERIALS: Final = range(10_000, 73_051)

_OPEN_WORDS: Final = frozenset(
    {
        "长期",
        "长期有效",
        "至今",
        "现在",
        "目前",
        "随时",
        "随时可以",
        "随时可出发",
        "随时到岗",
        "即时",
        "立即",
        "即日",
        "即日起",
        "马上",
        "尽快",
        "招满为止",
        "招满即止",
        "永久",
        "永久有效",
        "不限期",
        "无固定期限",
        "常年",
    }
)
_RELATIVE: Final = {"今年": 0, "本年": 0, "当年": 0, "去年": -1, "上年": -1, "前年": -2, "明年": 1}
_TAIL: Final = re.compile(r"(左右|前后|以前|之前|以后|之后|开始|起|前|后|止)$")
_EDGES: Final = re.compile(r"^['‘’\"。.; ]+|['‘’\"。.; ]+$")
_TIME: Final = re.compile(r"[T ]+\d{1,2}(:\d{2}){1,2}(\.\d+)?( ?[AaPp][Mm])?$")
_YMD: Final = re.compile(r"(\d{4}|\d{2})\s*[年./\-,、\\]\s*(\d{1,2})\s*[月./\-,、\\]\s*(\d{1,2})\s*[日号]?")
_YM: Final = re.compile(r"(\d{4}|\d{2})\s*(?:[年./\-,、\\])\s*(\d{1,2})\s*月?(?:份|底|初|上旬|中旬|下旬)?")
_Y: Final = re.compile(r"(\d{4})\s*年?")
_EIGHT: Final = re.compile(r"(19|20)\d{6}")
_SIX: Final = re.compile(r"((?:19|20)\d{2})(\d{2})")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})[./\-](\d{1,2})[./\-](\d{4}|\d{2})")
_NO_YEAR: Final = re.compile(r"\d{1,2}月(\d{1,2}[日号]?)?(份|底|初|上旬|中旬|下旬)?|\d{1,2}[./\-]\d{1,2}")
_RANGE: Final = re.compile(r"\d\s*[年月日号]?\s*(~|—|–|至|到|--)\s*\d|\d{4}\D.*[-/]\s*\d{4}\D")


def day_parser(today: date, rules: DateRules, *, epoch: date = EXCEL_1900) -> Parser:
    """A reader of one date column; ``epoch`` is day 0 of the workbook's serial numbers."""

    def parse(cell: Any) -> Reading:
        reading = read_day(cell, today, epoch)
        return _within(reading, cell, today, rules)

    return parse


def read_day(cell: Any, today: date, epoch: date = EXCEL_1900) -> Reading:
    """(day, issue): a month alone gives its first day and the note ``date_month_only``."""
    if isinstance(cell, datetime):
        return cell.date(), None
    if isinstance(cell, date):
        return cell, None
    if isinstance(cell, float | int):
        return _from_number(float(cell), epoch)
    text = _EDGES.sub("", text_of(cell))
    if not text or text in BLANK_WORDS or text in ANY_WORDS or text in _OPEN_WORDS:
        return NOTHING
    if text.isdigit() and len(text) == 5 and int(text) in _PLAUSIBLE_SERIALS:
        return epoch + timedelta(days=int(text)), None
    return _from_text(digits_for(text), text, today)


def _from_number(number: float, epoch: date) -> Reading:
    if number.is_integer():
        whole = int(number)
        if whole in _PLAUSIBLE_SERIALS:
            return epoch + timedelta(days=whole), None
        return _from_text(str(whole), str(whole), date.min)
    if 1900 <= number < 2100:  # 2026.3 typed as a number; 2026.1 may have been 2026.10
        digits = repr(number).split(".")[1]
        if digits == "1":
            return ask("date_month_lost", value=repr(number))
        return _month(int(number), int(digits), repr(number))
    if int(number) in _PLAUSIBLE_SERIALS:  # a day with a time of day
        return epoch + timedelta(days=int(number)), None
    return ask("date_unreadable", value=shown(number))


def _from_text(text: str, original: str, today: date) -> Reading:
    text = _TAIL.sub("", _TIME.sub("", text).strip()).strip()
    for word, shift in _RELATIVE.items():
        if text.startswith(word):
            text = f"{today.year + shift}年{text[len(word) :]}".removesuffix("年年")
    for pattern, build in _SHAPES:
        match = pattern.fullmatch(text)
        if match:
            return build(match, original)
    if _RANGE.search(text):
        return ask("date_range", value=shown(original))
    if _NO_YEAR.fullmatch(text):
        return ask("date_without_year", value=shown(original))
    return ask("date_unreadable", value=shown(original))


def _from_ymd(match: re.Match[str], original: str) -> Reading:
    first, month, day = match.groups()
    if len(first) == 2 and int(first) <= 12 and len(day) == 2 and not re.search("[年月日号]", original):
        return ask("date_order", value=shown(original))  # 05/06/07: any of the three may be the year
    return _day(_full_year(first), int(month), int(day), original)


def _from_eight(match: re.Match[str], original: str) -> Reading:
    digits = match.group()
    return _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]), original)


def _from_year_last(match: re.Match[str], original: str) -> Reading:
    one, two, year = match.groups()
    if len(year) == 2:
        return ask("date_order", value=shown(original))
    if int(one) > 12 >= int(two):
        return _day(int(year), int(two), int(one), original)
    if int(two) > 12 >= int(one) or one == two:
        return _day(int(year), int(one), int(two), original)
    return ask("date_order", value=shown(original))


def _from_ym(match: re.Match[str], original: str) -> Reading:
    if len(match[1]) == 2 and "月" not in original and "年" not in original:
        return ask("date_without_year", value=shown(original))  # 3/5, 10.12: month and day, or year and month
    return _month(_full_year(match[1]), int(match[2]), original)


_SHAPES: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], Reading]], ...]] = (
    (_YMD, _from_ymd),
    (_EIGHT, _from_eight),
    (_SIX, lambda match, original: _month(int(match[1]), int(match[2]), original)),
    (_YEAR_LAST, _from_year_last),
    (_YM, _from_ym),
    (_Y, lambda _, original: ask("date_year_only", value=shown(original))),
)


def _full_year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    return 2000 + int(digits) if int(digits) < 40 else 1900 + int(digits)


def _day(year: int, month: int, day: int, original: str) -> Reading:
    try:
        return date(year, month, day), None
    except ValueError:
        return ask("date_impossible", value=shown(original))


def _month(year: int, month: int, original: str) -> Reading:
    if not 1 <= month <= 12:
        return ask("date_impossible", value=shown(original))
    return noted(date(year, month, 1), "date_month_only", value=shown(original))


def _within(reading: Reading, cell: Any, today: date, rules: DateRules) -> Reading:
    day, issue = reading
    if day is None:
        return reading
    if rules.whole_day and issue is not None:
        return ask("date_needs_day", value=shown(cell))
    if rules.past_only and day > today:
        return ask("date_in_future", value=day.isoformat())
    if day < rules.earliest or day.year > today.year + rules.latest_years_ahead:
        return ask("date_out_of_range", value=day.isoformat())
    return reading
