"""When the person who complained may close it.

A grave complaint is answered first: somebody may be pressed to take it back. Of one that an officer took down, the
officer has seen the receipt's code, so the receipt alone is no proof of who closes: the answer has to stand for some
days in which the person can read it, and say that they are not content.
"""

from datetime import datetime, time
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict
from app.grievances import queries
from app.grievances.models import Grievance
from app.shared.clock import SHANGHAI
from app.shared.formats import moment
from app.shared.i18n import N_
from app.shared.working_days import after_working_days

STANDS_FOR: Final = 3
"""Working days; the database holds a complaint an officer took down for two days at the least."""


async def check(session: AsyncSession, grievance: Grievance, now: datetime) -> None:
    """Raises Conflict (409) while an open complaint cannot be closed by whoever made it."""
    if (hindrance := await hindrance_of(session, grievance, now)) is not None:
        raise hindrance


async def hindrance_of(session: AsyncSession, grievance: Grievance, now: datetime) -> Conflict | None:
    """Why whoever made an open complaint cannot close it yet; None if they can."""
    if grievance.channel == "officer":
        if grievance.state != "answered":
            return Conflict(N_("An office took this complaint down for you: the authority answers first."))
        since = await _closable_since(session, grievance)
        if now <= since:
            text = N_(
                "An office took this complaint down for you, so it stays open until the answer has stood for "
                "%(days)s working days. You can close it after %(time)s."
            )
            return Conflict(text, days=STANDS_FOR, time=moment(since))
    if grievance.severity == "severe" and grievance.state != "answered":
        return Conflict(N_("What you reported is grave: the authority answers first, then you can close it."))
    return None


async def _closable_since(session: AsyncSession, grievance: Grievance) -> datetime:
    answered = await queries.answered_at(session, grievance.id)
    day = after_working_days(answered.astimezone(SHANGHAI).date(), STANDS_FOR)
    return datetime.combine(day, time(23, 59), SHANGHAI)
