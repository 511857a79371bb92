"""The value of a draft's words, by the same readers that read the cells of a sheet. Words without a value are kept."""

import re
from datetime import date, timedelta
from typing import Any

from app.intake.adverts.places import ResolvePlace
from app.intake.values.amounts import parse_amount
from app.intake.values.dates import read_day
from app.intake.values.durations import parse_hours_per_day, parse_hours_per_week, parse_months
from app.intake.values.headcounts import parse_headcount
from app.intake.values.pay import read_pay
from app.intake.values.phones import parse_phone
from app.shared.categories import categories

CHOICES = {
    "v_pay_basis": "pay_basis", "v_rest": "rest", "v_shift": "shift", "v_lodging": "lodging", "v_meals": "meals",
    "v_contract": "contract_kind",
}  # fmt: skip
CELLS = {
    "v_headcount": parse_headcount, "v_hours_day": parse_hours_per_day, "v_hours_week": parse_hours_per_week,
    "v_phone": parse_phone, "v_months": parse_months,
}  # fmt: skip
COSTS = frozenset({"v_lodging_cost", "v_utilities_cost", "v_meal_cost"})
DAY = re.compile(r"(?:(?P<year>\d{4})[年./-])?\d{1,2}[月./-]\d{1,2}[日号]?")
LATE = timedelta(days=60)  # an advert may be some weeks old when it is pasted
MEALS = re.compile(r"([一两二三1-3])\s*[餐顿]")
NUMBER_OF_MEALS = {"一": "one", "1": "one", "两": "two", "二": "two", "2": "two", "三": "three", "3": "three"}
MORE_WORDS = ("合同期限", "合同期", "合同", "工期", "用工期", "周期", "短期工", "临时工", "短期", "签", "约")


def value_of(key: str, text: str, resolve_place: ResolvePlace | None, today: date | None) -> Any:
    """The value as a sheet's reader gives it; None where the words give none (若干, 面议, an unknown place)."""
    if key == "v_place":
        return resolve_place(text) if resolve_place else text
    if key == "v_wage":
        reading = read_pay(text)
        return text if reading.minimum is not None or reading.maximum is not None else None
    if key == "v_meals" and (meals := MEALS.search(text)):
        return NUMBER_OF_MEALS[meals[1]]
    if key in CHOICES:
        return categories(CHOICES[key]).resolve(text)
    if key == "v_traits":
        return list(categories("traits").resolve_all(text)[0])
    if key in COSTS:
        return parse_amount("".join(char for char in text if char.isdigit() or char == "."))[0]
    if key in CELLS:
        return CELLS[key](_bare(key, text))[0]
    if key in {"v_start", "v_end"} and today is not None:
        return _day(text, today)
    return text


def _day(text: str, today: date) -> date | None:
    """The day named; one without a year is the next such day. Words without a day (随时到岗) give none."""
    bare = DAY.search(text)
    if bare is None:
        return None
    if bare["year"]:
        return _read(bare.group(), today)
    days = (_read(f"{year}年{bare.group()}", today) for year in (today.year, today.year + 1))
    return next((day for day in days if day is not None and day >= today - LATE), None)


def _read(text: str, today: date) -> date | None:
    day = read_day(text, today)[0]
    return day if isinstance(day, date) else None


def _bare(key: str, text: str) -> str:
    """The words without what stands around the figure in running text: 合同期1年, 每天工作10小时."""
    if key == "v_months":
        for word in MORE_WORDS:
            text = text.removeprefix(word)
    if key in {"v_hours_day", "v_hours_week"}:
        for word in ("工作", "上班", "干", "一天", "每天", "每日"):
            text = text.replace(word, "")
    return text.strip(" ：:")
