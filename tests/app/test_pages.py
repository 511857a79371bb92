"""The frame's own page."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app.permissions import Role
from tests.factories.accounts import make_actor


@pytest.mark.parametrize(("demo", "status"), [(True, 200), (False, 404)])
async def test_the_gallery_is_there_in_the_demo_only(
    sign_in: Callable[..., Any],
    session: AsyncSession,
    application: FastAPI,
    demo: bool,
    status: int,
) -> None:
    client = await sign_in(await make_actor(session))
    settings = application.state.settings
    application.state.settings = settings.model_copy(update={"demo": demo})
    answer = await client.get("/gallery")
    application.state.settings = settings
    assert answer.status_code == status


async def test_whoever_sees_neither_people_nor_posts_has_no_search(
    sign_in: Callable[..., Any], session: AsyncSession
) -> None:
    head = await sign_in(await make_actor(session, Role.ADMINISTRATOR))
    assert 'role="search"' not in (await head.get("/people")).text
    officer = await sign_in(await make_actor(session))
    assert 'role="search"' in (await officer.get("/labourers")).text
