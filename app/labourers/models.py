"""People of the demand list: households, labourers with their five facts, skills and wishes.

Identity fields are cipher texts with a blind index. There is no column for ethnicity, religion, politics,
marital state, health or poverty status, and there never will be (V6).
"""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base

# What the change of keys says to reach every row behind the second wall.
RESEALED = {"info": {"reseal_as": {"duijie.reach": "all"}}}


class Household(Base):
    """People of one register number; the head is named once, here."""

    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("organisation_id", "household_no"), RESEALED)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    household_no: Mapped[str]
    township_code: Mapped[str | None] = mapped_column(ForeignKey("locality.code"))
    village_name: Mapped[str | None]
    head_name_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    head_id_no_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    head_phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)


_WHO = "name_cipher, id_no_cipher, id_no_index, birth_on"
_MORE = "phone_cipher, phone_index, household_id, person_no, sex, village_name"


class Labourer(Base):
    """A person of the demand list, in the custody of one county organisation."""

    __tablename__ = "labourer"
    __table_args__ = (
        UniqueConstraint("id_no_index"),
        CheckConstraint("relation IN ('head', 'member')", name="relation"),
        CheckConstraint("sex IN ('female', 'male')", name="sex"),
        CheckConstraint(f"erased_at IS NOT NULL OR num_nulls({_WHO}) = 0", name="identity"),
        CheckConstraint(f"erased_at IS NULL OR num_nonnulls({_WHO}, {_MORE}) = 0", name="erased"),
        Index("ix_labourer_name_tokens", "name_tokens", postgresql_using="gin"),
        Index("ix_labourer_custody_place", "organisation_id", "locality_code", "id"),
        RESEALED,
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # the custodian
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), index=True)
    relation: Mapped[str] = mapped_column(server_default="member")
    person_no: Mapped[str | None]

    # Null only in what is left of a person who was deleted; ``visible_to`` never gives such a row out.
    name_cipher: Mapped[bytes] = mapped_column(LargeBinary, nullable=True)
    name_tokens: Mapped[list[int]] = mapped_column(ARRAY(BIGINT))
    id_no_cipher: Mapped[bytes] = mapped_column(LargeBinary, nullable=True)
    id_no_index: Mapped[bytes] = mapped_column(LargeBinary, nullable=True)
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)

    # Sex and birth serve statutory bars and rooms; neither ever enters a score.
    sex: Mapped[str | None]
    birth_on: Mapped[date] = mapped_column(nullable=True)
    locality_code: Mapped[str] = mapped_column(ForeignKey("locality.code"))  # home: township, or county if unknown
    village_name: Mapped[str | None]
    education: Mapped[str | None]

    # The five facts besides willingness (declarations) and skill (labourer_skill).
    work_ability: Mapped[str | None]
    employment_status: Mapped[str | None]
    employment_channel: Mapped[str | None]
    work_employer: Mapped[str | None]
    work_place_text: Mapped[str | None]
    work_place_code: Mapped[str | None] = mapped_column(ForeignKey("locality.code"))
    work_months: Mapped[int | None] = mapped_column(SmallInteger)
    monthly_wage: Mapped[int | None]
    work_started_on: Mapped[date | None]
    work_ended_on: Mapped[date | None]
    traits_done: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    wish_training: Mapped[str | None]

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    erased_at: Mapped[datetime | None]


class LabourerSkill(Base):
    """Something the person has done or is certified for."""

    __tablename__ = "labourer_skill"
    __table_args__ = (UniqueConstraint("labourer_id", "position"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    labourer_id: Mapped[int] = mapped_column(ForeignKey("labourer.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str]
    trade_family: Mapped[str | None]
    occupation_code: Mapped[str | None]
    coding_confidence: Mapped[int | None]  # millionths; null where a person decided
    months: Mapped[int | None] = mapped_column(SmallInteger)  # within the last five years
    level: Mapped[str | None]
    certificate: Mapped[str | None]
    certificate_expires_on: Mapped[date | None]


class DemandListEntry(Base):
    """The labourer's line on the demand list: what the person asks for. Silence stays silence (null, empty)."""

    __tablename__ = "demand_list_entry"
    __table_args__ = (
        CheckConstraint("floor_net_month > 0", name="floor_positive"),
        CheckConstraint("(left_on IS NULL) = (left_reason IS NULL)", name="left"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    labourer_id: Mapped[int] = mapped_column(ForeignKey("labourer.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    entered_on: Mapped[date]
    left_on: Mapped[date | None]
    left_reason: Mapped[str | None]

    # [{"code": "320500", "text": "苏州"}, …] in the person's own order; a code is a division or a place class.
    wish_places: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default="[]", default=list)
    excluded_places: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    return_places: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    wish_trades: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    excluded_trades: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    excluded_conditions: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    floor_net_month: Mapped[int | None]  # yuan
    hours_week_min: Mapped[int | None] = mapped_column(SmallInteger)
    hours_week_max: Mapped[int | None] = mapped_column(SmallInteger)
    lodging_needed: Mapped[bool | None]
    lodging_wanted: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    lodging_acceptable: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    shift_wanted: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    shift_acceptable: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    meals_wanted: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    contract_wanted: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    available_from: Mapped[date | None]
    months_wanted: Mapped[int | None] = mapped_column(SmallInteger)
    matters_most: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)


class LabourerChange(Base):
    """What changed on a person's record, when, by whom and why: old and new values, identity fields as names only."""

    __tablename__ = "labourer_change"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    labourer_id: Mapped[int] = mapped_column(ForeignKey("labourer.id"), index=True)
    at: Mapped[datetime]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    reason: Mapped[str]
    changes: Mapped[dict[str, list[object]]] = mapped_column(JSONB)


class ErasedIdentity(Base):
    """That an office deleted somebody once: a keyed hash of the index of their number, so that a sheet of that office
    that still names them does not bring them back unasked. No other office is told, or can lift it."""

    __tablename__ = "erased_identity"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))  # the custodian then
    identity_hash: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    erased_on: Mapped[date]
    readmitted_at: Mapped[datetime | None]  # the person came back by their own wish
    readmitted_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
