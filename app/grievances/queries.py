"""All SQL about complaints. The drawer is opened by whoever asks; ``visible_to`` says the same once more."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.accounts.models import Organisation, Post, User
from app.employers.models import Employer
from app.employers.queries import name_key
from app.errors import NotFound
from app.grievances.models import (
    ComplaintTry,
    Grievance,
    GrievanceEvent,
    GrievanceFirmStop,
    GrievanceHold,
    GrievanceParty,
)
from app.localities.models import Locality, LocalityClosure
from app.localities.queries import within
from app.permissions import Actor, Role
from app.shared.i18n import N_
from app.vacancies.models import Vacancy

MOST_LISTED = 200
UNNAMED = N_("There is no such complaint with your office.")


def _is_province(actor: Actor) -> ColumnElement[bool]:
    here = Organisation.id == actor.organisation_id
    return exists().where(here, Organisation.locality_code == Locality.code, Locality.level == 1)


def visible_to(actor: Actor) -> Select[Grievance]:
    """What this inspection has, is to review, or, as a province's, could take. Nobody else sees any."""
    query = select(Grievance)
    if actor.role is not Role.INSPECTOR:
        return query.where(false())
    own = or_(Grievance.organisation_id == actor.organisation_id, to_review(actor))
    return query.where(or_(own, and_(waiting_for_somebody(), _is_province(actor))))


def to_review(actor: Actor) -> ColumnElement[bool]:
    """Complaints this organisation is to look at a second time."""
    return Grievance.review_organisation_id == actor.organisation_id


def waiting_for_somebody() -> ColumnElement[bool]:
    """Complaints, or reviews, that no authority could be found for."""
    unreviewed = and_(
        Grievance.review_wanted, Grievance.review_organisation_id.is_(None), Grievance.state == "answered"
    )
    return or_(and_(Grievance.organisation_id.is_(None), Grievance.state == "received"), unreviewed)


async def listed(session: AsyncSession, actor: Actor, *, now: datetime, state: str = "") -> list[Grievance]:
    """The actor's complaints: overdue first, then by deadline; closed ones last and only if asked for."""
    query = visible_to(actor)
    query = query.where(Grievance.state == state) if state else query.where(Grievance.state != "closed")
    overdue = case((Grievance.due_at < now, 0), else_=1)
    grave = case((Grievance.severity == "severe", 0), else_=1)
    ordered = query.order_by(overdue, grave, Grievance.due_at.nulls_last(), Grievance.id.desc()).limit(MOST_LISTED)
    return list(await session.scalars(ordered))


async def get(session: AsyncSession, actor: Actor, uuid: UUID, *, lock: bool = False) -> Grievance:
    """One complaint this actor may see. Raises NotFound (404)."""
    query = visible_to(actor).where(Grievance.uuid == uuid)
    return await _one(session, query, lock=lock)


async def get_behind(session: AsyncSession, condition: ColumnElement[bool], *, lock: bool = False) -> Grievance:
    """One complaint through a drawer that is opened for it alone. Raises NotFound (404)."""
    return await _one(session, select(Grievance).where(condition), lock=lock)


async def _one(session: AsyncSession, query: Select[Grievance], *, lock: bool) -> Grievance:
    query = query.execution_options(populate_existing=True)
    grievance = await session.scalar(query.with_for_update(of=Grievance) if lock else query)
    if grievance is None:
        raise NotFound(UNNAMED)
    return grievance


async def all_behind(session: AsyncSession, condition: ColumnElement[bool]) -> list[Grievance]:
    """Every complaint through a drawer opened for one person, newest first."""
    return list(await session.scalars(select(Grievance).where(condition).order_by(Grievance.id.desc())))


async def overdue_ids(session: AsyncSession, now: datetime, most: int) -> list[int]:
    """Complaints whose present step was due, longest first."""
    query = select(Grievance.id).where(Grievance.due_at < now).order_by(Grievance.due_at, Grievance.id).limit(most)
    return list(await session.scalars(query))


async def unrouted_ids(session: AsyncSession, most: int) -> list[int]:
    """Complaints nobody could be found for, oldest first."""
    query = select(Grievance.id).where(Grievance.state == "received").order_by(Grievance.id).limit(most)
    return list(await session.scalars(query))


