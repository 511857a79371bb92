"""What a deletion closes, tried from outside (R19, PIPL 47). Each test is an attempt; its docstring names the wall."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Invalid
from app.labourers import service as labourers
from app.labourers.models import ErasedIdentity, Labourer
from app.permissions import Role
from app.rights import service
from app.shared.encryption import KeyRing
from app.wall import EVERYBODY, confine, wall_of
from tests.factories.accounts import make_actor
from tests.factories.labourers import id_number, make_labourer, person

NUMBER = id_number("34000019790412877")
ELSEWHERE = "340722110"  # another township of the county


async def test_another_county_neither_learns_of_a_deletion_nor_lifts_it(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: a kept hash is its own office's; queries.erased_on and erasure.readmit ask for that office."""
    county, other = await make_actor(session), await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, id_no=NUMBER)
    await service.delete_person(session, county, keys, labourer, "own_wish", "本人书面申请", sure=True, now=now)
    await session.commit()
    form = {"id_no": NUMBER, "reason": "想看看是不是删除过"}
    client = await sign_in(other)
    tried = await client.post("/rights/readmissions", data=form)
    never = await client.post("/rights/readmissions", data={**form, "id_no": id_number("34000019790412888")})
    assert tried.status_code == never.status_code == 409
    assert "Nobody of this number was deleted here" in tried.text
    kept = (await session.scalars(select(ErasedIdentity))).one()
    assert (kept.organisation_id, kept.readmitted_at) == (county.organisation_id, None)
    await make_labourer(session, other, keys, now, id_no=NUMBER)  # to them like anybody they never had
    client = await sign_in(county)
    assert (await client.post("/rights/readmissions", data=form)).status_code == 303


async def test_a_household_out_of_reach_is_neither_seen_nor_lost(
    session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Wall: policies on household; the service refuses instead of parting the person from theirs."""
    township = await make_actor(session, Role.TOWNSHIP_OFFICER, scope=("340722113",))
    await make_labourer(session, township, keys, now, household_no="H-77", locality_code=ELSEWHERE)
    labourer = await make_labourer(session, township, keys, now, household_no="H-1")
    id_, linked = labourer.id, labourer.household_id
    await session.commit()
    await confine(session, wall_of(township))
    facts = person(name="张小梅", id_no=labourers.id_no_of(keys, labourer), household_no="H-77")
    with pytest.raises(Invalid, match="where you cannot see it"):
        await labourers.correct(
            session, township, keys, labourer, facts, version=labourer.version, reason="换户", now=now
        )
    with pytest.raises(Invalid, match="where you cannot see it"):
        await labourers.enter(session, township, keys, person(household_no="H-77"), now=now)
    await session.rollback()
    await confine(session, EVERYBODY)
    assert await session.scalar(select(Labourer.household_id).where(Labourer.id == id_)) == linked


@pytest.mark.parametrize("kind", ["restriction", "objection"])
async def test_who_set_a_limit_is_on_no_list_of_the_available(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime, kind: str
) -> None:
    """Wall: declarations.standing, which every list of people asks."""
    county = await make_actor(session)
    limited = await make_labourer(session, county, keys, now, village_name="限村")
    await make_labourer(session, county, keys, now, village_name="愿村")
    await service.limit(session, county, limited, kind, "本人书面申请", channel="in_person", now=now)
    await session.commit()
    client = await sign_in(county)
    available = (await client.get("/labourers?standing=current")).text
    assert "愿村" in available
    assert "限村" not in available
    assert "限村" not in (await client.get("/labourers?standing=ask")).text
    whole = (await client.get("/labourers")).text
    assert "限村" in whole
    assert whole.count("not available") == 1
    answer = (await client.get(f"/api/v1/labourers/{limited.uuid}")).json()
    assert (answer["standing"], answer["scope"]) == ("not_available", None)
    case = (await client.get(f"/labourers/{limited.uuid}")).text
    assert "not available" in case
    assert "the person set a limit" not in case  # why somebody is not available is told on the page of rights alone
