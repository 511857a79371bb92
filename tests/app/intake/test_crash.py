"""kill -9 in the middle of an import: of the runner, of the database. Afterwards the sheet is whole, never half."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.database import Sessions, make_engine, make_sessions
from app.embedded import EmbeddedPostgres
from app.intake import service
from app.intake.models import ImportBatch
from app.migrations import Server
from app.permissions import Actor
from app.shared.encryption import KeyRing, read_key_file
from tests.app.intake.runner_process import start_runner
from tests.app.intake.sheets import demand, person_cells
from tests.factories.accounts import make_actor

PEOPLE = 400
PATIENCE = 150  # seconds; a loaded machine is slow
WRITING = (
    "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_database d ON d.oid = l.database "
    "WHERE d.datname = current_database() AND c.relname = :table AND l.mode = 'RowExclusiveLock'"
)
WHOLE = (
    "SELECT count(*) AS people, count(e.id) AS entries, count(d.id) AS statements, count(c.id) AS consents, "
    "count(DISTINCT l.id_no_index) AS numbers FROM labourer l "
    "LEFT JOIN demand_list_entry e ON e.labourer_id = l.id LEFT JOIN declaration d ON d.labourer_id = l.id "
    "LEFT JOIN consent c ON c.labourer_id = l.id"
)


@dataclass
class Scene:
    """An office whose import is killed."""

    url: str
    data_dir: Path
    sessions: Sessions
    keys: KeyRing
    actor: Actor
    runners: list[ForkServerProcess] = field(default_factory=list)

    def start(self) -> ForkServerProcess:
        process = start_runner(self.url, self.data_dir)
        self.runners.append(process)
        return process

    async def upload(self) -> int:
        content = demand(*(person_cells(number) for number in range(PEOPLE)))
        async with self.sessions() as session, session.begin():
            batch = await service.upload(
                session, self.actor, self.keys, name="list.xlsx", content=content, kind="demand", now=datetime.now(UTC)
            )
        return batch.id

    async def apply(self, batch_id: int) -> None:
        async with self.sessions() as session, session.begin():
            batch = await session.get_one(ImportBatch, batch_id)
            await service.apply(session, self.actor, batch.uuid)

    async def one(self, statement: str, **params: object) -> tuple[object, ...]:
        async with self.sessions() as session:
            return tuple((await session.execute(text(statement), params)).one())

    async def state(self) -> str:
        return str((await self.one("SELECT state FROM import_batch"))[0])

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                if await condition():
                    return
            except (OSError, DBAPIError):
                pass  # the database is down just now
            assert time.monotonic() < end, "it did not happen in time"
            await asyncio.sleep(0.01)

    async def until_state(self, state: str) -> None:
        async def reached() -> bool:
            return await self.state() == state

        await self.until(reached)

    async def until_writing(self, table: str) -> None:
        """Until some transaction has begun to write the table: its rows are there, and not committed."""

        async def writes() -> bool:
            return (await self.one(WRITING, table=table))[0] != 0

        await self.until(writes)

    @asynccontextmanager
    async def held_up(self, stage: str, table: str) -> AsyncIterator[None]:
        """A task that has written the table, and can neither report nor end: its transaction stays open."""

        async def at_stage() -> bool:
            return (await self.one("SELECT stage FROM task_run ORDER BY id DESC LIMIT 1"))[0] == stage

        await self.until(at_stage)
        async with self.sessions() as session:
            await session.execute(text("SELECT 1 FROM task_run ORDER BY id DESC LIMIT 1 FOR UPDATE"))
            await self.until_writing(table)
            yield
            with suppress(OSError, DBAPIError):
                await session.rollback()

    async def ready(self) -> int:
        """A sheet that has been checked, and no runner any more."""
        batch_id = await self.upload()
        runner = self.start()
        await self.until_state("ready")
        runner.terminate()
        runner.join()
        return batch_id


@pytest.fixture
async def scene(server: Server, fresh_database: str, data_dir: Path) -> AsyncIterator[Scene]:
    url = server.url("app", fresh_database)
    engine = make_engine(url)
    sessions = make_sessions(engine)
    async with sessions() as session, session.begin():
        actor = await make_actor(session)
    scene = Scene(url, data_dir, sessions, read_key_file(data_dir / "keys.json"), actor)
    yield scene
    for runner in scene.runners:
        runner.kill()
        runner.join()
    await engine.dispose()


async def test_the_runner_is_killed_while_it_checks(scene: Scene) -> None:
    await scene.upload()
    runner = scene.start()
    async with scene.held_up("Understanding the columns", "import_row"):
        runner.kill()
        runner.join()
    assert await scene.state() == "reading"
    assert await scene.one("SELECT count(*) FROM import_row") == (0,)
    assert await scene.one("SELECT count(*) FROM import_file") == (1,)  # it can be taken up again
    scene.start()
    await scene.until_state("ready")
    assert await scene.one("SELECT count(*), count(DISTINCT row_no) FROM import_row") == (PEOPLE, PEOPLE)
    assert await scene.one("SELECT count(*) FROM import_file") == (0,)


async def test_the_runner_is_killed_while_it_loads(scene: Scene) -> None:
    await scene.apply(await scene.ready())
    runner = scene.start()
    async with scene.held_up("Loading the good rows", "demand_list_entry"):
        runner.kill()
        runner.join()
    assert await scene.one(WHOLE) == (0, 0, 0, 0, 0)
    assert await scene.one("SELECT count(*) FROM import_row WHERE state = 'new'") == (PEOPLE,)
    assert await scene.state() == "applying"
    scene.start()
    await scene.until_state("applied")
    assert await scene.one(WHOLE) == (PEOPLE,) * 5
    assert await scene.one("SELECT count(*) FROM import_row WHERE state = 'loaded'") == (PEOPLE,)


async def test_the_database_is_killed_while_the_sheet_loads(scene: Scene, server: Server) -> None:
    await scene.apply(await scene.ready())
    scene.start()
    async with scene.held_up("Loading the good rows", "demand_list_entry"):
        await kill_database(scene, server)
    await scene.until_state("applied")
    assert await scene.one(WHOLE) == (PEOPLE,) * 5
    assert await scene.one("SELECT count(*) FROM import_row WHERE state = 'loaded'") == (PEOPLE,)
    attempts = (await scene.one("SELECT attempts FROM task_run WHERE name = 'intake.apply'"))[0]
    assert attempts == 2


async def kill_database(scene: Scene, server: Server) -> None:
    """-9 to Duijie's own server; an ordinary one, which is not ours to kill, loses the connections."""
    if isinstance(server, EmbeddedPostgres):
        pid = int((server.cluster / "postmaster.pid").read_text().split()[0])
        await asyncio.to_thread(os.kill, pid, signal.SIGKILL)
        return
    await scene.one(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
