"""What people see: the public form and the receipt, an officer's form, the inspection's list and case."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation
from app.audit import AuditEvent
from app.grievances import drawer, queries, service
from app.grievances.models import Grievance
from app.permissions import Role
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.grievances import CITY, PROVINCE, file, make_inspection
from tests.factories.labourers import make_labourer
from tests.factories.vacancies import make_vacancy

SignIn = Callable[..., Any]
TOLD = {
    "kind": "papers_kept",
    "text": "进厂时身份证被老板收走，不还。",
    "place": "江苏苏州吴江",
    "home": "安徽枞阳会宫镇",
    "names": "王老板",
    "contact": "15400990001",
}


def code_in(page: str) -> str:
    return page.partition("<code>")[2].partition("</code>")[0]


async def test_without_an_account_from_complaint_to_close(
    client: httpx.AsyncClient, sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    inspector = await make_inspection(session)
    page = await client.get("/complaint")
    assert page.status_code == 200
    assert "need not say who you are" in page.text
    receipt = await client.post("/complaint", data=TOLD)
    assert receipt.status_code == 200, receipt.text
    code = code_in(receipt.text)
    assert "A labour inspection has it now" in receipt.text
    own = await client.post("/complaint/look", data={"code": code.lower().replace("-", " ")})
    assert "身份证被老板收走" in own.text
    assert "close the complaint" not in own.text

    handler = await sign_in(inspector)
    listed = (await handler.get("/grievances")).text
    assert "identity card or bank card kept" in listed
    assert "grave" in listed
    uuid = next(part for part in listed.split('"') if part.startswith("/grievances/") and len(part) == 48)
    case = (await handler.get(uuid)).text
    for words in ("身份证被老板收走", "王老板", "15400990001", "会宫镇"):
        assert words in case
    assert (await handler.post(f"{uuid}/measures", data={"measure": " "})).status_code == 422
    assert (await handler.post(f"{uuid}/measures", data={"measure": "已到厂里查看。"})).status_code == 303
    assert (await handler.post(f"{uuid}/answer", data={"answer": "身份证已当面退还。"})).status_code == 303
    assert (await handler.post(f"{uuid}/answer", data={"answer": "身份证已当面退还。"})).status_code == 409

    handler.cookies.delete("duijie_session")
    own = await client.post("/complaint/look", data={"code": code})
    assert "身份证已当面退还" in own.text
    closed = await client.post("/complaint/close", data={"code": code})
    assert "The complaint is closed." in closed.text
    again = await client.post("/complaint/close", data={"code": code})
    assert again.status_code == 409


async def test_what_is_missing_is_said_and_nothing_typed_is_lost(client: httpx.AsyncClient) -> None:
    page = await client.post("/complaint", data={"text": "被打了，报警没人管。", "firm": "锦华"})
    assert page.status_code == 422
    assert "Choose what it is about." in page.text
    assert "被打了，报警没人管。" in page.text


async def test_a_wrong_code_and_floods_are_answered(client: httpx.AsyncClient, session: AsyncSession) -> None:
    assert (await client.post("/complaint/look", data={"code": "BCDF-GHJK"})).status_code == 404
    assert (await client.post("/complaint/unknown", data={"code": "BCDF-GHJK"})).status_code == 404
    answers = [(await client.post("/complaint/look", data={"code": "x"})).status_code for _ in range(31)]
    assert answers[-1] == 429
    stored = await session.scalar(text("SELECT string_agg(to_jsonb(t)::text, '') FROM complaint_try t"))
    assert "127.0.0.1" not in str(stored)


async def test_cold_start_gives_a_referral_sheet_and_the_account_gets_it_later(
    client: httpx.AsyncClient, sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    officer = await sign_in(county)
    form = await officer.get(f"/grievances/new?labourer={labourer.uuid}")
    assert "会宫镇" in form.text
    sheet = await officer.post("/grievances", data={**TOLD, "labourer": str(labourer.uuid)})
    assert "Referral to the labour inspection" in sheet.text
    assert "12333" in sheet.text
    assert (await officer.get("/grievances")).status_code == 403
    (mine,) = await service.own(session, labourer.id)
    assert (mine.channel, mine.state) == ("officer", "received")
    story = [event.act for event, _, _ in await queries.events_of(session, mine.id)]
    assert story == ["referred", "unrouted", "received"], "nobody is told that it was given to somebody"
    filed = await session.scalar(select(AuditEvent).where(AuditEvent.act == "grievance.file"))
    assert filed is not None
    assert (filed.user_id, filed.detail) == (county.user_id, {})

    operator = await sign_in(await make_actor(session, Role.OPERATOR))
    counts = (await operator.get("/api/v1/grievances/waiting")).json()
    assert counts == {"unrouted": 1, "overdue": 0, "open": 1}
    assert "without an authority" in (await operator.get("/grievances/waiting")).text
    assert "身份证" not in (await operator.get("/grievances/waiting")).text


async def test_another_countys_person_cannot_be_complained_for(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    labourer = await make_labourer(session, await make_actor(session), keys, now)
    stranger = await sign_in(await make_actor(session))
    assert (await stranger.get(f"/grievances/new?labourer={labourer.uuid}")).status_code == 404
    answer = await stranger.post("/grievances", data={**TOLD, "labourer": str(labourer.uuid)})
    assert answer.status_code == 404


async def test_a_stopped_post_is_released_on_the_case(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    inspector = await make_inspection(session)
    vacancy = await make_vacancy(session, await make_actor(session, Role.RECEIVING_OFFICER), now)
    grievance, _ = await file(session, keys, now, kind="violence", vacancy_uuid=vacancy.uuid)
    handler = await sign_in(inspector)
    address = f"/grievances/{grievance.uuid}"
    assert "Firms and posts stopped for it" in (await handler.get(address)).text
    assert (await handler.post(f"{address}/keep", data={"why_kept": "还在调查。"})).status_code == 303
    assert (await handler.post(f"{address}/release", data={"why_released": "已经查清，没有问题。"})).status_code == 303
    await session.refresh(vacancy)
    assert (vacancy.state, vacancy.holds) == ("open", 0)
    assert (await handler.post(f"{address}/release", data={"why_released": "已经查清，没有问题。"})).status_code == 409


async def test_transfer_naming_and_review_through_the_pages(
    client: httpx.AsyncClient, sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    near, city, province = [await make_inspection(session, code) for code in ("320509", CITY, PROVINCE)]
    grievance, code = await file(session, keys, now)
    address = f"/grievances/{grievance.uuid}"
    handler = await sign_in(near)
    to = {"to": str(city.organisation_uuid), "why_passed": "由市里办理更合适。"}
    assert city.organisation_name in (await handler.get(address)).text
    assert (await handler.post(f"{address}/transfer", data=to)).status_code == 303
    assert (await handler.get(address)).status_code == 404
    handler = await sign_in(city)
    assert (await handler.post(f"{address}/answer", data={"answer": "单位已补发工资。"})).status_code == 303
    assert (
        await handler.post(f"{address}/review", data={"decision": "stands", "why_decided": "可以。"})
    ).status_code in {
        409,
        422,
    }
    asked = await client.post("/complaint/review", data={"code": code, "why": "没有收到。"})
    assert "Another authority will look at it." in asked.text
    handler = await sign_in(province)
    assert "to review" in (await handler.get("/grievances")).text
    assert (
        await handler.post(f"{address}/review", data={"decision": "", "why_decided": "退回再查。"})
    ).status_code == 422
    sent = await handler.post(f"{address}/review", data={"decision": "back", "why_decided": "退回，请再查一次。"})
    assert sent.status_code == 303
    handler = await sign_in(city)
    assert (await handler.post(f"{address}/names", data={"names": city.organisation_name})).status_code == 303
    assert (await handler.get(address)).status_code == 404
    assert (await (await sign_in(province)).get(address)).status_code == 200


async def test_the_api_says_the_same(sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    inspector = await make_inspection(session)
    village = await sign_in(await make_actor(session, Role.VILLAGE_OFFICER))
    told = {"kind": "wages_unpaid", "text": "三个月没有发工资。", "place_code": "320509", "about": ["employer"]}
    answer = await village.post("/api/v1/grievances", json=told)
    assert answer.status_code == 201, answer.text
    assert answer.json()["is_assigned"] is True
    for wrong in ({"kind": "x"}, {"place_code": "999999"}, {"about": ["x"]}):
        assert (await village.post("/api/v1/grievances", json=told | wrong)).status_code == 422, wrong
    handler = await sign_in(inspector)
    (item,) = (await handler.get("/api/v1/grievances")).json()["items"]
    assert (item["kind"], item["is_mine"], item["is_overdue"]) == ("wages_unpaid", True, False)
    address = f"/api/v1/grievances/{item['uuid']}"
    case = (await handler.get(address)).json()
    assert (case["text"], case["held_posts"]) == ("三个月没有发工资。", 0)
    done = (await handler.post(f"{address}/measures", json={"text": "约谈了单位。"})).json()
    assert (done["state"], done["events"][0]["text"]) == ("measures", "约谈了单位。")
    assert (await handler.post(f"{address}/answer", json={"text": "工资已补发。"})).json()["state"] == "answered"
    assert (await handler.get("/api/v1/grievances?state=closed")).json() == {"items": []}
    reads = select(func.count()).where(AuditEvent.act == "grievance.read")
    assert await session.scalar(reads) == 1


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
async def test_the_list_is_short_on_queries_in_both_languages(
    sign_in: SignIn,
    session: AsyncSession,
    keys: KeyRing,
    now: datetime,
    count_queries: Callable[..., Any],
    language: str,
) -> None:
    inspector = await make_inspection(session)
    await file(session, keys, now)
    handler = await sign_in(inspector)
    handler.cookies.set("duijie_lang", language)
    with count_queries() as few:
        assert (await handler.get("/grievances")).status_code == 200
    for _ in range(5):
        await file(session, keys, now, retaliation=True)
    await session.commit()
    with count_queries() as many:
        page = (await handler.get("/grievances")).text
    assert len(many) == len(few)
    assert page.count("retaliation feared" if language == "en" else "担心报复") == 5
    await drawer.open_for_clock(session)
    assert await session.scalar(select(func.count()).select_from(Grievance)) == 6
    assert await session.get_one(Organisation, inspector.organisation_id)
