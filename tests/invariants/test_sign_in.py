"""R20. R20 and V7 at the door: nobody gets at identities by guessing, by a program's token, or by looking all day."""

from collections.abc import Callable
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
from app.accounts.models import ApiToken, Organisation, Post, User, UserSession
from app.audit import AuditEvent
from app.errors import Invalid
from app.permissions import Actor, Permission, Role
from app.settings import Settings
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.labourers import make_labourer

PROOF = {"proof": "phone and paper lost, seen in person"}
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


@pytest.mark.wall("service")
async def test_copies_are_looks_and_count_with_them(
    sign_in: Callable[..., Any],
    session: AsyncSession,
    keys: KeyRing,
    now: datetime,
    application: FastAPI,
    settings: Settings,
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    application.state.settings = settings.model_copy(update={"reveals_per_hour": 3})
    client, why = await sign_in(county), {"reason": "asked for at the desk"}
    looks = [(f"/labourers/{labourer.uuid}/reveal", {"data": REASON})]
    looks.append((f"/rights/people/{labourer.uuid}/copy", {"data": why}))
    looks += [(f"/api/v1/rights/people/{labourer.uuid}/copy", {"json": why})] * 2
    looks.append(looks[0])
    answers = [(await client.post(path, **sent)).status_code for path, sent in looks]
    application.state.settings = settings
    assert answers == [200, 200, 200, 429, 429]


@pytest.mark.wall("service")
async def test_a_county_is_not_taken_out_in_clear_again_and_again(
    sign_in: Callable[..., Any],
    session: AsyncSession,
    keys: KeyRing,
    now: datetime,
    application: FastAPI,
    settings: Settings,
) -> None:
    county = await make_actor(session)
    for _ in range(2):
        await make_labourer(session, county, keys, now)
    application.state.settings = settings.model_copy(update={"listed_in_clear_per_day": 3})
    client, why = await sign_in(county), {"reason": "list for the township desks"}
    first, second = [await client.post("/labourers/export", data=why) for _ in range(2)]
    masked = await client.get("/labourers/export")
    application.state.settings = settings
    assert (first.status_code, second.status_code, masked.status_code) == (200, 429, 200)
    assert "3 people can be taken out in clear" in second.text
    lists = await session.scalars(select(AuditEvent.detail).where(AuditEvent.act == "labourers.export"))
    assert [one["masked"] for one in lists] == [False, True], "what was refused was not given"


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


@pytest.fixture
async def head(session: AsyncSession) -> Actor:
    return await make_actor(session, Role.ADMINISTRATOR)


async def with_factor(session: AsyncSession, keys: KeyRing, now: datetime, actor: Actor) -> str:
    """Give a person a second factor; the address of their case."""
    await second_factor.start(session, actor, keys, now - timedelta(hours=1))
    await session.flush()
    waiting = await second_factor.enrolment(session, actor, keys)
    assert waiting
    before = now - timedelta(hours=1)
    await second_factor.confirm(session, actor, keys, pyotp.TOTP(waiting.secret).at(before), before)
    await session.commit()
    return f"/people/{(await session.get_one(User, actor.user_id)).uuid}"


async def refused_reset(client: httpx.AsyncClient, session: AsyncSession, address: str, actor: Actor) -> int:
    """Try page and API; both refuse alike and the factor stays."""
    page = await client.post(f"{address}/second-factor/reset", data=PROOF)
    program = await client.post(f"/api/v1{address}/second-factor/reset", json={"reason": PROOF["proof"]})
    assert page.status_code == program.status_code
    assert await second_factor.has_one(session, actor.user_id)
    return page.status_code


async def test_a_second_factor_is_not_reset_from_another_office(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime, head: Actor
) -> None:
    """Walls: visible_to (404); the door's permission (403) for whoever manages nobody."""
    stranger = await make_actor(session, Role.AUDITOR)
    address = await with_factor(session, keys, now, stranger)
    assert await refused_reset(await sign_in(head), session, address, stranger) == 404
    for role in (Role.COUNTY_OFFICER, Role.BROKER, Role.INSPECTOR, Role.PROVINCE, Role.AUDITOR):
        client = await sign_in(await make_actor(session, role))
        assert await refused_reset(client, session, address, stranger) == 403


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.OPERATOR])
async def test_nobody_resets_their_own_second_factor(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime, role: Role
) -> None:
    """Wall: service; whoever has somebody's open screen does not get rid of their second factor there."""
    actor = await make_actor(session, role)
    address = await with_factor(session, keys, now, actor)
    assert await refused_reset(await sign_in(actor), session, address, actor) == 403


