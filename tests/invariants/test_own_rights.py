"""The person's own door to their rights and to a complaint (V1, V9, R2, R14). Each test is an attempt; its docstring
names the wall that stops it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations.limits import ProcessingLimit
from app.grievances import service as grievances
from app.permissions import Role
from app.rights.models import RightsRequest
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.grievances import complaint, file
from tests.factories.labourers import make_labourer
from tests.factories.slips import make_slip, phone

ACTS = [
    ("/my/limits/objection", {"answer": "on"}),
    ("/my/requests/deletion", {"words": "都删掉吧"}),
    ("/my/copy", {}),
    ("/my/complaint", {"kind": "wages_unpaid", "text": "三个月没有发工资。", "named": "yes"}),
]


async def test_a_slip_reaches_nobody_else(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Walls: the door takes the person from the session alone; policies on labourer by the person's own number."""
    county = await make_actor(session)
    one = await make_labourer(session, county, keys, now, name="张小梅")
    other = await make_labourer(session, county, keys, now, name="李秀兰", village_name="和平村")
    code = await make_slip(session, county, keys, one, now)
    async with phone(application) as own:
        await own.come_in(code)
        await own.read("/my")
        for address, form in ACTS:
            answer = await own.send(f"{address}?labourer={other.uuid}", **form, labourer=str(other.uuid))
            assert answer.status_code in (200, 303), address
            assert "和平村" not in answer.text
            assert "李" not in answer.text
    for table in (ProcessingLimit, RightsRequest):
        assert set(await session.scalars(select(table.labourer_id))) == {one.id}


async def test_nothing_is_done_without_a_session_or_from_another_site(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Walls: the person's door; the token of the form."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as stranger, phone(application) as own:
        for address, form in ACTS:
            assert (await stranger.send(address, **form)).status_code == 401
        await own.come_in(code)
        for address, form in ACTS:
            assert (await own.client.post(address, data={**form, "csrf_token": "made up"})).status_code == 403
    for table in (ProcessingLimit, RightsRequest):
        assert (await session.scalars(select(table))).all() == []


async def test_an_officer_does_not_ask_in_a_persons_name(
    application: FastAPI, sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: the person's door refuses whoever is signed in."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    await make_slip(session, county, keys, labourer, now)
    client = await sign_in(county)
    for address, form in ACTS:
        assert (await client.post(address, data=form)).status_code == 403


async def test_the_office_that_printed_the_slip_does_not_read_the_complaint(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: no own page opens a complaint by the slip; it takes the receipt, which is shown once and kept nowhere."""
    township = await make_actor(session, Role.TOWNSHIP_OFFICER)
    labourer = await make_labourer(session, township, keys, now)
    told = complaint(about=("home_office",))
    receipt = await grievances.file(session, keys, told, now=now, labourer_id=labourer.id)
    code = await make_slip(session, township, keys, labourer, now)  # printed for oneself, to look
    async with phone(application) as officer:
        await officer.come_in(code)
        pages = [await officer.read(one) for one in ("/my", "/my/seen", "/my/copy", "/my/complaint")]
        pages.append((await officer.send("/my/copy")).text)
        pages.append((await officer.send("/my/complaint/look", code=code)).text)
        for page in pages:
            assert "三个月没有发工资" not in page
            assert "grievance" not in page
            assert receipt.code not in page


@pytest.mark.parametrize("act", ["look", "words", "close", "review"])
async def test_a_slip_is_no_key_to_another_persons_complaint(
    application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime, act: str
) -> None:
    """Wall: policy drawer_opens, by the hash of the receipt."""
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    grievance, _ = await file(session, keys, now)
    code = await make_slip(session, county, keys, labourer, now)
    async with phone(application) as own:
        await own.come_in(code)
        await own.read("/my")
        answer = await own.send(f"/my/complaint/{act}", code=str(grievance.uuid), text="关闭", why="关闭")
    assert answer.status_code == 404
    assert "三个月没有发工资" not in answer.text
