"""A labourer's own word: willingness and consents. Rows are added, never changed (V1)."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.shared.encryption import sealed

SCOPES = ("leave_province", "other_city", "home_county", "at_home", "not_now", "not_stated")
CHANNELS = ("self_code", "in_person", "register_row", "proxy")
PURPOSES = ("match",)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{value}'" for value in values) + ")"


class Declaration(Base):
    """One dated statement of where the person is willing to work, and who took it down.

    A proxy's word is kept, marked, and opens nothing; the scoring of the person reads the latest statement of
    their own only.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        CheckConstraint(_one_of("scope", SCOPES[:-1]), name="scope"),
        CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        CheckConstraint("expires_on > stated_on", name="expiry_after_statement"),
        CheckConstraint("channel = 'self_code' OR recorder_name_cipher IS NOT NULL", name="recorder_named"),
        CheckConstraint("channel <> 'in_person' OR evidence IS NOT NULL", name="evidence_kept"),
        CheckConstraint("(channel = 'proxy') = (proxy_relation IS NOT NULL)", name="proxy_relation"),
        Index("ix_declaration_current", "labourer_id", "stated_on", "id"),
        Index("ix_declaration_recorder", "recorder_index", "stated_on"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    labourer_id: Mapped[int] = mapped_column(ForeignKey("labourer.id"))
    scope: Mapped[str]
    stated_on: Mapped[date]
    expires_on: Mapped[date]
    channel: Mapped[str]
    recorder_name_cipher: Mapped[bytes | None] = mapped_column(LargeBinary, info=sealed("declaration.recorder"))
    recorder_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorder_user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    proxy_relation: Mapped[str | None]
    evidence: Mapped[str | None]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    entered_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DeclarationWithdrawal(Base):
    """The person takes a statement back; effective at once, everywhere."""

    __tablename__ = "declaration_withdrawal"

    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), primary_key=True)
    at: Mapped[datetime]
    channel: Mapped[str]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class Consent(Base):
    """Given or withdrawn, for one purpose; the latest row is what holds."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(_one_of("purpose", PURPOSES), name="purpose"),
        CheckConstraint(_one_of("channel", CHANNELS[:-1]), name="channel"),  # a proxy never consents
        Index("ix_consent_current", "labourer_id", "purpose", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    labourer_id: Mapped[int] = mapped_column(ForeignKey("labourer.id"))
    purpose: Mapped[str]
    given: Mapped[bool]
    at: Mapped[datetime]
    channel: Mapped[str]
    declaration_id: Mapped[int | None] = mapped_column(ForeignKey("declaration.id"))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class RecorderReview(Base):
    """Many statements of one recorder on one day, put up for a second look; a person closes it."""

    __tablename__ = "recorder_review"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    recorder_index: Mapped[bytes] = mapped_column(LargeBinary)
    stated_on: Mapped[date]
    rows: Mapped[int]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    finding: Mapped[str | None]
