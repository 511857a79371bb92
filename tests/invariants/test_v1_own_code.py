"""V1 behind the labourer's own door: codes, sessions and statements written straight into the tables."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import queries
from app.declarations.models import Declaration, DeclarationWithdrawal, OwnCode
from app.portal.models import PortalSession
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.slips import make_slip, open_pages, phone


@pytest.mark.wall("service, the door asks whether the code still holds")
@pytest.mark.parametrize("how", ["ended", "replaced"])
async def test_who_came_in_with_a_lost_slip_is_out_at_once(
    application: FastAPI, sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime, how: str
) -> None:
    """R18. The thief came in before the person said that the slip was lost."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as thief:
        await thief.come_in(code)
        assert "张*" in await thief.read("/my")
        client = await sign_in(county)
        if how == "ended":
            assert (await client.post(f"/labourers/{labourer.uuid}/slip/revoke")).status_code == 303
        else:
            assert (await client.post("/slips", data={"uuid": str(labourer.uuid)})).status_code == 200
        assert (await thief.client.get("/my")).status_code == 303  # to the door
        assert (await thief.send("/my/withdraw")).status_code == 401
    assert await queries.is_permitted(session, "match", labourer.id, day_of(now))


def statement(labourer_id: int, code_id: int | None, now: datetime, **changes: Any) -> dict[str, Any]:
    row = {"uuid": uuid4(), "labourer_id": labourer_id, "scope": "leave_province", "stated_on": day_of(now)}
    row |= {"expires_on": day_of(now) + timedelta(days=180), "channel": "self_code", "code_id": code_id}
    return row | changes


@pytest.mark.wall("trigger declaration_by_code")
@pytest.mark.parametrize("why", ["no session", "session over", "code ended", "day before", "of another person"])
async def test_nothing_is_said_by_code_without_a_session_of_it(
    session: AsyncSession, keys: KeyRing, now: datetime, why: str
) -> None:
    """Direct SQL."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    other = await make_labourer(session, county, keys, now, scope=None)
    for one in (labourer, other):
        await make_slip(session, county, keys, one, now)
    code_id = await session.scalar(select(OwnCode.id).where(OwnCode.labourer_id == labourer.id))
    if why != "no session":
        await open_pages(session, other if why == "of another person" else labourer, now)
    if why == "session over":
        await session.execute(text("UPDATE portal_session SET ended_at = created_at"))
    if why == "code ended":
        await session.execute(text("UPDATE own_code SET revoked_at = made_at"))
    changes = {"stated_on": day_of(now) - timedelta(days=1)} if why == "day before" else {}
    with pytest.raises(IntegrityError, match="without a session"):
        await session.execute(insert(Declaration).values(statement(labourer.id, code_id, now, **changes)))


@pytest.mark.wall("trigger declaration_withdrawal_by_code")
async def test_nobody_takes_back_with_the_code_of_another(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """R2. Direct SQL."""
    county = await make_actor(session)
    labourer, other = [await make_labourer(session, county, keys, now) for _ in range(2)]
    await make_slip(session, county, keys, other, now)
    code_id = await open_pages(session, other, now)
    said = await session.scalar(select(Declaration.id).where(Declaration.labourer_id == labourer.id))
    row = {"declaration_id": said, "at": now, "channel": "self_code", "code_id": code_id}
    with pytest.raises(IntegrityError, match="without a session"):
        await session.execute(insert(DeclarationWithdrawal).values(row))


@pytest.mark.parametrize(
    ("act", "wall"),
    [
        ("UPDATE own_code SET revoked_at = NULL", "a code only ends"),
        ("UPDATE own_code SET expires_at = expires_at + interval '10 years'", "a code only ends"),
        ("DELETE FROM own_code", "own_code only grows"),
        ("DELETE FROM portal_session", "portal_session only grows"),
        ("TRUNCATE portal_session", "portal_session only grows|permission denied"),
        ("UPDATE portal_session SET ended_at = NULL", "a session only ends"),
        ("UPDATE portal_session SET expires_at = expires_at + interval '1 hour'", "a session only ends"),
        ("UPDATE portal_session SET use_no = use_no + 1", "a session only ends"),
    ],
)
async def test_what_has_ended_is_not_brought_back(
    session: AsyncSession, keys: KeyRing, now: datetime, act: str, wall: str
) -> None:
    """R18. Direct SQL: a used-up or lost slip does not begin anew."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    await make_slip(session, county, keys, labourer, now)
    await open_pages(session, labourer, now)
    await session.execute(text("UPDATE portal_session SET ended_at = created_at"))
    await session.execute(text("UPDATE own_code SET revoked_at = made_at"))
    with pytest.raises(DBAPIError, match=wall):
        await session.execute(text(act))


@pytest.mark.wall("trigger own_code_only_ends, constraints ends_in_time and expires_in_time")
async def test_neither_codes_nor_sessions_nor_statements_last_for_ever(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """R6. Direct SQL."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    code = {"labourer_id": labourer.id, "code_hash": b"x", "made_by": county.user_id, "made_at": now}
    forged = [
        (OwnCode, code | {"expires_at": now + timedelta(days=31)}, "ck_own_code_ends_in_time"),
        (OwnCode, code | {"expires_at": now + timedelta(days=9), "revoked_at": now}, "a code begins open"),
    ]
    await make_slip(session, county, keys, labourer, now)
    code_id = await open_pages(session, labourer, now)
    long = {"token_hash": b"y", "labourer_id": labourer.id, "code_id": code_id, "use_no": 2, "csrf_token": "x"}
    long |= {"created_at": now, "expires_at": now + timedelta(minutes=21)}
    forged.append((PortalSession, long, "ck_portal_session_ends_in_time"))
    for_ever = statement(labourer.id, code_id, now, expires_on=day_of(now) + timedelta(days=36_500))
    forged.append((Declaration, for_ever, "ck_declaration_expires_in_time"))
    for table, row, wall in forged:
        with pytest.raises(IntegrityError, match=wall):
            async with session.begin_nested():
                await session.execute(insert(table).values(row))
    await session.execute(insert(Declaration).values(statement(labourer.id, code_id, now)))  # as a person says it
