"""V8: every way somebody may try to get an unlawful demand past the checks, and the wall that stops it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict, Forbidden
from app.intake.adverts import legal_signs
from app.intake.screening import screen
from app.localities.reference import load_localities
from app.match_runs.adapter.pay import net_figures
from app.permissions import Role
from app.policy.models import LocalFigure
from app.vacancies import minimum_wages, service
from app.vacancies.minimum_wages import Entry
from tests.factories.accounts import make_actor
from tests.factories.vacancies import make_employer, make_vacancy, post

SignIn = Callable[..., Any]
DAY = date(2026, 1, 1)


def blocked_by(words: str) -> set[str]:
    return {sign.rule.code for sign in legal_signs(f"电子厂招普工，{words}，包住") if sign.rule.effect == "block"}


@pytest.mark.wall("the plain reading of the text (app/intake/adverts/plain.py)")
@pytest.mark.parametrize(
    "words",
    [
        "押 金 300", "押\u200b金300", "押金３００元", "押·金300", "壓金300", "押🔥金300", "押❌金300", "押-金 300",
        "yajin 300", "ya jin 三百", "押jin三百", "ＹＡＪＩＮ 300", "押💰300", "鸭金300", "押＿金300", "押\ufe0f金300",
    ],
)  # fmt: skip
def test_a_hidden_word_is_found(words: str) -> None:
    assert "deposit" in blocked_by(words)


@pytest.mark.wall("the plain reading of the text (app/intake/adverts/plain.py)")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("身 份 证统一保管", "keeps_identity_papers"),
        ("社宝没有", "insurance_waived"),
        ("体俭费自理", "medical_fee"),
        ("bao zheng jin 500", "deposit"),
        ("中 介 费 300", "agency_fee"),
        ("限 女", "sex_limit"),
    ],
)
def test_other_words_are_found_in_hiding_too(words: str, code: str) -> None:
    assert code in blocked_by(words)


@pytest.mark.wall("a denial or a warning excuses only the demand it speaks of (app/intake/adverts/excuses.py)")
@pytest.mark.parametrize(
    "words",
    [
        "谨防骗子押金300", "谨防骗子，押金300", "谨防骗子收押金三百元", "不收押金300元", "不是不收押金",
        "不交押金的不录用",
        "无押金 押金300", "免押金，另收保证金500", "不收押金但收风险金", "本厂不收押金，仅收保证金500元",
        "押金不收，风险金收",
        "免费住宿押金200", "工衣免费，押金200元", "无任何费用，押金300元", "收银员收300押金",
        "🚫押金300元", "熟悉规矩后交押金才上岗", "押金300，我们不搞那一套", "押金300，我们没有那些乱收费",
    ],
)  # fmt: skip
def test_a_denial_hides_no_demand_beside_it(words: str) -> None:
    assert "deposit" in blocked_by(words)


@pytest.mark.wall("money taken before work is a fee by whatever name (data/legal_signs.yaml, legal_words.yaml)")
@pytest.mark.parametrize(
    "words",
    [
        "建档费100元", "办卡费50", "工牌工本费20", "服装费120", "体检费80自理", "资料费60", "上车前交200元",
        "给领队辛苦费200",
        "床位预订费50", "进群费10元", "岗位信息费150", "面试通过后交500元", "培训材料费300从工资扣",
        "我就拿你300介绍费", "先扫50给群主进群", "事成给班长意思一下",
    ],
)  # fmt: skip
def test_a_fee_by_another_name_is_a_fee(words: str) -> None:
    assert blocked_by(words)


@pytest.mark.wall("every text field of a post is read (app/intake/screening.py)")
@pytest.mark.parametrize("field", ["title", "pay_text", "fees_text", "bounty_text", "description"])
def test_the_field_it_stands_in_does_not_matter(field: str) -> None:
    found = screen(post(**{field: "5000元/月，入职押金300元"}))
    assert "deposit" in {finding.code for finding in found if finding.effect == "block"}


@pytest.mark.wall("the kind of contract and the words are held against each other (app/intake/screening.py)")
@pytest.mark.parametrize("words", ["劳务派遣工", "驻厂代招", "与某某劳务公司签合同", "外包岗位"])
def test_dispatch_under_a_direct_contract_is_hidden(words: str) -> None:
    assert "hidden_dispatch" in {finding.code for finding in screen(post(description=words))}
    direct = screen(post(description="厂家直招，非劳务派遣"))
    assert "hidden_dispatch" not in {finding.code for finding in direct}


@pytest.mark.wall("a changed legal field is checked again, in the service (app/vacancies/service.py)")
async def test_an_open_post_edited_to_an_unlawful_one_closes(session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, office, now)
    facts = replace(service.read_facts(vacancy), description="入职押 金300元")
    await service.change(session, office, vacancy, facts, version=1, net_pay=net_figures, screen=screen, now=now)
    assert (vacancy.state, vacancy.verified_at) == ("blocked", None)


@pytest.mark.wall("findings are no field that anybody sends; the API has no way to write them")
@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
async def test_findings_cannot_be_written(sign_in: SignIn, session: AsyncSession, now: datetime, method: str) -> None:
    employer = await make_actor(session, Role.EMPLOYER)
    vacancy = await make_vacancy(session, employer, now, opened=False, description="入职押金300元")
    client = await sign_in(employer)
    for address in (f"/api/v1/vacancies/{vacancy.uuid}", f"/api/v1/vacancies/{vacancy.uuid}/findings"):
        answer = await client.request(method, address, json={"findings": [], "state": "open"})
        assert answer.status_code in {404, 405}


@pytest.mark.wall("minimum pay is worked out inside the service, whatever a caller's screen says")
async def test_a_screen_that_sees_nothing_does_not_open_a_post_below_the_minimum(
    session: AsyncSession, now: datetime
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, office, now)
    vacancy = await make_vacancy(session, office, now, employer=employer, opened=False, base_month=1900)
    assert vacancy.state == "blocked"
    with pytest.raises(Conflict):
        await service.verify(session, office, vacancy, employer, now=now)


@pytest.mark.wall("a figure that is stale or missing is no figure (app/policy/store.py)")
async def test_what_cannot_be_judged_does_not_open(session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, office, now)
    vacancy = await make_vacancy(session, office, now, employer=employer, opened=False)
    with pytest.raises(Conflict):
        await service.verify(session, office, vacancy, employer, now=now.replace(year=now.year + 1))


@pytest.mark.wall("the permission matrix; only a receiving office enters figures, and only for its region")
async def test_the_selling_side_enters_no_minimum_wage(sign_in: SignIn, session: AsyncSession) -> None:
    typed = {"kind": "month", "place": "320509", "amount": "2010", "from_on": "2026-01-01", "source": "a notice"}
    for role in (Role.EMPLOYER, Role.BROKER, Role.COUNTY_OFFICER):
        client = await sign_in(await make_actor(session, role))
        assert (await client.post("/minimum-wages", data=typed)).status_code == 403
        assert (await client.post("/api/v1/minimum-wages", json=typed)).status_code == 403


@pytest.mark.wall("the service: only a receiving office enters figures, and only for its region")
async def test_a_receiving_office_enters_nothing_for_another_region(session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    elsewhere = "230100"
    assert not set(load_localities().ancestors(elsewhere)) & set(office.scope)
    entry = Entry("month", elsewhere, Decimal(2080), DAY, "a notice")
    with pytest.raises(Forbidden):
        await minimum_wages.enter(session, office, entry, load_localities(), now=now)


@pytest.mark.wall("the table only grows, a trigger of the database")
async def test_an_entered_figure_is_not_changed_afterwards(session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    entry = Entry("month", "320509", Decimal(2660), DAY, "a notice")
    await minimum_wages.enter(session, office, entry, load_localities(), now=now)
    with pytest.raises(DBAPIError, match="only grows"):
        async with session.begin_nested():
            await session.execute(text("UPDATE local_figure SET amount = 1"))
    assert await session.scalar(select(LocalFigure.amount)) == 2660
