"""A restricted or objecting person is in no automated matching at once, and within reach of people."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations.limits import ProcessingLimit
from app.declarations.queries import permits
from app.labourers.models import Labourer
from app.match_runs import snapshot
from app.permissions import Actor
from app.rights import service
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer

SignIn = Callable[..., Any]


async def matched(session: AsyncSession, county: Actor, today: date) -> set[int]:
    taken = await snapshot.take(session, county.organisation_id, today)
    shown = await session.scalars(select(Labourer.id).where(permits("match", Labourer.id, today)))
    listed = {row.id for row in taken.labourers}
    assert listed == set(shown.all()) & listed
    return listed


async def test_a_limit_holds_at_once_and_ends_by_own_wish(
    sign_in: SignIn, session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now, name="周自决")
    other = await make_labourer(session, county, keys, now)
    assert await matched(session, county, now.date()) == {labourer.id, other.id}
    client = await sign_in(county)
    address = f"/rights/people/{labourer.uuid}"
    answer = await client.post(f"{address}/limits", data={"kind": "objection", "reason": "由人来决定"})
    assert answer.status_code == 303
    assert await matched(session, county, now.date()) == {other.id}
    assert (await session.scalars(select(Labourer.id).where(permits("match", Labourer.id, now.date())))).all() == [
        other.id
    ]
    assert "周自决" in (await client.get("/rights/by-hand")).text
    assert "周自决" in (await client.get("/labourers")).text  # help by people stays
    assert (await client.get(f"/labourers/{labourer.uuid}/matches")).status_code == 200
    again = await client.post(f"/api/v1{address}/limits/objection", json={"reason": "由人来决定"})
    assert again.status_code == 409
    ended = await client.post(f"{address}/limits/objection/end", data={"reason": "本人又愿意了"})
    assert ended.status_code == 303
    assert await matched(session, county, now.date()) == {labourer.id, other.id}
    held = (await client.get(f"/api/v1{address}/limits")).json()
    assert [(one["kind"], one["ended_at"] is None) for one in held] == [("objection", False)]


async def test_one_limit_ended_leaves_the_other(session: AsyncSession, keys: KeyRing, now: datetime) -> None:
    county = await make_actor(session)
    labourer = await make_labourer(session, county, keys, now)
    for kind in ("restriction", "objection"):
        await service.limit(session, county, labourer, kind, "本人要求", channel="self_code", now=now)
    await service.free(session, None, labourer, "objection", "本人要求", channel="self_code", now=now)
    assert await matched(session, county, now.date()) == set()
    kinds = (await session.scalars(select(ProcessingLimit.kind))).all()
    assert sorted(kinds) == ["objection", "restriction"]
