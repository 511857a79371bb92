"""A pay text read: lowest, highest, period and basis, each pointing at its words. What cannot be read stays None."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from app.intake.values.pay.amounts import Amount, read_amounts
from app.intake.values.pay.line import Role
from app.intake.values.pay.roles import give_roles
from app.intake.values.pay.tokens import Tokens, tokenize
from app.intake.values.pay.words import Label

MAIN_ROLES = ("total", "regular", "pay", "base", "overtime", "trial")  # which amount of a text is its pay, best first
DOUBLE_PAY_MONTHS = 13


@dataclass(frozen=True, slots=True)
class Span:
    """Where in the text a fact was read."""

    field: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class PayAmount:
    """One amount of the text with its role: trial, overtime, extra, bounty, cost, or pay beside the main one."""

    role: str
    minimum: Decimal | None
    maximum: Decimal | None
    period: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class PayReading:
    """What a pay text says. Money in yuan; ``period`` is hour, day, week, month, year, piece or None."""

    text: str
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    period: str | None = None
    period_stated: bool = False  # False: no word for it, taken from the size as such texts are usually meant
    basis: str | None = None  # base: more comes on top; total: all of it
    pay_basis: str | None = None  # code of the list pay_basis, where the words are clear
    months: int | None = None
    open_up: bool = False
    approx: bool = False
    piece: bool = False
    negotiable: bool = False
    base_min: Decimal | None = None
    trial: PayAmount | None = None
    others: tuple[PayAmount, ...] = ()
    note: str = ""
    spans: tuple[Span, ...] = ()

    def of_role(self, role: str) -> tuple[PayAmount, ...]:
        """The amounts beside the main one that have this role."""
        return tuple(amount for amount in self.others if amount.role == role)


@lru_cache(maxsize=10_000)  # the same few texts fill a sheet
def read_pay(text: str) -> PayReading:
    """Read a pay text as it stands in a cell or an advert."""
    tokens = tokenize(text)
    amounts = read_amounts(tokens)
    roles = _joined(give_roles(tokens, amounts))
    main = _main(roles)
    reading = PayReading(
        text=text,
        months=_months(tokens, amounts),
        open_up=_marked(tokens, "open_up") or bool(main and main.amount.at_least and not main.amount.single),
        piece=_piece(tokens, main),
        negotiable=_marked(tokens, "negotiable"),
        spans=tuple(_fact_spans(text, tokens, amounts)),
    )
    if main is None:
        others = tuple(_pay_amount(text, tokens, role) for role in roles)
        return _without_amount(replace(reading, others=others), tokens)
    return _with_main(reading, tokens, roles, main)


def _joined(roles: list[Role]) -> list[Role]:
    """最低3000最高8000: a least and a most of the same kind, one after the other, are one range."""
    found: list[Role] = []
    for role in roles:
        last = found[-1] if found else None
        if last is not None and _least_and_most(last, role):
            low, high = sorted((last.amount.low, role.amount.low))
            joined = replace(last.amount, low=low, high=high, after=role.amount.after)
            found[-1] = replace(last, amount=replace(joined, single=False, at_least=False, at_most=False))
        else:
            found.append(role)
    return found


def _least_and_most(first: Role, second: Role) -> bool:
    if not (first.amount.single and second.amount.single and second.role in {first.role, "pay"}):
        return False
    up = first.amount.at_least and second.amount.at_most and second.amount.high > first.amount.low
    return up or (first.amount.at_most and second.amount.at_least and second.amount.low < first.amount.high)


def _main(roles: list[Role]) -> Role | None:
    """The amount that is the pay: the best role first, an amount with a period of time before one without."""
    found = [role for name in MAIN_ROLES for role in roles if role.role == name]
    timed = [role for role in found if role.amount.period not in {None, "piece"}]
    return next(iter([*timed, *found]), None)


def _with_main(reading: PayReading, tokens: Tokens, roles: list[Role], main: Role) -> PayReading:
    base = next((role for role in roles if role.role == "base" and _belongs(role, main, tokens)), None)
    minimum, maximum = _bounds(main, roles)
    if minimum is None and base is not None and maximum is not None and base.amount.low <= maximum:
        minimum = base.amount.low  # 底薪3000，最高可达8000
    others = tuple(_pay_amount(reading.text, tokens, role) for role in roles if role is not main)
    spans = [_span(reading.text, tokens, "amount", main.amount.first, main.amount.after), *reading.spans]
    if main.amount.period_tokens:
        spans.append(_span(reading.text, tokens, "period", *main.amount.period_tokens))
    basis = _basis(main, base)
    if basis and main.label_tokens:
        spans.append(_span(reading.text, tokens, "basis", *main.label_tokens))
    return replace(
        reading,
        minimum=minimum,
        maximum=maximum,
        period=main.amount.period,
        period_stated=main.stated_period,
        basis=basis,
        pay_basis=_pay_basis(reading, tokens, main, basis),
        approx=main.amount.approx,
        base_min=base.amount.low if base else None,
        trial=next((other for other in others if other.role == "trial"), None),
        others=others,
        note=_note(main),
        spans=tuple(spans),
    )


def _belongs(base: Role, main: Role, tokens: Tokens) -> bool:
    """Whether a base is part of the main amount; a stop between them speaks of somebody else, except before a total."""
    if base is main:
        return False
    first, last = sorted((base.amount.first, main.amount.first))
    return main.role == "total" or all(tokens.kind(place) != "break" for place in range(first, last))


def _bounds(main: Role, roles: list[Role]) -> tuple[Decimal | None, Decimal | None]:
    """Lowest and highest of the main amount; a single base, or one with more on top, has no highest."""
    amount = main.amount
    low = amount.low if amount.low > 0 else None
    if amount.at_most and not amount.at_least and (amount.single or amount.low == amount.high):
        return None, amount.high
    if not amount.single or amount.low != amount.high:
        return low, amount.high
    added = [role.amount.high for role in roles if role.role == "added" and role.amount.first > amount.first]
    if added:
        return low, amount.high + added[0]
    if amount.approx and not amount.at_least:
        return low, amount.high
    more = amount.at_least or main.role == "base" or main.plus_sign
    return low, None if more else amount.high


def _basis(main: Role, base: Role | None) -> str | None:
    if main.role in {"base", "total"}:
        return main.role
    if main.role in {"pay", "regular"}:
        if base is not None and base.amount.low <= main.amount.high and base.amount.period == main.amount.period:
            return "total"
        return "base" if main.plus else None
    return None


def _pay_basis(reading: PayReading, tokens: Tokens, main: Role, basis: str | None) -> str | None:
    """The code of the list pay_basis, given only where the words decide it."""
    period = main.amount.period
    if main.role == "overtime":
        return None
    if reading.piece:
        guaranteed = basis == "base" or _labelled(tokens, lambda label: label.role == "base")
        return "piece_guaranteed" if guaranteed else "piece_open"
    if period == "hour":
        return "all_in_hourly" if main.role == "total" or _labelled(tokens, lambda label: label.all_in) else None
    if period == "day":
        return "daily"
    return _monthly_basis(reading.text, tokens, basis) if period == "month" else None


def _monthly_basis(text: str, tokens: Tokens, basis: str | None) -> str | None:
    if basis is not None and (basis == "base" or _labelled(tokens, lambda label: label.role == "base")):
        commission, overtime = _says(text, ("提成", "佣金", "抽成")), _says(text, ("加班",))
        if commission != overtime:
            return "commission" if commission else "base_plus_overtime"
        return None
    return "flat_monthly" if _says(text, ("固定工资", "包月", "固定月薪")) else None


def _labelled(tokens: Tokens, wanted: Callable[[Label], bool]) -> bool:
    return any(token.word.label is not None and wanted(token.word.label) for token in tokens)


def _says(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


def _without_amount(reading: PayReading, tokens: Tokens) -> PayReading:
    if reading.piece and not reading.negotiable:
        guaranteed = _labelled(tokens, lambda label: label.role == "base")
        pay_basis = "piece_guaranteed" if guaranteed else "piece_open"
        return replace(reading, period="piece", period_stated=True, pay_basis=pay_basis)
    return reading


def _piece(tokens: Tokens, main: Role | None) -> bool:
    if main is not None and main.amount.period == "piece":
        return True
    return _labelled(tokens, lambda label: label.piece)


def _months(tokens: Tokens, amounts: list[Amount]) -> int | None:
    for amount in amounts:
        if amount.months and 12 <= amount.low <= 24:
            return int(amount.low)
    return DOUBLE_PAY_MONTHS if _marked(tokens, "year_end_double") else None


def _marked(tokens: Tokens, mark: str) -> bool:
    return any(mark in token.word.marks for token in tokens)


def _fact_spans(text: str, tokens: Tokens, amounts: list[Amount]) -> list[Span]:
    found = [_span(text, tokens, "months", amount.first, amount.after) for amount in amounts if amount.months]
    for field in ("open_up", "negotiable"):
        places = [place for place in range(len(tokens)) if tokens.has(place, field)]
        found.extend(_span(text, tokens, field, place, place + 1) for place in places)
    return found


def _span(text: str, tokens: Tokens, field: str, first: int, after: int) -> Span:
    start, end = tokens[first].start, tokens[after - 1].end
    return Span(field, start, end, text[start:end])


def _pay_amount(text: str, tokens: Tokens, role: Role) -> PayAmount:
    low, high = _bounds(role, [])
    span = _span(text, tokens, role.role, role.amount.first, role.amount.after)
    return PayAmount(role.role, low, high, role.amount.period, span)


def _note(main: Role) -> str:
    return {"overtime": "overtime rate only", "trial": "trial pay only"}.get(main.role, "")
