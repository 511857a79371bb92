"""Figures with their scale (1.2万, 3千8, 5K), and the bounds two of them make: 5-8千, 8千-1.2万, 6-8000."""

from dataclasses import dataclass
from decimal import Decimal

from app.intake.values.pay.tokens import Tokens

SCALES = {"hundred": Decimal(100), "thousand": Decimal(1000), "ten_thousand": Decimal(10_000)}
LARGE = 1000  # a number with 千 or 万 speaks of money unless a measure follows


@dataclass(frozen=True, slots=True)
class Number:
    """A figure and its scale; ``scale`` 1 means that none is written. It ends before the token ``after``."""

    low: Decimal
    high: Decimal
    scale: Decimal
    after: int
    fixed: bool = False  # a numeral that carries its scale inside itself

    @property
    def large(self) -> bool:
        """Whether 千, 万 or the like is written in it."""
        return self.scale >= LARGE or self.fixed

    @property
    def bare(self) -> bool:
        """Whether the figure stands without any scale."""
        return self.scale == 1 and not self.fixed


def read_number(tokens: Tokens, place: int) -> Number | None:
    """The number that begins at ``place``; the 万 of 月入过万 is one."""
    if tokens.has(place - 1, "at_least_before") or tokens.has(place - 1, "approx"):
        scale, after = _scale(tokens, place)
        if scale >= LARGE:
            return Number(Decimal(1), Decimal(1), scale, after)
    if tokens.kind(place) != "number":
        return None
    token = tokens[place]
    scale, after = _scale(tokens, place + 1)
    if coins := _coins(tokens, place):
        return coins
    if token.scaled and scale == 1:
        return Number(token.low, token.high, scale, place + 1, fixed=True)
    odd = _odd_part(tokens, after, scale) if scale > 1 else None
    if odd:
        value, after = odd
        return Number(token.low * scale + value, token.high * scale + value, Decimal(1), after, fixed=True)
    return Number(token.low, token.high, scale, after)


def _coins(tokens: Tokens, place: int) -> Number | None:
    """八毛, 1块5, 一块五毛: amounts below a yuan, as they are said of piece work."""
    value, after = tokens[place].low, place + 1
    if tokens.has(after, "tenth"):
        return Number(value / 10, tokens[place].high / 10, Decimal(1), after + 1, fixed=True)
    odd = after + 1
    if (
        not tokens.has(after, "kuai")
        or tokens.kind(odd) != "number"
        or tokens.gap(odd)
        or not 1 <= tokens[odd].low < 10
    ):
        return None
    after = odd + 1 + tokens.has(odd + 1, "tenth")
    if tokens.word(after).measure or any(tokens.has(after, mark) for mark in SCALES):
        return None  # 18块1小时
    value += tokens[odd].low / 10
    return Number(value, value, Decimal(1), after, fixed=True)


def _scale(tokens: Tokens, place: int) -> tuple[Decimal, int]:
    for mark, scale in SCALES.items():
        if tokens.has(place, mark):
            return scale, place + 1
    return Decimal(1), place


def _odd_part(tokens: Tokens, place: int, scale: Decimal) -> tuple[Decimal, int] | None:
    """The 5 of 1万5 and the 5千 of 1万5千; None for the 8 of 5千8小时."""
    if tokens.kind(place) != "number" or tokens.gap(place) or "." in tokens[place].digits:
        return None
    value = tokens[place].low
    own, after = _scale(tokens, place + 1)
    if own > 1:
        return (value * own, after) if own < scale and value < 10 else None
    if tokens.word(after).measure and not tokens.has(after, "money"):
        return None
    if 1 <= value < 10:
        return value * scale / 10, after
    return (value, after) if 100 <= value < scale else None


def bounds(first: Number, last: Number) -> tuple[Decimal, Decimal]:
    """Lowest and highest of a range; the scale of one number is lent to the other where only that makes sense."""
    low, high = first.low * first.scale, last.high * last.scale
    if first.bare and last.scale > 1 and first.low < 100 * last.low:
        low = first.low * last.scale  # 5-8千
    elif last.bare and first.scale > 1 and last.high < 100 and last.high * first.scale >= low:
        high = last.high * first.scale  # 5千-8
    elif first.bare and last.bare and _thousands_left_out(low, high):
        low *= LARGE  # 6-8000
    if low > high and first.bare and last.scale == SCALES["ten_thousand"] and first.low * LARGE <= high:
        low = first.low * LARGE  # 8-1.2万 can only be eight thousand
    return min(low, high), max(low, high)


def _thousands_left_out(low: Decimal, high: Decimal) -> bool:
    return low < 100 and high >= LARGE and high % 500 == 0 and low * LARGE < high <= low * 5 * LARGE


def are_alike(first: Number, second: Number) -> bool:
    """Whether two listed figures are one pay (5、6千, 4000/5000): the second larger, and at most double."""
    scale = second.scale if first.bare and first.low < 100 else first.scale
    return first.low * scale < second.low * second.scale <= first.low * scale * 2
