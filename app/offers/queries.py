"""All SQL about offers. There is no way to a row without an actor, or the person themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, LargeBinary, Select, Uuid, exists, false, func, or_, select
from sqlalchemy import column as sa_column
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation, User
from app.declarations.queries import permits
from app.employers.models import Employer
from app.errors import NotFound
from app.labourers import queries as labourers
from app.labourers.models import Labourer
from app.localities.models import Locality
from app.match_runs.models import Candidate
from app.offers.models import Offer, OfferEvent, OfferTerms
from app.permissions import Actor, Permission, Reach
from app.shared.i18n import N_
from app.shared.pagination import Page, Paging
from app.vacancies.models import Vacancy, VacancyOpening

UNKNOWN = N_("No such offer in your lists.")
HELD = ("accepted", "confirmed")
OPEN = ("offered", *HELD)


@dataclass(frozen=True)
class Filters:
    """What a reader of the list narrows it to. Empty means everything."""

    state: str = ""
    search: str = ""  # in the title of the post
    waiting: bool = False


def visible_to(actor: Actor) -> Select[Offer]:
    """Offers to the people an office may know of; for a firm those to its posts that somebody said yes to (V7)."""
    query = select(Offer)
    match actor.reach(Permission.OFFERS_VIEW):
        case Reach.FIRM:
            return query.where(_of_firm(actor), Offer.state.in_(HELD), Offer.closed_at.is_(None))
        case Reach.CUSTODY | Reach.REGION | Reach.VILLAGE:
            theirs = labourers.visible_to(actor).with_only_columns(Labourer.id)
            return query.where(Offer.labourer_id.in_(theirs))
    return query.where(false())


def _of_firm(actor: Actor) -> ColumnElement[bool]:
    firm = select(Vacancy.id).join(Employer, Employer.id == Vacancy.employer_id)
    return Offer.vacancy_id.in_(firm.where(Employer.organisation_id == actor.organisation_id))


def _rows(query: Select[Any]) -> Select[Any]:
    return (
        query.join(Vacancy, Vacancy.id == Offer.vacancy_id)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .outerjoin(Locality, Locality.code == Vacancy.locality_code)
        .add_columns(Vacancy, Employer, Locality.full_name.label("place_name"))
    )


def _narrow(query: Select[Any], filters: Filters) -> Select[Any]:
    if filters.state:
        query = query.where(Offer.state == filters.state)
    if filters.waiting:
        query = query.where(Offer.waits_from.is_not(None))
    if filters.search.strip():
        query = query.where(Vacancy.title.icontains(filters.search.strip(), autoescape=True))
    return query


async def page(session: AsyncSession, actor: Actor, filters: Filters, paging: Paging) -> Page[Any]:
    """One page of offers, newest first: (offer, labourer, vacancy, employer, place name)."""
    query = _narrow(_rows(visible_to(actor)), filters)
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(Offer.id).subquery()))
    rows = query.join(Labourer, Labourer.id == Offer.labourer_id).add_columns(Labourer)
    ordered = rows.order_by(Offer.id.desc()).offset(paging.offset).limit(paging.size)
    return Page((await session.execute(ordered)).all(), total or 0, paging)


async def after(session: AsyncSession, actor: Actor, filters: Filters, last_id: int, limit: int) -> list[Any]:
    """The next rows by id, for programs: (offer, vacancy, employer, place name)."""
    query = _narrow(_rows(visible_to(actor)), filters).where(Offer.id > last_id)
    return list((await session.execute(query.order_by(Offer.id).limit(limit))).all())


async def counts_by_state(session: AsyncSession, actor: Actor) -> dict[str, int]:
    """How many offers stand where."""
    rows = await session.execute(visible_to(actor).with_only_columns(Offer.state, func.count()).group_by(Offer.state))
    return {str(state): int(number) for state, number in rows}


async def row_of(session: AsyncSession, actor: Actor, uuid: UUID) -> Any:
    """One offer as in ``after``. Raises NotFound (404)."""
    row = (await session.execute(_rows(visible_to(actor)).where(Offer.uuid == uuid))).one_or_none()
    if row is None:
        raise NotFound(UNKNOWN)
    return row


async def get(session: AsyncSession, actor: Actor, uuid: UUID) -> Offer:
    """One offer this person may see. Raises NotFound (404)."""
    offer = await session.scalar(visible_to(actor).where(Offer.uuid == uuid))
    if offer is None:
        raise NotFound(UNKNOWN)
    return offer


async def lock(session: AsyncSession, offer_id: int) -> Offer:
    """An offer found before, locked, as it is now."""
    query = select(Offer).where(Offer.id == offer_id).with_for_update(of=Offer)
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


async def lock_all(session: AsyncSession, *conditions: ColumnElement[bool]) -> list[Offer]:
    """Offers that fulfil the conditions, locked in the order of their ids."""
    query = select(Offer).where(*conditions).order_by(Offer.id).with_for_update(of=Offer)
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def lock_post(session: AsyncSession, vacancy_id: int) -> tuple[Vacancy, Employer]:
    """A post locked against other offers of it, and its employer. Always before its offers."""
    query = select(Vacancy).where(Vacancy.id == vacancy_id).with_for_update(key_share=True)
    vacancy = (await session.scalars(query.execution_options(populate_existing=True))).one()
    return vacancy, await session.get_one(Employer, vacancy.employer_id)


async def lock_people(session: AsyncSession, labourer_ids: Sequence[int]) -> None:
    """Whoever makes these people an offer, or ends their offers, waits; in the order of their ids."""
    for one in sorted(set(labourer_ids)):
        await session.execute(select(func.pg_advisory_xact_lock(0x6F66, one)))  # "of"


async def free_to_offer(session: AsyncSession, vacancy_id: int) -> int:
    """Free openings of a locked post that no open offer speaks for."""
    free = select(func.count()).where(VacancyOpening.vacancy_id == vacancy_id, VacancyOpening.taken_at.is_(None))
    outstanding = select(func.count()).where(Offer.vacancy_id == vacancy_id, Offer.state == "offered")
    left = (await session.scalar(free) or 0) - (await session.scalar(outstanding) or 0)
    return max(left, 0)


async def free_opening(session: AsyncSession, vacancy_id: int) -> int | None:
    """The number of a free opening of a locked post."""
    free = select(VacancyOpening.number).where(
        VacancyOpening.vacancy_id == vacancy_id, VacancyOpening.taken_at.is_(None)
    )
    return await session.scalar(free.order_by(VacancyOpening.number).limit(1).with_for_update())


async def placed(session: AsyncSession, labourer_ids: Sequence[int]) -> set[int]:
    """Those of these people who have said yes to a place that has not ended."""
    holds = or_(Offer.state == "accepted", (Offer.state == "confirmed") & Offer.closed_at.is_(None))
    query = select(Offer.labourer_id).where(Offer.labourer_id.in_(labourer_ids), holds)
    return set(await session.scalars(query))


async def with_live_offer(session: AsyncSession, vacancy_id: int, labourer_ids: Sequence[int]) -> dict[int, Offer]:
    """Those of these people who have an offer of the post that has not ended, with it."""
    live = (Offer.vacancy_id == vacancy_id, Offer.state.in_(("drafted", "offered", "accepted")))
    query = select(Offer).where(*live, Offer.labourer_id.in_(labourer_ids)).order_by(Offer.id)
    return {one.labourer_id: one for one in await session.scalars(query)}


async def open_counts(session: AsyncSession, labourer_ids: Sequence[int]) -> dict[int, int]:
    """How many open offers each of these people has to look at."""
    query = select(Offer.labourer_id, func.count()).where(Offer.labourer_id.in_(labourer_ids), Offer.state == "offered")
    return {one: int(n) for one, n in await session.execute(query.group_by(Offer.labourer_id))}


async def people_waiting(session: AsyncSession, vacancy_id: int) -> list[int]:
    """Who waits for an opening of the post."""
    query = select(Offer.labourer_id).where(Offer.vacancy_id == vacancy_id, Offer.waits_from.is_not(None))
    return list(await session.scalars(query))


async def waiting(session: AsyncSession, vacancy_id: int) -> list[Offer]:
    """The post's waiting list, in its order, locked."""
    query = select(Offer).where(Offer.vacancy_id == vacancy_id, Offer.waits_from.is_not(None))
    ordered = query.order_by(Offer.waits_from, Offer.id).with_for_update(of=Offer)
    return list(await session.scalars(ordered.execution_options(populate_existing=True)))


