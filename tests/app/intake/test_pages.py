"""A sheet on its way in, as an officer walks it: upload, columns, rows to mend, what will change, done, taken back."""

import html
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.background.models import TaskRun
from app.intake.models import ImportBatch, ImportRow
from app.labourers.models import DemandListEntry, Labourer
from app.permissions import Role
from app.settings import Settings
from app.shared.encryption import KeyRing
from app.vacancies.models import Vacancy
from tests.app.intake.running import TaskRunner
from tests.app.intake.workbooks import xlsx
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.labourers import id_number

SignIn = Callable[..., Any]
HEADERS = ("乡镇", "姓名", "身份证号", "本人电话", "意向地点", "到手工资不低于(元/月)")


def line(number: int, **changes: str) -> list[str]:
    cells = {
        "township": "会宫镇",
        "name": f"张小{'梅兰竹菊'[number % 4]}",
        "id_no": id_number(f"34000019860315{800 + number}"),
        "phone": f"1540099{5000 + number}",
        "place": "苏州",
        "wage": "4800",
    }
    return list((cells | changes).values())


def sheet_of(*lines: list[str], headers: tuple[str, ...] = HEADERS) -> bytes:
    return xlsx([list(headers), *lines])


def misread(number: int) -> str:
    """The identity number of that line with a wrong last digit."""
    right = line(number)[2]
    return right[:-1] + ("1" if right[-1] != "1" else "2")


WRONG = misread(2)
GOOD, BROKEN = line(1), line(2, id_no=WRONG)


@pytest.fixture
def run_tasks(
    sessions: async_sessionmaker[AsyncSession], settings: Settings, keys: KeyRing, now: datetime
) -> TaskRunner:
    return TaskRunner(sessions, settings, keys, now)


async def bring_in(client: httpx.AsyncClient, content: bytes, kind: str = "demand", name: str = "名单.xlsx") -> str:
    answer = await client.post("/imports", data={"kind": kind}, files={"sheet": (name, content)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def page_of(client: httpx.AsyncClient, address: str, **query: object) -> str:
    answer = await client.get(address, params=query or None)
    assert answer.status_code == 200, answer.text
    return answer.text


def inputs_of(page: str) -> dict[str, str]:
    form = page[page.index('class="table grid as-cards mend"') :]
    found = {}
    for tag in re.findall(r"<input[^>]*name=\"mend-[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        assert name, tag
        assert value, tag
        found[name[1]] = html.unescape(value[1])
    return found | dict.fromkeys(re.findall(r'<select[^>]*name="(mend-[^"]*)"', form), "")


def counts_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(new|changed)" value="(\d+)"', page))


async def test_from_upload_to_done_and_back(
    sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner, now: datetime
) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, sheet_of(GOOD, line(3)))
    reading = await page_of(client, address)
    assert re.search(r'data-stream="/tasks/[0-9a-f-]+/events"', reading)
    assert re.search(r'data-poll="/api/v1/tasks/[0-9a-f-]+"', reading)
    assert '<noscript><meta http-equiv="refresh"' in reading
    await run_tasks()
    review = await page_of(client, address)
    assert "Load 2 rows" in review
    assert (await client.post(f"{address}/apply", data=counts_of(review))).status_code == 303
    assert (await session.scalar(select(func.count()).select_from(Labourer))) == 0
    await run_tasks()
    done = await page_of(client, address)
    assert "2 rows are on the list" in done
    assert (await session.scalar(select(func.count()).select_from(Labourer))) == 2
    assert (await client.post(f"{address}/undo")).status_code == 303
    await run_tasks()
    assert "The import is taken back" in await page_of(client, address)
    assert (await session.scalars(select(DemandListEntry.left_on))).all() == [now.date(), now.date()]


async def test_applying_twice_loads_once(sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, sheet_of(GOOD))
    await run_tasks()
    reviewed = counts_of(await page_of(client, address))
    for _ in range(2):
        assert (await client.post(f"{address}/apply", data=reviewed)).status_code == 303
    await run_tasks()
    assert (await client.post(f"{address}/apply", data=reviewed)).status_code == 303
    await run_tasks()
    assert (await session.scalar(select(func.count()).select_from(Labourer))) == 1


async def test_rows_that_moved_since_the_review_are_shown_first(
    sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner
) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, sheet_of(GOOD))
    await run_tasks()
    answer = await client.post(f"{address}/apply", data={"new": 5, "changed": 0})
    assert answer.headers["location"].endswith("?view=changes")
    assert "have changed since you looked" in await page_of(client, answer.headers["location"])


async def test_good_rows_load_while_bad_ones_stay_mendable(
    sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner
) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, sheet_of(GOOD, BROKEN))
    await run_tasks()
    page = await page_of(client, address)
    assert "1 good row" in page
    assert WRONG in page  # what has to be mended is shown as it stands
    assert GOOD[2] not in page
    review = await page_of(client, address, view="changes")
    await client.post(f"{address}/apply", data=counts_of(review))
    await run_tasks()
    assert "1 row is still to be mended" in await page_of(client, address)
    mend = await page_of(client, address, view="mend")
    (name,) = inputs_of(mend)
    answer = await client.post(f"{address}/rows", data={name: line(2)[2]})
    assert answer.headers["location"].endswith("view=changes")
    await client.post(f"{address}/apply", data=counts_of(await page_of(client, address, view="changes")))
    await run_tasks()
    assert (await session.scalar(select(func.count()).select_from(Labourer))) == 2


