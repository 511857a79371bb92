"""An employer is verified by the receiving office of its place, and nobody else is shown the act."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.permissions import Role
from tests.factories.accounts import make_actor
from tests.factories.vacancies import make_employer

SignIn = Callable[..., Any]


@pytest.mark.parametrize(("verified", "act"), [(True, "suspend"), (False, "verify")])
async def test_the_acts_are_drawn_for_those_who_may(
    sign_in: SignIn, session: AsyncSession, now: datetime, verified: bool, act: str
) -> None:
    here = await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, here, now, verified=verified)
    elsewhere = await make_actor(session, Role.RECEIVING_OFFICER, scope=("330100",))
    employer.entered_by_organisation_id = elsewhere.organisation_id  # so that they see it, though it is not theirs
    await session.commit()
    for actor, may in ((here, True), (elsewhere, False)):
        client = await sign_in(actor)
        page = (await client.get(f"/employers/{employer.uuid}")).text
        assert (f"/employers/{employer.uuid}/{act}" in page) is may
        answer = await client.post(f"/employers/{employer.uuid}/{act}", data={"note": "licence", "reason": "closed"})
        assert answer.status_code == (303 if may else 403)
