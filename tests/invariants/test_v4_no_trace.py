"""V4: a no leaves no trace that a list can read; everyone else sees "available" or "not available"."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import service
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer


async def test_nobody_who_said_no_can_be_picked_out(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """R5, R7. Wall: service, no filter names a no."""
    county = await make_actor(session)
    await make_labourer(session, county, keys, now, name="李大强", scope="not_now")
    taken_back = await make_labourer(session, county, keys, now, name="王小明")
    await service.withdraw(session, county, taken_back.id, channel="in_person", now=now)
    client = await sign_in(county)
    for query in ("scope=not_now", "standing=withdrawn", "standing=not_now"):
        page = (await client.get(f"/labourers?{query}")).text
        assert "李大强" not in page, query
        assert "王小明" not in page, query
        found = (await client.get(f"/api/v1/labourers?{query}")).json()["items"]
        assert found == [], query


async def test_a_no_and_a_word_taken_back_look_alike(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """R5. Wall: service, one word for both."""
    county = await make_actor(session)
    await make_labourer(session, county, keys, now, scope="not_now")
    taken_back = await make_labourer(session, county, keys, now)
    await service.withdraw(session, county, taken_back.id, channel="in_person", now=now)
    client = await sign_in(county)
    items = (await client.get("/api/v1/labourers")).json()["items"]
    shown = [{name: item[name] for name in ("standing", "scope", "stated_on", "expires_on")} for item in items]
    assert len(shown) == 2
    assert shown[0] == shown[1] == {"standing": "not_available", "scope": None, "stated_on": None, "expires_on": None}
