"""A pasted advert becomes posts on the list in one step, each field beside its words and nothing besides."""

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.employers.models import Employer
from app.intake import advert_form
from app.intake.office import Office
from app.intake.one_row import read_one
from app.permissions import Role
from app.vacancies.models import Vacancy
from tests.conftest import NOW
from tests.factories.accounts import CITY, make_actor

SignIn = Callable[..., Any]
FOLDER = Path(__file__).parents[2] / "data" / "adverts"
ADVERTS = {path.stem: path.read_text().strip() for path in sorted(FOLDER.glob("*.txt"))}
FACTORY = """【企业】昆山岚溪精密电子有限公司
岗位：电子厂普工
人数：50人
工资：26元/小时
用工形式：直签
地址：江苏省苏州市昆山市玉山镇青石路88号"""
VAGUE = "某地招木工10名，会看图纸，月薪7000到9000块，电话19900000033陈师傅"
FIELD = re.compile(r'<(?:input|select|textarea)[^>]*? name="(\d+-v_\w+)"')


def form_of(page: str) -> dict[str, Any]:
    """The review form as a browser would send it back untouched."""
    form = page[page.index('action="/adverts"') : page.index("</form>", page.index('action="/adverts"'))]
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
        sent[name] = html.unescape(text)
    return sent


async def review(client: httpx.AsyncClient, text: str) -> httpx.Response:
    return await client.post("/adverts/new", data={"text": text})


@pytest.mark.parametrize("text", ADVERTS.values(), ids=ADVERTS)
async def test_each_shape_becomes_posts_and_every_field_shows_its_words(
    sign_in: SignIn, session: AsyncSession, text: str
) -> None:
    client = await sign_in(await make_actor(session))
    answer = await review(client, text)
    assert answer.status_code == 200
    sent = form_of(answer.text)
    cards = len(sent["take"])
    for name in sorted({key for key in sent if "-v_" in key and sent[key]}):
        shown = re.search(rf'id="words-{name}">(.*?)</span>', answer.text, re.DOTALL)
        assert shown is not None, name
        words = [html.unescape(one) for one in re.findall(r"<q[^>]*>(.*?)</q>", shown[1])]
        assert words, name
        assert all(one in text for one in words), name
    for number in range(cards):
        for key in ("v_company", "v_title"):
            sent[f"{number}-{key}"] = sent.get(f"{number}-{key}") or "锦华木业有限公司"
    entered = await client.post("/adverts", data=sent)
    assert entered.status_code == 303, entered.text
    stored = list(await session.scalars(select(Vacancy)))
    assert len(stored) == cards
    assert {one.state for one in stored} <= {"draft", "checked", "blocked"}


@pytest.mark.parametrize("name", ADVERTS)
def test_with_the_coder_of_titles_the_posts_are_those_expected(name: str) -> None:
    expected = [one["title"] for one in json.loads((FOLDER / f"{name}.json").read_text())]
    drafts = advert_form.drafts_of(ADVERTS[name], "340722", NOW.date())
    assert [draft.fields["v_title"].text for draft in drafts] == expected


@pytest.mark.parametrize("text", ADVERTS.values(), ids=ADVERTS)
def test_what_stands_in_a_card_is_read_as_it_was_in_the_advert(text: str) -> None:
    office = Office(1, 1, "340722", ("340722",), NOW.date())
    for draft in advert_form.drafts_of(text, "340722", NOW.date()):
        cells = advert_form.cells_of(draft)
        row = read_one("supply", cells, office.context())
        for key, cell in cells.items():
            found, expected = row.values.get(key), draft.fields[key].value
            if key == "v_place":
                found = office.context().resolve_place(cell)
            if isinstance(expected, list):
                found = list(found or ())
            assert found == expected, (key, cell)


async def test_a_complete_advert_is_entered_with_its_terms(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session, Role.RECEIVING_OFFICER))
    sent = form_of((await review(client, FACTORY)).text)
    answer = await client.post("/adverts", data=sent)
    vacancy = (await session.scalars(select(Vacancy))).one()
    assert answer.headers["location"] == f"/vacancies/{vacancy.uuid}"
    assert (vacancy.title, vacancy.openings, vacancy.locality_code) == ("电子厂普工", 50, "320583100")
    assert (vacancy.pay_min, vacancy.pay_max, vacancy.pay_period) == (26, 26, "hour")
    assert (vacancy.state, vacancy.trade_family) == ("checked", "electronics")
    assert vacancy.net_month_low
    employer = await session.get_one(Employer, vacancy.employer_id)
    assert employer.name == "昆山岚溪精密电子有限公司"


