"""Administrative divisions from province to township, their tree, and the codes that are no longer in force."""

from sqlalchemy import Boolean, CheckConstraint, Float, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class Locality(Base):
    """One division in force: 1 province, 2 prefecture, 3 county, 4 township."""

    __tablename__ = "locality"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 4", name="level"),
        Index("ix_locality_parent", "parent_code"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str]
    full_name: Mapped[str]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("locality.code"))
    longitude: Mapped[float | None] = mapped_column(Float)
    latitude: Mapped[float | None] = mapped_column(Float)
    coordinate_source: Mapped[str | None]
    key_county: Mapped[bool] = mapped_column(Boolean, server_default="false")


class LocalityClosure(Base):
    """Every division with each of its ancestors and itself: what a post's scope is decided by."""

    __tablename__ = "locality_closure"
    __table_args__ = (Index("ix_locality_closure_descendant", "descendant_code"),)

    ancestor_code: Mapped[str] = mapped_column(ForeignKey("locality.code"), primary_key=True)
    descendant_code: Mapped[str] = mapped_column(ForeignKey("locality.code"), primary_key=True)
    depth: Mapped[int] = mapped_column(SmallInteger)


class AbolishedLocality(Base):
    """A county code no longer in force; ``successor_code`` is empty where the successor is not known."""

    __tablename__ = "abolished_locality"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    code: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    first_year: Mapped[int] = mapped_column(SmallInteger)
    last_year: Mapped[int] = mapped_column(SmallInteger)
    successor_code: Mapped[str | None] = mapped_column(ForeignKey("locality.code"))


class ReferenceLoad(Base):
    """Which edition of which shipped data set the database holds."""

    __tablename__ = "reference_load"

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    rows: Mapped[int]
