from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.permissions import Role
from app.vacancies.models import VacancyOpening, VacancyTransition
from tests.factories.accounts import make_actor
from tests.factories.vacancies import make_employer, make_vacancy

SignIn = Callable[..., Any]


async def test_the_receiving_office_verifies_employer_then_post(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    employer = await make_employer(session, office, now, verified=False)
    vacancy = await make_vacancy(session, office, now, employer=employer, opened=False)
    client = await sign_in(office)
    too_early = await client.post(f"/vacancies/{vacancy.uuid}/verify")
    assert too_early.status_code == 409
    assert "Verify the employer first" in too_early.text
    assert (await client.post(f"/employers/{employer.uuid}/verify", data={"note": " "})).status_code == 422
    assert (await client.post(f"/employers/{employer.uuid}/verify", data={"note": "licence seen"})).status_code == 303
    assert (await client.post(f"/vacancies/{vacancy.uuid}/verify")).status_code == 303
    slots = select(func.count()).where(VacancyOpening.vacancy_id == vacancy.id)
    assert await session.scalar(slots) == 3
    steps = select(VacancyTransition.to_state).where(VacancyTransition.vacancy_id == vacancy.id)
    assert list(await session.scalars(steps.order_by(VacancyTransition.id))) == ["draft", "checked", "verified", "open"]


async def test_bulk_opens_what_can_open_and_says_what_cannot(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    fine = await make_vacancy(session, office, now, opened=False)
    lacking = await make_vacancy(session, office, now, opened=False, contract_kind=None)
    client = await sign_in(office)
    answer = await client.post("/vacancies/bulk", data={"ids": [str(fine.uuid), str(lacking.uuid)]})
    assert answer.status_code == 303
    page = await client.get("/vacancies")
    assert "1 opened, 1 left" in page.text
    await session.refresh(fine)
    await session.refresh(lacking)
    assert (fine.state, lacking.state) == ("open", "draft")


async def test_pause_and_resume(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, office, now)
    client = await sign_in(office)
    assert (await client.post(f"/vacancies/{vacancy.uuid}/pause")).status_code == 303
    assert "paused" in (await client.get(f"/vacancies/{vacancy.uuid}")).text
    assert (await client.post(f"/vacancies/{vacancy.uuid}/pause")).status_code == 409
    assert (await client.post(f"/vacancies/{vacancy.uuid}/resume")).status_code == 303


async def test_what_an_office_has_paused_only_an_office_resumes(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    employer = await make_actor(session, Role.EMPLOYER)
    vacancy = await make_vacancy(session, employer, now)
    office = await sign_in(await make_actor(session, Role.RECEIVING_OFFICER))
    assert (await office.post(f"/vacancies/{vacancy.uuid}/pause")).status_code == 303
    assert "/resume" in (await office.get(f"/vacancies/{vacancy.uuid}")).text  # takes the message with it
    client = await sign_in(employer)
    assert f"/vacancies/{vacancy.uuid}/resume" not in (await client.get(f"/vacancies/{vacancy.uuid}")).text
    refused = await client.post(f"/vacancies/{vacancy.uuid}/resume")
    assert refused.status_code == 403
    assert "receiving office has paused" in refused.text
    office = await sign_in(await make_actor(session, Role.RECEIVING_OFFICER))
    assert (await office.post(f"/vacancies/{vacancy.uuid}/resume")).status_code == 303
    client = await sign_in(employer)
    assert (await client.post(f"/vacancies/{vacancy.uuid}/pause")).status_code == 303  # the firm is first, and
    office = await sign_in(await make_actor(session, Role.RECEIVING_OFFICER))
    assert (await office.post(f"/vacancies/{vacancy.uuid}/pause")).status_code == 303  # the office holds all the same
    client = await sign_in(employer)
    assert (await client.post(f"/vacancies/{vacancy.uuid}/resume")).status_code == 403
    office = await sign_in(await make_actor(session, Role.RECEIVING_OFFICER))
    assert (await office.post(f"/vacancies/{vacancy.uuid}/resume")).status_code == 303


async def test_drafts_are_for_those_they_concern(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    draft = await make_vacancy(session, office, now, opened=False)
    shown = await make_vacancy(session, office, now)
    for role in (Role.BROKER, Role.COUNTY_OFFICER, Role.STATION):
        client = await sign_in(await make_actor(session, role))
        assert (await client.get(f"/vacancies/{draft.uuid}")).status_code == 404, role
        assert (await client.get(f"/vacancies/{shown.uuid}")).status_code == 200, role
    stranger = await sign_in(await make_actor(session, Role.EMPLOYER))
    assert (await stranger.get(f"/vacancies/{shown.uuid}")).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=平缝", {"平缝车工"}),
        ("q=锦华", {"平缝车工", "焊工"}),
        ("trade=welding", {"焊工"}),
        ("place=330000", set()),
        ("place=320000", {"平缝车工", "焊工"}),
        ("pay_from=6000", {"焊工"}),
        ("shift=nights", {"焊工"}),
    ],
)
async def test_filters(sign_in: SignIn, session: AsyncSession, now: datetime, query: str, found: set[str]) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    await make_vacancy(session, office, now)
    await make_vacancy(
        session, office, now, title="焊工", trade_family="welding", pay_min=8000, pay_max=9000, shift="nights"
    )
    client = await sign_in(await make_actor(session, Role.BROKER))
    page = (await client.get(f"/vacancies?{query}")).text
    assert {title for title in ("平缝车工", "焊工") if title in page} == found


async def test_the_api_reads_on_by_cursor(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    made = [str((await make_vacancy(session, office, now)).uuid) for _ in range(5)]
    client = await sign_in(await make_actor(session, Role.BROKER))
    seen: list[str] = []
    cursor = ""
    while True:
        answer = (await client.get("/api/v1/vacancies", params={"limit": 2, "cursor": cursor})).json()
        seen += [item["uuid"] for item in answer["items"]]
        cursor = answer.get("next")
        if not cursor:
            break
    assert seen == made
    wrong = await client.get("/api/v1/vacancies", params={"cursor": "nonsense"})
    assert wrong.status_code == 422
    assert wrong.headers["content-type"] == "application/problem+json"


async def test_another_office_changes_nothing(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    vacancy = await make_vacancy(session, await make_actor(session, Role.RECEIVING_OFFICER), now)
    client = await sign_in(await make_actor(session))
    assert (await client.get(f"/vacancies/{vacancy.uuid}")).status_code == 200
    for act in ("pause", "resume", "close"):
        assert (await client.post(f"/vacancies/{vacancy.uuid}/{act}")).status_code == 403
    await session.refresh(vacancy)
    assert vacancy.state == "open"


HANGZHOU = "330100"
ACTS = ("/pause", "/close", "/verify")


async def test_an_office_verifies_in_its_region_only_whoever_entered_the_post(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    elsewhere = await make_vacancy(session, office, now, opened=False, locality_code=HANGZHOU)
    client = await sign_in(office)
    assert (await client.get(f"/vacancies/{elsewhere.uuid}")).status_code == 200
    for address in (f"/vacancies/{elsewhere.uuid}/verify", f"/api/v1/vacancies/{elsewhere.uuid}/verification"):
        refused = await client.post(address)
        assert refused.status_code == 403
        assert "not in your region" in refused.text
    assert (await client.post("/vacancies/bulk", data={"ids": [str(elsewhere.uuid)]})).status_code == 303
    assert "0 opened, 1 left: outside your region" in (await client.get("/vacancies")).text
    await session.refresh(elsewhere)
    assert elsewhere.state == "checked"
    there = await make_actor(session, Role.RECEIVING_OFFICER, scope=(HANGZHOU,))
    client = await sign_in(there)
    assert (await client.post(f"/vacancies/{elsewhere.uuid}/verify")).status_code == 303


async def test_a_page_draws_only_the_acts_that_are_open_to_its_reader(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    shown = await make_vacancy(session, office, now)
    waiting = await make_vacancy(session, office, now, opened=False, locality_code=HANGZHOU)

    async def drawn(actor: Any, vacancy: Any) -> list[str]:
        page = (await (await sign_in(actor)).get(f"/vacancies/{vacancy.uuid}")).text
        return [act for act in ACTS if f'action="/vacancies/{vacancy.uuid}{act}"' in page]

    assert await drawn(office, shown) == ["/pause", "/close"]
    assert await drawn(office, waiting) == ["/close"]
    for role in (Role.COUNTY_OFFICER, Role.BROKER, Role.STATION):
        assert await drawn(await make_actor(session, role), shown) == [], role
    other = await make_actor(session, Role.RECEIVING_OFFICER, scope=(HANGZHOU,))
    assert await drawn(other, shown) == []
    assert await drawn(other, waiting) == ["/close", "/verify"]
