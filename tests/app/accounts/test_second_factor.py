"""Codes from the phone and on paper: asked for, good once, needed by some posts."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import second_factor
from app.accounts.models import RecoveryCode, SecondFactor, User
from app.accounts.passwords import hash_password
from app.permissions import Actor, Role
from app.shared.encryption import KeyRing
from tests.conftest import NOW
from tests.factories.accounts import make_actor

PASSWORD = "a long passphrase"


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
async def person(session: AsyncSession, password_hash: str) -> Actor:
    return await make_actor(session, password_hash=password_hash)


async def login_of(session: AsyncSession, actor: Actor) -> str:
    return str(await session.scalar(select(User.login).where(User.id == actor.user_id)))


async def set_up(session: AsyncSession, keys: KeyRing, actor: Actor) -> tuple[pyotp.TOTP, list[str]]:
    """A second factor confirmed an hour ago, and its spare codes."""
    before = NOW - timedelta(hours=1)
    await second_factor.start(session, actor, keys, before)
    await session.flush()
    waiting = await second_factor.enrolment(session, actor, keys)
    assert waiting
    totp = pyotp.TOTP(waiting.secret)
    codes = await second_factor.confirm(session, actor, keys, totp.at(before), before)
    await session.commit()
    return totp, codes


async def test_is_set_up_by_its_first_code_and_shows_spare_codes_once(
    sign_in: Callable[..., Any], session: AsyncSession, person: Actor
) -> None:
    client = await sign_in(person)
    assert "No second factor yet" in (await client.get("/account/second-factor")).text
    assert (await client.post("/account/second-factor")).status_code == 303
    page = (await client.get("/account/second-factor")).text
    assert 'src="data:image/svg+xml' in page
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert secret
    wrong = await client.post("/account/second-factor/confirm", data={"code": "000000"})
    assert wrong.status_code == 422
    answer = await client.post("/account/second-factor/confirm", data={"code": pyotp.TOTP(secret.group(1)).at(NOW)})
    codes = re.findall(r"<code>([a-z2-7]{5}-[a-z2-7]{5})</code>", answer.text)
    assert len(set(codes)) == 10
    later = (await client.get("/account/second-factor")).text
    assert "10 spare codes are left." in later
    assert secret.group(1) not in later
    assert codes[0] not in later


async def test_neither_secret_nor_codes_stand_in_the_database(
    session: AsyncSession, keys: KeyRing, person: Actor
) -> None:
    totp, codes = await set_up(session, keys, person)
    factor = await session.get_one(SecondFactor, person.user_id)
    assert totp.secret.encode() not in factor.secret_cipher
    hashes = (await session.scalars(select(RecoveryCode.code_hash))).all()
    assert not any(code.replace("-", "").encode() in kept for code in codes for kept in hashes)


async def begin(client: httpx.AsyncClient, login: str) -> httpx.Response:
    return await client.post("/sign-in", data={"user_name": login, "password": PASSWORD, "next": "/account"})


async def test_sign_in_takes_two_steps(
    client: httpx.AsyncClient, session: AsyncSession, keys: KeyRing, person: Actor
) -> None:
    totp, _ = await set_up(session, keys, person)
    answer = await begin(client, await login_of(session, person))
    assert answer.headers["location"] == "/sign-in/code?next=%2Faccount"
    assert "duijie_session" not in answer.cookies
    assert (await client.get("/account")).status_code == 303, "the password alone opens nothing"
    assert "One step more" in (await client.get("/sign-in/code?next=/account")).text
    wrong = await client.post("/sign-in/code", data={"code": "123456", "next": "/account"})
    assert wrong.status_code == 422
    right = await client.post("/sign-in/code", data={"code": totp.at(NOW), "next": "/account"})
    assert (right.status_code, right.headers["location"]) == (303, "/account")
    assert (await client.get("/account")).status_code == 200


async def test_a_code_is_good_once(
    client: httpx.AsyncClient, session: AsyncSession, keys: KeyRing, person: Actor
) -> None:
    totp, codes = await set_up(session, keys, person)
    login = await login_of(session, person)
    for code in (totp.at(NOW), codes[0]):
        for expected in (303, 422):
            await begin(client, login)
            assert (await client.post("/sign-in/code", data={"code": code})).status_code == expected
            client.cookies.delete("duijie_session")


@pytest.mark.parametrize(("seconds", "good"), [(-30, True), (0, True), (29, True), (-95, False), (95, False)])
async def test_a_phones_clock_may_be_half_a_minute_off(
    session: AsyncSession, keys: KeyRing, person: Actor, seconds: int, good: bool
) -> None:
    totp, _ = await set_up(session, keys, person)
    code = totp.at(NOW + timedelta(seconds=seconds))
    assert await second_factor.take_code(session, keys, person.user_id, code, NOW) is good


async def test_an_earlier_code_is_not_taken_after_a_later_one(
    session: AsyncSession, keys: KeyRing, person: Actor
) -> None:
    totp, _ = await set_up(session, keys, person)
    assert await second_factor.take_code(session, keys, person.user_id, totp.at(NOW), NOW)
    earlier = totp.at(NOW - timedelta(seconds=30))
    assert not await second_factor.take_code(session, keys, person.user_id, earlier, NOW)


async def test_a_step_is_over_after_five_tries_and_after_five_minutes(
    client: httpx.AsyncClient, session: AsyncSession, keys: KeyRing, person: Actor
) -> None:
    totp, _ = await set_up(session, keys, person)
    await begin(client, await login_of(session, person))
    for _ in range(5):
        await client.post("/sign-in/code", data={"code": "123456"})
    answer = await client.post("/sign-in/code", data={"code": totp.at(NOW)})
    assert "Begin again with your password" in answer.text
    token, _expires = await second_factor.begin_step(session, person.user_id, NOW)
    assert await second_factor.user_of_step(session, token, NOW + timedelta(minutes=5)) is None


async def test_wrong_codes_lock_out_like_wrong_passwords(
    client: httpx.AsyncClient, session: AsyncSession, keys: KeyRing, person: Actor
) -> None:
    await set_up(session, keys, person)
    login = await login_of(session, person)
    statuses = []
    for number in range(10):
        if number % 4 == 0:
            await begin(client, login)
        statuses.append((await client.post("/sign-in/code", data={"code": "123456"})).status_code)
    assert statuses[:8] == [422] * 8
    assert (await begin(client, login)).status_code == 429


async def test_programs_take_the_same_two_steps(
    client: httpx.AsyncClient, session: AsyncSession, keys: KeyRing, person: Actor
) -> None:
    totp, _ = await set_up(session, keys, person)
    asked = {"login": await login_of(session, person), "password": PASSWORD}
    first = await client.post("/api/v1/sessions", json=asked)
    assert first.status_code == 202
    step = first.json()["step"]
    bearer = {"authorization": f"Bearer {step}"}
    assert (await client.get("/api/v1/account/sessions", headers=bearer)).status_code == 401
    second = await client.post("/api/v1/sessions/code", json={"step": step, "code": totp.at(NOW)})
    assert second.status_code == 201
    bearer = {"authorization": f"Bearer {second.json()['token']}"}
    assert (await client.get("/api/v1/account/sessions", headers=bearer)).status_code == 200
    again = await client.post("/api/v1/sessions/code", json={"step": step, "code": totp.at(NOW)})
    assert again.status_code == 422


async def test_it_is_taken_away_with_password_and_code(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, person: Actor
) -> None:
    _, codes = await set_up(session, keys, person)
    client = await sign_in(person)
    path = "/account/second-factor/remove"
    assert (await client.post(path, data={"password": "wrong", "code": codes[0]})).status_code == 422
    assert (await client.post(path, data={"password": PASSWORD, "code": "123456"})).status_code == 422
    assert (await client.post(path, data={"password": PASSWORD, "code": codes[1]})).status_code == 303
    assert await session.get(SecondFactor, person.user_id) is None


@pytest.fixture
def factor_for_operators(application: FastAPI) -> Any:
    application.state.factor_roles = frozenset({Role.OPERATOR})
    yield
    application.state.factor_roles = frozenset()


async def test_a_post_that_needs_one_opens_nothing_before(
    factor_for_operators: None, sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    operator = await make_actor(session, Role.OPERATOR)
    client = await sign_in(operator)
    desk = await client.get("/")
    assert desk.status_code == 403
    assert 'href="/account/second-factor"' in desk.text
    assert (await client.get("/api/v1/vacancies")).status_code == 403
    assert "Your post needs a second factor" in (await client.get("/account/second-factor")).text
    tokens = await client.post("/api/v1/account/tokens", json={"name": "x", "scopes": ["desk:view"], "days": 1})
    assert tokens.status_code == 422, "a program's token would be a way around"
    await set_up(session, keys, operator)
    assert (await client.get("/")).status_code == 200
