"""The timed removal, every night by itself and whenever an operator asks for it."""

from typing import Any

from app.background.context import TaskContext
from app.background.registry import task
from app.errors import Conflict
from app.rights import retention
from app.shared.clock import day_of
from app.shared.i18n import N_


@task("rights.retention", attempts=3)
async def keep_to_the_table(context: TaskContext, *, dry: bool = False, by: int | None = None) -> dict[str, Any] | None:
    """Pass over every class of the retention table. Safe to run twice: what is done is not due any more."""
    now = context.clock()
    classes = [one for one in retention.retention_table().classes if one.action != retention.KEEP]
    result: dict[str, Any] = {}
    for number, one in enumerate(classes):
        await context.report(100 * number // len(classes), N_("Removing what is over its time"))
        async with context.unit_of_work() as session:
            due = await retention.due(session, one, day_of(now))
        done: dict[str, int] = {}
        if not dry and one.action == retention.ERASE:
            done["labourer"] = await _erase_all(context, one)
        async with context.unit_of_work() as session:
            if not dry:
                done |= await retention.remove(session, one, day_of(now))
            retention.keep_run(session, one, done, due_rows=sum(due.values()), dry=dry, now=now, by=by)
        result[one.code] = {"due": due, "done": done}
    return result


async def _erase_all(context: TaskContext, one: retention.DataClass) -> int:
    """In small transactions, so that nobody waits for the whole."""
    total = 0
    while not context.cancelled():
        try:
            async with context.unit_of_work() as session:
                erased = await retention.erase_some(session, context.keys, one, context.clock())
        except Conflict:  # a sheet is being read that may name them: they are due tomorrow as well
            break
        total += erased
        if not erased:
            break
    return total
