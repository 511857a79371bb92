"""What remains in hand of a post's stated pay, at the low end, as the engine's rule works it out."""

from app.vacancies.schemas import NetFigures, VacancyFacts
from matching.netpay import Pay, PayKind, Period, net_pay

FEN = 100
TENTHS = 10
ORDINARY_WEEK = 40
PERIODS = {"hour": Period.HOUR, "day": Period.DAY, "month": Period.MONTH, "year": Period.YEAR}
WITHOUT_GUARANTEE = frozenset({"piece_open", "commission"})
WITH_GUARANTEE = frozenset({"piece_guaranteed"})
HOURS_A_WEEK = range(1, 169)


def net_figures(facts: VacancyFacts) -> NetFigures:
    """Net pay of a post with the basis of each term; unknown where the advert does not let one say."""
    result = net_pay(_pay(facts))
    terms: list[dict[str, object]] = [
        {"name": term.name, "amount": term.amount // FEN, "basis": term.basis.name.lower()} for term in result.terms
    ]
    return NetFigures(result.net_month, result.net_hour, terms)


def _pay(facts: VacancyFacts) -> Pay:
    kind, period, amount = _amount(facts)
    hours = facts.hours_week if facts.hours_week in HOURS_A_WEEK else None
    is_base = facts.pay_basis == "base_plus_overtime" and facts.base_month is not None
    return Pay(
        kind=kind,
        period=period,
        amount=None if amount is None else amount * FEN,
        hours_week=None if hours is None else hours * TENTHS,
        overtime=_overtime(hours) if is_base else (0, 0, 0),
        room=_fen(facts.lodging_cost),
        utilities=_fen(facts.utilities_cost),
        meals=_fen(facts.meal_cost),
    )


def _amount(facts: VacancyFacts) -> tuple[PayKind, Period, int | None]:
    period = PERIODS.get(facts.pay_period or "", Period.MONTH)
    guaranteed = PayKind.GUARANTEED if facts.pay_basis in WITH_GUARANTEE else PayKind.FIXED
    if facts.pay_basis == "base_plus_overtime" and facts.base_month is not None:
        return PayKind.FIXED, Period.MONTH, facts.base_month
    if facts.pay_basis in WITHOUT_GUARANTEE:
        return PayKind.OPEN, period, None
    if facts.pay_min is not None and facts.pay_period in PERIODS:
        return guaranteed, period, facts.pay_min
    if facts.base_month is not None:
        return guaranteed, Period.MONTH, facts.base_month
    return PayKind.OPEN, period, None


def _overtime(hours_week: int | None) -> tuple[int, int, int]:
    """Stated hours beyond the ordinary week, a month, in tenths; all at the weekday rate, as befits a low end."""
    if hours_week is None:
        return 0, 0, 0
    return max(0, hours_week - ORDINARY_WEEK) * TENTHS * 52 // 12, 0, 0


def _fen(yuan: int | None) -> int | None:
    return None if yuan is None else yuan * FEN
