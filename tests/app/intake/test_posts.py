"""From a row to a post's terms, and what the law has against them."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.intake import posts
from app.intake.layout import Layout, RowTexts
from app.intake.office import Office
from app.intake.preparing_posts import merged
from app.intake.screening import overtime, screen
from app.vacancies.schemas import VacancyFacts
from tests.app.intake.sheets import post_cells

OFFICE = Office(1, 1, "320500", ("320500",), date(2026, 11, 21))


def read(**changes: Any) -> VacancyFacts:
    cells = {key: str(value) for key, value in post_cells(1, **changes).items() if value != ""}
    row = Layout("supply", ()).read_again([RowTexts(cells, frozenset(cells))], OFFICE.context())[0]
    looked = posts.look(row, OFFICE.context().resolve_place)
    assert not row.is_bad, row.problems
    assert not looked.is_bad, looked.problems
    titles = {"平缝车工1组\n吴江锦华制衣有限公司": ("sewing", "6-05-01-03", 900_000)}
    return posts.post_of(row, looked, titles).facts


def test_a_sound_row() -> None:
    facts = read()
    assert (facts.title, facts.trade_family, facts.openings, facts.locality_code) == (
        "平缝车工1组", "sewing", 3, "320509",
    )  # fmt: skip
    assert (facts.pay_min, facts.pay_max, facts.pay_period, facts.hours_week) == (5500, 7000, "month", 58)
    assert facts.contract_kind == "direct"


@pytest.mark.parametrize(
    ("wage", "unit", "found"),
    [
        ("5000", "元/月", (5000, 5000, "month", "5000元/月")),
        ("200", "元/天", (200, 200, "day", "200元/天")),
        ("22", "元/小时", (22, 22, "hour", "22元/小时")),
        ("22元/时", "元/月", (22, 22, "hour", "22元/时")),  # the text itself says it
        ("200", "天", (200, 200, "day", "200元/天")),
        ("面议", "", (None, None, None, "面议")),
        ("1500/周", "", (6500, 6500, "month", "1500/周")),
        ("19.5元/小时", "", (19, 19, "hour", "19.5元/小时")),  # what is promised at least
    ],
)
def test_pay(wage: str, unit: str, found: tuple[Any, ...]) -> None:
    facts = read(v_wage=wage, v_wage_unit=unit)
    assert (facts.pay_min, facts.pay_max, facts.pay_period, facts.pay_text) == found


def test_base_pay_and_basis() -> None:
    facts = read(v_wage="底薪2490+加班费，综合5500-7000")
    assert (facts.base_month, facts.pay_min, facts.pay_basis) == (2490, 5500, "base_plus_overtime")
    assert read(v_base_pay="3000").base_month == 3000


def test_an_unlikely_base_pay_is_asked_and_left_out() -> None:
    assert read(v_base_pay="250").base_month is None


@pytest.mark.parametrize(
    ("changes", "hours"),
    [
        ({"v_hours_week": "", "v_hours_day": "10", "v_rest": "单休"}, 60),
        ({"v_hours_week": "", "v_hours_day": "8", "v_rest": "双休"}, 40),
        ({"v_hours_week": "", "v_hours_day": "10"}, None),  # days a week not stated
        ({"v_hours_week": "44", "v_hours_day": "10", "v_rest": "单休"}, 44),
    ],
)
def test_hours(changes: dict[str, str], hours: int | None) -> None:
    assert read(**changes).hours_week == hours


def test_an_unknown_number_of_openings_keeps_its_word() -> None:
    facts = read(v_headcount="若干")
    assert (facts.openings, facts.openings_text) == (None, "若干")


@pytest.mark.parametrize(
    ("text", "insured"), [("五险", True), ("自愿放弃社保，每月补200元", False), ("雇主责任险", None), ("", None)]
)
def test_insurance(text: str, insured: bool | None) -> None:
    assert read(v_insurance=text).insurance is insured


@pytest.mark.parametrize(
    ("text", "found"),
    [("次月15日", ("next_month", 45)), ("每月10号", ("next_month", 40)), ("日结", ("daily", 1)), ("", (None, None))],
)
def test_pay_day(text: str, found: tuple[str | None, int | None]) -> None:
    facts = read(v_pay_day=text)
    assert (facts.pay_cycle, facts.first_pay_days) == found


def test_what_bars_the_young_and_the_back() -> None:
    facts = read(v_description="搬运25公斤原料，接触粉尘")
    assert (facts.carries_kg, facts.hazardous) == (25, True)
    assert (read().carries_kg, read().hazardous) == (None, False)


def test_board_in_one_column() -> None:
    facts = read(v_lodging="包住4人间", v_meals="包吃两餐")
    assert (facts.lodging, facts.meals) == ("room_2_4", "two")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("江苏省苏州市吴江区松陵镇双竹路88号", "320509"),
        ("苏州吴江", "320509"),
        ("昆山", "320583"),
        ("昆山开发区", "320583"),
        ("昆山长江南路1号", "320583"),
        ("吴江区", "320509"),
    ],
)
def test_place(text: str, code: str) -> None:
    found = read(v_place=text).locality_code
    assert found is not None
    assert found.startswith(code)


@pytest.mark.parametrize("text", ["云水市青峰区", "海州岛工业城", "石鼓山新城"])
def test_an_unknown_place_has_to_be_mended(text: str) -> None:
    cells = {key: str(value) for key, value in post_cells(1, v_place=text).items()}
    row = Layout("supply", ()).read_again([RowTexts(cells, frozenset(cells))], OFFICE.context())[0]
    looked = posts.look(row, OFFICE.context().resolve_place)
    assert [problem.code for problem in looked.problems] == ["work_place_unknown"]


def found_by(**changes: Any) -> set[tuple[str, str]]:
    return {(finding.code, finding.effect) for finding in screen(read(v_hours_week="40", **changes))}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, set()),
        ({"v_fees": "入职交押金200元"}, {("deposit", "block")}),
        ({"v_fees": "缴纳风险保证金500元"}, {("bond", "block")}),
        ({"v_fees": "服装费120元从首月工资扣"}, {("clothing_fee", "block")}),
        ({"v_requirement": "限女工"}, {("discrimination", "block")}),
        ({"v_description": "入职后身份证由公司统一保管"}, {("documents_kept", "block")}),
        ({"v_insurance": "自愿放弃社保"}, {("insurance_waiver", "block")}),
        ({"v_requirement": "会看图，肢体残疾不考虑"}, {("discrimination", "block")}),
        ({"v_age": "15-40岁"}, {("under_age", "block"), ("age_line", "flag")}),
        ({"v_age": "18-45周岁"}, {("age_line", "flag")}),
        ({"v_contract": "直签", "v_agency": "众诚劳务"}, {("hidden_dispatch", "block")}),
        ({"v_contract": "劳务派遣", "v_agency": ""}, {("hidden_dispatch", "block")}),
        ({"v_contract": "劳务派遣", "v_agency": "众诚劳务"}, set()),
        ({"v_bounty": "返费2000"}, {("bounty_unclear", "flag")}),
        ({"v_bounty": "在职满30天，由厂方随工资发放返费2000元"}, set()),
    ],
)
def test_what_the_law_has_against_a_post(changes: dict[str, str], found: set[tuple[str, str]]) -> None:
    assert found_by(**changes) == found


def test_hours_that_imply_too_much_overtime() -> None:
    assert ("overtime_over_36", "flag") in {(one.code, one.effect) for one in screen(read(v_hours_week="60"))}
    assert round(overtime(read(v_hours_week="48")), 2) == Decimal("34.67")


BEFORE = VacancyFacts(
    "车工", "sewing", openings=3, openings_text="3人", pay_text="5000元/月", pay_min=5000, pay_max=6000
)


def test_a_sheet_that_is_silent_changes_nothing() -> None:
    assert merged(BEFORE, VacancyFacts("车工")) == BEFORE


def test_pay_is_told_as_a_whole() -> None:
    told = merged(BEFORE, VacancyFacts("车工", pay_text="面议"))
    assert (told.pay_text, told.pay_min, told.pay_max) == ("面议", None, None)


def test_a_trade_once_coded_keeps_its_codes() -> None:
    assert merged(BEFORE, VacancyFacts("车工", "fitting", "6-18-01-01", 800_000)).trade_family == "sewing"
    assert merged(BEFORE, VacancyFacts("钳工", "fitting")).trade_family == "fitting"
