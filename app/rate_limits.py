"""How often something may be done, counted in the database, so that every process counts alike.

The window is fixed: it begins with the first take and, once over, with the next one. At its edge twice the limit may
pass within one window's length, which is fine for what is held back here: guesses, looks, calls. The table is
unlogged: after a crash of the database the counts begin anew.
"""

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Table, case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base, own_transaction
from app.errors import TooManyRequests
from app.shared.i18n import N_

SWEPT_AT_ONCE = 50  # windows long over, taken out by whoever opens a new one


class RateLimit(Base):
    """How often one thing was done in its running window."""

    __tablename__ = "rate_limit"
    __table_args__ = {"prefixes": ["UNLOGGED"]}  # noqa: RUF012 (SQLAlchemy's own attribute)

    key: Mapped[str] = mapped_column(primary_key=True)
    taken: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)


async def take(
    session: AsyncSession, key: str, limit: int, window: timedelta, *, now: datetime, message: str | None = None
) -> None:
    """Count one more of ``key``, whatever becomes of the request. Raises TooManyRequests (429) above the limit.

    ``key`` names the act and who does it, as ``reveal:17``; ``message`` says more than "too often".
    """
    table: Table = RateLimit.__table__  # type: ignore[assignment]
    over = table.c.ends_at <= now
    row = insert(table).values(key=key, taken=1, ends_at=now + window)
    counted = row.on_conflict_do_update(
        index_elements=[table.c.key],
        set_={
            # Not counted further than needed, so that no count runs out of its column.
            "taken": case((over, 1), else_=func.least(table.c.taken + 1, limit + 1)),
            "ends_at": case((over, now + window), else_=table.c.ends_at),
        },
    ).returning(table.c.taken, table.c.ends_at)
    async with own_transaction(session) as own:
        taken, ends_at = (await own.execute(counted)).one()
        if taken == 1:
            await _sweep(own, table, now)
    if taken > limit:
        seconds = ceil((ends_at - now).total_seconds())
        minutes = max(1, ceil(seconds / 60))
        text = message or N_("This was done too often in a short time. Wait %(minutes)s min, then go on.")
        raise TooManyRequests(text, seconds=seconds, minutes=minutes)


async def spend(session: AsyncSession, key: str, amount: int, limit: int, window: timedelta, *, now: datetime) -> bool:
    """Whether so many more of ``key`` are within the limit; counted only if they are."""
    if amount > limit:
        return False
    table: Table = RateLimit.__table__  # type: ignore[assignment]
    over = table.c.ends_at <= now
    row = insert(table).values(key=key, taken=amount, ends_at=now + window)
    counted = row.on_conflict_do_update(
        index_elements=[table.c.key],
        set_={
            "taken": case((over, amount), else_=table.c.taken + amount),
            "ends_at": case((over, now + window), else_=table.c.ends_at),
        },
        where=over | (table.c.taken + amount <= limit),
    ).returning(table.c.taken)
    async with own_transaction(session) as own:
        return (await own.execute(counted)).one_or_none() is not None


async def is_spent(session: AsyncSession, key: str, limit: int, *, now: datetime) -> bool:
    """Whether the running window of ``key`` has its full count; counts nothing."""
    taken = select(RateLimit.taken).where(RateLimit.key == key, RateLimit.ends_at > now)
    return (await session.scalar(taken) or 0) >= limit


async def forget(session: AsyncSession, key: str) -> None:
    """Begin anew, because somebody with the right to do so said so."""
    await session.execute(delete(RateLimit).where(RateLimit.key == key))


async def _sweep(session: AsyncSession, table: Table, now: datetime) -> None:
    over = select(table.c.key).where(table.c.ends_at <= now).limit(SWEPT_AT_ONCE).with_for_update(skip_locked=True)
    await session.execute(delete(table).where(table.c.key.in_(over)))
