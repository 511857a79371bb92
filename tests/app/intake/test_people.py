"""From a row to a person's facts: where they are at home, whose word it is, what a sheet adds to a record."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.intake import people
from app.intake.homes import homes
from app.intake.layout import Layout, RowTexts
from app.intake.office import Office
from app.intake.people import Looked, Person
from app.labourers import bulk
from app.labourers.schemas import SkillFacts, WishFacts
from app.shared.encryption import KeyRing
from app.shared.names import name_tokens
from tests.app.intake.sheets import person_cells
from tests.factories.labourers import TOWNSHIP, person

OFFICE = Office(1, 1, "340722", ("340722",), date(2026, 11, 21))
TITLES = {"缝纫工": ("sewing", "6-05-01-03", 910_000), "普工": (None, None, 300_000), "电焊工": ("welding", None, None)}


def read(**changes: Any) -> tuple[Looked, Person | None]:
    """A row of the template with these cells; the remark is looked at as in a sheet."""
    cells = {key: str(value) for key, value in person_cells(1, **changes).items() if value != ""}
    row = Layout("demand", ()).read_again([RowTexts(cells, frozenset(cells))], OFFICE.context())[0]
    looked = people.look(row, OFFICE.homes(), people.proxy_of(row))
    bad = row.is_bad or looked.is_bad
    return looked, None if bad else people.person_of(row, looked, OFFICE.context().resolve_place, TITLES)


def facts(**changes: Any) -> Any:
    _, found = read(**changes)
    assert found is not None
    return found.facts


def problems(**changes: Any) -> list[str]:
    return [problem.code for problem in read(**changes)[0].problems]


def test_a_sound_row() -> None:
    found = facts()
    assert (found.name, found.locality_code, found.sex, found.birth_on) == (
        "张小兰", TOWNSHIP, "male", date(1986, 3, 15),
    )  # fmt: skip
    assert found.skills == [SkillFacts("缝纫工", "sewing", "6-05-01-03", 910_000, 28)]
    assert found.wishes.wish_places == [{"code": "320500", "text": "苏州"}]
    assert found.wishes.floor_net_month == 4800


@pytest.mark.parametrize(
    ("county", "township", "area", "found"),
    [
        ("", "会宫镇", "", ("340722113", "")),
        ("", "会宫", "", ("340722113", "")),
        ("枞阳县", "会宫镇", "", ("340722113", "")),
        ("枞阳", "会 宫 镇", "", ("340722113", "")),
        ("", "枞阳县会宫镇", "", ("340722113", "")),
        ("", "会宫镇拔茅村", "", ("340722113", "")),
        ("", "", "安徽省铜陵市枞阳县会宫镇", ("340722113", "")),
        ("", "", "", ("340722", "")),
        ("", "双溪口乡", "", (None, "township_unknown")),
        ("", "会宫工业新城", "", (None, "township_unknown")),  # never the likelier of two
        ("海州岛县", "会宫镇", "", (None, "county_unknown")),
        ("江苏省苏州市吴中区", "", "", (None, "outside_scope")),
    ],
)
def test_home(county: str, township: str, area: str, found: tuple[str | None, str]) -> None:
    assert OFFICE.homes().read(county, township, area) == found


def test_a_township_reaches_its_own_people_only() -> None:
    own = homes(TOWNSHIP, (TOWNSHIP,))
    assert own.read("", "会宫镇", "") == (TOWNSHIP, "")
    assert own.read("", "横埠镇", "") == (None, "outside_scope")


@pytest.mark.parametrize(
    ("recorder", "remark", "proxy"),
    [
        ("程经办", "", None),
        ("代小明", "", None),  # a family name
        ("程经办", "在外务工", None),
        ("程经办", "本人外出务工，电话核实", None),
        ("代表张三", "", None),
        ("家属代", "", "family"),
        ("户主", "", "head"),
        ("户主代填", "", "head"),
        ("程经办", "户主代填", "head"),
        ("程经办", "由其母亲口述", "family"),
        ("程经办", "妻子说的", "family"),
        ("村干部", "", "village"),
        ("网格员代报", "", "village"),
        ("程经办", "邻居转述", "other"),
        ("程经办代填", "", "other"),
        ("程经办", "非本人填写", "other"),
    ],
)
def test_whose_word_it_is(recorder: str, remark: str, proxy: str | None) -> None:
    _, found = read(recorder=recorder, remark=remark)
    assert found is not None
    assert found.said is not None
    assert found.said.proxy == proxy


@pytest.mark.parametrize("missing", ["stated_on", "recorder"])
def test_without_day_or_recorder_nothing_was_stated(missing: str) -> None:
    _, found = read(**{missing: ""})
    assert found is not None
    assert found.said is None


def test_the_registers_own_pair_will_do() -> None:
    _, found = read(stated_on="", recorder="", collector="程经办", collected_on="2026-10-02")
    assert found is not None
    assert found.said is not None
    assert (found.said.recorder, found.said.stated_on) == ("程经办", date(2026, 10, 2))


def test_a_yes_without_a_scope_is_no_statement() -> None:
    _, found = read(wish_work="是", wish_place="")
    assert found is not None
    assert found.said is None


@pytest.mark.parametrize("recorder", ["本人", "张小兰"])
def test_nobody_takes_their_own_word_down(recorder: str) -> None:
    looked, found = read(recorder=recorder)
    assert [problem.code for problem in looked.problems] == ["recorder_is_oneself"]
    assert found is not None
    assert found.said is None


def test_doubtful_figures_are_asked_and_left_out() -> None:
    assert facts(wish_wage="120000").wishes.floor_net_month is None
    assert facts(start="2026-05-01", end="2025-05-01").work_ended_on is None


def test_months_and_level_belong_to_the_trade_named_first() -> None:
    found = facts(skill="电焊工、缝纫工", skill_months=30, certificate="特种作业操作证", trade="普工", work_months=5)
    assert [(one.title, one.months, one.certificate) for one in found.skills] == [
        ("电焊工", 30, "特种作业操作证"), ("缝纫工", None, None), ("普工", 5, None),
    ]  # fmt: skip
    assert found.skills[2].trade_family is None  # unspecific labour: a person decides


def test_trades_below_the_threshold_are_no_wish() -> None:
    assert facts(wish_trade="缝纫工、普工、电焊工").wishes.wish_trades == ["sewing", "welding"]


def test_wishes_for_board() -> None:
    wishes = facts(wish_lodging="单间，4人间也可", wish_shift="长白班", excluded="不上夜班、高空作业").wishes
    assert (wishes.lodging_needed, wishes.lodging_wanted, wishes.lodging_acceptable) == (True, ["single"], ["room_2_4"])
    assert wishes.shift_wanted == ["days"]
    assert wishes.excluded_conditions == ["night", "height"]
    assert facts(wish_lodging="不需要").wishes.lodging_needed is False
    assert facts(wish_shift="长白班，不上夜班").wishes.excluded_conditions == ["night"]


def test_a_capacity_for_work_in_the_column_of_skills() -> None:
    found = facts(skill="技能劳动力", skill_months="")
    assert (found.work_ability, found.skills) == ("skilled", [])


BEFORE = person(
    phone="15400000001",
    education="junior",
    skills=[SkillFacts("缝纫工", "sewing", "6-05-01-03", None, 28), SkillFacts("叉车工", "warehouse_forklift")],
    wishes=WishFacts(lodging_needed=True, lodging_wanted=["single"], lodging_acceptable=["room_2_4"], months_wanted=6),
)


def test_what_a_sheet_is_silent_about_stays() -> None:
    told = replace(BEFORE, phone=None, education=None, skills=[], wishes=WishFacts(), household_no=None)
    assert bulk.merged(BEFORE, told) == BEFORE


def test_what_a_sheet_tells_is_taken() -> None:
    told = replace(BEFORE, phone="15400000002", wishes=WishFacts(lodging_needed=False, months_wanted=12))
    found = bulk.merged(BEFORE, told)
    assert found.phone == "15400000002"
    assert (found.wishes.lodging_needed, found.wishes.lodging_wanted, found.wishes.lodging_acceptable) == (
        False,
        [],
        [],
    )
    assert found.wishes.months_wanted == 12


def test_skills_are_added_and_keep_their_codes() -> None:
    told = replace(BEFORE, skills=[SkillFacts("电焊工", "welding"), SkillFacts("缝纫工", None, None, 300_000, 34)])
    found = bulk.merged(BEFORE, told).skills
    assert [(one.title, one.trade_family, one.months) for one in found] == [
        ("电焊工", "welding", None), ("缝纫工", "sewing", 34), ("叉车工", "warehouse_forklift", None),
    ]  # fmt: skip


def test_facts_survive_being_written_down(keys: KeyRing) -> None:
    facts = replace(BEFORE, work_started_on=date(2025, 2, 1), wishes=replace(BEFORE.wishes, available_from=ON))
    assert bulk.from_plain(bulk.as_plain(facts)) == facts
    sealed = bulk.seal(keys, 1, facts, lambda name: sorted(len(value) for _, value in name_tokens(name)))
    assert len(sealed.labourer) == len(bulk.LABOURER_COLUMNS)


ON = date(2026, 12, 1)
