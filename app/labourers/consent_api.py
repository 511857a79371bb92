"""A person's consents for programs of the office: read, record what was heard in person, take back."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.database import Session
from app.declarations import consents
from app.declarations import queries as declarations
from app.declarations.models import PURPOSES
from app.declarations.texts import text_on
from app.labourers import queries, reads
from app.permissions import Actor, Permission, require
from app.shared.clock import day_of

router = APIRouter(prefix="/labourers", tags=["consents"])

Reader = Annotated[Actor, require(Permission.LABOURERS_VIEW)]
Recorder = Annotated[Actor, require(Permission.DECLARATIONS_RECORD)]
LANGUAGE = Field("zh_Hans", pattern="^(zh_Hans|en)$", description="in which the text was read out")


class ConsentOut(BaseModel):
    """One purpose and whether a yes stands; a no and a question never asked look alike."""

    purpose: str = Field(examples=["match"])
    given: bool
    until: date | None = Field(description="last day but one of the yes; null without one")
    text_version: str = Field(description="of the text to be shown today", examples=["1"])
    text: str = Field(description="what the person is asked today, word for word")


class ConsentHeard(BaseModel):
    """A yes heard in person."""

    evidence: str = Field(min_length=2, max_length=300, examples=["form 12 of 2026-11-21"])
    language: str = LANGUAGE


@router.get("/{uuid}/consents")
async def read_consents(request: Request, session: Session, actor: Reader, uuid: UUID) -> list[ConsentOut]:
    """Every purpose with the text of today."""
    labourer = await queries.get(session, actor, uuid)
    reads.note_opened(session, actor, labourer)
    return await _all(request, session, labourer.id)


async def _all(request: Request, session: Session, labourer_id: int) -> list[ConsentOut]:
    today = day_of(request.app.state.clock())
    permitted = await declarations.permitted_to(session, labourer_id, today)
    latest = await declarations.consents_of(session, labourer_id)
    return [
        ConsentOut(
            purpose=purpose,
            given=permitted[purpose],
            until=latest[purpose].expires_on if permitted[purpose] else None,
            text_version=text_on(purpose, today).version,
            text=text_on(purpose, today).body("zh_Hans"),
        )
        for purpose in PURPOSES
    ]


@router.put("/{uuid}/consents/{purpose}", responses={409: {"description": "no statement that stands"}})
async def give_consent(
    request: Request, session: Session, actor: Recorder, uuid: UUID, purpose: str, asked: ConsentHeard
) -> list[ConsentOut]:
    """The person said yes before the officer, having been read the text."""
    labourer = await queries.get(session, actor, uuid, lock=True)
    heard = consents.Heard("in_person", actor, evidence=asked.evidence, language=asked.language)
    await consents.give(session, labourer.id, purpose, heard, now=request.app.state.clock())
    await session.flush()  # the answer is read anew
    return await _all(request, session, labourer.id)


@router.delete("/{uuid}/consents/{purpose}", responses={409: {"description": "nothing to take back"}})
async def withdraw_consent(
    request: Request, session: Session, actor: Recorder, uuid: UUID, purpose: str
) -> list[ConsentOut]:
    """The person takes it back; matching ends with everything that depends on it."""
    labourer = await queries.get(session, actor, uuid, lock=True)
    await consents.withdraw(
        session, labourer.id, purpose, consents.Heard("in_person", actor), now=request.app.state.clock()
    )
    await session.flush()  # the answer is read anew
    return await _all(request, session, labourer.id)
