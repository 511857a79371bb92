"""A pay reading as amounts a month, each with where it comes from: what net pay is worked out from.

Nothing is deducted here and no overtime is added: that needs the hours and the law, see matching/netpay.py. Payments
that do not come every month, or hang on a condition (13薪, 返费, 满勤奖, 绩效), are kept apart and never counted in.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from app.intake.values.pay.reading import PayAmount, PayReading

PAID_DAYS_MONTH = Decimal("21.75")  # 人社部发〔2025〕2号
PAID_HOURS_MONTH = Decimal(174)  # 21.75 days of 8 hours
WEEKS_MONTH = Decimal(52) / Decimal(12)
CENT = Decimal("0.01")
STATED_PERIODS = ("hour", "day", "month", "year")


@dataclass(frozen=True, slots=True)
class Term:
    """An amount in yuan a month. ``basis``: stated, derived (then ``formula`` says how) or unknown (then no value)."""

    value: Decimal | None
    basis: str
    formula: str = ""


UNKNOWN = Term(None, "unknown")


@dataclass(frozen=True, slots=True)
class PayTerms:
    """What a month brings before overtime, insurance, room and meals.

    ``overtime_included`` is True where the amount is all that is earned, False where overtime comes on top, None where
    the text does not say. ``allowance_month`` is what fixed allowances add; None inside where the total holds them.
    ``kind``, ``amount`` and ``amount_period`` are the low end as matching/netpay.py takes it: fixed, guaranteed or
    open; yuan; hour, day, month or year.
    """

    gross_low: Term
    gross_high: Term
    base_month: Term
    kind: str
    amount: Decimal | None
    amount_period: str
    overtime_included: bool | None
    allowance_month: Term = UNKNOWN
    hour_rate: Decimal | None = None
    months: int | None = None
    bounties: tuple[PayAmount, ...] = ()
    bonuses: tuple[PayAmount, ...] = ()
    costs: tuple[PayAmount, ...] = ()
    trial: PayAmount | None = None


def pay_terms(
    reading: PayReading,
    *,
    hours_week: Decimal | None = None,
    days_month: Decimal | None = None,
    base_pay: Decimal | None = None,
) -> PayTerms:
    """Turn a reading, and what else the vacancy states, into monthly terms. ``base_pay`` is a stated 底薪 in yuan."""
    factor, formula = _month_factor(reading.period, hours_week, days_month)
    low, high = (_term(value, factor, formula) for value in (reading.minimum, reading.maximum))
    if reading.note:  # only an overtime rate or the pay on trial is stated: no month's pay can be told from it
        low = high = UNKNOWN
    base = _base(reading, base_pay, low)
    if low.value is None and base.value is not None:
        low = Term(base.value, base.basis, base.formula or "guarantee")
    amount, amount_period = _low_end(reading, low)
    return PayTerms(
        gross_low=low,
        gross_high=high,
        base_month=base,
        kind=_kind(reading, amount),
        amount=amount,
        amount_period=amount_period,
        overtime_included=_overtime_included(reading),
        allowance_month=_allowances(reading, days_month),
        hour_rate=_hour_rate(reading),
        months=reading.months,
        bounties=reading.of_role("bounty"),
        bonuses=reading.of_role("extra"),
        costs=reading.of_role("cost"),
        trial=reading.trial,
    )


def _month_factor(
    period: str | None, hours_week: Decimal | None, days_month: Decimal | None
) -> tuple[Decimal | None, str]:
    """How many of the period a month holds, and the formula's name; no factor where the period gives no month."""
    if period == "hour":
        return (hours_week * WEEKS_MONTH, "hour*hours_week*52/12") if hours_week else (PAID_HOURS_MONTH, "hour*174")
    if period == "day":
        return (days_month, "day*days_month") if days_month else (PAID_DAYS_MONTH, "day*21.75")
    if period == "week":
        return WEEKS_MONTH, "week*52/12"
    if period == "year":
        return Decimal(1) / Decimal(12), "year/12"
    return (Decimal(1), "") if period == "month" else (None, "")


def _term(value: Decimal | None, factor: Decimal | None, formula: str) -> Term:
    if value is None or factor is None:
        return UNKNOWN
    if not formula:
        return Term(value, "stated")
    return Term((value * factor).quantize(CENT, ROUND_HALF_UP), "derived", formula)


def _base(reading: PayReading, base_pay: Decimal | None, low: Term) -> Term:
    if base_pay is not None:
        return Term(base_pay, "stated")
    if reading.base_min is not None:
        return Term(reading.base_min, "stated") if reading.period == "month" else UNKNOWN
    return low if reading.basis == "base" and reading.period == "month" else UNKNOWN


def _low_end(reading: PayReading, low: Term) -> tuple[Decimal | None, str]:
    """The low end in the period it is stated for, or in months where the period is no unit of net pay."""
    if reading.period in STATED_PERIODS and reading.minimum is not None and not reading.note:
        return reading.minimum, reading.period
    return low.value, "month"


def _kind(reading: PayReading, amount: Decimal | None) -> str:
    if amount is None:
        return "open"
    guaranteed = reading.piece or reading.pay_basis == "commission"
    return "guaranteed" if guaranteed else "fixed"


def _overtime_included(reading: PayReading) -> bool | None:
    if reading.basis is not None:
        return reading.basis == "total"
    return True if reading.pay_basis == "all_in_hourly" else None


def _allowances(reading: PayReading, days_month: Decimal | None) -> Term:
    """The fixed allowances in money, a day's counted by the days of a month; none where the pay already holds them."""
    found = [amount for amount in reading.of_role("allowance") if amount.minimum is not None]
    if reading.basis == "total" or not found or any(amount.period not in {None, "month", "day"} for amount in found):
        return UNKNOWN
    days = days_month or PAID_DAYS_MONTH
    total = sum(
        (amount.minimum * (days if amount.period == "day" else 1) for amount in found if amount.minimum), Decimal(0)
    )
    daily = any(amount.period == "day" for amount in found)
    return Term(total, "derived", "day*days_month" if days_month else "day*21.75") if daily else Term(total, "stated")


def _hour_rate(reading: PayReading) -> Decimal | None:
    if reading.period == "hour":
        return None if reading.note else reading.minimum
    return next((other.minimum for other in reading.of_role("pay") if other.period == "hour"), None)
