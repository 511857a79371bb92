"""Reviews of very many statements, for programs of the office."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.database import Session
from app.declarations import review_queries as reviews
from app.declarations import reviews as verbs
from app.declarations.models import RecorderReview
from app.labourers import queries, reads
from app.permissions import Actor, Permission, require
from app.shared.pagination import PagingAsked

router = APIRouter(prefix="/reviews", tags=["reviews"])

Reviewer = Annotated[Actor, require(Permission.DECLARATIONS_REVIEW)]


class ReviewOut(BaseModel):
    """Statements that came about in one way on one day; while it is open they open nothing."""

    uuid: UUID
    way: Literal["recorder", "printer", "address"]
    stated_on: date
    rows: int = Field(description="statements in it")
    opened_at: datetime
    closed_at: datetime | None
    finding: str | None = Field(description="stands or does_not_stand")


class ReviewsOut(BaseModel):
    """Open reviews, the oldest first; or closed ones, the newest first."""

    items: list[ReviewOut]
    total: int


class ReviewWithPeopleOut(ReviewOut):
    """A review with a page of the people whose statements they are; what they said is not told."""

    people: list[UUID]


class FindingIn(BaseModel):
    """What the second officer found."""

    finding: Literal["stands", "does_not_stand"]


def _fields(one: RecorderReview) -> ReviewOut:
    printed = "printer" if one.printed_by is not None else "address"
    return ReviewOut(
        uuid=one.uuid,
        way="recorder" if one.recorder_index is not None else printed,
        stated_on=one.stated_on,
        rows=one.rows,
        opened_at=one.opened_at,
        closed_at=one.closed_at,
        finding=one.finding,
    )


@router.get("")
async def list_reviews(session: Session, actor: Reviewer, paging: PagingAsked, closed: bool = False) -> ReviewsOut:
    """Reviews of the own office."""
    page = await reviews.page(session, actor, paging, closed=closed)
    return ReviewsOut(items=[_fields(one) for one in page.rows], total=page.total)


@router.get("/{uuid}")
async def read_review(session: Session, actor: Reviewer, uuid: UUID, paging: PagingAsked) -> ReviewWithPeopleOut:
    """One review and whom it is about."""
    review = await reviews.get(session, actor, uuid)
    page = await reviews.statements_of(session, review, paging)
    people = await queries.people_of(session, actor, [said.labourer_id for said in page.rows])
    reads.note_listed(session, actor, [one.id for one in people], queries.Filters())
    return ReviewWithPeopleOut(**_fields(review).model_dump(), people=[one.uuid for one in people])


@router.post("/{uuid}/close", responses={409: {"description": "closed already"}})
async def close_review(request: Request, session: Session, actor: Reviewer, uuid: UUID, found: FindingIn) -> ReviewOut:
    """A second officer has looked; whoever recorded, entered or printed is refused."""
    review = await reviews.get(session, actor, uuid, lock=True)
    state = request.app.state
    await verbs.close(session, actor, state.keys, review, found.finding, now=state.clock())
    return _fields(review)
