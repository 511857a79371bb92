"""An employer is verified by the receiving office of its place, and nobody else is shown the act."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation
from app.employers import service
from app.permissions import Role
from tests.factories.accounts import make_actor
from tests.factories.vacancies import make_employer, make_vacancy

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


@pytest.mark.parametrize("account_first", [True, False])
async def test_a_firms_account_sees_the_posts_an_office_entered(
    sign_in: SignIn, session: AsyncSession, now: datetime, account_first: bool
) -> None:
    """They find each other by the credit code, whichever comes first."""
    office, person = await make_actor(session, Role.RECEIVING_OFFICER), await make_actor(session, Role.EMPLOYER)
    firm = await make_employer(session, office, now, verified=not account_first)
    account = await session.get_one(Organisation, person.organisation_id)
    account.credit_code = firm.credit_code
    await session.flush()
    if account_first:
        await service.verify(session, office, firm, "licence seen", now=now)
    await make_vacancy(session, office, now, employer=firm, title="绗缝工")
    await session.commit()
    client = await sign_in(person)
    assert "绗缝工" in (await client.get("/vacancies")).text
    account.credit_code = "91110000600037341L"  # entered wrongly before
    await session.commit()
    assert "绗缝工" not in (await client.get("/vacancies")).text


async def test_nobody_but_a_firm_comes_by_its_posts(session: AsyncSession, now: datetime) -> None:
    office, broker = await make_actor(session, Role.RECEIVING_OFFICER), await make_actor(session, Role.BROKER)
    firm = await make_employer(session, office, now)
    (await session.get_one(Organisation, broker.organisation_id)).credit_code = firm.credit_code
    await session.flush()
    await session.refresh(firm)
    assert firm.organisation_id is None
