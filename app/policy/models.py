"""Figures a receiving office entered for a place of its region, where the shipped ones are stale or not known."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class LocalFigure(Base):
    """One figure of a notice, in yuan. Rows are added, never changed: a correction is a newer row.

    ``proposed`` figures, lower than what is on file, count for nothing before a second person enters the same.
    ``illustrative`` figures stand in the demo alone; nobody can enter one by a page or the API.
    """

    __tablename__ = "local_figure"
    __table_args__ = (
        CheckConstraint("code IN ('minimum_wage.month', 'minimum_wage.hour')", name="code"),
        CheckConstraint(
            "amount BETWEEN CASE code WHEN 'minimum_wage.hour' THEN 5 ELSE 500 END "
            "AND CASE code WHEN 'minimum_wage.hour' THEN 200 ELSE 10000 END",
            name="amount_plausible",
        ),
        CheckConstraint("from_on BETWEEN '2000-01-01' AND '2100-01-01'", name="day_plausible"),
        CheckConstraint("stale_after >= from_on", name="days_in_order"),
        CheckConstraint("status IN ('in_force', 'illustrative', 'proposed')", name="status"),
        CheckConstraint("length(trim(source)) >= 2", name="source_given"),
        Index("ix_local_figure_place", "code", "locality_code", "from_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    code: Mapped[str]
    locality_code: Mapped[str] = mapped_column(ForeignKey("locality.code"))
    amount: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    from_on: Mapped[date]
    stale_after: Mapped[date]
    status: Mapped[str]
    source: Mapped[str]
    entered_by_user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    entered_by_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    entered_at: Mapped[datetime]
