"""What a person can do about a task: stop it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.background import queries, states
from app.background.models import TaskRun
from app.background.states import OPEN, TaskStatus
from app.errors import Conflict
from app.permissions import Actor
from app.shared.i18n import N_


async def cancel(session: AsyncSession, actor: Actor, uuid: UUID, now: datetime) -> TaskRun:
    """Cancel a waiting task at once, a running one as soon as its runner sees it. Anyone of the office may.

    Raises NotFound (404), Conflict (409).
    """
    run = await queries.get_for_update(session, actor, uuid)
    if run.status not in OPEN:
        raise Conflict(N_("This task has already ended, so it cannot be stopped any more."))
    run.cancel_requested = True
    if run.status == TaskStatus.QUEUED:
        states.move(run, TaskStatus.CANCELLED, now)
    audit.record(session, actor, "tasks.cancel", "task_run", run.id)
    return run
