"""Reading tasks: an office sees its own."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.background.models import TaskRun
from app.errors import NotFound
from app.permissions import Actor
from app.shared.i18n import N_


def visible_to(actor: Actor) -> Select[TaskRun]:
    """The tasks started by the actor's organisation."""
    return select(TaskRun).where(TaskRun.organisation_id == actor.organisation_id)


async def get(session: AsyncSession, actor: Actor, uuid: UUID) -> TaskRun:
    """One task as it is now. Raises NotFound (404)."""
    return _found(await session.scalar(visible_to(actor).where(TaskRun.uuid == uuid)))


async def get_for_update(session: AsyncSession, actor: Actor, uuid: UUID) -> TaskRun:
    """One task, locked against the runner's next step. Raises NotFound (404)."""
    return _found(await session.scalar(visible_to(actor).where(TaskRun.uuid == uuid).with_for_update()))


def _found(run: TaskRun | None) -> TaskRun:
    if run is None:
        raise NotFound(N_("There is no such task, or it belongs to another office."))
    return run
