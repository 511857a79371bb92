"""The life cycle of a task, and the guarded steps through it.

``attempts`` is counted and committed before the work begins, so a task that kills its runner ends after its last one.
It is also the fence: every step names the attempt it belongs to, and one that has been overtaken, because its runner
stalled and another took the task over, changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.background.models import TaskRun
from app.shared.i18n import N_

CRASHED = N_(
    "The program was stopped in the middle of this task (tries: %(attempts)s), so it was given up. Start it once more; "
    "if it stops again, give the number %(task)s to whoever runs the system."
)


class TaskStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN = (TaskStatus.QUEUED, TaskStatus.RUNNING)

# Running to running: the runner was lost, and another one takes over.
TRANSITIONS: dict[TaskStatus, frozenset[TaskStatus]] = {
    TaskStatus.QUEUED: frozenset({TaskStatus.RUNNING, TaskStatus.FAILED, TaskStatus.CANCELLED}),
    TaskStatus.RUNNING: frozenset(
        {TaskStatus.RUNNING, TaskStatus.QUEUED, TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.CANCELLED}
    ),
    TaskStatus.DONE: frozenset(),
    TaskStatus.FAILED: frozenset(),
    TaskStatus.CANCELLED: frozenset(),
}


class ClaimLost(Exception):
    """The task is no longer this runner's, or has ended: its work is to be dropped."""


@dataclass(frozen=True)
class Claim:
    """One attempt at one task by one runner."""

    run_id: int
    uuid: UUID
    name: str
    attempt: int
    arguments: dict[str, Any]
    organisation_id: int | None
    user_id: int | None


def move(run: TaskRun, to: TaskStatus, now: datetime) -> None:
    """Take a step of the life cycle. A step that is not in the table is a bug of the caller."""
    if to not in TRANSITIONS[TaskStatus(run.status)]:
        raise ValueError(f"task {run.uuid} cannot become {to}: it is {run.status}")
    run.status = to
    if to in OPEN:
        run.finished_at = None
    else:
        run.finished_at = now


async def claim(session: AsyncSession, run_id: int, *, limit: int, now: datetime) -> Claim | None:
    """Begin the next attempt, or None where there is nothing to do any more."""
    run = await session.get(TaskRun, run_id, with_for_update=True, populate_existing=True)
    if run is None or run.status not in OPEN:
        return None
    if run.cancel_requested:
        move(run, TaskStatus.CANCELLED, now)
        return None
    if run.attempts >= limit:
        move(run, TaskStatus.FAILED, now)
        set_error(run, CRASHED, {"attempts": run.attempts})
        return None
    move(run, TaskStatus.RUNNING, now)
    run.attempts += 1
    run.started_at = run.started_at or now
    run.progress, run.stage, run.error, run.result = 0, None, None, None
    return Claim(run.id, run.uuid, run.name, run.attempts, dict(run.arguments), run.organisation_id, run.user_id)


async def check_held(session: AsyncSession, claim: Claim) -> None:
    """Hold the claim until the end of this transaction, or raise ``ClaimLost``. A task finished by itself passes."""
    await _held(session, claim, or_done=True)


async def report(session: AsyncSession, claim: Claim, progress: int, stage: str | None) -> None:
    """Write how far the task is, in percent. Raises ``ClaimLost``."""
    values: dict[str, object] = {"progress": min(max(progress, 0), 100)}
    if stage is not None:
        values["stage"] = stage
    written = await session.scalar(
        update(TaskRun)
        .where(TaskRun.id == claim.run_id, TaskRun.attempts == claim.attempt, TaskRun.status == TaskStatus.RUNNING)
        .values(values)
        .returning(TaskRun.id)
    )
    if written is None:
        raise ClaimLost(claim.uuid)


async def finish(session: AsyncSession, claim: Claim, result: dict[str, Any] | None, now: datetime) -> None:
    """Done, with its result; once is enough. Raises ``ClaimLost``."""
    run = await _held(session, claim, or_done=True)
    if run.status == TaskStatus.DONE:
        return
    move(run, TaskStatus.DONE, now)
    run.progress, run.result = 100, result


async def fail(session: AsyncSession, claim: Claim, message: str, params: dict[str, Any], now: datetime) -> None:
    """Ended without a result, and why. Raises ``ClaimLost``."""
    run = await _held(session, claim)
    move(run, TaskStatus.FAILED, now)
    set_error(run, message, params)


async def end_cancelled(session: AsyncSession, claim: Claim, now: datetime) -> None:
    """Ended because a person asked for it. Raises ``ClaimLost``."""
    move(await _held(session, claim), TaskStatus.CANCELLED, now)


async def give_back(session: AsyncSession, claim: Claim, *, counts: bool, now: datetime) -> None:
    """Back to the queue; ``counts`` False where the task is not to blame. Raises ``ClaimLost``."""
    run = await _held(session, claim)
    move(run, TaskStatus.QUEUED, now)
    if not counts:
        run.attempts -= 1


def set_error(run: TaskRun, message: str, params: dict[str, Any]) -> None:
    """Keep the message id and what it is filled with apart, for whoever reads it in their language."""
    run.error = message
    run.result = {"error_params": {name: str(value) for name, value in params.items()} | {"task": str(run.uuid)}}


async def _held(session: AsyncSession, claim: Claim, *, or_done: bool = False) -> TaskRun:
    run = await session.get(TaskRun, claim.run_id, with_for_update=True, populate_existing=True)
    allowed = (TaskStatus.RUNNING, TaskStatus.DONE) if or_done else (TaskStatus.RUNNING,)
    if run is None or run.attempts != claim.attempt or run.status not in allowed:
        raise ClaimLost(claim.uuid)
    return run
