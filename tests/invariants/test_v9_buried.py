"""V9: nobody buries a complaint, shuts a dormitory's mouth, or closes what they took down for somebody else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict
from app.grievances import clocks, drawer, handling, service
from app.grievances.models import Grievance
from app.permissions import Actor
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.grievances import CITY, PROVINCE, complaint, file, make_inspection
from tests.factories.labourers import make_labourer
from tests.factories.slips import make_slip, phone

SignIn = Callable[..., Any]
LATE = timedelta(days=40)
TOLD = {"kind": "wages_unpaid", "text": "三个月没有发工资。", "place": "江苏苏州吴江", "home": "安徽枞阳会宫镇"}


async def where_it_is(session: AsyncSession, grievance: Grievance) -> int | None:
    await drawer.open_for_clock(session)
    await session.refresh(grievance)
    return grievance.organisation_id


async def taken_down(session: AsyncSession, keys: KeyRing, officer: Actor, now: datetime) -> tuple[Grievance, str]:
    """(complaint, code) of one that an officer took down."""
    receipt = await service.file(session, keys, complaint(), now=now, actor=officer)
    grievance = await service.read(session, service.by_receipt(keys, receipt.code))
    return grievance, receipt.code


@pytest.mark.wall("the service keeps such a name in words alone; trigger grievance_party_guard")
@pytest.mark.parametrize("by", ["office", "officer"])
async def test_a_handler_takes_no_other_inspection_off_the_route(
    session: AsyncSession, keys: KeyRing, now: datetime, by: str
) -> None:
    county, city, province = [await make_inspection(session, code) for code in ("320509", CITY, PROVINCE)]
    grievance, _ = await file(session, keys, now)
    words = [one.organisation_name if by == "office" else one.display_name for one in (city, province)]
    await handling.name(session, keys, county, grievance.uuid, "\n".join(words), now=now)
    assert await where_it_is(session, grievance) == county.organisation_id
    assert (grievance.named_organisation_ids, grievance.named_user_ids) == ([], [])
    await clocks.run_due(session, keys, now=now + LATE)
    assert await where_it_is(session, grievance) == city.organisation_id
    await drawer.open_for_actor(session, city)
    named = {"office": "organisation_id", "officer": "user_id"}[by]
    whom = province.organisation_id if by == "office" else province.user_id
    row = "gen_random_uuid(), :id, now(), :whom"
    insert = text(f"INSERT INTO grievance_party (uuid, grievance_id, at, {named}) VALUES ({row})")
    with pytest.raises(DBAPIError, match="no other inspection"):
        async with session.begin_nested():
            await session.execute(insert, {"id": grievance.id, "whom": whom})


@pytest.mark.wall("the service: an office gives a complaint up by naming itself, and it goes on to the next")
async def test_a_handler_that_names_itself_and_the_next_gives_up_only_itself(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county, city = [await make_inspection(session, code) for code in ("320509", CITY)]
    grievance, _ = await file(session, keys, now)
    both = f"{county.organisation_name}\n{city.organisation_name}"
    await handling.name(session, keys, county, grievance.uuid, both, now=now)
    assert await where_it_is(session, grievance) == city.organisation_id
    assert grievance.named_organisation_ids == [county.organisation_id]


@pytest.mark.wall("routing falls back to an inspection elsewhere; nobody's list is left without it")
async def test_with_a_whole_province_named_it_goes_to_another(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county, city, province = [await make_inspection(session, code) for code in ("320509", CITY, PROVINCE)]
    elsewhere = await make_inspection(session, "330000")
    every = "\n".join(one.organisation_name for one in (county, city, province))
    grievance, _ = await file(session, keys, now, names=every)
    assert grievance.organisation_id == elsewhere.organisation_id
    late, _ = await file(session, keys, now, names=f"{city.organisation_name}\n{province.organisation_name}")
    assert late.organisation_id == county.organisation_id
    await clocks.run_due(session, keys, now=now + LATE)
    assert await where_it_is(session, late) == elsewhere.organisation_id
    reviewed, code = await file(session, keys, now, names=f"{city.organisation_name}\n{province.organisation_name}")
    await handling.answer(session, keys, county, reviewed.uuid, "没有问题。", now=now)
    await service.ask_review(session, keys, service.by_receipt(keys, code), "不服。", now=now)
    assert reviewed.review_organisation_id == elsewhere.organisation_id


@pytest.mark.wall("the service: a count per address marks a complaint and refuses none")
async def test_a_firm_does_not_use_up_its_dormitorys_complaints(
    client: httpx.AsyncClient, sign_in: SignIn, session: AsyncSession
) -> None:
    inspector = await make_inspection(session)
    most = service.TRIES["file"][0]
    answers = [await client.post("/complaint", data=TOLD) for _ in range(most + 2)]
    assert {answer.status_code for answer in answers} == {200}
    assert all("<code>" in answer.text for answer in answers)
    handler = await sign_in(inspector)
    items = (await handler.get("/api/v1/grievances")).json()["items"]
    assert sorted(item["many_from_address"] for item in items) == [False] * most + [True] * 2
    assert all(item["due_at"] for item in items)
    assert (await handler.get("/grievances")).text.count("many from one address") == 2
    await drawer.open_for_clock(session)
    with pytest.raises(DBAPIError, match="not rewritten"):
        await session.execute(text("UPDATE grievance SET many_from_address = NOT many_from_address"))


@pytest.mark.wall("the service: who comes with a slip is counted by the slip, and only for looking up")
async def test_a_slip_is_not_counted_with_its_address(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    await make_inspection(session)
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        looks = [(await own.client.post("/complaint/look", data={"code": "x"})).status_code for _ in range(31)]
        assert looks[-1] == 429
        await own.come_in(code)
        await own.read("/my/complaint")
        for _ in range(service.TRIES["file"][0] + 1):
            assert (await own.send("/my/complaint", **TOLD, named="no")).status_code == 200
        assert (await own.send("/my/complaint/look", code="AAAA")).status_code == 404
        looks = [(await own.send("/my/complaint/look", code="AAAA")).status_code for _ in range(30)]
        assert looks[-1] == 429
    await drawer.open_for_clock(session)
    assert not any(await session.scalars(select(Grievance.many_from_address)))


@pytest.mark.wall("the page: what an officer took down does not open while anybody is signed in")
@pytest.mark.parametrize("act", ["look", "words", "close", "review"])
async def test_an_officer_does_not_open_what_they_took_down(
    client: httpx.AsyncClient, sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime, act: str
) -> None:
    county = await make_actor(session)
    grievance, code = await taken_down(session, keys, county, now)
    _, own_code = await file(session, keys, now)
    await session.commit()
    officer = await sign_in(county)
    answer = await officer.post(f"/complaint/{act}", data={"code": code, "text": "补充。", "why": "不服。"})
    assert answer.status_code == 403
    assert "三个月没有发工资" not in answer.text
    assert (await officer.post("/complaint/look", data={"code": own_code})).status_code == 200, "their own is theirs"
    await where_it_is(session, grievance)
    assert grievance.state != "closed"


@pytest.mark.wall("the service: an answer stands for some working days first; trigger grievance_taken_down_guard")
async def test_a_receipt_an_officer_saw_does_not_close_at_once(
    client: httpx.AsyncClient, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    inspector = await make_inspection(session)
    grievance, code = await taken_down(session, keys, await make_actor(session), now)
    who = service.by_receipt(keys, code)
    with pytest.raises(Conflict, match="answers first"):
        await service.close(session, keys, who, now=now)
    await handling.answer(session, keys, inspector, grievance.uuid, "工资已补发。", now=now)
    with pytest.raises(Conflict, match="has stood"):
        await service.close(session, keys, who, now=now + timedelta(days=1))
    forged = "UPDATE grievance SET state = 'closed', closed_by = 'complainant', closed_at = :now, due_at = NULL"
    with pytest.raises(DBAPIError, match="stands for a while"):
        async with session.begin_nested():
            await session.execute(text(forged), {"now": now + timedelta(days=1)})
    await session.commit()
    page = (await client.post("/complaint/look", data={"code": code})).text
    assert "stood for 3 working days" in page
    assert "Have another authority look" in page
    assert "Yes: close the complaint" not in page
    await service.close(session, keys, who, now=now + timedelta(days=10))
    assert grievance.closed_by == "complainant"
