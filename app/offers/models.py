"""Offers, the terms frozen in them, and their log. Answers of "no" are not here: see ``refusals.py`` (V4)."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base

# "Lapsed" is every end that comes from the labourer's side or from the clock: a no, silence, a word taken back.
STATES = ("drafted", "offered", "accepted", "confirmed", "lapsed", "withdrawn", "void")
CHANNELS = ("office", "self_code", "in_person", "employer", "system")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{value}'" for value in values) + ")"


class OfferTerms(Base):
    """What is promised, as canonical JSON with its print: written once, shared by all offers of the same promise."""

    __tablename__ = "offer_terms"
    __table_args__ = (
        UniqueConstraint("vacancy_id", "version"),
        UniqueConstraint("vacancy_id", "content_hash"),
        UniqueConstraint("id", "vacancy_id"),  # an offer's terms are its own post's
        CheckConstraint("content_hash = sha256(convert_to(content, 'UTF8'))", name="print_of_the_content"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.id"))
    version: Mapped[int] = mapped_column(SmallInteger)
    content: Mapped[str]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class Offer(Base):
    """One post held out to one person by one office. Triggers keep its course, its slot and its log whole."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint("state IN ('drafted', 'withdrawn') OR terms_id IS NOT NULL", name="terms_frozen"),
        CheckConstraint("(state IN ('accepted', 'confirmed')) = (opening_number IS NOT NULL)", name="slot_held"),
        CheckConstraint("state <> 'offered' OR expires_at > offered_at", name="expires"),
        CheckConstraint("accepted_at < expires_at", name="accepted_in_time"),
        CheckConstraint("(state = 'accepted') = (answer_due_at IS NOT NULL)", name="answer_due"),
        CheckConstraint("waits_from IS NULL OR state = 'drafted'", name="waits_as_draft"),
        CheckConstraint("begun_at IS NULL OR state = 'confirmed'", name="begun_when_confirmed"),
        CheckConstraint("closed_at IS NULL OR state = 'confirmed'", name="closed_when_confirmed"),
        ForeignKeyConstraint(["terms_id", "vacancy_id"], ["offer_terms.id", "offer_terms.vacancy_id"]),
        ForeignKeyConstraint(
            ["vacancy_id", "opening_number"], ["vacancy_opening.vacancy_id", "vacancy_opening.number"]
        ),
        UniqueConstraint("vacancy_id", "opening_number"),  # no opening is held twice
        Index(
            "uq_offer_live_pair", "labourer_id", "vacancy_id", unique=True,
            postgresql_where=text("state IN ('drafted', 'offered', 'accepted')"),
        ),
        # One promised place per person at a time, until its placement has ended.
        Index(
            "uq_offer_one_place", "labourer_id", unique=True,
            postgresql_where=text("state = 'accepted' OR (state = 'confirmed' AND closed_at IS NULL)"),
        ),
        Index("ix_offer_vacancy_state", "vacancy_id", "state"),
        Index("ix_offer_office_state", "organisation_id", "state", "id"),
        Index("ix_offer_expires", "expires_at", postgresql_where=text("state = 'offered'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    labourer_id: Mapped[int] = mapped_column(ForeignKey("labourer.id"), index=True)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # the office that makes it
    made_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    made_at: Mapped[datetime]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("match_run.id"))  # the run it came from, if any
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("offer.id"))
    agent_earns: Mapped[int | None]  # yuan a head, of whoever stands between; frozen with the terms
    state: Mapped[str] = mapped_column(server_default="drafted", default="drafted")
    step: Mapped[int] = mapped_column(SmallInteger, default=1)  # of the log: each change has its row
    terms_id: Mapped[int | None] = mapped_column(BigInteger)
    opening_number: Mapped[int | None]
    waits_from: Mapped[datetime | None]  # on the waiting list since then
    offered_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    answer_due_at: Mapped[datetime | None]  # until when the employer answers
    begun_at: Mapped[datetime | None]  # the person has left for it: from then on the contract counts
    closed_at: Mapped[datetime | None]  # what came of it has ended


class OfferEvent(Base):
    """Each change: who, when, from, to, why. Rows are added, never changed.

    An end from the labourer's side has nobody, no channel but the system's and one word for all of them.
    """

    __tablename__ = "offer_event"
    __table_args__ = (
        UniqueConstraint("offer_id", "step"),
        CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        CheckConstraint(
            "to_state <> 'lapsed' OR (channel = 'system' AND reason = 'lapsed' "
            "AND num_nonnulls(by_user_id, by_organisation_id, code_id, evidence_hash) = 0)",
            name="a_no_leaves_nothing",
        ),
        CheckConstraint(
            "NOT (to_state = 'accepted' AND from_state = 'offered') OR channel IN ('self_code', 'in_person')",
            name="own_yes",
        ),
        CheckConstraint("(channel = 'self_code') = (code_id IS NOT NULL)", name="own_code"),
        CheckConstraint("channel <> 'self_code' OR by_user_id IS NULL", name="nobody_between"),
        CheckConstraint(
            "channel <> 'in_person' OR num_nonnulls(by_user_id, by_organisation_id, evidence_hash) = 3",
            name="officer_and_evidence",
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"))
    step: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    reason: Mapped[str]
    channel: Mapped[str]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    by_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    code_id: Mapped[int | None] = mapped_column(ForeignKey("own_code.id"))
    evidence_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