async def test_an_operator_takes_no_post_in_an_office_that_keeps_people(session: AsyncSession, head: Actor) -> None:
    """Wall: trigger post_conflict_of_interest."""
    operator = await make_actor(session, Role.OPERATOR)
    session.add(Post(user_id=operator.user_id, organisation_id=head.organisation_id, role="administrator"))
    with pytest.raises(IntegrityError, match="one person may not be both"):
        await session.flush()


async def test_an_administrator_resets_no_operator(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime, head: Actor
) -> None:
    """Wall: service (the whole person): an ended post in the own office opens no higher one's door."""
    operator = await make_actor(session, Role.OPERATOR)
    extra = Post(user_id=operator.user_id, organisation_id=head.organisation_id, role="administrator")
    extra.ended_at = now
    session.add(extra)
    await session.flush()
    address = await with_factor(session, keys, now, operator)
    assert await refused_reset(await sign_in(head), session, address, operator) == 403


async def test_an_administrator_resets_nobody_who_has_left_or_works_elsewhere_too(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime, head: Actor
) -> None:
    """Wall: service (the whole person, with a running post in the own office)."""
    office = await session.get_one(Organisation, head.organisation_id)
    both, left = [await make_actor(session, organisation=office) for _ in range(2)]
    elsewhere = await make_organisation(session, "county")
    session.add(Post(user_id=both.user_id, organisation_id=elsewhere.id, role="county_officer"))
    (await session.get_one(Post, left.post_id)).ended_at = now
    for actor in (both, left):
        address = await with_factor(session, keys, now, actor)
        assert await refused_reset(await sign_in(head), session, address, actor) == 403


async def test_a_programs_token_resets_no_second_factor(
    client: httpx.AsyncClient, session: AsyncSession, keys: KeyRing, now: datetime, head: Actor
) -> None:
    """Wall: service; a token that lies in a script is no second person."""
    office = await session.get_one(Organisation, head.organisation_id)
    officer = await make_actor(session, organisation=office)
    address = await with_factor(session, keys, now, officer)
    _, text = await api_tokens.issue(session, head, "staff list", [Permission.PEOPLE_MANAGE.value], 1, now)
    await session.commit()
    client.headers["authorization"] = f"Bearer {text}"
    answer = await client.post(f"/api/v1{address}/second-factor/reset", json={"reason": PROOF["proof"]})
    assert answer.status_code == 403
    assert await second_factor.has_one(session, officer.user_id)


async def test_after_a_reset_the_password_alone_opens_no_list(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime, head: Actor
) -> None:
    """Wall: the actor is limited to the own account until a new second factor is confirmed, in whatever post."""
    office = await session.get_one(Organisation, head.organisation_id)
    officer = await make_actor(session, organisation=office)
    address = await with_factor(session, keys, now, officer)
    client = await sign_in(head)
    assert (await client.post(f"{address}/second-factor/reset", data=PROOF)).status_code == 303
    await session.execute(update(UserSession).where(UserSession.user_id == officer.user_id).values(ended_at=None))
    client = await sign_in(officer)
    for path in ("/labourers", "/api/v1/labourers", "/"):
        assert (await client.get(path)).status_code == 403
    tokens = await client.post("/api/v1/account/tokens", json={"name": "x", "scopes": ["desk:view"], "days": 1})
    assert tokens.status_code == 422, "a program's token would be a way around"
    begun = await client.post("/account/second-factor")
    assert begun.status_code == 303
    assert (await client.get("/labourers")).status_code == 403, "begun is not confirmed"
