"""A refusal speaks the reader's language, and what was typed is not lost by it."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from app.permissions import Role
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.grievances import file, make_inspection
from tests.factories.labourers import make_labourer
from tests.factories.slips import make_slip, phone
from tests.factories.vacancies import make_employer

SignIn = Callable[..., Any]
CODES = re.compile(r"\b(stated_on|legal_ground|scope|reason|why_passed)\b")


def _kept(answer: httpx.Response, *texts: str) -> bool:
    """Whether the page still holds what was typed, in a field, and names no field by its code."""
    page = re.sub(r"<[^>]+>", " ", answer.text)
    in_fields = all(re.search(rf"<textarea[^>]*>[^<]*{text}|value=\"{text}\"", answer.text) for text in texts)
    return answer.status_code == 422 and in_fields and not CODES.search(page)


async def test_words_typed_about_a_person_survive_a_refusal(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    person = await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    client.cookies.set("duijie_lang", "zh_Hans")
    own_word = {"scope": "leave_province", "stated_on": "", "evidence": "登记表第12号原件"}
    address = f"/labourers/{person.uuid}/declarations"
    refused = await client.post(address, data=own_word)
    assert _kept(refused, "登记表第12号原件")
    assert 'name="scope" value="leave_province"' in refused.text, "sent again as it was"
    assert f'action="{address}"' in refused.text
    again = await client.post(address, data=own_word | {"stated_on": "2026-11-21"})
    assert again.status_code == 303
    assert _kept(await client.post(address, data=own_word | {"stated_on": "2027-11-28"}), "登记表第12号原件")
    earlier = await client.post(address, data=own_word | {"stated_on": "2026-11-01"})
    assert (earlier.status_code, "登记表第12号原件" in earlier.text) == (409, True)
    assert _kept(await client.post(f"/labourers/{person.uuid}/reveal", data={"field": "phone", "reason": "核"}), "核")
    unsaid = await client.post(f"/labourers/{person.uuid}/consents/follow_up", data={"evidence": ""})
    assert (unsaid.status_code, 'name="evidence"' in unsaid.text) == (422, True)


async def test_words_of_an_inspection_survive_a_refusal_and_are_not_cut(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    inspector = await make_inspection(session)
    grievance, _ = await file(session, keys, now)
    client, address = await sign_in(inspector), f"/grievances/{grievance.uuid}"
    assert _kept(await client.post(f"{address}/answer", data={"answer": "abc"}), "abc")
    assert _kept(await client.post(f"{address}/transfer", data={"to": "", "why_passed": "很长的理由"}), "很长的理由")
    too_long = await client.post(f"{address}/measures", data={"measure": "字" * 9000})
    assert _kept(too_long, "字" * 9000)
    assert "8000 characters at most" in too_long.text


async def test_a_reason_to_suspend_is_asked_for_on_the_spot(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    firm = await make_employer(session, office, now)
    client = await sign_in(office)
    refused = await client.post(f"/employers/{firm.uuid}/suspend", data={"reason": ""})
    assert (refused.status_code, "<textarea" in refused.text) == (422, True)


async def test_no_secret_is_drawn_again(client: httpx.AsyncClient) -> None:
    answer = await client.post("/sign-in", data={"user_name": "x", "password": "geheim-geheim", "next": "x" * 5})
    assert "geheim-geheim" not in answer.text


async def test_a_program_is_told_in_the_readers_language(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session))
    client.cookies.set("duijie_lang", "zh_Hans")
    fields = (await client.get("/api/v1/labourers", params={"limit": "many", "cursor": "x"})).json()["fields"]
    assert set(fields) == {"limit", "cursor"}
    assert not any(re.search(r"[A-Za-z]{3}", text) for text in fields.values()), fields


async def test_ones_own_copy_and_the_assessment_show_no_codes(
    application: Any, sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    person = await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    client.cookies.set("duijie_lang", "zh_Hans")
    await client.get("/labourers")
    code = await make_slip(session, county, keys, person, now)
    async with phone(application) as own:
        own.client.cookies.set("duijie_lang", "zh_Hans")
        await own.come_in(code)
        await own.read("/my")
        copy = (await own.send("/my/copy")).text
    shown = re.sub(r"<[^>]+>", " ", copy)
    assert not re.search(r"\b(male|female|head|member|match|portal\.open|slip\.print|labourers?\.\w+)\b", shown)
    assessment = re.sub(r"<[^>]+>", " ", (await client.get("/rights/impact")).text)
    assert not re.search(r"_cipher|\b(labourer|household|import_row|app_user)\b", assessment)
