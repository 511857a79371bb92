"""Tasks are done once, whatever happens to their runner; people see how far they are and can stop them."""

import asyncio
import os
import signal
import time
from contextlib import suppress

from app.background.attempt import FAULTY, OUT_OF_MEMORY
from app.background.states import CRASHED
from tests.app.background.conftest import Desk

HEARTBEAT = 1.5  # seconds without one after which a runner is taken for dead; the quickest a kill is found out


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def test_done_with_its_result(desk: Desk) -> None:
    run_id = await desk.put("sample.mark")
    async with desk.runner():
        run = await desk.until_status(run_id, "done")
        await desk.until_idle()
    assert (run.result, run.attempts, run.progress, run.error) == ({"attempt": 1}, 1, 100, None)
    assert run.started_at is not None
    assert run.finished_at is not None
    assert run.started_at <= run.finished_at
    assert await desk.marks(run_id) == ["begun", "worked"]


async def test_two_runners_share_and_run_nothing_twice(desk: Desk) -> None:
    pids = {desk.start_process().pid, desk.start_process().pid}
    ids: list[int] = []

    async def both_have_worked() -> bool:
        if await desk.sql("SELECT count(*) FROM pgqueuer") == [(0,)]:
            ids.extend([await desk.put("sample.mark", seconds=0.02) for _ in range(6)])
        return {pid for (pid,) in await desk.sql("SELECT DISTINCT pid FROM sample_mark")} == pids

    await desk.until(both_have_worked)
    for run_id in ids:
        await desk.until_status(run_id, "done")
    assert await desk.sql("SELECT run_id FROM sample_mark WHERE word = 'worked' ORDER BY run_id") == [
        (run_id,) for run_id in ids
    ]
    assert await desk.sql("SELECT DISTINCT attempts FROM task_run") == [(1,)]


async def test_killed_in_the_middle_another_finishes_it_once(desk: Desk) -> None:
    run_id = await desk.put("sample.dies_once")
    first = desk.start_process(heartbeat_timeout=HEARTBEAT)
    await asyncio.to_thread(first.join, 20)
    assert first.exitcode == -signal.SIGKILL
    assert (await desk.see(run_id)).status == "running"
    assert await desk.marks(run_id) == []
    async with desk.runner(heartbeat_timeout=HEARTBEAT):
        run = await desk.until_status(run_id, "done")
        await desk.until_idle()
    assert (run.attempts, run.result) == (2, {"attempt": 2})
    assert await desk.marks(run_id) == ["worked"]


async def test_a_task_that_kills_its_runner_is_given_up(desk: Desk) -> None:
    run_id = await desk.put("sample.always_dies")
    for _ in range(2):
        process = desk.start_process(heartbeat_timeout=HEARTBEAT)
        await asyncio.to_thread(process.join, 20)
    async with desk.runner(heartbeat_timeout=HEARTBEAT):  # would be killed too, if the task were tried again
        run = await desk.until_status(run_id, "failed")
        await desk.until_idle()
    assert (run.error, run.attempts) == (CRASHED, 2)
    assert run.result == {"error_params": {"attempts": "2", "task": str(run.uuid)}}
    assert await desk.marks(run_id, "begun") == ["begun"] * 2


async def test_a_stalled_runner_commits_nothing_once_another_took_over(desk: Desk) -> None:
    run_id = await desk.put("sample.stalls", seconds=HEARTBEAT + 1)
    stalled = desk.start_process(heartbeat_timeout=HEARTBEAT)
    await desk.until_status(run_id, "running")
    async with desk.runner(heartbeat_timeout=HEARTBEAT):
        run = await desk.until_status(run_id, "done")
        await asyncio.sleep(1)  # until the stalled one has woken and tried
    assert stalled.exitcode is None
    assert run.attempts == 2
    assert await desk.marks(run_id) == ["worked"]


async def test_work_and_its_end_in_one_transaction(desk: Desk) -> None:
    run_id = await desk.put("sample.finishes_itself")
    async with desk.runner():
        run = await desk.until_status(run_id, "done")
        await desk.until_idle()
    assert (run.result, await desk.marks(run_id)) == ({"by": "itself"}, ["worked"])


async def test_a_fault_is_tried_again_and_told_plainly(desk: Desk) -> None:
    run_id = await desk.put("sample.breaks")
    async with desk.runner():
        run = await desk.until_status(run_id, "failed")
        await desk.until_idle()
    assert (run.error, run.attempts) == (FAULTY, 2)
    assert "secret" not in str(run.result)
    assert await desk.marks(run_id) == []


async def test_a_refusal_is_final_and_keeps_its_words(desk: Desk) -> None:
    run_id = await desk.put("sample.refuses")
    async with desk.runner():
        run = await desk.until_status(run_id, "failed")
    assert run.error == "The sheet %(sheet)s was already loaded."
    assert run.result is not None
    assert run.result["error_params"] == {"sheet": "A.xlsx", "task": str(run.uuid)}
    assert await desk.marks(run_id) == ["begun"]


