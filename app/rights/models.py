"""What people asked for as of right, what was deleted and how that is proved, and what retention has done."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base

KINDS = ("access", "correction", "deletion", "restriction", "objection")
CHANNELS = ("self_code", "in_person")
OUTCOMES = ("done", "refused")
DELETION_GROUNDS = ("own_wish", "purpose_reached", "period_over", "unlawful")  # PIPL 47


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{value}'" for value in values) + ")"


class RightsRequest(Base):
    """Something a person asks for as of right, with its clock: received, then answered once."""

    __tablename__ = "rights_request"
    __table_args__ = (
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        CheckConstraint("outcome IS NULL OR " + _one_of("outcome", OUTCOMES), name="outcome"),
        CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint("outcome <> 'refused' OR (answer IS NOT NULL AND legal_ground IS NOT NULL)", name="refusal"),
        Index("ix_rights_request_open", "organisation_id", "answered_at", "due_on", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    labourer_id: Mapped[int] = mapped_column(ForeignKey("labourer.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str]
    text_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)  # the person's own words; gone on deletion
    channel: Mapped[str]
    received_at: Mapped[datetime]
    received_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    due_on: Mapped[date]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    outcome: Mapped[str | None]
    answer: Mapped[str | None]
    legal_ground: Mapped[str | None]


class DeletionProof(Base):
    """What was removed of one person, counted per table and column; no word of who it was. Rows are only added."""

    __tablename__ = "deletion_proof"
    __table_args__ = (
        CheckConstraint(_one_of("ground", DELETION_GROUNDS), name="ground"),
        Index("ix_deletion_proof_office", "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    labourer_id: Mapped[int] = mapped_column(ForeignKey("labourer.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    at: Mapped[datetime]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))  # null: by the retention table
    ground: Mapped[str]
    reason: Mapped[str]
    # {"labourer.name_cipher": 1, "candidate": 40, …}: values emptied per column, rows removed per table.
    removed: Mapped[dict[str, int]] = mapped_column(JSONB)
    # {"declaration": 2, …}: rows that stay without identity, as the law asks for them.
    kept: Mapped[dict[str, int]] = mapped_column(JSONB)


class RetentionRun(Base):
    """One pass over one class of data: what was due, and what was done about it. Rows are only added."""

    __tablename__ = "retention_run"
    __table_args__ = (Index("ix_retention_run_class", "class_code", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    class_code: Mapped[str]
    data_version: Mapped[str]  # hash of the retention table it went by
    cut_off: Mapped[date]
    at: Mapped[datetime]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    dry: Mapped[bool]
    due: Mapped[int]
    done: Mapped[dict[str, Any]] = mapped_column(JSONB)
