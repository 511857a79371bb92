"""Base pay against the minimum wage: overtime never counts towards it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.policy.minimum_wage import MONTH, BasePay, base_pay, judge
from app.policy.store import NOT_KNOWN, store

JIANGSU = store().get(MONTH, ("320000",), date(2026, 11, 21))


def stated(**given: Any) -> BasePay | None:
    facts = {"base_month": None, "pay": None, "period": None, "hours_week": None, "part_time": False}
    return base_pay(**{**facts, **given})


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        ({"base_month": Decimal(2300), "pay": Decimal(6000), "period": "month"}, "2300"),
        ({"pay": Decimal(4350), "period": "month"}, "4350"),
        ({"pay": Decimal(15), "period": "hour"}, "2610"),
        ({"pay": Decimal(100), "period": "day"}, "2175"),
        ({"pay": Decimal(36000), "period": "year"}, "3000"),
        # 72 hours a week: 138.67 of overtime a month at one and a half times
        ({"pay": Decimal(3600), "period": "month", "hours_week": Decimal(72)}, "1640"),
    ],
)
def test_what_normal_hours_are_paid(given: dict[str, Any], amount: str) -> None:
    base = stated(**given)
    assert base is not None
    assert base.per == "month"
    assert round(base.amount) == Decimal(amount)


def test_part_time_is_held_against_the_hour() -> None:
    assert stated(pay=Decimal(20), period="hour", part_time=True) == BasePay(Decimal(20), "hour")
    assert stated(pay=Decimal(4000), period="month", part_time=True) == BasePay(Decimal(4000), "month")


def test_no_guaranteed_sum_is_no_base() -> None:
    assert stated(period="month") is None


@pytest.mark.parametrize(
    ("amount", "verdict"), [(2490, "enough"), (2489, "not_known"), (2010, "not_known"), (2009, "below")]
)
def test_between_the_bounds_it_is_not_known(amount: int, verdict: str) -> None:
    assert judge(BasePay(Decimal(amount), "month"), JIANGSU).verdict == verdict


def test_where_nothing_is_known_nothing_is_judged() -> None:
    assert judge(BasePay(Decimal(9000), "month"), NOT_KNOWN).verdict == "not_known"