async def test_only_what_is_missing_is_asked(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session))
    page = (await review(client, VAGUE)).text
    asked = page[page.index("Missing: please ask") : page.index("<table")]
    assert [name.partition("-")[2] for name in FIELD.findall(asked)] == ["v_company", "v_place", "v_contract"]
    sent = form_of(page)
    refused = await client.post("/adverts", data=sent)
    assert refused.status_code == 422
    assert 'href="#field-0-v_company"' in refused.text
    sent |= {"0-v_company": "顺德家具厂", "0-v_place": "哪里哪里"}
    wrong_place = await client.post("/adverts", data=sent)
    assert wrong_place.status_code == 422
    assert 'href="#field-0-v_place"' in wrong_place.text
    assert "顺德家具厂" in wrong_place.text
    assert (await client.post("/adverts", data=sent | {"0-v_place": ""})).status_code == 303
    vacancy = (await session.scalars(select(Vacancy))).one()
    assert (vacancy.state, vacancy.locality_code, vacancy.openings) == ("draft", None, 10)


async def test_what_the_law_forbids_is_shown_with_its_clause_and_blocks(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session))
    page = (await review(client, FACTORY + "\n要求：押金500元，限女性")).text
    assert "A deposit or bond is asked for" in page
    assert "劳动合同法 9、84" in page
    assert 'class="advert-bad"' in page
    await client.post("/adverts", data=form_of(page))
    vacancy = (await session.scalars(select(Vacancy))).one()
    assert vacancy.state == "blocked"
    assert {one["code"] for one in vacancy.findings if one["effect"] == "block"} == {"deposit", "discrimination"}
    assert "女" not in (vacancy.description or "")


async def test_sent_twice_it_is_entered_once(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session))
    sent = form_of((await review(client, FACTORY)).text)
    assert (await client.post("/adverts", data=sent)).status_code == 303
    again = await client.post("/adverts", data=sent)
    assert again.status_code == 422
    assert "On the list already" in again.text
    assert len(list(await session.scalars(select(Vacancy)))) == 1


async def test_a_post_that_is_not_ticked_stays_out(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session))
    two = FACTORY.replace("岗位：电子厂普工\n人数：50人", "1、电子厂普工 50人\n2、仓管员 3人")
    sent = form_of((await review(client, two)).text)
    assert sent["take"] == ["0", "1"]
    await client.post("/adverts", data=sent | {"take": "1"})
    assert [one.title for one in await session.scalars(select(Vacancy))] == ["仓管员"]


@pytest.mark.parametrize("text", ["", "   ", "今天天气不错", "字" * 6001])
async def test_text_without_a_post_is_given_back(sign_in: SignIn, session: AsyncSession, text: str) -> None:
    client = await sign_in(await make_actor(session))
    answer = await review(client, text)
    assert answer.status_code == 422
    assert text.strip()[:20] in answer.text


async def test_a_text_is_shown_as_text(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session))
    page = (await review(client, FACTORY + "\n<script>alert(1)</script>")).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


async def test_an_employer_enters_posts_of_its_own_firm(sign_in: SignIn, session: AsyncSession) -> None:
    actor = await make_actor(session, Role.EMPLOYER)
    own = Employer(
        name="锦华制衣", name_key="锦华制衣", organisation_id=actor.organisation_id, locality_code=CITY,
        entered_by_organisation_id=actor.organisation_id,
    )  # fmt: skip
    session.add(own)
    await session.flush()
    client = await sign_in(actor)
    await client.post("/adverts", data=form_of((await review(client, FACTORY)).text))
    assert (await session.scalars(select(Vacancy.employer_id))).one() == own.id


async def test_brokers_and_auditors_enter_nothing(sign_in: SignIn, session: AsyncSession) -> None:
    for role in (Role.BROKER, Role.AUDITOR, Role.STATION, Role.TOWNSHIP_OFFICER):
        client = await sign_in(await make_actor(session, role))
        assert (await client.get("/adverts/new")).status_code == 403, role
        assert (await client.post("/adverts", data={"text": FACTORY})).status_code == 403, role