async def test_a_wrong_mend_says_so_and_an_untouched_form_does_nothing(
    sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner
) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, sheet_of(BROKEN))
    await run_tasks()
    inputs = inputs_of(await page_of(client, address, view="mend"))
    untouched = await client.post(f"{address}/rows?view=mend", data=inputs)
    assert "Nothing was changed" in await page_of(client, untouched.headers["location"])
    (name,) = inputs
    again = await client.post(f"{address}/rows?view=mend", data={name: "12345"})
    page = await page_of(client, again.headers["location"])
    assert "1 left to mend" in page
    assert inputs_of(page) == {name: "12345"}


async def test_rows_of_one_cause_are_filtered_mended_alike_and_left_out(
    sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner
) -> None:
    client = await sign_in(await make_actor(session))
    wrong = [line(number, township="会官镇") for number in (4, 5, 6)]
    address = await bring_in(client, sheet_of(*wrong, BROKEN, line(7, township="云外镇")))
    await run_tasks()
    page = await page_of(client, address, view="mend", cause="township_unknown")
    assert WRONG not in page
    names = list(inputs_of(page))
    assert len(names) == 4
    assert "mend 3 rows alike" in page
    assert "alike" not in await page_of(client, address, view="mend", cause="id_checksum")
    row = names[0].removeprefix("mend-").rpartition("-")[0]
    answer = await client.post(f"{address}/rows?view=mend", data={names[0]: "会宫镇", "alike": row})
    assert "2 left to mend" in await page_of(client, answer.headers["location"])
    assert (await session.scalar(select(func.count()).where(ImportRow.state == "new"))) == 3
    last = await page_of(client, address, view="mend", cause="township_unknown")
    row = next(iter(inputs_of(last))).removeprefix("mend-").rpartition("-")[0]
    await client.post(f"{address}/rows", data={"skip": row})
    left = await page_of(client, address, view="left")
    taken = re.search(r'name="row" value="([^"]*)"', left)
    assert taken is not None
    await client.post(f"{address}/take-back", data={"row": taken[1]})
    assert "No row is left out" in await page_of(client, address, view="left")
    await client.post(f"{address}/leave-out", data={"cause": "township_unknown"})
    assert (await session.scalar(select(func.count()).where(ImportRow.state == "left_out"))) == 1


