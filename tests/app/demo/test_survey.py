"""What people are like follows the survey's shares, and hangs together."""

import json
from collections import Counter
from statistics import mean

import pytest

from app.demo.sample.chance import Weighted, fitted
from app.demo.sample.survey import SURVEY_PATH, survey
from app.demo.sample.trades import trades
from tests.app.demo.lists import people


def figures() -> dict:
    return json.loads(SURVEY_PATH.read_text(encoding="utf-8"))


def share(condition: list[bool]) -> float:
    return 100 * sum(condition) / len(condition)


def test_the_shipped_figures_name_their_source() -> None:
    assert "National Bureau of Statistics" in figures()["source"]


def test_sex_and_age_follow_the_survey() -> None:
    rows, latest = people(), figures()["2024"]
    assert share([row.person.sex == "female" for row in rows]) == pytest.approx(latest["sex_pct"]["female"], abs=1.5)
    ages = [row.person.age for row in rows]
    assert share([age <= 40 for age in ages]) == pytest.approx(latest["age_pct"]["<=40"], abs=1.5)
    assert share([41 <= age <= 50 for age in ages]) == pytest.approx(latest["age_pct"]["41-50"], abs=1.5)
    assert mean(ages) == pytest.approx(latest["mean_age"], abs=0.4)
    assert min(ages) >= 16


def test_schooling_follows_the_survey_and_falls_with_age() -> None:
    rows = people()
    counts = Counter(row.work.schooling for row in rows)
    for level, expected in figures()["2023"]["education_pct"].items():
        assert 100 * counts[level] / len(rows) == pytest.approx(expected, abs=1.5)
    young = [row.work.schooling in ("none", "primary") for row in rows if row.person.age <= 30]
    old = [row.work.schooling in ("none", "primary") for row in rows if row.person.age > 50]
    assert share(young) < 3
    assert share(old) > 20


def test_industries_follow_the_survey_and_differ_by_sex() -> None:
    rows = people()
    counts = Counter(row.work.industry for row in rows)
    for industry, expected in figures()["2024"]["industry_pct"].items():
        assert 100 * counts[industry] / len(rows) == pytest.approx(expected, abs=1.5)
    builders = [row.person.sex == "female" for row in rows if row.work.industry == "construction"]
    sewers = [row.person.sex == "female" for row in rows if row.work.trade.code == "sewing"]
    assert share(builders) < 15
    assert share(sewers) > 50


def test_pay_follows_the_means_of_the_industries() -> None:
    working = [row for row in people() if row.work.working]
    for industry, expected in figures()["2024"]["mean_monthly_wage_by_industry"].items():
        wages = [row.work.wage for row in working if row.work.industry == industry]
        assert mean(wages) == pytest.approx(expected, rel=0.08), industry


def test_pay_is_higher_away_and_for_skilled_trades() -> None:
    working = [row for row in people() if row.work.working and row.work.industry == "manufacturing"]
    away = mean(row.work.wage for row in working if row.work.across_provinces)
    local = mean(row.work.wage for row in working if row.cells["township"] in row.work.place)
    welders = mean(row.work.wage for row in working if row.work.trade.code == "welding")
    packers = mean(row.work.wage for row in working if row.work.trade.code == "packing")
    assert away > 1.15 * local
    assert welders > 1.2 * packers


def test_the_share_in_another_province_is_that_of_the_home_region() -> None:
    """Anhui is central: of those away from their township, about half have left the province."""
    away = [row for row in people() if row.work.working and row.cells["township"] not in row.work.place]
    expected = figures()["2024"]["inter_province_pct_of_out_by_origin"]["central"]
    assert share([row.work.across_provinces for row in away]) == pytest.approx(expected, abs=2.5)
    provinces = Counter(row.work.site.province for row in away if row.work.site)
    assert set(provinces) == {"江苏省", "浙江省", "上海市", "广东省"}
    assert provinces.most_common(1)[0][0] == "浙江省"


def test_wishes_lean_on_age_work_and_pay() -> None:
    stated = [row for row in people() if row.cells.get("wish_work")]
    leaving = {
        band: share([row.cells["wish_work"] == "出省" for row in stated if row.person.band == band])
        for band in ("21-30", "41-50", "61+")
    }
    assert leaving["21-30"] > leaving["41-50"] > leaving["61+"]
    been_away = share([row.cells["wish_work"] == "出省" for row in stated if row.work.across_provinces])
    assert been_away > share([row.cells["wish_work"] == "出省" for row in stated if not row.work.across_provinces])
    floors = [(row.work.usual_wage, row.cells["wish_wage"]) for row in stated if row.cells.get("wish_wage")]
    low = mean(floor for wage, floor in floors if wage < 4000)
    high = mean(floor for wage, floor in floors if wage > 6000)
    assert high > 1.6 * low


def test_every_trade_family_is_met_and_named_by_its_own_words() -> None:
    rows = people()
    assert {row.work.trade.code for row in rows} == set(trades())
    assert all(row.cells["trade"] in row.work.trade.did for row in rows)


def test_fitting_keeps_the_margins() -> None:
    table = fitted({"a": {"x": 1.0, "y": 3.0}, "b": {"x": 2.0, "y": 1.0}}, {"a": 0.3, "b": 0.7}, {"x": 0.4, "y": 0.6})
    assert sum(table.cells["a"].values()) == pytest.approx(0.3)
    assert table.cells["a"]["y"] + table.cells["b"]["y"] == pytest.approx(0.6)
    # The tendency stays: the odds ratio of the table is the one it began with.
    ratio = table.cells["a"]["y"] * table.cells["b"]["x"] / (table.cells["a"]["x"] * table.cells["b"]["y"])
    assert ratio == pytest.approx(6.0)


def test_a_choice_without_a_share_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        Weighted({"a": 0})


def test_regions_are_found_by_the_name_of_the_province() -> None:
    assert survey().region_of("安徽省") == "central"
    assert survey().region_of("广西壮族自治区") == "west"
    assert survey().region_of("江苏省") == "east"
