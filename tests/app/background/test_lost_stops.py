"""A stop can get lost on its way. The runner goes on with a new connection all the same, whatever does not end."""

import asyncio
from contextlib import suppress

import asyncpg
import pytest

from app.background.runner import Runner
from tests.app.background.conftest import Desk
from tests.app.background.runner_process import make_runner
from tests.app.background.sample_tasks import RELEASED

LOSE_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
HEARTBEAT = 1.5
OFTEN = 1000  # more stops than a test can last


async def begun(desk: Desk, run_id: int) -> None:
    async def has_begun() -> bool:
        return await desk.marks(run_id) == ["begun"]

    await desk.until(has_begun)


async def test_a_helper_that_missed_its_stop_is_stopped_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Runner._watch

    async def misses_one(self: Runner) -> None:
        with suppress(asyncio.CancelledError):
            await watch(self)
        await watch(self)

    monkeypatch.setattr(Runner, "_watch", misses_one)
    async with desk.runner():
        await desk.until_status(await desk.put("sample.mark"), "done")
        await desk.sql(LOSE_CONNECTIONS)
        await desk.until_status(await desk.put("sample.mark"), "done")


async def test_a_part_cancelled_from_within_does_not_end_the_runner(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Runner._watch
    seen: list[Runner] = []

    async def is_cancelled_once(self: Runner) -> None:
        seen.append(self)
        if len(seen) == 1:
            raise asyncio.CancelledError
        await watch(self)

    monkeypatch.setattr(Runner, "_watch", is_cancelled_once)
    async with desk.runner():
        await desk.until_status(await desk.put("sample.mark"), "done")
    assert len(seen) == 2


async def test_a_cancellation_within_does_not_end_the_runner_either(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve = Runner._serve
    tries: list[asyncpg.Connection] = []

    async def is_cancelled_once(self: Runner, connection: asyncpg.Connection) -> None:
        tries.append(connection)
        if len(tries) == 1:
            raise asyncio.CancelledError
        await serve(self, connection)

    monkeypatch.setattr(Runner, "_serve", is_cancelled_once)
    async with desk.runner():
        await desk.until_status(await desk.put("sample.mark"), "done")
    assert len(tries) == 2


async def test_a_runner_that_is_itself_cancelled_ends(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    serving = asyncio.Event()

    async def serves(self: Runner, connection: asyncpg.Connection) -> None:
        serving.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(Runner, "_serve", serves)
    running = asyncio.create_task(make_runner(desk.url).run())
    await serving.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_work_that_missed_its_stop_is_stopped_again(desk: Desk) -> None:
    run_id = await desk.put("sample.goes_on", stops=1)
    async with desk.runner(heartbeat_timeout=HEARTBEAT):
        await begun(desk, run_id)
        await desk.sql(LOSE_CONNECTIONS)
        run = await desk.until_status(run_id, "done")
    assert run.attempts == 2
    assert await desk.marks(run_id) == ["begun", "ended", "begun", "worked", "ended"]


async def test_cancelled_work_that_missed_its_stop_is_stopped_again(desk: Desk) -> None:
    run_id = await desk.put("sample.goes_on", stops=1)
    async with desk.runner(cancel_grace=0):
        await begun(desk, run_id)
        await desk.sql(f"UPDATE task_run SET cancel_requested = true WHERE id = {run_id}")
        await desk.until_status(run_id, "cancelled")
        await desk.until_idle()
    assert await desk.marks(run_id) == ["begun", "ended"]


async def test_what_cannot_be_stopped_is_left_behind_and_commits_nothing(desk: Desk) -> None:
    RELEASED.clear()
    run_id = await desk.put("sample.goes_on", stops=OFTEN)
    async with desk.runner(heartbeat_timeout=HEARTBEAT, end_grace=0.5):
        await begun(desk, run_id)
        await desk.sql(LOSE_CONNECTIONS)
        run = await desk.until_status(run_id, "done")
        assert await desk.marks(run_id, "ended") == ["ended"]  # the second attempt; the first one still goes on
        RELEASED.set()

        async def both_ended() -> bool:
            return await desk.marks(run_id, "ended") == ["ended"] * 2

        await desk.until(both_ended)
        await desk.until_status(await desk.put("sample.mark"), "done")
    RELEASED.clear()
    assert run.attempts == 2
    assert await desk.marks(run_id, "worked") == ["worked"]
