"""All SQL of the supply list. There is no way to a row without an actor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, case, exists, false, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation
from app.audit import AuditEvent
from app.employers.models import Employer
from app.employers.queries import name_key
from app.errors import Forbidden, NotFound
from app.localities.models import Locality
from app.localities.queries import within
from app.permissions import Actor, Permission, Reach
from app.shared.i18n import N_
from app.shared.pagination import Page, Paging
from app.vacancies.models import Vacancy, VacancyAttestation, VacancyOpening, VacancyTransition

LAPSING_STATES = ("verified", "open", "paused", "filled")
PUBLIC_STATES = ("verified", "open", "paused", "filled")


@dataclass(frozen=True)
class Filters:
    """What a reader of the list narrows it to. Empty means everything."""

    search: str = ""
    state: str = ""
    place: str = ""  # a division; everything under it
    trade: str = ""
    shift: str = ""
    lodging: str = ""
    contract: str = ""
    pay_from: int | None = None
    sort: str = ""
    today: date | None = None  # the day on which a county's word must still hold


def visible_to(actor: Actor) -> Select[Vacancy]:
    """Posts this person may open: public ones for all offices; others for who entered them and whose region it is."""
    query = select(Vacancy)
    own = Vacancy.entered_by_organisation_id == actor.organisation_id
    public = Vacancy.state.in_(PUBLIC_STATES)
    match actor.reach(Permission.VACANCIES_VIEW):
        case Reach.FIRM:
            return query.where(or_(own, _of_firm(actor)))
        case Reach.OFFERED_AND_REGION:
            return query.where(or_(own, public, within(Vacancy.locality_code, actor.scope)))
        case Reach.OFFERED:
            return query.where(or_(own, public))
    return query.where(false())


def has_lapsed_on(today: date) -> ColumnElement[bool]:
    """A sending county vouched for the post, and that day its word does not hold any more."""
    return Vacancy.state.in_(LAPSING_STATES) & func.coalesce(Vacancy.verified_until < today, false())


def stands_on(today: date) -> ColumnElement[bool]:
    """Open that day, the verification not lapsed."""
    return (Vacancy.state == "open") & ~has_lapsed_on(today)


def has_lapsed(vacancy: Vacancy, today: date) -> bool:
    """The same of a row at hand."""
    return vacancy.state in LAPSING_STATES and vacancy.verified_until is not None and vacancy.verified_until < today


def _state_on(today: date | None) -> Any:
    """The state as it counts: what has lapsed waits to be verified again."""
    return Vacancy.state if today is None else case((has_lapsed_on(today), "checked"), else_=Vacancy.state)


async def get(session: AsyncSession, actor: Actor, uuid: UUID) -> Vacancy:
    """One post this person may see. Raises NotFound (404)."""
    vacancy = await session.scalar(visible_to(actor).where(Vacancy.uuid == uuid))
    if vacancy is None:
        raise NotFound(N_("No such post in your lists."))
    return vacancy


async def is_seen(session: AsyncSession, actor: Actor, uuid: UUID) -> bool:
    """Whether the person may see the post as it is now: one whose place was corrected may have left their region."""
    return bool(await session.scalar(select(visible_to(actor).where(Vacancy.uuid == uuid).exists())))


def _answered_for(actor: Actor) -> ColumnElement[bool]:
    """Posts of the actor's own office or firm, and those of the region for its receiving office."""
    mine = Vacancy.entered_by_organisation_id == actor.organisation_id
    match actor.reach(Permission.VACANCIES_EDIT):
        case Reach.FIRM:
            return or_(mine, _of_firm(actor))
        case Reach.REGION:
            return or_(mine, within(Vacancy.locality_code, actor.scope))
        case Reach.OFFICE:
            return mine
    return false()


def _of_firm(actor: Actor) -> ColumnElement[bool]:
    firm = exists().where(Employer.id == Vacancy.employer_id, Employer.organisation_id == actor.organisation_id)
    return firm.correlate(Vacancy)  # in a query that joins employers it must not take theirs


async def get_for_change(session: AsyncSession, actor: Actor, uuid: UUID) -> Vacancy:
    """One post, locked, that this person answers for. Raises NotFound (404), Forbidden (403) for another office's."""
    await get(session, actor, uuid)
    query = select(Vacancy).where(Vacancy.uuid == uuid, _answered_for(actor))
    vacancy = await session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if vacancy is None:
        raise Forbidden(N_("Your post does not include this. Ask your office's administrator if you need it."))
    return vacancy


