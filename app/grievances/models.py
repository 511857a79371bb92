"""Complaints, what became of them, whom they name, the posts they hold, and tries from one address.

The texts are cipher texts. Every table but the last has row-level security: without an opened drawer
(``drawer.py``) there are no rows, and for those named there never are.
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, SmallInteger, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base

# What the change of keys says to reach every row.
RESEALED = {"info": {"reseal_as": {"duijie.drawer_duty": "keys"}}}
STATES = ("received", "assigned", "measures", "answered", "closed")
CHANNELS = ("anonymous", "officer", "portal")
ACTS = (
    "received", "assigned", "unrouted", "referred", "taken", "measure", "answer", "words", "named", "escalated",
    "transferred", "review_asked", "review_assigned", "sent_back", "hold_kept", "hold_released", "closed",
)  # fmt: skip


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{value}'" for value in values) + ")"


class Grievance(Base):
    """One complaint. ``organisation_id`` is the inspection that has it, empty while none could take it."""

    __tablename__ = "grievance"
    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(_one_of("channel", CHANNELS), name="channel"),
        CheckConstraint("severity IN ('severe', 'ordinary')", name="severity"),
        CheckConstraint("(state = 'received') = (organisation_id IS NULL) OR state = 'closed'", name="assigned"),
        CheckConstraint("organisation_id <> ALL (named_organisation_ids)", name="handler_not_named"),
        CheckConstraint("review_organisation_id <> ALL (named_organisation_ids)", name="reviewer_not_named"),
        CheckConstraint("review_organisation_id <> organisation_id", name="reviewer_is_another"),
        CheckConstraint("closed_by IN ('complainant', 'review')", name="closed_by"),
        CheckConstraint("(state = 'closed') = (closed_by IS NOT NULL)", name="closed"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at"),
        CheckConstraint("(state = 'closed') = (due_at IS NULL)", name="clock_runs"),
        Index("ix_grievance_due", "due_at"),
        Index("ix_grievance_handler", "organisation_id", "state", "due_at"),
        RESEALED,
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    kind: Mapped[str]
    severity: Mapped[str]
    retaliation: Mapped[bool] = mapped_column(server_default="false", default=False)
    channel: Mapped[str]
    many_from_address: Mapped[bool] = mapped_column(server_default="false", default=False)  # for triage; never refused
    labourer_id: Mapped[int | None] = mapped_column(ForeignKey("labourer.id"), index=True)
    text_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    contact_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)  # who it is and how to reach them, as told
    place_code: Mapped[str | None] = mapped_column(ForeignKey("locality.code"))  # of the work
    home_code: Mapped[str | None] = mapped_column(ForeignKey("locality.code"))
    vacancy_id: Mapped[int | None] = mapped_column(ForeignKey("vacancy.id"))
    employer_id: Mapped[int | None] = mapped_column(ForeignKey("employer.id"))
    code_hash: Mapped[bytes] = mapped_column(
        LargeBinary, unique=True
    )  # of the receipt; the code itself is kept nowhere

    state: Mapped[str] = mapped_column(server_default="received", default="received")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    review_wanted: Mapped[bool] = mapped_column(server_default="false", default=False)
    review_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    # What the policies read of grievance_party, kept by a trigger: a policy on rows the named cannot see could not.
    named_organisation_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}", default=list)
    named_user_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}", default=list)
    past_organisation_ids: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}", default=list)
    escalations: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)
    due_at: Mapped[
        datetime | None
    ]  # of the present step: first answer, settlement, the complainant's or reviewer's word
    received_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]


class GrievanceEvent(Base):
    """What happened, append-only. The complainant reads all of it."""

    __tablename__ = "grievance_event"
    __table_args__ = (CheckConstraint(_one_of("act", ACTS), name="act"), RESEALED)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievance.id"), index=True)
    at: Mapped[datetime]
    act: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    by_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    to_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    text_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)


class GrievanceParty(Base):
    """Somebody a complaint names: an organisation, a user, or a name nobody could be found for."""

    __tablename__ = "grievance_party"
    __table_args__ = (CheckConstraint("num_nonnulls(organisation_id, user_id, name_cipher) = 1", name="one"), RESEALED)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievance.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    name_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class GrievanceHold(Base):
    """A post stopped for a severe complaint, until the authority lets it go."""

    __tablename__ = "grievance_hold"

    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievance.id"), primary_key=True)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.id"), primary_key=True, index=True)
    placed_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


class GrievanceFirmStop(Base):
    """A firm stopped for a grave complaint: its posts at the place, and those it enters while the stop stands."""

    __tablename__ = "grievance_firm_stop"

    grievance_id: Mapped[int] = mapped_column(ForeignKey("grievance.id"), primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), primary_key=True, index=True)
    place_code: Mapped[str | None] = mapped_column(ForeignKey("locality.code"))  # none: wherever its posts are
    after_vacancy_id: Mapped[int]  # posts entered after this one; 0 for all
    placed_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


class ComplaintTry(Base):
    """A complaint sent or a receipt tried from an address or with a slip: a keyed hash that changes every day."""

    __tablename__ = "complaint_try"
    __table_args__ = (Index("ix_complaint_try_address", "address_index", "act", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    address_index: Mapped[bytes] = mapped_column(LargeBinary)
    act: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
