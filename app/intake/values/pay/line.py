"""One pay text cut into tokens and amounts, and the roles an amount can have: what the steps of the reading share."""

from dataclasses import dataclass
from decimal import Decimal

from app.intake.values.pay.amounts import Amount
from app.intake.values.pay.tokens import Tokens
from app.intake.values.pay.words import Label

BREAKS = frozenset({"plus", "comma", "break", "equals"})  # signs that end the term of an amount
BRIDGE_SIGNS = frozenset({"colon", "close", "slash", "range"})
BRIDGE_MARKS = frozenset(
    {"filler", "approx", "each", "within", "money", "money_before", "cycle_day"}
    | {"at_least", "at_least_before", "at_most_before"}
)
DAY_BAND = (Decimal(50), Decimal(800))  # what a day's pay can be, where the words leave it open


@dataclass(frozen=True, slots=True)
class Role:
    """An amount with its meaning and the words that gave it."""

    amount: Amount
    role: str  # pay, base, total, trial, regular, added, extra, allowance, overtime, bounty, cost
    label_tokens: tuple[int, int] | None = None
    label: Label | None = None
    plus: bool = False  # more is earned on top: +提成, 加班另算
    plus_sign: bool = False  # said by a +, so that the amount is no highest
    stated_period: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """The tokens of one text with the amount that covers each place."""

    tokens: Tokens
    covered: dict[int, Amount]

    def label(self, place: int) -> Label | None:
        """The label of an uncovered word; None beyond the ends."""
        return None if place in self.covered else self.tokens.word(place).label

    def kind(self, place: int) -> str:
        """The kind of the token at ``place``; '' beyond the ends."""
        return self.tokens.kind(place)

    def has(self, place: int, mark: str) -> bool:
        """Whether the word at ``place`` can mean ``mark``."""
        return self.tokens.has(place, mark)

    def money(self, place: int) -> Amount | None:
        """The amount of money that covers ``place``; None for a count and for bare words."""
        amount = self.covered.get(place)
        return None if amount is None or amount.measure else amount

    def is_bridge(self, place: int) -> bool:
        """Words and signs that may stand between a label and its amount."""
        word = self.tokens.word(place)
        return self.kind(place) in BRIDGE_SIGNS or bool(word.marks & BRIDGE_MARKS) or word.period is not None
