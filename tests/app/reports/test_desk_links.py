"""The desk sends nobody to a page their post may not open."""

import html
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.permissions import Role
from app.shared.encryption import KeyRing
from tests.matrix.world import make_world


@pytest.mark.parametrize("role", sorted(Role))
async def test_every_link_of_the_desk_opens(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime, role: Role
) -> None:
    world = await make_world(session, keys, now, role)
    client = await sign_in(world.actor)
    desk = await client.get("/")
    assert desk.status_code == 200
    links = sorted({html.unescape(one) for one in re.findall(r'<a [^>]*href="(/[^"]*)"', desk.text)})
    assert links
    shut = [one for one in links if (await client.get(one)).status_code in {403, 404}]
    assert shut == []
