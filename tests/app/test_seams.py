"""Where two parts meet: what one ends, the other must not leave open."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts import people_service
from app.accounts.models import ApiToken, Organisation, Post, User
from app.audit import AuditEvent
from app.keys.resealing import usage
from app.labourers.models import Labourer
from app.permissions import Actor, Permission, Role
from app.policy.minimum_wage import base_pay
from app.rights import service as rights
from app.shared.encryption import KeyRing
from app.wall import confine, wall_of, widened
from tests.factories.accounts import make_actor
from tests.factories.grievances import make_inspection
from tests.factories.labourers import TOWNSHIP, make_labourer
from tests.factories.slips import make_slip, phone


async def make_token(session: AsyncSession, actor: Actor, now: datetime) -> ApiToken:
    token = ApiToken(
        uuid=uuid4(), token_hash=uuid4().bytes, user_id=actor.user_id, post_id=actor.post_id, name="program",
        scopes=["desk:view"], created_at=now, expires_at=now + timedelta(days=90),
    )  # fmt: skip
    session.add(token)
    await session.flush()
    return token


@pytest.mark.parametrize("end", ["post", "account"])
async def test_an_ended_posts_token_does_not_come_back(session: AsyncSession, now: datetime, end: str) -> None:
    operator, officer = await make_actor(session, Role.OPERATOR), await make_actor(session)
    token = await make_token(session, officer, now)
    user, post = await session.get_one(User, officer.user_id), await session.get_one(Post, officer.post_id)
    if end == "post":
        await people_service.end_post(session, operator, user, post, "moved away", now=now)
        office = await session.get_one(Organisation, officer.organisation_id)
        await people_service.fill_post(session, operator, user, office, officer.role, ["340722"])
        assert post.ended_at is None
    else:
        await people_service.disable(session, operator, user, "moved away", now=now)
        await people_service.enable(session, operator, user)
    await session.refresh(token)
    assert token.revoked_at == now


async def test_nothing_recorded_of_a_complaint_leads_to_a_phone(
    client: httpx.AsyncClient, session: AsyncSession
) -> None:
    await make_inspection(session)
    told = {"kind": "papers_kept", "text": "身份证被收走。", "place": "江苏苏州吴江", "firm": "锦华"}
    assert (await client.post("/complaint", data=told)).status_code < 400
    events = (await session.scalars(select(AuditEvent).where(AuditEvent.subject_kind != "labourer"))).all()
    assert [event.act for event in events] == ["grievance.file"]
    assert {(event.address, event.request_id) for event in events} == {(None, None)}


async def test_a_deleted_persons_slip_opens_nothing(
    application: Any, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as pages:
        await pages.come_in(code)
        assert (await pages.client.get("/my")).status_code == 200
        await rights.delete_person(session, county, keys, labourer, "own_wish", "asked for it", sure=True, now=now)
        await session.commit()
        assert (await pages.client.get("/my")).status_code in {303, 401}
    async with phone(application, "10.0.0.8") as pages:
        await pages.come_in(code)
        assert (await pages.client.get("/my")).status_code in {303, 401}


async def test_a_post_for_less_than_the_county_may_delete_too(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session, scope=(TOWNSHIP,))
    labourer = await make_labourer(session, county, keys, now)
    await confine(session, wall_of(county))
    proof = await rights.delete_person(session, county, keys, labourer, "own_wish", "asked", sure=True, now=now)
    assert proof.removed["labourer.name_cipher"] == 1
    assert await session.scalar(text("SELECT current_setting('duijie.reach', true)")) == "custody"


async def test_counting_values_under_keys_leaves_no_wall_open(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    await make_labourer(session, await make_actor(session), keys, now)
    operator = await make_actor(session, Role.OPERATOR)
    await confine(session, wall_of(operator))
    assert (await usage(session))["labourer.name_cipher"]
    assert (await session.scalars(select(Labourer.id))).all() == []
    assert not await session.scalar(text("SELECT current_setting('duijie.drawer_duty', true)"))
    async with widened(session):
        assert len((await session.scalars(select(Labourer.id))).all()) == 1
    assert (await session.scalars(select(Labourer.id))).all() == []


async def test_a_person_is_told_of_lists_and_files(
    application: Any, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    audit.record(session, county, "labourers.export", "demand_list", None, people=[labourer.id], reason="for the visit")
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as pages:
        await pages.come_in(code)
        assert "took out a file with you in it" in await pages.read("/my/seen")


def test_part_time_by_the_month_is_judged_as_by_the_month() -> None:
    found = base_pay(base_month=None, pay=Decimal(900), period="month", hours_week=Decimal(20), part_time=True)
    assert found is not None
    assert (found.amount, found.per) == (Decimal(900), "month")


async def test_an_auditors_program_reads_the_whole_of_its_region(session: AsyncSession) -> None:
    auditor = await make_actor(session, Role.AUDITOR)
    program = Actor(**{**vars(auditor), "limited_to": frozenset({Permission.TRAIL_VIEW})})
    assert wall_of(program).reach == "region"


async def test_an_amount_that_is_no_number_is_refused(sign_in: Callable[..., Any], session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session, Role.RECEIVING_OFFICER))
    form = {"kind": "month", "place": "320509", "amount": "NaN", "from_on": "2026-01-01", "source": "notice"}
    assert (await client.post("/minimum-wages", data=form)).status_code == 422


async def test_a_sign_that_is_no_text_is_the_senders_mistake(
    sign_in: Callable[..., Any], session: AsyncSession
) -> None:
    client = await sign_in(await make_actor(session))
    assert (await client.get("/api/v1/vacancies", params={"q": "a\0b"})).status_code == 422
    assert (await client.get("/vacancies", params={"q": "a\0b"})).status_code == 422
