"""The trail for programs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

EVENT: dict[str, Any] = {
    "number": 4711, "at": "2026-11-21T02:00:00Z", "who": "程经办", "office": "枞阳县人社局", "act": "labourer.reveal",
    "subject_kind": "labourer", "subject": "6f1f4f7e-0c7e-4b7e-9a51-6d0c2a1f0b11", "people": None,
    "reason": "电话核对到岗时间", "detail": {"field": "phone"}, "channel": "page", "address": "10.20.0.7",
    "request_id": "0f6c2b0a5f5c4d0f8f8d0b6d5a4c3b2a",
}  # fmt: skip


class TrailEventOut(BaseModel):
    """One act or one read of identity."""

    model_config = ConfigDict(json_schema_extra={"examples": [EVENT]})

    number: int
    at: datetime
    who: str | None
    office: str | None
    act: str = Field(description="`own_word` for whatever a person said or took back: what it was is not told")
    subject_kind: str
    subject: UUID | None
    people: int | None = Field(description="how many people an act on a list concerned")
    reason: str | None
    detail: dict[str, Any]
    channel: str
    address: str | None
    request_id: str | None


class TrailOut(BaseModel):
    items: list[TrailEventOut]
    next: str | None = Field(description="cursor of the next stretch, none at the end")


class StandingOut(BaseModel):
    """How far the chain of seals goes."""

    seal: int
    rows: int
    sealed_at: datetime | None
    waiting: int = Field(description="rows committed that are not under a seal yet")


class SeenOut(BaseModel):
    """Somebody who read a person's record, once a day and kind."""

    day: date
    last_at: datetime
    times: int
    who: str | None
    office: str | None
    act: str
    field: str | None
    reason: str | None


class SeenByOut(BaseModel):
    items: list[SeenOut]
