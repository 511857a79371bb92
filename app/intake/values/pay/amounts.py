"""Numbers that lie together to amounts: ranges, units, bounds and the period each is for.

Only the shape of the words is judged here. What an amount is (base pay, a bonus, a fine) is said by the labels beside
it, see roles.py. A number with a measure of its own (8 小时, 20 人, 18-40 岁) comes out as a count, which is no money.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from app.intake.values.pay.numbers import Number, are_alike, bounds, read_number
from app.intake.values.pay.tokens import Tokens

TOO_MUCH = {"hour": 1000, "day": 3000, "week": 10_000}  # from this on, 每天 speaks of something else than the pay
PERIODS_BY_COUNT = {"days": (20, 31, "month"), "hours": (7, 13, "day")}  # 5000元/26天, 200元/10小时
LINKS = frozenset({"range", "list", "slash", "comma"})
AFTER_PLUS_SIGNS = frozenset({"", "comma", "break", "close", "open", "slash", "colon"})
AFTER_PLUS_MARKS = ("money", "each", "approx")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money or a count, from token ``first`` up to and without token ``after``."""

    low: Decimal
    high: Decimal
    first: int
    after: int
    money: bool = False  # a money unit, a scale or a period stands at it
    measure: str | None = None  # what it counts, if it is no money
    single: bool = True
    period: str | None = None
    period_tokens: tuple[int, int] | None = None
    approx: bool = False
    at_least: bool = False
    at_most: bool = False

    @property
    def months(self) -> bool:
        """Whether it says how many months are paid: 13薪."""
        return self.measure == "salaries"


def read_amounts(tokens: Tokens) -> list[Amount]:
    """Every amount and count of the text, in order."""
    found: list[Amount] = []
    place = 0
    while place < len(tokens):
        amount = _amount(tokens, place)
        if amount:
            found.append(amount)
        place = amount.after if amount else place + 1
    return found


def _amount(tokens: Tokens, place: int) -> Amount | None:
    number = read_number(tokens, place)
    if number is None:
        return None
    marked = tokens.has(place - 1, "money_before")
    amount = Amount(
        low=number.low * number.scale,
        high=number.high * number.scale,
        first=place - 1 if marked else place,
        after=number.after,
        money=marked or number.large,
        single=number.low == number.high,
    )
    return _bounded_before(tokens, _linked(tokens, _tail(tokens, amount), number))


def _linked(tokens: Tokens, amount: Amount, first: Number) -> Amount:
    """The amount with the further numbers of its range, as far as they are of one kind."""
    last = first
    while (link := _link(tokens, amount, last)) is not None:
        ahead = replace(amount, after=link.after, single=False, money=amount.money or link.large, measure=None)
        ahead = _tail(tokens, ahead)
        if ahead.measure != amount.measure and (amount.measure or amount.money):
            break  # 焊工5名-6000: two facts and no range
        amount, last = ahead, link
    if last is first:
        return amount
    low, high = bounds(first, last)
    return replace(amount, low=low, high=high)


def _link(tokens: Tokens, amount: Amount, last: Number) -> Number | None:
    """The next number of a range (5-8千), of a pair (5、6千, 4000/5000) or of a chain (2800-3200-4500)."""
    kind = tokens.kind(amount.after)
    if kind not in LINKS or (amount.measure and kind != "range"):
        return None
    start = amount.after + 1
    while tokens.kind(start) == "range" or tokens.has(start, "money_before") or tokens.has(start, "at_most_before"):
        start += 1
    following = read_number(tokens, start)
    if following is None:
        return None
    if kind == "comma":
        return following if _close_digits(tokens, amount, following) else None
    if kind in {"slash", "list"}:
        return following if are_alike(last, following) else None
    apart = following.bare and last.bare and not amount.measure and following.high * 3 < last.low  # 4500-8小时
    return None if apart else following


def _close_digits(tokens: Tokens, amount: Amount, following: Number) -> bool:
    """5，6千: two single figures, one more than the other, and a scale."""
    single = not amount.money and amount.high < 10 and not tokens.gap(amount.after)
    return single and following.scale > 1 and following.low == amount.high + 1


def _tail(tokens: Tokens, amount: Amount) -> Amount:
    """What stands behind the number: measure, or money unit, bounds and period in any order people write them."""
    counted = _measured(tokens, amount)
    if counted:
        return counted
    while ahead := _unit_of_money(tokens, amount) or _bound(tokens, amount) or _period(tokens, amount):
        amount = ahead
    return amount


