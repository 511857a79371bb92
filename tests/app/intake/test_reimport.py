"""The same sheet again changes nothing; a changed one shows what it changes, and nothing else."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations import service as declarations
from app.declarations.models import Declaration
from app.declarations.queries import last_of
from app.labourers import service as labourers
from app.labourers.models import DemandListEntry, Labourer, LabourerChange, LabourerSkill
from app.shared.clock import day_of
from app.vacancies import service as vacancies
from app.vacancies.models import Vacancy
from tests.app.intake.sheets import Intake, codes, counted, demand, person_cells, post_cells, supply

TABLES = ("labourer", "demand_list_entry", "labourer_skill", "household", "declaration", "consent", "labourer_change",
          "employer", "vacancy", "supply_list_entry", "vacancy_transition")  # fmt: skip


async def everything(session: AsyncSession) -> dict[str, Any]:
    """Both lists as they stand, down to the version of each row."""
    found = {}
    for table in TABLES:
        rows = await session.execute(text(f"SELECT to_jsonb(t) AS row, xmin::text FROM {table} t ORDER BY 1"))
        found[table] = [(str(row), xmin) for row, xmin in rows]
    return found


async def test_the_same_people_again_write_nothing(county: Intake) -> None:
    more = ("wish_lodging", "wish_trade", "excluded_places", "trade", "work_months", "remark")
    rows = [
        person_cells(n, wish_lodging="单间，4人间也可", wish_trade="缝纫工、普工", excluded_places="广东", trade="普工",
                     work_months=6, remark="已核实")
        for n in range(1, 6)
    ]  # fmt: skip
    rows += [person_cells(6, stated_on=""), person_cells(7, recorder="户主代填"), person_cells(8, skill="", phone="")]
    content = demand(*rows, more=more)
    await county.load(content)
    before = await everything(county.session)
    batch = await county.check(content)
    assert counted(batch) == {"same": 8}
    assert await everything(county.session) == before
    assert {row.cells_cipher for row in await county.rows(batch)} == {None}
    assert {row.labourer_id for row in await county.rows(batch)} == set(
        await county.session.scalars(select(Labourer.id))
    )


async def test_the_same_posts_again_write_nothing(city: Intake) -> None:
    rows = [post_cells(1, v_headcount="若干"), post_cells(2), post_cells(2, v_wage="6000-8000元/月"), post_cells(3)]
    content = supply(*rows)
    await city.load(content, "supply")
    before = await everything(city.session)
    batch = await city.check(content, "supply")
    assert counted(batch) == {"same": 4}
    assert await everything(city.session) == before


async def test_a_changed_cell_is_shown_and_loaded(county: Intake) -> None:
    await county.load(demand(person_cells(1), person_cells(2)))
    batch = await county.check(demand(person_cells(1, phone="15400099999", wish_wage=5200), person_cells(2)))
    assert counted(batch) == {"changed": 1, "same": 1}
    row = await county.row(batch, 1)
    assert row.changes == {"phone": ["•", "•"], "floor_net_month": [4800, 5200]}
    batch = await county.apply(batch)
    assert counted(batch) == {"loaded": 1, "same": 1}
    labourer = await county.session.get_one(Labourer, row.labourer_id, populate_existing=True)
    facts = (await labourers.facts_of(county.session, county.keys, [labourer]))[labourer.id]
    assert (facts.phone, facts.wishes.floor_net_month, labourer.version) == ("15400099999", 5200, 2)
    change = (await county.session.scalars(select(LabourerChange))).one()
    assert (change.reason, change.changes) == ("import", {"phone": ["•", "•"], "floor_net_month": [4800, 5200]})
    again = await county.check(demand(person_cells(1, phone="15400099999", wish_wage=5200), person_cells(2)))
    assert counted(again) == {"same": 2}


async def test_a_sheet_never_extends_a_date(county: Intake) -> None:
    content = demand(person_cells(1))
    await county.load(content)
    county.now += timedelta(days=200)
    batch = await county.check(content)
    assert counted(batch) == {"same": 1}
    assert await county.session.scalar(select(func.count()).select_from(Declaration)) == 1


@pytest.mark.parametrize(
    ("scope", "day", "changes"),
    [
        ("愿意出省", "2026-11-01", {}),
        ("愿意出省", "2026-10-01", {}),  # an older sheet
        ("愿意出省", "2026-11-15", {"statement": [["2026-11-01", "leave_province"], ["2026-11-15", "leave_province"]]}),
        ("县内", "2026-11-15", {"statement": [["2026-11-01", "leave_province"], ["2026-11-15", "home_county"]]}),
        ("县内", "2026-11-01", {}),
    ],
)
async def test_only_a_later_word_is_news(county: Intake, scope: str, day: str, changes: dict[str, Any]) -> None:
    await county.load(demand(person_cells(1, wish_place="")))
    batch = await county.check(demand(person_cells(1, wish_place="", wish_work=scope, stated_on=day)))
    row = await county.row(batch, 1)
    assert row.changes == changes
    expected = ["statement_not_later"] if (scope, day) == ("县内", "2026-11-01") else []
    assert codes(row, "ask") == expected
    if changes:
        await county.apply(batch)
        last = (await last_of(county.session, [row.labourer_id or 0]))[row.labourer_id or 0]
        assert last.stated_on == date.fromisoformat(day)
        assert await county.session.scalar(select(Labourer.version)) == 1  # the record itself has not changed


async def test_a_withdrawn_word_is_not_revived(county: Intake) -> None:
    content = demand(person_cells(1))
    await county.load(content)
    labourer_id = await county.session.scalar(select(Labourer.id)) or 0
    await declarations.withdraw(county.session, county.actor, labourer_id, channel="in_person", now=county.now)
    assert counted(await county.check(content)) == {"same": 1}
    batch = await county.check(demand(person_cells(1, stated_on=day_of(county.now).isoformat())))
    assert counted(batch) == {"same": 1}


async def test_a_proxy_is_taken_down_once(county: Intake) -> None:
    content = demand(person_cells(1, recorder="户主代填"))
    await county.load(content)
    assert counted(await county.check(content)) == {"same": 1}
    later = await county.check(demand(person_cells(1, recorder="户主代填", stated_on="2026-11-15")))
    assert counted(later) == {"changed": 1}


async def test_empty_cells_and_missing_columns_take_nothing_away(county: Intake) -> None:
    await county.load(demand(person_cells(1, wish_lodging="单间"), more=("wish_lodging",)))
    batch = await county.check(
        demand(person_cells(1, phone="", wish_place="", skill="", skill_months="", wish_wage=""))
    )
    assert counted(batch) == {"same": 1}


async def test_what_an_officer_added_stays(county: Intake) -> None:
    content = demand(person_cells(1, phone=""))
    await county.load(content)
    labourer = (await county.session.scalars(select(Labourer))).one()
    county.session.add(
        LabourerSkill(labourer_id=labourer.id, position=1, title="叉车工", trade_family="warehouse_forklift")
    )
    entry = (await county.session.scalars(select(DemandListEntry))).one()
    entry.months_wanted = 6
    await county.session.flush()
    assert counted(await county.check(content)) == {"same": 1}
    batch = await county.load(demand(person_cells(1, phone="", skill="电焊工")))
    assert counted(batch) == {"loaded": 1}
    skills = await county.session.scalars(select(LabourerSkill.title).order_by(LabourerSkill.position))
    assert list(skills) == ["电焊工", "缝纫工", "叉车工"]


async def test_who_has_left_the_list_is_not_put_back_by_a_sheet(county: Intake) -> None:
    content = demand(person_cells(1))
    await county.load(content)
    labourer = (await county.session.scalars(select(Labourer))).one()
    await labourers.take_off_list(county.session, county.actor, labourer, "moved_away", now=county.now)
    batch = await county.check(content)
    assert codes(await county.row(batch, 1)) == ["left_the_list"]
    entry = (await county.session.scalars(select(DemandListEntry))).one()
    assert entry.left_reason == "moved_away"


async def test_a_changed_post_goes_back_to_its_check(city: Intake) -> None:
    await city.load(supply(post_cells(1)), "supply")
    batch = await city.check(supply(post_cells(1, v_hours_week=48)), "supply")
    row = await city.row(batch, 1)
    assert row.changes == {"hours_week": [58, 48]}
    await city.apply(batch)
    post = await city.session.get_one(Vacancy, row.vacancy_id, populate_existing=True)
    assert (post.hours_week, post.version) == (48, 2)
    assert [one["code"] for one in post.findings] == ["no_licence"]  # the sheet names no credit code of the firm


async def test_a_closed_post_is_not_opened_by_a_sheet(city: Intake) -> None:
    await city.load(supply(post_cells(1)), "supply")
    post = (await city.session.scalars(select(Vacancy))).one()
    await vacancies.close(city.session, city.actor, post, "filled elsewhere", now=city.now)
    assert counted(await city.check(supply(post_cells(1)), "supply")) == {"same": 1}
    batch = await city.check(supply(post_cells(1, v_wage="9000元/月")), "supply")
    assert codes(await city.row(batch, 1)) == ["post_closed"]


async def test_another_office_enters_its_own_post(city: Intake, county: Intake) -> None:
    await city.load(supply(post_cells(1)), "supply")
    batch = await county.load(supply(post_cells(1)), "supply")
    assert counted(batch) == {"loaded": 1}
    assert await city.session.scalar(select(func.count()).select_from(Vacancy)) == 2
