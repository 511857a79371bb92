"""Firms that offer posts, and whether the receiving office has verified them."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Employer(Base):
    """A firm with its credit code (GB 32100); ``standing`` is the receiving office's word."""

    __tablename__ = "employer"
    __table_args__ = (
        CheckConstraint("standing IN ('unverified', 'good', 'suspended')", name="standing"),
        CheckConstraint("(standing = 'unverified') = (verified_at IS NULL)", name="verified"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)  # normalised, to find the same firm written otherwise
    credit_code: Mapped[str | None] = mapped_column(unique=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), unique=True)  # its own account
    entered_by_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    locality_code: Mapped[str | None] = mapped_column(ForeignKey("locality.code"), index=True)
    address: Mapped[str | None]
    contact_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    standing: Mapped[str] = mapped_column(server_default="unverified", default="unverified")
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    verified_until: Mapped[date | None]
    verification_note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
