"""The steps of a sheet and an advert's drafts for programs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.labourers import service as labourers
from app.labourers.models import DemandListEntry, Labourer
from app.permissions import Role
from app.settings import Settings
from app.shared.encryption import KeyRing
from app.vacancies.models import Vacancy
from tests.app.intake.running import TaskRunner
from tests.app.intake.test_pages import BROKEN, GOOD, WRONG, line, sheet_of
from tests.factories.accounts import make_actor, make_organisation

SignIn = Callable[..., Any]
API = "/api/v1/imports"


@pytest.fixture
def run_tasks(
    sessions: async_sessionmaker[AsyncSession], settings: Settings, keys: KeyRing, now: datetime
) -> TaskRunner:
    return TaskRunner(sessions, settings, keys, now)


async def bring_in(client: httpx.AsyncClient, content: bytes) -> str:
    files = {"sheet": ("名单.xlsx", content)}
    answer = await client.post(API, data={"kind": "demand"}, files=files)
    assert answer.status_code == 202, answer.text
    assert answer.json()["task"]
    return f"{API}/{answer.json()['uuid']}"


async def test_a_sheet_step_by_step(sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, sheet_of(GOOD, BROKEN))
    await run_tasks()
    known = (await client.get(address)).json()
    assert (known["state"], known["counts"]["new"], known["counts"]["bad"]) == ("ready", 1, 1)
    assert {"id_no", "name"} <= {column["field"] for column in known["columns"]}
    assert [(one["code"], one["field"], one["rows"]) for one in known["causes"] if one["level"] == "error"] == [
        ("id_checksum", "id_no", 1)
    ]
    (bad,) = (await client.get(f"{address}/rows", params={"state": "bad"})).json()["items"]
    assert bad["cells"]["id_no"] == WRONG
    assert bad["cells"]["name"] == "张**"
    assert bad["problems"][0]["mend"]
    mended = await client.post(f"{address}/mend", json={"row": bad["uuid"], "texts": {"id_no": line(2)[2]}})
    assert (mended.json()["rows"], mended.json()["counts"]["bad"]) == (1, 0)
    assert (await client.post(f"{address}/apply", json={"new": 1, "changed": 0})).status_code == 409
    for _ in range(2):
        assert (await client.post(f"{address}/apply", json={"new": 2, "changed": 0})).status_code == 202
    await run_tasks()
    assert (await session.scalar(select(func.count()).select_from(Labourer))) == 2
    assert (await client.get(address)).json()["state"] == "applied"
    assert (await client.post(f"{address}/undo")).json()["state"] == "undoing"


async def test_taking_a_sheet_back_brings_nobody_back_who_has_left(
    sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner, now: datetime
) -> None:
    county = await make_actor(session)
    client = await sign_in(county)
    for content, counts in ((sheet_of(GOOD), (1, 0)), (sheet_of(line(1, wage="5200")), (0, 1))):
        address = await bring_in(client, content)
        await run_tasks()
        await client.post(f"{address}/apply", json=dict(zip(("new", "changed"), counts, strict=True)))
        await run_tasks()
    labourer = (await session.scalars(select(Labourer))).one()
    await labourers.take_off_list(session, county, labourer, "other", now=now)
    await session.flush()
    await client.post(f"{address}/undo")
    await run_tasks()
    assert (await client.get(address)).json()["state"] == "undone"
    entry = (await session.scalars(select(DemandListEntry).execution_options(populate_existing=True))).one()
    assert (entry.left_reason, entry.floor_net_month) == ("other", 5200)


async def test_rows_alike_are_mended_in_one_call(sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, sheet_of(*(line(number, township="会官镇") for number in (4, 5, 6))))
    await run_tasks()
    first, *_ = (await client.get(f"{address}/rows", params={"cause": "township_unknown"})).json()["items"]
    wanted = {"row": first["uuid"], "texts": {"township": "会宫镇"}, "alike": True}
    assert (await client.post(f"{address}/mend", json=wanted)).json()["rows"] == 3
    two = wanted | {"texts": {"township": "会宫镇", "village": "拔茅村"}}
    assert (await client.post(f"{address}/mend", json=two)).status_code == 422


async def test_lists_go_on_where_the_cursor_says(sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner) -> None:
    client = await sign_in(await make_actor(session))
    made = [await bring_in(client, sheet_of(line(number), line(number + 4))) for number in (1, 2, 3)]
    await run_tasks()
    first = (await client.get(API, params={"limit": 2})).json()
    rest = (await client.get(API, params={"limit": 2, "cursor": first["next"]})).json()
    seen = [f"{API}/{one['uuid']}" for one in (*first["items"], *rest["items"])]
    assert (seen, rest["next"]) == (made[::-1], None)
    rows = (await client.get(f"{made[0]}/rows", params={"limit": 1})).json()
    more = (await client.get(f"{made[0]}/rows", params={"limit": 1, "cursor": rows["next"]})).json()
    assert [rows["items"][0]["row"], more["items"][0]["row"]] == [2, 3]


async def test_another_office_sees_nothing(sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, sheet_of(GOOD))
    await run_tasks()
    other = await make_actor(session, organisation=await make_organisation(session, "county", "340826"))
    client = await sign_in(other)
    assert (await client.get(API)).json()["items"] == []
    for path in ("", "/rows"):
        assert (await client.get(address + path)).status_code == 404
    assert (await client.post(f"{address}/apply", json={"new": 1, "changed": 0})).status_code == 404
    client = await sign_in(await make_actor(session, Role.BROKER))
    assert (await client.get(API)).status_code == 403


async def test_an_advert_gives_drafts_and_enters_nothing(sign_in: SignIn, session: AsyncSession) -> None:
    text = "昆山岚溪精密电子有限公司招普工50人，26元/小时，押金500元"
    client = await sign_in(await make_actor(session))
    (draft,) = (await client.post("/api/v1/adverts", json={"text": text})).json()
    assert draft["fields"]["v_headcount"]["value"] == 50
    for field in draft["fields"].values():
        assert all(text[one["start"] : one["end"]] == one["words"] for one in field["sources"])
    assert (draft["blocked"], [one["code"] for one in draft["warnings"]]) == (True, ["deposit"])
    assert (await session.scalars(select(Vacancy))).all() == []
    assert (await client.post("/api/v1/adverts", json={"text": ""})).status_code == 422
    client = await sign_in(await make_actor(session, Role.BROKER))
    assert (await client.post("/api/v1/adverts", json={"text": text})).status_code == 403
