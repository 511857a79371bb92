"""Passing every value to the newest key, in the background."""

from typing import Any

from app.background.context import TaskContext
from app.background.registry import task
from app.keys.resealing import reseal
from app.keys.service import RESEAL
from app.shared.i18n import N_

ATTEMPTS = 100  # each goes on where the last one ended, and gives up only what no key opens


@task(RESEAL, attempts=ATTEMPTS)
async def reseal_all(context: TaskContext) -> dict[str, Any]:
    """Safe to run twice: what is done is known by its key."""

    async def told(done: int, total: int) -> None:
        await context.report(min(99, 100 * done // max(total, 1)), N_("Sealing values with the newest key"))

    result = await reseal(context.sessions, context.keys, told, stop=context.cancelled)
    return result.as_json()
