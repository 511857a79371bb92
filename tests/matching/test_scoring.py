"""The other parts, the weights and the sums, worked by hand. The labourer lives in Jin'an, the post is in Kunshan."""

from typing import Any

import numpy as np
import pytest

from matching.codes import Contract, Lodging, Matters, Meals, Part, PlaceKind, Score, Shift
from matching.pairs import all_pairs, one_pair
from matching.params import MatchingParams
from matching.scoring import PairScores, score_pairs
from tests.matching.problems import HOME, TODAY, plain_problem, random_problem

PARAMS = MatchingParams()
SILENT = (300_000, False)
NOWHERE = {"township": 0, "county": 0, "city": 0, "province": 0, "regions": 0, "zone": -1}
SILENT_HOME = dict.fromkeys(HOME, 0) | {"home_zone": -1}


def scored(*given: Any, params: MatchingParams = PARAMS, **more: Any) -> PairScores:
    return score_pairs(one_pair(plain_problem(*given, **more), 0, 0), params)


def value(part: Part, *given: Any, **more: Any) -> tuple[int, bool]:
    """Value of a part in millionths, and whether it is known."""
    result = scored(*given, **more)
    assert result.weights[0, part] > 0, "the labourer is silent on this part"
    return int(result.parts[0, part]), not int(result.unknown[0]) >> part & 1


LOCALITY, REGION = PlaceKind.LOCALITY, PlaceKind.REGION


@pytest.mark.parametrize(
    ("kinds", "places", "expected"),
    [
        ([LOCALITY], [320500], 1_000_000),
        ([LOCALITY, LOCALITY], [440000, 320583], 850_000),
        ([LOCALITY, LOCALITY, LOCALITY], [440000, 330000, 320000], 700_000),
        ([LOCALITY, LOCALITY], [320000, 320583], 1_000_000),
        ([REGION], [0], 500_000),
        ([PlaceKind.OUT_OF_PROVINCE], [0], 500_000),
        ([LOCALITY, PlaceKind.ANY], [440000, 0], 500_000),
        ([REGION, LOCALITY], [0, 320583], 850_000),
        ([LOCALITY], [440000], 0),
    ],
)
def test_place_rank(kinds: list[int], places: list[int], expected: int) -> None:
    assert value(Part.PLACE_RANK, {"wish_kind": kinds, "wish_place": places}) == (expected, True)


def test_a_site_nobody_can_place_is_unknown_unless_any_place_will_do() -> None:
    wishes = {"wish_kind": [LOCALITY], "wish_place": [320500]}
    assert value(Part.PLACE_RANK, wishes, {}, NOWHERE) == SILENT
    assert value(Part.PLACE_RANK, {"wish_kind": [PlaceKind.ANY], "wish_place": [0]}, {}, NOWHERE) == (500_000, True)


@pytest.mark.parametrize(("count", "expected"), [(2, 400_000), (4, 800_000), (5, 1_000_000), (90, 1_000_000)])
def test_townsfolk(count: int, expected: int) -> None:
    assert value(Part.TOWNSFOLK, townsfolk=[(341502001, 0, count)]) == (expected, True)


def test_townsfolk_of_another_township_do_not_count() -> None:
    assert value(Part.TOWNSFOLK, townsfolk=[(341502000, 0, 9), (341502002, 0, 9)]) == (0, True)


def test_door_to_door() -> None:
    assert value(Part.DOOR_TO_DOOR) == (900_000, True)  # six hours: (24 − 6) / 20
    assert value(Part.DOOR_TO_DOOR, {}, {}, {"zone": 0}) == (1_000_000, True)
    assert value(Part.DOOR_TO_DOOR, {}, {}, {"zone": -1}) == SILENT
    assert value(Part.DOOR_TO_DOOR, {}, {"work_at_home": 1}, {"zone": -1}) == (1_000_000, True)


def test_would_return() -> None:
    assert value(Part.WOULD_RETURN, {"return_place": [440000, 320500]}) == (1_000_000, True)
    assert value(Part.WOULD_RETURN, {"return_place": [440000]}) == (0, True)
    assert value(Part.WOULD_RETURN, {"return_place": [440000]}, {}, NOWHERE) == SILENT


MEDIANS = ([5_000, -1, 4_000, 4_500], [2_000, -1, 1_500, 1_800])


@pytest.mark.parametrize(
    ("floor", "vacancy", "expected"),
    [
        (5_000, {"net_month": 5_000}, (0, True)),
        (5_000, {"net_month": 5_500}, (333_333, True)),
        (5_000, {"net_month": 6_500}, (1_000_000, True)),
        (5_000, {"net_month": 9_000}, (1_000_000, True)),
        (5_000, {}, SILENT),
        (-1, {"net_month": 5_600, "trade": 0}, (400_000, True)),
        (-1, {"net_month": 4_500, "trade": 0}, (0, True)),
        (-1, {"net_month": 5_175, "trade": 1}, (500_000, True)),
        (-1, {"net_month": 5_175}, (500_000, True)),
    ],
)
def test_net_per_month(floor: int, vacancy: dict[str, Any], expected: tuple[int, bool]) -> None:
    assert value(Part.NET_MONTH, {"net_floor": floor}, vacancy, medians=MEDIANS) == expected


