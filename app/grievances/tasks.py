"""The clock, every hour."""

from typing import Any

from app.background.context import TaskContext
from app.background.registry import task
from app.grievances import clocks


@task("grievances.clock")
async def run_clock(context: TaskContext) -> dict[str, Any]:
    """Move on what is overdue; a second run finds nothing left to move."""
    async with context.unit_of_work() as session:
        return await clocks.run_due(session, context.keys, now=context.clock())
