"""Attempts to get round the rights of people (R2, R19, R20), each with the wall that stops it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.permissions import Role
from app.rights import service
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer

SignIn = Callable[..., Any]


async def refused(session: AsyncSession, statement: str, match: str) -> None:
    """The database itself refuses, whoever asks; only this attempt is rolled back."""
    with pytest.raises(DBAPIError, match=match):
        async with session.begin_nested():
            await session.execute(text(statement))


async def test_a_statement_cannot_be_changed_of_somebody_who_is_here(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: trigger."""
    await make_labourer(session, await make_actor(session), keys, now)
    await session.flush()  # the rows are there
    for change in ("evidence = ''", "scope = 'at_home'"):
        await refused(session, f"UPDATE declaration SET {change}", "only grows")
    await refused(session, "DELETE FROM declaration", "only grows")


async def test_a_deletion_lets_nothing_but_the_text_go(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: trigger."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    await service.delete_person(session, county, keys, labourer, "own_wish", "本人书面申请", sure=True, now=now)
    await refused(session, "UPDATE declaration SET scope = 'at_home'", "only grows")
    await refused(session, "UPDATE declaration SET evidence = 'x'", "only grows")
    await refused(session, "UPDATE labourer SET erased_at = NULL", "stays deleted")
    await refused(session, "UPDATE deletion_proof SET removed = '{}'", "only grows")
    await refused(session, "DELETE FROM deletion_proof", "only grows")


async def test_nobody_vanishes_without_a_proof(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Walls: check constraint, and a trigger at the commit."""
    await make_labourer(session, await make_actor(session), keys, now)
    await session.flush()  # the rows are there
    await refused(session, "UPDATE labourer SET name_cipher = NULL", "ck_labourer_identity")
    await refused(session, "UPDATE labourer SET erased_at = now()", "ck_labourer_erased")
    gone = (
        "UPDATE labourer SET erased_at = now(), name_cipher = NULL, id_no_cipher = NULL, id_no_index = NULL, "
        "birth_on = NULL, phone_cipher = NULL, phone_index = NULL, household_id = NULL, person_no = NULL, "
        "sex = NULL, village_name = NULL"
    )
    await session.execute(text("SET CONSTRAINTS labourer_erasure_is_proved IMMEDIATE"))
    await refused(session, gone, "needs its proof")


async def test_a_limit_cannot_be_undone_behind_the_persons_back(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Walls: trigger; check constraint for a proxy."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    await service.limit(session, county, labourer, "objection", "由人来决定", channel="in_person", now=now)
    await refused(session, "DELETE FROM processing_limit", "only grows")
    await refused(session, "UPDATE processing_limit SET kind = 'restriction'", "only grows")
    by_proxy = (
        "INSERT INTO processing_limit_end (limit_id, labourer_id, reason, channel, at) "
        "SELECT id, labourer_id, 'x', 'proxy', now() FROM processing_limit"
    )
    await refused(session, by_proxy, "ck_processing_limit_end_channel")


async def test_a_refusal_without_a_clause_does_not_close_a_request(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: check constraint."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    await service.receive(session, county, keys, labourer, "access", "我要看资料", channel="in_person", now=now)
    await session.flush()  # the row is there
    statement = "UPDATE rights_request SET outcome = 'refused', answered_at = now()"
    await refused(session, statement, "ck_rights_request_refusal")


async def test_identities_leave_in_clear_for_a_reason_only(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: service."""
    county = await make_actor(session)
    await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    assert (await client.post("/labourers/export", data={"reason": "ok"})).status_code == 422
    assert (await client.get("/labourers/export")).status_code == 200


async def test_nobody_else_handles_rights(sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Wall: role."""
    labourer = await make_labourer(session, await make_actor(session), keys, now)
    for role in (Role.BROKER, Role.EMPLOYER, Role.TOWNSHIP_OFFICER, Role.PROVINCE):
        client = await sign_in(await make_actor(session, role))
        body = {"ground": "own_wish", "reason": "any reason", "sure": True}
        answer = await client.post(f"/api/v1/rights/people/{labourer.uuid}/deletion", json=body)
        assert answer.status_code == 403, role
        assert (await client.post("/rights/retention/runs", data={"dry": "no"})).status_code == 403, role