async def is_place(session: AsyncSession, code: str) -> bool:
    """Whether there is a division of that code."""
    return code.isdecimal() and await session.get(Locality, code) is not None


async def counts(session: AsyncSession, now: datetime) -> dict[str, int]:
    """How many nobody could take, are overdue, are open: numbers, for the operator."""
    query = select(
        func.count().filter(waiting_for_somebody()),
        func.count().filter(Grievance.due_at < now),
        func.count().filter(Grievance.state != "closed"),
    )
    unrouted, overdue, still_open = (await session.execute(query)).one()
    return {"unrouted": unrouted, "overdue": overdue, "open": still_open}


async def events_of(session: AsyncSession, grievance_id: int) -> list[Row[GrievanceEvent, str | None, str | None]]:
    """(event, name of who acted, name of who has it now), newest first: organisations, not people."""
    by, to = aliased(Organisation), aliased(Organisation)
    query = (
        select(GrievanceEvent, by.name, to.name)
        .outerjoin(by, by.id == GrievanceEvent.by_organisation_id)
        .outerjoin(to, to.id == GrievanceEvent.to_organisation_id)
        .where(GrievanceEvent.grievance_id == grievance_id)
        .order_by(GrievanceEvent.id.desc())
    )
    return list((await session.execute(query)).all())


async def answered_at(session: AsyncSession, grievance_id: int) -> datetime:
    """When an answered complaint was answered, the last time."""
    query = select(GrievanceEvent.at).where(GrievanceEvent.grievance_id == grievance_id, GrievanceEvent.act == "answer")
    return (await session.scalars(query.order_by(GrievanceEvent.id.desc()).limit(1))).one()


async def parties_of(session: AsyncSession, grievance_id: int) -> list[Row[GrievanceParty, str | None, str | None]]:
    """(party, organisation's name, user's name) in the order named."""
    query = (
        select(GrievanceParty, Organisation.name, User.display_name)
        .outerjoin(Organisation, Organisation.id == GrievanceParty.organisation_id)
        .outerjoin(User, User.id == GrievanceParty.user_id)
        .where(GrievanceParty.grievance_id == grievance_id)
        .order_by(GrievanceParty.id)
    )
    return list((await session.execute(query)).all())


async def holds_of(session: AsyncSession, grievance_id: int) -> list[Row[GrievanceHold, Vacancy, str]]:
    """(hold, post, employer's name) of the posts stopped for a complaint."""
    query = (
        select(GrievanceHold, Vacancy, Employer.name)
        .join(Vacancy, Vacancy.id == GrievanceHold.vacancy_id)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .where(GrievanceHold.grievance_id == grievance_id)
        .order_by(Vacancy.id)
    )
    return list((await session.execute(query)).all())


def _independent(grievance: Grievance) -> ColumnElement[bool]:
    """Inspections with somebody at work there, neither named nor staffed by those named."""
    named = Post.organisation_id.in_(grievance.named_organisation_ids)
    partial = aliased(Post)
    staff = (
        exists()
        .where(partial.organisation_id == Organisation.id, partial.role == Role.INSPECTOR, partial.ended_at.is_(None))
        .where(User.id == partial.user_id, User.disabled_at.is_(None), User.id.not_in(grievance.named_user_ids))
        .where(~exists().where(Post.user_id == partial.user_id, named).correlate(partial))
    )
    return and_(Organisation.kind == "inspection", Organisation.id.not_in(grievance.named_organisation_ids), staff)


async def authorities(
    session: AsyncSession, grievance: Grievance, place: str, *, but: Collection[int] = ()
) -> Sequence[Row[int, int]]:
    """(id, level) of inspections that could take a complaint about a place, the nearest first."""
    query = (
        select(Organisation.id, Locality.level)
        .join(Locality, Locality.code == Organisation.locality_code)
        .join(LocalityClosure, LocalityClosure.ancestor_code == Organisation.locality_code)
        .where(LocalityClosure.descendant_code == place, Organisation.id.not_in(but), _independent(grievance))
        .order_by(Locality.level.desc(), Organisation.id)
    )
    return (await session.execute(query)).all()


