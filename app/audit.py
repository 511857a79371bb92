"""The one trail: who did or read what, when and why. Rows are added, never changed."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Index, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base

if TYPE_CHECKING:
    from app.permissions import Actor


class AuditEvent(Base):
    """One act or one read of identity."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject_kind", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    act: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None]
    detail: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}", default=dict)


def record(
    session: AsyncSession,
    actor: "Actor | None",
    act: str,
    subject_kind: str,
    subject_id: int | None,
    *,
    reason: str | None = None,
    **detail: object,
) -> None:
    """Add one line to the trail, in the transaction of the act itself."""
    session.add(
        AuditEvent(
            user_id=actor.user_id if actor else None,
            organisation_id=actor.organisation_id if actor else None,
            act=act,
            subject_kind=subject_kind,
            subject_id=subject_id,
            reason=reason,
            detail=detail,
        )
    )
