"""The rights of people for programs."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field


class RequestIn(BaseModel):
    """What the person asks for, in their own words."""

    kind: Literal["access", "correction", "deletion", "restriction", "objection"]
    words: str = Field(min_length=4, max_length=4000, examples=["我的手机号变了，请改。"])


class RequestOut(BaseModel):
    """A request with its clock."""

    uuid: UUID
    labourer: UUID | None = Field(description="null once the person was deleted")
    kind: str
    received_at: datetime
    due_on: date
    overdue: bool
    outcome: str | None = Field(description="done, refused, or null while it waits")
    answer: str | None
    legal_ground: str | None


class RequestsOut(BaseModel):
    """Open requests by deadline, or answered ones, newest first."""

    items: list[RequestOut]
    total: int


class AnswerIn(BaseModel):
    """How a request ends; a refusal names the clause it rests on."""

    outcome: Literal["done", "refused"]
    answer: str = Field(min_length=4, max_length=4000)
    legal_ground: str = Field("", max_length=400, examples=["个人信息保护法第47条第2款"])


class ReasonIn(BaseModel):
    """Why; the person can read it."""

    reason: str = Field(min_length=4, max_length=1000)


class LimitOut(BaseModel):
    """A limit to the use of a person's data."""

    kind: str = Field(examples=["objection"])
    reason: str
    at: datetime
    ended_at: datetime | None


class DeletionIn(BaseModel):
    """A deletion cannot be undone, so it has to be said plainly."""

    ground: Literal["own_wish", "purpose_reached", "period_over", "unlawful"]
    reason: str = Field(min_length=4, max_length=1000)
    sure: bool = False


class DeletionOut(BaseModel):
    """What was removed, per table and column; no word of who it was."""

    uuid: UUID
    at: datetime
    ground: str
    reason: str
    removed: dict[str, int] = Field(examples=[{"labourer.name_cipher": 1, "candidate": 40}])
    kept: dict[str, int] = Field(examples=[{"declaration": 1}])


class DeletionsOut(BaseModel):
    """Deletions by the own office, newest first."""

    items: list[DeletionOut]
    total: int


class CopyOut(BaseModel):
    """Everything held about a person: section → rows, values in words."""

    name: str
    sections: dict[str, list[dict[str, Any]]]


class ClassOut(BaseModel):
    """A class of data of the retention table."""

    code: str
    name: str
    tables: list[str]
    days: int
    basis: str
    status: str
    due: int | None = Field(description="rows over their time now; null where nothing is removed")


class RetentionOut(BaseModel):
    """The table and its print."""

    checked_on: date
    version: str
    classes: list[ClassOut]


class RunIn(BaseModel):
    """Dry unless said otherwise: it only counts."""

    dry: bool = True


class RunOut(BaseModel):
    """The task that does the pass."""

    task: UUID


class ImpactOut(BaseModel):
    """The impact assessment: section → rows."""

    at: datetime
    sections: dict[str, list[dict[str, Any]]]
