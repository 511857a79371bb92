"""Tasks that do to a runner what tasks do in real life. Each leaves marks, so that a test can count what was done."""

import asyncio
import os
import signal
import time
from contextlib import suppress
from typing import Any

from sqlalchemy import text

from app.background.context import TaskContext
from app.background.registry import task
from app.errors import Conflict
from app.shared.i18n import N_
from tests.app.background.sample_sums import square

MARKS_TABLE = "CREATE TABLE sample_mark (id bigserial PRIMARY KEY, run_id int, word text, pid int)"
RELEASED = asyncio.Event()
INSERT_MARK = text("INSERT INTO sample_mark (run_id, word, pid) VALUES (:run_id, :word, :pid)")


def _mark(context: TaskContext, word: str) -> dict[str, Any]:
    return {"run_id": context.claim.run_id, "word": word, "pid": os.getpid()}


async def mark_apart(context: TaskContext, word: str) -> None:
    """Leave a mark that stays even if the task is rolled back."""
    async with context.sessions() as session, session.begin():
        await session.execute(INSERT_MARK, _mark(context, word))


@task("sample.mark")
async def mark(context: TaskContext, *, seconds: float = 0) -> dict[str, Any]:
    await mark_apart(context, "begun")
    async with context.unit_of_work() as session:
        await session.execute(INSERT_MARK, _mark(context, "worked"))
        await asyncio.sleep(seconds)
    return {"attempt": context.claim.attempt}


@task("sample.dies_once")
async def dies_once(context: TaskContext) -> dict[str, Any]:
    async with context.unit_of_work() as session:
        await session.execute(INSERT_MARK, _mark(context, "worked"))
        if context.claim.attempt == 1:
            os.kill(os.getpid(), signal.SIGKILL)
    return {"attempt": context.claim.attempt}


@task("sample.always_dies", attempts=2)
async def always_dies(context: TaskContext) -> None:
    await mark_apart(context, "begun")
    os.kill(os.getpid(), signal.SIGKILL)


@task("sample.finishes_itself")
async def finishes_itself(context: TaskContext) -> None:
    async with context.unit_of_work() as session:
        await session.execute(INSERT_MARK, _mark(context, "worked"))
        await context.finish(session, {"by": "itself"})


@task("sample.breaks", attempts=2)
async def breaks(context: TaskContext) -> None:
    async with context.unit_of_work() as session:
        await session.execute(INSERT_MARK, _mark(context, "worked"))
        raise ZeroDivisionError("a secret detail")


@task("sample.refuses")
async def refuses(context: TaskContext) -> None:
    await mark_apart(context, "begun")
    raise Conflict(N_("The sheet %(sheet)s was already loaded."), sheet="A.xlsx")


@task("sample.counts")
async def counts(context: TaskContext, *, steps: int, pause: float, polite: bool = False) -> dict[str, Any]:
    for step in range(steps):
        await context.report(step * 100 // steps, N_("Reading the sheet"))
        await asyncio.sleep(pause)
        if polite and context.cancelled():
            await mark_apart(context, "tidied")
            raise asyncio.CancelledError
    return {"steps": steps}


@task("sample.stalls")
async def stalls(context: TaskContext, *, seconds: float) -> None:
    """Holds up the event loop, as no task should: the first attempt only."""
    if context.claim.attempt == 1:
        time.sleep(seconds)  # noqa: ASYNC251
    async with context.unit_of_work() as session:
        await session.execute(INSERT_MARK, _mark(context, "worked"))


@task("sample.goes_on")
async def goes_on(context: TaskContext, *, stops: int) -> None:
    """Takes no notice of that many stops, as may work whose rollback fails: the first attempt only."""
    await mark_apart(context, "begun")
    try:
        for last in (*[False] * stops, True) if context.claim.attempt == 1 else ():
            with suppress(*() if last else (asyncio.CancelledError,)):
                await RELEASED.wait()
        async with context.unit_of_work() as session:
            await session.execute(INSERT_MARK, _mark(context, "worked"))
    finally:
        await mark_apart(context, "ended")


@task("sample.calculates", cpu=True)
async def calculates(context: TaskContext, *, number: int) -> dict[str, Any]:
    first, pid = await context.run_in_process(square, number)
    second, same_pid = await context.run_in_process(square, first)
    return {"result": second, "pid": pid, "kept": pid == same_pid}


@task("sample.calculates_long", cpu=True)
async def calculates_long(context: TaskContext) -> None:
    _, pid = await context.run_in_process(square, 1)
    await mark_apart(context, str(pid))
    await context.run_in_process(time.sleep, 600)


@task("sample.runs_out_of_memory", cpu=True, attempts=2)
async def runs_out_of_memory(context: TaskContext) -> None:
    await context.run_in_process(os._exit, 137)
