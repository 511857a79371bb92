"""What stands against a post, told in words to those who have to mend it: on its page and by the API."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.intake.adverts import rules
from app.intake.screening import CODES, rule_of, screen
from app.match_runs.adapter.pay import net_figures
from app.permissions import Role
from app.vacancies import service
from app.vacancies.models import Vacancy
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.vacancies import make_employer, post

SignIn = Callable[..., Any]


async def unlawful(session: AsyncSession, office: Any, now: datetime, **changes: object) -> Vacancy:
    employer = await make_employer(session, office, now)
    facts = post(**{"description": "入职押金300元，限女", "base_month": 1900} | changes)
    vacancy = await service.enter(session, office, employer, facts, net_pay=net_figures, screen=screen, now=now)
    await session.commit()
    return vacancy


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ("How to mend it: Remove the deposit", "where the law itself bars a post", "Raise the base pay")),
        ("zh_Hans", ("怎样改正：删去押金", "删去性别、婚育条件", "把正常工时的底薪提高到")),
    ],
)
async def test_the_page_says_how_to_mend_each_finding(
    sign_in: SignIn, session: AsyncSession, now: datetime, language: str, told: tuple[str, ...]
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await unlawful(session, office, now)
    client = await sign_in(office)
    client.cookies.set("duijie_lang", language)
    page = (await client.get(f"/vacancies/{vacancy.uuid}")).text
    for words in (*told, "劳动合同法 9、84", "就业促进法 27"):
        assert words in page, words


async def test_the_api_tells_findings_to_those_who_answer_for_the_post_or_check_it(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await unlawful(session, office, now)
    address = f"/api/v1/vacancies/{vacancy.uuid}"
    client = await sign_in(office)
    found = {one["code"]: one for one in (await client.get(address)).json()["findings"]}
    assert set(found) >= {"deposit", "discrimination", "below_minimum"}
    assert found["deposit"] | {"title": ""} == {
        "code": "deposit",
        "effect": "block",
        "title": "",
        "words": found["deposit"]["words"],
        "clause": rules()["deposit"].clause,
        "mend": rules()["deposit"].mend("en"),
    }
    assert found["discrimination"]["mend"] == rules()["sex_limit"].mend("en")
    [listed] = (await client.get("/api/v1/vacancies")).json()["items"]
    assert listed["findings"] == (await client.get(address)).json()["findings"]
    elsewhere = await make_organisation(session, "receiving_office", "330400")
    stranger = await make_actor(session, Role.RECEIVING_OFFICER, organisation=elsewhere, scope=("330400",))
    answer = await (await sign_in(stranger)).get(address)
    assert answer.status_code == 404 or answer.json()["findings"] is None


def test_every_rule_of_words_has_its_mend() -> None:
    for rule in rules().values():
        words = rule_of(CODES.get(rule.code, rule.code), rule.clause)
        assert words is not None
        assert words.mend in (rule.mend_en, rule.mend_zh)
    assert rule_of("bond", "") == rule_of("deposit", "")
    assert rule_of("no_licence", "") is None
