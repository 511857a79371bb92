"""Titles and affinity from the shipped data."""

import numpy as np
import pytest

from app.occupations import adapter
from app.occupations.families import trade_families
from app.occupations.reference import classification
from matching.problem import ONE, Trades


def test_affinity_fits_a_matching_problem() -> None:
    table = adapter.trade_affinity()
    medians = np.full(len(table.family_codes) + 1, -1, dtype=np.int32)
    trades = Trades(table.families, table.occupations, medians, medians)  # checks shape, domain and diagonal
    assert (trades.families, trades.occupations) == (26, 2047)
    assert (table.occupations == table.occupations.T).all()
    assert not table.occupations.flags.writeable


def test_codes_and_rows_belong_together() -> None:
    table = adapter.trade_affinity()
    assert table.family_codes[table.family_at("welding")] == "welding"
    assert table.occupation_codes[table.occupation_at("6-05-01-03")] == "6-05-01-03"
    assert table.occupation_at("6-00-00-00") >= 0  # groups have rows too: unspecific labour is coded to one
    assert [table.family_at(None), table.family_at("magic"), table.occupation_at("9-9")] == [-1, -1, -1]


@pytest.mark.parametrize(
    ("one", "near", "far"),
    [
        ("6-05-01-03", "6-05-01-02", "6-18-02-04"),  # sewing: cutting before welding
        ("6-18-02-04", "6-18-02-05", "4-03-02-05"),
        ("4-02-06-01", "4-02-06-02", "4-02-02-01"),
        ("6-25-04-07", "6-25-04-08", "6-29-01-01"),
        ("4-10-01-06", "4-10-01-05", "6-31-01-03"),
    ],
)
def test_near_work_is_nearer_than_far_work(one: str, near: str, far: str) -> None:
    table = adapter.trade_affinity()
    row = table.occupations[table.occupation_at(one)]
    assert ONE > row[table.occupation_at(near)] > 2 * row[table.occupation_at(far)]


def test_the_version_is_stable_and_names_the_data() -> None:
    assert adapter.trade_affinity().version == adapter.data_version()
    assert adapter.data_version().startswith("trades-")


def test_traditional_characters_are_read() -> None:
    assert adapter.code(["縫紉工（平車）"]) == adapter.code(["缝纫工（平车）"])


def test_every_family_codes_its_own_unspecific_labour() -> None:
    """「…厂普工」 of a family's first keyword lands in a family, and its general occupation is known."""
    for family in trade_families().values():
        assert family.general in classification()
    readings = adapter.code(["食品厂普工", "家具厂普工", "汽车厂普工", "光伏厂普工", "鞋厂普工"])
    assert [reading.family for reading in readings] == [
        "food_seafood", "furniture", "car_parts", "battery_solar_chemical", "shoes_bags",
    ]  # fmt: skip


def test_decisions_are_remembered_under_the_bare_title() -> None:
    decisions = adapter.remember([("老把式（包吃住）", "welding", "6-18-02-04"), ("急招老把式", "cnc", "6-18-01-07")])
    assert list(decisions) == [adapter.title_key("老把式")]
    reading = adapter.code(["老把式 20名"], remembered=decisions)[0]
    assert (reading.family, reading.occupation, reading.remembered) == ("cnc", "6-18-01-07", True)
