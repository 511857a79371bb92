"""What is over its time is counted, then removed with proof; the table is cited data and read strictly."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Base
from app.permissions import Role
from app.portal.models import PortalAttempt
from app.rights import retention, service
from app.rights.models import DeletionProof
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.strict_yaml import DataFileError
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer

SignIn = Callable[..., Any]


def test_every_class_cites_its_ground_and_names_tables_there_are() -> None:
    table = retention.retention_table()
    assert len(table.classes) >= 10
    named = {name for one in table.classes for name in one.tables}
    assert named <= set(Base.metadata.tables)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("days: 365", "days: 0", "days"),
        ("action: keep", "action: forget", "action"),
        ("    status: in_force", "    x: 1", "missing"),
    ],
)
def test_a_slip_in_the_table_is_refused(tmp_path: Path, old: str, new: str, why: str) -> None:
    slip = tmp_path / "retention.yaml"
    slip.write_text(retention.DATA.read_text().replace(old, new, 1))
    with pytest.raises(DataFileError, match=why):
        retention.load_retention(slip)


async def test_people_over_their_time_are_taken_out_with_proof(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    one = retention.retention_table().one("people_off_the_list")
    people = [await make_labourer(session, county, keys, now) for _ in range(3)]
    await service.limit(session, county, people[1], "restriction", "争议未决", channel="in_person", now=now)
    await session.flush()  # set directly below
    left = one.cut_off(day_of(now)) - timedelta(days=1)
    await session.execute(
        text("UPDATE demand_list_entry SET left_on = :day, left_reason = 'other' WHERE labourer_id = ANY(:ids)"),
        {"day": left, "ids": [people[0].id, people[1].id]},
    )
    expected = people[0].id
    assert await retention.due(session, one, day_of(now)) == {"labourer": 1}  # a restricted one stays
    assert await retention.erase_some(session, keys, one, now) == 1
    assert await retention.due(session, one, day_of(now)) == {"labourer": 0}
    proof = (await session.scalars(select(DeletionProof))).one()
    assert (proof.labourer_id, proof.ground, proof.by_user_id) == (expected, "period_over", None)


async def test_every_class_can_be_counted_and_cleared(session: AsyncSession, now: datetime) -> None:
    for one in retention.retention_table().classes:
        await retention.due(session, one, day_of(now))
        await retention.remove(session, one, day_of(now))


async def test_the_pages_show_it_and_the_operator_may_run_it(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session, Role.OPERATOR))
    page = await client.get("/rights/retention")
    assert page.status_code == 200
    assert "People who left the list" in page.text
    task = await client.post("/api/v1/rights/retention/runs", json={"dry": True})
    assert task.status_code == 202
    assert len((await client.get("/api/v1/rights/retention")).json()["classes"]) >= 10


async def test_the_impact_assessment_is_drawn_from_the_system(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    await make_labourer(session, county, keys, now)
    for role in (None, Role.AUDITOR):
        client = await sign_in(county if role is None else await make_actor(session, role))
        page = await client.get("/rights/impact")
        assert page.status_code == 200
        for held in (
            "Handle requests about one&#39;s own data",
            "people of the demand list",
            "劳动合同法",
            "People held",
        ):
            assert held in page.text, held
        assert "_cipher" not in page.text
        assert (await client.get("/rights/impact/export")).content[:2] == b"PK"
    sections = (await client.get("/api/v1/rights/impact")).json()["sections"]
    assert {"figures", "purposes", "classes", "matrix", "recipients", "encryption", "measures"} == set(sections)


async def test_addresses_of_tries_with_a_code_go_after_the_time_of_the_law(
    session: AsyncSession, now: datetime
) -> None:
    one = retention.retention_table().one("portal_attempts")
    assert one.days >= 183  # six months, 网络安全法 21
    for days in (one.days + 2, one.days - 2):
        session.add(PortalAttempt(address="10.0.0.9", succeeded=False, at=now - timedelta(days=days)))
    await session.flush()
    assert await retention.due(session, one, day_of(now)) == {"portal_attempt": 1}
    assert await retention.remove(session, one, day_of(now)) == {"portal_attempt": 1}
    assert len((await session.scalars(select(PortalAttempt.id))).all()) == 1
