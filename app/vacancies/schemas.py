"""The terms of a post on their way in, and what the API gives out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from app.shared.bounds import Day


@dataclass(frozen=True)
class VacancyFacts:
    """A post's terms in plain values; names as in ``Vacancy``. What the advert did not say is None."""

    title: str
    trade_family: str | None = None
    occupation_code: str | None = None
    coding_confidence: int | None = None
    openings: int | None = None
    openings_text: str | None = None
    locality_code: str | None = None
    place_text: str | None = None
    address: str | None = None
    pay_text: str | None = None
    pay_min: int | None = None
    pay_max: int | None = None
    pay_period: str | None = None
    pay_basis: str | None = None
    pay_cycle: str | None = None
    first_pay_days: int | None = None
    base_month: int | None = None
    bounty_text: str | None = None
    fees_text: str | None = None
    hours_week: int | None = None
    hours_regime: str | None = None
    shift: str | None = None
    rest: str | None = None
    lodging: str | None = None
    lodging_cost: int | None = None
    utilities_cost: int | None = None
    meals: str | None = None
    meal_cost: int | None = None
    insurance: bool | None = None
    contract_kind: str | None = None
    agency_name: str | None = None
    traits: list[str] = field(default_factory=list)
    carries_kg: int | None = None
    hazardous: bool = False
    required_level: str | None = None
    required_certificate: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    months: int | None = None
    description: str | None = None


# A change of one of these leads a verified post back to its check (V8): what people are promised, and where.
LEGAL_FIELDS = frozenset(
    {
        "title", "openings", "locality_code", "address", "pay_text", "pay_min", "pay_max", "pay_period", "pay_basis",
        "pay_cycle", "first_pay_days", "base_month", "bounty_text", "fees_text", "hours_week", "hours_regime",
        "shift", "rest", "lodging", "lodging_cost", "utilities_cost", "meals", "meal_cost", "insurance",
        "contract_kind", "agency_name", "carries_kg", "hazardous", "traits", "required_certificate", "description",
    }
)  # fmt: skip


@dataclass(frozen=True)
class NetFigures:
    """What remains in hand at the low end: yuan a month, fen an hour, each term with its basis."""

    net_month: int | None
    net_hour: int | None
    terms: list[dict[str, object]]


NetPayReader = Callable[[VacancyFacts], NetFigures]


@dataclass(frozen=True)
class Finding:
    """Something that stands against a post: found words, the clause, and whether it blocks, flags or waits."""

    code: str
    effect: str  # block | flag | wait: cannot be judged yet, so that the post does not open
    words: str = ""
    clause: str = ""


Screen = Callable[[VacancyFacts], list[Finding]]


@dataclass(frozen=True)
class RuleWords:
    """A rule of the law in the reader's language: what is wrong, and what to do about it."""

    what: str
    mend: str


# The rule behind a finding, by its code and its clause; none where no rule of words speaks of it.
RuleReader = Callable[[str, str], RuleWords | None]


class PermitIn(BaseModel):
    """A dispatching firm's permit as an office saw it."""

    number: str = Field(examples=["3205002025001"], min_length=2, max_length=60)
    until: Day = Field(description="its last day")


class ToldIn(BaseModel):
    """A minimum wage as the notice of the post's place states it."""

    amount: Decimal = Field(examples=["2260"], gt=0, max_digits=7, decimal_places=2)
    from_on: Day = Field(examples=["2026-01-01"])
    source: str = Field(examples=["苏人社发〔2025〕1号"], min_length=2, max_length=300)


class FindingOut(BaseModel):
    """Something that stands against a post."""

    code: str = Field(examples=["deposit"])
    effect: str = Field(description="block, flag, or wait: it cannot be judged yet and does not open")
    title: str
    words: str = Field(examples=["入职押金300元"], description="as found in the post")
    clause: str = Field(examples=["劳动合同法 9、84；就业促进法 41(4)"])
    mend: str | None = Field(description="what to do about it")


class VacancyOut(BaseModel):
    """A post as listed."""

    uuid: UUID
    title: str = Field(examples=["平缝车工"])
    employer: str = Field(examples=["锦华制衣"])
    state: str = Field(examples=["open"])
    trade_family: str | None = Field(examples=["sewing"])
    occupation_code: str | None
    openings: int | None = Field(description="null where the advert says 若干")
    locality_code: str | None = Field(examples=["320509"])
    pay_text: str | None = Field(examples=["5500-7000元/月"])
    net_month_low: int | None = Field(description="yuan in hand per month, low end; null where it cannot be known")
    hours_week: int | None
    shift: str | None
    lodging: str | None
    contract_kind: str | None
    verified_until: date | None = Field(description="the last day of a sending county's word; none otherwise")
    findings: list[FindingOut] | None = Field(
        description="what stands against it; null for those who neither answer for the post nor check it"
    )


class VacanciesOut(BaseModel):
    """A stretch of the list; ``next`` is the cursor of the following one, absent at the end."""

    items: list[VacancyOut]
    next: str | None = None
