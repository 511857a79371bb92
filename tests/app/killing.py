"""What tests share that kill -9 a runner or the database in the middle of a task."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.database import Sessions, make_engine, make_sessions
from app.embedded import EmbeddedPostgres
from app.migrations import Server
from app.permissions import Actor
from app.shared.encryption import KeyRing, read_key_file
from app.wall import EVERYBODY
from tests.app.runner_process import start_runner
from tests.factories.accounts import make_actor

PATIENCE = 150  # seconds; a loaded machine is slow
WRITING = (
    "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_database d ON d.oid = l.database "
    "WHERE d.datname = current_database() AND c.relname = :table AND l.mode = 'RowExclusiveLock'"
)
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
STAGE = "SELECT stage FROM task_run ORDER BY id DESC LIMIT 1"


@dataclass
class Scene:
    """An office in a database of its own, whose tasks are killed."""

    url: str
    data_dir: Path
    sessions: Sessions
    keys: KeyRing
    actor: Actor
    server: Server
    runners: list[ForkServerProcess] = field(default_factory=list)

    def start(self) -> ForkServerProcess:
        process = start_runner(self.url, self.data_dir)
        self.runners.append(process)
        return process

    async def one(self, statement: str, **params: object) -> tuple[object, ...]:
        async with self.sessions() as session:
            return tuple((await session.execute(text(statement), params)).one())

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

    async def until_is(self, value: object, statement: str, **params: object) -> None:
        """Until the statement gives that value."""

        async def reached() -> bool:
            return await self.one(statement, **params) == (value,)

        await self.until(reached)

    async def until_writing(self, table: str) -> None:
        """Until a transaction has begun to write the table and waits: its rows are there, and not committed."""

        async def writes_and_waits() -> bool:
            return (await self.one(WRITING, table=table))[0] != 0 and (await self.one(WAITING))[0] != 0

        await self.until(writes_and_waits)

    @asynccontextmanager
    async def held_up(self, table: str, lock: str, *, stage: str | None = None) -> AsyncIterator[None]:
        """A task that has written the table and waits for rows that ``lock`` locks: its transaction stays open.

        The lock is taken at the stage, or at once.
        """
        if stage:
            await self.until_is(stage, STAGE)
        async with self.sessions() as session:
            await session.execute(text(lock))
            await self.until_writing(table)
            yield
            with suppress(OSError, DBAPIError):
                await session.rollback()

    async def kill_database(self) -> None:
        """-9 to Duijie's own server; an ordinary one, which is not ours to kill, loses the connections."""
        if isinstance(self.server, EmbeddedPostgres):
            pid = int((self.server.cluster / "postmaster.pid").read_text().split()[0])
            await asyncio.to_thread(os.kill, pid, signal.SIGKILL)
            return
        await self.one(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@asynccontextmanager
async def scene_in(server: Server, database: str, data_dir: Path) -> AsyncIterator[Scene]:
    """The scene with one county officer; its runners are gone afterwards."""
    url = server.url("app", database)
    engine = make_engine(url)
    sessions = make_sessions(engine, EVERYBODY)
    async with sessions() as session, session.begin():
        actor = await make_actor(session)
    scene = Scene(url, data_dir, sessions, read_key_file(data_dir / "keys.json"), actor, server)
    try:
        yield scene
    finally:
        for runner in scene.runners:
            runner.kill()
            runner.join()
        await engine.dispose()
