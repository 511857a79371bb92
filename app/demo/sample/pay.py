"""Pay as adverts write it, in many shapes, each with the reading it has to give.

Amounts come from the trade's usual pay, the place's level and, for bases, an illustrative floor of the place. What is
guaranteed reaches that floor for normal hours: a row below it is planted, not met by chance.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Any

from app.demo.sample.chance import Chance
from app.demo.sample.places import Site
from app.demo.sample.trades import Trade
from app.policy.minimum_wage import (
    LEAST_OVERTIME_RATE,
    PAID_DAYS_MONTH,
    PAID_HOURS_MONTH,
    STANDARD_WEEK,
    WEEKS_MONTH,
)

WEEKS, DAYS = 4.33, 26


@dataclass(slots=True)
class Pay:
    """A pay text and how it reads; ``low`` and ``high`` are yuan per ``period``, None where the text gives none."""

    text: str
    low: float | None
    high: float | None
    period: str | None
    basis: str
    base_pay: int | None = None
    number: str | None = None  # the amount alone, for sheets with the unit in a column of its own
    unit: str | None = None

    def reading(self) -> dict[str, Any]:
        """The reading for the manifest."""
        return {"min": self.low, "max": self.high, "period": self.period, "basis": self.basis}


def pay_for(trade: Trade, site: Site, basis: str, hours: int, chance: Chance) -> Pay:
    """Pay of one vacancy on the given basis."""
    level = site.pay * (0.93 + 0.14 * chance.random())
    low = round(trade.pay[0] * level / 100) * 100
    low = low if basis == "piece_open" else max(low, _least(site.base_pay, hours))
    high = max(round(trade.pay[1] * level / 100) * 100, low + 300)
    base = site.base_pay + chance.pick((0, 0, 10, 60, 110, 210, 310, 510))
    pay = _SHAPES[basis](low, high, base, hours, chance)
    pay.basis = basis
    return pay


def _least(base: int, hours: int) -> int:
    """The least sum a month that pays the base for normal hours and overtime on top of it."""
    overtime = max(hours - STANDARD_WEEK, Decimal(0)) * WEEKS_MONTH * LEAST_OVERTIME_RATE
    return _up(base * (1 + overtime / PAID_HOURS_MONTH), 100)


def _up(amount: int | Decimal, step: int) -> int:
    return ceil(amount / step) * step


def _month(low: int, high: int, chance: Chance) -> Pay:
    """A month's amount in one of the usual writings."""
    text, least, most, number = chance.pick(_MONTHS)(low, high)
    return Pay(text, least, most, "month", "", number=number, unit="元/月" if number else None)


def _short(amount: int, unit: int) -> str:
    return f"{amount / unit:g}"


_Month = Callable[[int, int], tuple[str, float | None, float | None, str | None]]
_MONTHS: tuple[_Month, ...] = (
    lambda a, b: (f"{a}-{b}元/月", a, b, f"{a}-{b}"),
    lambda a, b: (f"{a}-{b}元/月", a, b, f"{a}-{b}"),
    lambda a, b: (f"{a}-{b}", a, b, f"{a}-{b}"),
    lambda a, b: (f"{a}—{b}元", a, b, f"{a}—{b}"),
    lambda a, b: (f"{a}~{b}元/月", a, b, f"{a}~{b}"),
    lambda a, b: (f"月薪{a}-{b}元", a, b, f"{a}至{b}"),
    lambda a, b: (f"综合工资{a}-{b}元", a, b, None),
    lambda a, b: (f"{_short(a, 1000)}-{_short(b, 1000)}K", a, b, None),
    lambda a, b: (f"{_short(a, 1000)}-{_short(b, 1000)}千/月", a, b, None),
    lambda a, b: (f"{_short(a, 10000)}-{_short(b, 10000)}万/月", a, b, None),
    lambda a, _: (f"{a}元以上/月", a, None, f"{a}以上"),
    lambda a, _: (f"{a}元/月起", a, None, None),
    lambda _, b: (f"月薪{b}元左右", b, b, None),
    lambda a, b: (f"月入{a}至{b}元，多劳多得", a, b, None),
    lambda a, b: (f"试用期{a}元/月，转正{b}元/月", b, b, None),
)


