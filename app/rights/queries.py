"""All SQL of the rights of people. There is no way to a row without an actor."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, false, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.declarations.limits import ProcessingLimit, ProcessingLimitEnd, standing_limit
from app.errors import NotFound
from app.labourers import queries as labourers
from app.labourers.models import DemandListEntry, Labourer
from app.localities.models import Locality
from app.permissions import Actor, Permission
from app.rights.models import DeletionProof, RetentionRun, RightsRequest
from app.shared.i18n import N_
from app.shared.pagination import Page, Paging


def visible_to(actor: Actor) -> Select[RightsRequest]:
    """Requests to one's own office, about people of one's area; those of people deleted since stay to be seen."""
    query = select(RightsRequest)
    if not actor.may(Permission.RIGHTS_HANDLE):
        return query.where(false())
    gone = RightsRequest.labourer_id.in_(select(Labourer.id).where(Labourer.erased_at.is_not(None)))
    reached = RightsRequest.labourer_id.in_(labourers.visible_to(actor).with_only_columns(Labourer.id))
    return query.where(RightsRequest.organisation_id == actor.organisation_id, reached | gone)


def proofs_visible_to(actor: Actor) -> Select[DeletionProof]:
    """Deletions by one's own office."""
    query = select(DeletionProof)
    if not actor.may(Permission.RIGHTS_HANDLE):
        return query.where(false())
    return query.where(DeletionProof.organisation_id == actor.organisation_id)


async def get(session: AsyncSession, actor: Actor, uuid: UUID, *, lock: bool = False) -> RightsRequest:
    """One request this person may see. Raises NotFound (404)."""
    query = visible_to(actor).where(RightsRequest.uuid == uuid)
    request = await session.scalar(query.with_for_update(of=RightsRequest) if lock else query)
    if request is None:
        raise NotFound(N_("No such request in your lists."))
    return request


async def page(session: AsyncSession, actor: Actor, paging: Paging, *, answered: bool) -> Page[Any]:
    """(request, person) rows: open ones by deadline, the overdue first; answered ones newest first."""
    state = RightsRequest.answered_at.is_not(None) if answered else RightsRequest.answered_at.is_(None)
    query = visible_to(actor).where(state)
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(RightsRequest.id).subquery()))
    order = (RightsRequest.answered_at.desc(),) if answered else (RightsRequest.due_on,)
    person = aliased(Labourer, name="person")  # apart from the people whom visible_to asks about
    rows = query.join(person, person.id == RightsRequest.labourer_id).add_columns(person)
    ordered = rows.order_by(*order, RightsRequest.id).offset(paging.offset).limit(paging.size)
    return Page((await session.execute(ordered)).all(), total or 0, paging)


async def overdue(session: AsyncSession, actor: Actor, today: date) -> int:
    """How many requests should have been answered before today."""
    late = visible_to(actor).where(RightsRequest.answered_at.is_(None), RightsRequest.due_on < today)
    return await session.scalar(select(func.count()).select_from(late.subquery())) or 0


async def of_labourer(session: AsyncSession, labourer_id: int) -> list[RightsRequest]:
    """What the person has asked for, newest first; the person was looked up by somebody who may see them."""
    query = select(RightsRequest).where(RightsRequest.labourer_id == labourer_id)
    return list(await session.scalars(query.order_by(RightsRequest.id.desc())))


async def limits_of(session: AsyncSession, labourer_id: int) -> list[Any]:
    """(limit, its end or None) of a person, newest first."""
    query = (
        select(ProcessingLimit, ProcessingLimitEnd)
        .outerjoin(ProcessingLimitEnd, ProcessingLimitEnd.limit_id == ProcessingLimit.id)
        .where(ProcessingLimit.labourer_id == labourer_id)
    )
    return list((await session.execute(query.order_by(ProcessingLimit.id.desc()))).all())


async def standing(session: AsyncSession, labourer_id: int, kind: str) -> ProcessingLimit | None:
    """The limit of that kind that holds now, if any."""
    query = select(ProcessingLimit).where(*standing_limit(labourer_id), ProcessingLimit.kind == kind)
    return await session.scalar(query.order_by(ProcessingLimit.id).limit(1))


async def by_hand(session: AsyncSession, actor: Actor, paging: Paging) -> Page[Any]:
    """(person, limit, place) of everybody listed who is decided on by people, longest waiting first."""
    query = (
        labourers.visible_to(actor)
        .join(DemandListEntry, DemandListEntry.labourer_id == Labourer.id)
        .join(ProcessingLimit, ProcessingLimit.labourer_id == Labourer.id)
        .join(Locality, Locality.code == Labourer.locality_code)
        .where(DemandListEntry.left_on.is_(None), *standing_limit(Labourer.id))
        .add_columns(ProcessingLimit, Locality.name.label("place_name"))
    )
    total = await session.scalar(
        select(func.count()).select_from(query.with_only_columns(ProcessingLimit.id).subquery())
    )
    ordered = query.order_by(ProcessingLimit.id).offset(paging.offset).limit(paging.size)
    return Page((await session.execute(ordered)).all(), total or 0, paging)


async def proofs(session: AsyncSession, actor: Actor, paging: Paging) -> Page[Any]:
    """(deletion, who did it) rows, newest first."""
    query = proofs_visible_to(actor)
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(DeletionProof.id).subquery()))
    rows = query.outerjoin(User, User.id == DeletionProof.by_user_id).add_columns(User.display_name)
    ordered = rows.order_by(DeletionProof.id.desc()).offset(paging.offset).limit(paging.size)
    return Page((await session.execute(ordered)).all(), total or 0, paging)


async def proof(session: AsyncSession, actor: Actor, uuid: UUID) -> Any:
    """One deletion with who did it. Raises NotFound (404)."""
    query = proofs_visible_to(actor).where(DeletionProof.uuid == uuid)
    rows = query.outerjoin(User, User.id == DeletionProof.by_user_id).add_columns(User.display_name)
    row = (await session.execute(rows)).one_or_none()
    if row is None:
        raise NotFound(N_("No such deletion in your lists."))
    return row


async def last_runs(session: AsyncSession, limit: int = 30) -> list[RetentionRun]:
    """The latest passes of the retention table; they name nobody."""
    return list(await session.scalars(select(RetentionRun).order_by(RetentionRun.id.desc()).limit(limit)))
