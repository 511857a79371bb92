"""The life of a run: one at a time, and however its task ends, the run says so and what to do."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.background import service as background
from app.background import states
from app.background.attempt import FAULTY
from app.background.models import TaskRun
from app.background.states import Claim
from app.database import make_engine, make_sessions
from app.errors import Conflict
from app.match_runs import service
from app.match_runs.models import MatchRun
from app.migrations import Server
from app.permissions import Actor
from app.wall import EVERYBODY
from tests.app.match_runs.conftest import RunMatch
from tests.factories.accounts import make_actor

SignIn = Callable[..., Any]


async def test_of_two_that_start_at_once_one_is_told_of_the_other(
    server: Server, fresh_database: str, now: datetime
) -> None:
    engine = make_engine(server.url("app", fresh_database))
    sessions = make_sessions(engine, EVERYBODY)
    async with sessions() as session, session.begin():
        county, other = await make_actor(session), await make_actor(session)

    async def start(actor: Actor) -> str:
        async with sessions() as session, session.begin():
            run = await service.start(session, actor, now=now)
            await asyncio.sleep(0.2)  # long enough for the others to look as well
            return str(run.uuid)

    answers = await asyncio.gather(*(start(one) for one in (county, county, county, other)), return_exceptions=True)
    assert [type(one) for one in answers].count(Conflict) == 2
    async with sessions() as session:
        counts = select(MatchRun.organisation_id, func.count()).group_by(MatchRun.organisation_id)
        found = dict((await session.execute(counts)).all())
    assert found == {county.organisation_id: 1, other.organisation_id: 1}
    await engine.dispose()


async def test_who_comes_second_is_led_to_the_run_that_goes_on(
    sign_in: SignIn, session: AsyncSession, now: datetime
) -> None:
    client = await sign_in(await make_actor(session))
    first = await client.post("/match-runs")
    second = await client.post("/match-runs")
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["location"] == first.headers["location"]
    assert "A run is going on already" in (await client.get(second.headers["location"])).text
    refused = await client.post("/api/v1/match-runs")
    assert refused.status_code == 409
    assert "A run is going on already" in refused.json()["detail"]


async def begun(session: AsyncSession, county: Actor, now: datetime) -> tuple[MatchRun, Claim]:
    run = await service.start(session, county, now=now)
    assert run.task_run_id
    claim = await states.claim(session, run.task_run_id, limit=3, now=now)
    assert claim
    return run, claim


async def told(client: httpx.AsyncClient, run: MatchRun) -> dict[str, Any]:
    return dict((await client.get(f"/api/v1/match-runs/{run.uuid}")).json())


async def test_a_failed_task_is_a_failed_run(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    county = await make_actor(session)
    run, claim = await begun(session, county, now)
    await session.flush()
    await session.refresh(run)
    assert run.status == "running"
    await states.fail(session, claim, FAULTY, {"attempts": 3}, now)
    await session.commit()
    await session.refresh(run)
    assert (run.status, run.finished_at) == ("failed", now)
    client = await sign_in(county)
    page = (await client.get(f"/match-runs/{run.uuid}")).text
    for words in ("The run failed", "a fault in the program (tries: 3)", "Start it once more", 'action="/match-runs"'):
        assert words in page, words
    answer = await told(client, run)
    assert answer["status"] == "failed"
    assert "Start it once more" in answer["problem"]
    assert "failed" in (await client.get("/match-runs")).text
    assert (await client.post("/match-runs")).status_code == 303


async def test_a_stopped_task_is_a_stopped_run(sign_in: SignIn, session: AsyncSession, now: datetime) -> None:
    county = await make_actor(session)
    waiting = await service.start(session, county, now=now)
    task = await session.get_one(TaskRun, waiting.task_run_id)
    await background.cancel(session, county, task.uuid, now)
    await session.flush()
    await session.refresh(waiting)
    assert waiting.status == "cancelled"
    at_work, claim = await begun(session, county, now)
    await states.end_cancelled(session, claim, now)
    await session.commit()
    client = await sign_in(county)
    for run in (waiting, at_work):
        await session.refresh(run)
        assert (run.status, run.finished_at) == ("cancelled", now)
        page = (await client.get(f"/match-runs/{run.uuid}")).text
        assert "Stopped before it was finished" in page
        assert "candidates of the run before still stand" in page
        answer = await told(client, run)
        assert answer["status"] == "cancelled"
        assert "Start again" in answer["problem"]


async def test_a_lost_runner_puts_the_run_back_in_the_queue(session: AsyncSession, now: datetime) -> None:
    run, claim = await begun(session, await make_actor(session), now)
    await states.give_back(session, claim, counts=False, now=now)
    await session.flush()
    await session.refresh(run)
    assert run.status == "queued"
    assert await states.claim(session, claim.run_id, limit=0, now=now) is None
    await session.flush()
    await session.refresh(run)
    assert run.status == "failed"


@pytest.mark.parametrize("status", ["failed", "cancelled"])
async def test_a_run_that_is_done_stays_done(
    session: AsyncSession, now: datetime, run_match: RunMatch, status: str
) -> None:
    run = await run_match(await make_actor(session))
    (await session.get_one(TaskRun, run.task_run_id)).status = status
    await session.flush()
    await session.refresh(run)
    assert run.status == "done"
