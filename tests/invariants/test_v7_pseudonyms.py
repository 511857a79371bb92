"""V7: the selling side sees a pseudonym of its own, bands, and nobody while they are fewer than five."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import service as declarations
from app.labourers import service as labourer_service
from app.match_runs import queries
from app.permissions import Role
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.match_runs import make_run
from tests.factories.vacancies import make_vacancy


def test_two_viewers_cannot_join_their_pseudonyms(keys: KeyRing) -> None:
    """V7, R10. Wall: a keyed hash of viewer and person."""
    person, first, second = uuid4(), uuid4(), uuid4()
    assert keys.pseudonym(first, person) == keys.pseudonym(first, person)
    assert keys.pseudonym(first, person) != keys.pseudonym(second, person)


async def test_who_takes_their_word_back_is_shown_to_nobody(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime
) -> None:
    """V1, V7. Wall: service, asked at every read."""
    county = await make_actor(session)
    vacancy = await make_vacancy(session, await make_actor(session, Role.RECEIVING_OFFICER), now)
    labourers = [await make_labourer(session, county, keys, now) for _ in range(8)]
    run = await make_run(session, county, vacancy.id, [one.id for one in labourers], now)
    taken_back, left, *_ = labourers
    await declarations.withdraw(session, county, taken_back.id, channel="in_person", now=now)
    await labourer_service.take_off_list(session, county, left, "other", now=now)
    broker = await make_actor(session, Role.BROKER)
    for actor, addresses in (
        (county, [f"/vacancies/{vacancy.uuid}/candidates", f"/match-runs/{run.uuid}"]),
        (broker, [f"/vacancies/{vacancy.uuid}/candidates"]),
    ):
        client = await sign_in(actor)
        for address in addresses:
            page = (await client.get(address)).text
            for number, one in enumerate(labourers):
                code = keys.pseudonym(actor.organisation_uuid, one.uuid)
                assert (str(one.uuid) in page or code in page) is (number > 1), (address, number)
    client = await sign_in(county)
    for number, one in enumerate(labourers[:3]):
        assert (vacancy.title in (await client.get(f"/labourers/{one.uuid}/matches")).text) is (number > 1)
        listed = (await client.get(f"/api/v1/match-runs/{run.uuid}/labourers/{one.uuid}")).json()
        assert len(listed) == (number > 1)
    assert await queries.pseudonymous(session, broker, vacancy, today=day_of(now) + timedelta(days=400)) == []


@pytest.mark.parametrize(("people", "shown"), [(4, False), (6, True)])
async def test_a_broker_sees_codes_only(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime, people: int, shown: bool
) -> None:
    """V7, R10. Wall: service; the second wall gives brokers no record."""
    county = await make_actor(session)
    receiving = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, receiving, now)
    labourers = [
        await make_labourer(session, county, keys, now, name="曾小梅", village_name="拔茅村") for _ in range(people)
    ]
    await make_run(session, county, vacancy.id, [one.id for one in labourers], now)
    broker = await make_actor(session, Role.BROKER)
    client = await sign_in(broker)
    page = (await client.get(f"/vacancies/{vacancy.uuid}/candidates")).text
    for secret in ("曾小梅", "曾", "拔茅村", "会宫镇", "0.861", str(labourers[0].uuid)):
        assert secret not in page, secret
    assert (keys.pseudonym(broker.organisation_uuid, labourers[0].uuid) in page) is shown
