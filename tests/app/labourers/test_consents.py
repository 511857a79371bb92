"""An officer hears a consent in person, with evidence, and takes it back in one step: pages and API."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations.consents import evidence_print
from app.declarations.models import Consent
from app.permissions import Role
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer


async def test_heard_in_person_and_taken_back(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    address = f"/labourers/{labourer.uuid}/consents"
    assert "You need not answer." in (await client.get(address)).text
    assert (await client.post(f"{address}/follow_up")).status_code == 422
    assert (await client.post(f"{address}/follow_up", data={"evidence": "form 12"})).status_code == 303
    kept = await session.scalar(select(Consent).where(Consent.purpose == "follow_up"))
    assert kept is not None
    assert (kept.entered_by, kept.evidence_hash) == (county.user_id, evidence_print("form 12"))
    assert "Yes since" in (await client.get(address)).text
    assert (await client.post(f"{address}/follow_up/withdraw")).status_code == 303
    assert (await client.post(f"{address}/follow_up/withdraw")).status_code == 409


async def test_matching_needs_a_statement(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, scope=None)
    client = await sign_in(county)
    refused = await client.post(f"/labourers/{labourer.uuid}/consents/match", data={"evidence": "form 12"})
    assert refused.status_code == 409
    assert "First say where" in refused.text


async def test_the_api_says_yes_and_no(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    client = await sign_in(county)
    address = f"/api/v1/labourers/{labourer.uuid}/consents"

    def yes(answer: Any) -> set[str]:
        return {one["purpose"] for one in answer.json() if one["given"]}

    assert yes(await client.get(address)) == {"match"}
    heard = {"evidence": "form 12"}
    assert yes(await client.put(f"{address}/name_to_employer", json=heard)) == {"match", "name_to_employer"}
    assert (await client.put(f"{address}/name_to_employer", json={"evidence": ""})).status_code == 422
    assert yes(await client.delete(f"{address}/match")) == set()
    assert (await client.delete(f"{address}/match")).status_code == 409
    assert (await client.put(f"{address}/blanket", json=heard)).status_code == 404
    for role in (Role.BROKER, Role.EMPLOYER):
        client = await sign_in(await make_actor(session, role))
        assert (await client.put(f"{address}/match", json=heard)).status_code == 403, role
    client = await sign_in(await make_actor(session))
    assert (await client.get(address)).status_code == 404
