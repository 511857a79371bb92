"""The impact assessment counts what there is, also where its reader sees no row."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.keys import resealing
from app.permissions import Role
from app.shared.encryption import KeyRing
from tests.factories.accounts import OTHER_COUNTY, make_actor, make_organisation
from tests.factories.grievances import file, make_inspection
from tests.factories.labourers import make_labourer


async def test_ciphers_are_counted_over_the_reader_s_wall(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """Two counties' people and a complaint nobody here may open: every reader is told the same true number."""
    county = await make_actor(session)
    far = await make_actor(session, organisation=await make_organisation(session, "county", OTHER_COUNTY))
    for custodian, home in ((county, None), (far, OTHER_COUNTY), (far, OTHER_COUNTY)):
        place = {"locality_code": home} if home else {}
        await make_labourer(session, custodian, keys, now, **place)
    await make_inspection(session)
    await file(session, keys, now)
    there_are = await resealing.usage(session)
    assert there_are["labourer.name_cipher"] == {keys.newest: 3}
    await session.commit()
    for actor in (county, await make_actor(session, Role.AUDITOR)):
        client = await sign_in(actor)
        rows = (await client.get("/api/v1/rights/impact")).json()["sections"]["encryption"]
        told: dict[str, int] = {}
        for row in rows:
            name = f"{row['table']}.{row['column']}"
            told[name] = told.get(name, 0) + row["values"]
        assert told == {name: sum(used.values()) for name, used in there_are.items()}
        assert told["grievance.text_cipher"] == 1
        assert (await client.get("/api/v1/labourers")).json().get("total") != 3, "the wall itself stands again"


async def test_it_speaks_in_words(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    client = await sign_in(await make_actor(session))
    await client.get("/labourers/export")
    client.cookies.set("duijie_lang", "zh_Hans")
    page = (await client.get("/rights/impact")).text
    for code in ("name_to_employer", "labourers:view", ">county<", ">county_officer<"):
        assert code not in page