def test_pay_without_any_yardstick_is_unknown() -> None:
    assert value(Part.NET_MONTH, {}, {"net_month": 5_000}) == SILENT
    assert value(Part.NET_HOUR, {}, {"net_hour": 2_000}) == SILENT


@pytest.mark.parametrize(
    ("labourer", "vacancy", "expected"),
    [
        # 5200 yuan over 60 hours a week: 2000 fen an hour
        ({"net_floor": 5_200, "hours_max": 600}, {"net_hour": 2_300}, (500_000, True)),
        ({"net_floor": 5_200, "hours_max": 600}, {"net_hour": 2_000}, (0, True)),
        ({"net_floor": 5_200, "hours_max": 600}, {}, SILENT),
        ({"net_floor": 5_200}, {"net_hour": 2_300, "trade": 0}, (500_000, True)),
        ({"hours_max": 600}, {"net_hour": 2_070}, (500_000, True)),
    ],
)
def test_net_per_hour(labourer: dict[str, Any], vacancy: dict[str, Any], expected: tuple[int, bool]) -> None:
    assert value(Part.NET_HOUR, labourer, vacancy, medians=MEDIANS) == expected


@pytest.mark.parametrize(
    ("own", "hours", "expected"),
    [
        ({"hours_max": 600}, 600, 1_000_000),
        ({"hours_max": 600}, 605, 950_000),
        ({"hours_max": 600}, 660, 400_000),
        ({"hours_max": 600}, 800, 0),
        ({"hours_min": 400}, 380, 800_000),
        ({"hours_min": 400, "hours_max": 600}, 500, 1_000_000),
    ],
)
def test_hours_a_week(own: dict[str, Any], hours: int, expected: int) -> None:
    assert value(Part.HOURS, own, {"hours_week": hours}) == (expected, True)
    assert value(Part.HOURS, own, {}) == SILENT


@pytest.mark.parametrize(
    ("part", "said", "offer", "wanted", "second"),
    [
        (Part.LODGING, ("lodging_wanted", "lodging_acceptable"), "lodging", Lodging.SINGLE, 500_000),
        (Part.SHIFT, ("shift_wanted", "shift_acceptable"), "shifts", Shift.DAYS, 600_000),
    ],
)
def test_what_is_wanted_or_acceptable(part: Part, said: tuple[str, str], offer: str, wanted: int, second: int) -> None:
    labourer = {said[0]: wanted, said[1]: 2}
    assert value(part, labourer, {offer: wanted | 16}) == (1_000_000, True)
    assert value(part, labourer, {offer: 2 | 16}) == (second, True)
    assert value(part, {said[1]: 2}, {offer: 2}) == (second, True)
    assert value(part, labourer, {offer: 16}) == (0, True)
    assert value(part, labourer, {}) == SILENT


@pytest.mark.parametrize(
    ("part", "said", "offer", "wanted"),
    [
        (Part.MEALS, "meals_wanted", "meals", Meals.TWO | Meals.THREE),
        (Part.CONTRACT, "contract_wanted", "contracts", Contract.DIRECT),
    ],
)
def test_what_is_wanted_or_not(part: Part, said: str, offer: str, wanted: int) -> None:
    assert value(part, {said: wanted}, {offer: wanted}) == (1_000_000, True)
    assert value(part, {said: wanted}, {offer: 2}) == (0, True)
    assert value(part, {said: wanted}, {}) == SILENT


@pytest.mark.parametrize(("trade", "expected"), [(2, 1_000_000), (0, 800_000), (1, 600_000)])
def test_trade_wanted(trade: int, expected: int) -> None:
    assert value(Part.TRADE_WANTED, {"wanted_trades": [2, 0, 1]}, {"trade": trade}) == (expected, True)
    assert value(Part.TRADE_WANTED, {"wanted_trades": [2]}, {"trade": 1}) == (0, True)
    assert value(Part.TRADE_WANTED, {"wanted_trades": [2]}, {}) == SILENT


@pytest.mark.parametrize(
    ("labourer", "site", "expected"),
    [
        ({"companion_site": 0}, {}, (1_000_000, True)),
        ({"companion_city": 320500}, {}, (500_000, True)),
        ({"companion_city": 310000}, {}, (0, True)),
        ({"companion_city": 310000}, {"city": 0}, SILENT),
        ({"companion_site": 0, "companion_city": 310000}, {"city": 0}, (1_000_000, True)),
        ({"party_size": 5}, {}, (1_000_000, True)),
        ({"party_size": 6}, {}, (0, True)),
    ],
)
def test_companions(labourer: dict[str, Any], site: dict[str, Any], expected: tuple[int, bool]) -> None:
    assert value(Part.COMPANIONS, labourer, {"openings_free": 5}, site) == expected


@pytest.mark.parametrize(("days", "expected"), [(1, 1_000_000), (7, 1_000_000), (26, 500_000), (45, 0), (60, 0)])
def test_first_cash(days: int, expected: int) -> None:
    assert value(Part.FIRST_CASH, {}, {"first_pay_days": days}) == (expected, True)
    assert value(Part.FIRST_CASH, {}, {}) == SILENT


