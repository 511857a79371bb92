"""The good rows of a sheet put on the lists."""

from datetime import date

import pytest
from sqlalchemy import func, select

from app.accounts.models import Post, User
from app.audit import AuditEvent
from app.declarations.models import Consent, Declaration
from app.declarations.queries import last_of
from app.employers.models import Employer
from app.errors import Conflict
from app.intake import service
from app.labourers import queries as labourers
from app.labourers.models import DemandListEntry, Household, Labourer, LabourerSkill
from app.labourers.service import facts_of
from app.match_runs import snapshot
from app.occupations.models import TitleDecision
from app.permissions import Role
from app.shared.clock import day_of
from app.shared.pagination import Paging
from app.vacancies.models import SupplyListEntry, Vacancy, VacancyTransition
from tests.app.intake.sheets import Intake, codes, counted, demand, person_cells, post_cells, supply
from tests.factories.accounts import make_actor, make_organisation
from tests.factories.labourers import TOWNSHIP, make_labourer


async def everybody(office: Intake) -> list[Labourer]:
    return list(await office.session.scalars(select(Labourer).order_by(Labourer.id)))


async def test_good_rows_load_though_others_are_bad(county: Intake) -> None:
    batch = await county.load(demand(person_cells(1), person_cells(2, id_no="12345"), person_cells(3)))
    assert batch.state == "applied"
    assert counted(batch) == {"loaded": 2, "bad": 1}
    people = await everybody(county)
    assert len(people) == 2
    facts = (await facts_of(county.session, county.keys, people))[people[0].id]
    cells = person_cells(1)
    assert (facts.name, facts.id_no, facts.phone) == (cells["name"], cells["id_no"], cells["phone"])
    assert (facts.locality_code, facts.household_no) == (TOWNSHIP, cells["household_no"])
    assert [(skill.title, skill.trade_family, skill.months) for skill in facts.skills] == [("缝纫工", "sewing", 28)]
    assert facts.wishes.wish_places == [{"code": "320500", "text": "苏州"}]


async def test_loaded_rows_keep_no_cells(county: Intake) -> None:
    batch = await county.load(demand(person_cells(1), person_cells(2, id_no="12345")))
    loaded, bad = await county.rows(batch)
    assert loaded.cells_cipher is None
    assert loaded.labourer_id == (await everybody(county))[0].id
    assert bad.cells_cipher is not None
    assert service.cells_of(county.keys, batch, loaded) == []


async def test_a_name_is_found_after_loading(county: Intake) -> None:
    await county.load(demand(person_cells(1)))
    filters = labourers.Filters(search="zhang xiao lan")
    page = await labourers.page(
        county.session, county.actor, county.keys, filters, paging=Paging(), today=day_of(county.now)
    )
    assert page.total == 1


async def test_statements_with_recorder_and_day_are_taken_down(county: Intake) -> None:
    rows = (
        person_cells(1),
        person_cells(2, stated_on=""),
        person_cells(3, recorder=""),
        person_cells(4, wish_work="暂无意愿", wish_place=""),
        person_cells(5, recorder="户主代填"),
    )
    await county.load(demand(*rows))
    people = await everybody(county)
    statements = list(await county.session.scalars(select(Declaration).order_by(Declaration.labourer_id)))
    assert [(one.labourer_id, one.scope, one.channel, one.proxy_relation) for one in statements] == [
        (people[0].id, "leave_province", "register_row", None),
        (people[3].id, "not_now", "register_row", None),
        (people[4].id, "leave_province", "proxy", "head"),
    ]
    assert {one.stated_on for one in statements} == {date(2026, 11, 1)}
    assert {one.expires_on for one in statements} == {date(2027, 4, 30)}
    consents = list(await county.session.scalars(select(Consent).order_by(Consent.labourer_id)))
    assert [(one.labourer_id, one.given) for one in consents] == [(people[0].id, True), (people[3].id, False)]
    assert consents[0].declaration_id == statements[0].id
    taken = await snapshot.take(county.session, county.actor.organisation_id, day_of(county.now))
    assert [row.id for row in taken.labourers] == [people[0].id]


async def test_a_recorder_of_the_office_is_known_by_name(county: Intake) -> None:
    officer = User(login="cheng", display_name="程经办", password_hash="-")
    county.session.add(officer)
    await county.session.flush()
    county.session.add(Post(user_id=officer.id, organisation_id=county.actor.organisation_id, role="county_officer"))
    await county.load(demand(person_cells(1), person_cells(2, recorder="林东平")))
    statements = await county.session.scalars(select(Declaration.recorder_user_id).order_by(Declaration.labourer_id))
    assert list(statements) == [officer.id, None]


