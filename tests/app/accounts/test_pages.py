from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import SignInAttempt, User, UserSession
from app.accounts.passwords import hash_password
from app.permissions import Role
from tests.factories.accounts import make_actor

PASSWORD = "a long passphrase"


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hash_password(PASSWORD)


async def login_of(session: AsyncSession, user_id: int) -> str:
    return (await session.get_one(User, user_id)).login


async def test_signs_in_and_out(client: httpx.AsyncClient, session: AsyncSession, password_hash: str) -> None:
    actor = await make_actor(session, password_hash=password_hash)
    login = await login_of(session, actor.user_id)
    await session.commit()

    answer = await client.post("/sign-in", data={"user_name": login, "password": PASSWORD, "next": "/account"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert (await client.get("/account")).status_code == 200
    token = await session.scalar(select(UserSession.csrf_token).where(UserSession.user_id == actor.user_id))
    assert (await client.post("/sign-out", data={"csrf_token": token})).status_code == 303
    assert (await client.get("/account")).headers["location"] == "/sign-in?next=/account"


async def test_wrong_password_keeps_what_was_typed_and_the_try(
    client: httpx.AsyncClient, session: AsyncSession, password_hash: str
) -> None:
    actor = await make_actor(session, password_hash=password_hash)
    login = await login_of(session, actor.user_id)
    await session.commit()

    answer = await client.post("/sign-in", data={"user_name": login, "password": "wrong"})
    assert answer.status_code == 422
    assert login in answer.text
    assert "duijie_session" not in answer.cookies
    assert await session.scalar(select(SignInAttempt.succeeded).where(SignInAttempt.login == login)) is False


async def test_many_wrong_tries_have_to_wait(client: httpx.AsyncClient, session: AsyncSession) -> None:
    for _ in range(8):
        assert (await client.post("/sign-in", data={"user_name": "nobody", "password": "x"})).status_code == 422
    assert (await client.post("/sign-in", data={"user_name": "nobody", "password": "x"})).status_code == 429


async def test_never_leads_to_another_site(
    client: httpx.AsyncClient, session: AsyncSession, password_hash: str
) -> None:
    actor = await make_actor(session, password_hash=password_hash)
    login = await login_of(session, actor.user_id)
    await session.commit()
    for address in ("//evil.example", "https://evil.example", "/\\evil.example"):
        answer = await client.post("/sign-in", data={"user_name": login, "password": PASSWORD, "next": address})
        assert answer.headers["location"] == "/"
        client.cookies.delete("duijie_session")


@pytest.mark.parametrize("token", [None, "wrong"])
async def test_a_form_needs_its_token(sign_in: Callable[..., Any], session: AsyncSession, token: str | None) -> None:
    client = await sign_in(await make_actor(session))
    del client.headers["x-csrf-token"]
    answer = await client.post("/sign-out", data={"csrf_token": token} if token else {})
    assert answer.status_code == 403
    assert "nothing was changed" in answer.text


async def test_a_form_from_another_site_is_refused(sign_in: Callable[..., Any], session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session))
    answer = await client.post("/sign-out", headers={"origin": "http://evil.example"})
    assert answer.status_code == 403


async def test_takes_only_own_posts(sign_in: Callable[..., Any], session: AsyncSession) -> None:
    stranger = await make_actor(session, Role.BROKER)
    client = await sign_in(await make_actor(session))
    assert (await client.post(f"/account/posts/{stranger.post_id}")).status_code == 404
