"""Sealing: rows of the trail that are committed are taken into the chain, and its head is signed outside the database.

Rows are written without waiting for each other; only the sealer, one at a time, puts them in order. Ids may commit in
any order and leave gaps: what is sealed is what waits, not a range of ids.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import structlog
from sqlalchemy import Row, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Sessions
from app.settings import Settings
from app.shared.clock import Clock, system_clock
from app.trail.content import GENESIS, GONE, seal_hash
from app.trail.head import Head, HeadBook, TrailKeyError
from app.trail.models import AuditSeal

log = structlog.get_logger(__name__)

ROWS_A_SEAL: Final = 5_000
EVERY_SECONDS: Final = 5.0
SEALING_LOCK: Final = 0x7365616C  # "seal"
# An id that waits without its row was deleted within the moment before its seal: the seal says so.
TAKE = text("""
WITH taken AS (
    DELETE FROM audit_waiting WHERE audit_id IN (SELECT audit_id FROM audit_waiting ORDER BY audit_id LIMIT :most)
    RETURNING audit_id
)
SELECT taken.audit_id, e.content_hash FROM taken LEFT JOIN audit_event e ON e.id = taken.audit_id
ORDER BY taken.audit_id
""")

Told = Callable[[int], None]


async def seal_once(session: AsyncSession, now: datetime, *, most: int = ROWS_A_SEAL) -> int:
    """Seal the rows that wait, at most so many; how many. Does nothing while another sealer is at work."""
    if not await session.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": SEALING_LOCK}):
        return 0
    taken = (await session.execute(TAKE, {"most": most})).all()
    if not taken:
        return 0
    ids = [row.audit_id for row in taken]
    leaves = b"".join(bytes(row.content_hash) if row.content_hash else GONE for row in taken)
    last = await last_seal(session)
    no, total, previous = (last.no + 1, last.total + len(ids), last.hash) if last else (1, len(ids), GENESIS)
    own = seal_hash(no, microseconds(now), total, previous, ids, leaves)
    values = {
        "no": no, "sealed_at": now, "rows": len(ids), "total": total, "ids": ids, "leaves": leaves,
        "previous_hash": previous, "hash": own,
    }  # fmt: skip
    await session.execute(insert(AuditSeal).values(values))
    return len(ids)


async def last_seal(session: AsyncSession) -> Row[int, int, bytes, datetime] | None:
    """(no, total, hash, sealed_at) of the newest seal."""
    query = select(AuditSeal.no, AuditSeal.total, AuditSeal.hash, AuditSeal.sealed_at)
    return (await session.execute(query.order_by(AuditSeal.no.desc()).limit(1))).one_or_none()


def _nobody(_sealed: int) -> None:
    """Hears nothing."""


async def seal_waiting(
    sessions: Sessions, settings: Settings, clock: Clock = system_clock, told: Told = _nobody
) -> int:
    """Seal all that waits, then sign the new head; how many rows. ``told`` hears how many after each seal."""
    sealed = 0
    while True:
        async with sessions() as session, session.begin():
            done = await seal_once(session, clock())
        sealed += done
        told(sealed)
        if done < ROWS_A_SEAL:
            break
    async with sessions() as session:
        await sign_head(session, settings, clock())
    return sealed


async def sign_head(session: AsyncSession, settings: Settings, now: datetime) -> bool:
    """Sign the newest seal as the head, unless it is signed already; whether it is the head now.

    Before that the last signed one has to be found again in the chain: what does not follow from it is never signed,
    so that a chain that was rewritten does not get a good head by itself.
    """
    book = HeadBook.of(settings)
    last = await last_seal(session)
    signed = book.read()
    if last is None and signed is None:
        return False
    if signed:
        found = await session.scalar(select(AuditSeal.hash).where(AuditSeal.no == signed.no))
        if found is None or bytes(found) != signed.hash:
            log.error("the trail does not lead to its signed head; not signed, run duijie audit verify", seal=signed.no)
            return False
    if last is None or (signed and signed.no == last.no):
        return True
    try:
        book.write(Head(last.no, last.total, bytes(last.hash), microseconds(last.sealed_at), microseconds(now)))
    except TrailKeyError as error:
        log.error("the head of the trail cannot be signed", reason=str(error))  # noqa: TRY400 (no fault of the program)
        return False
    return True


def microseconds(moment: datetime) -> int:
    """Since 1970, without a rounding."""
    passed = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