async def test_a_household_is_entered_once(county: Intake) -> None:
    shared = {"household_no": "34072211300000001"}
    await county.load(demand(person_cells(1, **shared), person_cells(2, **shared), person_cells(3)))
    assert await county.session.scalar(select(func.count()).select_from(Household)) == 2
    people = await everybody(county)
    assert people[0].household_id == people[1].household_id != people[2].household_id
    await county.load(demand(person_cells(4, **shared)))
    assert (await everybody(county))[3].household_id == people[0].household_id


async def test_a_township_brings_in_its_own_people_for_the_county(county: Intake) -> None:
    county_office = county.actor.organisation_id
    township = await make_organisation(county.session, "township", TOWNSHIP)
    county.actor = await make_actor(county.session, Role.TOWNSHIP_OFFICER, organisation=township)
    batch = await county.check(demand(person_cells(1), person_cells(2, township="横埠镇")))
    assert [row.state for row in await county.rows(batch)] == ["new", "bad"]
    assert codes(await county.row(batch, 2)) == ["outside_scope"]
    await county.apply(batch)
    assert [one.organisation_id for one in await everybody(county)] == [county_office]


async def test_nobody_elsewhere_is_told_of(county: Intake) -> None:
    other = await make_actor(county.session, scope=("340722",))
    known = await make_labourer(county.session, other, county.keys, county.now, id_no=person_cells(1)["id_no"])
    batch = await county.check(demand(person_cells(1), person_cells(2)))
    assert [row.state for row in await county.rows(batch)] == ["bad", "new"]
    row = await county.row(batch, 1)
    assert codes(row) == ["listed_elsewhere"]
    assert row.labourer_id is None
    assert str(other.organisation_name) not in str(row.problems)
    await county.apply(batch)
    await county.session.refresh(known)
    assert known.organisation_id == other.organisation_id


async def test_whom_somebody_entered_since_the_check_is_not_entered_twice(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1, wish_wage=5200), person_cells(2)))
    await make_labourer(
        county.session, county.actor, county.keys, county.now, scope=None, id_no=person_cells(1)["id_no"],
        birth_on=date(1986, 3, 15), sex="male",
    )  # fmt: skip
    batch = await county.apply(batch)
    assert counted(batch) == {"loaded": 2}
    people = await everybody(county)
    assert len(people) == 2
    assert people[0].version == 2
    first = await county.row(batch, 1)
    assert first.changes["floor_net_month"] == [4800, 5200]
    assert len(await last_of(county.session, [one.id for one in people])) == 2


async def test_whom_another_county_entered_since_the_check_stays_theirs(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1), person_cells(2)))
    other = await make_actor(county.session, scope=("340722",))
    await make_labourer(county.session, other, county.keys, county.now, id_no=person_cells(1)["id_no"])
    batch = await county.apply(batch)
    assert counted(batch) == {"loaded": 1, "bad": 1}
    assert codes(await county.row(batch, 1)) == ["listed_elsewhere"]


async def test_titles_that_people_decided_count(county: Intake) -> None:
    batch = await county.check(
        demand(person_cells(1, skill="操作工", skill_months=""), person_cells(2, skill="操作工"))
    )
    assert batch.about["titles_undecided"] == 1
    county.session.add(
        TitleDecision(
            organisation_id=county.actor.organisation_id, title="操作工", trade_family="electronics",
            occupation_code=None, decided_by=county.actor.user_id,
        )
    )  # fmt: skip
    await county.apply(batch)
    skills = await county.session.scalars(select(LabourerSkill))
    assert {(skill.trade_family, skill.coding_confidence) for skill in skills} == {("electronics", None)}


async def test_nothing_to_load_is_said(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1, id_no="12345")))
    with pytest.raises(Conflict):
        await service.apply(county.session, county.actor, batch.uuid)


async def test_two_loadings_at_once_are_refused(county: Intake) -> None:
    batch = await county.check(demand(person_cells(1)))
    await service.apply(county.session, county.actor, batch.uuid)
    with pytest.raises(Conflict):
        await service.apply(county.session, county.actor, batch.uuid)


async def test_the_trail_tells_of_it(county: Intake) -> None:
    await county.load(demand(person_cells(1)))
    acts = await county.session.scalars(
        select(AuditEvent.act).where(AuditEvent.subject_kind == "import_batch").order_by(AuditEvent.id)
    )
    assert list(acts) == ["import.upload", "import.apply", "import.loaded"]


