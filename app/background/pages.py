"""A task's progress as a stream of events, for the page that started it.

Each message is the JSON of ``GET /api/v1/tasks/{uuid}``, sent whenever something has changed and last when the task has
ended. Where a proxy swallows events the page asks that address instead.
"""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.background import queries
from app.background.schemas import TaskProgress
from app.permissions import Actor, Permission, require
from app.shared.i18n import current_locale

router = APIRouter(prefix="/tasks")

LOOK_SECONDS = 0.5
STREAM_SECONDS = 600  # a forgotten page does not hold a connection for ever; an open one goes on by asking

Reader = Annotated[Actor, require(Permission.DESK_VIEW)]


async def _look(request: Request, actor: Actor, uuid: UUID, locale: str) -> TaskProgress:
    """A look in a transaction of its own: a stream must not hold one open."""
    async with request.app.state.sessions() as session:
        return TaskProgress.of(await queries.get(session, actor, uuid), locale)


async def first_look(request: Request, actor: Reader, uuid: UUID) -> TaskProgress:
    """Before the stream begins, while a refusal can still be an answer of its own."""
    return await _look(request, actor, uuid, current_locale())


@router.get("/{uuid}/events", response_class=EventSourceResponse)
async def events(
    request: Request, actor: Reader, uuid: UUID, seen: Annotated[TaskProgress, Depends(first_look)]
) -> AsyncIterator[ServerSentEvent]:
    locale, end = current_locale(), monotonic() + STREAM_SECONDS
    yield ServerSentEvent(data=seen)
    while seen.state == "running" and monotonic() < end:
        await asyncio.sleep(LOOK_SECONDS)
        now = await _look(request, actor, uuid, locale)
        if now != seen:
            yield ServerSentEvent(data=now)
        seen = now
