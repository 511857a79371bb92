"""Background steps of a sheet run at once, inside the test's own transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.background import states
from app.background.context import TaskContext
from app.background.models import TaskRun
from app.background.registry import load_tasks
from app.background.states import OPEN
from app.settings import Settings
from app.shared.encryption import KeyRing


class Here:
    """Calculations in this process."""

    async def run(self, function: Callable[..., Any], *args: object) -> Any:
        return function(*args)


@dataclass
class TaskRunner:
    """``await runner()`` runs what waits, in the order in which it was asked for."""

    sessions: async_sessionmaker[AsyncSession]
    settings: Settings
    keys: KeyRing
    now: datetime

    async def __call__(self) -> None:
        tasks = load_tasks(("app.intake.tasks", "app.tasks"))
        async with self.sessions() as session, session.begin():
            waiting = select(TaskRun.id).where(TaskRun.status.in_(OPEN), TaskRun.name.in_(tasks)).order_by(TaskRun.id)
            ids = list(await session.scalars(waiting))
        for run_id in ids:
            async with self.sessions() as session, session.begin():
                claim = await states.claim(session, run_id, limit=3, now=self.now)
            assert claim is not None
            context = TaskContext(claim, self.sessions, self.settings, lambda: self.now, self.keys, Here())  # type: ignore[arg-type]
            result = await tasks[claim.name].function(context, **claim.arguments)
            async with self.sessions() as session, session.begin():
                await states.finish(session, claim, result, self.now)
