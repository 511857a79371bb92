"""kill -9 in the middle of an import: of the runner, of the database. Afterwards the sheet is whole, never half."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.intake import service
from app.intake.models import ImportBatch
from app.migrations import Server
from tests.app.intake.sheets import demand, person_cells
from tests.app.killing import Scene, scene_in

PEOPLE = 400
STATE = "SELECT state FROM import_batch"
TASK_ROW = "SELECT 1 FROM task_run ORDER BY id DESC LIMIT 1 FOR UPDATE"
WHOLE = (
    "SELECT count(*) AS people, count(e.id) AS entries, count(d.id) AS statements, count(c.id) AS consents, "
    "count(DISTINCT l.id_no_index) AS numbers FROM labourer l "
    "LEFT JOIN demand_list_entry e ON e.labourer_id = l.id LEFT JOIN declaration d ON d.labourer_id = l.id "
    "LEFT JOIN consent c ON c.labourer_id = l.id"
)


@pytest.fixture
async def scene(server: Server, fresh_database: str, data_dir: Path) -> AsyncIterator[Scene]:
    async with scene_in(server, fresh_database, data_dir) as scene:
        yield scene


async def upload(scene: Scene) -> int:
    content = demand(*(person_cells(number) for number in range(PEOPLE)))
    async with scene.sessions() as session, session.begin():
        batch = await service.upload(
            session, scene.actor, scene.keys, name="list.xlsx", content=content, kind="demand", now=datetime.now(UTC)
        )
    return batch.id


async def begin_to_load(scene: Scene) -> None:
    """A sheet that has been checked and is to be loaded, and no runner any more."""
    batch_id = await upload(scene)
    runner = scene.start()
    await scene.until_is("ready", STATE)
    runner.terminate()
    runner.join()
    async with scene.sessions() as session, session.begin():
        batch = await session.get_one(ImportBatch, batch_id)
        await service.apply(session, scene.actor, batch.uuid)


def held_up(scene: Scene, stage: str, table: str) -> AbstractAsyncContextManager[None]:
    """A task that can neither report nor end: its own row is locked."""
    return scene.held_up(table, TASK_ROW, stage=stage)


async def test_the_runner_is_killed_while_it_checks(scene: Scene) -> None:
    await upload(scene)
    runner = scene.start()
    async with held_up(scene, "Understanding the columns", "import_row"):
        runner.kill()
        runner.join()
    assert await scene.one(STATE) == ("reading",)
    assert await scene.one("SELECT count(*) FROM import_row") == (0,)
    assert await scene.one("SELECT count(*) FROM import_file") == (1,)  # it can be taken up again
    scene.start()
    await scene.until_is("ready", STATE)
    assert await scene.one("SELECT count(*), count(DISTINCT row_no) FROM import_row") == (PEOPLE, PEOPLE)
    assert await scene.one("SELECT count(*) FROM import_file") == (0,)


async def test_the_runner_is_killed_while_it_loads(scene: Scene) -> None:
    await begin_to_load(scene)
    runner = scene.start()
    async with held_up(scene, "Loading the good rows", "demand_list_entry"):
        runner.kill()
        runner.join()
    assert await scene.one(WHOLE) == (0, 0, 0, 0, 0)
    assert await scene.one("SELECT count(*) FROM import_row WHERE state = 'new'") == (PEOPLE,)
    assert await scene.one(STATE) == ("applying",)
    scene.start()
    await scene.until_is("applied", STATE)
    assert await scene.one(WHOLE) == (PEOPLE,) * 5
    assert await scene.one("SELECT count(*) FROM import_row WHERE state = 'loaded'") == (PEOPLE,)


async def test_the_database_is_killed_while_the_sheet_loads(scene: Scene) -> None:
    await begin_to_load(scene)
    scene.start()
    async with held_up(scene, "Loading the good rows", "demand_list_entry"):
        await scene.kill_database()
    await scene.until_is("applied", STATE)
    assert await scene.one(WHOLE) == (PEOPLE,) * 5
    assert await scene.one("SELECT count(*) FROM import_row WHERE state = 'loaded'") == (PEOPLE,)
    assert await scene.one("SELECT attempts FROM task_run WHERE name = 'intake.apply'") == (2,)
