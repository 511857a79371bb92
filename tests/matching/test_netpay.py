"""Net pay, worked by hand."""

import pytest

from matching.exceptions import InvalidPayError
from matching.netpay import Basis, NetPay, Pay, PayKind, Period, Term, net_pay


def term(pay: NetPay, name: str) -> Term:
    return next(item for item in pay.terms if item.name == name)


def test_flat_month_less_what_the_labourer_pays() -> None:
    pay = net_pay(Pay(PayKind.FIXED, amount=600_000, insurance=45_050, room=10_000, utilities=5_000, meals=30_000))
    assert pay.net_month == 5_099  # 6000 − 450.50 − 100 − 50 − 300 = 5099.50, rounded down
    assert pay.net_hour == 2_930  # 5099.50 / 174 h = 29.307 yuan
    assert pay.basis is Basis.STATED


def test_base_plus_stated_overtime_at_the_three_factors() -> None:
    pay = net_pay(Pay(PayKind.FIXED, amount=249_000, overtime=(200, 160, 80), allowances=20_000))
    # hour = 2490 / 174; overtime hours 20 · 1.5 + 16 · 2 + 8 · 3 = 86 → 1230.69 yuan
    assert term(pay, "overtime").amount == 123_068
    assert pay.net_month == 3_920  # 2490 + 1230.68 + 200
    assert pay.net_hour == 1_798  # 3920.68 / (174 + 44)


def test_hours_that_are_not_stated_are_derived() -> None:
    assert net_pay(Pay(PayKind.FIXED, Period.HOUR, 2_200)) == NetPay(
        3_828,
        2_200,
        Basis.DERIVED,
        (Term("amount", 382_800, Basis.DERIVED), *(Term(name, 0, Basis.UNKNOWN) for name in DEDUCTIONS)),
    )


DEDUCTIONS = ("allowances", "insurance", "room", "utilities", "meals")


def test_an_hourly_rate_counts_the_stated_hours() -> None:
    pay = net_pay(Pay(PayKind.FIXED, Period.HOUR, 2_600, hours_week=660))
    assert (pay.net_month, pay.net_hour, pay.basis) == (7_436, 2_600, Basis.STATED)  # 26 · 66 · 52 / 12


def test_overtime_of_an_hourly_rate_is_not_counted_twice() -> None:
    pay = net_pay(Pay(PayKind.FIXED, Period.HOUR, 2_000, hours_week=480, overtime=(340, 0, 0)))
    # 208 h a month, 34 of them overtime: 174 · 20 + 34 · 30
    assert pay.net_month == 4_500
    assert pay.net_hour == 2_163  # 4500 / 208


@pytest.mark.parametrize(
    ("pay", "net", "basis"),
    [
        (Pay(PayKind.FIXED, Period.DAY, 20_000), 4_350, Basis.DERIVED),  # 200 · 21.75
        (Pay(PayKind.FIXED, Period.DAY, 20_000, days_month=2_600), 5_200, Basis.STATED),
        (Pay(PayKind.FIXED, Period.YEAR, 7_000_000), 5_833, Basis.DERIVED),  # 70000 / 12
        (Pay(PayKind.GUARANTEED, amount=400_000), 4_000, Basis.STATED),
    ],
)
def test_other_periods(pay: Pay, net: int, basis: Basis) -> None:
    result = net_pay(pay)
    assert (result.net_month, result.basis) == (net, basis)


@pytest.mark.parametrize("pay", [Pay(PayKind.OPEN, amount=900_000), Pay(PayKind.FIXED)])
def test_piece_work_without_guarantee_and_negotiable_pay_are_unknown(pay: Pay) -> None:
    result = net_pay(pay)
    assert (result.net_month, result.net_hour, result.basis) == (None, None, Basis.UNKNOWN)


@pytest.mark.parametrize(("people", "net", "basis"), [(9, 6_000, Basis.STATED), (10, 5_100, Basis.VERIFIED)])
def test_what_ten_people_really_got_replaces_the_sum(people: int, net: int, basis: Basis) -> None:
    result = net_pay(Pay(PayKind.FIXED, amount=600_000, verified_net=510_000, verified_people=people))
    assert (result.net_month, result.basis) == (net, basis)


def test_verified_pay_stands_even_where_the_post_says_nothing() -> None:
    assert net_pay(Pay(PayKind.OPEN, verified_net=480_000, verified_people=12)).net_month == 4_800


def test_deductions_never_make_pay_negative() -> None:
    assert net_pay(Pay(PayKind.FIXED, amount=10_000, room=50_000)).net_month == 0


@pytest.mark.parametrize(("name", "value"), [("amount", -1), ("hours_week", 0), ("days_month", 3_200), ("room", -5)])
def test_terms_outside_their_domain_are_refused(name: str, value: int) -> None:
    with pytest.raises(InvalidPayError, match=name):
        Pay(PayKind.FIXED, **{name: value})
