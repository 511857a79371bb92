"""What runs by itself is put on the queue at its time, once, whatever the number of runners."""

import asyncio

import pytest
from pgqueuer.adapters.inmemory import InMemoryDriver

from app.background.queue import queries_on
from app.background.registry import load_tasks
from app.background.schedule import SCHEDULE, Scheduled, make_scheduler
from tests.app.background.conftest import Desk
from tests.app.background.runner_process import make_runner

EVERY_SECOND = Scheduled("sample.mark", "* * * * * *")


def test_every_entry_names_a_task() -> None:
    names = set(load_tasks())
    assert [entry.task for entry in SCHEDULE if entry.task not in names] == []


async def test_an_unknown_task_is_refused(desk: Desk) -> None:
    queries = queries_on(InMemoryDriver())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"names nobody\.knows, which no module declares"):
        make_scheduler(queries, desk.sessions, {}, (Scheduled("nobody.knows", "0 0 * * *"),))


async def test_two_runners_put_it_on_the_queue_once(desk: Desk) -> None:
    runners = [make_runner(desk.url), make_runner(desk.url)]
    for runner in runners:
        runner.schedule = (EVERY_SECOND,)
    running = [asyncio.create_task(runner.run()) for runner in runners]

    async def ran_thrice() -> bool:
        return (await desk.sql("SELECT count(*) >= 3 FROM task_run WHERE status = 'done'")) == [(True,)]

    await desk.until(ran_thrice)
    for runner in runners:
        runner.stop()
    await asyncio.gather(*running)
    # Fired by both, each second would have two; the clock's ticks and the database's may differ by a part of one.
    assert await desk.sql(
        "SELECT max(n) FROM (SELECT count(*) n FROM task_run GROUP BY date_trunc('second', created_at)) each_second"
    ) == [(1,)]


async def test_old_lines_of_the_queues_log_are_forgotten(desk: Desk) -> None:
    await desk.sql("DELETE FROM pgqueuer_log")
    insert = "INSERT INTO pgqueuer_log (created, job_id, status, priority, entrypoint) VALUES "
    await desk.sql(insert + "(now() - interval '31 days', 1, 'successful', 0, 'old')")
    await desk.sql(insert + "(now() - interval '29 days', 2, 'successful', 0, 'young')")
    run_id = await desk.put("background.tidy")
    async with desk.runner():
        run = await desk.until_status(run_id, "done")
        await desk.until_idle()
    assert run.result == {"rows_removed": 1}
    assert await desk.sql("SELECT entrypoint FROM pgqueuer_log WHERE entrypoint IN ('old', 'young')") == [("young",)]
