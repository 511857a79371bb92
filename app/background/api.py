"""Tasks for programs: ask how far one is, stop it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request

from app.background import queries, service
from app.background.schemas import TaskProgress
from app.database import Session
from app.permissions import Actor, Permission, require
from app.shared.i18n import current_locale

router = APIRouter(prefix="/tasks", tags=["tasks"])

Reader = Annotated[Actor, require(Permission.DESK_VIEW)]


@router.get("/{uuid}")
async def show(session: Session, actor: Reader, uuid: UUID) -> TaskProgress:
    """How far a task of the own office is."""
    return TaskProgress.of(await queries.get(session, actor, uuid), current_locale())


@router.post("/{uuid}/cancel")
async def cancel(request: Request, session: Session, actor: Reader, uuid: UUID) -> TaskProgress:
    """Stop a task that is waiting or running; what it has already committed stays."""
    run = await service.cancel(session, actor, uuid, request.app.state.clock())
    return TaskProgress.of(run, current_locale())
