"""What the offers do by themselves: refill after a no, end what is over."""

from typing import Any

from app import idempotency
from app.background.context import TaskContext
from app.background.registry import task
from app.offers import ending, making


@task("offers.refill")
async def refill(context: TaskContext, vacancy_id: int) -> dict[str, Any]:
    """Hold a post out to whoever waits for it; a second run finds nothing free."""
    async with context.unit_of_work() as session:
        return {"offered": await making.refill(session, vacancy_id, now=context.clock())}


@task("offers.clock")
async def run_clock(context: TaskContext) -> dict[str, Any]:
    """End offers that are over, every ten minutes; and forget acts that nobody sends twice any more."""
    now = context.clock()
    async with context.unit_of_work() as session:
        ended = await ending.end_due(session, now=now)
        return ended | {"keys_forgotten": await idempotency.forget(session, now)}
