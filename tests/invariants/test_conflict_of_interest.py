"""V3, R13, R28. Roles that exclude each other: who earns may not confirm, check, pay or inspect.

The wall of each attempt is the trigger ``post_conflict_of_interest``, reached by SQL as the application's role.
"""

import asyncio
from datetime import datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from app.accounts.models import Organisation, Post, RoleExclusion, User
from app.accounts.people_service import check_interests
from app.accounts.rules import EXCLUSIONS, MAIN_ROLE, why_not_both
from app.errors import Conflict
from app.migrations import Server
from app.permissions import Role
from tests.factories.accounts import make_actor, make_organisation

pytestmark = pytest.mark.wall("trigger post_conflict_of_interest")

INSERT = text("INSERT INTO post (user_id, organisation_id, role) VALUES (:user, :office, :role)")
KIND_OF = {role: kind for kind, role in MAIN_ROLE.items()}


async def test_the_table_holds_what_the_code_says(session: AsyncSession) -> None:
    rows = await session.scalars(select(RoleExclusion))
    assert {(row.role_a, row.role_b): row.reason for row in rows} == EXCLUSIONS


async def test_side_of_post_knows_every_kind(session: AsyncSession) -> None:
    for kind, role in MAIN_ROLE.items():
        side = await session.scalar(text("SELECT side_of_post('administrator', :kind)"), {"kind": kind})
        assert side == role


@pytest.mark.parametrize(("one", "other"), sorted(EXCLUSIONS))
async def test_no_excluded_pair_is_ever_held(session: AsyncSession, one: str, other: str) -> None:
    actor = await make_actor(session, Role(one))
    office = await make_organisation(session, KIND_OF[Role(other)])
    with pytest.raises(Conflict):
        await check_interests(session, await session.get_one(User, actor.user_id), office, other)
    with pytest.raises(DBAPIError, match="one person may not be both"):
        await session.execute(INSERT, {"user": actor.user_id, "office": office.id, "role": other})


@pytest.mark.parametrize(
    ("one", "other"),
    [("county_officer", "township_officer"), ("receiving_officer", "station"), ("broker", "employer")],
)
async def test_other_pairs_can_be_held(session: AsyncSession, one: str, other: str) -> None:
    assert why_not_both(one, other) is None
    actor = await make_actor(session, Role(one))
    office = await make_organisation(session, KIND_OF[Role(other)])
    await session.execute(INSERT, {"user": actor.user_id, "office": office.id, "role": other})


async def test_an_administrator_stands_where_the_office_stands(session: AsyncSession) -> None:
    broker = await make_actor(session, Role.BROKER)
    county = await make_organisation(session, "county")
    own = {"user": broker.user_id, "office": broker.organisation_id, "role": "administrator"}
    await session.execute(INSERT, own)
    with pytest.raises(DBAPIError, match="one person may not be both"):
        await session.execute(INSERT, {**own, "office": county.id})


async def test_a_conflicting_post_does_not_come_to_life_again(session: AsyncSession, now: datetime) -> None:
    actor = await make_actor(session, Role.BROKER)
    (await session.get_one(Post, actor.post_id)).ended_at = now
    await session.flush()
    county = await make_organisation(session, "county")
    await session.execute(INSERT, {"user": actor.user_id, "office": county.id, "role": "county_officer"})
    with pytest.raises(DBAPIError, match="one person may not be both"):
        await session.execute(text("UPDATE post SET ended_at = NULL WHERE id = :id"), {"id": actor.post_id})


