"""What happens by itself when a step is due: nobody's leave is asked, and nobody named or late can stop it."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.grievances import drawer, queries, records, routing
from app.grievances.kinds import due
from app.grievances.models import ComplaintTry, Grievance
from app.shared.encryption import KeyRing

MOST_AT_ONCE = 500
TRIES_KEPT = timedelta(days=2)


async def run_due(session: AsyncSession, keys: KeyRing, *, now: datetime) -> dict[str, int]:
    """Move on every complaint whose step is due: up a level, to a review, or once more to whoever could take it."""
    await drawer.open_for_clock(session)
    done = {"routed": 0, "escalated": 0, "reviews": 0, "still_unrouted": 0}
    for grievance_id in await queries.unrouted_ids(session, MOST_AT_ONCE):
        waiting = await queries.get_behind(session, Grievance.id == grievance_id, lock=True)
        done["routed"] += waiting.state == "received" and await routing.try_again(session, keys, waiting, now=now)
    for grievance_id in await queries.overdue_ids(session, now, MOST_AT_ONCE):
        locked = Grievance.id == grievance_id, Grievance.due_at < now
        grievance = await queries.get_behind(session, locked[0] & locked[1], lock=True)
        done[await _move_on(session, keys, grievance, now)] += 1
    await session.execute(delete(ComplaintTry).where(ComplaintTry.at < now - TRIES_KEPT))
    await drawer.close(session)
    return done


async def _move_on(session: AsyncSession, keys: KeyRing, grievance: Grievance, now: datetime) -> str:
    if grievance.state == "answered":
        return await _second_look(session, keys, grievance, now)
    waited_for_somebody = grievance.organisation_id is None
    grievance.escalations += 1
    found = await routing.assign(session, keys, grievance, "escalated", now=now)
    audit.record(session, None, "grievance.escalate", "grievance", grievance.id, level=grievance.escalations)
    return "still_unrouted" if waited_for_somebody and not found else "escalated"


async def _second_look(session: AsyncSession, keys: KeyRing, grievance: Grievance, now: datetime) -> str:
    """Silence closes nothing: another authority looks. One that is late with that makes room for the next."""
    late = grievance.review_organisation_id
    if late is not None:
        grievance.past_organisation_ids = [*grievance.past_organisation_ids, late]
        grievance.escalations += 1
    if grievance.review_wanted and late is None:
        grievance.review_organisation_id = await routing.find_reviewer(session, grievance)
        grievance.due_at = due(grievance.severity, "review", now)
        if grievance.review_organisation_id:
            to = grievance.review_organisation_id
            records.tell(session, keys, grievance, "review_assigned", now=now, to_organisation_id=to)
    else:
        await routing.ask_review(session, keys, grievance, now=now)
    await session.flush()  # the constraint on who may review speaks here
    return "reviews"