def _base_plus_overtime(low: int, high: int, base: int, _: int, chance: Chance) -> Pay:
    if chance.hit(0.35):
        forms = (
            f"底薪{base}+加班费，综合{low}-{high}元/月",
            f"基本工资{base}元，加班另算，月综合{low}-{high}元",
            f"底薪{base}+绩效+全勤奖200，综合工资{low}-{high}元",
        )
        return Pay(chance.pick(forms), low, high, "month", "", base)
    if chance.hit(0.1):
        return Pay(f"底薪{base}元/月+加班费", base, None, "month", "", base)
    if chance.hit(0.06):
        return Pay(f"{_short(low, 1000)}-{_short(high, 1000)}K·13薪", low, high, "month", "", base)
    pay = _month(low, high, chance)
    pay.base_pay = base if chance.hit(0.8) else None
    return pay


def _all_in_hourly(low: int, high: int, base: int, hours: int, chance: Chance) -> Pay:
    rate = max(round((low + high) / 2 / (hours * WEEKS)), _up(base / PAID_HOURS_MONTH, 1))
    if chance.hit(0.3):
        text = chance.pick((f"{rate}-{rate + 2}元/小时", f"时薪{rate}-{rate + 2}元", f"{rate}~{rate + 2}元/时"))
        return Pay(text, rate, rate + 2, "hour", "", number=f"{rate}-{rate + 2}", unit="元/小时")
    text = chance.pick((f"{rate}元/小时", f"{rate}元/时", f"综合时薪{rate}元", f"小时工{rate}元/小时", f"{rate}元/H"))
    return Pay(text, rate, rate, "hour", "", number=str(rate), unit=chance.pick(("元/小时", "元/时")))


def _daily(low: int, high: int, base: int, _hours: int, chance: Chance) -> Pay:
    rate, top = max(round(low / DAYS / 10) * 10, _up(base / PAID_DAYS_MONTH, 10)), round(high / DAYS / 10) * 10
    if top > rate and chance.hit(0.4):
        text = chance.pick((f"{rate}-{top}元/天", f"{rate}-{top}/天", f"日工资{rate}—{top}元"))
        return Pay(text, rate, top, "day", "", number=f"{rate}-{top}", unit="元/天")
    text = chance.pick((f"{rate}元/天", f"日结{rate}元/天", f"{rate}元一天", f"{rate}元/日"))
    return Pay(text, rate, rate, "day", "", number=str(rate), unit=chance.pick(("元/天", "元/日")))


def _piece_guaranteed(low: int, high: int, base: int, _: int, chance: Chance) -> Pay:
    floor = max(base, round(low * 0.7 / 100) * 100)
    if chance.hit(0.3):
        return Pay(f"计件，保底{floor}元/月", floor, None, "month", "", floor)
    forms = (f"保底{floor}+计件，综合{low}-{high}元/月", f"计件工资，保底{floor}元，月均{low}-{high}元")
    return Pay(chance.pick(forms), low, high, "month", "", floor)


def _piece_open(low: int, high: int, *rest: Any) -> Pay:
    chance = rest[-1]
    if chance.hit(0.25):
        return Pay(chance.pick(("计件", "计件，多劳多得", "按件计酬，上不封顶")), None, None, "piece", "")
    forms = (f"计件，月均{low}-{high}元", f"计件工资{low}-{high}元/月", f"纯计件，熟手{low}-{high}元/月")
    return Pay(chance.pick(forms), low, high, "month", "")


def _flat_monthly(low: int, high: int, base: int, _: int, chance: Chance) -> Pay:
    middle = max(round((low + high) / 200) * 100, base)
    if chance.hit(0.45):
        text = chance.pick((f"{middle}元/月", f"月薪{middle}元", f"包月{middle}元", f"每月{middle}元"))
        return Pay(text, middle, middle, "month", "", number=str(middle), unit=chance.pick(("元/月", "月")))
    if chance.hit(0.08):
        return Pay(chance.pick(("面议", "工资面议", "薪资面谈")), None, None, None, "")
    if chance.hit(0.08):
        year_low, year_high = _up(low * 12, 1000) / 10000, _up(high * 12, 1000) / 10000
        text = f"{year_low:g}-{year_high:g}万/年"
        return Pay(text, round(year_low * 10000), round(year_high * 10000), "year", "")
    return _month(low, high, chance)


def _commission(low: int, high: int, base: int, _: int, chance: Chance) -> Pay:
    if chance.hit(0.4):
        return Pay(f"底薪{base}+提成", base, None, "month", "", base)
    return Pay(f"底薪{base}+提成，综合{low}-{high}元/月", low, high, "month", "", base)


_SHAPES: dict[str, Callable[..., Pay]] = {
    "base_plus_overtime": _base_plus_overtime,
    "all_in_hourly": _all_in_hourly,
    "daily": _daily,
    "piece_guaranteed": _piece_guaranteed,
    "piece_open": _piece_open,
    "flat_monthly": _flat_monthly,
    "commission": _commission,
}
