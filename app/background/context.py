"""What a task is given: its database, clock and keys, and the ways to say how far it is and to calculate."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from app.background import states
from app.background.processes import Processes
from app.background.states import Claim
from app.database import Sessions
from app.settings import Settings
from app.shared.clock import Clock
from app.shared.encryption import KeyRing

Result = TypeVar("Result")

REPORT_SECONDS = 0.25  # people do not see more, and each report is a transaction


@dataclass
class TaskContext:
    """Passed to a task's function first."""

    claim: Claim
    sessions: Sessions
    settings: Settings
    clock: Clock
    keys: KeyRing
    processes: Processes
    cancel_requested: asyncio.Event = field(default_factory=asyncio.Event)
    _reported_at: float = 0.0
    _reported: tuple[int, str | None] = (0, None)

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[AsyncSession]:
        """A transaction that is committed only while the task is still this runner's: no work is committed twice.

        Raises ``ClaimLost`` instead of committing where another runner has taken over.
        """
        async with self.sessions() as session, session.begin():
            yield session
            await session.flush()  # errors of the work come before the question whose it is
            await states.check_held(session, self.claim)

    async def report(self, progress: int, stage: str | None = None) -> None:
        """Show how far the task is: percent, and a message id for what it is doing. Cheap enough to call often."""
        now = monotonic()
        is_new_stage = stage is not None and stage != self._reported[1]
        if not is_new_stage and (progress == self._reported[0] or now - self._reported_at < REPORT_SECONDS):
            return
        async with self.sessions() as session, session.begin():
            await states.report(session, self.claim, progress, stage)
        self._reported_at, self._reported = now, (progress, stage or self._reported[1])

    async def finish(self, session: AsyncSession, result: dict[str, Any] | None = None) -> None:
        """Mark the task done in the transaction of its last work, so that the two are never apart.

        The last thing to do in that transaction: a ``report`` before its end would wait for it.
        """
        await states.finish(session, self.claim, result, self.clock())

    def cancelled(self) -> bool:
        """Whether somebody asked to stop. A task may stop at a tidy point by itself; soon after it is stopped."""
        return self.cancel_requested.is_set()

    async def run_in_process(self, function: Callable[..., Result], *args: object) -> Result:
        """Calculate in a process of its own: a module-level function, its arguments and result can be pickled."""
        return await self.processes.run(function, *args)