async def test_progress_is_seen_while_it_runs(desk: Desk) -> None:
    run_id = await desk.put("sample.counts", steps=5, pause=0.3)
    seen: set[int] = set()
    async with desk.runner():

        async def ended() -> bool:
            run = await desk.see(run_id)
            if run.status == "running" and run.stage:
                assert run.stage == "Reading the sheet"
                seen.add(run.progress)
            return run.status == "done"

        await desk.until(ended)
    assert len(seen) >= 3
    assert max(seen) < 100


async def _cancel(desk: Desk, run_id: int) -> None:
    await desk.sql(f"UPDATE task_run SET cancel_requested = true WHERE id = {run_id}")


async def test_cancelled_while_it_runs(desk: Desk) -> None:
    run_id = await desk.put("sample.counts", steps=1000, pause=0.05)
    async with desk.runner(cancel_grace=0.2):
        await desk.until_status(run_id, "running")
        await _cancel(desk, run_id)
        run = await desk.until_status(run_id, "cancelled", "done", "failed")
        await desk.until_idle()
    assert (run.status, run.attempts) == ("cancelled", 1)
    assert run.finished_at is not None


async def test_cancelled_it_may_tidy_up_first(desk: Desk) -> None:
    run_id = await desk.put("sample.counts", steps=1000, pause=0.05, polite=True)
    async with desk.runner(cancel_grace=10):
        await desk.until_status(run_id, "running")
        await _cancel(desk, run_id)
        await desk.until_status(run_id, "cancelled")
    assert await desk.marks(run_id) == ["tidied"]


async def test_cancelled_before_it_began(desk: Desk) -> None:
    run_id = await desk.put("sample.mark")
    await _cancel(desk, run_id)
    async with desk.runner():
        run = await desk.until_status(run_id, "cancelled")
        await desk.until_idle()
    assert (run.attempts, await desk.marks(run_id)) == (0, [])


async def test_calculations_leave_the_event_loop_free(desk: Desk) -> None:
    run_id = await desk.put("sample.calculates", number=3)
    async with desk.runner():
        run = await desk.until_status(run_id, "done")
        assert run.result is not None
        pid = run.result["pid"]
        assert isinstance(pid, int)
        assert is_alive(pid)
    assert (run.result["result"], run.result["kept"]) == (81, True)
    assert pid != os.getpid()

    async def ended() -> bool:
        return not is_alive(pid)

    await desk.until(ended)


async def test_cancelling_a_calculation_kills_its_process(desk: Desk) -> None:
    run_id = await desk.put("sample.calculates_long")
    async with desk.runner(cancel_grace=0):

        async def calculating() -> bool:
            return bool(await desk.marks(run_id))

        await desk.until(calculating)
        pid = int((await desk.marks(run_id))[0])
        assert is_alive(pid)
        await _cancel(desk, run_id)
        await desk.until_status(run_id, "cancelled")

        async def ended() -> bool:
            return not is_alive(pid)

        await desk.until(ended)


async def test_a_killed_runner_takes_its_calculations_along(desk: Desk) -> None:
    run_id = await desk.put("sample.calculates_long")
    process = desk.start_process()

    async def calculating() -> bool:
        return bool(await desk.marks(run_id))

    await desk.until(calculating)
    pid = int((await desk.marks(run_id))[0])
    process.kill()

    async def ended() -> bool:
        return not is_alive(pid)

    await desk.until(ended)


async def test_a_calculation_that_dies_ends_only_its_task(desk: Desk) -> None:
    dying = await desk.put("sample.runs_out_of_memory")
    other = await desk.put("sample.calculates", number=2)
    async with desk.runner():
        run = await desk.until_status(dying, "failed")
        await desk.until_status(other, "done")
    assert (run.error, run.attempts) == (OUT_OF_MEMORY, 2)


async def test_asked_to_end_it_gives_the_task_back(desk: Desk) -> None:
    run_id = await desk.put("sample.mark", seconds=600)
    process = desk.start_process(stop_grace=0.1)

    async def begun() -> bool:
        return bool(await desk.marks(run_id))

    await desk.until(begun)
    began = time.monotonic()
    process.terminate()
    await asyncio.to_thread(process.join, 10)
    assert process.exitcode == 0
    assert time.monotonic() - began < 3
    run = await desk.see(run_id)
    assert (run.status, run.attempts) == ("queued", 0)
    assert await desk.sql("SELECT status::text FROM pgqueuer") == [("queued",)]
    assert await desk.marks(run_id) == ["begun"]


async def test_what_fell_out_of_the_queue_is_found_at_the_start(desk: Desk) -> None:
    run_id = await desk.put("sample.mark")
    await desk.sql(f"UPDATE task_run SET status = 'running', attempts = 1 WHERE id = {run_id}")
    await desk.sql("DELETE FROM pgqueuer")
    async with desk.runner():
        run = await desk.until_status(run_id, "done")
    assert (run.attempts, await desk.marks(run_id)) == (2, ["begun", "worked"])
