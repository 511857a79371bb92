"""A database of its own for the background tests: they commit, and they kill."""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from app.background.models import TaskRun
from app.background.queue import enqueue
from app.background.runner import Runner
from app.database import Sessions, make_engine, make_sessions
from app.embedded import EmbeddedPostgres
from app.migrations import Server, upgrade
from app.wall import EVERYBODY
from tests.app.background.runner_process import make_runner, start_process
from tests.app.background.sample_tasks import MARKS_TABLE


def open_folder() -> Path:
    """A new folder that the server's account can pass through when the tests are run by root."""
    folder = Path(tempfile.mkdtemp(prefix="duijie-test-"))
    folder.chmod(0o711)
    return folder


async def create_tables(owner_url: str, app_url: str) -> None:
    """As in an instance: the owner makes them, the application works with the rights it has."""
    await asyncio.to_thread(upgrade, owner_url, app_url)
    engine = create_async_engine(owner_url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.execute(text(MARKS_TABLE))
    await engine.dispose()


@pytest.fixture(scope="session")
def own_server() -> Iterator[EmbeddedPostgres]:
    """A server that may be killed."""
    folder = open_folder()
    with EmbeddedPostgres(folder) as running:
        yield running
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
async def background_url(server: Server) -> AsyncIterator[str]:
    name = f"duijie_background_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    await asyncio.to_thread(server.drop_database, name)
    await asyncio.to_thread(server.create_database, name)
    await create_tables(server.url("owner", name), server.url("app", name))
    yield server.url("app", name)
    await asyncio.to_thread(server.drop_database, name)


@pytest.fixture
def background_owner_url(server: Server, background_url: str) -> str:
    return server.url("owner", make_url(background_url).database or "")


class Desk:
    """What a test does and sees from outside: puts tasks on the queue, starts runners, looks at the rows."""

    def __init__(self, url: str, sessions: Sessions) -> None:
        self.url, self.sessions = url, sessions
        self.processes: list[ForkServerProcess] = []

    async def put(self, name: str, **arguments: object) -> int:
        async with self.sessions() as session, session.begin():
            run = await enqueue(session, name, organisation_id=None, user_id=None, **arguments)
        return run.id

    async def see(self, run_id: int) -> TaskRun:
        async with self.sessions() as session:
            return (await session.scalars(select(TaskRun).where(TaskRun.id == run_id))).one()

    async def marks(self, run_id: int, word: str | None = None) -> list[str]:
        async with self.sessions() as session:
            rows = await session.execute(
                text("SELECT word FROM sample_mark WHERE run_id = :run_id ORDER BY id"), {"run_id": run_id}
            )
            return [row.word for row in rows if word in (None, row.word)]

    async def sql(self, statement: str) -> list[tuple[object, ...]]:
        async with self.sessions() as session, session.begin():
            rows = await session.execute(text(statement))
            return [tuple(row) for row in rows] if rows.returns_rows else []

    async def until(self, condition: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not await condition():
            assert time.monotonic() < end, "it did not happen in time"
            await asyncio.sleep(0.03)

    async def until_status(self, run_id: int, *statuses: str) -> TaskRun:
        async def reached() -> bool:
            return (await self.see(run_id)).status in statuses

        await self.until(reached)
        return await self.see(run_id)

    async def until_idle(self) -> None:
        """Until every row has left the queue, which happens just after a task's end."""

        async def idle() -> bool:
            return await self.sql("SELECT count(*) FROM pgqueuer") == [(0,)]

        await self.until(idle)

    @asynccontextmanager
    async def runner(self, **options: float) -> AsyncIterator[Runner]:
        """A runner in this process."""
        runner = make_runner(self.url, **options)
        running = asyncio.create_task(runner.run())
        try:
            yield runner
        finally:
            runner.stop()
            await running

    def start_process(self, **options: float) -> ForkServerProcess:
        """A runner in a process of its own."""
        process = start_process(self.url, **options)
        self.processes.append(process)
        return process


@asynccontextmanager
async def desk_at(url: str) -> AsyncIterator[Desk]:
    engine = make_engine(url)
    desk = Desk(url, make_sessions(engine, EVERYBODY))
    try:
        yield desk
    finally:
        for process in desk.processes:
            process.kill()
            process.join()
        await engine.dispose()


@pytest.fixture
async def desk(background_url: str) -> AsyncIterator[Desk]:
    async with desk_at(background_url) as desk:
        for table in ("pgqueuer", "sample_mark", "task_run"):
            await desk.sql(f"DELETE FROM {table}")
        yield desk
