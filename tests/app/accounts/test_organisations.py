"""The operator's register: entered, corrected, closed; an agency without a running licence opens nothing."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts import organisation_queries as queries
from app.accounts.models import Organisation
from app.audit import AuditEvent
from app.permissions import Role
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.vacancies import make_vacancy

SignIn = Callable[..., Any]
BROKER = {
    "name": "枞阳新诚人力资源有限公司",
    "kind": "broker",
    "locality_code": "340722",
    "licence_number": "340722-001",
    "licence_from": "2026-01-01",
    "licence_until": "2027-01-01",
}


async def test_the_operator_enters_corrects_closes_and_reopens(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session, Role.OPERATOR))
    assert "LIC" not in (await client.get("/organisations/new")).text
    answer = await client.post("/organisations/new", data=BROKER)
    assert answer.status_code == 303
    address = answer.headers["location"]
    page = (await client.get(address)).text
    assert "until 2027-01-01" in page
    assert "/people/invite?organisation=" in page
    form = (await client.get(f"{address}/edit")).text
    assert 'value="340722-001"' in form
    changed = {**BROKER, "licence_until": "2028-01-01", "version": "1"}
    assert (await client.post(f"{address}/edit", data=changed)).status_code == 303
    assert (await client.post(f"{address}/edit", data=changed)).status_code == 412
    assert (await client.post(f"{address}/close", data={"reason": " "})).status_code == 422
    assert (await client.post(f"{address}/close", data={"reason": "licence withdrawn"})).status_code == 303
    assert "closed" in (await client.get(address)).text
    assert (await client.post(f"{address}/reopen")).status_code == 303
    organisation = await session.scalar(select(Organisation).where(Organisation.name == BROKER["name"]))
    assert organisation
    acts = await session.scalars(
        select(AuditEvent.act).where(
            AuditEvent.subject_kind == "organisation", AuditEvent.subject_id == organisation.id
        )
    )
    assert set(acts) == {f"organisation.{act}" for act in ("enter", "change", "close", "reopen")}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "x"}, "name"),
        ({"kind": "party"}, "kind"),
        ({"kind": "county", "locality_code": ""}, "locality_code"),
        ({"locality_code": "999999"}, "locality_code"),
        ({"kind": "village", "village_name": "清桥村", "locality_code": "340722"}, "locality_code"),
        ({"kind": "township", "locality_code": "340722"}, "locality_code"),
        ({"licence_number": "", "licence_from": "", "licence_until": ""}, "licence_number"),
        ({"licence_until": ""}, "licence_until"),
        ({"licence_until": "2025-01-01"}, "licence_until"),
        ({"licence_from": "soon"}, "licence_from"),
        ({"credit_code": "91320509MA1"}, "credit_code"),
        ({"dispatch_permit_number": "P-1"}, "dispatch_permit_until"),
    ],
)
async def test_what_is_wrong_stands_at_its_field(
    sign_in: SignIn, session: AsyncSession, changes: dict[str, str], field: str
) -> None:
    client = await sign_in(await make_actor(session, Role.OPERATOR))
    answer = await client.post("/organisations/new", data={**BROKER, **changes})
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert changes.get("name", BROKER["name"]) in answer.text, "what was typed is kept"


async def test_the_kind_stays(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session, Role.OPERATOR))
    office = await make_organisation(session, "county")
    await session.commit()
    form = {"name": office.name, "kind": "broker", "locality_code": "340722", "version": "1"}
    assert (await client.post(f"/organisations/{office.uuid}/edit", data=form)).status_code == 422
    with pytest.raises(DBAPIError, match="keeps its kind"):
        await session.execute(text("UPDATE organisation SET kind = 'broker' WHERE id = :id"), {"id": office.id})


async def test_nobody_closes_the_own_organisation(sign_in: SignIn, session: AsyncSession) -> None:
    actor = await make_actor(session, Role.OPERATOR)
    client = await sign_in(actor)
    answer = await client.post(f"/organisations/{actor.organisation_uuid}/close", data={"reason": "tired"})
    assert answer.status_code == 409


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
async def test_the_register_is_the_operators(sign_in: SignIn, session: AsyncSession, role: Role) -> None:
    actor = await make_actor(session, role)
    client = await sign_in(actor)
    for address in ("/organisations", "/organisations/new", f"/organisations/{actor.organisation_uuid}"):
        assert (await client.get(address)).status_code == 403
        assert (await client.get(f"/api/v1{address}")).status_code in {403, 422}
    assert (await client.post("/api/v1/organisations", json=BROKER)).status_code == 403


async def test_the_api_does_the_same(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session, Role.OPERATOR))
    made = await client.post("/api/v1/organisations", json=BROKER)
    assert made.status_code == 201
    address = f"/api/v1/organisations/{made.json()['uuid']}"
    etag = (await client.get(address)).headers["etag"]
    changed = {**BROKER, "licence_until": "2028-01-01"}
    assert (await client.put(address, json=changed, headers={"if-match": etag})).json()["version"] == 2
    assert (await client.put(address, json=changed, headers={"if-match": etag})).status_code == 412
    refused = await client.put(address, json={**changed, "kind": "county"}, headers={"if-match": '"2"'})
    assert refused.status_code == 422
    assert "kind" in refused.json()["fields"]
    closed = await client.post(f"{address}/closing", json={"reason": "no more"})
    assert closed.json()["closed_at"]
    assert (await client.post(f"{address}/closing", json={"reason": "no more"})).status_code == 409
    assert (await client.delete(f"{address}/closing")).json()["closed_at"] is None
    listed = (await client.get("/api/v1/organisations", params={"kind": "broker", "q": "新诚"})).json()
    assert [one["name"] for one in listed["items"]] == [BROKER["name"]]


async def test_the_list_narrows_and_counts_people(sign_in: SignIn, session: AsyncSession) -> None:
    actor = await make_actor(session, Role.OPERATOR)
    office = await make_organisation(session, "village")
    await make_actor(session, Role.VILLAGE_OFFICER, organisation=office)
    client = await sign_in(actor)
    page = (await client.get("/organisations?kind=village&state=open&sort=name")).text
    assert office.name in page
    assert actor.organisation_name not in page.split('id="list"')[1]
    assert "No organisation here" in (await client.get("/organisations?q=nothing-of-the-kind")).text


@pytest.mark.parametrize(
    ("begins", "ends", "works"),
    [(-30, 30, True), (-30, 0, True), (-30, -1, False), (1, 30, False), (None, None, False)],
)
async def test_an_agency_works_while_its_licence_runs(
    sign_in: SignIn, session: AsyncSession, now: datetime, begins: int | None, ends: int | None, works: bool
) -> None:
    office = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, office, now)
    agency = await make_organisation(session, "broker")
    today = date(2026, 11, 21)
    agency.licence_number = None if begins is None else "LIC-2"
    agency.licence_from = None if begins is None else today + timedelta(days=begins)
    agency.licence_until = None if ends is None else today + timedelta(days=ends)
    client = await sign_in(await make_actor(session, Role.BROKER, organisation=agency))
    for address in ("/vacancies", f"/vacancies/{vacancy.uuid}/candidates", "/api/v1/vacancies"):
        answer = await client.get(address)
        assert answer.status_code == (200 if works else 403), address
        assert ("no running human resources service licence" in answer.text) is not works
    account = (await client.get("/account")).text
    assert ("licence" in account) is not works, "the account says why"


async def test_a_closed_organisation_opens_nothing(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    actor = await make_actor(session)
    client = await sign_in(actor)
    assert (await client.get("/api/v1/vacancies")).status_code == 200
    (await session.get_one(Organisation, actor.organisation_id)).closed_at = now
    await session.commit()
    assert (await client.get("/api/v1/vacancies")).status_code == 401


async def test_which_receiving_office_answers_for_a_place(session: AsyncSession, now: datetime) -> None:
    assert await queries.receiving_office_of(session, "320509") is None
    actor = await make_actor(session, Role.RECEIVING_OFFICER)
    office = await session.get_one(Organisation, actor.organisation_id)
    assert await queries.receiving_office_of(session, "320509") == office
    assert await queries.receiving_office_of(session, "330100") is None
    office.closed_at = now
    await session.flush()
    assert await queries.receiving_office_of(session, "320509") is None
