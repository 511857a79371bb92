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


@pytest.fixture
async def own_desk(own_server: EmbeddedPostgres) -> AsyncIterator[Desk]:
    await create_tables(own_server.url("owner"), own_server.url("app"))
    async with desk_at(own_server.url("app")) as desk:
        yield desk


def kill_server(server: EmbeddedPostgres) -> None:
    os.kill(int((server.cluster / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)


async def answers(desk: Desk) -> bool:
    try:
        return await desk.sql("SELECT 1") == [(1,)]
    except (OSError, DBAPIError):
        return False


async def test_database_killed_in_the_middle_of_a_task(own_desk: Desk, own_server: EmbeddedPostgres) -> None:
    desk = own_desk
    interrupted = await desk.put("sample.mark", seconds=1)
    async with desk.runner(heartbeat_timeout=HEARTBEAT):

        async def begun() -> bool:
            return bool(await desk.marks(interrupted))

        await desk.until(begun)
        await asyncio.to_thread(kill_server, own_server)

        async def is_back() -> bool:
            return await answers(desk)

        await desk.until(is_back)
        later = await desk.put("sample.mark")
        assert (await desk.until_status(later, "done")).attempts == 1
        run = await desk.until_status(interrupted, "done")
        await desk.until_idle()
    assert run.attempts == 2
    assert await desk.marks(interrupted, "worked") == ["worked"]


async def test_started_before_the_tables_exist(own_server: EmbeddedPostgres) -> None:
    """As when all services start at once: it waits for the migration."""
    await asyncio.to_thread(own_server.create_database, "late")
    async with desk_at(own_server.url("app", "late")) as desk, desk.runner():
        await asyncio.sleep(0.5)
        await create_tables(own_server.url("owner", "late"), desk.url)
        run_id = await desk.put("sample.mark")
        await desk.until_status(run_id, "done")
