"""The demand list goes out in the national monitoring columns, in clear for its custodian alone, and on the trail."""

import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import AuditEvent
from app.intake.reading.opening import open_sheet
from app.labourers import export
from app.permissions import Role
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.labourers import id_number, make_labourer

SignIn = Callable[..., Any]
HEADER_ROWS = Path(__file__).parents[2] / "data" / "header_rows.json"
NOT_KEPT = ("民族", "政治面貌", "健康状况", "残疾类别", "是否享受低保", "识别标准")


def national_columns() -> list[str]:
    known = json.loads(HEADER_ROWS.read_text())["headers"]
    return next(one["columns"] for one in known if one["id"] == "h11")


def table_of(content: bytes) -> list[dict[str, Any]]:
    mark, head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert "Taken by" in mark[0]
    return [dict(zip(head, row, strict=True)) for row in rows]


IN_CLEAR = {"reason": "upload to the monitoring system"}


def test_the_columns_are_those_of_the_national_export_in_its_order() -> None:
    assert list(export.HEADERS) == national_columns()


async def test_a_person_goes_out_whole_and_forbidden_columns_stay_empty(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    number = id_number("34000019860315902")
    await make_labourer(
        session, county, keys, now, name="张小梅", id_no=number, phone="15400990031", household_no="34072200012345",
        person_no="3407220001234502", head_name="张大山", head_phone="15400990032", work_ability="ordinary",
        education="junior", work_months=8, employment_channel="relatives", work_place_text="江苏省苏州市吴江区",
    )  # fmt: skip
    client = await sign_in(county)
    answer = await client.post("/labourers/export", data=IN_CLEAR)
    assert answer.status_code == 200
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    (row,) = table_of(answer.content)
    assert [row[name] for name in ("省", "市", "县", "乡", "村")] == ["安徽省", "铜陵市", "枞阳县", "会宫镇", "拔茅村"]
    assert (row["姓名"], row["证件号码"], row["成员联系电话"]) == ("张小梅", number, "15400990031")
    assert (row["户主姓名"], row["户联系电话"], row["户编号"]) == ("张大山", "15400990032", "34072200012345")
    assert (row["性别"], row["出生日期"], row["证件类型"]) == ("女", "1986-03-15", "居民身份证")
    assert (row["文化程度"], row["劳动技能"], row["就业渠道"]) == ("初中", "普通劳动力", "亲友介绍")
    assert (row["务工时间（月）"], row["务工所在地"], row["年度"]) == (8, "江苏省苏州市吴江区", 2026)
    assert [row[name] for name in NOT_KEPT] == [""] * len(NOT_KEPT)


async def test_what_goes_out_comes_in_again_without_a_question(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    opened = open_sheet((await client.post("/labourers/export", data=IN_CLEAR)).content)
    assert opened.mapping.kind == "demand"
    assert [column.header.text for column in opened.mapping.columns if column.action == "ask"] == []
    assert opened.mapping.missing == ()


async def test_the_filters_of_the_list_hold_and_the_trail_keeps_no_name(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    await make_labourer(session, county, keys, now, name="赵霞", scope=None)
    await make_labourer(session, county, keys, now, name="陈兵", locality_code="340722110")
    client = await sign_in(county)
    found = await client.post("/labourers/search", data={"standing": "ask", "q": "赵霞"})
    address = found.headers["location"].replace("/labourers?", "/labourers/export?")
    content = (await client.post(address, data=IN_CLEAR)).content
    assert [row["姓名"] for row in table_of(content)] == ["赵霞"]
    event = await session.scalar(select(AuditEvent).where(AuditEvent.act == "labourers.export"))
    assert event is not None
    assert event.detail == {"rows": 1, "narrowed_by": ["search", "standing"], "masked": False}


async def test_slices_join_without_loss(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = await make_actor(session)
    for number in range(5):
        await make_labourer(session, county, keys, now, village_name=f"第{number}村")
    client = await sign_in(county)
    monkeypatch.setattr(export, "SLICE", 2)
    rows = table_of((await client.get("/labourers/export")).content)
    assert [row["村"] for row in rows] == [f"第{number}村" for number in range(5)]
    monkeypatch.setattr(export, "MOST_ROWS", 4)
    assert (await client.get("/labourers/export")).status_code == 409


async def test_only_the_custodian_may(sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    await make_labourer(session, await make_actor(session), keys, now)
    other = await make_actor(session, organisation=await make_organisation(session, "county", "340722"))
    assert table_of((await (await sign_in(other)).get("/labourers/export")).content) == []
    for role in (Role.TOWNSHIP_OFFICER, Role.PROVINCE, Role.BROKER, Role.RECEIVING_OFFICER):
        client = await sign_in(await make_actor(session, role))
        assert (await client.get("/labourers/export")).status_code == 403, role
