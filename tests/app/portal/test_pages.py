"""A person with a slip and no account: in, say, agree, take back, see who looked, out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import AuditEvent
from app.declarations import queries
from app.declarations.models import Consent, ConsentText, Declaration, OwnCode
from app.permissions import Role
from app.portal.models import PortalAttempt, PortalSession
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.slips import make_slip, phone


async def test_from_the_slip_to_a_statement_and_back(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        page = await own.read(f"/my/in?c={code}")
        assert code in page
        assert (await own.come_in(f"{code[:4].lower()} {code[4:7]} {code[7:]}")).headers["location"] == "/my"
        page = await own.read("/my")
        assert "You have not said yet" in page
        assert "张*" in page
        assert "小梅" not in page
        await own.read("/my/declare")
        asked = await own.send("/my/declare", scope="other_city")
        assert "under a code name (no name, phone or identity number)" in asked.text
        assert not await queries.is_permitted(session, "match", labourer.id, day_of(now))
        assert (await own.send("/my/declare", scope="other_city", matched="yes")).status_code == 303
        assert "Another city of my province" in await own.read("/my")
        assert await queries.is_permitted(session, "match", labourer.id, day_of(now))
        said = await session.scalar(select(Declaration).where(Declaration.labourer_id == labourer.id))
        assert said is not None
        assert (said.channel, said.entered_by) == ("self_code", None)
        # Two taps: the button on the page, and the one that asks nothing more.
        await own.read("/my/withdraw")
        assert (await own.send("/my/withdraw")).status_code == 303
        assert "You are not matched with vacancies" in await own.read("/my")
        assert not await queries.is_permitted(session, "match", labourer.id, day_of(now))
        assert (await own.send("/my/out")).headers["location"] == "/my/in"
        own.client.cookies.delete("duijie_my", path="/my")
        away = await own.client.get("/my")
        assert (away.status_code, away.headers["location"]) == (303, "/my/in?next=/my")


async def test_each_purpose_has_its_text_and_its_own_answer(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        await own.come_in(code)
        page = await own.read("/my/consents/follow_up")
        assert "You need not answer." in page
        assert (await own.send("/my/consents/follow_up", answer="yes")).status_code == 303
        assert (await own.send("/my/consents/subsidy_claim", answer="no")).status_code == 303
        assert (await own.send("/my/consents/everything", answer="yes")).status_code == 404
        assert (await own.send("/my/consents/follow_up", answer="perhaps")).status_code == 422
    given = await session.scalar(select(Consent).where(Consent.purpose == "follow_up"))
    assert given is not None
    assert (given.channel, given.text_version, given.language) == ("self_code", "1", "en")
    kept = await session.get(ConsentText, ("follow_up", "1", "en"))
    assert kept is not None
    assert kept.body in page
    permitted = await queries.permitted_to(session, labourer.id, day_of(now))
    assert {name for name, yes in permitted.items() if yes} == {"match", "follow_up"}
    a_year_later = await queries.permitted_to(session, labourer.id, day_of(now) + timedelta(days=365))
    assert not any(a_year_later.values())


async def test_taking_back_the_matching_ends_what_depends_on_it(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        await own.come_in(code)
        await own.read("/my")
        for purpose in ("name_to_employer", "cross_province", "trip_manifest", "subsidy_claim"):
            await own.send(f"/my/consents/{purpose}", answer="yes")
        await own.send("/my/withdraw")
    permitted = await queries.permitted_to(session, labourer.id, day_of(now))
    assert {name for name, yes in permitted.items() if yes} == {"subsidy_claim"}


async def test_a_person_sees_which_office_looked(
    application: FastAPI, sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    other = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    client = await sign_in(county)
    for one, reason in ((labourer, "called about the coach"), (other, "nothing of hers")):
        await client.post(f"/labourers/{one.uuid}/reveal", data={"field": "phone", "reason": reason})
    async with phone(application) as own:
        await own.come_in(code)
        page = await own.read("/my/seen")
    assert "saw your phone number in full" in page
    assert "called about the coach" in page
    assert county.organisation_name in page
    assert "printed a slip with a code for you" in page
    assert "nothing of hers" not in page


async def test_a_new_address_for_each_wrong_code_gains_nothing(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.portal.service.FAILURES_OVERALL", 3)
    answers = []
    for last in range(5):
        async with phone(application, f"10.0.1.{last}") as one:
            answers.append((await one.come_in("AAAA-AAAA-AAAA")).status_code)
    assert answers == [422, 422, 422, 429, 429]


async def test_wrong_codes_are_slowed_down_per_address(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as guesser, phone(application, "10.0.0.8") as own:
        for _ in range(10):
            assert (await guesser.come_in("AAAAAAAAAA")).status_code == 422
        slowed = await guesser.come_in(code)
        assert slowed.status_code == 429
        assert "Wait 15 minutes" in slowed.text
        assert (await own.come_in(code)).status_code == 303
    tries = (await session.scalars(select(PortalAttempt.succeeded).order_by(PortalAttempt.id))).all()
    assert tries == [False] * 10 + [True]


async def test_slips_of_a_village_are_printed_once_and_end_the_ones_before(
    application: FastAPI, sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    township = await make_actor(session, Role.TOWNSHIP_OFFICER)
    people = [await make_labourer(session, township, keys, now, name="曾小梅") for _ in range(3)]
    before = await make_slip(session, township, keys, people[0], now)
    client = await sign_in(township)
    page = (await client.get("/slips?place=340722113&village=拔茅村")).text
    assert page.count('name="uuid"') == 3
    printed = await client.post("/slips", data={"uuid": [str(one.uuid) for one in people]})
    assert printed.status_code == 200
    assert printed.text.count("<svg") >= 3
    assert "style=" not in printed.text
    assert "曾小梅" not in printed.text
    assert "曾*" in printed.text
    living = (await session.scalars(select(OwnCode).where(OwnCode.revoked_at.is_(None)))).all()
    assert len(living) == 3
    acts = (await session.scalars(select(AuditEvent.act).where(AuditEvent.act == "slip.print"))).all()
    assert len(acts) == 4
    async with phone(application) as own:
        assert (await own.come_in(before)).status_code == 422
        fresh = printed.text.split('class="slip-code">')[1].split("<")[0]
        assert (await own.come_in(fresh)).status_code == 303
    assert len((await session.scalars(select(PortalSession))).all()) == 1


async def test_slips_only_for_ones_own_people(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    theirs = await make_labourer(session, await make_actor(session), keys, now)
    client = await sign_in(await make_actor(session))
    assert (await client.post("/slips", data={"uuid": str(theirs.uuid)})).status_code == 404
    assert (await client.post("/slips")).status_code == 422
    assert (await client.post(f"/labourers/{theirs.uuid}/slip/revoke")).status_code == 404
    client = await sign_in(await make_actor(session, Role.BROKER))
    assert (await client.post("/slips", data={"uuid": str(theirs.uuid)})).status_code == 403


async def test_a_lost_slip_is_ended_from_the_case(
    application: FastAPI, sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    client = await sign_in(county)
    assert "Print a code slip" in (await client.get(f"/labourers/{labourer.uuid}")).text
    assert (await client.post(f"/labourers/{labourer.uuid}/slip/revoke")).status_code == 303
    async with phone(application) as own:
        assert (await own.come_in(code)).status_code == 422


async def test_the_pages_need_no_script_and_speak_chinese_first(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        own.client.cookies.delete("duijie_lang")
        await own.come_in(code)
        for address in ("/my", "/my/declare", "/my/withdraw", "/my/seen", "/my/consents/match", "/my/consents/x"):
            page = await own.read(address)
            assert "<script" not in page, address
            assert "style=" not in page, address
            assert '<html lang="zh-Hans">' in page, address
            assert "htmx" not in page, address


async def test_off_the_list_is_not_off_the_phone(
    application: FastAPI, sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """A record that is held keeps its person's rights, and no word of why they left says that they said no."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    case = f"/labourers/{labourer.uuid}"
    assert (await client.post(f"{case}/off-list", data={"reason": "own_wish"})).status_code == 422
    assert (await client.post(f"{case}/off-list", data={"reason": "other"})).status_code == 303
    assert "Print a code slip" in (await client.get(case)).text
    printed = await client.post("/slips", data={"uuid": str(labourer.uuid)})
    assert printed.status_code == 200
    async with phone(application) as own:
        await own.come_in(printed.text.split('class="slip-code">')[1].split("<")[0])
        await own.read("/my")
        assert (await own.send("/my/limits/restriction", answer="on")).status_code == 303
        assert (await own.client.get("/my/copy")).status_code == 200
