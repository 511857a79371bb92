"""What a run matches: a county's people with a current statement, and the open vacancies, read in two queries.

No name, number, answer to an offer or household status leaves the database here (V4, V6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, any_, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import queries as declarations
from app.declarations.limits import limited
from app.employers.models import Employer
from app.employers.queries import good_on
from app.labourers.models import DemandListEntry, Labourer, LabourerSkill
from app.vacancies.models import Vacancy, VacancyOpening
from app.vacancies.queries import has_lapsed_on, stands_on

ENTRY_COLUMNS = (
    DemandListEntry.wish_places,
    DemandListEntry.excluded_places,
    DemandListEntry.return_places,
    DemandListEntry.wish_trades,
    DemandListEntry.excluded_trades,
    DemandListEntry.excluded_conditions,
    DemandListEntry.floor_net_month,
    DemandListEntry.hours_week_min,
    DemandListEntry.hours_week_max,
    DemandListEntry.lodging_needed,
    DemandListEntry.lodging_wanted,
    DemandListEntry.lodging_acceptable,
    DemandListEntry.shift_wanted,
    DemandListEntry.shift_acceptable,
    DemandListEntry.meals_wanted,
    DemandListEntry.contract_wanted,
    DemandListEntry.available_from,
    DemandListEntry.months_wanted,
    DemandListEntry.matters_most,
)
VACANCY_COLUMNS = (
    Vacancy.id,
    Vacancy.state,
    Vacancy.employer_id,
    Vacancy.title,
    Vacancy.trade_family,
    Vacancy.occupation_code,
    Vacancy.locality_code,
    Vacancy.net_month_low,
    Vacancy.net_hour_low,
    Vacancy.hours_week,
    Vacancy.shift,
    Vacancy.lodging,
    Vacancy.meals,
    Vacancy.contract_kind,
    Vacancy.traits,
    Vacancy.carries_kg,
    Vacancy.hazardous,
    Vacancy.required_level,
    Vacancy.required_certificate,
    Vacancy.starts_on,
    Vacancy.ends_on,
    Vacancy.months,
    Vacancy.first_pay_days,
)


@dataclass(frozen=True)
class Snapshot:
    """Plain rows of both sides, ordered by id, for one day."""

    on_day: date
    labourers: Sequence[Any]
    skills: dict[int, list[Any]]
    vacancies: Sequence[Any]


def _people(organisation_id: int) -> Any:
    latest = declarations.latest_own()
    consent = declarations.latest_consent("match")
    return (
        select(
            Labourer.id,
            Labourer.sex,
            Labourer.birth_on,
            Labourer.locality_code,
            Labourer.traits_done,
            latest.c.scope,
            latest.c.stated_on,
            latest.c.expires_on,
            latest.c.withdrawn_at,
            declarations.in_doubt(latest.c.declaration_id).label("in_doubt"),
            consent.c.given.label("consent_given"),
            *ENTRY_COLUMNS,
        )
        .join(DemandListEntry, DemandListEntry.labourer_id == Labourer.id)
        .join(latest, latest.c.labourer_id == Labourer.id)
        .outerjoin(consent, consent.c.labourer_id == Labourer.id)
        .where(Labourer.organisation_id == organisation_id, DemandListEntry.left_on.is_(None))
        .where(~limited(Labourer.id))  # restricted, or decided on by people: simply not there
        .order_by(Labourer.id)
    )


def _posts(on_day: date) -> Any:
    """With what was verified as it holds that day: a county's word lapses."""
    free = (
        select(VacancyOpening.vacancy_id, func.count().label("free"))
        .where(VacancyOpening.taken_at.is_(None))
        .group_by(VacancyOpening.vacancy_id)
        .subquery()
    )
    return (
        select(
            *VACANCY_COLUMNS,
            func.coalesce(free.c.free, 0).label("openings_free"),
            case((has_lapsed_on(on_day), None), else_=Vacancy.verified_at).label("verified_at"),
            case((good_on(on_day), "good"), else_="none").label("standing"),
        )
        .join(Employer, Employer.id == Vacancy.employer_id)
        .outerjoin(free, free.c.vacancy_id == Vacancy.id)
        .order_by(Vacancy.id)
    )


