"""Bad rows mended in place, one by one and all alike, and loaded afterwards."""

from datetime import date

import pytest
from sqlalchemy import func, select

from app.errors import Conflict, Invalid, NotFound
from app.intake import queries, service
from app.labourers.models import DemandListEntry, Labourer
from app.shared.pagination import Paging
from app.vacancies.models import Vacancy
from tests.app.intake.sheets import Intake, codes, counted, demand, person_cells, post_cells, supply
from tests.factories.accounts import make_actor
from tests.factories.labourers import make_labourer


async def test_a_number_mended_in_place(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1, id_no="12345"), person_cells(2)))
    row = await county.row(batch, 1)
    assert codes(row) == ["id_length"]
    row = await county.mend(batch, row, id_no=str(person_cells(1)["id_no"]))
    assert (row.state, codes(row)) == ("new", [])
    assert counted(await county.batch(batch)) == {"new": 2}
    batch = await county.apply(batch)
    assert counted(batch) == {"loaded": 2}


async def test_a_wrong_mend_stays_bad_and_says_why(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1, id_no="12345")))
    number = str(person_cells(1)["id_no"])
    row = await county.mend(batch, await county.row(batch, 1), id_no=number[:-1] + ("0" if number[-1] != "0" else "1"))
    assert (row.state, codes(row)) == ("bad", ["id_checksum"])
    row = await county.mend(batch, row, id_no=number)
    assert row.state == "new"


async def test_other_cells_stay_as_they_were_read(county: Intake) -> None:
    more = ("available_from", "monthly_wage", "employment_status")
    odd = {
        "available_from": 46_400,
        "monthly_wage": "4.5千",
        "employment_status": "外出务工",
    }  # a serial number of Excel
    batch = await county.check(demand(person_cells(1, township="双溪口乡", **odd), more=more))
    row = await county.mend(batch, await county.row(batch, 1), township="会宫镇")
    assert row.state == "new"
    await county.apply(batch)
    person = (await county.session.scalars(select(Labourer))).one()
    entry = (await county.session.scalars(select(DemandListEntry))).one()
    assert (person.monthly_wage, person.employment_status) == (4500, "working_away")
    assert entry.available_from == date(2027, 1, 13)


async def test_a_cell_the_sheet_had_no_column_for(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1)))
    row = await county.mend(batch, await county.row(batch, 1), village="拔茅村")
    assert row.state == "new"
    await county.apply(batch)
    assert await county.session.scalar(select(Labourer.village_name)) == "拔茅村"


async def test_a_cell_emptied(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1, phone="1540001"), person_cells(2, name="")))
    row = await county.mend(batch, await county.row(batch, 1), phone="")
    assert [problem for problem in row.problems if problem["field"] == "phone"] == []
    row = await county.mend(batch, await county.row(batch, 2), name=" ")
    assert codes(row) == ["required_missing"]


async def test_all_alike(county: Intake) -> None:
    rows = [person_cells(n, township="双溪口乡") for n in range(1, 4)]
    batch = await county.check(demand(*rows, person_cells(4, township="青峰岭镇"), person_cells(5)))
    first = await county.row(batch, 1)
    mended = await service.mend_alike(
        county.session, county.actor, county.keys, batch.uuid, first.uuid, "township", "会宫镇", today=county.now.date()
    )
    assert mended == 3
    assert [row.state for row in await county.rows(batch)] == ["new", "new", "new", "bad", "new"]
    with pytest.raises(Conflict):
        await service.mend_alike(
            county.session, county.actor, county.keys, batch.uuid, first.uuid, "township", "x", today=county.now.date()
        )


async def test_a_person_who_stands_on_another_row(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1), person_cells(2, id_no="12345")))
    row = await county.mend(batch, await county.row(batch, 2), id_no=str(person_cells(1)["id_no"]))
    assert [(one["code"], one["params"]) for one in row.problems if one["level"] == "error"] == [
        ("id_repeated", {"row": 2})
    ]


async def test_a_person_who_is_listed_already(county: Intake) -> None:
    await county.load(demand(person_cells(1)))
    batch = await county.check(demand(person_cells(1, id_no="12345", wish_wage=5200)))
    row = await county.mend(batch, await county.row(batch, 1), id_no=str(person_cells(1)["id_no"]))
    assert (row.state, row.changes) == ("changed", {"floor_net_month": [4800, 5200]})


