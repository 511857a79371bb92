"""The rights of people for programs: the same acts as the pages, by the same functions."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request

from app.database import Session
from app.labourers import queries as labourers
from app.labourers import reads
from app.labourers.clear import allowance
from app.labourers.models import Labourer
from app.permissions import Actor, Permission, require
from app.rights import impact, queries, retention, schemas, service
from app.rights.models import DeletionProof, RightsRequest
from app.rights.runs import ask_for_run
from app.shared.clock import day_of
from app.shared.pagination import PagingAsked

router = APIRouter(prefix="/rights", tags=["rights"])

Handler = Annotated[Actor, require(Permission.RIGHTS_HANDLE)]
LimitKind = Literal["restriction", "objection"]


def _request_out(request: Request, one: RightsRequest, labourer: Labourer) -> schemas.RequestOut:
    today = day_of(request.app.state.clock())
    return schemas.RequestOut(
        uuid=one.uuid,
        labourer=None if labourer.erased_at else labourer.uuid,
        kind=one.kind,
        received_at=one.received_at,
        due_on=one.due_on,
        overdue=one.outcome is None and one.due_on < today,
        outcome=one.outcome,
        answer=one.answer,
        legal_ground=one.legal_ground,
    )


def _deletion_out(proof: DeletionProof) -> schemas.DeletionOut:
    return schemas.DeletionOut(
        uuid=proof.uuid, at=proof.at, ground=proof.ground, reason=proof.reason, removed=proof.removed, kept=proof.kept
    )


@router.get("/requests")
async def list_requests(
    request: Request, session: Session, actor: Handler, paging: PagingAsked, answered: bool = False
) -> schemas.RequestsOut:
    """Open requests by deadline, so that what is overdue comes first; or the answered ones."""
    page = await queries.page(session, actor, paging, answered=answered)
    items = [_request_out(request, row.RightsRequest, row.person) for row in page.rows]
    return schemas.RequestsOut(items=items, total=page.total)


@router.post("/people/{uuid}/requests", status_code=201)
async def receive(
    request: Request, session: Session, actor: Handler, uuid: UUID, asked: schemas.RequestIn
) -> schemas.RequestOut:
    """Take down what the person asks for; the clock begins."""
    labourer = await labourers.get(session, actor, uuid, lock=True)
    state = request.app.state
    one = await service.receive(
        session, actor, state.keys, labourer, asked.kind, asked.words, channel="in_person", now=state.clock()
    )
    return _request_out(request, one, labourer)


@router.post("/requests/{uuid}/answer")
async def answer(
    request: Request, session: Session, actor: Handler, uuid: UUID, given: schemas.AnswerIn
) -> schemas.RequestOut:
    """Close a request: done, or refused with reason and clause."""
    one = await queries.get(session, actor, uuid, lock=True)
    now = request.app.state.clock()
    await service.answer(session, actor, one, given.outcome, given.answer, given.legal_ground, now=now)
    labourer = await session.get_one(Labourer, one.labourer_id)
    return _request_out(request, one, labourer)


@router.post("/people/{uuid}/copy")
async def give_copy(
    request: Request, session: Session, actor: Handler, uuid: UUID, why: schemas.ReasonIn
) -> schemas.CopyOut:
    """Everything held about the person, at their own request; on the trail with the reason."""
    labourer = await labourers.get(session, actor, uuid)
    state = request.app.state
    allowed = allowance(state.settings, state.clock())
    copy = await service.give_copy(session, actor, state.keys, state.localities, labourer, why.reason, allowed=allowed)
    return schemas.CopyOut(name=copy.name, sections=copy.data())


@router.get("/people/{uuid}/limits")
async def list_limits(session: Session, actor: Handler, uuid: UUID) -> list[schemas.LimitOut]:
    """What the person has limited, and what has ended."""
    labourer = await labourers.get(session, actor, uuid)
    reads.note_opened(session, actor, labourer)
    return [
        schemas.LimitOut(kind=one.kind, reason=one.reason, at=one.at, ended_at=ended.at if ended else None)
        for one, ended in await queries.limits_of(session, labourer.id)
    ]


@router.post("/people/{uuid}/limits/{kind}", status_code=201)
async def limit(
    request: Request, session: Session, actor: Handler, uuid: UUID, kind: LimitKind, why: schemas.ReasonIn
) -> schemas.LimitOut:
    """Stop matching the person, from this moment on."""
    labourer = await labourers.get(session, actor, uuid, lock=True)
    now = request.app.state.clock()
    one = await service.limit(session, actor, labourer, kind, why.reason, channel="in_person", now=now)
    return schemas.LimitOut(kind=one.kind, reason=one.reason, at=one.at, ended_at=None)


@router.post("/people/{uuid}/limits/{kind}/end", status_code=204)
async def free(
    request: Request, session: Session, actor: Handler, uuid: UUID, kind: LimitKind, why: schemas.ReasonIn
) -> None:
    """End a limit by the person's own wish."""
    labourer = await labourers.get(session, actor, uuid, lock=True)
    now = request.app.state.clock()
    await service.free(session, actor, labourer, kind, why.reason, channel="in_person", now=now)


@router.post("/people/{uuid}/deletion", status_code=201)
async def delete_person(
    request: Request, session: Session, actor: Handler, uuid: UUID, asked: schemas.DeletionIn
) -> schemas.DeletionOut:
    """Take the person's identity out for ever; the proof of it."""
    labourer = await labourers.get(session, actor, uuid, lock=True)
    state = request.app.state
    proof = await service.delete_person(
        session, actor, state.keys, labourer, asked.ground, asked.reason, sure=asked.sure, now=state.clock()
    )
    return _deletion_out(proof)


@router.get("/deletions")
async def list_deletions(session: Session, actor: Handler, paging: PagingAsked) -> schemas.DeletionsOut:
    """Deletions by the own office with their proofs."""
    page = await queries.proofs(session, actor, paging)
    return schemas.DeletionsOut(items=[_deletion_out(row.DeletionProof) for row in page.rows], total=page.total)


@router.get("/retention")
async def read_retention(
    request: Request, session: Session, actor: Annotated[Actor, require(Permission.RETENTION_VIEW)]
) -> schemas.RetentionOut:
    """The retention table and what is over its time now."""
    table, today = retention.retention_table(), day_of(request.app.state.clock())
    found: list[Any] = []
    for one in table.classes:
        due = await retention.due_for(session, actor, one, today)
        found.append(
            schemas.ClassOut(
                code=one.code, name=retention.in_words(one.names), tables=list(one.tables), days=one.days,
                basis=f"{one.basis.title} {one.basis.article}", status=one.status,
                due=sum(due.values()) if due else None,
            )
        )  # fmt: skip
    return schemas.RetentionOut(checked_on=table.checked_on, version=table.version, classes=found)


@router.post("/retention/runs", status_code=202)
async def run_retention(
    session: Session, actor: Annotated[Actor, require(Permission.RETENTION_RUN)], asked: schemas.RunIn
) -> schemas.RunOut:
    """A pass over the table out of turn, in the background."""
    task = await ask_for_run(session, actor, dry=asked.dry)
    return schemas.RunOut(task=task.uuid)


@router.get("/impact")
async def read_impact(
    request: Request, session: Session, actor: Annotated[Actor, require(Permission.IMPACT_EXPORT)]
) -> schemas.ImpactOut:
    """The impact assessment of the own area, drawn from what the system is and does."""
    now = request.app.state.clock()
    sections = await impact.assess(session, actor, request.app.state.keys, now=now)
    return schemas.ImpactOut(at=now, sections={one.key: one.records() for one in sections})
