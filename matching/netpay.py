"""Net pay in hand (到手) per month at its low end: what people compare, with the basis of every term.

    net = base + stated overtime at 1.5 / 2 / 3 + fixed allowances − own insurance − room − utilities − meals

Thirteenth months, refunds by agents (返费) and attendance bonuses (满勤奖) are not terms: they are kept and shown
apart by the caller. Money is in fen; a net amount is rounded down to the yuan, as befits a low end.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum
from fractions import Fraction

from matching.exceptions import InvalidPayError

PAID_HOURS_A_MONTH = 174
"""21.75 paid days of eight hours: Ministry of Labour notice 劳社部发〔2008〕3号, kept by 人社部发〔2025〕2号."""

PAID_DAYS_A_MONTH = Fraction(2175, 100)
WEEKS_A_MONTH = Fraction(52, 12)
VERIFIED_FROM = 10
"""People whose pay was really followed up, from which their median stands for the vacancy."""

OVERTIME_FACTORS = (Fraction(3, 2), Fraction(2), Fraction(3))
"""Weekday, rest day, statutory holiday: Labour Law, article 44."""


class Period(Enum):
    """What one amount of pay is for."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class PayKind(Enum):
    """How pay is worked out, as far as net pay depends on it."""

    FIXED = "fixed"
    """An amount per period, overtime in it or not: base plus overtime, all-in hourly, daily, flat monthly."""
    GUARANTEED = "guaranteed"
    """Piece work or commission with a guaranteed amount; the guarantee is the low end."""
    OPEN = "open"
    """Piece work or commission without a guarantee, or negotiable: unknown."""


class Basis(IntEnum):
    """What a term rests on, weakest first."""

    UNKNOWN = 0
    DERIVED = 1
    STATED = 2
    VERIFIED = 3


@dataclass(frozen=True)
class Pay:
    """The terms of one vacancy as stated; None is not stated.

    Parameters
    ----------
    kind, period
        How and per what the amount is paid.
    amount
        Low end, fen per period, ≥ 0.
    hours_week
        Hours worked a week, stated overtime among them, in tenths of an hour, 1 to 1680.
    days_month
        Days worked a month, in hundredths of a day, 1 to 3100; needed only for pay by the day.
    overtime
        Stated overtime a month on weekdays, rest days, holidays, tenths of an hour, paid on top of the amount.
    allowances
        Fixed monthly allowances, fen.
    insurance, room, utilities, meals
        What the labourer pays a month, fen; 0 is free.
    verified_net, verified_people
        Median net pay really received a month, fen, and from how many people.
    """

    kind: PayKind
    period: Period = Period.MONTH
    amount: int | None = None
    hours_week: int | None = None
    days_month: int | None = None
    overtime: tuple[int, int, int] = (0, 0, 0)
    allowances: int | None = None
    insurance: int | None = None
    room: int | None = None
    utilities: int | None = None
    meals: int | None = None
    verified_net: int | None = None
    verified_people: int = 0

    def __post_init__(self) -> None:
        """Check domains. Raises: InvalidPayError."""
        for name in ("amount", "allowances", "insurance", "room", "utilities", "meals", "verified_net"):
            _check(name, getattr(self, name), 0, 10**10)
        _check("hours_week", self.hours_week, 1, 1_680)
        _check("days_month", self.days_month, 1, 3_100)
        for hours in self.overtime:
            _check("overtime", hours, 0, 7_440)
        _check("verified_people", self.verified_people, 0, 10**9)


@dataclass(frozen=True)
class Term:
    """One term of the sum: name of the field, signed fen a month (rounded down), and what it rests on."""

    name: str
    amount: int
    basis: Basis


@dataclass(frozen=True)
class NetPay:
    """Net pay with its terms.

    Parameters
    ----------
    net_month
        Yuan a month, rounded down, never below 0; None: unknown.
    net_hour
        Fen an hour worked, rounded down; None: unknown.
    basis
        Of the whole: the weakest of the terms that are known; UNKNOWN if the amount itself is.
    terms
        In the order of the formula. A term nobody stated has amount 0 and basis UNKNOWN: to ask.
    """

    net_month: int | None
    net_hour: int | None
    basis: Basis
    terms: tuple[Term, ...]


def net_pay(pay: Pay) -> NetPay:
    """Return net pay per month and hour at its low end, with the basis of each term.

    The median of at least ten people followed up replaces the sum. Amounts by the hour count the stated hours a week
    (× 52 ÷ 12), else 174 hours; by the day the stated days, else 21.75; by the year a twelfth.
    """
    if pay.verified_net is not None and pay.verified_people >= VERIFIED_FROM:
        return _net(pay, (Term("verified_net", pay.verified_net, Basis.VERIFIED),))
    if pay.kind is PayKind.OPEN or pay.amount is None:
        return NetPay(None, None, Basis.UNKNOWN, (Term("amount", 0, Basis.UNKNOWN),))
    monthly, basis = _per_month(pay, pay.amount)
    terms = [Term("amount", int(monthly), basis)]
    if any(pay.overtime):
        terms.append(Term("overtime", int(_overtime(pay, monthly)), basis))
    terms.append(_stated("allowances", pay.allowances, 1))
    terms.extend(_stated(name, getattr(pay, name), -1) for name in ("insurance", "room", "utilities", "meals"))
    return _net(pay, tuple(terms))


def _net(pay: Pay, terms: tuple[Term, ...]) -> NetPay:
    fen = max(0, sum(term.amount for term in terms))
    basis = min(term.basis for term in terms if term.basis is not Basis.UNKNOWN)
    return NetPay(fen // 100, int(fen / _hours_worked(pay)), basis, terms)


def _per_month(pay: Pay, amount: int) -> tuple[Fraction, Basis]:
    if pay.period is Period.MONTH:
        return Fraction(amount), Basis.STATED
    if pay.period is Period.YEAR:
        return Fraction(amount, 12), Basis.DERIVED
    if pay.period is Period.DAY:
        days = PAID_DAYS_A_MONTH if pay.days_month is None else Fraction(pay.days_month, 100)
        return amount * days, Basis.DERIVED if pay.days_month is None else Basis.STATED
    ordinary = max(_hours_worked(pay) - _overtime_hours(pay), Fraction())
    return amount * ordinary, Basis.DERIVED if pay.hours_week is None else Basis.STATED


def _overtime_hours(pay: Pay) -> Fraction:
    return Fraction(sum(pay.overtime), 10)


def _hours_worked(pay: Pay) -> Fraction:
    if pay.hours_week is None:
        return PAID_HOURS_A_MONTH + _overtime_hours(pay)
    return Fraction(pay.hours_week, 10) * WEEKS_A_MONTH


def _overtime(pay: Pay, monthly: Fraction) -> Fraction:
    """Pay overtime at the hourly rate itself where there is one, else at the month's pay over 174 hours."""
    hourly = Fraction(pay.amount or 0) if pay.period is Period.HOUR else monthly / PAID_HOURS_A_MONTH
    return sum(
        (hourly * factor * hours / 10 for factor, hours in zip(OVERTIME_FACTORS, pay.overtime, strict=True)), Fraction()
    )


def _stated(name: str, amount: int | None, sign: int) -> Term:
    return Term(name, 0, Basis.UNKNOWN) if amount is None else Term(name, sign * amount, Basis.STATED)


def _check(name: str, value: int | None, low: int, high: int) -> None:
    if value is not None and not low <= value <= high:
        raise InvalidPayError(f"{name}: is {value}, expected {low} to {high}, or None where nobody has stated it")
