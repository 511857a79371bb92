"""What each amount of a pay text is: base pay, all that is earned, pay on trial, a bonus, overtime, a bounty, a cost.

A label speaks for the amount of its own term: the words since the last amount, plus, comma or stop. A label behind an
amount counts where nothing in front of it names the amount (3000左右底薪, 5500（综合）).
"""

from dataclasses import replace

from app.intake.values.pay.amounts import Amount
from app.intake.values.pay.line import BREAKS, Line, Role
from app.intake.values.pay.periods import day_cycle, prefix_period, with_period
from app.intake.values.pay.tokens import Tokens
from app.intake.values.pay.words import Label

Labelled = tuple[Label, tuple[int, int]]

SIDE_ROLES = frozenset({"extra", "allowance", "overtime", "bounty", "cost"})
PAY_ROLES = frozenset({"pay", "base", "total"})
ON_TOP = frozenset({"extra", "overtime"})  # earned beside a base; an allowance in keep is not earned
UNNAMED = Label("")
LEAST_BARE = 800  # a bare number below this is pay only where a word right beside it says so
MOST_BARE = 2_000_000


def give_roles(tokens: Tokens, amounts: list[Amount]) -> list[Role]:
    """Each amount of money with its role, in order. Bare numbers that nothing names as money are left out."""
    line = Line(tokens, {place: amount for amount in amounts for place in range(amount.first, amount.after)})
    found: list[Role] = []
    taken: set[int] = set()
    for amount in amounts:
        role = _role(line, amount, found, taken)
        if role is None:
            continue
        found.append(with_period(line, _with_top(line, role)))
        if role.label_tokens:
            taken.update(range(*role.label_tokens))
    return found


def _role(line: Line, amount: Amount, before: list[Role], taken: set[int]) -> Role | None:
    if amount.measure or amount.high <= 0 or _led_by_other(line, amount):
        return None
    labels, adjacent = _labels_before(line, amount, taken)
    if _sums_up(line, amount, before) or (amount.low >= LEAST_BARE and _parts_in_bracket(line, amount)):
        return Role(amount, "total", label=labels[0][0] if labels else None)
    if parts := _sum_of_words(line, amount):
        return Role(amount, parts)
    if not labels or (labels[0][0].role in SIDE_ROLES and not adjacent):
        behind = _label_behind(line, amount)
        labels = [behind] if behind else [pair for pair in labels if pair[0].role not in SIDE_ROLES]
        adjacent = adjacent or behind is not None
    added = _is_added(line, amount, before)
    if not added and not _is_money(line, amount, adjacent and bool(labels) and labels[0][0].role != "regular"):
        return None
    if not labels:
        return Role(amount, "added" if added else "pay")
    return _named(line, amount, labels)


def _named(line: Line, amount: Amount, labels: list[Labelled]) -> Role:
    """The role the labels give: trial over all, then side payments, then the first that says more than 'pay'."""
    nearest, place = labels[0]
    behind = _label_behind(line, amount)
    said = [(label.role, where, label) for label, where in [*labels, *([behind] if behind else [])]]
    if any(role == "trial" for role, _, _ in said):
        return Role(amount, "trial", place, nearest)
    if nearest.role in SIDE_ROLES:
        named_pay = bool(nearest.pay_from) and amount.low >= nearest.pay_from
        return Role(amount, "pay" if named_pay else nearest.role, place, nearest)
    for wanted in ({"base", "total"}, {"regular"}):
        for role, where, label in said:
            if role in wanted:
                return Role(amount, role, where, label)
    return Role(amount, "pay", place, nearest)


def _labels_before(line: Line, amount: Amount, taken: set[int]) -> tuple[list[Labelled], bool]:
    """Labels of the amount's own term, nearest first, and whether the nearest stands right before it."""
    found: list[Labelled] = []
    adjacent, clear, opened = False, True, False
    place = amount.first - 1
    while place >= 0 and place not in taken and line.kind(place) not in BREAKS:
        label = line.label(place)
        if place in line.covered:
            if not line.covered[place].measure:
                break
            clear = clear and line.covered[place].measure == "share"  # 加班1.5倍22元
        elif line.kind(place) == "open":
            if opened or found:
                break
            opened = True
        elif label and label.role != "benefit":
            adjacent = adjacent or (clear and not found)
            found.append((label, (place, place + 1)))
        elif not line.is_bridge(place):
            clear = False
        place -= 1
    return found, adjacent


def _label_behind(line: Line, amount: Amount) -> Labelled | None:
    """The label straight behind: 3000底薪, 5500（综合）, 200元餐补, unless it belongs to the next amount or to 另算."""
    place = amount.after
    opened = False
    while line.kind(place) == "open" or line.has(place, "filler"):
        opened = opened or line.kind(place) == "open"
        place += 1
    label = line.label(place)
    if label is None or label.role == "benefit" or _belongs_ahead(line, place, opened):
        return None
    loose = line.tokens.gap(place) and not opened
    if label.role in SIDE_ROLES and (loose or line.has(place + 1, "apart") or line.has(place + 1, "at_least")):
        return None  # 提成另算, 加班多: words about a payment, no name of this amount
    return label, (place, place + 1)


