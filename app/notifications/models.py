"""The outbox: messages with their story, and what people said about being written to.

Recipients and secret words are cipher texts, behind row-level security: an office sees its own messages, a person
theirs, the runners all.
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base

# What the change of keys says to reach every row.
RESEALED = {"info": {"reseal_as": {"duijie.reach": "all"}}}
CHANNELS = ("sms", "email")
STATES = ("waiting", "sending", "sent", "failed", "dropped")
WAYS = ("self_code", "reply")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{value}'" for value in values) + ")"


class Notice(Base):
    """One message to one recipient, delivered once. Its text is made from the template when it is sent or read.

    A trigger lets nothing change but the way it takes, and its ciphers only to a newer key or to nothing.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint("language IN ('zh_Hans', 'en')", name="language"),
        CheckConstraint("state NOT IN ('waiting', 'sending') OR recipient_cipher IS NOT NULL", name="to_somebody"),
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="leased"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        CheckConstraint("not_taken <= attempts", name="not_taken_are_attempts"),
        CheckConstraint("useful_until > created_at", name="useful"),
        Index("ix_notice_due", "channel", "next_at", postgresql_where=text("state IN ('waiting', 'sending')")),
        Index("ix_notice_office", "organisation_id", "id"),
        RESEALED,
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # whose outbox it is in
    labourer_id: Mapped[int | None] = mapped_column(ForeignKey("labourer.id"), index=True)
    caused_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    cause: Mapped[str]  # what it is about: a table and a number, as on the trail
    cause_id: Mapped[int | None] = mapped_column(BigInteger)
    dedup_key: Mapped[str] = mapped_column(unique=True)

    channel: Mapped[str]
    template: Mapped[str]
    language: Mapped[str]
    params: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}", default=dict)
    secret_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)  # codes and links, as JSON; gone once it is sent
    recipient_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    recipient_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)

    state: Mapped[str] = mapped_column(server_default="waiting", default="waiting")
    next_at: Mapped[datetime]  # not before
    useful_until: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    not_taken: Mapped[int] = mapped_column(
        SmallInteger, server_default="0", default=0
    )  # attempts that the other side did not take
    lease_until: Mapped[datetime | None]  # until then one sender has it
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class NoticeEvent(Base):
    """A step of a message's way, append-only."""

    __tablename__ = "notice_event"
    __table_args__ = (CheckConstraint(_one_of("to_state", STATES), name="to_state"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), index=True)
    at: Mapped[datetime]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    attempt: Mapped[int] = mapped_column(SmallInteger)
    why: Mapped[str | None]


class NoticeChoice(Base):
    """A person's own word about messages of one purpose, or of a number about all; append-only, the last row holds."""

    __tablename__ = "notice_choice"
    __table_args__ = (
        CheckConstraint(_one_of("way", WAYS), name="way"),
        CheckConstraint("num_nonnulls(labourer_id, recipient_index) = 1", name="whose"),
        CheckConstraint("(labourer_id IS NULL) = (purpose IS NULL)", name="of_what"),
        Index("ix_notice_choice_person", "labourer_id", "purpose", "id"),
        Index("ix_notice_choice_number", "recipient_index", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    labourer_id: Mapped[int | None] = mapped_column(ForeignKey("labourer.id"))
    recipient_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    purpose: Mapped[str | None]
    wanted: Mapped[bool]
    at: Mapped[datetime]
    way: Mapped[str]