@pytest.mark.parametrize(
    "change",
    ["role = 'inspector'", "user_id = {other}", "organisation_id = {office}"],
)
async def test_a_post_does_not_turn_into_a_conflicting_one(session: AsyncSession, change: str) -> None:
    """A broker's administrator: as inspector, moved to a county officer's account, or moved to a county's office."""
    actor = await make_actor(session, Role.COUNTY_OFFICER)
    other = await make_actor(session, Role.ADMINISTRATOR, organisation=await make_organisation(session, "finance"))
    broker_office = await make_organisation(session, "broker")
    training = await make_organisation(session, "carrier")
    await session.execute(INSERT, {"user": other.user_id, "office": other.organisation_id, "role": "finance"})
    rider = await make_actor(session, Role.ADMINISTRATOR, organisation=training)
    extra = {"user": rider.user_id, "office": broker_office.id, "role": "administrator"}
    await session.execute(INSERT, extra)
    values = {"other": actor.user_id, "office": actor.organisation_id}
    statement = f"UPDATE post SET {change.format(**values)} WHERE id = :id"
    with pytest.raises(DBAPIError, match="one person may not be both"):
        await session.execute(text(statement), {"id": rider.post_id})


@pytest.mark.wall("database (check of post.role)")
@pytest.mark.parametrize("role", ["king", "", "County_Officer"])
async def test_a_role_nobody_knows_is_no_role(session: AsyncSession, role: str) -> None:
    actor = await make_actor(session, Role.OPERATOR)
    office = await make_organisation(session, "county")
    with pytest.raises(DBAPIError, match="ck_post_role"):
        await session.execute(INSERT, {"user": actor.user_id, "office": office.id, "role": role})


@pytest.mark.wall("service and database (role_exclusion)")
@pytest.mark.parametrize("other", ["county_officer", "township_officer", "village_officer", "inspector"])
async def test_who_gives_out_accounts_reads_no_people(session: AsyncSession, other: str) -> None:
    assert why_not_both("operator", other)
    actor = await make_actor(session, Role.OPERATOR)
    office = await make_organisation(session, KIND_OF[Role(other)])
    with pytest.raises(DBAPIError, match="one person may not be both"):
        await session.execute(INSERT, {"user": actor.user_id, "office": office.id, "role": other})


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM role_exclusion",
        "UPDATE role_exclusion SET role_a = 'auditor', role_b = 'zzz'",
        "INSERT INTO role_exclusion VALUES ('a', 'b', 'x')",
        "TRUNCATE role_exclusion",
        "SET session_replication_role = replica",
    ],
)
async def test_the_application_cannot_take_the_wall_down(connection: AsyncConnection, statement: str) -> None:
    with pytest.raises(DBAPIError, match=r"only grows|permission denied"):
        await connection.execute(text(statement))


@pytest.mark.owner_apart
@pytest.mark.parametrize("act", ["DISABLE TRIGGER", "DROP TRIGGER"])
async def test_nor_the_trigger_that_carries_it(connection: AsyncConnection, act: str) -> None:
    statements = {
        "DISABLE TRIGGER": "ALTER TABLE post DISABLE TRIGGER post_conflict_of_interest",
        "DROP TRIGGER": "DROP TRIGGER post_conflict_of_interest ON post",
    }
    with pytest.raises(DBAPIError, match="must be owner"):
        await connection.execute(text(statements[act]))


async def test_two_posts_given_at_the_same_moment_see_each_other(server: Server, fresh_database: str) -> None:
    """Each transaction alone would be fine: the second waits for the first and is refused."""
    engine = create_async_engine(server.url("app", fresh_database), poolclass=NullPool)
    async with AsyncSession(engine, expire_on_commit=False) as session:
        user = User(login="both", display_name="both", password_hash="x")
        offices = [Organisation(name=kind, kind=kind) for kind in ("broker", "county")]
        session.add_all([user, *offices])
        await session.commit()
        user_id, broker, county = user.id, offices[0].id, offices[1].id
    async with engine.connect() as first, engine.connect() as second:
        await first.execute(INSERT, {"user": user_id, "office": broker, "role": "broker"})
        values = {"user": user_id, "office": county, "role": "county_officer"}
        waiting = asyncio.create_task(second.execute(INSERT, values))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        await first.commit()
        with pytest.raises(DBAPIError, match="one person may not be both"):
            await waiting
    await engine.dispose()
