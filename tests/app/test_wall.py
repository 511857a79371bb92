"""The second wall: a query that forgets its scope still reaches nobody it should not."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.labourers.models import Household, Labourer, LabourerChange
from app.permissions import Actor, Role
from app.shared.encryption import KeyRing
from app.wall import EVERYBODY, NOBODY, Wall, confine, wall_of, wall_of_person
from tests.factories.accounts import OTHER_COUNTY, make_actor, make_organisation
from tests.factories.labourers import make_labourer

WALLED = ("labourer", "household", "labourer_change")
ROLES_WITHOUT_PEOPLE = sorted(
    set(Role)
    - {Role.COUNTY_OFFICER, Role.TOWNSHIP_OFFICER, Role.VILLAGE_OFFICER, Role.PROVINCE, Role.AUDITOR}
)  # fmt: skip


async def two_counties(session: AsyncSession, keys: KeyRing, now: datetime) -> tuple[Actor, Labourer, Actor, Labourer]:
    here = await make_actor(session)
    there = await make_actor(session, organisation=await make_organisation(session, "county", OTHER_COUNTY))
    ours = await make_labourer(session, here, keys, now, household_no="H1")
    theirs = await make_labourer(session, there, keys, now, locality_code=OTHER_COUNTY, household_no="H2")
    for labourer in (ours, theirs):
        session.add(LabourerChange(labourer_id=labourer.id, at=now, reason="test", changes={}))
    await session.flush()
    return here, ours, there, theirs


async def reached(session: AsyncSession, wall: Wall) -> set[int]:
    """Everybody a query without any scope of its own finds."""
    await confine(session, wall)
    return set(await session.scalars(select(Labourer.id)))


async def test_the_applications_role_cannot_step_around_it(connection: AsyncConnection) -> None:
    role = (
        await connection.execute(
            text("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user")
        )
    ).one()
    assert not any(role)
    forced = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relname = ANY(:names)"
    found = await connection.execute(text(forced), {"names": list(WALLED)})
    assert {name for (name,) in found} == set(WALLED)


async def test_a_transaction_that_says_nothing_reaches_nobody(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    await two_counties(session, keys, now)
    assert len(await reached(session, EVERYBODY)) >= 2
    assert await reached(session, NOBODY) == set()
    assert (await session.scalars(select(Household.id))).all() == []
    assert (await session.scalars(select(LabourerChange.id))).all() == []


async def test_a_county_reaches_its_own_people_only(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    here, ours, there, theirs = await two_counties(session, keys, now)
    assert await reached(session, wall_of(here)) == {ours.id}
    assert set(await session.scalars(select(Household.id))) == {ours.household_id}
    assert set(await session.scalars(select(LabourerChange.labourer_id))) == {ours.id}
    assert await reached(session, wall_of(there)) == {theirs.id}


async def test_custody_does_not_reach_beyond_the_posts_region(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    here, _, _, _ = await two_counties(session, keys, now)
    assert await reached(session, wall_of(replace(here, scope=(OTHER_COUNTY,)))) == set()


async def test_a_village_officer_reaches_one_village(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    mine = await make_labourer(session, county, keys, now, village_name="拔茅村")
    await make_labourer(session, county, keys, now, village_name="晓春村")
    officer = await make_actor(session, Role.VILLAGE_OFFICER, village="拔茅村")
    assert await reached(session, wall_of(officer)) == {mine.id}


async def test_a_person_reaches_themselves(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    _, ours, _, theirs = await two_counties(session, keys, now)
    assert await reached(session, wall_of_person(ours.id)) == {ours.id}
    assert await reached(session, wall_of_person(theirs.id)) == {theirs.id}


@pytest.mark.parametrize("role", ROLES_WITHOUT_PEOPLE)
async def test_who_has_no_people_reaches_none(session: AsyncSession, keys: KeyRing, now: datetime, role: Role) -> None:
    await two_counties(session, keys, now)
    assert await reached(session, wall_of(await make_actor(session, role))) == set()


async def test_other_peoples_records_can_be_neither_changed_nor_made(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    here, ours, there, theirs = await two_counties(session, keys, now)
    await confine(session, wall_of(here))
    changed = await session.execute(update(Labourer).where(Labourer.id == theirs.id).values(village_name="x"))
    assert changed.rowcount == 0  # type: ignore[attr-defined]
    moved = update(Labourer).where(Labourer.id == ours.id).values(organisation_id=there.organisation_id)
    with pytest.raises(DBAPIError, match="row-level security"):
        await session.execute(moved)


async def test_a_request_starts_anew_behind_its_own_wall(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """The reach is the transaction's: the next one on the same connection does not inherit it."""
    here, ours, _, _ = await two_counties(session, keys, now)
    assert await reached(session, wall_of(here)) == {ours.id}
    session.info["wall"] = NOBODY
    await session.commit()
    assert (await session.scalars(select(Labourer.id))).all() == []
