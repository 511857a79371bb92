"""Cold start: the sending county vouches where nobody of the receiving region is here, for 30 days and no longer."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation
from app.audit import AuditEvent
from app.employers.models import Employer
from app.match_runs import snapshot
from app.permissions import Actor, Role
from app.vacancies.models import Vacancy, VacancyAttestation, VacancyOpening
from app.vacancies.schemas import Finding
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.vacancies import make_employer, make_vacancy

SignIn = Callable[..., Any]
TODAY = date(2026, 11, 21)
CHECKS = {
    "licence": "91320509MA1W000000",
    "looked_up": "国家企业信用信息公示系统：存续",
    "called_on": "2026-11-20",
    "called_person": "沈人事",
}
COPY = (
    "INSERT INTO vacancy_attestation (vacancy_id, organisation_id, user_id, at, on_day, until, licence, looked_up, "
    "called_on, called_person, is_dispatch) "
    "SELECT vacancy_id, organisation_id, user_id, at, on_day, {until}, {licence}, "
    "looked_up, called_on, called_person, is_dispatch FROM vacancy_attestation"
)


async def waiting(session: AsyncSession, county: Actor, now: datetime, **changes: Any) -> tuple[Employer, Vacancy]:
    """An employer and its post, entered by the county from a list, verified by nobody."""
    employer = await make_employer(session, county, now, verified=False)
    vacancy = await make_vacancy(session, county, now, employer=employer, opened=False, **changes)
    await session.commit()
    return employer, vacancy


async def attested(sign_in: SignIn, session: AsyncSession, now: datetime) -> tuple[Actor, Employer, Vacancy]:
    county = await make_actor(session)
    employer, vacancy = await waiting(session, county, now)
    client = await sign_in(county)
    assert (await client.post(f"/employers/{employer.uuid}/attest", data=CHECKS)).status_code == 303
    assert (await client.post(f"/vacancies/{vacancy.uuid}/attest", data=CHECKS)).status_code == 303
    await session.refresh(employer)
    await session.refresh(vacancy)
    return county, employer, vacancy


async def seen_by_a_run(session: AsyncSession, county: Actor, day: date) -> bool:
    taken = await snapshot.take(session, county.organisation_id, day)
    return any(row.state == "open" and row.verified_at and row.standing == "good" for row in taken.vacancies)


async def test_the_county_vouches_for_employer_then_post(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    county = await make_actor(session)
    employer, vacancy = await waiting(session, county, now)
    client = await sign_in(county)
    assert f"/vacancies/{vacancy.uuid}/attest" in (await client.get(f"/vacancies/{vacancy.uuid}")).text
    assert "30 days" in (await client.get(f"/vacancies/{vacancy.uuid}/attest")).text
    early = await client.post(f"/vacancies/{vacancy.uuid}/attest", data=CHECKS)
    assert early.status_code == 409
    assert (await client.get(f"/employers/{employer.uuid}/attest")).status_code == 200
    assert (await client.post(f"/employers/{employer.uuid}/attest", data=CHECKS)).status_code == 303
    assert (await client.post(f"/vacancies/{vacancy.uuid}/attest", data=CHECKS)).status_code == 303
    for page in (f"/vacancies/{vacancy.uuid}", f"/employers/{employer.uuid}", "/vacancies?state=open", "/employers"):
        assert "verified by the sending county, until 2026-12-21" in (await client.get(page)).text
    assert "沈人事" in (await client.get(f"/vacancies/{vacancy.uuid}")).text
    slots = select(func.count()).where(VacancyOpening.vacancy_id == vacancy.id)
    assert await session.scalar(slots) == 3
    events = list(await session.scalars(select(AuditEvent).where(AuditEvent.act.like("%.attest"))))
    assert {event.detail["on_behalf_of"] for event in events} == {"receiving office of 320509"}
    assert await seen_by_a_run(session, county, TODAY)


@pytest.mark.parametrize("left_out", [*CHECKS])
async def test_every_check_is_required(sign_in: SignIn, session: AsyncSession, now: datetime, left_out: str) -> None:
    county = await make_actor(session)
    employer, _ = await waiting(session, county, now)
    client = await sign_in(county)
    refused = await client.post(f"/employers/{employer.uuid}/attest", data={**CHECKS, left_out: ""})
    assert refused.status_code == 422
    assert f'href="#field-{left_out}"' in refused.text
    old = await client.post(f"/employers/{employer.uuid}/attest", data={**CHECKS, "called_on": "2026-09-01"})
    assert old.status_code == 422
    dispatched = await client.post(f"/employers/{employer.uuid}/attest", data={**CHECKS, "is_dispatch": "yes"})
    assert dispatched.status_code == 422


async def test_dispatch_needs_its_permit(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    county = await make_actor(session)
    employer, vacancy = await waiting(session, county, now, contract_kind="dispatch", agency_name="苏州捷聘人力")
    client = await sign_in(county)
    await client.post(f"/employers/{employer.uuid}/attest", data=CHECKS)
    assert "field-dispatch_permit" in (await client.get(f"/vacancies/{vacancy.uuid}/attest")).text
    assert (await client.post(f"/vacancies/{vacancy.uuid}/attest", data=CHECKS)).status_code == 422
    ended = {**CHECKS, "dispatch_permit": "320500-2025-01", "dispatch_permit_until": "2026-11-20"}
    assert (await client.post(f"/vacancies/{vacancy.uuid}/attest", data=ended)).status_code == 422
    permit = ended | {"dispatch_permit_until": "2027-05-31"}
    assert (await client.post(f"/vacancies/{vacancy.uuid}/attest", data=permit)).status_code == 303


async def test_the_word_lapses_at_every_read(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    county, employer, vacancy = await attested(sign_in, session, now)
    client = await sign_in(county)
    assert await seen_by_a_run(session, county, date(2026, 12, 21))
    assert not await seen_by_a_run(session, county, date(2026, 12, 22))
    vacancy.verified_until = date(2026, 11, 20)
    await session.commit()
    assert not await seen_by_a_run(session, county, TODAY)
    assert "verification lapsed on 2026-11-20" in (await client.get(f"/vacancies/{vacancy.uuid}")).text
    assert vacancy.title not in (await client.get("/vacancies?state=open")).text.split('id="list"')[1]
    assert vacancy.title in (await client.get("/vacancies?state=checked")).text.split('id="list"')[1]
    assert (await client.get("/api/v1/vacancies?state=open")).json()["items"] == []
    assert (await client.post(f"/vacancies/{vacancy.uuid}/attest", data=CHECKS)).status_code == 303, "renewed"
    assert await seen_by_a_run(session, county, TODAY)
    employer.verified_until = date(2026, 11, 20)
    await session.commit()
    assert not await seen_by_a_run(session, county, TODAY)
    assert "verification lapsed on 2026-11-20" in (await client.get(f"/employers/{employer.uuid}")).text
    assert employer.name in (await client.get("/employers?standing=lapsed")).text.split('id="list"')[1]
    assert employer.name not in (await client.get("/employers?standing=good")).text.split('id="list"')[1]
    assert (await client.post(f"/vacancies/{vacancy.uuid}/attest", data=CHECKS)).status_code == 409


async def test_a_receiving_office_comes_first_and_takes_over(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    county, employer, vacancy = await attested(sign_in, session, now)
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    client = await sign_in(county)
    for subject in (f"employers/{employer.uuid}", f"vacancies/{vacancy.uuid}"):
        assert "/attest" not in (await client.get(f"/{subject}")).text
        assert (await client.get(f"/{subject}/attest")).status_code == 409
        for refused in (
            await client.post(f"/{subject}/attest", data=CHECKS),
            await client.post(f"/api/v1/{subject}/attestation", json=CHECKS),
        ):
            assert refused.status_code == 409
            assert office.organisation_name in refused.text
    client = await sign_in(office)
    assert f"/vacancies/{vacancy.uuid}/verify" in (await client.get(f"/vacancies/{vacancy.uuid}")).text
    assert (await client.post(f"/employers/{employer.uuid}/verify", data={"note": "licence"})).status_code == 303
    assert (await client.post(f"/vacancies/{vacancy.uuid}/verify")).status_code == 303
    await session.refresh(vacancy)
    await session.refresh(employer)
    assert (vacancy.state, vacancy.verified_until, employer.verified_until) == ("open", None, None)
    assert "sending county" not in (await client.get(f"/vacancies/{vacancy.uuid}")).text


@pytest.mark.parametrize("kind", ["broker", "employer"])
async def test_not_for_what_the_own_selling_side_entered(
    sign_in: SignIn, session: AsyncSession, now: datetime, kind: str
) -> None:
    county = await make_actor(session)
    employer, vacancy = await waiting(session, county, now)
    client = await sign_in(county)
    seller = await make_organisation(session, kind)
    assert (await client.post(f"/employers/{employer.uuid}/attest", data=CHECKS)).status_code == 303
    vacancy.entered_by_organisation_id = employer.entered_by_organisation_id = seller.id
    vacancy.state, vacancy.verified_at, vacancy.verified_by = "verified", now, county.user_id  # so that it is seen
    await session.commit()
    for subject in (f"employers/{employer.uuid}", f"vacancies/{vacancy.uuid}"):
        refused = await client.post(f"/{subject}/attest", data=CHECKS)
        assert refused.status_code == 409
        assert seller.name in refused.text


async def test_what_is_against_the_law_stays_blocked(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    county = await make_actor(session)
    deposit = Finding("deposit", "block", "押金200", "劳动合同法 art. 9")
    employer, vacancy = await waiting(session, county, now, findings=[deposit])
    client = await sign_in(county)
    assert (await client.post(f"/employers/{employer.uuid}/attest", data=CHECKS)).status_code == 303
    assert (await client.post(f"/vacancies/{vacancy.uuid}/attest", data=CHECKS)).status_code == 409
    await session.refresh(vacancy)
    assert vacancy.state == "blocked"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COUNTY_OFFICER])
async def test_nobody_but_a_county_vouches(sign_in: SignIn, session: AsyncSession, now: datetime, role: Role) -> None:
    employer, vacancy = await waiting(session, await make_actor(session), now)
    client = await sign_in(await make_actor(session, role))
    for subject in (f"employers/{employer.uuid}", f"vacancies/{vacancy.uuid}"):
        assert (await client.post(f"/{subject}/attest", data=CHECKS)).status_code == 403
        assert (await client.post(f"/api/v1/{subject}/attestation", json=CHECKS)).status_code == 403


async def test_the_api_vouches_too(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    county = await make_actor(session)
    employer, vacancy = await waiting(session, county, now)
    client = await sign_in(county)
    answer = await client.post(f"/api/v1/employers/{employer.uuid}/attestation", json=CHECKS)
    assert (answer.status_code, answer.json()["verified_until"]) == (201, "2026-12-21")
    assert (await client.get(f"/api/v1/employers/{employer.uuid}")).json()["standing"] == "good"
    answer = await client.post(f"/api/v1/vacancies/{vacancy.uuid}/attestation", json=CHECKS)
    assert (answer.status_code, answer.json()["state"], answer.json()["verified_until"]) == (201, "open", "2026-12-21")


@pytest.mark.parametrize(
    ("change", "wall"),
    [
        ("UPDATE vacancy_attestation SET until = until + 30", "only grows"),
        ("DELETE FROM vacancy_attestation", "only grows"),
        (COPY.format(until="until + 1", licence="licence"), "thirty_days"),
        (COPY.format(until="until", licence="''"), "all_checks"),
        ("UPDATE vacancy SET verified_until = NULL WHERE attested_by_organisation_id IS NOT NULL", "attested_ends"),
        ("UPDATE employer SET verified_until = NULL WHERE attested_by_organisation_id IS NOT NULL", "attested_ends"),
    ],
)
async def test_the_database_holds_the_record_and_the_30_days(
    sign_in: SignIn, session: AsyncSession, now: datetime, change: str, wall: str
) -> None:
    await attested(sign_in, session, now)
    assert await session.scalar(select(func.count()).select_from(VacancyAttestation)) == 1
    with pytest.raises(DBAPIError, match=wall):
        await session.execute(text(change))


async def test_the_county_of_the_label_is_named(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    county, _, vacancy = await attested(sign_in, session, now)
    office = await session.get_one(Organisation, county.organisation_id)
    client = await sign_in(await make_actor(session, Role.BROKER))
    assert office.name in (await client.get(f"/vacancies/{vacancy.uuid}")).text
