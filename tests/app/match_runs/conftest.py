from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.background.models import TaskRun
from app.match_runs import engine, service, snapshot
from app.match_runs.models import MatchRun
from app.permissions import Actor

RunMatch = Callable[[Actor], Awaitable[MatchRun]]


@pytest.fixture
def run_match(session: AsyncSession, now: datetime) -> RunMatch:
    """``await run_match(actor)``: what the background task does, in this transaction."""

    async def run(actor: Actor) -> MatchRun:
        run = await service.start(session, actor, now=now)
        taken = snapshot.plain(await snapshot.take(session, run.organisation_id, run.on_day))
        params = await service.parameters_of(session, run)
        outcome = engine.calculate(taken, run.id, params, run.top_k, run.seed)
        await service.keep(session, run.id, outcome, now=now)
        (await session.get_one(TaskRun, run.task_run_id)).status = "done"
        await session.commit()
        return run

    return run
