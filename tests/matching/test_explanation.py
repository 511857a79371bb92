"""Explanations add up to the run's numbers, name the first gate, and count exactly what a change would bring."""

from dataclasses import replace

import numpy as np
import pytest

from matching.codes import Gate, Lodging, Part, Score, Shift, Trait
from matching.eligibility import gate_outcome
from matching.exceptions import RowOutOfRangeError
from matching.explanation import (
    Change,
    Counterfactual,
    Verdict,
    explain,
    gates_of_labourer,
    gates_of_vacancy,
    what_would_change_labourer,
    what_would_change_vacancy,
)
from matching.pairs import one_pair
from matching.params import MatchingParams
from matching.problem import Labourers, MatchingProblem, Vacancies
from matching.scoring import score_pairs
from tests.matching.problems import plain_problem, random_problem

PARAMS = MatchingParams()


def offers(*vacancies: dict[str, int], labourer: dict[str, object] | None = None) -> MatchingProblem:
    """One labourer, and vacancies that differ from the plain one as told."""
    problem = plain_problem(labourer)
    posts = [plain_problem(vacancy=change | {"uid": uid}).vacancies for uid, change in enumerate(vacancies)]
    columns = {name: np.concatenate([getattr(post, name) for post in posts]) for name in Vacancies.columns()}
    return replace(problem, vacancies=Vacancies(**columns))


def test_contributions_add_up_on_every_pair() -> None:
    seen = 0
    for seed in range(25):
        problem = random_problem(seed)
        for labourer in range(min(len(problem.labourers), 3)):
            for vacancy in range(min(len(problem.vacancies), 3)):
                told = explain(problem, PARAMS, labourer, vacancy)
                pair = one_pair(problem, labourer, vacancy)
                scored, outcome = score_pairs(pair, PARAMS), gate_outcome(pair)
                assert told.overall == scored.overall[0] == sum(line.contribution for line in told.scores)
                assert [line.value for line in told.scores] == scored.scores[0].tolist()
                for line in told.scores:
                    assert line.value == sum(part.contribution for part in line.parts)
                    assert all(part.contribution == 0 for part in line.parts if part.weight == 0)
                failing = [line.gate for line in told.gates if line.verdict is Verdict.FAILS]
                assert told.first_failing == (failing[0] if failing else Gate.PASSED) == outcome.first[0]
                unknown = sum(1 << line.gate for line in told.gates if line.verdict is Verdict.UNKNOWN)
                assert unknown == outcome.unknown[0]
                seen += 1
    assert seen > 100


def test_parts_bring_the_facts_they_rest_on() -> None:
    problem = plain_problem(
        {"net_floor": 5_000, "wish_kind": [1], "wish_place": [320500]},
        {"net_month": 5_500, "lodging": Lodging.ROOM_2_4},
        townsfolk=[(341502001, 0, 3)],
    )
    told = explain(problem, PARAMS, 0, 0)
    parts = {part.part: part for line in told.scores for part in line.parts}
    assert parts[Part.TOWNSFOLK].facts == {"pair.townsfolk": 3}
    assert parts[Part.DOOR_TO_DOOR].facts == {"pair.travel_minutes": 360}
    assert parts[Part.NET_MONTH].facts["labourer.net_floor"] == 5_000
    assert parts[Part.NET_MONTH].facts["vacancy.net_month"] == 5_500
    assert parts[Part.PLACE_RANK].facts["labourer.wish_place"] == (320500,)
    assert parts[Part.PLACE_RANK].facts["site.city"] == 320500
    assert parts[Part.LODGING].weight == 0
    assert not parts[Part.FIRST_CASH].known
    gates = {line.gate: line for line in told.gates}
    assert gates[Gate.SCOPE].facts["pair.same_province"] == 0
    assert gates[Gate.NET_BELOW_FLOOR].verdict is Verdict.PASSES
    assert told.scores[Score.SKILL].weight == 0


def test_a_row_that_does_not_exist_is_refused() -> None:
    with pytest.raises(RowOutOfRangeError, match="labourer 1 does not exist"):
        explain(plain_problem(), PARAMS, 1, 0)
    with pytest.raises(RowOutOfRangeError, match="vacancy -1"):
        gates_of_vacancy(plain_problem(), -1)