async def get_for_verification(session: AsyncSession, actor: Actor, uuid: UUID) -> Vacancy:
    """One post of the actor's own region, locked: who entered it does not matter, where the work is does.

    Raises NotFound (404), Forbidden (403) for another region's post.
    """
    await get(session, actor, uuid)
    query = select(Vacancy).where(Vacancy.uuid == uuid, within(Vacancy.locality_code, actor.scope))
    vacancy = await session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if vacancy is None:
        raise Forbidden(N_("The work is not in your region. The receiving office of that place verifies the post."))
    return vacancy


async def get_for_attestation(session: AsyncSession, actor: Actor, uuid: UUID) -> Vacancy:
    """One post this person may see, locked: for vouching in the place of a receiving office. Raises NotFound (404)."""
    await get(session, actor, uuid)
    query = select(Vacancy).where(Vacancy.uuid == uuid).with_for_update()
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def last_attestation(session: AsyncSession, vacancy_id: int) -> tuple[VacancyAttestation, str]:
    """What a sending county checked last of an attested post, and the county's name."""
    query = select(VacancyAttestation, Organisation.name)
    query = query.join(Organisation, Organisation.id == VacancyAttestation.organisation_id)
    query = query.where(VacancyAttestation.vacancy_id == vacancy_id).order_by(VacancyAttestation.id.desc())
    attestation, office = (await session.execute(query.limit(1))).one()
    return attestation, office


async def may_on(session: AsyncSession, actor: Actor, vacancy: Vacancy) -> tuple[bool, bool]:
    """Whether this person may change the post, and whether they may verify it: for the buttons of its page."""
    rights = select(_answered_for(actor), within(Vacancy.locality_code, actor.scope)).where(Vacancy.id == vacancy.id)
    answers_for, in_region = (await session.execute(rights)).one()
    may_change = actor.may(Permission.VACANCIES_EDIT) and answers_for
    return may_change, actor.may(Permission.VACANCIES_VERIFY) and in_region


async def those_told(session: AsyncSession, actor: Actor, vacancy_ids: Sequence[int]) -> set[int]:
    """Of these posts, those whose findings this person is told: who answers for a post, and who checks it."""
    told = _answered_for(actor) if actor.may(Permission.VACANCIES_EDIT) else false()
    if actor.may(Permission.VACANCIES_VERIFY):
        told = or_(told, within(Vacancy.locality_code, actor.scope))
    if actor.may(Permission.VACANCIES_ATTEST):
        told = true()
    return set(await session.scalars(select(Vacancy.id).where(Vacancy.id.in_(vacancy_ids), told)))


def _rows(actor: Actor) -> Select[Any]:
    free = (
        select(func.count())
        .where(VacancyOpening.vacancy_id == Vacancy.id, VacancyOpening.taken_at.is_(None))
        .correlate(Vacancy)
        .scalar_subquery()
    )
    return (
        visible_to(actor)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .outerjoin(Locality, Locality.code == Vacancy.locality_code)
        .add_columns(Employer, Locality.full_name.label("place_name"), free.label("free"))
    )


def _narrow(query: Select[Any], filters: Filters) -> Select[Any]:
    text = filters.search.strip()
    if text:
        firm = name_key(text)
        query = query.where(or_(Vacancy.title.icontains(text, autoescape=True), Employer.name_key.contains(firm)))
    for column, wanted in (
        (_state_on(filters.today), filters.state),
        (Vacancy.trade_family, filters.trade),
        (Vacancy.shift, filters.shift),
        (Vacancy.lodging, filters.lodging),
        (Vacancy.contract_kind, filters.contract),
    ):
        if wanted:
            query = query.where(column == wanted)
    if filters.place:
        query = query.where(within(Vacancy.locality_code, [filters.place]))
    if filters.pay_from:
        query = query.where(Vacancy.net_month_low >= filters.pay_from)
    return query


