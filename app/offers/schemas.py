"""What the API of offers takes and gives out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from app.offers.rules import MOST_AT_ONCE

LANGUAGE = Field("zh_Hans", pattern="^(zh_Hans|en)$", description="in which the text was read out")


class WantedIn(BaseModel):
    """A post to be offered to people of one's own office."""

    vacancy: UUID
    people: list[UUID] = Field(min_length=1, max_length=MOST_AT_ONCE)
    agent_earns: int | None = Field(
        None, ge=0, le=100_000, description="yuan a head, of the agency that stands between; required where one does"
    )
    draft_only: bool = Field(False, description="draft without holding anything out yet")


class LeftOutOut(BaseModel):
    """Somebody who is not offered the post."""

    person: UUID
    why: str = Field(
        description="not_available, has_offer, has_place, too_many, gate or ask_first", examples=["ask_first"]
    )
    gates: list[str] = Field(examples=[["lodging_needed"]])


class ReviewOut(BaseModel):
    """What would happen: nothing has."""

    offered: list[UUID]
    waiting: list[UUID]
    left_out: list[LeftOutOut]
    free_openings: int


class MadeOut(BaseModel):
    """What has happened."""

    offers: list[UUID]
    left_out: list[LeftOutOut]


class OfferOut(BaseModel):
    """One offer. An end from the person's side is ``lapsed``, whatever it was."""

    uuid: UUID
    state: str = Field(
        description="drafted, offered, accepted, confirmed, lapsed, withdrawn or void", examples=["offered"]
    )
    is_waiting: bool = Field(description="on the waiting list of its post")
    vacancy: UUID
    title: str
    employer: str
    place: str | None
    offered_at: datetime | None
    expires_at: datetime | None
    accepted_at: datetime | None
    answer_due_at: datetime | None


class OffersOut(BaseModel):
    """A stretch of the offers."""

    items: list[OfferOut]
    next: str | None = Field(description="cursor for the next stretch; null at the end")


class TermsOut(BaseModel):
    """The frozen promise: anybody can work the print out again from the text."""

    version: int
    sha256: str
    text: str = Field(description="canonical JSON: keys sorted, no spaces")


class CaseOut(OfferOut):
    """One offer whole."""

    terms: TermsOut | None
    log: list[dict[str, Any]] = Field(examples=[[{"at": "2026-11-21T02:00:00Z", "to": "offered", "why": "offered"}]])


class ReasonIn(BaseModel):
    """Why an offer is taken back."""

    reason: str = Field(examples=["post_in_doubt"])


class HeardIn(BaseModel):
    """An answer heard in person."""

    evidence: str = Field(min_length=2, max_length=300, examples=["form 12 of 2026-11-21"])
    language: str = LANGUAGE


class AnsweredOut(BaseModel):
    """What came of a person's answer."""

    outcome: str = Field(
        description="accepted, no_opening (first on the waiting list), declined; received where it was sent before"
    )


class AnswerIn(BaseModel):
    """The employer's answer to one person."""

    offer: UUID
    answer: str = Field(description="yes, or the code of a lawful reason", examples=["yes"])


class AnswersIn(BaseModel):
    """The employer's answers."""

    answers: list[AnswerIn] = Field(min_length=1, max_length=500)


class AnswersOut(BaseModel):
    """How many were answered how."""

    taken_on: int
    refused: int
    changed_meanwhile: int


class AcceptedOut(OfferOut):
    """Somebody who said yes to a post of the firm: what the firm needs to know, and no more."""

    code_name: str
    name: str | None = Field(description="null while the person does not let firms have it")
    phone: str | None
