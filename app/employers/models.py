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
        CheckConstraint("attested_by_organisation_id IS NULL OR verified_until IS NOT NULL", name="attested_ends"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)  # normalised, to find the same firm written otherwise
    credit_code: Mapped[str | None] = mapped_column(unique=True)
    # Its own account: triggers tie the two by the credit code, whichever is known first.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), unique=True)
    entered_by_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    locality_code: Mapped[str | None] = mapped_column(ForeignKey("locality.code"), index=True)
    address: Mapped[str | None]
    contact_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    standing: Mapped[str] = mapped_column(server_default="unverified", default="unverified")
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    verified_until: Mapped[date | None]  # only where a sending county vouches: see EmployerAttestation
    attested_by_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    verification_note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


def attested_checks() -> tuple[CheckConstraint, ...]:
    """The rules of an attestation, for each table anew."""
    return (
        CheckConstraint("until BETWEEN on_day AND on_day + 30", name="thirty_days"),
        CheckConstraint("called_on <= on_day", name="called_before"),
        CheckConstraint(
            "length(trim(licence)) > 1 AND length(trim(looked_up)) > 1 AND length(trim(called_person)) > 1",
            name="all_checks",
        ),
        CheckConstraint("NOT is_dispatch OR length(trim(coalesce(dispatch_permit, ''))) > 1", name="dispatch"),
        CheckConstraint("dispatch_permit_until >= on_day", name="permit_runs"),
    )


class Attested:
    """What a sending county checked in the place of a receiving office: the same for an employer and for a post."""

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[datetime]
    on_day: Mapped[date]
    until: Mapped[date]
    licence: Mapped[str]  # number of the licence seen
    looked_up: Mapped[str]  # where it was looked up, and what stood there
    called_on: Mapped[date]
    called_person: Mapped[str]
    is_dispatch: Mapped[bool]
    dispatch_permit: Mapped[str | None]
    dispatch_permit_until: Mapped[date | None]


class EmployerAttestation(Attested, Base):
    """What a sending county checked about an employer whose own region has no receiving office here yet."""

    __tablename__ = "employer_attestation"
    __table_args__ = attested_checks()

    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
