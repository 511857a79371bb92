"""The run itself, in the background: read, calculate in another process, store in one transaction."""

from typing import Any

from app.background.context import TaskContext
from app.background.registry import task
from app.background.states import check_held
from app.match_runs import engine, service, snapshot
from app.match_runs.models import MatchRun
from app.shared.i18n import N_


@task("match_runs.run", attempts=3, cpu=True)
async def run(context: TaskContext, run_id: int) -> dict[str, Any]:
    """Match a county's declared people with the open vacancies; a second try replaces what the first left."""
    await context.report(5, N_("Reading both lists"))
    async with context.unit_of_work() as session:
        current = await session.get_one(MatchRun, run_id)
        taken = await snapshot.take(session, current.organisation_id, current.on_day)
        params = await service.parameters_of(session, current)
        k, seed = current.top_k, current.seed
    await context.report(20, N_("Scoring every pair"))
    outcome = await context.run_in_process(engine.calculate, snapshot.plain(taken), run_id, params, k, seed)
    await context.report(80, N_("Storing the candidates"))
    async with context.unit_of_work() as session:
        await check_held(
            session, context.claim
        )  # the task's row before the run's, as whoever moves the task locks them
        await service.keep(session, run_id, outcome, now=context.clock())
        await context.finish(session, outcome.summary)
    return outcome.summary