async def test_a_person_of_another_county(county: Intake) -> None:
    other = await make_actor(county.session, scope=("340722",))
    await make_labourer(county.session, other, county.keys, county.now, id_no=person_cells(1)["id_no"])
    batch = await county.check(demand(person_cells(1, id_no="12345")))
    row = await county.mend(batch, await county.row(batch, 1), id_no=str(person_cells(1)["id_no"]))
    assert codes(row) == ["listed_elsewhere"]


async def test_mended_after_the_others_were_loaded(county: Intake) -> None:
    batch = await county.load(demand(person_cells(1), person_cells(2, id_no="12345")))
    row = await county.row(batch, 2)
    await county.mend(batch, row, id_no=str(person_cells(2)["id_no"]))
    batch = await county.apply(batch)
    assert counted(batch) == {"loaded": 2}
    assert await county.session.scalar(select(func.count()).select_from(Labourer)) == 2


async def test_loaded_rows_are_settled(county: Intake) -> None:
    batch = await county.load(demand(person_cells(1)))
    with pytest.raises(Conflict):
        await county.mend(batch, await county.row(batch, 1), phone="15400000009")


async def test_left_out_and_taken_back(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1), person_cells(2), person_cells(3, township="双溪口乡")))
    row = await county.row(batch, 2)
    assert await service.leave_out(county.session, county.actor, batch.uuid, [row.uuid]) == 1
    assert await service.leave_out(county.session, county.actor, batch.uuid, cause="township_unknown") == 1
    assert counted(await county.batch(batch)) == {"new": 1, "left_out": 2}
    today = county.now.date()
    assert await service.take_back(county.session, county.actor, county.keys, batch.uuid, [row.uuid], today=today) == 1
    assert counted(await county.batch(batch)) == {"new": 2, "left_out": 1}


async def test_a_double_of_a_row_left_out_counts(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1), person_cells(2, id_no="12345")))
    await service.leave_out(county.session, county.actor, batch.uuid, [(await county.row(batch, 1)).uuid])
    row = await county.mend(batch, await county.row(batch, 2), id_no=str(person_cells(1)["id_no"]))
    assert row.state == "new"


@pytest.mark.parametrize("field", ["v_title", "remark", "nation", "nonsense"])
async def test_only_fields_of_the_list_can_be_mended(county: Intake, field: str) -> None:
    batch = await county.check(demand(person_cells(1, id_no="12345")))
    with pytest.raises(Invalid):
        await county.mend(batch, await county.row(batch, 1), **{field: "x"})


async def test_nobody_mends_anothers_sheet(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1, id_no="12345")))
    row = await county.row(batch, 1)
    county.actor = await make_actor(county.session)
    with pytest.raises(NotFound):
        await county.mend(batch, row, id_no="1")


async def test_identity_is_masked_but_where_it_has_to_be_mended(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1, id_no="12345")))
    row = await county.row(batch, 1)
    cells = {cell.field: cell for cell in service.cells_of(county.keys, batch, row)}
    assert (cells["id_no"].text, cells["id_no"].masked, cells["id_no"].column) == ("12345", False, "D")
    assert (cells["name"].text, cells["name"].masked) == ("张**", True)
    assert cells["phone"].masked
    assert not cells["township"].masked


async def test_causes_are_counted(county: Intake) -> None:
    rows = [person_cells(1, township="双溪口乡"), person_cells(2, township="双溪口乡"), person_cells(3, id_no="12345")]
    batch = await county.check(demand(*rows))
    found = [
        (one.code, one.level, one.column, one.rows) for one in await queries.causes(county.session, county.keys, batch)
    ]
    assert found[:2] == [("township_unknown", "error", "A", 2), ("id_length", "error", "D", 1)]
    page = await queries.rows(county.session, batch, states=["bad"], cause="township_unknown", paging=Paging())
    assert page.total == 2


async def test_a_post_mended(city: Intake) -> None:
    batch = await city.check(supply(post_cells(1, v_place="云水市青峰区"), post_cells(2)), "supply")
    row = await city.mend(batch, await city.row(batch, 1), v_place="江苏省苏州市吴江区")
    assert row.state == "new"
    await city.apply(batch)
    places = await city.session.scalars(select(Vacancy.locality_code))
    assert set(places) == {"320509"}
    again = await city.check(supply(post_cells(1), post_cells(2)), "supply")
    assert counted(again) == {"same": 2}
