"""What has a message sent: a code, a statement that ends, an answer to a complaint, an invitation."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import consents
from app.labourers import ending
from app.labourers.models import Labourer
from app.notifications.models import Notice
from app.notifications.service import recipient_of, values_of
from app.permissions import Actor, Role
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.grievances import file, make_inspection
from tests.factories.labourers import make_labourer
from tests.factories.slips import make_slip, phone


async def agree(session: AsyncSession, county: Actor, labourer: Labourer, now: datetime) -> None:
    """The person agrees to be written to."""
    heard = consents.Heard("in_person", county, evidence="form 12")
    await consents.give(session, labourer.id, "contact", heard, now=now)
    await session.flush()


async def all_notices(session: AsyncSession) -> list[Notice]:
    query = select(Notice).order_by(Notice.id).execution_options(populate_existing=True)
    return list(await session.scalars(query))


async def test_a_code_goes_to_the_persons_own_telephone(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime, sign_in: Callable[..., Any]
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, phone="15400990041")
    browser = await sign_in(county)
    address = f"/labourers/{labourer.uuid}"
    assert "Send a code to their telephone" not in (await browser.get(address)).text
    refused = await browser.post(f"{address}/slip/send")
    assert (refused.status_code, "has not agreed to short messages" in refused.text) == (409, True)
    await agree(session, county, labourer, now)
    assert "Send a code to their telephone" in (await browser.get(address)).text
    answer = await browser.post(f"{address}/slip/send")
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    (notice,) = await all_notices(session)
    code = values_of(keys, notice)["code"]
    assert (notice.template, notice.labourer_id) == ("own_code", labourer.id)
    to = recipient_of(keys, notice)
    assert to is not None
    assert to.value == "15400990041"
    assert code not in answer.text + str(notice.params)
    async with phone(application) as own:
        assert (await own.come_in(code)).headers["location"] == "/my"
        assert "had a code sent to your telephone" in await own.read("/my/seen")


async def test_a_number_that_is_not_theirs_alone_gets_no_code(
    session: AsyncSession, keys: KeyRing, now: datetime, sign_in: Callable[..., Any]
) -> None:
    """V1: with the code one answers in the person's name, and a village's one telephone would answer for all."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, phone="15400990042")
    await make_labourer(session, await make_actor(session), keys, now, phone="15400990042")
    await agree(session, county, labourer, now)
    browser = await sign_in(county)
    refused = await browser.post(f"/labourers/{labourer.uuid}/slip/send")
    assert (refused.status_code, "Other people gave the same number" in refused.text) == (409, True)
    assert await all_notices(session) == []


async def test_a_statement_that_ends_soon_is_told_once(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    people = [await make_labourer(session, county, keys, now, phone=f"1540099005{one}") for one in range(4)]
    agreed, silent, withdrawn, unwilling = people
    for one in (agreed, withdrawn):
        await agree(session, county, one, now)
    not_now = await make_labourer(session, county, keys, now, scope="not_now", phone="15400990059")
    await agree(session, county, not_now, now)
    await consents.withdraw_matching(session, withdrawn.id, consents.Heard("in_person", county), now=now)
    soon = now + timedelta(days=180 - ending.DAYS_BEFORE)
    assert (await ending.warn(session, keys, after=0, now=soon - timedelta(days=1)))[0] == 0
    assert await ending.warn(session, keys, after=0, now=soon) == (1, None)
    assert (await ending.warn(session, keys, after=0, now=soon + timedelta(days=1)))[0] == 0
    (notice,) = await all_notices(session)
    assert (notice.labourer_id, notice.cause) == (agreed.id, "declaration")
    last_day = day_of(now) + timedelta(days=179)
    assert notice.params == {"day": str(last_day)}
    assert {silent.id, unwilling.id}.isdisjoint({notice.labourer_id})


async def test_consent_taken_back_drops_what_waits(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, phone="15400990061")
    await agree(session, county, labourer, now)
    assert (await ending.warn(session, keys, after=0, now=now + timedelta(days=170)))[0] == 1
    await consents.withdraw(session, labourer.id, "contact", consents.Heard("in_person", county), now=now)
    (notice,) = await all_notices(session)
    assert notice.state == "dropped"


async def test_an_answer_to_a_complaint_is_told_where_they_said(
    session: AsyncSession, keys: KeyRing, now: datetime, sign_in: Callable[..., Any]
) -> None:
    inspector = await make_inspection(session)
    told, _ = await file(session, keys, now, contact="小李，154-0099-0071")
    mailed, _ = await file(session, keys, now, contact="Li.Wei@mail.example")
    silent, _ = await file(session, keys, now)
    browser = await sign_in(inspector)
    for one in (told, mailed, silent):
        answer = await browser.post(f"/grievances/{one.uuid}/answer", data={"answer": "已责令限期支付。"})
        assert answer.status_code == 303
    notices = await all_notices(session)
    found = {(one.template, (to := recipient_of(keys, one)) and to.value) for one in notices}
    assert found == {("case_news", "15400990071"), ("case_news_mail", "li.wei@mail.example")}
    assert {(one.organisation_id, one.labourer_id, one.cause_id) for one in notices} == {
        (inspector.organisation_id, None, None)
    }
    assert all("限期" not in str(one.params) for one in notices)


async def test_an_invitation_goes_by_mail_too(
    session: AsyncSession, keys: KeyRing, now: datetime, sign_in: Callable[..., Any]
) -> None:
    office = await make_organisation(session, "county")
    boss = await make_actor(session, Role.ADMINISTRATOR, organisation=office)
    browser = await sign_in(boss)
    assert "the link is sent there too" in (await browser.get("/people/invite")).text
    form = {"display_name": "程经办", "role": "county_officer"}
    wrong = await browser.post("/people/invite", data={**form, "email": "nobody"})
    assert (wrong.status_code, "This is not one e-mail address" in wrong.text) == (422, True)
    answer = await browser.post("/people/invite", data={**form, "email": "Cheng@County.example"})
    assert "It is on its way to Cheng@County.example" in answer.text
    (notice,) = await all_notices(session)
    link = values_of(keys, notice)["link"]
    assert link in answer.text
    assert link not in str(notice.params)
    assert "程经办" not in str(notice.params)
    told = await browser.post(
        "/api/v1/invitations",
        json={**form, "organisation": str(office.uuid), "email": "second@county.example"},
    )
    assert told.status_code == 201
    assert len(await all_notices(session)) == 2


async def test_a_person_switches_kinds_on_and_off(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, phone="15400990081")
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        await own.come_in(code)
        assert "You have not agreed to short messages" in await own.read("/my/messages")
        assert "They hold no name" in await own.read("/my/consents/contact")
        await own.send("/my/consents/contact", answer="yes")
        page = await own.read("/my/messages")
        assert "154****0081" in page
        assert "Switch on" not in page
        assert (await own.send("/my/messages/statement", answer="no")).status_code == 303
        assert "Switch on" in await own.read("/my/messages")
        assert (await own.send("/my/messages/account", answer="no")).status_code == 404
        assert (await own.send("/my/messages/statement", answer="perhaps")).status_code == 422
        assert (await ending.warn(session, keys, after=0, now=now + timedelta(days=170)))[0] == 0
        assert (await own.send("/my/messages/statement", answer="yes")).status_code == 303
        assert "Switch on" not in await own.read("/my/messages")
    assert (await ending.warn(session, keys, after=0, now=now + timedelta(days=170)))[0] == 1
