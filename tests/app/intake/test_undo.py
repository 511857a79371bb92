"""An import taken back within a day."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.declarations.models import Declaration
from app.errors import Conflict
from app.intake import service
from app.labourers import service as labourers
from app.labourers.models import DemandListEntry, Labourer, LabourerChange
from app.match_runs import snapshot
from app.shared.clock import day_of
from app.vacancies import service as vacancies
from app.vacancies.models import SupplyListEntry, Vacancy
from tests.app.intake.sheets import Intake, codes, counted, demand, person_cells, post_cells, supply


async def listed(office: Intake) -> list[int]:
    query = select(DemandListEntry.labourer_id).where(DemandListEntry.left_on.is_(None))
    return list(await office.session.scalars(query.order_by(DemandListEntry.labourer_id)))


async def test_new_people_leave_the_list_and_their_words_stay(county: Intake) -> None:
    batch = await county.load(demand(person_cells(1), person_cells(2)))
    batch = await county.undo(batch)
    assert (batch.state, counted(batch)) == ("undone", {"undone": 2})
    assert await listed(county) == []
    entry = (await county.session.scalars(select(DemandListEntry).execution_options(populate_existing=True))).first()
    assert entry is not None
    assert entry.left_reason == "import_undone"
    assert await county.session.scalar(select(func.count()).select_from(Declaration)) == 2
    taken = await snapshot.take(county.session, county.actor.organisation_id, day_of(county.now))
    assert len(taken.labourers) == 0


async def test_the_same_sheet_puts_them_back(county: Intake) -> None:
    content = demand(person_cells(1), person_cells(2))
    await county.undo(await county.load(content))
    batch = await county.check(content)
    assert counted(batch) == {"changed": 2}
    assert (await county.row(batch, 1)).changes == {"on_list": [False, True]}
    batch = await county.apply(batch)
    assert len(await listed(county)) == 2
    assert await county.session.scalar(select(func.count()).select_from(Labourer)) == 2
    await county.undo(batch)
    assert await listed(county) == []


async def test_changed_people_are_as_before(county: Intake) -> None:
    await county.load(demand(person_cells(1), person_cells(2)))
    people = list(await county.session.scalars(select(Labourer).order_by(Labourer.id)))
    before = await labourers.facts_of(county.session, county.keys, people)
    changed = [person_cells(1, phone="15400099999", wish_wage=5200, skill="电焊工"), person_cells(2)]
    batch = await county.load(demand(*changed))
    await county.undo(batch)
    county.session.expunge_all()
    people = list(await county.session.scalars(select(Labourer).order_by(Labourer.id)))
    assert await labourers.facts_of(county.session, county.keys, people) == before
    assert len(await listed(county)) == 2
    changes = list(await county.session.scalars(select(LabourerChange).order_by(LabourerChange.id)))
    assert [one.reason for one in changes] == ["import", "import_undone"]
    assert changes[1].changes["floor_net_month"] == [5200, 4800]


async def test_who_was_changed_since_stays(county: Intake) -> None:
    await county.load(demand(person_cells(1)))
    batch = await county.load(demand(person_cells(1, wish_wage=5200)))
    await county.load(demand(person_cells(1, wish_wage=6000)))
    await county.undo(batch)
    entry = (await county.session.scalars(select(DemandListEntry).execution_options(populate_existing=True))).one()
    assert entry.floor_net_month == 6000


async def test_a_later_word_alone_is_not_taken_back(county: Intake) -> None:
    await county.load(demand(person_cells(1)))
    batch = await county.load(demand(person_cells(1, stated_on="2026-11-15")))
    await county.undo(batch)
    assert len(await listed(county)) == 1
    assert await county.session.scalar(select(func.count()).select_from(Declaration)) == 2


async def test_only_within_a_day(county: Intake) -> None:
    batch = await county.load(demand(person_cells(1)))
    late = county.now + timedelta(days=1, minutes=1)
    with pytest.raises(Conflict):
        await service.undo(county.session, county.actor, batch.uuid, now=late)
    ready = await county.check(demand(person_cells(2)))
    with pytest.raises(Conflict):
        await service.undo(county.session, county.actor, ready.uuid, now=county.now)


async def test_posts_are_taken_back(city: Intake) -> None:
    await city.load(supply(post_cells(1)), "supply")
    batch = await city.load(supply(post_cells(1, v_hours_week=40), post_cells(2)), "supply")
    await city.undo(batch)
    city.session.expunge_all()
    first, second = list(await city.session.scalars(select(Vacancy).order_by(Vacancy.id)))
    assert (first.state, first.hours_week) == ("checked", 58)
    assert (second.state, second.state_reason) == ("closed", "import_undone")
    left = await city.session.scalars(select(SupplyListEntry.left_on).order_by(SupplyListEntry.vacancy_id))
    assert [day is None for day in left] == [True, False]


async def test_posts_taken_back_come_in_again(city: Intake) -> None:
    content = supply(post_cells(1))
    await city.undo(await city.load(content, "supply"))
    batch = await city.check(content, "supply")
    assert counted(batch) == {"changed": 1}
    await city.apply(batch)
    city.session.expunge_all()
    post = (await city.session.scalars(select(Vacancy))).one()
    assert post.state == "checked"
    entry = (await city.session.scalars(select(SupplyListEntry))).one()
    assert entry.left_on is None


async def test_a_post_closed_by_hand_stays_closed_whatever_the_reason_says(city: Intake) -> None:
    batch = await city.load(supply(post_cells(1), post_cells(2)), "supply")
    first, second = list(await city.session.scalars(select(Vacancy).order_by(Vacancy.id).with_for_update()))
    await vacancies.close(city.session, city.actor, first, "import_undone", now=city.now - timedelta(hours=1))
    changed = supply(post_cells(1, v_hours_week=40), post_cells(2, v_hours_week=40))
    again = await city.check(changed, "supply")
    assert [codes(row) for row in await city.rows(again)] == [["post_closed"], []]
    await service.discard(city.session, city.actor, again.uuid)

    await city.undo(batch)  # what is closed already is not closed once more
    city.session.expunge_all()
    again = await city.check(changed, "supply")
    assert [row.state for row in await city.rows(again)] == ["bad", "changed"]
    await city.apply(again)
    states = await city.session.execute(select(Vacancy.id, Vacancy.state))
    assert dict(states.all()) == {first.id: "closed", second.id: "checked"}


async def test_discarding(county: Intake) -> None:
    ready = await county.check(demand(person_cells(1)))
    await service.discard(county.session, county.actor, ready.uuid)
    loaded = await county.load(demand(person_cells(2)))
    with pytest.raises(Conflict):
        await service.discard(county.session, county.actor, loaded.uuid)
