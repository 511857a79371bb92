"""The SQL of entered figures."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.permissions import Actor
from app.policy.models import LocalFigure


def visible_to(_actor: Actor) -> Select[LocalFigure]:
    """Entered figures: what the law asks of everybody is open to everybody who is signed in."""
    return select(LocalFigure)


async def listed(session: AsyncSession, actor: Actor) -> Sequence[LocalFigure]:
    """All entered figures, the latest first."""
    return list(await session.scalars(visible_to(actor).order_by(LocalFigure.id.desc())))


async def entered(session: AsyncSession) -> Sequence[LocalFigure]:
    """All entered figures that count, in the order of entry, for judging posts, which no actor does."""
    query = select(LocalFigure).where(LocalFigure.status != "proposed")
    return list(await session.scalars(query.order_by(LocalFigure.id)))
