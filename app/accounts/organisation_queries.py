"""The SQL of the register of organisations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation, Post, PostScope, User
from app.audit import AuditEvent
from app.errors import NotFound
from app.localities.models import Locality, LocalityClosure
from app.permissions import Actor, Permission, Role
from app.shared.i18n import N_
from app.shared.pagination import Page, Paging


@dataclass(frozen=True)
class Filters:
    """What a reader of the register narrows it to. Empty means everything."""

    search: str = ""
    kind: str = ""
    state: str = ""  # "open" or "closed"
    sort: str = ""


def visible_to(actor: Actor) -> Select[Organisation]:
    """All offices for the operator; for who manages people, the own one."""
    query = select(Organisation)
    if actor.may(Permission.ORGANISATIONS_MANAGE):
        return query
    return query.where(Organisation.id == actor.organisation_id if actor.may(Permission.PEOPLE_MANAGE) else false())


async def get(session: AsyncSession, actor: Actor, uuid: UUID, *, lock: bool = False) -> Organisation:
    """One organisation this person may see. Raises NotFound (404)."""
    query = visible_to(actor).where(Organisation.uuid == uuid)
    organisation = await session.scalar(query.with_for_update() if lock else query)
    if organisation is None:
        raise NotFound(N_("No such organisation in your lists."))
    return organisation


def _narrow(query: Select[Any], filters: Filters) -> Select[Any]:
    text = filters.search.strip()
    if text:
        query = query.where(Organisation.name.icontains(text, autoescape=True))
    if filters.kind:
        query = query.where(Organisation.kind == filters.kind)
    if filters.state == "open":
        query = query.where(Organisation.closed_at.is_(None))
    elif filters.state == "closed":
        query = query.where(Organisation.closed_at.is_not(None))
    return query


def _people() -> Any:
    """How many people have a running post there."""
    running = select(func.count(func.distinct(Post.user_id))).join(User, User.id == Post.user_id)
    running = running.where(
        Post.organisation_id == Organisation.id, Post.ended_at.is_(None), User.disabled_at.is_(None)
    )
    return running.correlate(Organisation).scalar_subquery().label("people")


async def page(session: AsyncSession, actor: Actor, filters: Filters, paging: Paging) -> Page[Any]:
    """One page of the register: (organisation, name of its place, number of people)."""
    query = _narrow(visible_to(actor), filters)
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(Organisation.id).subquery()))
    query = query.outerjoin(Locality, Locality.code == Organisation.locality_code)
    query = query.add_columns(Locality.full_name.label("place_name"), _people())
    order = {
        "name": (Organisation.name, Organisation.id),
        "-name": (Organisation.name.desc(), Organisation.id),
        "licence": (Organisation.licence_until.asc().nulls_last(), Organisation.id),
        "-licence": (Organisation.licence_until.desc().nulls_last(), Organisation.id),
    }.get(filters.sort, (Organisation.id.desc(),))
    rows = await session.execute(query.order_by(*order).offset(paging.offset).limit(paging.size))
    return Page(rows.all(), total or 0, paging)


async def after(session: AsyncSession, actor: Actor, filters: Filters, last_id: int, limit: int) -> list[Organisation]:
    """The next organisations by id, for programs."""
    query = _narrow(visible_to(actor), filters).where(Organisation.id > last_id)
    return list(await session.scalars(query.order_by(Organisation.id).limit(limit)))


async def name_taken(session: AsyncSession, name: str, kind: str, except_id: int | None) -> bool:
    """Whether an open office of the same kind bears the name already."""
    query = select(Organisation.id).where(
        Organisation.name == name, Organisation.kind == kind, Organisation.closed_at.is_(None)
    )
    if except_id is not None:
        query = query.where(Organisation.id != except_id)
    return await session.scalar(query.limit(1)) is not None


async def events(session: AsyncSession, kind: str, subject_id: int) -> list[tuple[AuditEvent, str | None]]:
    """What happened to an organisation, a person or an invitation, newest first, and who did it."""
    query = select(AuditEvent, User.display_name).outerjoin(User, User.id == AuditEvent.user_id)
    query = query.where(AuditEvent.subject_kind == kind, AuditEvent.subject_id == subject_id)
    rows = await session.execute(query.order_by(AuditEvent.id.desc()).limit(50))
    return [(event, name) for event, name in rows]


async def places_under(session: AsyncSession, code: str | None) -> list[tuple[str, str]]:
    """(code, name) of a division and those right below it: what a post there may reach."""
    if code is None:
        return []
    here = select(Locality.code, Locality.name, Locality.level)
    query = here.where((Locality.code == code) | (Locality.parent_code == code)).order_by(Locality.level, Locality.code)
    return [(row.code, row.name) for row in await session.execute(query)]


async def lie_under(session: AsyncSession, codes: list[str], root: str | None) -> bool:
    """Whether all divisions exist and, given a root, lie in it."""
    query = select(func.count(func.distinct(LocalityClosure.descendant_code)))
    query = query.where(LocalityClosure.descendant_code.in_(codes))
    if root is not None:
        query = query.where(LocalityClosure.ancestor_code == root)
    return await session.scalar(query) == len(set(codes))


async def lie_under_any(session: AsyncSession, code: str, roots: Sequence[str]) -> bool:
    """Whether a division is one of the roots or lies under one."""
    query = select(LocalityClosure.descendant_code).where(
        LocalityClosure.descendant_code == code, LocalityClosure.ancestor_code.in_(roots)
    )
    return await session.scalar(query.limit(1)) is not None


def _covers(locality_code: str) -> ColumnElement[bool]:
    above = select(LocalityClosure.ancestor_code).where(LocalityClosure.descendant_code == locality_code)
    return PostScope.locality_code.in_(above)


async def receiving_office_of(session: AsyncSession, locality_code: str) -> Organisation | None:
    """The receiving office that answers for a place: one with somebody in a running post that reaches it."""
    query = (
        select(Organisation)
        .join(Post, Post.organisation_id == Organisation.id)
        .join(User, User.id == Post.user_id)
        .join(PostScope, PostScope.post_id == Post.id)
        .where(Post.role == Role.RECEIVING_OFFICER, Post.ended_at.is_(None), User.disabled_at.is_(None))
        .where(Organisation.closed_at.is_(None), _covers(locality_code))
        .order_by(Organisation.id)
        .limit(1)
    )
    return await session.scalar(query)
