"""A labourer's own word: willingness and consents. Rows are added, never changed (V1)."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.shared.encryption import sealed

SCOPES = ("leave_province", "other_city", "home_county", "at_home", "not_now", "not_stated")
CHANNELS = ("self_code", "in_person", "register_row", "proxy")
MOST_DAYS = 366  # whatever an office sets: a word does not count for ever
CODE_DAYS = 30
FINDINGS = ("stands", "does_not_stand")
# What a person is asked for one by one; each has its text in data/consent_texts.yaml.
PURPOSES = (
    "match",
    "name_to_employer",
    "cross_province",
    "trip_manifest",
    "subsidy_claim",
    "publication",
    "follow_up",
    "contact",
)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{value}'" for value in values) + ")"


class Declaration(Base):
    """One dated statement of where the person is willing to work, and who took it down.

    A proxy's word is kept, marked, and opens nothing; a trigger looks that a word by code was said in a session of that
    code, as it does for consents and withdrawals. The scoring of the person reads the latest statement of
    their own only.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        CheckConstraint(_one_of("scope", SCOPES[:-1]), name="scope"),
        CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        CheckConstraint("expires_on > stated_on", name="expiry_after_statement"),
        CheckConstraint(f"expires_on <= stated_on + {MOST_DAYS}", name="expires_in_time"),
        CheckConstraint("channel = 'self_code' OR recorder_name_cipher IS NOT NULL", name="recorder_named"),
        CheckConstraint("channel <> 'in_person' OR evidence IS NOT NULL", name="evidence_kept"),
        CheckConstraint("(channel = 'proxy') = (proxy_relation IS NOT NULL)", name="proxy_relation"),
        CheckConstraint("(channel = 'self_code') = (code_id IS NOT NULL)", name="own_code"),
        CheckConstraint("channel <> 'self_code' OR entered_by IS NULL", name="nobody_between"),
        ForeignKeyConstraint(["code_id", "labourer_id"], ["own_code.id", "own_code.labourer_id"]),
        UniqueConstraint("id", "labourer_id"),  # a consent belongs to a statement of the same person
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
    code_id: Mapped[int | None] = mapped_column(BigInteger)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    entered_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DeclarationWithdrawal(Base):
    """The person takes a statement back; effective at once, everywhere."""

    __tablename__ = "declaration_withdrawal"
    __table_args__ = (
        CheckConstraint(_one_of("channel", CHANNELS[:2]), name="channel"),
        CheckConstraint("(channel = 'self_code') = (code_id IS NOT NULL)", name="own_code"),
        CheckConstraint("(channel = 'in_person') = (entered_by IS NOT NULL)", name="officer_named"),
    )

    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), primary_key=True)
    at: Mapped[datetime]
    channel: Mapped[str]
    code_id: Mapped[int | None] = mapped_column(ForeignKey("own_code.id"))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class ConsentText(Base):
    """A text exactly as people were shown it: kept when first shown, so that a yes can be proved word for word."""

    __tablename__ = "consent_text"

    purpose: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]


class Consent(Base):
    """A yes or a no for one purpose; the latest row is what holds, until its last day.

    A proxy never consents; a register row opens matching and nothing else; a yes before an officer has the officer and
    the print of the evidence; one by code has the person's own code and nobody in between.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(_one_of("purpose", PURPOSES), name="purpose"),
        CheckConstraint(_one_of("channel", CHANNELS[:-1]), name="channel"),
        CheckConstraint("channel <> 'register_row' OR purpose = 'match'", name="register_row_opens_match_only"),
        CheckConstraint("(channel = 'self_code') = (code_id IS NOT NULL)", name="own_code"),
        CheckConstraint("channel <> 'self_code' OR entered_by IS NULL", name="nobody_between"),
        CheckConstraint("channel <> 'in_person' OR entered_by IS NOT NULL", name="officer_named"),
        CheckConstraint("NOT given OR channel <> 'in_person' OR evidence_hash IS NOT NULL", name="evidence_kept"),
        CheckConstraint("NOT given OR channel = 'register_row' OR text_version IS NOT NULL", name="text_shown"),
        CheckConstraint("(text_version IS NULL) = (language IS NULL)", name="text_in_a_language"),
        CheckConstraint("NOT given OR expires_on IS NOT NULL", name="expires"),
        CheckConstraint("purpose <> 'match' OR NOT given OR declaration_id IS NOT NULL", name="match_has_statement"),
        ForeignKeyConstraint(
            ["purpose", "text_version", "language"],
            ["consent_text.purpose", "consent_text.version", "consent_text.language"],
            name="fk_consent_text_shown",
        ),
        ForeignKeyConstraint(["code_id", "labourer_id"], ["own_code.id", "own_code.labourer_id"]),
        ForeignKeyConstraint(["declaration_id", "labourer_id"], ["declaration.id", "declaration.labourer_id"]),
        Index("ix_consent_current", "labourer_id", "purpose", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    labourer_id: Mapped[int] = mapped_column(ForeignKey("labourer.id"))
    purpose: Mapped[str]
    given: Mapped[bool]
    at: Mapped[datetime]
    expires_on: Mapped[date | None]
    channel: Mapped[str]
    text_version: Mapped[str | None]
    language: Mapped[str | None]
    evidence_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    declaration_id: Mapped[int | None] = mapped_column(BigInteger)
    code_id: Mapped[int | None] = mapped_column(BigInteger)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))


class OwnCode(Base):
    """A code on a printed slip, with which one person opens their own pages; only its keyed hash is kept.

    It begins open and only ends (a trigger), so that none is made up afterwards for what nobody said.
    """

    __tablename__ = "own_code"
    __table_args__ = (
        CheckConstraint("expires_at > made_at", name="expires_after_making"),
        CheckConstraint(f"expires_at - made_at <= interval '{CODE_DAYS} days'", name="ends_in_time"),
        UniqueConstraint("id", "labourer_id"),  # what is said by code is said by the person of the code
        # A new slip ends the one before: what was lost opens nothing.
        Index("uq_own_code_living", "labourer_id", unique=True, postgresql_where=text("revoked_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    labourer_id: Mapped[int] = mapped_column(ForeignKey("labourer.id"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class RecorderReview(Base):
    """Very many statements that came about in one way on one day, put up for a second look.

    One way: taken down by one recorder, said by codes that one officer printed, or from one address within an hour.
    While it is open its statements open nothing. Another officer closes it, once (a trigger looks who).
    """

    __tablename__ = "recorder_review"
    __table_args__ = (
        CheckConstraint("num_nonnulls(recorder_index, printed_by, address_index) = 1", name="one_way"),
        CheckConstraint(_one_of("finding", FINDINGS), name="finding"),
        CheckConstraint("num_nulls(closed_at, closed_by, finding) IN (0, 3)", name="closed"),
        # Of each way and day one is open, whoever comes at the same moment.
        Index(
            "uq_recorder_review_open",
            "organisation_id", "stated_on", "recorder_index", "printed_by", "address_index",
            unique=True, postgresql_where=text("closed_at IS NULL"), postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4, server_default=func.gen_random_uuid())
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    recorder_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    printed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    address_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    stated_on: Mapped[date]
    rows: Mapped[int]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    finding: Mapped[str | None]


class ReviewedStatement(Base):
    """A statement under review. It stays so once the review is closed, and follows what was found."""

    __tablename__ = "reviewed_statement"

    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), primary_key=True, autoincrement=False)
    review_id: Mapped[int] = mapped_column(ForeignKey("recorder_review.id"), index=True)
