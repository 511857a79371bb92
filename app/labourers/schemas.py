"""The shape of a person's facts on their way in, and of what the API gives out (masked)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from app.shared.pagination import API_LIMIT, id_of_long_cursor

# As many refused places as the matching keeps apart: a ninth would be lost, and the person sent there after all.
MOST_EXCLUDED_PLACES = 8


@dataclass(frozen=True)
class SkillFacts:
    """Something done before, coded or not."""

    title: str
    trade_family: str | None = None
    occupation_code: str | None = None
    coding_confidence: int | None = None
    months: int | None = None
    level: str | None = None
    certificate: str | None = None
    certificate_expires_on: date | None = None


@dataclass(frozen=True)
class WishFacts:
    """What the person asks for; names as in ``DemandListEntry``. Silence stays empty."""

    wish_places: list[dict[str, str]] = field(default_factory=list)
    excluded_places: list[str] = field(default_factory=list)
    return_places: list[str] = field(default_factory=list)
    wish_trades: list[str] = field(default_factory=list)
    excluded_trades: list[str] = field(default_factory=list)
    excluded_conditions: list[str] = field(default_factory=list)
    floor_net_month: int | None = None
    hours_week_min: int | None = None
    hours_week_max: int | None = None
    lodging_needed: bool | None = None
    lodging_wanted: list[str] = field(default_factory=list)
    lodging_acceptable: list[str] = field(default_factory=list)
    shift_wanted: list[str] = field(default_factory=list)
    shift_acceptable: list[str] = field(default_factory=list)
    meals_wanted: list[str] = field(default_factory=list)
    contract_wanted: list[str] = field(default_factory=list)
    available_from: date | None = None
    months_wanted: int | None = None
    matters_most: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PersonFacts:
    """A person's record in plain values, before the identity fields are sealed. Names as in ``Labourer``."""

    name: str
    id_no: str
    birth_on: date
    sex: str | None
    locality_code: str
    phone: str | None = None
    relation: str = "member"
    household_no: str | None = None
    person_no: str | None = None
    head_name: str | None = None
    head_id_no: str | None = None
    head_phone: str | None = None
    village_name: str | None = None
    education: str | None = None
    work_ability: str | None = None
    employment_status: str | None = None
    employment_channel: str | None = None
    work_employer: str | None = None
    work_place_text: str | None = None
    work_place_code: str | None = None
    work_months: int | None = None
    monthly_wage: int | None = None
    work_started_on: date | None = None
    work_ended_on: date | None = None
    traits_done: list[str] = field(default_factory=list)
    wish_training: str | None = None
    skills: list[SkillFacts] = field(default_factory=list)
    wishes: WishFacts = field(default_factory=WishFacts)


class LabourerSearch(BaseModel):
    """Whom a program looks for, with the filters of the list."""

    q: str = Field("", max_length=60, description="name, pinyin, identity number or phone", examples=["张小梅"])
    scope: str = ""
    standing: str = ""
    township: str = ""
    trade: str = ""
    status: str = ""
    cursor: Annotated[int, BeforeValidator(id_of_long_cursor)] = Field(0, description="`next` of the answer before")
    limit: int = Field(50, ge=1, le=API_LIMIT, description="rows wanted")


class SkillOut(BaseModel):
    """A skill as listed."""

    title: str = Field(examples=["缝纫工（平车）"])
    trade_family: str | None = Field(examples=["sewing"])
    months: int | None = Field(description="months in the last five years", examples=[28])
    level: str | None


class LabourerOut(BaseModel):
    """A person of the demand list, identity masked."""

    uuid: UUID
    name: str = Field(description="masked", examples=["张*梅"])
    locality_code: str = Field(examples=["340722101"])
    place: str = Field(examples=["会宫镇"])
    village: str | None
    standing: str = Field(description="available, ask or not_available", examples=["available"])
    scope: str | None = Field(description="of the current statement", examples=["leave_province"])
    stated_on: date | None
    expires_on: date | None
    employment_status: str | None
    floor_net_month: int | None = Field(description="yuan in hand per month, the person's own floor")
    wish_places: list[dict[str, str]]
    wish_trades: list[str]
    skills: list[SkillOut]


class LabourersOut(BaseModel):
    """A stretch of the list; ``next`` is the cursor of the following one, absent at the end."""

    items: list[LabourerOut]
    next: str | None = None
