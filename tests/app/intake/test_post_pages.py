"""A clerk mends a post without a sheet: only what was typed changes, and what the law protects is verified again."""

import html
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import AuditEvent
from app.permissions import Role
from app.shared.categories import categories
from app.vacancies import service
from app.vacancies.models import Vacancy
from app.vacancies.schemas import Finding
from tests.factories.accounts import make_actor
from tests.factories.vacancies import make_employer, make_vacancy

SignIn = Callable[..., Any]
RICH: dict[str, Any] = {
    "place_text": "江苏省苏州市吴江区",
    "address": "盛泽镇西环路8号",
    "pay_cycle": "next_month",
    "first_pay_days": 45,
    "base_month": 2490,
    "fees_text": "无任何收费",
    "hours_week": 58,
    "rest": "one_day",
    "lodging_cost": 150,
    "utilities_cost": 60,
    "meals": "two",
    "meal_cost": 300,
    "insurance": True,
    "traits": ["sitting", "noise"],
    "required_certificate": "缝纫工中级证",
    "starts_on": date(2026, 12, 1),
    "ends_on": date(2027, 1, 31),
    "months": 12,
    "description": "平车、三线均可\n有老乡\n年龄要求：18-50岁",
    "hazardous": False,
}


def form_of(page: str, address: str) -> dict[str, Any]:
    """The form as a browser would send it back untouched."""
    start = page.index(f'action="{address}"')
    form = page[start : page.index("</form>", start)]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        assert name, tag
        text = html.unescape(value[1]) if value else ""
        if 'type="checkbox"' not in tag:
            sent[name[1]] = text
        elif " checked" in tag:
            sent.setdefault(name[1], []).append(text)
    for name, body in re.findall(r'<select[^>]*? name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        sent[name] = html.unescape(chosen[1]) if chosen else ""
    for name, text in re.findall(r'<textarea[^>]*? name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        sent[name] = html.unescape(text).replace("\n", "\r\n")  # as browsers send it
    return sent


async def opened(client: httpx.AsyncClient, vacancy: Vacancy) -> dict[str, Any]:
    answer = await client.get(f"/vacancies/{vacancy.uuid}/edit")
    assert answer.status_code == 200
    return form_of(answer.text, f"/vacancies/{vacancy.uuid}/edit")


async def saved(client: httpx.AsyncClient, vacancy: Vacancy, sent: dict[str, Any], **typed: Any) -> httpx.Response:
    return await client.post(f"/vacancies/{vacancy.uuid}/edit", data={**sent, **typed})


async def test_sending_the_form_back_untouched_changes_nothing(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    for terms in (
        RICH,
        {"lodging": None, "insurance": False, "description": "社保：不买社保"},
        {"openings_text": None},
    ):
        vacancy = await make_vacancy(session, office, now, **terms)
        before = service.read_facts(vacancy)
        client = await sign_in(office)
        assert (await saved(client, vacancy, await opened(client, vacancy))).status_code == 303
        await session.refresh(vacancy)
        assert service.read_facts(vacancy) == before
        assert (vacancy.state, vacancy.version) == ("open", 1)
        assert "Nothing was changed" in (await client.get(f"/vacancies/{vacancy.uuid}")).text


async def test_a_typo_is_mended_and_nothing_else(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, office, now, **RICH)
    before = service.read_facts(vacancy)
    client = await sign_in(office)
    answer = await saved(client, vacancy, await opened(client, vacancy), v_months="10", v_place="江苏苏州吴江区")
    assert answer.status_code == 303
    await session.refresh(vacancy)
    changed = service.differences(before, service.read_facts(vacancy))
    assert changed == {"months": [12, 10], "place_text": ["江苏省苏州市吴江区", "江苏苏州吴江区"]}
    assert (vacancy.state, vacancy.version) == ("open", 2), "no term that the law protects"
    event = await session.scalar(select(AuditEvent).where(AuditEvent.act == "vacancy.change"))
    assert event
    assert (event.user_id, event.detail["changes"]["months"]) == (office.user_id, [12, 10])
    page = (await client.get(f"/vacancies/{vacancy.uuid}")).text
    assert "Months: 12 → 10" in page
    stranger = await sign_in(await make_actor(session, Role.BROKER))
    assert "Months: 12 → 10" not in (await stranger.get(f"/vacancies/{vacancy.uuid}")).text


@pytest.mark.parametrize(
    "typed",
    [
        {"v_wage": "5000-7000元/月"}, {"v_hours_week": "66"}, {"v_shift": "两班倒"}, {"v_address": "平望镇中鲈路1号"},
        {"v_lodging": ""}, {"v_lodging_cost": "300"}, {"v_contract": "劳务派遣", "v_agency": "众诚劳务"},
        {"v_fees": "体检费80元"}, {"v_pay_day": "次月28日"}, {"v_place": "江苏省苏州市昆山市"},
        {"v_insurance": "不买社保"},
        {"v_headcount": "2"}, {"v_title": "锁边工"},
    ],
    ids=lambda typed: next(iter(typed)),
)  # fmt: skip
async def test_what_the_law_protects_is_verified_again(
    sign_in: SignIn, session: AsyncSession, now: datetime, typed: dict[str, str]
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, office, now, **RICH)
    client = await sign_in(office)
    sent = await opened(client, vacancy)
    assert all(sent[key] != value for key, value in typed.items())
    answer = await saved(client, vacancy, sent, **typed)
    assert answer.status_code == 303, answer.text
    await session.refresh(vacancy)
    assert vacancy.state in {"checked", "blocked"}
    assert vacancy.verified_at is None
    told = "verified again" if vacancy.state == "checked" else "against the law"
    assert told in (await client.get(f"/vacancies/{vacancy.uuid}")).text


async def test_a_draft_is_completed(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    firm = await make_actor(session, Role.EMPLOYER)
    vacancy = await make_vacancy(
        session, firm, now, opened=False, openings=None, openings_text="若干", contract_kind=None, pay_text=None,
        pay_min=None, pay_max=None, pay_period=None, pay_basis=None,
    )  # fmt: skip
    assert vacancy.state == "draft"
    client = await sign_in(firm)
    sent = await opened(client, vacancy)
    direct = categories("contract_kind")["direct"].zh
    answer = await saved(client, vacancy, sent, v_headcount="5", v_contract=direct, v_wage="6000元/月")
    assert answer.status_code == 303
    await session.refresh(vacancy)
    assert (vacancy.state, vacancy.openings, vacancy.pay_min) == ("checked", 5, 6000)


async def test_errors_stand_at_the_field_and_nothing_typed_is_lost(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, office, now, **RICH)
    client = await sign_in(office)
    sent = await opened(client, vacancy)
    answer = await saved(
        client,
        vacancy,
        sent,
        v_title=" ",
        v_place="某地某厂",
        v_address="",
        v_base_pay="20",
        v_fees="交" * 2001,
        v_agency="众诚",
    )
    assert answer.status_code == 422
    named = re.findall(r'href="#field-(\w+)"', answer.text)
    assert named == ["v_title", "v_place", "v_base_pay", "v_fees"], "in the order of the page"
    assert 'value="众诚"' in answer.text
    await session.refresh(vacancy)
    assert (vacancy.title, vacancy.version) == ("平缝车工", 1)


async def test_who_saves_second_is_told(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, office, now, **RICH)
    client = await sign_in(office)
    sent = await opened(client, vacancy)
    assert (await saved(client, vacancy, sent, v_months="10")).status_code == 303
    answer = await saved(client, vacancy, sent, v_months="6")
    assert answer.status_code == 412
    assert "Somebody else changed this post" in answer.text
    assert 'value="6"' in answer.text
    await session.refresh(vacancy)
    assert vacancy.months == 10


async def test_only_those_who_answer_for_it_may(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, office, now)
    others = [(await make_actor(session, role), 403) for role in (Role.COUNTY_OFFICER, Role.BROKER, Role.STATION)]
    others += [(await make_actor(session, Role.RECEIVING_OFFICER, scope=("330100",)), 403)]
    others += [(await make_actor(session, Role.EMPLOYER), 404)]
    for actor, status in others:
        client = await sign_in(actor)
        address = f"/vacancies/{vacancy.uuid}/edit"
        assert (await client.get(address)).status_code == status, actor.role
        assert (await client.post(address, data={"version": "1", "v_title": "x"})).status_code == status, actor.role
        assert address not in (await client.get(f"/vacancies/{vacancy.uuid}")).text
    await service.close(session, office, vacancy, "filled", now=now)
    await session.commit()
    client = await sign_in(office)
    assert (await client.get(f"/vacancies/{vacancy.uuid}/edit")).status_code == 409
    assert "/edit" not in (await client.get(f"/vacancies/{vacancy.uuid}")).text


async def test_a_post_that_leaves_the_region_is_said_to_have_left(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    office, broker = await make_actor(session, Role.RECEIVING_OFFICER), await make_actor(session, Role.BROKER)
    vacancy = await make_vacancy(session, broker, now, opened=False)
    client = await sign_in(office)
    answer = await saved(client, vacancy, await opened(client, vacancy), v_place="浙江省宁波市北仑区")
    assert (answer.status_code, answer.headers["location"]) == (303, "/vacancies")
    assert "in another region now" in (await client.get("/vacancies")).text
    assert (await client.get(f"/vacancies/{vacancy.uuid}")).status_code == 404


async def test_no_correction_takes_away_what_stood_in_the_advert(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    """V8: a deposit the advert named blocks the post, though no field of the form holds its words."""
    firm = await make_actor(session, Role.EMPLOYER)
    told = Finding("deposit", "block", "押金200", "劳动合同法 art. 9")
    vacancy = await make_vacancy(session, firm, now, opened=False, findings=[told])
    written = await make_vacancy(
        session, firm, now, opened=False, title="锁边工", description="需交押金200", findings=[told]
    )
    client = await sign_in(firm)
    await saved(client, vacancy, await opened(client, vacancy), v_months="6")
    await saved(client, written, await opened(client, written), v_description="不收押金")
    for one in (vacancy, written):
        await session.refresh(one)
    assert vacancy.state == "blocked"
    assert "押金200" in [one["words"] for one in vacancy.findings]
    assert written.state == "checked"


async def test_the_next_sheet_finds_the_post_by_its_new_words(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, office, now)
    first = await make_vacancy(session, office, now, employer=employer, **RICH)
    second = await make_vacancy(session, office, now, employer=employer, **{**RICH, "title": "锁边工"})
    first.source_key, second.source_key = "a", "b"
    await session.commit()
    client = await sign_in(office)
    assert (await saved(client, second, await opened(client, second), v_title="拷边工")).status_code == 303
    await session.refresh(second)
    assert second.source_key not in {"a", "b"}
    again = await saved(client, first, await opened(client, first), v_title="拷边工")
    assert again.status_code == 422
    assert "on the list already" in again.text