@pytest.mark.parametrize(
    ("labourer", "vacancy", "expected"),
    [
        ({"months_wanted": 6}, {"months": 12}, (1_000_000, True)),
        ({"months_wanted": 12}, {"months": 6}, (500_000, True)),
        ({"months_wanted": 6}, {}, SILENT),
        # can start today, the post in 60 of the 180 days wanted
        ({"months_wanted": 6, "available_from": TODAY}, {"months": 6, "starts_from": TODAY + 60}, (666_666, True)),
        ({"months_wanted": 6, "available_from": TODAY - 99}, {"months": 6, "starts_from": TODAY}, (1_000_000, True)),
        ({"months_wanted": 6, "available_from": TODAY}, {"months": 1, "starts_from": TODAY + 60}, (166_666, True)),
        ({"months_wanted": 1, "available_from": TODAY}, {"months": 6, "starts_from": TODAY + 60}, (0, True)),
        ({"months_wanted": 6, "available_from": TODAY + 60}, {"months": 6, "starts_from": TODAY}, (1_000_000, True)),
    ],
)
def test_length_and_start(labourer: dict[str, Any], vacancy: dict[str, Any], expected: tuple[int, bool]) -> None:
    assert value(Part.LENGTH, labourer, vacancy) == expected


def test_the_silent_labourer_weighs_pay_and_first_cash_alone() -> None:
    result = scored(SILENT_HOME, {"first_pay_days": 26})
    assert np.flatnonzero(result.weights[0]).tolist() == [Part.NET_MONTH, Part.NET_HOUR, Part.FIRST_CASH]
    assert result.score_weights[0].tolist() == [0, 0, 600]
    # (200 · .3 + 100 · .3 + 70 · .5) / 370
    assert result.scores[0].tolist() == [0, 0, 125_000_000 // 370]
    assert result.overall[0] == result.scores[0, Score.WILLINGNESS]


def test_general_labour_and_skilled_trades_weigh_differently() -> None:
    silent = scored(SILENT_HOME | {"experience_stated": 1})
    assert silent.weights[0, :4].tolist() == [500, 300, 0, 0]
    assert silent.score_weights[0].tolist() == [150, 0, 600]
    skilled = {"skill_certified": [1], "skill_trade": [0], "skill_occupation": [-1], "skill_months": [-1]}
    trade = scored({"experience_stated": 1, "traits_done_stated": 1, "skill_level": [0]} | skilled)
    assert trade.weights[0, :4].tolist() == [300, 400, 200, 100]
    assert trade.score_weights[0].tolist() == [400, 200, 400]


@pytest.mark.parametrize(
    ("matter", "doubled"),
    [
        (Matters.NET_PAY, {Part.NET_MONTH: 400, Part.NET_HOUR: 200}),
        (Matters.TOWNSFOLK, {Part.TOWNSFOLK: 600}),
        (Matters.DISTANCE, {Part.DOOR_TO_DOOR: 300}),
        (Matters.EARLY_PAY, {Part.FIRST_CASH: 140}),
        (Matters.LODGING, {}),
    ],
)
def test_what_matters_most_counts_double_unless_silent(matter: Matters, doubled: dict[Part, int]) -> None:
    plain, own = scored().weights[0].tolist(), scored({"matters_most": matter}).weights[0].tolist()
    assert {Part(at): own[at] for at in range(len(own)) if own[at] != plain[at]} == doubled


def test_scores_are_weighted_means_rounded_down() -> None:
    labourer = {"wish_kind": [LOCALITY, LOCALITY], "wish_place": [440000, 320583], "net_floor": 5_000}
    result = scored(labourer, {"net_month": 5_500, "first_pay_days": 7}, townsfolk=[(341502001, 0, 2)])
    # location: rank .85 · 450, townsfolk .4 · 300, door to door .9 · 150, of 900
    assert result.scores[0, Score.LOCATION] == (850_000 * 450 + 400_000 * 300 + 900_000 * 150) // 900
    # willingness: net month .333333 · 200, net hour unknown .3 · 100, first cash 1 · 70, of 370
    assert result.scores[0, Score.WILLINGNESS] == (333_333 * 200 + 300_000 * 100 + 1_000_000 * 70) // 370
    assert result.overall[0] == (result.scores[0, 1] * 250 + result.scores[0, 2] * 600) // 850
    assert int(result.unknown[0]) == 1 << Part.NET_HOUR


def test_changed_parameters_change_the_value() -> None:
    wishes = {"wish_kind": [REGION], "wish_place": [0]}
    params = MatchingParams(place_class=250_000)
    assert scored(wishes, params=params).parts[0, Part.PLACE_RANK] == 250_000


def test_every_value_and_score_lies_between_nothing_and_one() -> None:
    for seed in range(60):
        result = score_pairs(all_pairs(random_problem(seed)), PARAMS)
        for values in (result.parts, result.scores, result.overall):
            assert ((values >= 0) & (values <= 1_000_000)).all()
