"""What time or piece an amount is for, where no unit stands at the amount itself."""

from dataclasses import replace
from decimal import Decimal

from app.intake.values.pay.amounts import Amount
from app.intake.values.pay.line import BREAKS, DAY_BAND, Line, Role

WITHOUT_USUAL = frozenset({"extra", "allowance", "overtime", "bounty", "cost", "added"})
RATE_BANDS = ((Decimal(8), Decimal(100), "hour"), (Decimal(100), Decimal(800), "day"))  # what 工价 is per, by size
MONTH_BAND = (Decimal(1000), Decimal(100_000), Decimal(150_000))  # highest from, lowest below, highest up to


def with_period(line: Line, role: Role) -> Role:
    """The period: written at the amount, before it, in its label, or the usual one for its size and label."""
    amount = role.amount
    if amount.period:
        return role
    if prefix := prefix_period(line, amount):
        return replace(role, amount=replace(amount, period=prefix[0], period_tokens=(prefix[1], prefix[1] + 1)))
    if role.label and role.label.period and role.label_tokens:
        return replace(role, amount=replace(amount, period=role.label.period, period_tokens=role.label_tokens))
    day = day_cycle(line, amount)
    if day is None:
        day = _day_of_hours(line, amount)
    if day is not None:
        return replace(role, amount=replace(amount, period="day", period_tokens=(day, day + 1)))
    return replace(role, amount=replace(amount, period=_usual_period(line, role)), stated_period=False)


def prefix_period(line: Line, amount: Amount) -> tuple[str, int] | None:
    """每小时18元, 一天200, 元/月：5000, 月保底3000, 一天10小时200块 (the day only where the amount can be a day's)."""
    place, counted = amount.first - 1, False
    while place >= 0 and line.kind(place) not in BREAKS:
        word = line.tokens[place].word
        other = line.covered.get(place)
        if other is not None:
            if other.measure == "one" and other.period:
                return other.period, place
            if other.measure not in {"hours", "days"}:
                return None
            counted = True
        elif word.period and not word.label and word.period != "person":
            return _leading_unit(line, place, amount, counted)
        elif word.label and word.label.period and not counted:
            return word.label.period, place
        elif not (line.is_bridge(place) or line.label(place) or line.kind(place) == "open" or counted):
            return None
        place -= 1
    return None


def _leading_unit(line: Line, place: int, amount: Amount, counted: bool) -> tuple[str, int] | None:
    period = line.tokens[place].word.period
    assert period is not None  # the caller looked
    if line.has(place - 1, "each") and line.has(place - 2, "tenure"):
        return None  # 满一年 is how long, not what for
    begun = line.has(place - 1, "each") or line.kind(place - 1) == "slash"
    if counted:
        fits = period == "day" and DAY_BAND[0] <= amount.low <= DAY_BAND[1]
        return (period, place) if begun and fits else None
    if begun or (line.has(place, "leads") and place - 1 not in line.covered):
        return period, place
    return None


def day_cycle(line: Line, amount: Amount) -> int | None:
    """日结200 and 200元日结: paid by the day, so earned by the day."""
    if not DAY_BAND[0] <= amount.low <= amount.high <= 2000:
        return None
    return next((place for place in (amount.first - 1, amount.after) if line.has(place, "cycle_day")), None)


def _day_of_hours(line: Line, amount: Amount) -> int | None:
    """每天工作10小时，150元: the clause before says how long a day is, and the amount can be a day's."""
    place = amount.first - 1
    if not amount.money or line.kind(place) != "comma" or not DAY_BAND[0] <= amount.low <= amount.high <= DAY_BAND[1]:
        return None
    place -= 1
    hours = False
    while place > 0 and line.kind(place) not in BREAKS:
        hours = hours or (place in line.covered and line.covered[place].measure == "hours")
        if hours and line.tokens[place].word.period == "day" and line.has(place - 1, "each"):
            return place
        place -= 1
    return None


def _usual_period(line: Line, role: Role) -> str | None:
    """What the size means where no period is written: pay by the month, or for 工价 by the hour or day."""
    amount = role.amount
    if role.role in WITHOUT_USUAL:
        return None
    labels = [role.label, *(line.label(place) for place in range(amount.first))]
    if any(label is not None and label.rate for label in labels):
        for least, most, period in RATE_BANDS:
            if least <= amount.low and amount.high <= most:
                return period
    from_high, below_low, to_high = MONTH_BAND
    return "month" if from_high <= amount.high <= to_high and amount.low < below_low else None
