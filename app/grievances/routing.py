"""To whom a complaint goes: never one it names, never one who had it and let it lie, always an inspection.

Where those over the places are spent and no province's among them may look, it goes to an inspection elsewhere.

All of it runs with the drawer opened for the clock: no person chooses.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.grievances import queries, states
from app.grievances.kinds import due
from app.grievances.models import Grievance
from app.grievances.records import NOBODY, By, tell
from app.shared.encryption import KeyRing

NO_LEVEL = 5  # below every division


async def _find(session: AsyncSession, grievance: Grievance, *, below_level: int) -> int | None:
    """The next authority on the route, else one elsewhere that nobody over the places keeps from looking."""
    found = await _on_route(session, grievance, below_level=below_level)
    return found if found is not None else await _elsewhere(session, grievance)


async def _elsewhere(session: AsyncSession, grievance: Grievance) -> int | None:
    """An inspection of another province, where all over the places are named or have had it.

    None while a province's inspection of the route may look: it sees what waits, and can take it on.
    """
    places = [place for place in (grievance.place_code, grievance.home_code) if place]
    if not await queries.is_anybody_over(session, places):
        return None  # nobody of the route is here yet: it waits for any province's, and for whoever comes
    for place in places:
        if any(level == 1 for _, level in await queries.authorities(session, grievance, place)):
            return None
    return await queries.authority_anywhere(session, grievance, grievance.past_organisation_ids)


async def _on_route(
    session: AsyncSession, grievance: Grievance, *, below_level: int, but: Collection[int] = ()
) -> int | None:
    """The nearest authority over the place of work whose level is higher than the one asked; then over the home."""
    out = {*grievance.past_organisation_ids, *but}
    if grievance.place_code:
        for organisation_id, level in await queries.authorities(session, grievance, grievance.place_code, but=out):
            if level < below_level:
                return organisation_id
    if grievance.home_code:
        over_home = await queries.authorities(session, grievance, grievance.home_code, but=out)
        # Where somebody over the place of work has had it, the home's province is the next, not its township.
        wanted = [one for one, level in over_home if not out or level == 1]
        return wanted[0] if wanted else None
    return None


async def assign(
    session: AsyncSession, keys: KeyRing, grievance: Grievance, act: str, *, now: datetime, text: str = ""
) -> bool:
    """Give it to the nearest independent authority, higher than the one that has it now; False where there is none."""
    current = grievance.organisation_id
    level = await queries.level_of(session, current) if current else NO_LEVEL
    if current and current not in grievance.past_organisation_ids:
        grievance.past_organisation_ids = [*grievance.past_organisation_ids, current]
    found = await _find(session, grievance, below_level=level)
    give(session, keys, grievance, found, act, now=now, text=text)
    await session.flush()  # the constraint on who may have it speaks here
    return found is not None


def give(
    session: AsyncSession,
    keys: KeyRing,
    grievance: Grievance,
    organisation_id: int | None,
    act: str,
    *,
    now: datetime,
    by: By = NOBODY,
    text: str = "",
) -> None:
    """Put it in one authority's hands, or on the list of those nobody could take, with the clock of a first answer."""
    before = grievance.state
    to = "assigned" if organisation_id else "received"
    if before != to:
        states.check(grievance, to)
    grievance.state, grievance.organisation_id = to, organisation_id
    grievance.review_wanted, grievance.review_organisation_id = False, None
    grievance.due_at = due(grievance.severity, "first", now)
    if organisation_id is not None or act != "assigned":  # what was given to nobody was not given
        tell(
            session, keys, grievance, act, now=now, by=by, text=text, before=before, to_organisation_id=organisation_id
        )
    if organisation_id is None:
        tell(session, keys, grievance, "unrouted", now=now, before=before)


async def try_again(session: AsyncSession, keys: KeyRing, grievance: Grievance, *, now: datetime) -> bool:
    """Nobody could be found for it before; an inspection may have begun to work since. The deadline stays."""
    deadline, found = grievance.due_at, await _find(session, grievance, below_level=NO_LEVEL)
    if found is not None:
        give(session, keys, grievance, found, "assigned", now=now)
        grievance.due_at = deadline
        await session.flush()  # the constraint on who may have it speaks here
    return found is not None


async def find_reviewer(session: AsyncSession, grievance: Grievance) -> int | None:
    """Another inspection, not named, that has not had it: the next above, else over the home, else any near, or any."""
    current = grievance.organisation_id
    level = await queries.level_of(session, current) if current else NO_LEVEL
    but = {current} if current else set()
    higher = await _on_route(session, grievance, below_level=level, but=but)
    if higher is not None:
        return higher
    out = {*but, *grievance.past_organisation_ids}
    for place in filter(None, (grievance.place_code, grievance.home_code)):
        near = await queries.authorities(session, grievance, place, but=out)
        if near:
            return near[0][0]
    return await queries.authority_anywhere(session, grievance, out)


async def ask_review(
    session: AsyncSession, keys: KeyRing, grievance: Grievance, *, now: datetime, text: str = ""
) -> None:
    """Have another authority look at an answered complaint; it alone, or the complainant, can close it."""
    grievance.review_wanted = True
    grievance.review_organisation_id = await find_reviewer(session, grievance)
    grievance.due_at = due(grievance.severity, "review", now)
    tell(session, keys, grievance, "review_asked", now=now, text=text)
    if grievance.review_organisation_id:
        reviewer = grievance.review_organisation_id
        tell(session, keys, grievance, "review_assigned", now=now, to_organisation_id=reviewer)
    await session.flush()  # the constraint on who may review speaks here
