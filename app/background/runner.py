"""The process that runs tasks: any number of them, on any number of machines, share one queue.

Each holds one connection for the queue (it listens there, so not through a transaction-pooling proxy) and a pool for
the work. When the database goes away it waits and comes back; on SIGTERM or Ctrl-C it gives unfinished tasks back.
``docs/decisions/0008-background-tasks.md`` says why it is built so.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any

import asyncpg
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import FailingListenerError, RetryRequested
from pgqueuer.models import Job
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.background import states
from app.background.attempt import Attempt, Stop
from app.background.context import TaskContext
from app.background.models import TaskRun
from app.background.processes import Processes
from app.background.queue import NAMES, OwnQueries, queries_on, requeue_lost
from app.background.registry import Chore, Task
from app.background.schedule import SCHEDULE, Scheduled, make_scheduler
from app.background.states import TaskStatus
from app.database import make_engine, make_sessions
from app.settings import Settings
from app.shared.clock import Clock, system_clock
from app.shared.encryption import KeyRing
from app.shared.logs import configure_logging
from app.wall import EVERYBODY

log = structlog.get_logger(__name__)

UNREACHABLE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError, FailingListenerError)


class NotMigrated(Exception):
    """The database has no tables yet."""


@dataclass(frozen=True)
class RunnerOptions:
    """How a runner behaves; all times in seconds."""

    heartbeat_timeout: float = 30  # a runner silent for so long is taken for dead, and its tasks are taken over
    poll_every: float = 5  # the queue notifies; this is for notices that got lost and heartbeats that stopped
    watch_every: float = 1  # how soon a cancellation is seen
    sweep_every: float = 60
    cancel_grace: float = 2  # for a task to stop at a tidy point by itself
    stop_grace: float = 2  # for tasks to end when the runner stops; then they are given back
    end_grace: float = 60  # for all parts to end when a connection is given up; then they are left behind
    reconnect_pauses: tuple[float, ...] = (0.2, 1, 2, 5)
    retry_pauses: tuple[float, ...] = (2, 15, 60)  # after the first, second, … attempt that failed
    tasks_at_once: int = 2
    processes: int = field(default_factory=lambda: os.cpu_count() or 1)


class Runner:
    """Runs tasks until ``stop()``. Import ``app.models`` before starting one: a row may refer to any table."""

    def __init__(
        self,
        settings: Settings,
        database_url: str,
        keys: KeyRing,
        tasks: Mapping[str, Task],
        *,
        options: RunnerOptions | None = None,
        schedule: tuple[Scheduled, ...] = SCHEDULE,
        chores: tuple[Chore, ...] = (),
        clock: Clock = system_clock,
    ) -> None:
        self.settings, self.keys, self.tasks, self.clock = settings, keys, tasks, clock
        self.options = options or RunnerOptions()
        self.schedule, self.chores = schedule, chores
        self._engine = make_engine(database_url, connect_args={"timeout": 10})
        self._queue_engine = make_engine(database_url, poolclass=NullPool, connect_args=_queue_connection(self.options))
        self.sessions = make_sessions(self._engine, EVERYBODY)
        self._processes = Processes(self.options.processes)
        self._attempts: dict[int, Attempt] = {}
        self._idle = asyncio.Event()
        self._end: Stop | None = None
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Take no further task, give those under way a moment, and end."""
        self._stopping.set()

    async def run(self) -> None:
        """Run tasks until ``stop()``, however often the database goes and comes back."""
        failures = 0
        log.info("runner started", pid=os.getpid(), tasks=sorted(self.tasks))
        try:
            while not self._stopping.is_set():
                try:
                    async with self._queue_connection() as connection:
                        failures = 0
                        await self._serve(connection)
                except (*UNREACHABLE, NotMigrated) as error:
                    log.warning("database not usable, trying again", reason=str(error) or type(error).__name__)
                except asyncio.CancelledError:
                    if _is_cancelled():
                        raise
                    log.exception("a part of the runner was cancelled from within, starting again")
                except Exception:
                    log.exception("runner broke off, starting again")
                pauses = self.options.reconnect_pauses
                await _wait(self._stopping, pauses[min(failures, len(pauses) - 1)])
                failures += 1
        finally:
            self._processes.close()
            await self._engine.dispose()
            await self._queue_engine.dispose()
            log.info("runner stopped", pid=os.getpid())

    @asynccontextmanager
    async def _queue_connection(self) -> AsyncIterator[asyncpg.Connection]:
        async with self._queue_engine.connect() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None
            if await raw.fetchval(f"SELECT to_regclass('{NAMES.queue_table}')") is None:
                raise NotMigrated("the database has no tables yet; run scripts/migrate")
            yield raw

    async def _serve(self, connection: asyncpg.Connection) -> None:
        """Work with one connection until it is lost, something breaks, or the runner is to stop."""
        self._end, lost = None, asyncio.Event()
        connection.add_termination_listener(lambda *_: lost.set())
        queries = queries_on(AsyncpgDriver(connection))
        queue = self._make_queue(queries)
        scheduler = make_scheduler(queries, self.sessions, self.tasks, self.schedule)
        queue_task = asyncio.create_task(self._run_queue(queue))
        helpers = [asyncio.create_task(part) for part in (self._watch(), self._sweep(), lost.wait())]
        helpers += [asyncio.create_task(self._do_chore(one)) for one in self.chores]
        helpers.append(stopping := asyncio.create_task(self._stopping.wait()))
        if self.schedule:
            helpers.append(asyncio.create_task(scheduler.run()))
        await asyncio.wait({queue_task, *helpers}, return_when=asyncio.FIRST_COMPLETED)

        queue.shutdown.set()
        scheduler.shutdown.set()
        if stopping.done() and self._attempts:
            await _wait(self._idle, self.options.stop_grace)
        self._end = Stop.RUNNER_STOPS if stopping.done() else Stop.DATABASE_LOST
        for attempt in self._attempts.values():
            attempt.stop(self._end)
        parts = (queue_task, *helpers)
        broken = [part for part in parts if part.done() and not part.cancelled() and part.exception()]
        await self._end_parts(connection, queue_task, helpers)
        for part in broken:
            part.result()  # raises

    async def _end_parts(
        self, connection: asyncpg.Connection, queue_task: asyncio.Task[None], helpers: Sequence[asyncio.Task[Any]]
    ) -> None:
        """Wait until every part has ended, but not for ever: the next connection must not wait for what is stuck.

        A cancellation can get lost: an error while the connection is put in order takes its place. So it is repeated.
        """
        end = monotonic() + self.options.end_grace
        ended: set[asyncio.Task[Any]] = set()
        running: set[asyncio.Task[Any]] = {queue_task, *helpers}
        while running and monotonic() < end:
            for part in running - {queue_task}:
                part.cancel()
            done, running = await asyncio.wait(running, timeout=self.options.watch_every)
            ended |= done
        await asyncio.gather(*ended, return_exceptions=True)
        if running:
            log.error("parts of the runner do not end, left behind", parts=[str(one.get_coro()) for one in running])
            connection.terminate()  # so that no heartbeat says any more that somebody cares for their tasks
            for part in running:
                part.cancel()
            await asyncio.wait(running, timeout=self.options.watch_every)

    def _make_queue(self, queries: OwnQueries) -> QueueManager:
        queue = QueueManager(queries, NAMES.channel)
        for task in self.tasks.values():
            queue.entrypoint(task.name, accepts_context=False)(partial(self._attempt, task))
        return queue

    async def _run_queue(self, queue: QueueManager) -> None:
        await queue.run(
            dequeue_timeout=timedelta(seconds=self.options.poll_every),
            heartbeat_timeout=timedelta(seconds=self.options.heartbeat_timeout),
            batch_size=1,  # leave the next one to another runner
            max_concurrent_tasks=max(2, self.options.tasks_at_once),
            shutdown_on_listener_failure=True,
            log_aggregation_interval=timedelta(0),
        )

    async def _attempt(self, task: Task, job: Job) -> None:
        """One row of the queue: the next attempt at its task, if there is still something to do."""
        run_id = int(job.payload or b"0")
        try:
            async with self.sessions() as session, session.begin():
                claim = await states.claim(session, run_id, limit=task.attempts, now=self.clock())
        except UNREACHABLE as error:
            raise RetryRequested(timedelta(seconds=self.options.poll_every)) from error
        if claim is None:
            return
        log.info("task begins", task=claim.name, uuid=str(claim.uuid), attempt=claim.attempt)
        if task.cpu:
            self._processes.prepare()
        context = TaskContext(claim, self.sessions, self.settings, self.clock, self.keys, self._processes)
        attempt = self._attempts[run_id] = Attempt(task, context, self.options.retry_pauses)
        self._idle.clear()
        if self._end:  # while the database answered
            attempt.stop(self._end)
        try:
            await attempt.run()
        finally:
            if self._attempts.get(run_id) is attempt:  # one left behind may have a successor
                del self._attempts[run_id]
            if not self._attempts:
                self._idle.set()
            log.info("task ended", task=claim.name, uuid=str(claim.uuid), attempt=claim.attempt)

    async def _watch(self) -> None:
        """See which of our tasks somebody wants cancelled, and which another runner has taken over."""
        while True:
            await asyncio.sleep(self.options.watch_every)
            watched = dict(self._attempts)  # others may begin while the database answers
            if not watched:
                continue
            async with self.sessions() as session:
                rows = await session.execute(
                    select(TaskRun.id, TaskRun.attempts, TaskRun.status, TaskRun.cancel_requested).where(
                        TaskRun.id.in_(watched)
                    )
                )
                seen = {row.id: row for row in rows}
            for run_id, attempt in watched.items():
                row = seen.get(run_id)
                if row is None or row.attempts != attempt.context.claim.attempt:
                    attempt.stop(Stop.LOST)
                elif row.cancel_requested and row.status == TaskStatus.RUNNING:
                    attempt.ask_to_stop(self.options.cancel_grace)

    async def _do_chore(self, chore: Chore) -> None:
        """Do it again and again; what fails once must not end the runner."""
        while True:
            try:
                await chore.function(self.sessions, self.settings, self.clock)
            except Exception:
                log.exception("chore failed, done again soon", chore=chore.name)
            await asyncio.sleep(chore.every)

    async def _sweep(self) -> None:
        """Put back what fell out of the queue, at the start and now and then."""
        while True:
            async with self.sessions() as session, session.begin():
                if ids := await requeue_lost(session):
                    log.warning("tasks put back on the queue", ids=ids)
            await asyncio.sleep(self.options.sweep_every)


def _is_cancelled() -> bool:
    """Whether somebody cancelled the task under way; a driver's own cancellations must not end the runner."""
    current = asyncio.current_task()
    return current is not None and current.cancelling() > 0


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


def _queue_connection(options: RunnerOptions) -> dict[str, Any]:
    # A connection whose other end vanished without a word would otherwise wait for ever.
    return {"timeout": 10, "command_timeout": max(10, options.heartbeat_timeout)}


async def run_until_signalled(make_runner: Callable[[], Runner]) -> None:
    """Run a runner until SIGTERM or Ctrl-C."""
    runner = make_runner()
    configure_logging(as_json=runner.settings.log_json)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, runner.stop)
    await runner.run()