async def test_what_else_was_typed_is_mended_with_the_button_of_another_row(
    sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner
) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, sheet_of(BROKEN, line(5, id_no=misread(5))))
    await run_tasks()
    first, second = inputs_of(await page_of(client, address, view="mend"))
    skip = second.removeprefix("mend-").rpartition("-")[0]
    await client.post(f"{address}/rows", data={first: line(2)[2], second: misread(5), "skip": skip})
    states = (await session.scalars(select(ImportRow.state).order_by(ImportRow.row_no))).all()
    assert states == ["new", "left_out"]


async def test_a_changed_row_shows_the_difference(
    sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner
) -> None:
    client = await sign_in(await make_actor(session))
    for content in (sheet_of(GOOD), sheet_of(line(1, wage="5600", place="宁波"))):
        address = await bring_in(client, content)
        await run_tasks()
        review = await page_of(client, address, view="changes")
        if "4800" not in review:
            await client.post(f"{address}/apply", data=counts_of(review))
            await run_tasks()
    assert re.search(r"Net pay at least.*?<del>4800</del>.*?<ins>5600</ins>", review, re.DOTALL)
    assert re.search(r"Places wished.*?<del>苏州</del>.*?<ins>宁波</ins>", review, re.DOTALL)
    same = await bring_in(client, sheet_of(GOOD))
    await run_tasks()
    assert "Nothing to load" in await page_of(client, same, view="changes")


async def test_unsure_columns_are_asked_and_remembered(
    sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner
) -> None:
    client = await sign_in(await make_actor(session))
    headers = (*HEADERS[:-1], "心里价位")
    address = await bring_in(client, sheet_of(GOOD, headers=headers))
    await run_tasks()
    batch = (await session.scalars(select(ImportBatch))).one()
    if batch.state != "mapping":
        batch.columns = [{**one, "action": "ask"} if one["header"] == "心里价位" else one for one in batch.columns]
        batch.state = "mapping"
        await session.commit()
    page = await page_of(client, address)
    assert "心里价位" in page
    assert GOOD[2] not in page  # samples are masked
    index = len(headers) - 1
    twice = await client.post(f"{address}/columns", data={f"column-{index}": "name"})
    assert twice.status_code == 422
    assert "Two columns" in twice.text
    assert re.search(rf'name="column-{index}".*?<option value="name" selected', twice.text, re.DOTALL)
    answer = await client.post(f"{address}/columns", data={f"column-{index}": "wish_wage"})
    assert answer.status_code == 303
    assert "being checked" in await page_of(client, address)


async def test_a_file_that_is_no_list_says_why_and_what_now(
    sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner
) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, b"%PDF-1.7 nothing", name="名单.xlsx")
    await run_tasks()
    page = await page_of(client, address)
    assert "This is a PDF" in page
    assert "Bring in another sheet" in page


async def test_no_file_is_said_at_the_field(sign_in: SignIn, session: AsyncSession) -> None:
    client = await sign_in(await make_actor(session))
    for files in ({"sheet": ("leer.xlsx", b"")}, None):
        answer = await client.post("/imports", data={"kind": "demand"}, files=files)
        assert answer.status_code == 422
        assert 'href="#field-sheet"' in answer.text


async def test_a_step_that_stopped_can_be_started_again(
    sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner, now: datetime
) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, sheet_of(GOOD))
    run = (await session.scalars(select(TaskRun))).one()
    run.status, run.finished_at = "cancelled", now
    await session.commit()
    assert "Start this step again" in await page_of(client, address)
    assert (await client.post(f"{address}/resume")).status_code == 303
    await run_tasks()
    assert "Load 1 row" in await page_of(client, address)


async def test_a_sheet_can_be_forgotten(sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, sheet_of(GOOD, BROKEN))
    await run_tasks()
    assert (await client.post(f"{address}/discard")).headers["location"] == "/imports"
    assert (await client.get(address)).status_code == 404
    assert (await session.scalar(select(func.count()).select_from(ImportRow))) == 0


