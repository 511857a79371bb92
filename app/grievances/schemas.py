"""A complaint on its way in, and what the API gives out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

MOST_TEXT = 8000
ABOUT = ("employer", "broker", "home_office", "receiving_office", "inspection")


@dataclass(frozen=True)
class Complaint:
    """What somebody complains of, in plain values. Names are as the person knows them; some are found, some kept."""

    kind: str
    text: str
    contact: str = ""  # who it is and how to reach them, if they wish
    retaliation: bool = False
    about: tuple[str, ...] = ()  # of ABOUT: whole offices, found by the places
    firm: str = ""
    names: str = ""  # organisations and people, one a line
    vacancy_uuid: UUID | None = None
    place_code: str | None = None  # of the work
    home_code: str | None = None


@dataclass(frozen=True)
class Receipt:
    """The complainant's only key, shown once, and whether an authority with an account has the complaint."""

    code: str
    is_assigned: bool


class ComplaintIn(BaseModel):
    """A complaint taken down for somebody."""

    kind: str
    text: str = Field(max_length=MOST_TEXT)
    contact: str = Field(default="", max_length=500)
    retaliation: bool = False
    about: list[str] = Field(default_factory=list, max_length=len(ABOUT))
    firm: str = Field(default="", max_length=200)
    names: str = Field(default="", max_length=1000)
    vacancy_uuid: UUID | None = None
    place_code: str | None = None
    home_code: str | None = None
    labourer_uuid: UUID | None = None


class ReceiptOut(BaseModel):
    """To be handed to the person; it is shown nowhere again."""

    code: str
    is_assigned: bool


class ActIn(BaseModel):
    """What is said with an act."""

    text: str = Field(max_length=MOST_TEXT)


class GrievanceOut(BaseModel):
    """One complaint as its handler sees it in the list."""

    uuid: UUID
    kind: str
    severity: str
    retaliation: bool
    many_from_address: bool = Field(description="it came with many others from one address; for triage alone")
    state: str
    place_code: str | None
    received_at: datetime
    due_at: datetime | None
    is_overdue: bool
    escalations: int
    is_mine: bool
    is_review: bool


class EventOut(BaseModel):
    """One thing that happened."""

    at: datetime
    act: str
    to_state: str
    organisation: str | None
    text: str | None


class CaseOut(GrievanceOut):
    """One complaint whole."""

    text: str
    contact: str | None
    named: list[str]
    held_posts: int
    stopped_firms: list[str] = Field(description="whole firms, with what they enter meanwhile")
    events: list[EventOut]


class GrievancesOut(BaseModel):
    """Overdue first."""

    items: list[GrievanceOut]


class WaitingOut(BaseModel):
    """Numbers alone: the operator reads no complaint."""

    unrouted: int
    overdue: int
    open: int
