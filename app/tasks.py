"""Tasks that need what a later feature knows: here, and not in the feature, the two are brought together."""

from typing import Any

from app.background.context import TaskContext
from app.background.registry import task
from app.intake import tasks as intake
from app.match_runs.adapter.pay import net_figures


@task("intake.apply", attempts=3, cpu=True)
async def load_sheet(context: TaskContext, *, batch_id: int, post_id: int) -> dict[str, Any] | None:
    """Load the good rows of a sheet; posts get their net pay as the engine works it out."""
    return await intake.apply(context, net_figures, batch_id, post_id)


@task("intake.undo", attempts=3, cpu=True)
async def take_sheet_back(context: TaskContext, *, batch_id: int, post_id: int) -> dict[str, Any] | None:
    """Take back what a sheet has brought in."""
    return await intake.take_back(context, net_figures, batch_id, post_id)
