"""A task is on the queue exactly if the transaction that caused it was committed."""

import pytest
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.domain.settings import db_settings
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from app.background.queue import (
    QUEUE_TABLES,
    _Names,
    enqueue,
    install_statements,
    queries_on,
    requeue_lost,
    uninstall_statements,
)
from tests.app.background.conftest import Desk

QUEUED = "SELECT count(*) FROM pgqueuer"
RUNS = "SELECT count(*) FROM task_run"


async def test_committed_together(desk: Desk) -> None:
    run_id = await desk.put("sample.mark", seconds=1.5)
    assert await desk.sql(QUEUED) == [(1,)]
    run = await desk.see(run_id)
    assert (run.status, run.attempts, run.arguments) == ("queued", 0, {"seconds": 1.5})


async def test_the_queue_carries_only_the_number_of_the_run(desk: Desk) -> None:
    run_id = await desk.put("sample.mark", seconds=0)
    assert await desk.sql("SELECT entrypoint, convert_from(payload, 'UTF8') FROM pgqueuer") == [
        ("sample.mark", str(run_id))
    ]


async def test_rolled_back_together(desk: Desk) -> None:
    async with desk.sessions() as session:
        await enqueue(session, "sample.mark", organisation_id=None, user_id=None)
        assert (await session.execute(text(QUEUED))).scalar_one() == 1
        await session.rollback()
    assert await desk.sql(QUEUED) == [(0,)]
    assert await desk.sql(RUNS) == [(0,)]


async def test_rolled_back_to_a_savepoint(desk: Desk) -> None:
    async with desk.sessions() as session, session.begin():
        savepoint = await session.begin_nested()
        await enqueue(session, "sample.mark", organisation_id=None, user_id=None)
        await savepoint.rollback()
        await enqueue(session, "sample.refuses", organisation_id=None, user_id=None)
    assert await desk.sql("SELECT entrypoint FROM pgqueuer") == [("sample.refuses",)]
    assert await desk.sql("SELECT name FROM task_run") == [("sample.refuses",)]


async def test_lost_rows_are_put_back_once(desk: Desk) -> None:
    lost, kept, ended = [await desk.put("sample.mark") for _ in range(3)]
    await desk.sql(f"DELETE FROM pgqueuer WHERE dedupe_key IN ('task_run.{lost}', 'task_run.{ended}')")
    await desk.sql(f"UPDATE task_run SET status = 'done' WHERE id = {ended}")
    async with desk.sessions() as session, session.begin():
        assert await requeue_lost(session) == [lost]
    async with desk.sessions() as session, session.begin():
        assert await requeue_lost(session) == []
    keys = {key for (key,) in await desk.sql("SELECT dedupe_key FROM pgqueuer")}
    assert keys == {f"task_run.{lost}", f"task_run.{kept}"}


async def _tables(connection: AsyncConnection) -> set[str]:
    return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def test_installed_is_what_the_package_declares(desk: Desk) -> None:
    """Fails when a newer PgQueuer wants other tables: then a migration has to bring them."""
    engine = create_async_engine(desk.url, poolclass=NullPool)
    async with engine.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        plan = await queries_on(AsyncpgDriver(raw)).plan_upgrade()
        assert plan.statements == ()
        assert await _tables(connection) >= QUEUE_TABLES
    await engine.dispose()


async def test_uninstall_leaves_nothing(background_owner_url: str) -> None:
    engine = create_async_engine(background_owner_url, poolclass=NullPool)
    async with engine.connect() as connection:
        before = await connection.scalar(text("SELECT count(*) FROM pg_type WHERE typname LIKE 'pgqueuer%'"))
        assert before
        for statement in uninstall_statements():
            await connection.execute(text(statement))
        assert not await _tables(connection) & QUEUE_TABLES
        assert await connection.scalar(text("SELECT count(*) FROM pg_type WHERE typname LIKE '%pgqueuer%'")) == 0
        for statement in install_statements():
            await connection.execute(text(statement))
        await connection.rollback()
    await engine.dispose()


def test_stray_variables_do_not_rename_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """PgQueuer alone reads even a bare CHANNEL or TRIGGER from the environment."""
    for name in ("CHANNEL", "QUEUE_TABLE", "PGQUEUER_PREFIX"):
        monkeypatch.setenv(name, "stray")
    assert db_settings.__wrapped__().queue_table == "stray"
    assert (_Names().channel, _Names().queue_table) == ("ch_pgqueuer", "pgqueuer")
