"""V1: very many statements that came about in one way open nothing before a second officer has looked."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation
from app.audit import AuditEvent
from app.declarations import queries, reviews, service
from app.declarations.models import Declaration, DeclarationWithdrawal, RecorderReview, ReviewedStatement
from app.labourers.models import Labourer
from app.match_runs import snapshot
from app.permissions import Actor, Role
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.slips import make_slip, phone

MANY = 4


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STATEMENTS_PER_RECORDER_DAY", "PEOPLE_PER_PRINTER_DAY", "PEOPLE_PER_ADDRESS_HOUR"):
        monkeypatch.setattr(reviews, name, MANY - 1)


async def colleague(session: AsyncSession, actor: Actor) -> Actor:
    office = await session.get_one(Organisation, actor.organisation_id)
    return await make_actor(session, Role.COUNTY_OFFICER, organisation=office)


async def permitted(session: AsyncSession, people: list[Labourer], now: datetime) -> list[bool]:
    return [await queries.is_permitted(session, "match", one.id, day_of(now)) for one in people]


async def written_up(session: AsyncSession, county: Actor, keys: KeyRing, now: datetime) -> list[Labourer]:
    return [await make_labourer(session, county, keys, now) for _ in range(MANY)]


@pytest.mark.wall("service, the one condition asks whether the statement waits for a second look")
async def test_what_one_recorder_wrote_up_in_a_day_opens_nothing_before_a_second_look(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """The recorder cannot close it; the second officer can, and then it counts."""
    county = await make_actor(session)
    people = await written_up(session, county, keys, now)
    assert await permitted(session, people, now) == [False] * MANY
    assert (await snapshot.take(session, county.organisation_id, day_of(now))).labourers == []
    client = await sign_in(county)
    assert "/reviews" in (await client.get("/")).text
    assert "waits for a second look" in (await client.get(f"/labourers/{people[0].uuid}")).text
    (one,) = (await client.get("/api/v1/reviews")).json()["items"]
    assert (one["way"], one["rows"]) == ("recorder", MANY)
    assert (await client.post(f"/reviews/{one['uuid']}/close", data={"finding": "stands"})).status_code == 403
    client = await sign_in(await colleague(session, county))
    page = (await client.get(f"/reviews/{one['uuid']}")).text
    assert page.count("form 12") == MANY
    assert "Leave the province" not in page
    assert (await client.post(f"/reviews/{one['uuid']}/close", data={"finding": ""})).status_code == 422
    assert (await client.post(f"/reviews/{one['uuid']}/close", data={"finding": "stands"})).status_code == 303
    assert (await client.post(f"/reviews/{one['uuid']}/close", data={"finding": "stands"})).status_code == 409
    assert "looked at, the statements stand" in (await client.get("/reviews?closed=true")).text
    assert await permitted(session, people, now) == [True] * MANY
    trail = await session.scalar(select(AuditEvent).where(AuditEvent.act == "review.close"))
    assert trail is not None
    assert trail.detail == {"outcome": "stands", "rows": MANY}


@pytest.mark.wall("service, a statement set aside is no word of the person")
async def test_what_does_not_stand_is_nobodys_no(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """V1, V4. Nothing opens, nobody is marked as having said no, everybody is asked anew."""
    county = await make_actor(session)
    people = await written_up(session, county, keys, now)
    client = await sign_in(await colleague(session, county))
    (one,) = (await client.get("/api/v1/reviews")).json()["items"]
    found = await client.post(f"/api/v1/reviews/{one['uuid']}/close", json={"finding": "does_not_stand"})
    assert found.json()["finding"] == "does_not_stand"
    assert await permitted(session, people, now) == [False] * MANY
    assert await session.scalar(select(func.count()).select_from(DeclarationWithdrawal)) == 0
    asked = (await client.get("/api/v1/labourers?standing=ask")).json()["items"]
    assert {item["uuid"] for item in asked} == {str(person.uuid) for person in people}
    assert "ask: nothing stated" in (await client.get(f"/labourers/{people[0].uuid}")).text
    said = service.Statement(people[0].id, "home_county", day_of(now), "in_person", recorder="吴二", evidence="form 99")
    await service.record(session, county, keys, said, now=now, days=180)
    assert await permitted(session, people[:1], now) == [True]


@pytest.mark.wall("service, own codes are counted by who printed them and by address")
@pytest.mark.parametrize(("addresses", "way"), [("same", "address"), ("each their own", "printer")])
async def test_a_village_of_slips_used_at_one_desk_is_looked_at_again(
    application: FastAPI,
    sign_in: Callable[..., Any],
    session: AsyncSession,
    keys: KeyRing,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    addresses: str,
    way: str,
) -> None:
    """The officer who printed the slips types them in."""
    monkeypatch.setattr(reviews, "PEOPLE_PER_PRINTER_DAY" if way == "address" else "PEOPLE_PER_ADDRESS_HOUR", 99)
    county = await make_actor(session)
    people = [await make_labourer(session, county, keys, now, scope=None) for _ in range(MANY)]
    for number, one in enumerate(people):
        code = await make_slip(session, county, keys, one, now)
        async with phone(application, "10.0.0.7" if addresses == "same" else f"10.0.1.{number}") as own:
            await own.come_in(code)
            await own.read("/my")
            assert (await own.send("/my/declare", scope="leave_province", matched="yes")).status_code == 303
            home = await own.read("/my")
        assert ("makes sure that each person said theirs" in home) == (number == MANY - 1)
        if number == MANY - 2:
            assert await permitted(session, people[:-1], now) == [True] * (MANY - 1)
    assert await permitted(session, people, now) == [False] * MANY
    client = await sign_in(county)
    (review,) = (await client.get("/api/v1/reviews")).json()["items"]
    assert (review["way"], review["rows"]) == (way, MANY)
    refused = await client.post(f"/reviews/{review['uuid']}/close", data={"finding": "stands"})
    assert refused.status_code == 403
    client = await sign_in(await colleague(session, county))
    assert (await client.get("/reviews")).status_code == 200
    assert (await client.post(f"/reviews/{review['uuid']}/close", data={"finding": "stands"})).status_code == 303
    assert await permitted(session, people, now) == [True] * MANY


@pytest.mark.parametrize(
    ("act", "wall"),
    [
        ("UPDATE recorder_review SET closed_at = now(), closed_by = :recorder, finding = 'stands'", "a second person"),
        ("UPDATE recorder_review SET finding = 'stands'", "ck_recorder_review_closed"),
        ("DELETE FROM recorder_review", "only grows"),
        ("DELETE FROM reviewed_statement", "only grows"),
        ("UPDATE reviewed_statement SET review_id = review_id", "only grows"),
    ],
)
async def test_a_review_is_not_got_rid_of(
    session: AsyncSession, keys: KeyRing, now: datetime, act: str, wall: str
) -> None:
    """Direct SQL."""
    county = await make_actor(session)
    await written_up(session, county, keys, now)
    assert await session.scalar(select(func.count()).select_from(ReviewedStatement)) == MANY
    with pytest.raises(DBAPIError, match=wall):
        await session.execute(text(act), {"recorder": county.user_id} if ":recorder" in act else {})


@pytest.mark.wall("trigger recorder_review_second_person")
async def test_what_was_found_is_not_found_otherwise(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    """Direct SQL."""
    county = await make_actor(session)
    people = await written_up(session, county, keys, now)
    second = await colleague(session, county)
    review = await session.scalar(select(RecorderReview))
    assert review is not None
    await reviews.close(session, second, keys, review, "does_not_stand", now=now)
    with pytest.raises(DBAPIError, match="closed once"):
        async with session.begin_nested():
            await session.execute(update(RecorderReview).values(finding="stands"))
    assert await session.scalar(select(func.count()).select_from(Declaration)) == len(people)
