"""Very many statements that came about in one way are looked at by a second officer; until then they open nothing (V1).

What is found is the officer's, never the person's word: a statement set aside counts as if nothing had been said, and
the person stands among those to be asked.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.declarations import review_queries as queries
from app.declarations.models import FINDINGS, OwnCode, RecorderReview, ReviewedStatement
from app.errors import Conflict, Forbidden, Invalid
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.i18n import N_
from app.shared.names import normalise_name

# More of them in a day, or within an hour: see docs/decisions/0015-own-word-and-slips.md for why so many.
STATEMENTS_PER_RECORDER_DAY = 80
PEOPLE_PER_PRINTER_DAY = 30
PEOPLE_PER_ADDRESS_HOUR = 10


async def put_up_recorders(session: AsyncSession, touched: Collection[tuple[bytes, date]], *, now: datetime) -> None:
    """Of these recorders' days, put up those with very many statements."""
    busy = await queries.busy_recorders(session, touched, more_than=STATEMENTS_PER_RECORDER_DAY)
    for office, recorder_index, stated_on in busy:
        way = {"organisation_id": office, "stated_on": stated_on, "recorder_index": recorder_index}
        await _put_up(session, way, queries.of_recorder(office, recorder_index, stated_on), now)


async def put_up_own_codes(
    session: AsyncSession,
    organisation_id: int,
    code_id: int,
    near: Collection[int],
    address_index: bytes | None,
    *,
    now: datetime,
) -> None:
    """After a word by code: put up what was said by codes of one printing officer that day, or from one address.

    ``near`` are the codes that were used at this address within the hour.
    """
    today = day_of(now)
    printed_by = await session.scalar(select(OwnCode.made_by).where(OwnCode.id == code_id))
    ways: list[tuple[dict[str, Any], ColumnElement[bool], int]] = []
    if printed_by is not None:
        ways.append(({"printed_by": printed_by}, queries.by_codes_of(printed_by, today), PEOPLE_PER_PRINTER_DAY))
    if address_index is not None:
        ways.append(({"address_index": address_index}, queries.by_codes(near, today), PEOPLE_PER_ADDRESS_HOUR))
    for way, statements, most in ways:
        if await queries.people_in(session, statements) > most:
            key = {"organisation_id": organisation_id, "stated_on": today, **way}
            await _put_up(session, key, statements, now)


async def _put_up(session: AsyncSession, way: dict[str, Any], statements: ColumnElement[bool], now: datetime) -> None:
    fresh = await queries.not_looked_at(session, statements)
    if not fresh:
        return
    new = upsert(RecorderReview).values(**way, rows=0, opened_at=now)
    await session.execute(new.on_conflict_do_nothing())
    review = await session.scalar(
        select(RecorderReview).filter_by(**way).where(RecorderReview.closed_at.is_(None)).with_for_update()
    )
    if review is None:  # it was closed at this very moment; the next statement opens another
        return
    await session.execute(insert(ReviewedStatement), [{"review_id": review.id, "declaration_id": one} for one in fresh])
    review.rows = await session.scalar(select(func.count()).where(ReviewedStatement.review_id == review.id)) or 0
    await session.flush()


async def close(
    session: AsyncSession, actor: Actor, keys: KeyRing, review: RecorderReview, finding: str, *, now: datetime
) -> None:
    """A second officer has looked: it stands, or it does not and opens nothing from then on.

    Raises Conflict (409) where it was closed, Invalid (422) without a finding, Forbidden (403) for whoever took the
    statements down, entered them or printed the codes.
    """
    if review.closed_at is not None:
        raise Conflict(N_("This review is closed already."))
    if finding not in FINDINGS:
        raise Invalid(N_("Say whether the statements stand."), fields={"finding": N_("Required.")})
    own_name = keys.blind_index("recorder", normalise_name(actor.display_name))
    if actor.user_id in await queries.concerned(session, review) or own_name == review.recorder_index:
        raise Forbidden(
            N_("You took these statements down, entered them or printed the codes. Another officer looks again.")
        )
    review.closed_at, review.closed_by, review.finding = now, actor.user_id, finding
    audit.record(session, actor, "review.close", "recorder_review", review.id, outcome=finding, rows=review.rows)
    if finding == "does_not_stand":
        for labourer_id in await queries.people_of(session, review):
            audit.record(session, actor, "declaration.set_aside", "labourer", labourer_id)
    await session.flush()
