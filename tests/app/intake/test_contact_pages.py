"""A clerk mends a person's name, phone or home without a sheet; the phone is not shown for it, and the reason stays."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import AuditEvent
from app.labourers import queries, service
from app.labourers.models import Labourer, LabourerChange
from app.labourers.schemas import PersonFacts, WishFacts
from app.permissions import Actor, Role
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.labourers import make_labourer

SignIn = Callable[..., Any]
HUIGONG, QIANPU = "340722113", "340722110"
OLD, NEW = "15400990031", "15400990032"


async def facts_of(session: AsyncSession, keys: KeyRing, labourer: Labourer) -> PersonFacts:
    await session.refresh(labourer)
    return (await service.facts_of(session, keys, [labourer]))[labourer.id]


async def saved(client: httpx.AsyncClient, labourer: Labourer, **typed: Any) -> httpx.Response:
    as_it_stands = {
        "version": "1",
        "name": "张小梅",
        "phone": "",
        "township": HUIGONG,
        "village": "拔茅村",
        "reason": "",
    }
    return await client.post(f"/labourers/{labourer.uuid}/edit", data={**as_it_stands, **typed})


@pytest.fixture
async def labourer(session: AsyncSession, keys: KeyRing, now: datetime, county: Actor) -> Labourer:
    wishes = WishFacts(wish_trades=["sewing"], floor_net_month=4800, excluded_places=["330000"])
    return await make_labourer(
        session, county, keys, now, phone=OLD, household_no="H1", head_name="张大山", wishes=wishes
    )


@pytest.fixture
async def county(session: AsyncSession) -> Actor:
    return await make_actor(session)


async def test_phone_and_home_are_corrected_and_nothing_else(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, county: Actor, labourer: Labourer
) -> None:
    before = await facts_of(session, keys, labourer)
    client = await sign_in(county)
    page = (await client.get(f"/labourers/{labourer.uuid}/edit")).text
    assert OLD not in page, "to correct a number nobody has to see the old one"
    assert "154****0031" in page
    answer = await saved(
        client, labourer, phone=NEW, township=QIANPU, village="龙泉村", reason="called from the new number"
    )
    assert answer.status_code == 303, answer.text
    after = await facts_of(session, keys, labourer)
    changed = {name for name, value in vars(before).items() if getattr(after, name) != value}
    assert changed == {"phone", "locality_code", "village_name"}
    assert (after.phone, after.locality_code, after.village_name) == (NEW, QIANPU, "龙泉村")
    found = await client.post("/labourers/search", data={"q": NEW}, follow_redirects=True)
    assert str(labourer.uuid) in found.text
    change = await session.scalar(select(LabourerChange))
    assert change
    assert (change.reason, change.by_user_id) == ("called from the new number", county.user_id)
    assert change.changes["village_name"] == ["拔茅村", "龙泉村"]
    assert NEW not in str(change.changes)
    page = (await client.get(f"/labourers/{labourer.uuid}")).text
    for words in ("Corrected: Phone, Home, Village", "called from the new number"):
        assert words in page, words


async def test_a_name_is_corrected_and_found_by_its_new_sound(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, county: Actor, labourer: Labourer
) -> None:
    client = await sign_in(county)
    assert (await saved(client, labourer, name="章小梅", reason="identity card seen")).status_code == 303
    after = await facts_of(session, keys, labourer)
    assert (after.name, after.phone) == ("章小梅", OLD)
    found = await client.post("/labourers/search", data={"q": "章"}, follow_redirects=True)
    assert str(labourer.uuid) in found.text


async def test_a_number_that_is_not_theirs_is_taken_out(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, county: Actor, labourer: Labourer
) -> None:
    client = await sign_in(county)
    assert (await saved(client, labourer, no_phone="yes", reason="wrong person answered")).status_code == 303
    assert (await facts_of(session, keys, labourer)).phone is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"), ({"name": "张3"}, "name"), ({"phone": "1540099"}, "phone"),
        ({"phone": NEW, "no_phone": "yes"}, "phone"), ({"township": "320509"}, "township"),
        ({"village": "村" * 101}, "village"), ({"reason": " "}, "reason"),
    ],
    ids=str,
)  # fmt: skip
async def test_errors_stand_at_their_field(
    sign_in: SignIn, session: AsyncSession, county: Actor, labourer: Labourer, typed: dict[str, str], field: str
) -> None:
    client = await sign_in(county)
    answer = await saved(client, labourer, **{"village": "龙泉村", "reason": "told by phone", **typed})
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    await session.refresh(labourer)
    assert labourer.version == 1


async def test_untouched_nothing_changes_and_the_second_is_told(
    sign_in: SignIn, session: AsyncSession, county: Actor, labourer: Labourer
) -> None:
    client = await sign_in(county)
    assert (await saved(client, labourer, reason="told by phone")).status_code == 303
    assert "Nothing was changed" in (await client.get(f"/labourers/{labourer.uuid}")).text
    assert (await saved(client, labourer, village="龙泉村", reason="told by phone")).status_code == 303
    answer = await saved(client, labourer, village="三里村", reason="told by phone")
    assert answer.status_code == 412
    assert 'value="三里村"' in answer.text


async def test_a_township_corrects_its_own_people_for_its_county(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, county: Actor, labourer: Labourer
) -> None:
    office = await make_organisation(session, "township", HUIGONG)
    township = await make_actor(session, Role.TOWNSHIP_OFFICER, organisation=office, scope=(HUIGONG,))
    client = await sign_in(township)
    outside = await saved(client, labourer, township=QIANPU, reason="moved there")
    assert outside.status_code == 422, "where the post does not reach it enters nobody"
    assert (await saved(client, labourer, phone=NEW, reason="moved there")).status_code == 303
    household = await queries.household_of(session, labourer)
    await session.refresh(labourer)
    assert (labourer.organisation_id, household and household.organisation_id) == (county.organisation_id,) * 2
    event = await session.scalar(select(AuditEvent).where(AuditEvent.act == "labourer.correct"))
    assert event
    assert event.user_id == township.user_id


async def test_nobody_else_may(sign_in: SignIn, session: AsyncSession, labourer: Labourer, now: datetime) -> None:
    elsewhere = await make_actor(session, organisation=await make_organisation(session, "county", "340826"))
    province = await make_actor(session, Role.PROVINCE, scope=("340000",))
    for actor, status in ((elsewhere, 404), (province, 403), (await make_actor(session, Role.BROKER), 403)):
        client = await sign_in(actor)
        assert (await client.get(f"/labourers/{labourer.uuid}/edit")).status_code == status, actor.role
        assert (await saved(client, labourer, reason="told by phone")).status_code == status, actor.role


async def test_who_left_the_list_is_not_corrected(
    sign_in: SignIn, session: AsyncSession, county: Actor, labourer: Labourer, now: datetime
) -> None:
    await service.take_off_list(session, county, labourer, "working", now=now)
    client = await sign_in(county)
    assert (await client.get(f"/labourers/{labourer.uuid}/edit")).status_code == 409
    assert f"/labourers/{labourer.uuid}/edit" not in (await client.get(f"/labourers/{labourer.uuid}")).text


async def test_a_ninth_refused_place_of_before_does_not_stand_in_the_way(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, county: Actor, labourer: Labourer
) -> None:
    entry = await queries.entry_of(session, labourer.id)
    assert entry
    entry.excluded_places = [f"{number}0000" for number in (31, 32, 33, 35, 36, 37, 41, 42, 44)]
    await session.commit()
    client = await sign_in(county)
    assert (await saved(client, labourer, phone=NEW, reason="told by phone")).status_code == 303
    assert (await facts_of(session, keys, labourer)).phone == NEW


async def test_the_trail_names_the_township_that_corrected(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, labourer: Labourer
) -> None:
    township = await make_organisation(session, "township", HUIGONG)
    officer = await make_actor(session, Role.TOWNSHIP_OFFICER, organisation=township)
    answer = await saved(await sign_in(officer), labourer, village="龙泉村", reason="told at the door")
    assert answer.status_code == 303, answer.text
    assert (await facts_of(session, keys, labourer)).village_name == "龙泉村"
    event = (await session.scalars(select(AuditEvent).where(AuditEvent.act == "labourer.correct"))).one()
    assert (event.organisation_id, event.user_id) == (township.id, officer.user_id)
