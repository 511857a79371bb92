"""Statements that end soon: who agreed to be written to is told once, and told that no benefit depends on it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import queries as declarations
from app.labourers import telling
from app.labourers.models import DemandListEntry, Labourer
from app.labourers.telling import Word
from app.shared.clock import day_of
from app.shared.encryption import KeyRing

DAYS_BEFORE: Final = 14
AT_ONCE: Final = 500


async def ending(session: AsyncSession, today: date, *, after: int, limit: int) -> Sequence[Any]:
    """(labourer, statement's number, its last day) of listed people whose own statement stands and ends soon, by id."""
    latest = declarations.latest_own()
    query = (
        select(Labourer, latest.c.declaration_id, latest.c.expires_on)
        .join(latest, latest.c.labourer_id == Labourer.id)
        .join(DemandListEntry, DemandListEntry.labourer_id == Labourer.id)
        .where(
            Labourer.id > after,
            Labourer.erased_at.is_(None),
            Labourer.phone_cipher.is_not(None),
            DemandListEntry.left_on.is_(None),
            latest.c.withdrawn_at.is_(None),
            latest.c.scope != "not_now",  # who wants nothing now is not asked again
            latest.c.expires_on > today,
            latest.c.expires_on <= today + timedelta(days=DAYS_BEFORE),
            declarations.permits(telling.PURPOSE, Labourer.id, today),
        )
        .order_by(Labourer.id)
        .limit(limit)
    )
    return (await session.execute(query)).all()


async def warn(session: AsyncSession, keys: KeyRing, *, after: int, now: datetime) -> tuple[int, int | None]:
    """Tell the next people; how many were, and the id to go on after (none at the end). Again changes nothing."""
    rows = await ending(session, day_of(now), after=after, limit=AT_ONCE)
    told = 0
    for labourer, declaration_id, expires_on in rows:
        last_day = expires_on - timedelta(days=1)
        word = Word(
            "statement_ending",
            f"statement_ending:{declaration_id}",
            ("declaration", declaration_id),
            params={"day": f"{last_day:%Y-%m-%d}"},
        )
        told += await telling.tell(session, keys, labourer, word, now=now)
    return told, rows[-1].Labourer.id if len(rows) == AT_ONCE else None