def _looked_for(on_day: date) -> ColumnElement[bool]:
    """Open, and the last day of the advert not past."""
    return stands_on(on_day) & or_(Vacancy.ends_on.is_(None), Vacancy.ends_on >= on_day)


async def take(session: AsyncSession, organisation_id: int, on_day: date) -> Snapshot:
    """The whole of a run: every declared person of the county's list, every open vacancy."""
    people = _people(organisation_id).where(declarations.permits("match", Labourer.id, on_day))
    labourers = (await session.execute(people)).all()
    vacancies = (await session.execute(_posts(on_day).where(_looked_for(on_day)))).all()
    return Snapshot(on_day, labourers, await _skills(session, organisation_id), vacancies)


async def take_one(
    session: AsyncSession,
    organisation_id: int,
    on_day: date,
    labourer_id: int,
    vacancy_ids: Sequence[int] | None = None,
) -> Snapshot:
    """One person with whatever they stated, against all open vacancies or the named ones: for explaining."""
    people = _people(organisation_id).where(Labourer.id == labourer_id)
    chosen = _looked_for(on_day) if vacancy_ids is None else Vacancy.id.in_(vacancy_ids)
    labourers = (await session.execute(people)).all()
    vacancies = (await session.execute(_posts(on_day).where(chosen))).all()
    return Snapshot(on_day, labourers, await _skills(session, organisation_id, [labourer_id]), vacancies)


async def take_some(
    session: AsyncSession, organisation_id: int, on_day: date, labourer_ids: Sequence[int], vacancy_id: int
) -> Snapshot:
    """Those of these people who may be matched that day, and one post, whatever its state."""
    people = _people(organisation_id).where(declarations.permits("match", Labourer.id, on_day))
    labourers = (await session.execute(people.where(Labourer.id == _any_of(labourer_ids)))).all()
    vacancies = (await session.execute(_posts(on_day).where(Vacancy.id == vacancy_id))).all()
    return Snapshot(on_day, labourers, await _skills(session, organisation_id, labourer_ids), vacancies)


def _any_of(ids: Sequence[int]) -> Any:
    return any_(cast(list(ids), ARRAY(BigInteger)))


async def _skills(
    session: AsyncSession, organisation_id: int, labourer_ids: Sequence[int] | None = None
) -> dict[int, list[Any]]:
    query = (
        select(
            LabourerSkill.labourer_id,
            LabourerSkill.trade_family,
            LabourerSkill.occupation_code,
            LabourerSkill.months,
            LabourerSkill.level,
            LabourerSkill.certificate,
            LabourerSkill.certificate_expires_on,
        )
        .join(Labourer, Labourer.id == LabourerSkill.labourer_id)
        .where(Labourer.organisation_id == organisation_id)
        .order_by(LabourerSkill.labourer_id, LabourerSkill.position)
    )
    if labourer_ids is not None:
        query = query.where(LabourerSkill.labourer_id == _any_of(labourer_ids))
    found: dict[int, list[Any]] = {}
    for row in await session.execute(query):
        found.setdefault(row.labourer_id, []).append(row)
    return found


def plain(snapshot: Snapshot) -> Snapshot:
    """The same with rows of its own, ready to be sent to another process."""
    return Snapshot(
        snapshot.on_day,
        [SimpleNamespace(**row._asdict()) for row in snapshot.labourers],
        {key: [SimpleNamespace(**row._asdict()) for row in rows] for key, rows in snapshot.skills.items()},
        [SimpleNamespace(**row._asdict()) for row in snapshot.vacancies],
    )
