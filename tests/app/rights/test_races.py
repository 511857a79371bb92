"""A deletion at the same moment as a task: two transactions, each order, nothing of the person left."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import Conflict
from app.intake import service as intake
from app.intake.models import ImportBatch
from app.labourers import queries as labourers
from app.labourers.models import Labourer
from app.match_runs import engine, snapshot
from app.match_runs import service as match_runs
from app.match_runs.engine import Outcome
from app.match_runs.models import Candidate, MatchRun
from app.migrations import Server
from app.permissions import Role
from app.rights import service
from tests.app.intake.sheets import demand, person_cells
from tests.app.killing import WAITING, Scene, scene_in
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.vacancies import make_vacancy


@pytest.fixture
async def scene(server: Server, fresh_database: str, data_dir: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene_in(server, fresh_database, data_dir) as scene:
        async with scene.sessions() as session, session.begin():
            office = await make_actor(session, Role.RECEIVING_OFFICER)
            for _ in range(2):
                await make_labourer(session, scene.actor, scene.keys, now)
            await make_vacancy(session, office, now)
        yield scene


async def calculated(scene: Scene, now: datetime) -> tuple[int, Outcome]:
    """A run that has read the lists and not stored its candidates."""
    async with scene.sessions() as session, session.begin():
        run = await match_runs.start(session, scene.actor, now=now)
        taken = snapshot.plain(await snapshot.take(session, run.organisation_id, run.on_day))
        params = await match_runs.parameters_of(session, run)
        outcome = engine.calculate(taken, run.id, params, run.top_k, run.seed)
    assert len({row[1] for row in outcome.rows}) == 2
    return run.id, outcome


async def delete_one(scene: Scene, session: AsyncSession, now: datetime) -> int:
    uuid = await session.scalar(select(Labourer.uuid).order_by(Labourer.id).limit(1))
    assert uuid
    labourer = await labourers.get(session, scene.actor, uuid, lock=True)
    id_ = labourer.id
    await service.delete_person(
        session, scene.actor, scene.keys, labourer, "own_wish", "本人书面申请", sure=True, now=now
    )
    return id_


async def matched(scene: Scene, run_id: int) -> set[int]:
    async with scene.sessions() as session:
        assert (await session.get_one(MatchRun, run_id)).summary
        return set(await session.scalars(select(Candidate.labourer_id).where(Candidate.run_id == run_id)))


async def store(scene: Scene, run_id: int, outcome: Outcome, now: datetime) -> None:
    async with scene.sessions() as session, session.begin():
        await match_runs.keep(session, run_id, outcome, now=now)


async def waits(scene: Scene) -> bool:
    return (await scene.one(WAITING))[0] != 0


async def test_a_run_that_stores_while_somebody_is_deleted_leaves_them_out(scene: Scene, now: datetime) -> None:
    run_id, outcome = await calculated(scene, now)
    async with scene.sessions() as session, session.begin():
        gone = await delete_one(scene, session, now)
        storing = asyncio.ensure_future(store(scene, run_id, outcome, now))
        await scene.until(lambda: waits(scene))
    await storing
    found = await matched(scene, run_id)
    assert len(found) == 1
    assert gone not in found


async def test_a_deletion_while_a_run_stores_waits_and_takes_the_candidates(scene: Scene, now: datetime) -> None:
    run_id, outcome = await calculated(scene, now)

    async def delete() -> int:
        async with scene.sessions() as session, session.begin():
            return await delete_one(scene, session, now)

    async with scene.sessions() as session, session.begin():
        await match_runs.keep(session, run_id, outcome, now=now)
        deleting = asyncio.ensure_future(delete())
        await scene.until(lambda: waits(scene))
    assert await deleting not in await matched(scene, run_id)


async def test_the_database_takes_no_candidate_of_somebody_deleted(scene: Scene, now: datetime) -> None:
    """Even where the code forgot to look."""
    run_id, outcome = await calculated(scene, now)
    async with scene.sessions() as session, session.begin():
        await delete_one(scene, session, now)
    async with scene.sessions() as session:
        raw = (await (await session.connection()).get_raw_connection()).driver_connection
        assert raw is not None
        with pytest.raises(Exception, match="somebody deleted"):
            await raw.copy_records_to_table("candidate", records=outcome.rows, columns=match_runs.CANDIDATE_COLUMNS)
        await session.rollback()
    assert run_id


async def test_nobody_is_deleted_while_a_sheet_is_being_read(scene: Scene, now: datetime) -> None:
    async with scene.sessions() as session, session.begin():
        await intake.upload(
            session, scene.actor, scene.keys, name="a.xlsx", content=demand(person_cells(1)), kind="demand", now=now
        )
    async with scene.sessions() as reading, scene.sessions() as session:
        await reading.scalar(select(ImportBatch).with_for_update())
        with pytest.raises(Conflict, match="being read"):
            await delete_one(scene, session, now)
        await session.rollback()
    async with scene.sessions() as session, session.begin():
        await delete_one(scene, session, now)