def _order(sort: str) -> tuple[Any, ...]:
    return {
        "-net": (Vacancy.net_month_low.desc().nulls_last(), Vacancy.id),
        "net": (Vacancy.net_month_low.asc().nulls_last(), Vacancy.id),
        "-openings": (Vacancy.openings.desc().nulls_last(), Vacancy.id),
        "openings": (Vacancy.openings.asc().nulls_last(), Vacancy.id),
        "place": (Vacancy.locality_code.asc().nulls_last(), Vacancy.id),
        "title": (Vacancy.title, Vacancy.id),
    }.get(sort, (Vacancy.id.desc(),))


async def page(session: AsyncSession, actor: Actor, filters: Filters, paging: Paging) -> Page[Any]:
    """One page of the supply list: (vacancy, employer, place name, free openings), and how many in all."""
    query = _narrow(_rows(actor), filters)
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(Vacancy.id).subquery()))
    ordered = query.order_by(*_order(filters.sort)).offset(paging.offset).limit(paging.size)
    return Page((await session.execute(ordered)).all(), total or 0, paging)


async def after(session: AsyncSession, actor: Actor, filters: Filters, last_id: int, limit: int) -> list[Any]:
    """The next rows by id, for programs that read the whole list."""
    query = _narrow(_rows(actor), filters).where(Vacancy.id > last_id)
    return list((await session.execute(query.order_by(Vacancy.id).limit(limit))).all())


async def counts_by_state(session: AsyncSession, actor: Actor, today: date | None = None) -> dict[str, int]:
    """How many posts stand where; with a day, as they count that day."""
    state = _state_on(today).label("counted_state")
    rows = await session.execute(visible_to(actor).with_only_columns(state, func.count()).group_by(state))
    return {str(state): int(number) for state, number in rows}


async def openings_free(session: AsyncSession, actor: Actor, today: date | None = None) -> int:
    """Free openings of all open posts this person may see."""
    open_ids = visible_to(actor).where(_state_on(today) == "open").with_only_columns(Vacancy.id)
    free = select(func.count()).where(VacancyOpening.vacancy_id.in_(open_ids), VacancyOpening.taken_at.is_(None))
    return await session.scalar(free) or 0


async def transitions(session: AsyncSession, vacancy_id: int) -> list[VacancyTransition]:
    """The life of a post so far, newest first."""
    query = select(VacancyTransition).where(VacancyTransition.vacancy_id == vacancy_id)
    return list(await session.scalars(query.order_by(VacancyTransition.id.desc())))


async def corrections(session: AsyncSession, vacancy_id: int) -> list[AuditEvent]:
    """What was changed in a post's terms so far, newest first."""
    about = (AuditEvent.subject_kind == "vacancy", AuditEvent.subject_id == vacancy_id)
    query = select(AuditEvent).where(*about, AuditEvent.act == "vacancy.change")
    return list(await session.scalars(query.order_by(AuditEvent.id.desc())))


async def with_employers(session: AsyncSession, actor: Actor, uuids: list[UUID]) -> list[tuple[Vacancy, Employer]]:
    """The selected posts of the actor's own region, locked, each with its employer: for verifying them together."""
    query = visible_to(actor).join(Employer, Employer.id == Vacancy.employer_id).add_columns(Employer)
    query = query.where(Vacancy.uuid.in_(uuids), within(Vacancy.locality_code, actor.scope))
    rows = await session.execute(query.order_by(Vacancy.id).with_for_update(of=Vacancy))
    return [(row.Vacancy, row.Employer) for row in rows]


async def of_stopped_firms(session: AsyncSession, vacancies: Sequence[Vacancy]) -> set[int]:
    """Those of the posts whose firm an authority has stopped at their place; why, nobody learns here."""
    asked = func.firm_is_stopped(Vacancy.id, Vacancy.employer_id, Vacancy.locality_code)
    query = select(Vacancy.id).where(Vacancy.id.in_([one.id for one in vacancies]), asked)
    return set(await session.scalars(query))


async def place_firm_holds(session: AsyncSession, vacancy_ids: list[int], now: datetime) -> dict[int, int]:
    """Write down that posts of stopped firms are held; how many checks that is for each."""
    posts = literal(vacancy_ids, ARRAY(Integer))
    placed = func.place_firm_holds(posts, now).table_valued("vacancy_id", "checks")
    rows = await session.execute(select(placed.c.vacancy_id, placed.c.checks))
    return {row.vacancy_id: row.checks for row in rows}
