"""What is done for people of the demand list by itself, every morning."""

from typing import Any

from app.background.context import TaskContext
from app.background.registry import task
from app.labourers import ending


@task("labourers.warn_of_ending")
async def warn_of_ending(context: TaskContext) -> dict[str, Any]:
    """Tell people that their statement ends soon; run twice, nobody is told twice."""
    told, last = 0, 0
    while True:
        async with context.unit_of_work() as session:
            number, after = await ending.warn(session, context.keys, after=last, now=context.clock())
        told += number
        if after is None:
            return {"told": told}
        last = after
