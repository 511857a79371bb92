from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import AuditEvent
from app.permissions import Role
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.labourers import make_labourer

SignIn = Callable[..., Any]


async def test_lists_own_people_with_their_wishes(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    await make_labourer(session, county, keys, now, name="张小梅")
    client = await sign_in(county)
    page = (await client.get("/labourers")).text
    assert "张小梅" in page
    assert "苏州市" in page
    assert "4,800" in page


async def test_search_by_characters_pinyin_initials_and_number(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    await make_labourer(session, county, keys, now, name="曾小梅", phone="15400990001")
    await make_labourer(session, county, keys, now, name="李大强", phone="15400990002")
    client = await sign_in(county)
    for text in ("曾", "小梅", "zeng", "zxm", "zeng mei", "15400990001"):
        page = (await client.post("/labourers/search", data={"q": text}, follow_redirects=True)).text
        assert "曾小梅" in page, text
        assert "李大强" not in page, text


async def test_people_to_ask_are_found(sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    await make_labourer(session, county, keys, now, name="赵霞", scope=None)
    await make_labourer(session, county, keys, now, name="陈兵")
    client = await sign_in(county)
    page = (await client.get("/labourers", params={"standing": "ask"})).text
    assert "赵霞" in page
    assert "陈兵" not in page


async def test_another_county_is_invisible(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    labourer = await make_labourer(session, await make_actor(session), keys, now)
    other = await make_actor(session, organisation=await make_organisation(session, "county", "340826"))
    client = await sign_in(other)
    assert (await client.get(f"/labourers/{labourer.uuid}")).status_code == 404
    assert labourer.village_name not in (await client.get("/labourers")).text


async def test_a_township_sees_its_own_people_only(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    here = await make_labourer(session, county, keys, now, locality_code="340722113")
    there = await make_labourer(session, county, keys, now, locality_code="340722110")
    client = await sign_in(await make_actor(session, Role.TOWNSHIP_OFFICER, scope=("340722113",)))
    assert (await client.get(f"/labourers/{here.uuid}")).status_code == 200
    assert (await client.get(f"/labourers/{there.uuid}")).status_code == 404


async def test_brokers_and_employers_have_no_door(sign_in: SignIn, session: AsyncSession) -> None:
    for role in (Role.BROKER, Role.EMPLOYER, Role.STATION, Role.RECEIVING_OFFICER):
        client = await sign_in(await make_actor(session, role))
        assert (await client.get("/labourers")).status_code == 403, role


async def test_identity_is_masked_and_a_look_is_recorded(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, phone="15400990003")
    client = await sign_in(county)
    address = f"/labourers/{labourer.uuid}"
    assert "15400990003" not in (await client.get(address)).text
    refused = await client.post(f"{address}/reveal", data={"field": "phone", "reason": " "})
    assert refused.status_code == 422
    shown = await client.post(f"{address}/reveal", data={"field": "phone", "reason": "calls about the coach"})
    assert "15400990003" in shown.text
    seen = await session.scalar(select(AuditEvent).where(AuditEvent.act == "labourer.reveal"))
    assert seen is not None
    assert (seen.subject_id, seen.user_id, seen.reason) == (labourer.id, county.user_id, "calls about the coach")


async def test_own_word_is_recorded_and_taken_back(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    client = await sign_in(county)
    address = f"/labourers/{labourer.uuid}"
    said = {"scope": "other_city", "stated_on": now.date().isoformat(), "evidence": "form 12"}
    assert (await client.post(f"{address}/declarations", data=said)).status_code == 303
    assert "can be matched" in (await client.get(address)).text
    assert (await client.post(f"{address}/withdraw")).status_code == 303
    page = (await client.get(address)).text
    assert "not available" in page
    assert (await client.post(f"{address}/withdraw")).status_code == 409


async def test_off_the_list_and_back(sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, name="吴兰")
    client = await sign_in(county)
    assert (await client.post(f"/labourers/{labourer.uuid}/off-list", data={"reason": "working"})).status_code == 303
    assert "吴兰" not in (await client.get("/labourers")).text
    assert (await client.post(f"/labourers/{labourer.uuid}/back-on-list")).status_code == 303
    assert "吴兰" in (await client.get("/labourers")).text


async def test_the_list_takes_few_queries_whatever_its_length(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime, count_queries: Callable[..., Any]
) -> None:
    county = await make_actor(session)
    for _ in range(3):
        await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    with count_queries() as few:
        await client.get("/labourers")
    for _ in range(12):
        await make_labourer(session, county, keys, now)
    await session.commit()
    with count_queries() as many:
        await client.get("/labourers")
    assert len(many) == len(few)
