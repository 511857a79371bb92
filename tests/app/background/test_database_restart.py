"""A runner outlives its database: kill -9 the server, and the tasks are done all the same, once."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.exc import DBAPIError

from app.embedded import EmbeddedPostgres
from tests.app.background.conftest import Desk, create_tables, desk_at

HEARTBEAT = 1.5
KILLS = 40
MOMENTS = (0.1, 0.4, 1.0)  # seconds of work: it is killed in its midst, at its end, or just afterwards


@pytest.fixture
async def own_desk(own_server: EmbeddedPostgres) -> AsyncIterator[Desk]:
    await create_tables(own_server.url("owner"), own_server.url("app"))
    async with desk_at(own_server.url("app")) as desk:
        yield desk


def kill_server(server: EmbeddedPostgres) -> None:
    os.kill(int((server.cluster / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


async def started_at(desk: Desk) -> object:
    """When the server began, which tells it from the one before, whose last connections outlive it; None if down."""
    try:
        return (await desk.sql("SELECT pg_postmaster_start_time()"))[0][0]
    except (OSError, DBAPIError):
        return None


async def test_database_killed_in_the_middle_of_a_task(own_desk: Desk, own_server: EmbeddedPostgres) -> None:
    desk = own_desk
    interrupted = await desk.put("sample.mark", seconds=1)
    async with desk.runner(heartbeat_timeout=HEARTBEAT):

        async def begun() -> bool:
            return bool(await desk.marks(interrupted))

        await desk.until(begun)
        before = await started_at(desk)
        await asyncio.to_thread(kill_server, own_server)

        async def is_back() -> bool:
            return await started_at(desk) not in (None, before)

        await desk.until(is_back)
        later = await desk.put("sample.mark")
        assert (await desk.until_status(later, "done")).attempts == 1
        run = await desk.until_status(interrupted, "done")
        await desk.until_idle()
    assert run.attempts == 2
    assert await desk.marks(interrupted, "worked") == ["worked"]


@pytest.mark.soak
async def test_database_and_runners_killed_again_and_again(own_desk: Desk, own_server: EmbeddedPostgres) -> None:
    """Each time one runner outlives the database, and another is killed with it; every task is done, once."""
    desk = own_desk

    async def all_done() -> bool:
        try:
            return all([(await desk.see(run_id)).status == "done" for run_id in ids])
        except (OSError, DBAPIError):  # the database is down just now
            return False

    async with desk.runner(heartbeat_timeout=HEARTBEAT):
        for kill in range(KILLS):
            killed = desk.start_process(heartbeat_timeout=HEARTBEAT)
            ids = [await desk.put("sample.mark", seconds=MOMENTS[(kill + one) % 3]) for one in range(4)]
            await desk.until_status(ids[kill % 4], "running", "done")
            await asyncio.to_thread(kill_server, own_server)
            killed.kill()
            await desk.until(all_done, seconds=120)
            assert [await desk.marks(run_id, "worked") for run_id in ids] == [["worked"]] * 4
            assert all([(await desk.see(run_id)).attempts <= 3 for run_id in ids])
        await desk.until_idle()


async def test_started_before_the_tables_exist(own_server: EmbeddedPostgres) -> None:
    """As when all services start at once: it waits for the migration."""
    await asyncio.to_thread(own_server.create_database, "late")
    async with desk_at(own_server.url("app", "late")) as desk, desk.runner():
        await asyncio.sleep(0.5)
        await create_tables(own_server.url("owner", "late"), desk.url)
        run_id = await desk.put("sample.mark")
        await desk.until_status(run_id, "done")
