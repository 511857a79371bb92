"""The national classification of occupations (2022) and what people decided about raw titles."""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Occupation(Base):
    """One entry of the classification; a code may stand at two levels, so both are the key."""

    __tablename__ = "occupation"

    code: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    name: Mapped[str]
    parent_code: Mapped[str | None]
    aliases: Mapped[list[str]] = mapped_column(ARRAY(TEXT))


class TitleDecision(Base):
    """A person's coding of a raw title, used from then on for that office."""

    __tablename__ = "title_decision"
    __table_args__ = (UniqueConstraint("organisation_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[str]
    trade_family: Mapped[str]
    occupation_code: Mapped[str | None]
    decided_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    decided_at: Mapped[datetime] = mapped_column(server_default=func.now())
