"""What the API takes and gives about organisations, people, posts and invitations."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.shared.bounds import Day


class OrganisationIn(BaseModel):
    """An organisation as it is entered or corrected."""

    name: str = Field(examples=["枞阳县人社局"])
    kind: str = Field(examples=["county"])
    locality_code: str | None = Field(default=None, examples=["340722"])
    village_name: str | None = Field(default=None, description="a village's, as the register writes it")
    credit_code: str | None = None
    licence_number: str | None = None
    licence_from: Day | None = None
    licence_until: Day | None = None
    dispatch_permit_number: str | None = None
    dispatch_permit_from: Day | None = None
    dispatch_permit_until: Day | None = None


class OrganisationOut(OrganisationIn):
    """An organisation of the register."""

    model_config = ConfigDict(from_attributes=True)

    uuid: UUID
    version: int
    closed_at: datetime | None


class OrganisationsOut(BaseModel):
    """A stretch of the register; ``next`` goes on."""

    items: list[OrganisationOut]
    next: str | None


class Why(BaseModel):
    """The reason of an act."""

    reason: str = Field(examples=["licence withdrawn"])


class PostOut(BaseModel):
    """One post of a person."""

    id: int
    role: str
    organisation: UUID
    organisation_name: str
    scope: list[str]
    ended_at: datetime | None


class PersonOut(BaseModel):
    """A person who signs in, with the posts the reader may see."""

    uuid: UUID
    login: str
    display_name: str
    disabled_at: datetime | None
    posts: list[PostOut]


class PeopleOut(BaseModel):
    """A stretch of the people; ``next`` goes on."""

    items: list[PersonOut]
    next: str | None


class PostIn(BaseModel):
    """A post to give."""

    organisation: UUID
    role: str = Field(examples=["county_officer"])
    scope: list[str] = Field(default_factory=list, max_length=100, examples=[["340722"]])


class InvitationIn(PostIn):
    """A post to offer by a link."""

    display_name: str = Field(examples=["程经办"])
    email: str | None = Field(
        None, max_length=254, description="send the link there too", examples=["cheng@county.example"]
    )


class InvitationOut(BaseModel):
    """An invitation; ``link`` is given this once."""

    uuid: UUID
    link: str
    expires_at: datetime
