"""Work on the lists from the machine itself, without the pages: a database, the keys, and a runner of one's own.

Commands and the demo go through the same services and the same queue as the pages; only nobody is signed in, so they
say as whom they act.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app import models
from app.accounts.queries import actor_by_login
from app.background.models import TaskRun
from app.background.registry import load_tasks
from app.background.runner import Runner
from app.database import Sessions, make_engine, make_sessions
from app.permissions import Actor
from app.settings import Settings
from app.shared.clock import Clock, system_clock
from app.shared.encryption import KeyRing, read_key_file
from app.shared.logs import configure_logging
from app.wall import EVERYBODY

WATCH_SECONDS = 0.2
ENDED = ("done", "failed", "cancelled")

Report = Callable[[int, str | None], None]

__all__ = ["TaskFailedError", "UnknownLoginError", "Workbench", "models", "workbench"]


class TaskFailedError(Exception):
    """A task ended badly; the message is its own."""


class UnknownLoginError(Exception):
    """There is no such account."""


@dataclass
class Workbench:
    """What a command works with."""

    settings: Settings
    sessions: Sessions
    keys: KeyRing
    clock: Clock

    @asynccontextmanager
    async def acting_as(self, login: str) -> AsyncIterator[tuple[AsyncSession, Actor]]:
        """One transaction as one person. Raises UnknownLoginError."""
        async with self.sessions() as session, session.begin():
            actor = await actor_by_login(session, login)
            if actor is None:
                raise UnknownLoginError(f"There is no account {login} with a post.")
            yield session, actor

    async def finished(self, task_run_id: int, report: Report | None = None) -> TaskRun:
        """Wait until a task has ended well. Raises TaskFailedError."""
        while True:
            async with self.sessions() as session:
                task = await session.get_one(TaskRun, task_run_id)
            if report:
                report(task.progress, task.stage)
            if task.status == "done":
                return task
            if task.status in ENDED:
                raise TaskFailedError(task.error or f"The task was {task.status}.")
            await asyncio.sleep(WATCH_SECONDS)


@asynccontextmanager
async def workbench(settings: Settings, url: str, clock: Clock = system_clock) -> AsyncIterator[Workbench]:
    """A workbench on a prepared database, with a runner for as long as it is open."""
    configure_logging(as_json=settings.log_json, least=logging.WARNING)  # progress is shown, not logged
    keys = read_key_file(settings.key_file)
    engine = make_engine(url)
    runner = Runner(settings, url, keys, load_tasks(), clock=clock)
    running = asyncio.create_task(runner.run())
    try:
        yield Workbench(settings, make_sessions(engine, EVERYBODY), keys, clock)
    finally:
        runner.stop()
        with suppress(asyncio.CancelledError):
            await running
        await engine.dispose()
