"""The trail for programs of auditors, and who saw a person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

from app.database import Session
from app.permissions import Actor, Permission, require
from app.shared.pagination import LimitAsked, LongCursorAsked, cursor_of
from app.trail import present, queries, service
from app.trail.asked import FiltersAsked
from app.trail.schemas import SeenByOut, SeenOut, StandingOut, TrailEventOut, TrailOut

router = APIRouter(tags=["trail"])

Auditor = Annotated[Actor, require(Permission.TRAIL_VIEW)]


@router.get("/trail")
async def list_events(
    session: Session, actor: Auditor, filters: FiltersAsked, cursor: LongCursorAsked = 0, limit: LimitAsked = 50
) -> TrailOut:
    """The trail of the own region, newest first."""
    rows = await service.stretch(session, actor, filters, last_id=cursor, limit=limit + 1)
    more, rows = len(rows) > limit, rows[:limit]
    numbers = await queries.subjects(session, [row.AuditEvent for row in rows])
    items = []
    for row in rows:
        shown = present.row(row, numbers)
        items.append(
            TrailEventOut(
                **{name: shown[name] for name in ("number", "at", "who", "office", "subject", "people", "reason")},
                **{name: shown[name] for name in ("detail", "address")},
                act=shown["code"],
                subject_kind=row.AuditEvent.subject_kind,
                channel=row.AuditEvent.channel,
                request_id=shown["request"],
            )
        )
    return TrailOut(items=items, next=cursor_of(rows[-1].AuditEvent.id) if more else None)


@router.get("/trail/standing")
async def standing(session: Session, _actor: Auditor) -> StandingOut:
    """How far the chain of seals goes; whether it is whole, `duijie audit verify` says."""
    return StandingOut(**await queries.standing(session))


@router.get("/labourers/{uuid}/seen-by")
async def seen_by(
    session: Session, actor: Annotated[Actor, require(Permission.LABOURERS_VIEW)], uuid: UUID
) -> SeenByOut:
    """Who read a person's record, newest first: one line for each officer, act, reason and day."""
    _, seen = await service.seen_by(session, actor, uuid)
    items = [
        SeenOut(
            day=one.day, last_at=one.last_at, times=one.times, who=one.name, office=one.office, act=one.act,
            field=one.field, reason=one.reason,
        )
        for one in seen
    ]  # fmt: skip
    return SeenByOut(items=items)
