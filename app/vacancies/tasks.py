"""Every night: open posts held against the papers and the minimum wages of the new day."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.background.context import TaskContext
from app.background.registry import task
from app.employers.models import Employer
from app.shared.clock import day_of
from app.vacancies import service, states
from app.vacancies.floors import floors_on
from app.vacancies.models import Vacancy
from app.vacancies.papers import CODES, papers_on

AT_A_TIME = 500
PAPER_ENDED = "paper_ended"


@task("vacancies.look_again")
async def look_again(context: TaskContext) -> dict[str, Any]:
    """Stop what may not be offered any more. A second run finds nothing left to stop."""
    stopped, last_id = {"blocked": 0, "paused": 0}, 0
    while True:
        async with context.unit_of_work() as session:
            last_id, found = await look_at_some(session, last_id, context.clock())
        stopped = {name: stopped[name] + found[name] for name in stopped}
        if not last_id:
            return stopped


async def look_at_some(session: AsyncSession, after_id: int, now: datetime) -> tuple[int, dict[str, int]]:
    """The next open posts: blocked where pay lies under a new minimum, paused where a licence or permit has ended.

    Returns the last id, 0 at the end, and how many of each. A minimum wage that is not known any more stops nothing
    that is open: the post was judged lawful when it opened, and nobody has said anything else since.
    """
    open_posts = select(Vacancy, Employer).join(Employer, Employer.id == Vacancy.employer_id)
    some = open_posts.where(Vacancy.state == "open", Vacancy.id > after_id).order_by(Vacancy.id).limit(AT_A_TIME)
    pairs = (await session.execute(some.with_for_update(of=Vacancy))).all()
    minimum, papers = await floors_on(session, day_of(now)), await papers_on(session, day_of(now))
    stopped = {"blocked": 0, "paused": 0}
    for vacancy, employer in pairs:
        papers.apply(vacancy, employer)
        service.judge_again(vacancy, minimum)
        if service.blocks(vacancy):
            await service.back_to_check(session, None, vacancy, now)
            stopped["blocked"] += 1
        elif any(one["code"] in CODES for one in service.waits(vacancy)):
            states.move(session, vacancy, "paused", PAPER_ENDED, actor=None, now=now)
            stopped["paused"] += 1
        else:
            continue
        vacancy.version += 1
    return (pairs[-1].Vacancy.id if len(pairs) == AT_A_TIME else 0), stopped
