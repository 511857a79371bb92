"""The keys for programs: what stands under each, and the acts of an operator. Never a key itself."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.background.schemas import TaskProgress
from app.database import Session
from app.keys import service
from app.permissions import Actor, Permission, require
from app.shared.bounds import Number
from app.shared.i18n import current_locale

router = APIRouter(prefix="/keys", tags=["keys"])

Reader = Annotated[Actor, require(Permission.KEYS_VIEW)]
Operator = Annotated[Actor, require(Permission.KEYS_ROTATE)]


class KeyOut(BaseModel):
    number: int
    since: datetime | None = Field(description="none for the first key of an instance, whose file did not say")
    replaced_at: datetime | None
    values: dict[str, int] = Field(description="values sealed with it, by column")


class KeysOut(BaseModel):
    """All keys, newest first; the newest seals."""

    keys: list[KeyOut]
    left: int = Field(description="values that have still to pass to the newest key")
    unknown: dict[int, int] = Field(description="values under keys that are not in the key file")
    task: TaskProgress | None


class ReasonIn(BaseModel):
    reason: str = Field(max_length=500, examples=["yearly change"])


@router.get("")
async def list_keys(request: Request, session: Session, _actor: Reader) -> KeysOut:
    """Which keys there are, since when, and how many values stand under each."""
    return await _out(request, session)


@router.post("", status_code=202)
async def rotate(request: Request, session: Session, actor: Operator, asked: ReasonIn) -> KeysOut:
    """Put a new key in use; every value passes to it in the background."""
    state = request.app.state
    await service.rotate(session, actor, state.settings, reason=asked.reason, now=state.clock())
    state.keys.refresh()
    return await _out(request, session)


@router.post("/{number}/retire")
async def retire(request: Request, session: Session, actor: Operator, number: Number) -> KeysOut:
    """Take an old key out of the key file, if nothing is sealed with it any more."""
    state = request.app.state
    await service.retire(session, actor, state.settings, number, now=state.clock())
    return await _out(request, session)


async def _out(request: Request, session: Session) -> KeysOut:
    found = await service.standing(session, request.app.state.settings)
    keys = [
        KeyOut(number=one.number, since=one.since, replaced_at=one.replaced_at, values=one.values) for one in found.keys
    ]
    task = TaskProgress.of(found.task, current_locale()) if found.task else None
    return KeysOut(keys=keys, left=found.left, unknown=found.unknown, task=task)
