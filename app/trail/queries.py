"""All SQL that reads the trail for people: scoped to the auditor's region, or to one person's record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, Row, Select, cast, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from app.accounts.models import Organisation, User
from app.audit import AuditEvent, AuditWaiting
from app.database import Base
from app.labourers.models import Labourer
from app.localities.queries import within
from app.permissions import Actor, Permission
from app.shared.clock import SHANGHAI
from app.shared.pagination import Page, Paging
from app.trail.models import AuditSeal
from app.trail.words import OWN_WORD_KINDS, reads

MOST_COUNTED: Final = 10_000  # beyond it nobody turns pages; counting a million rows for each would take seconds
OWN_WORD_FILTER: Final = "own_word"


@dataclass(frozen=True)
class Filters:
    """What a reader of the trail narrows it to. Empty means everything."""

    who: str = ""  # part of a login, a name or an office's name
    act: str = ""
    subject_kind: str = ""
    subject: UUID | None = None  # of a person, a post, an employer, a sheet, a run
    since: date | None = None
    until: date | None = None


def visible_to(actor: Actor) -> Select[Any]:
    """What an auditor may read: acts of their own office and of those in their region, and what no office did.

    What no office did is the system's own, or a labourer's by their own code: the latter only of the region's people.
    A complaint without an office behind it is nobody's to read here (V9).
    """
    query = select(AuditEvent)
    if not actor.may(Permission.TRAIL_VIEW):
        return query.where(false())
    offices = select(Organisation.id).where(within(Organisation.locality_code, actor.scope))
    theirs = select(Labourer.id).where(within(Labourer.locality_code, actor.scope))
    about_people = or_(AuditEvent.subject_kind == "labourer", AuditEvent.people.is_not(None))
    nobodys = AuditEvent.organisation_id.is_(None) & or_(
        ~about_people & (AuditEvent.subject_kind != "grievance"),
        (AuditEvent.subject_kind == "labourer") & AuditEvent.subject_id.in_(theirs),
    )
    own = AuditEvent.organisation_id == actor.organisation_id
    return query.where(or_(own, AuditEvent.organisation_id.in_(offices), nobodys))


async def _narrow(session: AsyncSession, query: Select[Any], filters: Filters) -> Select[Any]:
    if filters.who.strip():
        query = query.where(_by(filters.who.strip()))
    if filters.act == OWN_WORD_FILTER:
        query = query.where(or_(*(AuditEvent.act.startswith(kind, autoescape=True) for kind in OWN_WORD_KINDS)))
    elif filters.act.startswith(OWN_WORD_KINDS):
        query = query.where(false())  # no list of those who said no (V4)
    elif filters.act:
        query = query.where(AuditEvent.act == filters.act)
    if filters.subject_kind:
        query = query.where(AuditEvent.subject_kind == filters.subject_kind)
    if filters.subject:
        query = query.where(await _about(session, filters.subject))
    if filters.since:
        query = query.where(AuditEvent.at >= _begin(filters.since))
    if filters.until:
        query = query.where(AuditEvent.at < _begin(filters.until) + timedelta(days=1))
    return query


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _by(text: str) -> ColumnElement[bool]:
    people = select(User.id).where(
        or_(User.login.icontains(text, autoescape=True), User.display_name.icontains(text, autoescape=True))
    )
    offices = select(Organisation.id).where(Organisation.name.icontains(text, autoescape=True))
    return or_(AuditEvent.user_id.in_(people), AuditEvent.organisation_id.in_(offices))


def _subject_tables() -> dict[str, Any]:
    """Kinds of subject that have a number of their own to the outside: tables of that name with one."""
    return {name: table for name, table in Base.metadata.tables.items() if "uuid" in table.c and "id" in table.c}


async def _about(session: AsyncSession, uuid: UUID) -> ColumnElement[bool]:
    """Acts on what has that number, and those on lists with the person on them."""
    matches: list[ColumnElement[bool]] = []
    for name, table in _subject_tables().items():
        found = await session.scalar(select(table.c.id).where(table.c.uuid == uuid))
        if found is not None:
            matches.append((AuditEvent.subject_kind == name) & (AuditEvent.subject_id == found))
            if name == "labourer":
                matches.append(AuditEvent.people.contains([found]))
    return or_(*matches) if matches else false()


def _with_names(query: Select[Any]) -> Select[Any]:
    return (
        query.outerjoin(User, User.id == AuditEvent.user_id)
        .outerjoin(Organisation, Organisation.id == AuditEvent.organisation_id)
        .add_columns(User.display_name, User.login, Organisation.name.label("office"))
        .order_by(AuditEvent.id.desc())
    )


async def page(session: AsyncSession, actor: Actor, filters: Filters, paging: Paging) -> Page[Any]:
    """One page, newest first: (event, name, login, office) rows; what is beyond ten thousand is not counted."""
    query = await _narrow(session, visible_to(actor), filters)
    counted = query.with_only_columns(AuditEvent.id).limit(MOST_COUNTED).subquery()
    total = await session.scalar(select(func.count()).select_from(counted))
    shown = _with_names(query).offset(paging.offset).limit(paging.size)
    return Page((await session.execute(shown)).all(), total or 0, paging)


async def before(
    session: AsyncSession, actor: Actor, filters: Filters, *, last_id: int, limit: int
) -> Sequence[Row[Any]]:
    """The next rows by falling id, for programs and files; ``last_id`` 0 begins with the newest."""
    query = await _narrow(session, visible_to(actor), filters)
    if last_id:
        query = query.where(AuditEvent.id < last_id)
    return (await session.execute(_with_names(query).limit(limit))).all()


async def subjects(session: AsyncSession, events: Sequence[AuditEvent]) -> dict[tuple[str, int], UUID]:
    """The outside numbers of what events are about, one query for each kind."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        if event.subject_id is not None:
            wanted.setdefault(event.subject_kind, set()).add(event.subject_id)
    found: dict[tuple[str, int], UUID] = {}
    for name, table in _subject_tables().items():
        if name in wanted:
            rows = await session.execute(select(table.c.id, table.c.uuid).where(table.c.id.in_(wanted[name])))
            found |= {(name, row.id): row.uuid for row in rows}
    return found


