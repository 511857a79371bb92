"""Whom a complaint names: found where the system knows them, kept as a sealed name where it does not.

An inspection that has a complaint takes no other inspection off its route by naming it: it would be left with whoever
it chooses, or with nobody. Such a name is kept in words; the person who complained can name whom they like.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.employers.models import Employer
from app.grievances import drawer, queries, records, routing, stops
from app.grievances.models import Grievance, GrievanceParty
from app.grievances.schemas import Complaint
from app.shared.encryption import KeyRing
from app.vacancies.models import Vacancy

OFFICES = {
    "home_office": ("county", "township", "village", "rural_office"),
    "receiving_office": ("receiving_office", "station"),
}
SELLING = ("broker", "employer")
MOST_NAMES = 20


async def name_all(
    session: AsyncSession, keys: KeyRing, grievance: Grievance, complaint: Complaint, *, now: datetime
) -> set[int]:
    """Everybody a new complaint is about: the post's firm and broker unasked, offices by place, others by name.

    Gives the employers among those named.
    """
    organisations = set(await _of_the_post(session, grievance))
    for about, place in (("home_office", complaint.home_code), ("receiving_office", grievance.place_code)):
        if about in complaint.about and place:
            organisations |= set(await queries.offices_over(session, place, OFFICES[about]))
    if "inspection" in complaint.about:
        for place in filter(None, (grievance.place_code, complaint.home_code)):
            organisations |= set(await queries.offices_over(session, place, ("inspection",)))
    await _add(session, grievance, organisation_ids=organisations, now=now)
    firms = await name_them(session, keys, grievance, f"{complaint.firm}\n{complaint.names}", now=now)
    await session.flush()  # the trigger writes the names where the policies read them
    await session.refresh(grievance)
    return firms


async def _of_the_post(session: AsyncSession, grievance: Grievance) -> list[int]:
    """The firm's own account, and who put the post on the list if they sell it."""
    found: list[int | None] = []
    if grievance.vacancy_id is not None:
        vacancy = await session.get_one(Vacancy, grievance.vacancy_id)
        found.append(await queries.id_if_kind(session, vacancy.entered_by_organisation_id, SELLING))
    if grievance.employer_id is not None:
        employer = await session.get_one(Employer, grievance.employer_id)
        found += [
            employer.organisation_id,
            await queries.id_if_kind(session, employer.entered_by_organisation_id, SELLING),
        ]
    return [one for one in found if one is not None]


async def name_them(
    session: AsyncSession,
    keys: KeyRing,
    grievance: Grievance,
    names: str,
    *,
    now: datetime,
    by: records.By = records.NOBODY,
) -> set[int]:
    """Names as the person knows them, one a line: organisations and officers found are walled off, others kept.

    Gives the employers that are meant beyond doubt.
    """
    firms: set[int] = set()
    lines = names.replace("\x00", "").replace("、", "\n").replace("；", "\n").replace(";", "\n").splitlines()
    places = [place for place in (grievance.place_code, grievance.home_code) if place]
    for name in list(dict.fromkeys(line.strip()[:100] for line in lines if line.strip()))[:MOST_NAMES]:
        organisations = await queries.organisations_called(session, name)
        organisations += [
            one.organisation_id for one in await queries.firms_called(session, name) if one.organisation_id
        ]
        firms |= {one.id for one in await queries.firms_meant(session, name, grievance.place_code)}
        users = await queries.officers_called(session, name, places)
        if by.organisation_id is not None:
            organisations, users = await queries.but_other_inspections(
                session, organisations, users, by.organisation_id
            )
        await _add(session, grievance, organisation_ids=organisations, user_ids=users, now=now)
        if not organisations and not users:
            uuid = uuid4()
            sealed = keys.encrypt("grievance_party.name", uuid, name)
            session.add(GrievanceParty(uuid=uuid, grievance_id=grievance.id, name_cipher=sealed, at=now))
    return firms


async def _add(
    session: AsyncSession,
    grievance: Grievance,
    *,
    organisation_ids: Iterable[int] = (),
    user_ids: Iterable[int] = (),
    now: datetime,
) -> None:
    known = await queries.parties_of(session, grievance.id)
    organisations = set(organisation_ids) - {party.organisation_id for party, _, _ in known}
    users = set(user_ids) - {party.user_id for party, _, _ in known}
    session.add_all(
        GrievanceParty(grievance_id=grievance.id, organisation_id=one, at=now) for one in sorted(organisations)
    )
    session.add_all(GrievanceParty(grievance_id=grievance.id, user_id=one, at=now) for one in sorted(users))


async def name_more(
    session: AsyncSession,
    keys: KeyRing,
    grievance: Grievance,
    names: str,
    *,
    now: datetime,
    by: records.By = records.NOBODY,
) -> None:
    """Name further people, offices or firms. A firm is stopped if the complaint is grave, however late it is named.

    If that includes whoever has the complaint, it goes on to somebody else.
    """
    had, reviewed = grievance.organisation_id, grievance.review_organisation_id
    records.tell(session, keys, grievance, "named", now=now, by=by)
    firms = await name_them(session, keys, grievance, names, now=now, by=by)
    await session.flush()  # the trigger has taken it from whoever was just named
    await session.refresh(grievance)
    await drawer.open_for_clock(session)
    await stops.place(session, grievance, firms, now=now)
    if had is not None and not await queries.is_independent(session, grievance, had):
        await routing.assign(session, keys, grievance, "assigned", now=now)
    elif reviewed is not None and not await queries.is_independent(session, grievance, reviewed):
        await routing.ask_review(session, keys, grievance, now=now)
