"""Counts for the desk: reads only, each through the feature's own ``visible_to``."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.employers import queries as employers
from app.employers.models import Employer
from app.intake.models import ImportBatch, ImportRow
from app.labourers import queries as labourers
from app.permissions import Actor
from app.vacancies import queries as vacancies


async def people(session: AsyncSession, actor: Actor, today: date) -> dict[str, int]:
    """People of the demand list by standing of their statement, and ``ask`` for those to be asked."""
    return await labourers.counts_by_standing(session, actor, today)


async def posts(session: AsyncSession, actor: Actor) -> dict[str, int]:
    """Posts by state."""
    return await vacancies.counts_by_state(session, actor)


async def employers_to_verify(session: AsyncSession, actor: Actor) -> int:
    """Employers nobody has verified yet."""
    query = employers.visible_to(actor).where(Employer.standing == "unverified").with_only_columns(Employer.id)
    return await session.scalar(select(func.count()).select_from(query.subquery())) or 0


async def bad_rows(session: AsyncSession, actor: Actor) -> int:
    """Rows of the own imports that wait to be mended."""
    query = (
        select(func.count())
        .select_from(ImportRow)
        .join(ImportBatch, ImportBatch.id == ImportRow.batch_id)
        .where(ImportBatch.organisation_id == actor.organisation_id, ImportBatch.state.in_(("ready", "applied")))
        .where(ImportRow.state == "bad")
    )
    return await session.scalar(query) or 0
