"""How many people one officer has shown in clear: single looks by the hour, whole lists by the day.

A look is a look by whichever door it is taken, so all doors count on one budget.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app import rate_limits
from app.errors import TooManyRequests
from app.permissions import Actor
from app.settings import Settings
from app.shared.i18n import N_


@dataclass(frozen=True)
class Allowance:
    """What the instance allows one officer, and the moment it is asked for."""

    now: datetime
    looks_per_hour: int
    listed_per_day: int


def allowance(settings: Settings, now: datetime) -> Allowance:
    """The settings' budgets at this moment."""
    return Allowance(now, settings.reveals_per_hour, settings.listed_in_clear_per_day)


async def count_look(session: AsyncSession, actor: Actor, allowed: Allowance) -> None:
    """Count one person shown in clear. Raises TooManyRequests (429)."""
    too_often = N_(
        "You have had many identities shown within the hour. Wait %(minutes)s min, then go on; masked lists stay open."
    )
    key, hour = f"reveal:{actor.user_id}", timedelta(hours=1)
    await rate_limits.take(session, key, allowed.looks_per_hour, hour, now=allowed.now, message=too_often)


async def count_list(session: AsyncSession, actor: Actor, people: int, allowed: Allowance) -> None:
    """Count the people of one list in clear; a list that is refused counts nothing. Raises TooManyRequests (429)."""
    key, most = f"clear-list:{actor.user_id}", allowed.listed_per_day
    if await rate_limits.spend(session, key, people, most, timedelta(days=1), now=allowed.now):
        return
    message = N_(
        "In one day %(most)s people can be taken out in clear, with the lists of the last 24 hours; this list has "
        "%(people)s. Narrow it, for example to a township, or take it masked."
    )
    raise TooManyRequests(message, seconds=3600, most=most, people=people)
