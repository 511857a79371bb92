"""Placements: accepted offers lived through, and their log."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base

STATES = ("agreed", "departed", "arrived", "at_work", "ended", "returned")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{value}'" for value in values) + ")"


class Placement(Base):
    """A person's place at a post, from the employer's yes to its end."""

    __tablename__ = "placement"
    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint("(state IN ('ended', 'returned')) = (ended_at IS NOT NULL)", name="ended"),
        Index(
            "uq_placement_one_place", "labourer_id", unique=True,
            postgresql_where=text("state NOT IN ('ended', 'returned')"),
        ),
        Index("ix_placement_vacancy_state", "vacancy_id", "state"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id"), unique=True)
    labourer_id: Mapped[int] = mapped_column(ForeignKey("labourer.id"))
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.id"))
    state: Mapped[str] = mapped_column(server_default="agreed", default="agreed")
    step: Mapped[int] = mapped_column(SmallInteger, default=1)
    agreed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PlacementEvent(Base):
    """Each change of state: who, when, from, to, why. Rows are added, never changed."""

    __tablename__ = "placement_event"
    __table_args__ = (UniqueConstraint("placement_id", "step"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"))
    step: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    reason: Mapped[str]
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
