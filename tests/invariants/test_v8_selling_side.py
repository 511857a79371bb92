"""V8: what is against the law cannot open, and nobody on the selling side can override it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict
from app.match_runs.adapter.pay import net_figures
from app.permissions import Role
from app.vacancies import service
from app.vacancies.schemas import Finding
from tests.factories.accounts import make_actor
from tests.factories.vacancies import make_employer, make_vacancy

DEPOSIT = Finding("deposit", "block", "押金200", "劳动合同法 art. 9")


async def test_a_blocked_post_cannot_be_verified(session: AsyncSession, now: datetime) -> None:
    """V8, R12. Wall: service, 409."""
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, office, now)
    vacancy = await make_vacancy(session, office, now, employer=employer, findings=[DEPOSIT], opened=False)
    assert vacancy.state == "blocked"
    with pytest.raises(Conflict):
        await service.verify(session, office, vacancy, employer, now=now)


async def test_a_post_of_an_unverified_employer_cannot_open(session: AsyncSession, now: datetime) -> None:
    """V8, R12. Wall: service, 409."""
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, office, now, verified=False)
    vacancy = await make_vacancy(session, office, now, employer=employer, opened=False)
    with pytest.raises(Conflict):
        await service.verify(session, office, vacancy, employer, now=now)


async def test_a_head_count_nobody_gave_cannot_open(session: AsyncSession, now: datetime) -> None:
    """V8. Wall: service, 409."""
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, office, now)
    vacancy = await make_vacancy(
        session, office, now, employer=employer, opened=False, openings=None, openings_text="若干"
    )
    assert vacancy.state == "draft"
    with pytest.raises(Conflict):
        await service.verify(session, office, vacancy, employer, now=now)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"pay_min": 5000}, "checked"),
        ({"pay_min": 3000}, "blocked"),
        ({"shift": "nights"}, "checked"),
        ({"openings": None}, "draft"),
    ],
)
async def test_a_changed_legal_field_is_checked_again(
    session: AsyncSession, now: datetime, changes: dict[str, Any], state: str
) -> None:
    """V8. Wall: service, back to checked."""
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, office, now)
    assert vacancy.state == "open"
    facts = replace(service.read_facts(vacancy), **changes)
    changed = await service.change(
        session, office, vacancy, facts, version=1, net_pay=net_figures, screen=lambda _: [], now=now
    )
    assert set(changed) == set(changes)
    assert (vacancy.state, vacancy.verified_at) == (state, None)


async def test_the_selling_side_cannot_verify(
    sign_in: Callable[..., Any], session: AsyncSession, now: datetime
) -> None:
    """V8, R12. Wall: role, 403."""
    employer_actor = await make_actor(session, Role.EMPLOYER)
    vacancy = await make_vacancy(session, employer_actor, now, opened=False)
    for role in (Role.EMPLOYER, Role.BROKER, Role.COUNTY_OFFICER):
        actor = employer_actor if role is Role.EMPLOYER else await make_actor(session, role)
        client = await sign_in(actor)
        assert (await client.post(f"/vacancies/{vacancy.uuid}/verify")).status_code == 403, role
