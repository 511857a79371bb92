"""What runs when by itself. Each entry is put on the queue once, whatever the number of runners."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from pgqueuer.core.sm import SchedulerManager
from pgqueuer.models import Schedule

from app.background.queue import OwnQueries, enqueue
from app.background.registry import Task
from app.database import Sessions


@dataclass(frozen=True)
class Scheduled:
    """A task by name, and when: minute, hour, day, month, weekday in UTC, eight hours behind Chinese time."""

    task: str
    cron: str


SCHEDULE: tuple[Scheduled, ...] = (
    Scheduled("vacancies.look_again", "5 16 * * *"),  # 00:05 in China: papers and minimum wages of the new day
    Scheduled("background.tidy", "40 18 * * *"),  # 02:40 in China
    Scheduled("grievances.clock", "7 * * * *"),
    Scheduled("labourers.warn_of_ending", "30 1 * * *"),  # 09:30
    Scheduled("offers.clock", "*/10 * * * *"),
    Scheduled("rights.retention", "10 19 * * *"),  # 03:10
)


def make_scheduler(
    queries: OwnQueries, sessions: Sessions, tasks: Mapping[str, Task], schedule: tuple[Scheduled, ...]
) -> SchedulerManager:
    """PgQueuer's scheduler with our table of times. Raises ValueError for a task nobody declares."""
    manager = SchedulerManager(queries)
    for entry in schedule:
        if entry.task not in tasks:
            raise ValueError(f"the schedule names {entry.task}, which no module declares")
        manager.schedule(entry.task, entry.cron)(_enqueuer(sessions))
    return manager


def _enqueuer(sessions: Sessions) -> Callable[[Schedule], Awaitable[None]]:
    async def put_on_queue(schedule: Schedule) -> None:
        async with sessions() as session, session.begin():
            await enqueue(session, schedule.entrypoint, organisation_id=None, user_id=None)

    return put_on_queue
