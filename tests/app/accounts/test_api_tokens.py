"""Tokens of programs: within the post, within their scopes, for a time, revocable."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import api_tokens
from app.accounts.models import ApiToken, Post
from app.errors import Invalid
from app.permissions import ROLE_PERMISSIONS, Actor, Permission, Role
from app.settings import Settings
from tests.conftest import NOW
from tests.factories.accounts import make_actor

VIEW = [Permission.VACANCIES_VIEW.value]


async def issue(session: AsyncSession, actor: Actor, scopes: list[str] | None = None, days: int = 30) -> str:
    _, text = await api_tokens.issue(session, actor, "report", scopes or VIEW, days, NOW)
    await session.commit()
    return text


def bearer(text: str) -> dict[str, str]:
    return {"authorization": f"Bearer {text}"}


async def test_it_is_made_on_the_page_and_shown_once(sign_in: Callable[..., Any], session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session))
    made = await client.post("/account/tokens", data={"name": "report", "scopes": VIEW, "days": "30"})
    text = made.text.split("<code>")[1].split("</code>")[0]
    assert text.startswith("duijie_")
    page = (await client.get("/account/tokens")).text
    assert "report" in page
    assert text not in page
    assert (await session.scalars(select(ApiToken.token_hash))).one() != text.encode()
    client.cookies.delete("duijie_session")
    assert (await client.get("/api/v1/vacancies", headers=bearer(text))).status_code == 200
    assert await session.scalar(select(ApiToken.last_used_at)) == NOW


@pytest.mark.parametrize(
    "form",
    [
        {"name": "", "scopes": VIEW, "days": "30"},
        {"name": "x", "scopes": [], "days": "30"},
        {"name": "x", "scopes": ["keys:rotate"], "days": "30"},
        {"name": "x", "scopes": ["account:own"], "days": "30"},
        {"name": "x", "scopes": VIEW, "days": "366"},
        {"name": "x", "scopes": VIEW, "days": "soon"},
    ],
)
async def test_what_is_refused_comes_back_as_typed(
    sign_in: Callable[..., Any], session: AsyncSession, form: dict[str, Any]
) -> None:
    client = await sign_in(await make_actor(session))
    answer = await client.post("/account/tokens", data=form)
    assert answer.status_code == 422
    assert f'value="{form["days"]}"' in answer.text
    assert (await session.scalars(select(ApiToken.id))).all() == []


async def test_it_does_what_it_names_and_nothing_else(client: httpx.AsyncClient, session: AsyncSession) -> None:
    headers = bearer(await issue(session, await make_actor(session)))
    assert (await client.get("/api/v1/vacancies", headers=headers)).status_code == 200
    assert (await client.get("/api/v1/labourers", headers=headers)).status_code == 403
    assert (await client.get("/api/v1/account/tokens", headers=headers)).status_code == 403


@pytest.mark.parametrize("role", list(Role))
async def test_no_token_holds_more_than_its_post(session: AsyncSession, role: Role) -> None:
    actor = await make_actor(session, role)
    offered = set(api_tokens.grantable(actor))
    assert offered == ROLE_PERMISSIONS[role] - {Permission.ACCOUNT_OWN}
    for permission in set(Permission) - offered:
        with pytest.raises(Invalid):
            await api_tokens.issue(session, actor, "x", [permission.value], 1, NOW)


async def test_it_ends_when_revoked_expired_or_its_post_ends(
    sign_in: Callable[..., Any], client: httpx.AsyncClient, session: AsyncSession
) -> None:
    actor = await make_actor(session)
    text = await issue(session, actor)

    async def status() -> int:
        return (await client.get("/api/v1/vacancies", headers=bearer(text))).status_code

    async def set_(**values: Any) -> None:
        await session.execute(update(ApiToken).values(**values))
        await session.commit()

    assert await status() == 200
    await set_(created_at=NOW - timedelta(days=30), expires_at=NOW)
    assert await status() == 401
    await set_(expires_at=NOW + timedelta(days=1))
    assert await status() == 200
    await session.execute(update(Post).where(Post.id == actor.post_id).values(ended_at=NOW))
    await session.commit()
    assert await status() == 401
    await session.execute(update(Post).where(Post.id == actor.post_id).values(ended_at=None))
    uuid = await session.scalar(select(ApiToken.uuid))
    browser = await sign_in(actor)
    assert (await browser.post(f"/account/tokens/{uuid}/revoke")).status_code == 303
    client.cookies.delete("duijie_session")
    assert await status() == 401


async def test_nobody_revokes_anothers(sign_in: Callable[..., Any], session: AsyncSession) -> None:
    await issue(session, await make_actor(session, Role.BROKER))
    uuid = await session.scalar(select(ApiToken.uuid))
    client = await sign_in(await make_actor(session))
    assert (await client.delete(f"/api/v1/account/tokens/{uuid}")).status_code == 404


async def test_the_database_knows_the_limits_too(session: AsyncSession) -> None:
    await issue(session, await make_actor(session))
    for values in ({"expires_at": NOW + timedelta(days=366)}, {"scopes": []}, {"scopes": ["account:own"]}):
        with pytest.raises(IntegrityError):
            async with session.begin_nested():
                await session.execute(update(ApiToken).values(**values))


async def test_a_program_that_asks_too_often_has_to_wait(
    client: httpx.AsyncClient, session: AsyncSession, application: FastAPI, settings: Settings
) -> None:
    headers = bearer(await issue(session, await make_actor(session)))
    application.state.settings = settings.model_copy(update={"api_calls_per_minute": 3})
    answers = [await client.get("/api/v1/vacancies", headers=headers) for _ in range(4)]
    application.state.settings = settings
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
