"""Runs and their candidates for programs."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.background.models import TaskRun
from app.database import Session
from app.labourers import queries as labourers
from app.labourers import reads
from app.match_runs import present, queries, service
from app.match_runs.models import Candidate, MatchRun
from app.permissions import Actor, Permission, require
from app.shared.clock import day_of

router = APIRouter(prefix="/match-runs", tags=["match runs"])

Reader = Annotated[Actor, require(Permission.MATCHES_VIEW)]
Runner = Annotated[Actor, require(Permission.MATCHES_RUN)]


class MatchRunOut(BaseModel):
    """A run and how far it is."""

    uuid: UUID
    status: str = Field(description="queued, running, done, failed or cancelled", examples=["done"])
    progress: int = Field(description="percent")
    on_day: date
    created_at: datetime
    problem: str | None = Field(None, description="why it failed or was stopped, and what to do; null otherwise")
    summary: dict[str, Any] = Field(examples=[{"labourers": 1833, "labourers_with_candidates": 1702}])


class CandidateOut(BaseModel):
    """A pair worth looking at; scores in millionths."""

    vacancy: UUID
    title: str
    employer: str
    place: str | None
    rank: int
    score: int = Field(examples=[861204])
    skill: int
    location: int
    willingness: int


def _out(run: MatchRun, task: TaskRun | None) -> MatchRunOut:
    ending = present.ending(run, task)
    return MatchRunOut(
        uuid=run.uuid,
        status=run.status,
        progress=task.progress if task else 0,
        on_day=run.on_day,
        created_at=run.created_at,
        problem=f"{ending['title']}. {ending['text']}" if ending else None,
        summary=run.summary,
    )


@router.post("", status_code=202)
async def start_run(request: Request, session: Session, actor: Runner) -> MatchRunOut:
    """Match the county's list with the open vacancies, in the background."""
    run = await service.start(session, actor, now=request.app.state.clock())
    return _out(run, await session.get(TaskRun, run.task_run_id))


@router.get("/{uuid}")
async def read_run(session: Session, actor: Reader, uuid: UUID) -> MatchRunOut:
    """One run."""
    run = await queries.get(session, actor, uuid)
    return _out(run, await session.get(TaskRun, run.task_run_id) if run.task_run_id else None)


@router.get("/{uuid}/labourers/{labourer_uuid}")
async def candidates_of_labourer(
    request: Request, session: Session, actor: Reader, uuid: UUID, labourer_uuid: UUID
) -> list[CandidateOut]:
    """The vacancies that suit one person, best first."""
    run = await queries.get(session, actor, uuid)
    labourer = await labourers.get(session, actor, labourer_uuid)
    today = day_of(request.app.state.clock())
    reads.note_opened(session, actor, labourer, act="labourer.open_matches")
    return [_candidate(row) for row in await queries.of_labourer(session, run, labourer.id, today=today)]


def _candidate(row: Any) -> CandidateOut:
    candidate: Candidate = row.Candidate
    return CandidateOut(
        vacancy=row.Vacancy.uuid,
        title=row.Vacancy.title,
        employer=row.Employer.name,
        place=row.place_name,
        rank=candidate.labourer_rank or 0,
        score=candidate.score,
        skill=candidate.skill,
        location=candidate.location,
        willingness=candidate.willingness,
    )
