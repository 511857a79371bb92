"""V7: the selling side sees a pseudonym of its own, bands, and nobody while they are fewer than five."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.match_runs.adapter.codes import PARTS, SCORES
from app.match_runs.models import Candidate, MatchParameters, MatchRun
from app.permissions import Role
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.vacancies import make_vacancy


def test_two_viewers_cannot_join_their_pseudonyms(keys: KeyRing) -> None:
    person, first, second = uuid4(), uuid4(), uuid4()
    assert keys.pseudonym(first, person) == keys.pseudonym(first, person)
    assert keys.pseudonym(first, person) != keys.pseudonym(second, person)


@pytest.mark.parametrize(("people", "shown"), [(4, False), (6, True)])
async def test_a_broker_sees_codes_only(
    sign_in: Callable[..., Any], session: AsyncSession, keys: KeyRing, now: datetime, people: int, shown: bool
) -> None:
    county = await make_actor(session)
    receiving = await make_actor(session, Role.RECEIVING_OFFICER)
    vacancy = await make_vacancy(session, receiving, now)
    labourers = [
        await make_labourer(session, county, keys, now, name="曾小梅", village_name="拔茅村") for _ in range(people)
    ]
    parameters = MatchParameters(version="test", content={}, content_hash=uuid4().bytes)
    session.add(parameters)
    await session.flush()
    run = MatchRun(
        organisation_id=county.organisation_id,
        started_by=county.user_id,
        parameters_id=parameters.id,
        on_day=day_of(now),
        seed=1,
        top_k=10,
        status="done",
        summary={},
    )
    session.add(run)
    await session.flush()
    row = {
        "run_id": run.id, "vacancy_id": vacancy.id, "score": 861_204, "skill": 900_000, "location": 500_000,
        "willingness": 700_000, "parts": [500_000] * len(PARTS), "weights": [100] * (len(PARTS) + len(SCORES)),
        "unknown_parts": 0, "unknown_gates": 0,
    }  # fmt: skip
    rows = [{**row, "labourer_id": one.id, "vacancy_rank": rank} for rank, one in enumerate(labourers, 1)]
    await session.execute(insert(Candidate), rows)

    broker = await make_actor(session, Role.BROKER)
    client = await sign_in(broker)
    page = (await client.get(f"/vacancies/{vacancy.uuid}/candidates")).text
    for secret in ("曾小梅", "曾", "拔茅村", "会宫镇", "0.861", str(labourers[0].uuid)):
        assert secret not in page, secret
    assert (keys.pseudonym(broker.organisation_uuid, labourers[0].uuid) in page) is shown