async def test_an_import_is_taken_back_within_a_day_only(
    sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner, application: FastAPI, now: datetime
) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, sheet_of(GOOD))
    await run_tasks()
    await client.post(f"{address}/apply", data=counts_of(await page_of(client, address)))
    await run_tasks()
    assert "Take the import back" in await page_of(client, address)
    batch = (await session.scalars(select(ImportBatch))).one()
    batch.applied_at = now - timedelta(days=1, minutes=1)
    await session.commit()
    assert "Take the import back" not in await page_of(client, address)
    assert (await client.post(f"{address}/undo")).status_code == 409


async def test_a_supply_list_goes_the_same_way(sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner) -> None:
    client = await sign_in(await make_actor(session, Role.RECEIVING_OFFICER))
    headers = ("企业名称", "岗位名称", "招聘人数", "工资", "工作地点")
    rows = (
        ["昆山岚溪精密电子有限公司", "电子厂普工", "50", "5500-6500元/月", "苏州市昆山市"],
        ["昆山岚溪精密电子有限公司", "仓管员", "3", "5000元/月", "云外市"],
    )
    address = await bring_in(client, xlsx([list(headers), *rows]), kind="supply")
    await run_tasks()
    page = await page_of(client, address)
    assert "昆山岚溪精密电子有限公司 · 仓管员" in page
    await client.post(f"{address}/apply", data=counts_of(await page_of(client, address, view="changes")))
    await run_tasks()
    assert (await session.scalars(select(Vacancy.title))).all() == ["电子厂普工"]


async def test_an_office_sees_its_own_sheets(sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, sheet_of(GOOD), name="枞阳.xlsx")
    await run_tasks()
    assert "枞阳.xlsx" in await page_of(client, "/imports")
    township = await make_organisation(session, "township", "340722113")
    others = (
        await make_actor(session, organisation=await make_organisation(session, "county", "340826")),
        await make_actor(session, Role.TOWNSHIP_OFFICER, organisation=township),
    )
    for other in others:
        client = await sign_in(other)
        assert "枞阳.xlsx" not in await page_of(client, "/imports")
        assert (await client.get(address)).status_code == 404
        for act in ("apply", "rows", "undo", "discard", "resume"):
            sent = {"new": 1, "changed": 0} if act == "apply" else {}
            assert (await client.post(f"{address}/{act}", data=sent)).status_code == 404, act


async def test_only_their_own_list_is_taken(sign_in: SignIn, session: AsyncSession) -> None:
    employer = await sign_in(await make_actor(session, Role.EMPLOYER))
    files = {"sheet": ("名单.xlsx", sheet_of(GOOD))}
    assert (await employer.post("/imports", data={"kind": "demand"}, files=files)).status_code == 403
    for role in (Role.BROKER, Role.STATION, Role.PROVINCE, Role.AUDITOR):
        client = await sign_in(await make_actor(session, role))
        assert (await client.get("/imports")).status_code == 403, role
        assert (await client.post("/imports", data={"kind": "demand"}, files=files)).status_code == 403, role
    assert 'href="/imports"' not in (await client.get("/")).text


async def test_forged_rows_are_refused(sign_in: SignIn, session: AsyncSession, run_tasks: TaskRunner) -> None:
    client = await sign_in(await make_actor(session))
    address = await bring_in(client, sheet_of(BROKEN))
    await run_tasks()
    (name,) = inputs_of(await page_of(client, address, view="mend"))
    elsewhere = str(UUID(int=7))
    assert (await client.post(f"{address}/rows", data={"mend-nothing.name-name": "x"})).status_code == 422
    assert (await client.post(f"{address}/rows", data={f"mend-{elsewhere}.name-name": "x"})).status_code == 404
    field = name.replace(".id_no-id_no", ".nation-nation")
    refused = await client.post(f"{address}/rows?view=mend", data={field: "x"})
    assert "There is no such field" in await page_of(client, refused.headers["location"])
