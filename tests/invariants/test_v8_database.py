"""V8: what is against the law does not open by plain SQL of the application's own role either."""

from datetime import datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.permissions import Role
from app.vacancies.schemas import Finding
from tests.factories.accounts import make_actor
from tests.factories.vacancies import make_employer, make_vacancy

DEPOSIT = Finding("deposit", "block", "押金200", "劳动合同法 9")


async def refused(session: AsyncSession, change: str, message: str, **given: object) -> None:
    with pytest.raises(DBAPIError, match=message):
        async with session.begin_nested():
            await session.execute(text(f"UPDATE vacancy SET {change}"), given)


@pytest.mark.wall("constraint lawful; trigger vacancy_verified_guard")
@pytest.mark.parametrize("state", ["verified", "open", "filled"])
async def test_sql_opens_no_unlawful_post(session: AsyncSession, now: datetime, state: str) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, office, now, findings=[DEPOSIT], opened=False)
    assert vacancy.state == "blocked"
    opens = f"state = '{state}', verified_at = now(), verified_by = :by"
    await refused(session, opens, "has verified it|ck_vacancy_lawful", by=office.user_id)
    await refused(session, f"{opens}, findings = '[]'", "has verified it", by=office.user_id)
    await session.execute(text("UPDATE vacancy SET state = 'checked'"))
    await refused(session, opens, "ck_vacancy_lawful", by=office.user_id)


@pytest.mark.wall("constraint lawful")
async def test_sql_adds_no_block_to_an_open_post(session: AsyncSession, now: datetime) -> None:
    await make_vacancy(session, await make_actor(session, Role.RECEIVING_OFFICER), now)
    found = """findings = '[{"code": "age_line", "effect": "flag"}, {"code": "deposit", "effect": "block"}]'"""
    await refused(session, found, "ck_vacancy_lawful")


@pytest.mark.wall("trigger vacancy_verified_guard")
@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.BROKER, Role.OPERATOR, None])
async def test_a_post_is_not_verified_by_whoever_may_not(
    session: AsyncSession, now: datetime, role: Role | None
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    await make_vacancy(session, office, now, employer=await make_employer(session, office, now), opened=False)
    by = None if role is None else (await make_actor(session, role)).user_id
    opens = "state = 'open', verified_at = now(), verified_by = :by"
    await refused(session, opens, "an office that may|has verified it", by=by)
