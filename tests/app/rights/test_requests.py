"""What a person asks for as of right is taken down, has a clock, and ends with an answer."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import AuditEvent
from app.rights import service
from app.rights.deadline import due_on
from app.rights.models import RightsRequest
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer

SignIn = Callable[..., Any]


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 23), date(2026, 12, 14)),  # three plain weeks
        (date(2026, 9, 30), date(2026, 10, 27)),  # over the National Day holiday, a Saturday worked for it
        (date(2031, 3, 3), date(2031, 3, 24)),  # a year whose calendar is not published: Monday to Friday
    ],
)
def test_the_clock_counts_working_days(received: date, due: date) -> None:
    assert due_on(received) == due


async def test_a_request_is_taken_down_and_answered(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    asked = {"kind": "correction", "words": "我的手机号变了，请改。"}
    address = f"/rights/people/{labourer.uuid}"
    assert (await client.post(f"{address}/requests", data=asked)).headers["location"] == address
    page = (await client.get(address)).text
    assert "我的手机号变了" in page
    request = await session.scalar(select(RightsRequest))
    assert request is not None
    assert "手机号".encode() not in (request.text_cipher or b"")
    answer = {"outcome": "done", "answer": "号码已改。"}
    assert (await client.post(f"/rights/requests/{request.uuid}/answer", data=answer)).status_code == 303
    again = await client.post(f"/api/v1/rights/requests/{request.uuid}/answer", json={**answer, "legal_ground": ""})
    assert again.status_code == 409
    assert "号码已改" in (await client.get(address)).text


async def test_a_refusal_names_its_clause(sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    one = await service.receive(
        session, county, keys, labourer, "deletion", "请删掉我的资料", channel="in_person", now=now
    )
    await session.flush()  # the page looks it up
    client = await sign_in(county)
    refused = {"outcome": "refused", "answer": "法定保存期未满。", "legal_ground": ""}
    answer = await client.post(f"/api/v1/rights/requests/{one.uuid}/answer", json=refused)
    assert answer.status_code == 422
    assert "clause" in answer.json()["detail"]


async def test_the_overdue_stand_first(sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    for name, days in (("王新来", 0), ("李久等", 40)):
        labourer = await make_labourer(session, county, keys, now, name=name)
        received = now - timedelta(days=days)
        await service.receive(
            session, county, keys, labourer, "access", "我要看我的资料", channel="self_code", now=received
        )
    await session.flush()  # the page looks them up
    client = await sign_in(county)
    page = (await client.get("/rights")).text
    assert page.index("李久等") < page.index("王新来")
    assert "1 overdue" in page
    items = (await client.get("/api/v1/rights/requests")).json()["items"]
    assert [one["overdue"] for one in items] == [True, False]


async def test_an_empty_request_says_what_is_missing(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    answer = await client.post(f"/rights/people/{labourer.uuid}/requests", data={"kind": "access", "words": ""})
    assert answer.status_code == 422
    assert "Nothing was done" in answer.text
    assert await session.scalar(select(RightsRequest)) is None


async def test_other_offices_see_nothing(sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    one = await service.receive(
        session, county, keys, labourer, "access", "我要看我的资料", channel="in_person", now=now
    )
    await session.flush()  # the page looks it up
    client = await sign_in(await make_actor(session))
    assert (await client.get(f"/rights/people/{labourer.uuid}")).status_code == 404
    answer = {"outcome": "done", "answer": "已给副本", "legal_ground": ""}
    assert (await client.post(f"/api/v1/rights/requests/{one.uuid}/answer", json=answer)).status_code == 404
    assert (await client.get("/api/v1/rights/requests")).json()["items"] == []


async def test_a_copy_holds_everything_and_is_on_the_trail(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, phone="15400991234", household_no="H-77")
    client = await sign_in(county)
    address = f"/rights/people/{labourer.uuid}/copy"
    page = await client.post(address, data={"reason": "本人到窗口要求", "form": "page"})
    assert page.status_code == 200
    for held in (
        "张小梅",
        "15400991234",
        "H-77",
        "缝纫工",
        "苏州",
        "程经办",
        "form 12",
        "put on the list",
        "本人到窗口要求",
    ):
        assert held in page.text, held
    sheet = await client.post(address, data={"reason": "本人到窗口要求", "form": "sheet"})
    assert sheet.headers["content-disposition"].startswith("attachment")
    data = (await client.post(f"/api/v1{address}", json={"reason": "本人到窗口要求"})).json()
    assert {"person", "skills", "wishes", "declarations", "consents", "candidates", "changes", "looks"} <= set(
        data["sections"]
    )
    acts = (await session.scalars(select(AuditEvent.reason).where(AuditEvent.act == "rights.copy"))).all()
    assert acts == ["本人到窗口要求"] * 3
    assert (await client.post(address, data={"reason": ""})).status_code == 422
