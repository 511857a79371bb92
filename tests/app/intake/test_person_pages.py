"""A person registered by hand is read like a row of the register, and nobody's word is invented."""

import html
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import AuditEvent
from app.declarations.models import Consent, Declaration
from app.labourers import service
from app.labourers.models import DemandListEntry, Labourer, LabourerSkill
from app.permissions import Role
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.labourers import id_number, make_labourer

SignIn = Callable[..., Any]
TYPED = {"name": "张小梅", "id_no": id_number("34000019860315706"), "township": "会宫镇", "village": "拔茅村"}


async def test_the_form_asks_in_the_words_of_the_template(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session))
    page = (await client.get("/labourers/new")).text
    assert "Net pay at least (yuan a month)" in page
    chinese = (await client.get("/labourers/new", params={"lang": "zh_Hans"})).text
    assert "到手工资不低于(元/月)" in chinese
    assert "会宫镇" in chinese


async def test_a_person_with_facts_wishes_and_own_word(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    client = await sign_in(county)
    more = {
        "phone": "154 0099 0041", "relation": "户主", "education": "初中", "skill": "缝纫工", "skill_months": "2年",
        "wish_place": "苏州、宁波", "wish_trade": "缝纫工", "wish_wage": "4800", "wish_lodging": ["单间", "2–4人间"],
        "matters_most": ["到手工资", "住宿"], "excluded": ["夜班"], "scope": "leave_province",
        "stated_on": now.date().isoformat(), "evidence": "表 17",
    }  # fmt: skip
    answer = await client.post("/labourers", data=TYPED | more)
    assert answer.status_code == 303, answer.text
    labourer = (await session.scalars(select(Labourer))).one()
    assert (service.name_of(keys, labourer), service.phone_of(keys, labourer)) == ("张小梅", "15400990041")
    assert (labourer.birth_on, labourer.sex, labourer.relation) == (date(1986, 3, 15), "female", "head")
    assert (labourer.locality_code, labourer.organisation_id) == ("340722113", county.organisation_id)
    entry = (await session.scalars(select(DemandListEntry))).one()
    assert [one["code"] for one in entry.wish_places] == ["320500", "330200"]
    assert (entry.floor_net_month, entry.wish_trades) == (4800, ["sewing"])
    assert (entry.lodging_wanted, entry.matters_most) == (["single", "room_2_4"], ["net_pay", "lodging"])
    assert entry.excluded_conditions == ["night"]
    skill = (await session.scalars(select(LabourerSkill))).one()
    assert (skill.title, skill.months, skill.trade_family) == ("缝纫工", 24, "sewing")
    said = (await session.scalars(select(Declaration))).one()
    assert (said.scope, said.channel, said.recorder_user_id) == ("leave_province", "in_person", county.user_id)
    assert (await session.scalars(select(Consent.given))).one()


async def test_without_own_word_nothing_is_stated(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    client = await sign_in(await make_actor(session))
    answer = await client.post("/labourers", data=TYPED | {"wish_place": "苏州", "stated_on": now.date().isoformat()})
    assert answer.status_code == 303
    assert (await session.scalars(select(Declaration))).all() == []
    assert "ask: nothing stated" in (await client.get("/labourers")).text


async def test_errors_stand_at_the_field_and_nothing_typed_is_lost(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session))
    wrong = TYPED | {"id_no": "340000198603157060", "phone": "12", "wish_lodging": ["单间"], "skill_months": "lange"}
    answer = await client.post("/labourers", data=wrong)
    assert answer.status_code == 422
    for field in ("id_no", "phone", "skill_months"):
        assert f'href="#field-{field}"' in answer.text, field
    assert 'value="340000198603157060"' in answer.text
    assert re.search(r'value="单间" checked', answer.text)
    assert 'value="拔茅村"' in answer.text
    missing = await client.post("/labourers", data={"village": "拔茅村"})
    for field in ("name", "id_no", "township"):
        assert f'href="#field-{field}"' in missing.text, field
    assert (await session.scalars(select(Labourer))).all() == []


async def test_a_day_of_own_word_is_needed_and_not_in_the_future(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    client = await sign_in(await make_actor(session))
    tomorrow = (now.date() + timedelta(days=1)).isoformat()
    for day in ("", "soon", tomorrow):
        answer = await client.post("/labourers", data=TYPED | {"scope": "other_city", "stated_on": day})
        assert answer.status_code == 422, day
        assert 'href="#field-stated_on"' in answer.text, day
    forged = await client.post("/labourers", data=TYPED | {"scope": "not_stated", "stated_on": "2026-11-20"})
    assert 'href="#field-scope"' in forged.text


async def test_what_looks_odd_is_asked_once_then_taken(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session))
    odd = TYPED | {"work_months": "6", "wish_place": "苏州、那边"}
    first = await client.post("/labourers", data=odd)
    assert first.status_code == 422
    assert "This looks odd" in first.text
    seen = re.search(r'name="doubts_seen" value="([^"]*)"', first.text)
    assert seen is not None
    second = await client.post("/labourers", data=odd | {"doubts_seen": html.unescape(seen[1])})
    assert second.status_code == 303, second.text


async def test_a_listed_number_is_said_at_the_field(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    await make_labourer(session, county, keys, now, id_no=TYPED["id_no"])
    client = await sign_in(county)
    answer = await client.post("/labourers", data=TYPED)
    assert answer.status_code == 422
    assert "on your list already" in answer.text
    assert 'value="张小梅"' in answer.text
    elsewhere = await make_actor(session, organisation=await make_organisation(session, "county", "340722"))
    told = (await (await sign_in(elsewhere)).post("/labourers", data=TYPED)).text
    assert "on your list already" not in told
    assert "Ask your province" in told


async def test_save_and_go_on_keeps_the_village(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session))
    answer = await client.post("/labourers", data=TYPED | {"go_on": "yes"})
    assert answer.status_code == 303
    page = (await client.get(answer.headers["location"])).text
    assert 'value="拔茅村"' in page
    assert "张小梅" not in page


async def test_a_township_registers_its_own_people_for_its_county(sign_in: SignIn, session: AsyncSession) -> None:
    county = await make_organisation(session, "county", "340722")
    township = await make_organisation(session, "township", "340722113")
    officer = await make_actor(session, Role.TOWNSHIP_OFFICER, organisation=township)
    client = await sign_in(officer)
    page = (await client.get("/labourers/new")).text
    assert re.search(r'<option value="会宫镇" selected', page)
    assert "横埠镇" not in page
    elsewhere = await client.post("/labourers", data=TYPED | {"township": "横埠镇"})
    assert elsewhere.status_code == 422
    assert (await client.post("/labourers", data=TYPED)).status_code == 303
    labourer = (await session.scalars(select(Labourer))).one()
    assert labourer.organisation_id == county.id
    event = (await session.scalars(select(AuditEvent).where(AuditEvent.act == "labourer.enter"))).one()
    assert (event.organisation_id, event.user_id) == (township.id, officer.user_id), "the trail names who did it"


async def test_others_have_no_door(sign_in: SignIn, session: AsyncSession) -> None:
    for role in (Role.BROKER, Role.EMPLOYER, Role.PROVINCE, Role.RECEIVING_OFFICER):
        client = await sign_in(await make_actor(session, role))
        assert (await client.get("/labourers/new")).status_code == 403, role
        assert (await client.post("/labourers", data=TYPED)).status_code == 403, role