async def is_anybody_over(session: AsyncSession, places: Collection[str]) -> bool:
    """Whether any inspection answers for one of the places, named or not."""
    over = exists().where(
        LocalityClosure.ancestor_code == Organisation.locality_code, LocalityClosure.descendant_code.in_(places)
    )
    return (
        await session.scalar(select(Organisation.id).where(Organisation.kind == "inspection", over).limit(1))
        is not None
    )


async def authority_anywhere(session: AsyncSession, grievance: Grievance, but: Collection[int]) -> int | None:
    """An inspection that could take a complaint wherever it is, a province's first."""
    query = select(Organisation.id).join(Locality, Locality.code == Organisation.locality_code)
    query = query.where(Organisation.id.not_in(but), _independent(grievance))
    return await session.scalar(query.order_by(Locality.level, Organisation.id).limit(1))


async def level_of(session: AsyncSession, organisation_id: int) -> int:
    """Level of the division an organisation answers for; 5, below all, where it has none."""
    query = select(Locality.level).join(Organisation, Organisation.locality_code == Locality.code)
    return await session.scalar(query.where(Organisation.id == organisation_id)) or 5


async def inspections(session: AsyncSession, grievance: Grievance, but: Collection[int]) -> Sequence[Row[UUID, str]]:
    """(uuid, name) of inspections a complaint may be handed to."""
    query = select(Organisation.uuid, Organisation.name).where(_independent(grievance), Organisation.id.not_in(but))
    return (await session.execute(query.order_by(Organisation.name, Organisation.id).limit(MOST_LISTED))).all()


async def inspection_by_uuid(session: AsyncSession, grievance: Grievance, uuid: UUID) -> int:
    """Id of an independent inspection. Raises NotFound (404)."""
    query = select(Organisation.id).where(Organisation.uuid == uuid, _independent(grievance))
    organisation_id = await session.scalar(query)
    if organisation_id is None:
        raise NotFound(N_("There is no such inspection, or the complaint names it."))
    return organisation_id


async def is_independent(session: AsyncSession, grievance: Grievance, organisation_id: int) -> bool:
    """Whether an inspection may still have a complaint, now that more are named."""
    query = select(Organisation.id).where(Organisation.id == organisation_id, _independent(grievance))
    return await session.scalar(query) is not None


async def id_if_kind(session: AsyncSession, organisation_id: int, kinds: tuple[str, ...]) -> int | None:
    """The id again if the organisation is of one of the kinds."""
    query = select(Organisation.id).where(Organisation.id == organisation_id, Organisation.kind.in_(kinds))
    return await session.scalar(query)


async def offices_over(session: AsyncSession, place: str, kinds: tuple[str, ...]) -> list[int]:
    """Ids of the offices of these kinds whose division holds the place, the nearest first; no province's."""
    query = (
        select(Organisation.id)
        .join(LocalityClosure, LocalityClosure.ancestor_code == Organisation.locality_code)
        .join(Locality, Locality.code == Organisation.locality_code)
        .where(LocalityClosure.descendant_code == place, Organisation.kind.in_(kinds), Locality.level > 1)
        .order_by(Locality.level.desc(), Organisation.id)
    )
    return list(await session.scalars(query))


async def organisations_called(session: AsyncSession, name: str) -> list[int]:
    """Ids of organisations of exactly that name; brackets, spaces and legal form do not count."""
    wanted = name_key(name)
    begins = Organisation.name.icontains(wanted[:2], autoescape=True)
    rows = await session.execute(select(Organisation.id, Organisation.name).where(begins))
    return [id_ for id_, written in rows if wanted and name_key(written) == wanted]


