"""One attempt at one task: claim it, run its function, and settle what came of it."""

import asyncio
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from time import monotonic
from typing import Any

import structlog
from pgqueuer.domain.errors import RetryRequested
from sqlalchemy.exc import DBAPIError

from app.background import states
from app.background.context import TaskContext
from app.background.registry import Task
from app.background.states import ClaimLost
from app.errors import AppError
from app.shared.i18n import N_
from app.shared.origin import Origin, set_origin

log = structlog.get_logger(__name__)

FAULTY = N_(
    "This could not be finished because of a fault in the program (tries: %(attempts)s). Start it once more later; if "
    "it fails again, give the number %(task)s to whoever runs the system."
)
OUT_OF_MEMORY = N_(
    "The calculation was ended by the machine, most likely because memory ran out (tries: %(attempts)s). Try it with "
    "fewer rows, or give the number %(task)s to whoever runs the system."
)
SETTLE_PAUSES = (0.2, 1, 3)  # seconds
STOP_AGAIN_SECONDS = 1


class Stop(Enum):
    """Why an attempt is stopped from outside."""

    CANCELLED = "a person asked for it"
    RUNNER_STOPS = "the runner stops"
    LOST = "another runner took over"
    DATABASE_LOST = "the connection to the database was lost"


@dataclass
class Attempt:
    """An attempt while it runs."""

    task: Task
    context: TaskContext
    retry_pauses: tuple[float, ...]
    stopped: Stop | None = None
    cancel_seen_at: float | None = None
    _work: asyncio.Task[dict[str, Any] | None] = field(init=False)

    def __post_init__(self) -> None:
        set_origin(Origin("background", request_id=str(self.context.claim.uuid)))  # what the work records says so
        self._work = asyncio.ensure_future(self.task.function(self.context, **self.context.claim.arguments))

    def stop(self, reason: Stop) -> None:
        """Stop the work where it stands; its open transaction is rolled back. The first reason counts."""
        if self.stopped is None and not self._work.done():
            self.stopped = reason
            self._work.cancel(reason.value)

    def ask_to_stop(self, grace: float) -> None:
        """Let the task see that it is to end, and stop it when it has not done so in ``grace`` seconds."""
        self.context.cancel_requested.set()
        self.cancel_seen_at = self.cancel_seen_at or monotonic()
        if monotonic() - self.cancel_seen_at >= grace:
            self.stop(Stop.CANCELLED)

    async def run(self) -> None:
        """Wait for the work and settle it. Raises ``RetryRequested`` where it is to be taken up again."""
        try:
            await self._end_of_work()
        except asyncio.CancelledError:
            self.stop(Stop.DATABASE_LOST)  # the queue's own loop broke off
            await self._end_of_work()
        claim = self.context.claim
        try:
            await self._settle_patiently()
        except ClaimLost:
            log.warning("task taken over", task=claim.name, uuid=str(claim.uuid), attempt=claim.attempt)

    async def _end_of_work(self) -> None:
        """Wait for it; stop it again where it goes on, as an error while it tidies up can swallow the first stop."""
        while not self._work.done():
            was_stopped = self.stopped
            await asyncio.wait({self._work}, timeout=STOP_AGAIN_SECONDS)
            if was_stopped:
                self._work.cancel(was_stopped.value)

    async def _settle_patiently(self) -> None:
        """The outcome must not be lost to a passing weakness of the database."""
        for pause in SETTLE_PAUSES:
            try:
                return await self._settle()
            except (OSError, DBAPIError) as error:
                log.warning("outcome of a task not written yet", uuid=str(self.context.claim.uuid), reason=str(error))
                await asyncio.sleep(pause)
        return await self._settle()

    async def _settle(self) -> None:
        error = asyncio.CancelledError() if self._work.cancelled() else self._work.exception()
        if error is None:
            await self._finish(self._work.result())
        elif self.stopped is Stop.LOST or isinstance(error, ClaimLost):
            raise ClaimLost(self.context.claim.uuid)
        elif self.stopped in (Stop.RUNNER_STOPS, Stop.DATABASE_LOST):
            # A task that brings the database down counts its tries; one that is merely in the way of a stop does not.
            await self._give_back(counts=self.stopped is Stop.DATABASE_LOST, pause=0)
        elif self.context.cancelled() and isinstance(error, asyncio.CancelledError):
            await self._end_cancelled()
        elif isinstance(error, AppError):
            await self._fail(error.message, error.params)
        else:
            await self._try_again(error)

    async def _finish(self, result: dict[str, Any] | None) -> None:
        async with self.context.sessions() as session, session.begin():
            await states.finish(session, self.context.claim, result, self.context.clock())

    async def _end_cancelled(self) -> None:
        async with self.context.sessions() as session, session.begin():
            await states.end_cancelled(session, self.context.claim, self.context.clock())

    async def _fail(self, message: str, params: dict[str, Any]) -> None:
        async with self.context.sessions() as session, session.begin():
            await states.fail(session, self.context.claim, message, params, self.context.clock())

    async def _try_again(self, error: BaseException) -> None:
        claim = self.context.claim
        log.error("task failed", task=claim.name, uuid=str(claim.uuid), attempt=claim.attempt, exc_info=error)
        if claim.attempt >= self.task.attempts:
            message = OUT_OF_MEMORY if isinstance(error, BrokenProcessPool) else FAULTY
            await self._fail(message, {"attempts": claim.attempt})
            return
        pauses = self.retry_pauses
        await self._give_back(counts=True, pause=pauses[min(claim.attempt, len(pauses)) - 1])

    async def _give_back(self, *, counts: bool, pause: float) -> None:
        async with self.context.sessions() as session, session.begin():
            await states.give_back(session, self.context.claim, counts=counts, now=self.context.clock())
        raise RetryRequested(timedelta(seconds=pause))
