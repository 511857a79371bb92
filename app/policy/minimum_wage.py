"""Whether a post's base pay reaches the minimum wage of its place: a pure rule over figures and facts.

The minimum is for the normal hours of a month and counts no overtime (劳动法 48; 最低工资规定 3, 12). Where one
sum is stated for longer hours, the least lawful overtime is taken out first: what remains is paid for normal hours.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from app.policy.store import Figure, Known

MONTH, HOUR = "minimum_wage.month", "minimum_wage.hour"
CLAUSE: Final = "劳动法 48；最低工资规定 3、12"
PAID_DAYS_MONTH: Final = Decimal("21.75")  # 人社部发〔2025〕2号
PAID_HOURS_MONTH: Final = Decimal(174)
STANDARD_WEEK: Final = Decimal(40)
WEEKS_MONTH: Final = Decimal(52) / Decimal(12)
LEAST_OVERTIME_RATE: Final = Decimal("1.5")  # 劳动法 44(1)

Verdict = Literal["enough", "below", "not_known"]


@dataclass(frozen=True, slots=True)
class BasePay:
    """What a post pays for normal hours, in yuan. ``per`` says which figure it is held against."""

    amount: Decimal
    per: Literal["month", "hour"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict, and the figure it rests on."""

    verdict: Verdict
    figure: Figure | None = None


def base_pay(
    *, base_month: Decimal | None, pay: Decimal | None, period: str | None, hours_week: Decimal | None, part_time: bool
) -> BasePay | None:
    """What is paid for normal hours.

    Parameters
    ----------
    base_month
        The stated base pay a month, if there is one: it goes before everything else.
    pay, period
        The lowest pay stated and its period: hour, day, month or year.
    hours_week
        Stated hours a week. Those above 40 are taken out of a month's sum at one and a half times.
    part_time
        Work by the hour (非全日制) is held against the figure for an hour.

    Returns: None where the post states no guaranteed sum.
    """
    if part_time and period == "hour" and pay is not None:
        return BasePay(pay, "hour")
    if base_month is not None:
        return BasePay(base_month, "month")
    if pay is None or period not in {"hour", "day", "month", "year"}:
        return None
    if period == "hour":
        return BasePay(pay * PAID_HOURS_MONTH, "month")
    if period == "day":
        return BasePay(pay * PAID_DAYS_MONTH, "month")
    month = pay if period == "month" else pay / 12
    over = max(Decimal(0), ((hours_week or STANDARD_WEEK) - STANDARD_WEEK) * WEEKS_MONTH)
    return BasePay(month * PAID_HOURS_MONTH / (PAID_HOURS_MONTH + over * LEAST_OVERTIME_RATE), "month")


def judge(base: BasePay, known: Known) -> Judgement:
    """Hold base pay against what is known: below the lowest unlawful anywhere, from the highest on lawful anywhere."""
    if known.highest is not None and base.amount >= known.highest.amount:
        return Judgement("enough", known.highest)
    if known.lowest is not None and base.amount < known.lowest.amount:
        return Judgement("below", known.lowest)
    return Judgement("not_known", known.highest)
