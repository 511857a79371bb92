"""R20. R20 and V7 at the door: nobody gets at identities by guessing, by a program's token, or by looking all day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pyotp
import pytest
from cryptography.exceptions import InvalidTag
from fastapi import FastAPI
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import api_tokens, second_factor
from app.accounts.models import ApiToken, User
from app.audit import AuditEvent
from app.errors import Forbidden, Invalid, NotFound
from app.permissions import Permission, Role
from app.settings import Settings
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer

REASON = {"field": "phone", "reason": "calls about the coach"}


async def test_identities_are_not_looked_through_one_after_the_other(
    sign_in: Callable[..., Any],
    session: AsyncSession,
    keys: KeyRing,
    now: datetime,
    application: FastAPI,
    settings: Settings,
) -> None:
    """Wall: service (shared count)."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    application.state.settings = settings.model_copy(update={"reveals_per_hour": 3})
    client = await sign_in(county)
    answers = [await client.post(f"/labourers/{labourer.uuid}/reveal", data=REASON) for _ in range(5)]
    application.state.settings = settings
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert "masked lists stay open" in answers[-1].text
    assert answers[-1].headers["retry-after"] == "3600"
    looks = select(func.count()).where(AuditEvent.act == "labourer.reveal")
    assert await session.scalar(looks) == 3


async def test_a_program_with_a_token_to_see_reveals_nothing(
    client: httpx.AsyncClient, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: service (the actor is limited to the token's scopes)."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    _, text = await api_tokens.issue(session, county, "report", [Permission.LABOURERS_VIEW.value], 1, now)
    await session.commit()
    headers = {"authorization": f"Bearer {text}"}
    assert (await client.get("/api/v1/labourers", headers=headers)).status_code == 200
    refused = await client.post(f"/labourers/{labourer.uuid}/reveal", data=REASON, headers=headers)
    assert refused.status_code == 403


async def test_a_broker_gives_no_program_what_the_post_lacks(session: AsyncSession, now: datetime) -> None:
    """Wall: service."""
    broker = await make_actor(session, Role.BROKER)
    with pytest.raises(Invalid):
        await api_tokens.issue(session, broker, "scraper", [Permission.LABOURERS_VIEW.value], 1, now)


async def test_a_scope_written_into_a_brokers_token_opens_nothing(
    client: httpx.AsyncClient, session: AsyncSession, now: datetime
) -> None:
    """Direct SQL as the application's role. Wall: the role's own permissions count beside the scopes."""
    broker = await make_actor(session, Role.BROKER)
    token, text = await api_tokens.issue(session, broker, "report", [Permission.VACANCIES_VIEW.value], 1, now)
    scopes = [Permission.LABOURERS_VIEW.value, Permission.VACANCIES_VIEW.value]
    await session.execute(update(ApiToken).where(ApiToken.id == token.id).values(scopes=scopes))
    await session.commit()
    headers = {"authorization": f"Bearer {text}"}
    assert (await client.get("/api/v1/labourers", headers=headers)).status_code == 403


@pytest.mark.parametrize("change", [{"scopes": ["account:own"]}, {"expires_at": datetime(2030, 1, 1, tzinfo=UTC)}])
async def test_a_token_for_ever_or_to_make_tokens_is_not_kept(
    session: AsyncSession, now: datetime, change: dict[str, Any]
) -> None:
    """Direct SQL as the application's role. Wall: constraint."""
    county = await make_actor(session)
    token, _ = await api_tokens.issue(session, county, "report", [Permission.VACANCIES_VIEW.value], 1, now)
    with pytest.raises(IntegrityError, match="ck_api_token"):
        await session.execute(update(ApiToken).where(ApiToken.id == token.id).values(**change))


async def test_a_code_seen_over_a_shoulder_is_worth_nothing(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: service, one statement that takes each step once."""
    auditor = await make_actor(session, Role.AUDITOR)
    await second_factor.start(session, auditor, keys, now)
    await session.flush()
    waiting = await second_factor.enrolment(session, auditor, keys)
    assert waiting
    code = pyotp.TOTP(waiting.secret).at(now)
    await second_factor.confirm(session, auditor, keys, code, now)
    assert not await second_factor.take_code(session, keys, auditor.user_id, code, now + timedelta(seconds=20))


async def test_a_sealed_secret_moved_to_another_person_does_not_open(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Somebody with the database puts their own secret under an operator. Wall: the cipher is bound to its user."""
    mine = await session.get_one(User, (await make_actor(session, Role.BROKER)).user_id)
    theirs = await session.get_one(User, (await make_actor(session, Role.OPERATOR)).user_id)
    sealed = keys.encrypt(second_factor.FIELD, mine.uuid, pyotp.random_base32())
    with pytest.raises(InvalidTag):
        keys.decrypt(second_factor.FIELD, theirs.uuid, sealed)


async def test_an_administrator_takes_no_second_factor_of_another_office_nor_their_own(
    session: AsyncSession, now: datetime
) -> None:
    """Wall: service."""
    administrator = await make_actor(session, Role.ADMINISTRATOR)
    stranger = await make_actor(session, Role.AUDITOR)
    login = await session.scalar(select(User.login).where(User.id == stranger.user_id))
    own = await session.scalar(select(User.login).where(User.id == administrator.user_id))
    with pytest.raises(NotFound):
        await second_factor.reset(session, administrator, str(login), "lost phone, seen in person", now)
    with pytest.raises(Forbidden):
        await second_factor.reset(session, administrator, str(own), "lost phone", now)
    limited = replace(administrator, limited_to=second_factor.BEFORE_IT)
    with pytest.raises(Forbidden):
        await second_factor.reset(session, limited, str(login), "lost phone", now)
