"""A problem refuses what it could not be matched with, naming table, column and row."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matching.codes import PlaceKind
from matching.exceptions import InvalidColumnError
from matching.problem import (
    Labourers,
    Sites,
    Townsfolk,
    Trades,
    Vacancies,
    affinity_millionths,
    pay_medians,
)
from tests.matching.problems import plain_problem

SAME = np.full((1, 1), 1_000_000)
NO_MEDIANS = np.array([-1, -1])


def test_what_is_not_given_is_unknown() -> None:
    people = Labourers.of(2, uid=[4, 7])
    assert people.net_floor.tolist() == [-1, -1]
    assert people.consent.tolist() == [0, 0]
    assert people.skill_trade.shape == (2, 4)
    assert len(people) == 2


def test_columns_are_read_only_copies() -> None:
    given = np.array([5, 6], dtype=np.int64)
    people = Labourers.of(2, uid=given)
    given[0] = 99
    assert people.uid.tolist() == [5, 6]
    with pytest.raises(ValueError, match="read-only"):
        people.uid[0] = 1


@pytest.mark.parametrize(
    ("table", "columns", "message"),
    [
        (Labourers, {"sex": [1]}, "sex: no such column"),
        (Labourers, {"scope": [6]}, "row 0 holds 6, expected 0 to 5"),
        (Labourers, {"scope": [1, 2]}, "has 2 rows where the table has 1"),
        (Labourers, {"scope": [[1]]}, "has 2 dimensions, expected 1"),
        (Labourers, {"net_floor": [3.5]}, "holds float64, expected whole numbers"),
        (Labourers, {"net_floor": [0]}, "a floor of 0 says nothing"),
        (Labourers, {"months_wanted": [0]}, "0 months say nothing"),
        (Labourers, {"party_size": [1]}, "a party has at least two"),
        (Labourers, {"hours_min": [500], "hours_max": [400]}, "lies below hours_min"),
        (Labourers, {"matters_most": [15]}, "more than three"),
        (Labourers, {"wish_kind": [[1]], "wish_place": [[0]]}, "a locality needs its code"),
        (Labourers, {"wish_kind": [[6]], "wish_place": [[320000]]}, "a class 0"),
        (Labourers, {"wish_kind": [[1, 1, 1, 1]]}, "has 4 values a row, expected 1 to 3"),
        (Labourers, {"wish_kind": [[1]]}, "its kinds have"),
        (Labourers, {"excluded_kind": [[PlaceKind.ANY]], "excluded_place": [[0]]}, "expected 0 to 5"),
        (Labourers, {"skill_trade": [[1]]}, "differ in width"),
        (Vacancies, {"traits": [2], "traits_stated": [1]}, "on which traits_stated says nobody has spoken"),
        (Vacancies, {"starts_from": [9], "starts_until": [8]}, "before starts_from"),
        (Vacancies, {"net_month": [-2]}, "row 0 holds -2"),
        (Sites, {"regions": [-1]}, "regions"),
        (Townsfolk, {"count": [1]}, "expected 2 to"),
    ],
)
def test_a_column_outside_its_domain_is_refused(table: Any, columns: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidColumnError, match=message):
        table.of(1, **columns)


@pytest.mark.parametrize("table", [Labourers, Vacancies])
def test_no_two_rows_share_a_uid(table: Any) -> None:
    with pytest.raises(InvalidColumnError, match="uid: holds a number twice"):
        table.of(2, uid=[3, 3])


def test_townsfolk_are_sorted_and_counted_once() -> None:
    for township, site in (([2, 1], [0, 0]), ([1, 1], [0, 0])):
        with pytest.raises(InvalidColumnError, match="sorted by township and site, none twice"):
            Townsfolk(np.array(township), np.array(site), np.array([2, 2]))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"family_affinity": np.full((1, 2), 5)}, "expected a square table"),
        ({"family_affinity": np.full((1, 1), 0.5)}, "whole millionths"),
        ({"occupation_affinity": np.full((1, 1), 999)}, "on the diagonal"),
        ({"median_net_hour": np.array([-1])}, "expected 2 medians"),
        ({"family_affinity": affinity_millionths(np.eye(63)), "median_net_month": np.full(64, -1)}, "at most 62"),
    ],
)
def test_tables_of_trades_are_checked(given: dict[str, Any], message: str) -> None:
    good = {
        "family_affinity": SAME,
        "occupation_affinity": SAME,
        "median_net_month": NO_MEDIANS,
        "median_net_hour": NO_MEDIANS,
    }
    with pytest.raises(InvalidColumnError, match=message):
        Trades(**(good | given))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labourer": {"home_zone": 2}}, "home_zone.*points beyond 2 rows"),
        ({"labourer": {"wanted_trades": [3]}}, "wanted_trades.*points beyond 3 rows"),
        ({"labourer": {"companion_site": 1}}, "companion_site.*points beyond 1 rows"),
        ({"labourer": {"excluded_trades": 8}}, "names a trade family that does not exist"),
        ({"vacancy": {"site": 1}}, "Vacancies.site"),
        ({"vacancy": {"occupation": 4}}, "occupation.*points beyond 4 rows"),
        ({"site": {"zone": 5}}, "Sites.zone"),
        ({"townsfolk": [(341502001, 1, 2)]}, "Townsfolk.site"),
    ],
)
def test_an_index_beyond_its_table_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidColumnError, match=message):
        plain_problem(**change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"travel_minutes": np.zeros((1, 2), dtype=int)}, "square table"),
        ({"travel_minutes": np.full((2, 2), -2)}, "below -1"),
        ({"as_of": -1}, "as_of"),
    ],
)
def test_the_problem_itself_is_checked(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidColumnError, match=message):
        replace(plain_problem(), **change)


def test_openings_count_for_site_and_city_only_where_they_are_listed() -> None:
    problem = plain_problem()
    three = replace(
        problem,
        vacancies=Vacancies.of(
            3,
            uid=[1, 2, 3],
            site=[0, 1, 2],
            openings_free=[4, 5, 6],
            open=[2, 2, 2],
            verified=[2, 2, 0],
            employer_in_standing=[2, 2, 2],
        ),
        sites=Sites.of(3, city=[320500, 320500, 0]),
    )
    assert three.listed.tolist() == [True, True, False]
    assert three.site_openings.tolist() == [4, 5, 0]
    assert three.city_openings.tolist() == [9, 9, 0]


def test_medians_are_the_lower_middle_of_known_pay() -> None:
    posts = Vacancies.of(5, uid=range(5), trade=[0, 0, 0, 1, -1], net_month=[5_000, 4_000, -1, 6_000, 9_000])
    month, hour = pay_medians(posts, families=3)
    assert month.tolist() == [4_000, 6_000, -1, 5_000]
    assert hour.tolist() == [-1, -1, -1, -1]


def test_similarity_becomes_millionths() -> None:
    assert affinity_millionths(np.array([[0.2, 0.3333335], [1.7, -1.0]])).tolist() == [
        [1_000_000, 333_334],
        [1_000_000, 1_000_000],
    ]


def test_no_column_speaks_of_sex_or_of_age_beyond_the_legal_limits() -> None:
    names = {*Labourers.columns(), *Vacancies.columns()}
    assert not {name for name in names for word in ("sex", "gender", "birth", "nation", "married") if word in name}
    assert [name for name in names if "age" in name.split("_")] == ["age_class"]
    assert Labourers.columns()["age_class"].high == 3
