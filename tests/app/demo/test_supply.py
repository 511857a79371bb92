"""Vacancies: where, how paid, what is silent and what the law forbids."""

import re
from collections import Counter
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

from app.demo.sample import write_supply
from app.demo.sample.chance import Chance
from app.demo.sample.pay import pay_for
from app.demo.sample.places import DIVISIONS_PATH, Receiving, county_of
from app.demo.sample.supply import SILENT, SupplyList, SupplyRow
from app.demo.sample.supply_flaws import FLAWS, VIOLATIONS
from app.demo.sample.trades import trades
from tests.app.demo.lists import COUNTY, ON, by_field, options, read_xlsx

WORDS = {
    "deposit": "押金",
    "clothing_fee": "费",
    "medical_fee": "体检费",
    "bond": "保证金",
    "training_deduction": "培训费",
    "documents_kept": "身份证",
    "unpaid_first_days": "工资",
    "insurance_waiver": "社保",
    "sex_limit": "男女",
    "region_limit": "户籍口",
    "hepatitis": "乙肝",
    "disability": "残疾",
}


@pytest.fixture(scope="module")
def vacancies() -> list[SupplyRow]:
    return list(SupplyList(county_of(COUNTY), 4000, 2, ON, "duijie", DIVISIONS_PATH))


@pytest.fixture(scope="module", params=["national", "duijie"])
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, dict[int, dict]]:
    path = tmp_path_factory.mktemp("supply") / "list.xlsx"
    part = write_supply(options(vacancies=600, template=request.param), path)
    return part, by_field(read_xlsx(path), part)


def test_vacancies_lie_in_the_four_receiving_provinces_and_at_home(vacancies: list[SupplyRow]) -> None:
    provinces = Counter(row.employer.site.province for row in vacancies)
    assert set(provinces) == {"江苏省", "浙江省", "上海市", "广东省", "安徽省"}
    assert provinces["江苏省"] > provinces["浙江省"] > provinces["上海市"]
    assert 0.04 < provinces["安徽省"] / len(vacancies) < 0.2
    assert {row.employer.site.district for row in vacancies if row.employer.at_home} == {"枞阳县"}
    assert any(
        row.cells["v_place"] in ("广东东莞", "东莞长安", "广东省东莞市长安镇") or "东莞" in row.cells["v_place"]
        for row in vacancies
    )


def test_six_hundred_vacancies_have_a_hundred_and_fifty_employers(written: tuple[dict, dict]) -> None:
    part, rows = written
    assert part["rows"] == 600
    assert part["employers"] == 150
    assert len({cells["v_company"] for cells in rows.values() if cells["v_company"]}) == 150


def test_every_family_hires_under_its_own_titles(vacancies: list[SupplyRow]) -> None:
    assert {row.trade.code for row in vacancies} == set(trades())
    assert all(row.cells["v_title"] in row.trade.titles for row in vacancies)


def test_pay_is_in_the_range_of_the_trade_and_place(vacancies: list[SupplyRow]) -> None:
    for row in vacancies:
        pay = row.pay
        if pay.low is None:
            continue
        hours = row.cells["v_hours_week"] or sum(row.trade.hours) / 2
        month = {"month": 1, "hour": hours * 4.33, "day": 26, "year": 1 / 12}[pay.period] * pay.low
        floor = 0.55 if pay.basis.startswith("piece") or pay.low == pay.base_pay else 0.72
        lowest = min(row.trade.pay[0] * row.employer.site.pay * floor, row.employer.site.base_pay)
        assert lowest <= month <= row.trade.pay[1] * row.employer.site.pay * 1.25, (row.cells["v_wage"], hours)


def test_pay_far_away_beats_pay_at_home(vacancies: list[SupplyRow]) -> None:
    def mean_pay(at_home: bool) -> float:
        return mean(
            row.pay.low
            for row in vacancies
            if row.employer.at_home is at_home
            and row.pay.period == "month"
            and row.pay.low
            and row.trade.code == "sewing"
        )

    assert mean_pay(False) > 1.15 * mean_pay(True)


def test_texts_hold_the_amounts_they_are_said_to_hold() -> None:
    """Every reading is found again in its text, whatever unit the text counts in."""
    site = Receiving(county_of(COUNTY)).site_in("320000", Chance("pay"))
    chance = Chance("pay", 1)
    periods = Counter()
    for trade in trades().values():
        for basis in trade.bases.values:
            for _ in range(60):
                pay = pay_for(trade, site, basis, 60, chance)
                amounts = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", pay.text)}
                scaled = {round(amount * factor, 2) for amount in amounts for factor in (1, 1000, 10000)}
                for amount in (pay.low, pay.high):
                    assert amount is None or amount in scaled, pay
                assert pay.basis == basis
                periods[pay.period] += 1
    assert set(periods) == {"month", "hour", "day", "year", "piece", None}