async def people_of(session: AsyncSession, actor: Actor, uuids: Sequence[UUID]) -> list[Labourer]:
    """Those of these people whom the actor's own office may make an offer."""
    query = labourers.visible_to(actor).where(
        Labourer.uuid.in_(uuids), Labourer.organisation_id == actor.organisation_id
    )
    return list(await session.scalars(query.order_by(Labourer.id)))


async def candidates_of(session: AsyncSession, run_id: int, vacancy_id: int) -> dict[int, Candidate]:
    """The candidates of a post in a run, by person."""
    query = select(Candidate).where(Candidate.run_id == run_id, Candidate.vacancy_id == vacancy_id)
    return {one.labourer_id: one for one in await session.scalars(query)}


async def candidate_behind(session: AsyncSession, offer: Offer) -> Candidate | None:
    """The candidate an offer came from, as long as its run is kept."""
    return await session.get(Candidate, (offer.run_id, offer.labourer_id, offer.vacancy_id)) if offer.run_id else None


async def terms_of(session: AsyncSession, offer: Offer) -> OfferTerms | None:
    """The frozen terms of an offer; none of a draft."""
    return await session.get(OfferTerms, offer.terms_id) if offer.terms_id else None


async def events_of(session: AsyncSession, offer_id: int) -> list[Any]:
    """The log of an offer, newest first: (event, office, officer)."""
    query = (
        select(OfferEvent, Organisation.name, User.display_name)
        .outerjoin(Organisation, Organisation.id == OfferEvent.by_organisation_id)
        .outerjoin(User, User.id == OfferEvent.by_user_id)
        .where(OfferEvent.offer_id == offer_id)
    )
    return list((await session.execute(query.order_by(OfferEvent.id.desc()))).all())


