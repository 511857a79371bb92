"""kill -9 while a run stores its candidates: of the runner, of the database. Afterwards all are there, never some."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.match_runs import service
from app.match_runs.models import MatchRun
from app.match_runs.service import CANDIDATE_COLUMNS
from app.migrations import Server
from app.permissions import Role
from tests.app.killing import Scene, scene_in
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer
from tests.factories.vacancies import make_vacancy

LABOURERS, VACANCIES = 12, 4
STATUS = "SELECT status FROM match_run WHERE id = :run_id"
STORED = "SELECT count(*) FROM candidate WHERE run_id = :run_id"
# A stored candidate refers to its labourer; the reference is checked once the rows are written.
LABOURER_ROWS = "SELECT 1 FROM labourer FOR UPDATE"


@pytest.fixture
async def scene(server: Server, fresh_database: str, data_dir: Path, now: datetime) -> AsyncIterator[Scene]:
    async with scene_in(server, fresh_database, data_dir) as scene:
        async with scene.sessions() as session, session.begin():
            office = await make_actor(session, Role.RECEIVING_OFFICER)
            for number in range(LABOURERS):
                await make_labourer(session, scene.actor, scene.keys, now, phone=f"1540000{number:04d}")
            for number in range(VACANCIES):
                await make_vacancy(session, office, now, title=f"平缝车工{number}", hours_week=50 + number)
        yield scene


async def start(scene: Scene, now: datetime) -> int:
    async with scene.sessions() as session, session.begin():
        run = await service.start(session, scene.actor, now=now)
    return run.id


async def candidates(scene: Scene, run_id: int) -> set[str]:
    columns = ", ".join(column for column in CANDIDATE_COLUMNS if column != "run_id")
    async with scene.sessions() as session:
        rows = await session.execute(
            text(f"SELECT ({columns})::text AS pair FROM candidate WHERE run_id = :run_id"),
            {"run_id": run_id},
        )
        return {row.pair for row in rows}


async def is_as_an_undisturbed_run(scene: Scene, killed: int, now: datetime) -> None:
    """Ended, with all its candidates, at the second try; the same as a run that nobody kills."""
    await scene.until_is("done", STATUS, run_id=killed)
    found = await candidates(scene, killed)
    assert len(found) == LABOURERS * VACANCIES
    undisturbed = await start(scene, now)
    await scene.until_is("done", STATUS, run_id=undisturbed)
    assert await candidates(scene, undisturbed) == found
    attempts = "SELECT t.attempts FROM task_run t JOIN match_run r ON r.task_run_id = t.id WHERE r.id = :run_id"
    assert await scene.one(attempts, run_id=killed) == (2,)
    assert await scene.one(attempts, run_id=undisturbed) == (1,)
    async with scene.sessions() as session:
        runs = {run.id: run for run in await session.scalars(select(MatchRun))}
    assert runs[killed].summary == runs[undisturbed].summary
    assert runs[killed].input_hash == runs[undisturbed].input_hash


async def test_the_runner_is_killed_while_it_stores(scene: Scene, now: datetime) -> None:
    run_id = await start(scene, now)
    runner = scene.start()
    async with scene.held_up("candidate", LABOURER_ROWS):
        runner.kill()
        runner.join()
    assert await scene.one(STORED, run_id=run_id) == (0,)
    assert await scene.one(STATUS, run_id=run_id) == ("running",)
    scene.start()
    await is_as_an_undisturbed_run(scene, run_id, now)


async def test_the_database_is_killed_while_it_stores(scene: Scene, now: datetime) -> None:
    run_id = await start(scene, now)
    scene.start()
    async with scene.held_up("candidate", LABOURER_ROWS):
        await scene.kill_database()
    await is_as_an_undisturbed_run(scene, run_id, now)