def _belongs_ahead(line: Line, place: int, opened: bool) -> bool:
    """Whether the label at ``place`` is nearer to an amount that follows it than to the one before."""
    after = place + 1
    while line.is_bridge(after) and line.kind(after) != "close":
        after += 1
    if line.money(after) is None:
        return False
    return opened or line.tokens.gap(place) or not line.tokens.gap(after)


def _led_by_other(line: Line, amount: Amount) -> bool:
    """Whether the word before says that the number is no pay: 年龄18-45, 电话, 招20."""
    if amount.money:
        return False
    place = amount.first - 1
    while line.kind(place) == "colon" or line.has(place, "filler"):
        place -= 1
    return line.has(place, "lead") or (line.kind(place) == "identifier" and not line.tokens.gap(place + 1))


def _before_bracket(line: Line, amount: Amount) -> int:
    """The place of the sign that stands before the amount and its labels."""
    place = amount.first - 1
    while place not in line.covered and line.kind(place) != "open" and (line.is_bridge(place) or line.label(place)):
        place -= 1
    return place


def _sums_up(line: Line, amount: Amount, before: list[Role]) -> bool:
    """After an equals sign; or in brackets behind a sum, no smaller than its base: 底薪3000元+提成（6000-8000元）."""
    place = _before_bracket(line, amount)
    if line.kind(place) == "equals":
        return True
    if line.kind(place) != "open" or not before:
        return False
    base = before[-1]
    period = amount.period or base.amount.period
    return base.role in {"base", "pay"} and base.plus and amount.low >= base.amount.low and period != "piece"


def _parts_in_bracket(line: Line, amount: Amount) -> bool:
    """2500-5000元（底薪+提成）: the bracket names the parts of the amount."""
    place, parts, plus = amount.after + 1, 0, False
    if line.kind(amount.after) != "open":
        return False
    while line.kind(place) not in {"", "close", "break"}:
        if line.money(place) or (line.label(place) or UNNAMED).role in {"benefit", "trial"}:
            return False
        parts += line.label(place) is not None
        plus = plus or line.kind(place) == "plus"
        place += 1
    return plus and parts > 1


def _sum_of_words(line: Line, amount: Amount) -> str | None:
    """底薪+提成 4000-6000: an amount after a sum of parts without amounts is what they come to."""
    if amount.low < 1000 or amount.period not in {None, "month", "year"}:
        return None
    roles: list[str] = []
    plus = False
    place = amount.first - 1
    while place >= 0 and place not in line.covered and line.kind(place) not in {"comma", "break", "equals", "open"}:
        plus = plus or line.kind(place) == "plus"
        if label := line.label(place):
            roles.append(label.role)
        place -= 1
    if not plus or len(roles) < 2 or not PAY_ROLES & set(roles) or line.money(place):
        return None
    return "pay" if "benefit" in roles else "total"  # with insurance among the parts the sum is not pay alone


def _is_added(line: Line, amount: Amount, before: list[Role]) -> bool:
    """The 1 of 19.5+1: a number added to pay, with no name of its own."""
    place = amount.first - 1
    to = line.money(place - 1)
    return line.kind(place) == "plus" and to is not None and bool(before) and to.first == before[-1].amount.first


def _is_money(line: Line, amount: Amount, named: bool) -> bool:
    """Whether a bare number is pay: something names it, a period stands before it, or it is as large as a month's."""
    if amount.money:
        return True
    if amount.high >= MOST_BARE:
        return False
    timed = prefix_period(line, amount) is not None or day_cycle(line, amount) is not None
    return named or timed or amount.low >= LEAST_BARE


def _with_top(line: Line, role: Role) -> Role:
    """Notes what is earned on top of the amount (+提成, 加班另算), or that the amount already holds it (含加班)."""
    if role.role not in {"pay", "base", "regular", "total"}:
        return role
    place, plus, apart, within, depth = role.amount.after, False, False, False, 0
    while line.kind(place) not in {"", "break", "equals"}:
        if line.money(place) and not plus:
            break
        depth += {"open": 1, "close": -1}.get(line.kind(place), 0)
        plus = plus or (line.kind(place) == "plus" and depth <= 0)
        apart = (apart or line.has(place, "apart")) and line.kind(place) != "comma"
        within = (within or line.has(place, "within")) and line.kind(place) not in {"comma", "close"}
        label = line.label(place)
        if label and plus and label.role == "allowance":
            role = replace(role, plus_sign=True)
        if label and (label.role in ON_TOP or label.piece):
            if within and not apart:
                return replace(role, role="total" if role.role == "pay" else role.role)
            if plus or apart or _said_apart(line, place + 1):
                role = replace(role, plus=True, plus_sign=role.plus_sign or plus)
        place += 1
    return role


def _said_apart(line: Line, place: int) -> bool:
    """提成和奖金另算: 另算 behind a row of labels."""
    while line.has(place, "filler") or line.label(place):
        place += 1
    return line.has(place, "apart")
