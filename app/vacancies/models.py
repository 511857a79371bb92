"""Posts offered, their openings as slots, their life and what the law checks found."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.employers.models import Attested, attested_checks

STATES = ("draft", "checked", "verified", "open", "paused", "filled", "closed", "blocked")


class Vacancy(Base):
    """A post at one site on one set of terms. What the advert did not say is null, never guessed."""

    __tablename__ = "vacancy"
    __table_args__ = (
        CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in STATES) + ")", name="state"),
        CheckConstraint("openings > 0", name="openings_positive"),
        CheckConstraint("state NOT IN ('open', 'paused', 'filled') OR openings IS NOT NULL", name="openings_known"),
        CheckConstraint("state NOT IN ('verified', 'open', 'paused') OR verified_at IS NOT NULL", name="verified"),
        CheckConstraint("pay_min <= pay_max", name="pay_order"),
        CheckConstraint(
            """state NOT IN ('verified', 'open', 'filled') OR NOT findings @> '[{"effect": "block"}]'""", name="lawful"
        ),
        CheckConstraint("holds >= 0", name="holds_counted"),
        CheckConstraint("holds = 0 OR state NOT IN ('verified', 'open', 'filled')", name="held"),
        CheckConstraint("attested_by_organisation_id IS NULL OR verified_until IS NOT NULL", name="attested_ends"),
        Index("ix_vacancy_state_place", "state", "locality_code", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
    entered_by_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    # One advert line of one firm: the key under which a re-import finds its vacancy again.
    source_key: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default="draft", default="draft")
    state_reason: Mapped[str | None]
    # Checks by an authority that stop the post; while one stands it cannot open, whoever asks.
    holds: Mapped[int] = mapped_column(SmallInteger, server_default="0", default=0)

    title: Mapped[str]
    trade_family: Mapped[str | None]
    occupation_code: Mapped[str | None]
    coding_confidence: Mapped[int | None]  # millionths; null where a person decided
    openings: Mapped[int | None]
    openings_text: Mapped[str | None]
    locality_code: Mapped[str | None] = mapped_column(ForeignKey("locality.code"))
    place_text: Mapped[str | None]
    address: Mapped[str | None]

    # Pay as read, then in figures (yuan); net_* is what people compare (到手), with the basis of each term.
    pay_text: Mapped[str | None]
    pay_min: Mapped[int | None]
    pay_max: Mapped[int | None]
    pay_period: Mapped[str | None]
    pay_basis: Mapped[str | None]
    pay_cycle: Mapped[str | None]
    first_pay_days: Mapped[int | None] = mapped_column(SmallInteger)
    base_month: Mapped[int | None]
    net_month_low: Mapped[int | None]
    net_month_high: Mapped[int | None]
    net_hour_low: Mapped[int | None]  # fen per hour
    net_terms: Mapped[list[dict[str, object]]] = mapped_column(JSONB, server_default="[]", default=list)
    bounty_text: Mapped[str | None]
    fees_text: Mapped[str | None]

    hours_week: Mapped[int | None] = mapped_column(SmallInteger)
    hours_regime: Mapped[str | None]
    shift: Mapped[str | None]
    rest: Mapped[str | None]
    lodging: Mapped[str | None]
    lodging_cost: Mapped[int | None]
    utilities_cost: Mapped[int | None]
    meals: Mapped[str | None]
    meal_cost: Mapped[int | None]
    insurance: Mapped[bool | None]
    contract_kind: Mapped[str | None]
    agency_name: Mapped[str | None]
    traits: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    carries_kg: Mapped[int | None] = mapped_column(SmallInteger)
    hazardous: Mapped[bool] = mapped_column(server_default="false", default=False)
    required_level: Mapped[str | None]
    required_certificate: Mapped[str | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    months: Mapped[int | None] = mapped_column(SmallInteger)
    description: Mapped[str | None]

    # [{"code", "effect": "block" | "flag" | "wait", "words", "clause"}]: what stands against the post.
    findings: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default="[]", default=list)
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    verified_until: Mapped[date | None]  # only where a sending county vouches: see VacancyAttestation
    attested_by_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


Index(
    "uq_vacancy_source",
    Vacancy.entered_by_organisation_id,
    Vacancy.source_key,
    unique=True,
    postgresql_where=Vacancy.source_key.is_not(None),
)


class VacancyOpening(Base):
    """One place to fill. Slots are rows, so that the last one is taken under a lock."""

    __tablename__ = "vacancy_opening"

    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime | None]


class VacancyTransition(Base):
    """Each change of state: who, when, from, to, why."""

    __tablename__ = "vacancy_transition"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.id"), index=True)
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    reason: Mapped[str]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[datetime]


class SupplyListEntry(Base):
    """A vacancy's line on a receiving region's supply list."""

    __tablename__ = "supply_list_entry"
    __table_args__ = (UniqueConstraint("vacancy_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    entered_on: Mapped[date]
    left_on: Mapped[date | None]


class VacancyAttestation(Attested, Base):
    """What a sending county checked about a post whose own region has no receiving office here yet."""

    __tablename__ = "vacancy_attestation"
    __table_args__ = attested_checks()

    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.id"), index=True)


class DispatchPermit(Base):
    """A dispatching firm's permit (劳务派遣经营许可证) as an office saw it. Rows are added, never changed."""

    __tablename__ = "dispatch_permit"
    __table_args__ = (
        CheckConstraint("length(trim(number)) > 1", name="number_given"),
        CheckConstraint("length(agency_key) > 0", name="agency_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_key: Mapped[str] = mapped_column(index=True)  # as employers' names are compared: see name_key
    agency_name: Mapped[str]
    number: Mapped[str]
    until: Mapped[date]  # the last day it holds
    seen_by_user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    seen_by_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    seen_at: Mapped[datetime]