def _measured(tokens: Tokens, amount: Amount) -> Amount | None:
    """The count, if the number has a measure that is no money: 8小时, 20多人, 3年以上, 13薪."""
    place = amount.after
    while tokens.has(place, "at_least") and not tokens.word(place).measure:
        place += 1
    if tokens.kind(place) == "identifier" and not tokens.gap(place):
        return replace(amount, after=place + 1, measure="identifier", money=False)
    measure, period = tokens.word(place).measure, tokens.word(place).period
    if measure is None or tokens.has(place, "money"):
        return None
    unit = (place, place + 1)
    if (measure == "month" and amount.low > 31) or (measure == "years" and amount.low > 2100):
        return replace(amount, after=place + 1, money=True, period=period, period_tokens=unit)  # 5000月
    if measure in {"hours", "days"} and amount.low == 1:
        return replace(amount, after=place + 1, measure="one", period=period, period_tokens=unit)  # 1小时
    return replace(amount, after=place + 1, measure=measure, money=False)


def _unit_of_money(tokens: Tokens, amount: Amount) -> Amount | None:
    """元, and a unit of time straight after it: 22元小时."""
    place = amount.after
    if not tokens.has(place, "money"):
        return None
    unit = tokens.word(place + 1).period
    if unit in {"hour", "day", "month"} and not tokens.gap(place + 1) and not amount.period:
        return replace(amount, after=place + 2, money=True, period=unit, period_tokens=(place + 1, place + 2))
    return replace(amount, after=place + 1, money=True)


def _bound(tokens: Tokens, amount: Amount) -> Amount | None:
    """以上, 起, 左右, 以下, 不等 and a + with nothing to add."""
    place = amount.after
    if tokens.kind(place) == "plus" and _nothing_added(tokens, place + 1):
        return replace(amount, after=place + 1, at_least=True)
    word = tokens.word(place)
    if word.label or word.period or not word.marks & {"approx", "at_least", "at_most", "spread"}:
        return None
    return replace(
        amount,
        after=place + 1,
        approx=amount.approx or "approx" in word.marks,
        at_least=amount.at_least or "at_least" in word.marks,
        at_most=amount.at_most or "at_most" in word.marks,
    )


def _nothing_added(tokens: Tokens, place: int) -> bool:
    return tokens.kind(place) in AFTER_PLUS_SIGNS or any(tokens.has(place, mark) for mark in AFTER_PLUS_MARKS)


def _period(tokens: Tokens, amount: Amount) -> Amount | None:
    """/月, 每小时, 一天, per hour, (元/月); 人 in between is passed over: 元/人/天."""
    place = amount.after
    if amount.period and tokens.kind(place) != "slash":
        return None
    opened = tokens.kind(place) == "open"
    found = read_period(tokens, place + opened) or (_counted_period(tokens, place) if amount.money else None)
    if found is None or (opened and tokens.kind(found[1]) != "close"):
        return None
    period, after = found[0], found[1] + opened
    if tokens.has(place, "each") and period in TOO_MUCH and amount.high >= TOO_MUCH[period]:
        return None  # 5000 每天8小时
    if amount.period or period == "person":
        return replace(amount, after=after, money=True)
    return replace(amount, after=after, period=period, period_tokens=(place, after), money=True)


def read_period(tokens: Tokens, place: int) -> tuple[str, int] | None:
    """The period that a stroke, 每 or 一 at ``place`` begins, and the place after it."""
    if tokens.has(place, "money"):
        place += 1
    if not (tokens.kind(place) == "slash" or tokens.has(place, "each")):
        return None
    place += 1 + tokens.has(place + 1, "each")
    counted = _counted_period(tokens, place)
    if counted:
        return counted
    word = tokens.word(place)
    period = word.period or (word.label.period if word.label else None)
    return (period, place + 1) if period else None


def _counted_period(tokens: Tokens, place: int) -> tuple[str, int] | None:
    """5000元/26天 is a month, 200元/10小时 a day, 18元/1小时 an hour."""
    unit = tokens.word(place + 1)
    if tokens.kind(place) != "number" or not unit.measure:
        return None
    count = tokens[place].low
    if count == 1 and unit.period:
        return unit.period, place + 2
    least, most, period = PERIODS_BY_COUNT.get(unit.measure, (0, 0, ""))
    return (period, place + 2) if least <= count <= most and period else None


def _bounded_before(tokens: Tokens, amount: Amount) -> Amount:
    """约5000, 最高8000, 不低于3000, (月入)过万."""
    place = amount.first - 1
    while tokens.kind(place) == "word" and not tokens.word(place).label:
        if tokens.has(place, "approx"):
            amount = replace(amount, approx=True)
        elif tokens.has(place, "at_least_before"):
            amount = replace(amount, at_least=True)
        elif tokens.has(place, "at_most_before"):
            amount = replace(amount, at_most=amount.at_most or amount.single)
        elif not tokens.has(place, "filler"):
            break
        place -= 1
    return amount