async def of_person(session: AsyncSession, labourer_id: int) -> list[Any]:
    """The offers a person has to answer or has said yes to: (offer, vacancy, employer, place name)."""
    mine = select(Offer).where(Offer.labourer_id == labourer_id, Offer.state.in_(OPEN), Offer.closed_at.is_(None))
    return list((await session.execute(_rows(mine).order_by(Offer.state, Offer.expires_at, Offer.id))).all())


async def one_of_person(session: AsyncSession, labourer_id: int, uuid: UUID) -> Any:
    """One of them. Raises NotFound (404), also once it has ended."""
    mine = select(Offer).where(Offer.labourer_id == labourer_id, Offer.uuid == uuid, Offer.state.in_(OPEN))
    row = (await session.execute(_rows(mine))).one_or_none()
    if row is None:
        raise NotFound(N_("This offer is not open any more. Nothing happens to you; other offers are on your page."))
    return row


async def accepted_of_firm(session: AsyncSession, actor: Actor, today: date) -> list[Any]:
    """People who said yes to the firm's posts, first whom to answer: (offer, vacancy, employer, place, person or none).

    Names and numbers come past the second wall through a function that gives a firm those alone, and leave here only
    while the person lets firms have them.
    """
    known = func.people_who_accepted(actor.organisation_id).table_valued(
        sa_column("offer_id", BigInteger),
        sa_column("labourer_id", BigInteger),
        sa_column("uuid", Uuid),
        sa_column("name_cipher", LargeBinary),
        sa_column("phone_cipher", LargeBinary),
        name="person",
    )
    query = _rows(visible_to(actor)).join(known, known.c.offer_id == Offer.id)
    query = query.add_columns(
        known.c.uuid.label("person_uuid"),
        known.c.name_cipher,
        known.c.phone_cipher,
        permits("name_to_employer", Offer.labourer_id, today).label("may_know"),
    )
    ordered = query.order_by(Offer.answer_due_at.asc().nulls_last(), Offer.id)
    return list((await session.execute(ordered)).all())


async def due_ids(session: AsyncSession, now: datetime, today: date, most: int) -> list[int]:
    """Open offers whose time is over, or whose person does not let themselves be matched any more (V1)."""
    over = or_(Offer.expires_at <= now, ~permits("match", Offer.labourer_id, today))
    query = select(Offer.id).where(Offer.state == "offered", over).order_by(Offer.id).limit(most)
    return list(await session.scalars(query))


async def posts_to_refill(session: AsyncSession) -> list[int]:
    """Open posts that somebody waits for, with an opening that no open offer speaks for."""
    waits = exists().where(Offer.vacancy_id == Vacancy.id, Offer.waits_from.is_not(None))
    free = select(func.count()).where(VacancyOpening.vacancy_id == Vacancy.id, VacancyOpening.taken_at.is_(None))
    offered = select(func.count()).where(Offer.vacancy_id == Vacancy.id, Offer.state == "offered")
    more = free.correlate(Vacancy).scalar_subquery() > offered.correlate(Vacancy).scalar_subquery()
    query = select(Vacancy.id).where(Vacancy.state == "open", waits, more)
    return list(await session.scalars(query.order_by(Vacancy.id)))
