"""An office follows and stops its own tasks, and no other office's."""

import json
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation
from app.audit import AuditEvent
from app.background import pages
from app.background.models import TaskRun
from app.background.queue import enqueue
from app.background.registry import load_tasks
from app.background.service import STOPPED_BY
from app.background.states import CRASHED, TaskStatus, set_error
from app.permissions import Actor, Role
from tests.factories.accounts import make_actor

SignIn = Callable[[Actor], Awaitable[httpx.AsyncClient]]


async def make_run(session: AsyncSession, actor: Actor, **changes: Any) -> TaskRun:
    run = await enqueue(
        session, "intake.apply", organisation_id=actor.organisation_id, user_id=actor.user_id, batch_id=1
    )
    for name, value in changes.items():
        setattr(run, name, value)
    await session.commit()
    return run


async def test_progress_in_the_readers_language(session: AsyncSession, sign_in: SignIn) -> None:
    actor = await make_actor(session)
    run = await make_run(session, actor, status=TaskStatus.RUNNING, progress=40)
    client = await sign_in(actor)
    shown = (await client.get(f"/api/v1/tasks/{run.uuid}")).json()
    assert shown | {"uuid": str(run.uuid), "status": "running", "value": 40, "total": 100} == shown
    assert (shown["state"], shown["text"], shown["result"]) == ("running", "Working", None)
    client.cookies.set("duijie_lang", "zh_Hans")
    assert (await client.get(f"/api/v1/tasks/{run.uuid}")).json()["text"] == "正在处理"


async def test_a_failure_says_why_and_keeps_no_inner_detail(session: AsyncSession, sign_in: SignIn) -> None:
    actor = await make_actor(session)
    run = await make_run(session, actor, status=TaskStatus.FAILED)
    set_error(run, CRASHED, {"attempts": 3})
    await session.commit()
    shown = (await (await sign_in(actor)).get(f"/api/v1/tasks/{run.uuid}")).json()
    assert "(tries: 3)" in shown["error"]
    assert str(run.uuid) in shown["error"]
    assert shown["text"] == shown["error"]
    assert (shown["state"], shown["result"]) == ("failed", None)


@pytest.mark.parametrize("address", ["/api/v1/tasks/{uuid}", "/tasks/{uuid}/events"])
async def test_another_offices_task_is_invisible(session: AsyncSession, sign_in: SignIn, address: str) -> None:
    run = await make_run(session, await make_actor(session))
    client = await sign_in(await make_actor(session))
    assert (await client.get(address.format(uuid=run.uuid))).status_code == 404
    assert (await client.get(address.format(uuid=uuid4()))).status_code == 404
    assert (await client.post(f"/api/v1/tasks/{run.uuid}/cancel")).status_code == 404


async def test_nobody_signed_in(session: AsyncSession, client: httpx.AsyncClient) -> None:
    run = await make_run(session, await make_actor(session))
    assert (await client.get(f"/api/v1/tasks/{run.uuid}")).status_code == 401


async def test_a_waiting_task_is_cancelled_at_once(session: AsyncSession, sign_in: SignIn) -> None:
    actor = await make_actor(session)
    run = await make_run(session, actor)
    client = await sign_in(actor)
    answer = await client.post(f"/api/v1/tasks/{run.uuid}/cancel")
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert (await client.post(f"/api/v1/tasks/{run.uuid}/cancel")).status_code == 409
    trail = await session.scalars(select(AuditEvent).where(AuditEvent.act == "tasks.cancel"))
    assert [event.subject_id for event in trail] == [run.id]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.COUNTY_OFFICER])
async def test_only_whose_work_a_task_is_may_stop_it(session: AsyncSession, sign_in: SignIn, role: Role) -> None:
    county = await make_actor(session)
    office = await session.get_one(Organisation, county.organisation_id)
    other = await make_actor(session, role, organisation=office)
    run = await make_run(session, county, name="match_runs.run")
    answer = await (await sign_in(other)).post(f"/api/v1/tasks/{run.uuid}/cancel")
    assert answer.status_code == (403 if role is Role.ADMINISTRATOR else 200)


def test_of_every_task_it_is_said_who_may_stop_it() -> None:
    assert {name.partition(".")[0] for name in load_tasks()} <= set(STOPPED_BY)


async def test_a_running_task_is_asked_to_stop(session: AsyncSession, sign_in: SignIn) -> None:
    actor = await make_actor(session)
    run = await make_run(session, actor, status=TaskStatus.RUNNING)
    shown = (await (await sign_in(actor)).post(f"/api/v1/tasks/{run.uuid}/cancel")).json()
    assert (shown["state"], shown["cancel_requested"]) == ("running", True)


async def test_the_stream_tells_each_change_and_closes_at_the_end(
    session: AsyncSession, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = await make_actor(session)
    run = await make_run(session, actor)
    looks = iter(
        [{"status": "running", "progress": 50}, {}, {"status": "done", "progress": 100, "result": {"rows": 7}}]
    )

    async def time_passes(_: float) -> None:
        for name, value in next(looks).items():
            setattr(run, name, value)
        await session.commit()

    monkeypatch.setattr(pages, "asyncio", SimpleNamespace(sleep=time_passes))
    answer = await (await sign_in(actor)).get(f"/tasks/{run.uuid}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = [json.loads(line.removeprefix("data: ")) for line in answer.text.splitlines() if line.startswith("data:")]
    assert [(one["state"], one["value"]) for one in told] == [("running", 0), ("running", 50), ("done", 100)]
    assert told[-1]["result"] == {"rows": 7}
