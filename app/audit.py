"""The one trail: who did or read what, when, from where and why. Rows are added, never changed.

The database gives each row its time, a print of its content, and a place among those that wait to be sealed
(``app/trail``); ``docs/decisions/0013-trail.md`` says why.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.shared.origin import current_origin

if TYPE_CHECKING:
    from app.permissions import Actor


class AuditEvent(Base):
    """One act or one read of identity."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject", "subject_kind", "subject_id", "id"),
        Index("ix_audit_event_people", "people", postgresql_using="gin"),
        Index("ix_audit_event_user", "user_id", "id"),
        Index("ix_audit_event_organisation", "organisation_id", "id"),
        Index("ix_audit_event_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    act: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None]
    detail: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}", default=dict)
    # The labourers an act on a list concerned: one row for a page or a sheet, however many stand on it.
    people: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    channel: Mapped[str] = mapped_column(server_default="command")
    address: Mapped[str | None]
    request_id: Mapped[str | None]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary, server_default="")  # the database's own, whatever is given


class AuditWaiting(Base):
    """Rows of the trail that are not sealed yet; each is written by the trigger that writes the print."""

    __tablename__ = "audit_waiting"

    audit_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


def record(
    session: AsyncSession,
    actor: "Actor | None",
    act: str,
    subject_kind: str,
    subject_id: int | None,
    *,
    reason: str | None = None,
    people: Iterable[int] | None = None,
    **detail: object,
) -> None:
    """Add one line to the trail, in the transaction of the act itself.

    ``people`` are the labourers that an act on a list concerned, so that each can be told.
    """
    origin = current_origin()
    session.add(
        AuditEvent(
            user_id=actor.user_id if actor else None,
            organisation_id=actor.organisation_id if actor else None,
            act=act,
            subject_kind=subject_kind,
            subject_id=subject_id,
            reason=reason,
            detail=detail,
            people=None if people is None else sorted(set(people)),
            channel=origin.channel,
            address=origin.address,
            request_id=origin.request_id,
        )
    )