async def test_posts_load_as_drafts_checked_or_blocked(city: Intake) -> None:
    rows = (
        post_cells(1),
        post_cells(2, v_headcount="若干"),
        post_cells(3, v_description="缝制羽绒服，限女工"),
        post_cells(4, v_place="云水市青峰区"),
        post_cells(5, v_company="吴江 锦华制衣（有限公司）"),
    )
    batch = await city.load(supply(*rows), "supply")
    assert counted(batch) == {"loaded": 4, "bad": 1}
    posts = list(await city.session.scalars(select(Vacancy).order_by(Vacancy.id)))
    assert [one.state for one in posts] == ["checked", "draft", "blocked", "checked"]
    assert [one.openings for one in posts] == [3, None, 3, 3]
    assert posts[1].openings_text == "若干"
    assert posts[0].trade_family == "sewing"
    assert posts[0].net_month_low is not None
    assert {one.employer_id for one in posts} == {posts[0].employer_id}
    assert await city.session.scalar(select(func.count()).select_from(Employer)) == 1
    assert await city.session.scalar(select(func.count()).select_from(SupplyListEntry)) == 4
    log = await city.session.scalars(
        select(VacancyTransition.to_state)
        .where(VacancyTransition.vacancy_id == posts[0].id)
        .order_by(VacancyTransition.id)
    )
    assert list(log) == ["draft", "checked"]


async def test_the_same_line_twice_is_one_post_and_another_pay_is_another(city: Intake) -> None:
    rows = (post_cells(1), post_cells(1), post_cells(1, v_wage="6000-8000元/月"))
    batch = await city.load(supply(*rows), "supply")
    assert [row.state for row in await city.rows(batch)] == ["loaded", "bad", "loaded"]
    assert codes(await city.row(batch, 2)) == ["vacancy_repeated"]


async def test_an_employer_brings_in_its_own_posts_only(city: Intake) -> None:
    city.actor = await make_actor(city.session, Role.EMPLOYER)
    own = city.actor.organisation_name
    batch = await city.load(supply(post_cells(1, v_company=own), post_cells(2)), "supply")
    assert counted(batch) == {"loaded": 1, "bad": 1}
    assert codes(await city.row(batch, 2)) == ["another_firm"]
    assert list(await city.session.scalars(select(Employer.organisation_id))) == [city.actor.organisation_id]


async def test_person_and_entry_are_complete(county: Intake) -> None:
    """Every field a row can fill arrives in its column."""
    more = {
        "relation": "户主", "education": "初中", "work_ability": "技能劳动力", "employment_status": "转移就业",
        "employer": "苏州甲厂", "work_place": "江苏省苏州市吴江区", "trade": "缝纫工", "work_months": 8,
        "monthly_wage": 5200, "channel": "亲友介绍", "start": "2026-02-20", "skill_level": "四级",
        "certificate": "缝纫工证",
        "wish_trade": "缝纫工", "wish_hours": 60, "wish_lodging": "单间", "wish_shift": "长白班",
        "wish_meals": "包三餐",
        "wish_contract": "直签", "excluded_places": "广东", "excluded_trades": "电焊工", "excluded": "高空作业",
        "available_from": "2026-12-01", "wish_months": 12, "matters_most": "到手工资、住宿", "return_places": "苏州",
        "wish_training": "创业培训", "village": "拔茅村", "person_no": "01",
    }  # fmt: skip
    await county.load(demand(person_cells(1, **more), more=tuple(more)))
    people = await everybody(county)
    facts = (await facts_of(county.session, county.keys, people))[people[0].id]
    empty = [name for name, value in {**vars(facts), **vars(facts.wishes)}.items() if value in (None, [], "")]
    assert set(empty) <= {"work_ended_on", "traits_done", "hours_week_min", "lodging_acceptable", "shift_acceptable",
                          "head_name", "head_id_no", "head_phone"}  # fmt: skip
    assert facts.wishes.lodging_wanted == ["single"]
    assert facts.relation == "head"


async def test_the_office_sees_the_people_on_its_list(county: Intake) -> None:
    await county.load(demand(*(person_cells(number) for number in range(1, 31))))
    entries = await county.session.scalar(select(func.count()).select_from(DemandListEntry))
    found = await county.session.scalars(labourers.visible_to(county.actor))
    assert entries == len(list(found)) == 30
