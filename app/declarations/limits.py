"""Limits the person sets to the use of their data: restriction, and "let a person decide" (PIPL 44 and 24).

An act and, if the person wants it back, its end: rows are added, never changed. Whatever matches or shows candidates
asks ``limited``; scoring never sees these tables, only that somebody is not there (V4).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, exists
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base

KINDS = ("restriction", "objection")
CHANNELS = ("self_code", "in_person")  # a proxy neither limits nor frees


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{value}'" for value in values) + ")"


class ProcessingLimit(Base):
    """From here on the person's data are not matched: restricted altogether, or decided on by people only."""

    __tablename__ = "processing_limit"
    __table_args__ = (
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        Index("ix_processing_limit_labourer", "labourer_id", "kind"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    labourer_id: Mapped[int] = mapped_column(ForeignKey("labourer.id"))
    kind: Mapped[str]
    reason: Mapped[str]
    channel: Mapped[str]
    at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class ProcessingLimitEnd(Base):
    """The person wants it otherwise again."""

    __tablename__ = "processing_limit_end"
    __table_args__ = (CheckConstraint(_one_of("channel", CHANNELS), name="channel"),)

    limit_id: Mapped[int] = mapped_column(ForeignKey("processing_limit.id"), primary_key=True)
    labourer_id: Mapped[int] = mapped_column(ForeignKey("labourer.id"), index=True)
    reason: Mapped[str]
    channel: Mapped[str]
    at: Mapped[datetime]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


def standing_limit(labourer_id: Any) -> tuple[Any, ...]:
    """Conditions for a limit of the person of that column that has not ended."""
    ended = exists().where(ProcessingLimitEnd.limit_id == ProcessingLimit.id).correlate(ProcessingLimit)
    return ProcessingLimit.labourer_id == labourer_id, ~ended


def limited(labourer_id: Any) -> Any:
    """Whether the person of that column wants no automated matching, at this very read."""
    return exists().where(*standing_limit(labourer_id)).correlate_except(ProcessingLimit)
