from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.permissions import ROLE_PERMISSIONS, Permission, Role
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.vacancies import make_vacancy

SignIn = Callable[..., Any]


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_has_a_desk(sign_in: SignIn, session: AsyncSession, role: Role) -> None:
    client = await sign_in(await make_actor(session, role))
    page = await client.get("/")
    assert page.status_code == 200
    sees_posts = Permission.VACANCIES_VIEW in ROLE_PERMISSIONS[role]
    assert ("/vacancies?state=open" in page.text) == sees_posts  # nobody is told of "0 posts" that they may not see


async def test_queues_lead_to_their_rows(sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county, office = await make_actor(session), await make_actor(session, Role.RECEIVING_OFFICER)
    await make_labourer(session, county, keys, now, scope=None)
    await make_vacancy(session, office, now, opened=False)
    page = (await (await sign_in(county)).get("/")).text
    assert "/labourers?standing=ask" in page
    assert "/vacancies?state=checked" not in page
    page = (await (await sign_in(office)).get("/")).text
    assert "/vacancies?state=checked" in page
    assert "/labourers" not in page
