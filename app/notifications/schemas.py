"""What programs get to see of the outbox."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field


class NoticeOut(BaseModel):
    """One message; codes and links in it are masked."""

    uuid: UUID
    channel: str = Field(examples=["sms"])
    template: str = Field(examples=["statement_ending"])
    language: str = Field(examples=["zh_Hans"])
    to: str = Field(description="in part; not at all where it would tell who complained", examples=["139****0001"])
    text: str
    state: str = Field(description="waiting, sending, sent, failed or dropped", examples=["sent"])
    attempts: int
    last_error: str | None
    created_at: datetime
    next_at: datetime = Field(description="not sent before")
    useful_until: datetime = Field(description="not sent after")
    sent_at: datetime | None


class NoticesOut(BaseModel):
    """Messages, newest first."""

    items: list[NoticeOut]
    next: str | None = Field(description="cursor of the next page; null at the end")


class StepOut(BaseModel):
    """A step of a message's way."""

    at: datetime
    from_state: str | None
    to_state: str
    attempt: int
    why: str | None


class NoticeCaseOut(NoticeOut):
    """One message with its way, newest step first."""

    steps: list[StepOut]


class ReplyIn(BaseModel):
    """What somebody answered to a short message."""

    sender: str = Field(alias="from", max_length=40, examples=["15400990032"])
    text: str = Field(max_length=1000, examples=["TD"])


class ReplyOut(BaseModel):
    """Whether messages to the number ended."""

    stopped: bool
