"""One's own sign-ins: shown, ended, idle, renewed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Post, UserSession
from app.accounts.sessions import token_hash
from app.permissions import Actor, Role
from tests.conftest import NOW
from tests.factories.accounts import make_actor, make_organisation


async def add_session(session: AsyncSession, actor: Actor, token: str) -> UserSession:
    made = UserSession(
        token_hash=token_hash(token),
        user_id=actor.user_id,
        post_id=actor.post_id,
        csrf_token="x",
        created_at=NOW,
        expires_at=NOW + timedelta(hours=12),
        address="10.1.2.3",
        browser="Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    )
    session.add(made)
    await session.flush()
    return made


async def test_they_are_listed_and_ended_one_by_one(sign_in: Callable[..., Any], session: AsyncSession) -> None:
    actor = await make_actor(session)
    other = await add_session(session, actor, "other")
    client = await sign_in(actor)
    page = (await client.get("/account/sign-ins")).text
    assert "10.1.2.3" in page
    assert "Chrome · Windows" in page
    assert (await client.post(f"/account/sessions/{other.uuid}/end")).status_code == 303
    listed = (await client.get("/api/v1/account/sessions")).json()
    assert [one["here"] for one in listed] == [True]


async def test_nobody_ends_anothers(sign_in: Callable[..., Any], session: AsyncSession) -> None:
    theirs = await add_session(session, await make_actor(session, Role.BROKER), "theirs")
    client = await sign_in(await make_actor(session))
    assert (await client.post(f"/account/sessions/{theirs.uuid}/end")).status_code == 404
    assert (await client.delete(f"/api/v1/account/sessions/{theirs.uuid}")).status_code == 404


async def test_all_end_at_once(sign_in: Callable[..., Any], session: AsyncSession) -> None:
    actor = await make_actor(session)
    await add_session(session, actor, "other")
    client = await sign_in(actor)
    assert (await client.post("/account/sessions/end-all")).headers["location"] == "/sign-in"
    left = select(UserSession.uuid).where(UserSession.user_id == actor.user_id, UserSession.ended_at.is_(None))
    assert (await session.scalars(left)).all() == []


async def test_an_idle_one_opens_nothing(
    sign_in: Callable[..., Any], session: AsyncSession, application: FastAPI
) -> None:
    actor = await make_actor(session)
    client = await sign_in(actor)
    idle = timedelta(minutes=application.state.settings.idle_minutes)
    mine = update(UserSession).where(UserSession.user_id == actor.user_id)
    await session.execute(mine.values(created_at=NOW - idle * 3, last_seen_at=NOW - idle + timedelta(minutes=2)))
    await session.commit()
    assert (await client.get("/account")).status_code == 200
    await session.execute(mine.values(last_seen_at=NOW - idle))
    await session.commit()
    assert (await client.get("/account")).status_code == 303


async def test_use_is_noted_to_the_minute(sign_in: Callable[..., Any], session: AsyncSession) -> None:
    actor = await make_actor(session)
    client = await sign_in(actor)
    mine = select(UserSession.last_seen_at).where(UserSession.user_id == actor.user_id)
    await client.get("/account")
    assert await session.scalar(mine) is None
    before = update(UserSession).where(UserSession.user_id == actor.user_id)
    await session.execute(before.values(created_at=NOW - timedelta(minutes=5)))
    await session.commit()
    await client.get("/account")
    assert await session.scalar(mine) == NOW


async def test_another_post_comes_with_another_token(sign_in: Callable[..., Any], session: AsyncSession) -> None:
    actor = await make_actor(session)
    office = await make_organisation(session, "station")
    post = Post(user_id=actor.user_id, organisation_id=office.id, role=Role.STATION)
    session.add(post)
    client: httpx.AsyncClient = await sign_in(actor)
    before = client.cookies["duijie_session"]
    answer = await client.post(f"/account/posts/{post.id}")
    client.cookies.delete("duijie_session")
    client.cookies.set("duijie_session", answer.cookies["duijie_session"])
    assert answer.cookies["duijie_session"] != before
    assert office.name in (await client.get("/account")).text
    client.cookies.delete("duijie_session")
    client.cookies.set("duijie_session", before)
    assert (await client.get("/account")).status_code == 303
