"""What a person can do about a task: stop it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.background import queries, states
from app.background.models import TaskRun
from app.background.states import OPEN, TaskStatus
from app.errors import Conflict, Forbidden
from app.permissions import Actor, Permission
from app.shared.i18n import N_

# Whose work a task is may stop it: by the first part of its name. What the system runs by itself, nobody stops here.
STOPPED_BY: dict[str, tuple[Permission, ...]] = {
    "intake": (Permission.DEMAND_IMPORT, Permission.SUPPLY_IMPORT),
    "match_runs": (Permission.MATCHES_RUN,),
    "rights": (Permission.RETENTION_RUN,),
    "keys": (Permission.KEYS_ROTATE,),
    "vacancies": (),
    "grievances": (),
    "labourers": (),
    "offers": (),
    "trail": (),
    "background": (),
}


async def cancel(session: AsyncSession, actor: Actor, uuid: UUID, now: datetime) -> TaskRun:
    """Cancel a waiting task at once, a running one as soon as its runner sees it.

    Whoever may begin such a task may stop it. Raises NotFound (404), Forbidden (403), Conflict (409).
    """
    run = await queries.get_for_update(session, actor, uuid)
    if not any(actor.may(one) for one in STOPPED_BY[run.name.partition(".")[0]]):
        raise Forbidden(N_("Your post cannot begin such a task, so it cannot stop one either."))
    if run.status not in OPEN:
        raise Conflict(N_("This task has already ended, so it cannot be stopped any more."))
    run.cancel_requested = True
    if run.status == TaskStatus.QUEUED:
        states.move(run, TaskStatus.CANCELLED, now)
    audit.record(session, actor, "tasks.cancel", "task_run", run.id)
    return run