def test_pay_texts_come_in_many_shapes(vacancies: list[SupplyRow]) -> None:
    shapes = {re.sub(r"\d+(\.\d+)?", "#", row.pay.text) for row in vacancies}
    assert len(shapes) > 50
    for shape in ("#-#元/月", "#-#K", "#-#千/月", "#元/小时", "#元/天", "计件", "面议", "#-#K·#薪"):
        assert shape in shapes


def test_lawful_base_pay_reaches_the_floor_of_the_place(vacancies: list[SupplyRow]) -> None:
    given = [row for row in vacancies if row.pay.base_pay]
    assert len(given) > 1000
    assert all(row.pay.base_pay >= row.employer.site.base_pay for row in given)


def test_contracts_of_all_kinds_and_an_agency_with_each_dispatch(vacancies: list[SupplyRow]) -> None:
    kinds = Counter(row.contract for row in vacancies)
    assert set(kinds) == {
        "direct",
        "dispatch",
        "outsourced",
        "part_time",
        "over_age",
        "public_post",
        "home_piece",
        "construction",
    }
    assert kinds["direct"] > len(vacancies) / 2
    for row in vacancies:
        assert bool(row.cells.get("v_agency")) == (row.contract in ("dispatch", "outsourced"))


def test_head_counts_in_words_have_no_number(vacancies: list[SupplyRow]) -> None:
    words = [row for row in vacancies if row.openings is None]
    assert 0.04 < len(words) / len(vacancies) < 0.11
    assert "若干" in {row.cells["v_headcount"] for row in words}
    assert all(str(row.openings) in str(row.cells["v_headcount"]) for row in vacancies if row.openings)


def test_columns_fall_silent_as_often_as_said(vacancies: list[SupplyRow]) -> None:
    empty = sum(row.cells["v_insurance"] is None for row in vacancies) / len(vacancies)
    assert empty == pytest.approx(SILENT["v_insurance"], abs=0.02)


def test_bad_vacancies_are_as_the_manifest_says(written: tuple[dict, dict]) -> None:
    part, rows = written
    assert set(part["bad_by_kind"]) == set(FLAWS)
    for entry in part["bad_rows"]:
        cell = rows[entry["row"]][entry["field"]]
        assert str(cell) == str(entry["value"] if entry["value"] is not None else ""), entry
        if entry["kind"].endswith("_missing"):
            assert cell == ""


def test_unlawful_vacancies_are_as_the_manifest_says(written: tuple[dict, dict]) -> None:
    part, rows = written
    assert {entry["kind"] for entry in part["violations"]} == set(VIOLATIONS)
    bad = {entry["row"] for entry in part["bad_rows"]}
    for entry in part["violations"]:
        cells: dict[str, Any] = rows[entry["row"]]
        assert entry["row"] not in bad
        assert cells[entry["field"]] == entry["value"]
        if entry["kind"] in WORDS:
            assert any(word in cells[entry["field"]] for word in (WORDS[entry["kind"]], *WORDS[entry["kind"]]))
        elif entry["kind"] == "below_minimum":
            assert cells["v_base_pay"] < 2060
        elif entry["kind"] == "hidden_dispatch":
            assert cells["v_contract"] == "直签"
            assert cells["v_agency"]
        elif entry["kind"] == "dispatch_unnamed":
            assert cells["v_contract"] == "劳务派遣"
            assert not cells["v_agency"]


def test_other_rows_ask_for_no_money_and_no_papers(written: tuple[dict, dict]) -> None:
    part, rows = written
    unlawful = {entry["row"] for entry in part["violations"]}
    for number, cells in rows.items():
        if number not in unlawful:
            assert not cells["v_fees"]
            assert "身份证" not in cells["v_description"]
            assert "放弃" not in cells["v_insurance"]
            assert not re.search("男|女|乙肝|残疾|户籍", cells["v_requirement"])


def test_the_manifest_gives_the_reading_of_each_pay(written: tuple[dict, dict]) -> None:
    part, rows = written
    assert len(part["pay"]) == 600 - part["bad_by_kind"]["wage_missing"]
    for entry in part["pay"]:
        cell = rows[entry["row"]]["v_wage"]
        shown = str(int(cell)) if isinstance(cell, float) else cell
        assert shown == entry["text"]
        assert entry["unit"] == (rows[entry["row"]].get("v_wage_unit") or None)


def test_sexless_and_ageless_flags_name_their_cells(written: tuple[dict, dict]) -> None:
    part, rows = written
    assert {flag["kind"] for flag in part["flags"]} == {"age_line", "bounty_unclear"}
    assert all(rows[flag["row"]][flag["field"]] for flag in part["flags"])


def test_a_large_list_keeps_every_employer_apart(tmp_path: Path) -> None:
    part = write_supply(options(vacancies=8000), tmp_path / "list.xlsx")
    rows = by_field(read_xlsx(tmp_path / "list.xlsx"), part)
    pairs = {(cells["v_company"], cells["v_phone"]) for cells in rows.values() if cells["v_company"]}
    assert len({company for company, _ in pairs}) == 2000