async def kinds(session: AsyncSession) -> list[str]:
    """The kinds of subject there are, by jumping from one to the next in the index."""
    found: list[str] = []
    last = ""
    while True:
        query = select(func.min(AuditEvent.subject_kind)).where(AuditEvent.subject_kind > last)
        kind = await session.scalar(query)
        if kind is None:
            return found
        found.append(last := kind)


@dataclass(frozen=True)
class Seen:
    """Somebody read a person's record on a day, once or several times."""

    day: date
    last_at: datetime
    times: int
    act: str
    field: str | None
    name: str | None
    office: str | None
    reason: str | None


async def who_saw(session: AsyncSession, labourer_id: int, *, limit: int = 500) -> list[Seen]:
    """Who read a person's record, newest day first: the same act of one person on one day for one reason is one line.

    For the person, for whoever holds the record, and for access copies: the caller has made sure that it is one of
    them.
    """
    day = cast(func.timezone("Asia/Shanghai", AuditEvent.at), Date).label("day")
    field = AuditEvent.detail["field"].astext.label("field")
    concerned = or_(
        (AuditEvent.subject_kind == "labourer") & (AuditEvent.subject_id == labourer_id),
        AuditEvent.people.contains([labourer_id]),
    )
    grouped = (day, AuditEvent.act, field, User.display_name, Organisation.name, AuditEvent.reason)
    last = func.max(AuditEvent.at)
    query = (
        select(*grouped[:3], User.display_name, Organisation.name, AuditEvent.reason, last, func.count())
        .outerjoin(User, User.id == AuditEvent.user_id)
        .outerjoin(Organisation, Organisation.id == AuditEvent.organisation_id)
        .where(concerned, AuditEvent.act.in_(reads()))
        .group_by(*grouped, AuditEvent.user_id)
        .order_by(last.desc(), func.max(AuditEvent.id).desc())
        .limit(limit)
    )
    return [
        Seen(on, at, times, act, which, name, office, reason)
        for on, act, which, name, office, reason, at, times in await session.execute(query)
    ]


async def standing(session: AsyncSession) -> dict[str, Any]:
    """How far the chain goes: newest seal, rows under it, when, and rows that wait."""
    newest = select(AuditSeal.no, AuditSeal.total, AuditSeal.sealed_at).order_by(AuditSeal.no.desc()).limit(1)
    seal = (await session.execute(newest)).one_or_none()
    waiting = await session.scalar(select(func.count()).select_from(AuditWaiting))
    return {
        "seal": seal.no if seal else 0,
        "rows": seal.total if seal else 0,
        "sealed_at": seal.sealed_at if seal else None,
        "waiting": waiting or 0,
    }
