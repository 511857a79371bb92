"""Putting a task on the queue, in the transaction that causes it.

The queue is PgQueuer's table in the same database; ``task_run`` tells the task's story to people. Both rows are
written together: where the transaction is rolled back, neither is left. The queue's row carries the run's number only.
"""

from typing import Any

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence import schema_ddl
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.domain.schema.declaration import target
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import JOB_STATUS, JobId
from pgqueuer.models import Job, TableChangedEvent, TracebackRecord
from pgqueuer.queries import Queries
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from sqlalchemy import ColumnElement, Text, cast, column, exists, literal, select, table
from sqlalchemy.ext.asyncio import AsyncSession

from app.background.models import TaskRun
from app.background.states import OPEN


class _Names(DBSettings):
    """PgQueuer's own names. Its variables are not read: a stray ``CHANNEL`` or ``TRIGGER`` would rename its tables."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 (the signature is pydantic's)
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


NAMES = _Names()

# Not ours to migrate column by column: Alembic leaves these tables alone.
QUEUE_TABLES = frozenset({NAMES.queue_table, NAMES.queue_table_log, NAMES.statistics_table, NAMES.schedules_table})

_queue = table(NAMES.queue_table, column("dedupe_key"), column("status"))


def install_statements() -> list[str]:
    """SQL that creates the queue, one statement each, in order; for a migration."""
    schema = target(NAMES)
    return [
        *(schema_ddl.render_enum(entry, NAMES) for entry in schema.enums),
        *(schema_ddl.render_table(entry, NAMES) for entry in schema.tables),
        *(schema_ddl.render_index(entry, NAMES) for entry in schema.indexes),
        *(schema_ddl.render_function(entry, NAMES) for entry in schema.functions),
        *(schema_ddl.render_trigger(entry, NAMES) for entry in schema.triggers),
    ]


def uninstall_statements() -> list[str]:
    """SQL that removes the queue and what waits in it, one statement each, in order."""
    return [statement for statement in schema_ddl.render_uninstall(NAMES).splitlines() if statement.strip()]


class OwnQueries(Queries):
    """PgQueuer's statements, ending a row of the queue only while it is still the caller's.

    As it comes, a runner that stalled longer than the heartbeat timeout would, when it wakes, delete the row another
    runner has taken over; if that one died too, nobody would take up the task.
    """

    async def log_jobs(self, job_status: list[tuple[Job, JOB_STATUS, TracebackRecord | None]]) -> None:
        own = await self._still_own([job for job, _, _ in job_status])
        if ended := [entry for entry in job_status if entry[0].id in own]:
            await super().log_jobs(ended)

    async def retry_job(self, job: Job, delay: Any, traceback_record: TracebackRecord | None) -> None:
        if job.id not in await self._still_own([job]):
            return
        await super().retry_job(job, delay, traceback_record)
        # An update of the queue does not notify anybody; without this the others would only see it when they next poll.
        changed = TableChangedEvent(
            channel=NAMES.channel,
            sent_at=job.updated,
            type="table_changed_event",
            operation="update",
            table=NAMES.queue_table,
        )
        await self.driver.notify(NAMES.channel, changed.model_dump_json(exclude={"received_at"}))

    async def _still_own(self, jobs: list[Job]) -> set[JobId]:
        rows = await self.driver.fetch(
            f"SELECT id FROM {NAMES.queue_table} WHERE status = 'picked' AND (id, queue_manager_id) IN "  # noqa: S608
            "(SELECT * FROM unnest($1::bigint[], $2::uuid[]))",
            [job.id for job in jobs],
            [job.queue_manager_id for job in jobs],
        )
        return {JobId(int(str(row["id"]))) for row in rows}


def queries_on(driver: AsyncpgDriver) -> OwnQueries:
    """PgQueuer's statements on a connection, under our names."""
    return OwnQueries(
        driver,
        qbe=QueryBuilderEnvironment(NAMES),
        qbq=QueryQueueBuilder(NAMES),
        qbs=QuerySchedulerBuilder(NAMES),
    )


async def enqueue(
    session: AsyncSession,
    name: str,
    *,
    organisation_id: int | None,
    user_id: int | None,
    **arguments: object,
) -> TaskRun:
    """Have the task run once this transaction is committed. Arguments are JSON values: ids, numbers, texts."""
    run = TaskRun(name=name, organisation_id=organisation_id, user_id=user_id, arguments=arguments)
    session.add(run)
    await session.flush()  # gives the id, and begins the transaction the raw connection then takes part in
    await _put(session, run)
    return run


async def requeue_lost(session: AsyncSession) -> list[int]:
    """Put tasks back whose row is gone from the queue though they have not ended; their ids."""
    lost = await session.scalars(
        select(TaskRun)
        .where(TaskRun.status.in_(OPEN), ~_is_queued())
        .order_by(TaskRun.id)
        .with_for_update(skip_locked=True)
    )
    runs = list(lost)
    for run in runs:
        await _put(session, run)
    return [run.id for run in runs]


async def _put(session: AsyncSession, run: TaskRun) -> None:
    raw = (await (await session.connection()).get_raw_connection()).driver_connection
    queries = queries_on(AsyncpgDriver(raw))
    # The key keeps a task from standing in the queue twice, and finds its row again.
    await queries.enqueue(run.name, str(run.id).encode(), dedupe_key=f"task_run.{run.id}", on_conflict="skip")


def _is_queued() -> ColumnElement[bool]:
    return exists().where(
        _queue.c.dedupe_key == literal("task_run.") + cast(TaskRun.id, Text),
        cast(_queue.c.status, Text).in_(("queued", "picked")),
    )