async def officers_called(session: AsyncSession, name: str, places: Collection[str]) -> list[int]:
    """Ids of users of that name who work for an office over one of the places."""
    over = exists().where(
        LocalityClosure.ancestor_code == Organisation.locality_code, LocalityClosure.descendant_code.in_(places)
    )
    query = (
        select(User.id)
        .join(Post, Post.user_id == User.id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(User.display_name == name.strip(), over)
    )
    return list(await session.scalars(query.distinct().order_by(User.id)))


async def but_other_inspections(
    session: AsyncSession, organisation_ids: Collection[int], user_ids: Collection[int], own_id: int
) -> tuple[list[int], list[int]]:
    """Of organisations and users, those that are not, or do not work for, an inspection other than one's own."""
    others = select(Organisation.id).where(Organisation.kind == "inspection", Organisation.id != own_id)
    inspections = set(await session.scalars(others.where(Organisation.id.in_(organisation_ids))))
    there = select(Post.user_id).where(Post.user_id.in_(user_ids), Post.ended_at.is_(None))
    inspectors = set(await session.scalars(there.where(Post.organisation_id.in_(others))))
    return [one for one in organisation_ids if one not in inspections], [
        one for one in user_ids if one not in inspectors
    ]


async def firms_called(session: AsyncSession, name: str) -> list[Employer]:
    """Employers of that name, in whatever region."""
    wanted = name_key(name)
    query = select(Employer).where(Employer.name_key == wanted).order_by(Employer.id)
    return list(await session.scalars(query)) if wanted else []


async def firms_meant(session: AsyncSession, name: str, place_code: str | None) -> list[Employer]:
    """The firm of that name: one, or the one at the place, however many offices have entered it there.

    Nobody where it is not clear: two firms of one name are told apart by the place or by a person.
    """
    firms = await firms_called(session, name)
    if len(firms) > 1 and place_code is None:
        return []
    if len(firms) > 1 and place_code is not None:
        posts_there = exists().where(Vacancy.employer_id == Employer.id, within(Vacancy.locality_code, [place_code]))
        there = or_(within(Employer.locality_code, [place_code]), posts_there)
        query = select(Employer).where(Employer.id.in_([firm.id for firm in firms]), there).order_by(Employer.id)
        firms = list(await session.scalars(query))
    return firms if len({firm.credit_code for firm in firms if firm.credit_code}) <= 1 else []


async def vacancy_by_uuid(session: AsyncSession, uuid: UUID) -> Vacancy | None:
    """A post, whoever asks: a complainant need not be able to see it."""
    return await session.scalar(select(Vacancy).where(Vacancy.uuid == uuid))


async def posts_to_stop(session: AsyncSession, grievance: Grievance) -> list[Vacancy]:
    """The post complained of and those of firms stopped for it, as far as they are not stopped already. Locked."""
    stop = GrievanceFirmStop
    covers = func.firm_stop_covers(
        stop.employer_id, stop.place_code, stop.after_vacancy_id, Vacancy.id, Vacancy.employer_id, Vacancy.locality_code
    )
    by_firm = exists().where(stop.grievance_id == grievance.id, stop.released_at.is_(None), covers)
    held = exists().where(GrievanceHold.grievance_id == grievance.id, GrievanceHold.vacancy_id == Vacancy.id)
    about = or_(Vacancy.id == grievance.vacancy_id, and_(Vacancy.state != "closed", by_firm))
    query = select(Vacancy).where(about, ~held)
    locked = query.order_by(Vacancy.id).with_for_update().execution_options(populate_existing=True)
    return list(await session.scalars(locked))


async def firm_stops_of(session: AsyncSession, grievance_id: int) -> list[Row[GrievanceFirmStop, str]]:
    """(stop, employer's name) of the firms stopped for a complaint."""
    query = (
        select(GrievanceFirmStop, Employer.name)
        .join(Employer, Employer.id == GrievanceFirmStop.employer_id)
        .where(GrievanceFirmStop.grievance_id == grievance_id)
        .order_by(Employer.name, Employer.id)
    )
    return list((await session.execute(query)).all())


async def last_vacancy_id(session: AsyncSession) -> int:
    """The number of the post entered last, of all there are."""
    return await session.scalar(select(func.max(Vacancy.id))) or 0


async def lock_vacancy(session: AsyncSession, vacancy_id: int) -> Vacancy:
    """One post, locked."""
    query = select(Vacancy).where(Vacancy.id == vacancy_id).with_for_update()
    vacancy: Any = await session.scalar(query.execution_options(populate_existing=True))
    return vacancy


async def tries_since(session: AsyncSession, address_index: bytes, act: str, since: datetime) -> int:
    """How often something was tried from an address."""
    same = (ComplaintTry.address_index == address_index, ComplaintTry.act == act, ComplaintTry.at > since)
    return await session.scalar(select(func.count()).where(*same)) or 0
