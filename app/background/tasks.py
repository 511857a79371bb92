"""The queue's own housekeeping."""

from typing import Any

from sqlalchemy import text

from app.background.context import TaskContext
from app.background.queue import NAMES
from app.background.registry import task

LOG_DAYS = 30  # long enough to look into a complaint about a task; task_run itself is kept


@task("background.tidy")
async def tidy(context: TaskContext) -> dict[str, Any]:
    """Forget the queue's own log of what was picked and ended when."""
    removed = 0
    async with context.unit_of_work() as session:
        for table in (NAMES.queue_table_log, NAMES.statistics_table):
            rows = await session.execute(
                text(f"DELETE FROM {table} WHERE created < now() - make_interval(days => :days) RETURNING 1"),  # noqa: S608
                {"days": LOG_DAYS},
            )
            removed += len(rows.all())
    return {"rows_removed": removed}