def test_gates_are_counted_from_both_sides() -> None:
    problem = offers({}, {"open": 1}, {"net_month": 4_000}, {"net_month": 6_000}, labourer={"net_floor": 5_000})
    assert gates_of_labourer(problem, 0) == {Gate.PASSED: 2, Gate.VACANCY_NOT_OPEN: 1, Gate.NET_BELOW_FLOOR: 1}
    assert gates_of_vacancy(problem, 1) == {Gate.VACANCY_NOT_OPEN: 1}
    assert gates_of_vacancy(problem, 3) == {Gate.PASSED: 1}


def test_what_a_labourer_could_say_otherwise() -> None:
    labourer = {
        "net_floor": 5_000,
        "excluded_shifts": Shift.NIGHTS,
        "excluded_traits": Trait.SMELL | Trait.HEAT,
        "excluded_trades": 4,
        "lodging_needed": Lodging.SINGLE,
    }
    room = {"lodging": Lodging.SINGLE}
    problem = offers(
        {"net_month": 4_800} | room,
        {"net_month": 4_100} | room,
        {"net_month": 4_100, "trade": 2} | room,
        {"shifts": Shift.NIGHTS} | room,
        {"traits": Trait.SMELL, "traits_stated": Trait.SMELL} | room,
        {"traits": Trait.SMELL | Trait.HEAT, "traits_stated": 1_023} | room,
        {"trade": 2} | room,
        {"lodging": Lodging.NONE},
        {"lodging": Lodging.ROOM_5_8},
        {"lodging": Lodging.ROOM_5_8, "open": 1},
        labourer=labourer,
    )
    assert gates_of_labourer(problem, 0).get(Gate.PASSED, 0) == 0
    assert what_would_change_labourer(problem, 0) == [
        Counterfactual(Change.FLOOR_LOWER, 1_000, 2),
        Counterfactual(Change.LODGING_NOT_NEEDED, 0, 2),
        Counterfactual(Change.FLOOR_LOWER, 300, 1),
        Counterfactual(Change.FLOOR_LOWER, 500, 1),
        Counterfactual(Change.TRADE_ALLOWED, 4, 1),
        Counterfactual(Change.TRAIT_ACCEPTED, Trait.SMELL, 1),
        Counterfactual(Change.SHIFT_ACCEPTED, Shift.NIGHTS, 1),
    ]


def test_a_place_allowed_and_any_day() -> None:
    excluded = plain_problem({"excluded_kind": [1, 2], "excluded_place": [440000, 0], "available_from": 20_050})
    assert what_would_change_labourer(excluded, 0) == [Counterfactual(Change.PLACE_ALLOWED, 1, 1)]
    late = offers({"starts_until": 20_010}, labourer={"available_from": 20_050})
    assert what_would_change_labourer(late, 0) == [Counterfactual(Change.START_ANY_DAY, 0, 1)]


def test_consent_and_declaration_are_never_among_the_changes() -> None:
    assert what_would_change_labourer(plain_problem({"consent": 1}), 0) == []
    assert what_would_change_labourer(plain_problem({"scope": 2}), 0) == []
    assert not {change.name for change in Change} & {"CONSENT", "DECLARATION", "SCOPE", "AGE"}


def test_what_an_employer_could_offer() -> None:
    people = plain_problem().labourers.take(np.zeros(3, dtype=int))
    columns = {name: getattr(people, name) for name in Labourers.columns()}
    columns |= {"uid": np.arange(3), "net_floor": [4_400, 5_000, -1], "lodging_needed": [0, 0, Lodging.SINGLE]}
    problem = replace(
        plain_problem(vacancy={"net_month": 4_200, "lodging": Lodging.ROOM_5_8}), labourers=Labourers(**columns)
    )
    assert what_would_change_vacancy(problem, 0) == [
        Counterfactual(Change.PAY_HIGHER, 1_000, 2),
        Counterfactual(Change.PAY_HIGHER, 300, 1),
        Counterfactual(Change.PAY_HIGHER, 500, 1),
        Counterfactual(Change.LODGING_OFFERED, Lodging.SINGLE, 1),
    ]
