"""V4: a no leaves no trace that a list can read; everyone else sees "available" or "not available"."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import service
from app.rights import service as rights
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.slips import make_slip, phone


async def test_nobody_who_said_no_can_be_picked_out(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """R5, R7. Wall: service, no filter names a no."""
    county = await make_actor(session)
    await make_labourer(session, county, keys, now, name="李大强", scope="not_now")
    taken_back = await make_labourer(session, county, keys, now, name="王小明")
    await service.withdraw(session, county, taken_back.id, channel="in_person", now=now)
    client = await sign_in(county)
    for query in ("scope=not_now", "standing=withdrawn", "standing=not_now"):
        page = (await client.get(f"/labourers?{query}")).text
        assert "李大强" not in page, query
        assert "王小明" not in page, query
        found = (await client.get(f"/api/v1/labourers?{query}")).json()["items"]
        assert found == [], query


async def test_a_no_and_a_word_taken_back_look_alike(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """R5. Wall: service, one word for both."""
    county = await make_actor(session)
    await make_labourer(session, county, keys, now, scope="not_now")
    taken_back = await make_labourer(session, county, keys, now)
    await service.withdraw(session, county, taken_back.id, channel="in_person", now=now)
    client = await sign_in(county)
    items = (await client.get("/api/v1/labourers")).json()["items"]
    shown = [{name: item[name] for name in ("standing", "scope", "stated_on", "expires_on")} for item in items]
    assert len(shown) == 2
    assert shown[0] == shown[1] == {"standing": "not_available", "scope": None, "stated_on": None, "expires_on": None}


@pytest.mark.wall("service, the case tells no more than the list")
async def test_a_case_does_not_say_who_said_no(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """R5. One sentence for "not now", a word taken back and a limit, and no line of the past that says which."""
    county = await make_actor(session)
    earlier = now.date() - timedelta(days=20)
    people = [await make_labourer(session, county, keys, now, stated_on=earlier) for _ in range(3)]
    not_now, taken_back, limited = people
    no = service.Statement(not_now.id, "not_now", now.date(), "in_person", recorder="程经办", evidence="form 13")
    await service.record(session, county, keys, no, now=now, days=180)
    await service.withdraw(session, county, taken_back.id, channel="in_person", now=now)
    await rights.limit(session, county, limited, "objection", "asked for by phone", channel="in_person", now=now)
    client = await sign_in(county)
    for one in people:
        page = (await client.get(f"/labourers/{one.uuid}")).text
        assert "not available" in page
        for word in ("Stated:", "not now", "taken back", "set a limit", earlier.isoformat()):
            assert word not in page.split('id="declare"')[0], (one.id, word)


@pytest.mark.wall("service, the case tells what counts today")
async def test_what_a_person_says_today_is_read_alone(
    sign_in: Callable[..., Any], application: FastAPI, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """R5. The statement that counts is read on the case, the "not now" before it is not; the person reads all."""
    county = await make_actor(session)
    earlier = now.date() - timedelta(days=20)
    labourer = await make_labourer(session, county, keys, now, scope="not_now", stated_on=earlier)
    yes = service.Statement(labourer.id, "other_city", now.date(), "in_person", recorder="程经办", evidence="form 13")
    await service.record(session, county, keys, yes, now=now, days=180)
    code = await make_slip(session, county, keys, labourer, now)
    client = await sign_in(county)
    page = (await client.get(f"/labourers/{labourer.uuid}")).text
    assert page.count("Stated:") == 1
    assert "can be matched" in page
    async with phone(application) as own:
        await own.come_in(code)
        await own.read("/my/copy")
        assert earlier.isoformat() in (await own.send("/my/copy")).text
