"""Stopping a firm for a grave complaint, and letting it go: its posts of now, and those it enters meanwhile.

What a standing stop covers is said once, in the database's function ``firm_stop_covers``: the service asks it here
and in ``app/vacancies``, and a trigger asks it before any post opens.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.grievances import queries
from app.grievances.models import Grievance, GrievanceFirmStop, GrievanceHold
from app.vacancies import service as vacancies


def is_grave(grievance: Grievance) -> bool:
    """Whether it stops posts by itself: grave from the start, or told later that somebody is punished for it."""
    return grievance.severity == "severe" or grievance.retaliation


async def place(session: AsyncSession, grievance: Grievance, firms: Iterable[int] = (), *, now: datetime) -> None:
    """Stop what a grave complaint is about, and whole firms that it names.

    A complaint of one post stops that post, and what the firm enters from now on; the firm's other posts go on until
    it is named itself. A stop that the authority has lifted does not come back by saying the name again.
    """
    if not is_grave(grievance):
        return
    named = set(firms)
    if grievance.employer_id is not None and grievance.vacancy_id is None:
        named.add(grievance.employer_id)
    for employer_id in sorted(named):
        await _stop_firm(session, grievance, employer_id, after=0, now=now)
    if grievance.employer_id is not None and grievance.employer_id not in named:
        last = await queries.last_vacancy_id(session)
        await _stop_firm(session, grievance, grievance.employer_id, after=last, now=now)
    await session.flush()  # the posts are found by the stops
    for vacancy in await queries.posts_to_stop(session, grievance):
        session.add(GrievanceHold(grievance_id=grievance.id, vacancy_id=vacancy.id, placed_at=now))
        await vacancies.hold(session, vacancy, now=now)


async def _stop_firm(
    session: AsyncSession, grievance: Grievance, employer_id: int, *, after: int, now: datetime
) -> None:
    stop = await session.get(GrievanceFirmStop, (grievance.id, employer_id))
    if stop is None:
        session.add(
            GrievanceFirmStop(
                grievance_id=grievance.id,
                employer_id=employer_id,
                place_code=grievance.place_code,
                after_vacancy_id=after,
                placed_at=now,
            )
        )
    elif stop.released_at is None and after < stop.after_vacancy_id:
        stop.after_vacancy_id = after


async def standing(session: AsyncSession, grievance: Grievance) -> bool:
    """Whether a post or a firm is still stopped for a complaint."""
    holds, stops = await queries.holds_of(session, grievance.id), await queries.firm_stops_of(session, grievance.id)
    return any(hold.released_at is None for hold, _, _ in holds) or any(stop.released_at is None for stop, _ in stops)


async def lift(session: AsyncSession, grievance: Grievance, *, now: datetime) -> int:
    """Let the firms and their posts go; how many posts. The drawer is open for the authority that has the complaint."""
    for stop, _ in await queries.firm_stops_of(session, grievance.id):
        stop.released_at = stop.released_at or now
    held = [hold for hold, _, _ in await queries.holds_of(session, grievance.id) if hold.released_at is None]
    for hold in held:
        vacancy = await queries.lock_vacancy(session, hold.vacancy_id)
        hold.released_at = now
        await session.flush()  # the post's own wall counts what still stands
        await vacancies.release(session, vacancy, now=now)
    return len(held)
