"""A lost second factor taken away by somebody who manages the person: page, programs, and what the person is told."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pyotp
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import api_tokens, second_factor
from app.accounts.models import Organisation, RecoveryCode, SecondFactor, User
from app.accounts.passwords import hash_password
from app.audit import AuditEvent
from app.permissions import Actor, Role
from app.shared.encryption import KeyRing
from tests.app.accounts.test_second_factor import PASSWORD, begin, set_up
from tests.conftest import NOW
from tests.factories.accounts import make_actor

SignIn = Callable[..., Any]
WHY = "phone and paper lost, came with the identity card"


@pytest.fixture
async def head(session: AsyncSession) -> Actor:
    return await make_actor(session, Role.ADMINISTRATOR)


@pytest.fixture
async def officer(session: AsyncSession, head: Actor) -> Actor:
    office = await session.get_one(Organisation, head.organisation_id)
    return await make_actor(session, organisation=office, password_hash=hash_password(PASSWORD))


async def address_of(session: AsyncSession, actor: Actor) -> str:
    return f"/people/{(await session.get_one(User, actor.user_id)).uuid}"


async def test_who_lost_phone_and_paper_gets_in_again_and_is_told(
    sign_in: SignIn, client: httpx.AsyncClient, session: AsyncSession, keys: KeyRing, head: Actor, officer: Actor
) -> None:
    _, spare = await set_up(session, keys, officer)
    _, program = await api_tokens.issue(session, officer, "report", ["vacancies:view"], 9, NOW)
    await sign_in(officer)
    address = await address_of(session, officer)
    await sign_in(head)
    assert "Take the second factor away" in (await client.get(address)).text
    assert (await client.post(f"{address}/second-factor/reset", data={"proof": "lost"})).status_code == 422
    assert (await client.post(f"{address}/second-factor/reset", data={"proof": WHY})).status_code == 303
    page = (await client.get(address)).text
    assert WHY in page
    assert f'action="{address}/second-factor/reset"' not in page, "there is none any more"
    assert (await client.post(f"{address}/second-factor/reset", data={"proof": WHY})).status_code == 409

    client.cookies.set("duijie_session", f"token-{officer.user_id}")
    assert (await client.get("/account")).status_code == 303, "what was signed in has ended"
    client.cookies.delete("duijie_session")
    bearer = {"authorization": f"Bearer {program}"}
    assert (await client.get("/api/v1/vacancies", headers=bearer)).status_code == 401
    for table in (SecondFactor, RecoveryCode):
        assert not await session.scalar(select(func.count()).where(table.user_id == officer.user_id))

    login = (await session.get_one(User, officer.user_id)).login
    assert (await begin(client, login)).headers["location"] == "/account", "no code is asked for: none is known"
    told = (await client.get("/account/second-factor")).text
    assert "Your second factor was taken away" in told
    assert WHY in told
    assert head.display_name in told
    assert WHY in (await client.get("/account/sign-ins")).text
    assert spare[0] not in told


async def test_nothing_opens_before_a_new_one_is_set_up(
    sign_in: SignIn, client: httpx.AsyncClient, session: AsyncSession, keys: KeyRing, head: Actor, officer: Actor
) -> None:
    await set_up(session, keys, officer)
    await sign_in(head)
    address = f"/api/v1{await address_of(session, officer)}/second-factor/reset"
    assert (await client.post(address, json={"reason": "x"})).status_code == 422
    assert (await client.post(address, json={"reason": WHY})).status_code == 201
    await begin(client, (await session.get_one(User, officer.user_id)).login)
    desk = await client.get("/labourers")
    assert desk.status_code == 403
    assert 'href="/account/second-factor"' in desk.text
    state = (await client.get("/api/v1/account/second-factor")).json()
    assert (state["in_use"], state["needed"], state["reset_at"] is not None) == (False, True, True)
    csrf = await session.scalar(select(User.factor_reset_at).where(User.id == officer.user_id))
    assert csrf == NOW
    await _enrol(session, keys, officer)
    assert (await client.get("/labourers")).status_code == 200
    state = (await client.get("/api/v1/account/second-factor")).json()
    assert (state["in_use"], state["reset_at"]) == (True, None)
    assert WHY in (await client.get("/account/sign-ins")).text, "what was done stays readable"


async def _enrol(session: AsyncSession, keys: KeyRing, actor: Actor) -> None:
    await second_factor.start(session, actor, keys, NOW)
    await session.flush()
    waiting = await second_factor.enrolment(session, actor, keys)
    assert waiting
    await second_factor.confirm(session, actor, keys, pyotp.TOTP(waiting.secret).at(NOW), NOW)
    await session.commit()


async def test_the_operator_resets_whoever_works_for_several_offices(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime, officer: Actor
) -> None:
    await set_up(session, keys, officer)
    operator = await make_actor(session, Role.OPERATOR)
    client = await sign_in(operator)
    address = await address_of(session, officer)
    assert (await client.post(f"{address}/second-factor/reset", data={"proof": WHY})).status_code == 303
    kept = select(AuditEvent).where(AuditEvent.act == "second_factor.reset")
    (row,) = list(await session.scalars(kept))
    assert (row.user_id, row.subject_id, row.reason, row.channel) == (operator.user_id, officer.user_id, WHY, "page")
