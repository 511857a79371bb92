"""The compiled search against the plain definition, on random problems that hit every branch."""

import dataclasses

import numpy as np
import pytest

from matching.exceptions import InvalidParamsError, RowOutOfRangeError
from matching.pairs import all_pairs
from matching.params import MatchingParams
from matching.problem import Labourers, MatchingProblem, Vacancies
from matching.result import Candidates
from matching.topk import (
    best_for_labourers,
    best_for_vacancies,
    best_for_vacancy,
    plain_best,
    plain_best_for_labourer,
    prepare,
)
from tests.matching.expected import COLUMNS, expected_lists, gates_and_scores
from tests.matching.problems import plain_problem, random_problem

PARAMS = MatchingParams()
OTHER_PARAMS = MatchingParams(
    version="other",
    skill_general=(100, 500, 300, 100),
    location=(100, 600, 300, 0),
    overall_general=(600, 400, 0),
    matters_factor=3,
    vacancy_silent=0,
    pay_span=1_500,
    minutes_span=500,
)
ROUNDS, SEEDS_EACH = 10, 120


def assert_same(found: Candidates, wanted: dict[str, np.ndarray], seed: int) -> None:
    for column in COLUMNS:
        assert getattr(found, column).tolist() == wanted[column].tolist(), (seed, column)


@pytest.mark.parametrize("part", range(ROUNDS))
def test_the_search_equals_the_plain_definition(part: int) -> None:
    """In all 1200 problems, both directions, every column of every list."""
    for seed in range(part * SEEDS_EACH, (part + 1) * SEEDS_EACH):
        problem, k = random_problem(seed), 1 + seed % 7
        params = OTHER_PARAMS if seed % 3 == 0 else PARAMS
        for_labourers, for_vacancies = expected_lists(problem, params, k, seed)
        found = best_for_labourers(prepare(problem, params), k=k, seed=seed, threads=1)
        assert_same(found, for_labourers, seed)
        assert_same(best_for_vacancies(problem, params, k=k, seed=seed, threads=1), for_vacancies, seed)


@pytest.mark.parametrize("seed", range(12))
def test_the_search_equals_the_plain_definition_below_several_levels_of_the_tree(seed: int) -> None:
    problem = random_problem(seed, people=60, posts=1_200, sites=40)
    for_labourers, for_vacancies = expected_lists(problem, PARAMS, 10, seed)
    assert_same(best_for_labourers(prepare(problem, PARAMS), k=10, seed=seed), for_labourers, seed)
    assert_same(best_for_vacancies(problem, PARAMS, k=10, seed=seed), for_vacancies, seed)


@pytest.mark.parametrize("seed", range(6))
def test_ties_at_unround_floors_are_found_for_several_groups_abreast(seed: int) -> None:
    """With the steepest value of pay that is allowed, 32-bit bounds are furthest from the score."""
    params = MatchingParams(version="steep", willingness=(1_000, *[0] * 10), overall_general=(0, 0, 1_000), pay_span=50)
    problem, draw = random_problem(seed, people=60, posts=150, sites=20), np.random.default_rng(seed)
    people = {name: getattr(problem.labourers, name) for name in problem.labourers.columns()}
    posts = {name: getattr(problem.vacancies, name) for name in problem.vacancies.columns()}
    people["net_floor"] = np.where(people["net_floor"] > 0, draw.integers(3_001, 3_099, len(people["net_floor"])), -1)
    posts["net_month"] = np.where(posts["net_month"] > 0, draw.integers(3_050, 3_250, len(posts["net_month"])), -1)
    unround = dataclasses.replace(problem, labourers=Labourers(**people), vacancies=Vacancies(**posts))
    for_labourers, for_vacancies = expected_lists(unround, params, 3, seed)
    assert_same(best_for_labourers(prepare(unround, params), k=3, seed=seed), for_labourers, seed)
    assert_same(best_for_vacancies(unround, params, k=3, seed=seed), for_vacancies, seed)


def test_random_problems_hit_every_gate_part_and_tie() -> None:
    """Were this to fail, the comparison above would prove less than it says."""
    first, unknown_gates, unknown_parts, values, ties = set(), 0, 0, set(), 0
    for seed in range(300):
        pairs = all_pairs(random_problem(seed))
        outcome, scored = gates_and_scores(pairs, PARAMS)
        first |= set(outcome.first.tolist())
        unknown_gates |= int(np.bitwise_or.reduce(outcome.unknown, initial=0))
        unknown_parts |= int(np.bitwise_or.reduce(scored.unknown, initial=0))
        values |= {(part, int(scored.parts[pair, part] > 0)) for pair in range(len(pairs)) for part in range(19)}
        overall = scored.overall[outcome.passed]
        ties += len(overall) - len(np.unique(overall))
    assert first == set(range(17))
    assert unknown_gates == sum(1 << gate for gate in range(10, 17))
    assert unknown_parts == (1 << 19) - 1 - (1 << 5)  # a count of townsfolk is never unknown
    assert len(values) == 38
    assert ties > 500


def reordered(problem: MatchingProblem, people: np.ndarray, posts: np.ndarray) -> MatchingProblem:
    return MatchingProblem(
        problem.labourers.take(people),
        problem.vacancies.take(posts),
        problem.sites,
        problem.trades,
        problem.townsfolk,
        problem.travel_minutes,
        problem.as_of,
    )


def test_neither_the_order_of_rows_nor_threads_change_anything() -> None:
    for seed in range(40):
        problem = random_problem(seed)
        draw = np.random.default_rng(seed)
        people, posts = draw.permutation(len(problem.labourers)), draw.permutation(len(problem.vacancies))
        mixed = reordered(problem, people, posts)
        straight = best_for_labourers(prepare(problem, PARAMS), k=4, seed=9, threads=1)
        again = best_for_labourers(prepare(mixed, PARAMS), k=4, seed=9, threads=2)
        named = np.append(posts, -1)[again.other]  # back to the first numbering; −1 stays −1
        assert named.tolist() == straight.other[people].tolist()
        for_vacancies = best_for_vacancies(problem, PARAMS, k=4, seed=9, threads=1)
        again = best_for_vacancies(mixed, PARAMS, k=4, seed=9, threads=3)
        assert np.append(people, -1)[again.other].tolist() == for_vacancies.other[posts].tolist()


def test_lists_longer_than_a_chunk_or_a_slice_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = random_problem(7)
    whole = best_for_labourers(prepare(problem, PARAMS), k=3, seed=1, threads=1)
    whole_back = best_for_vacancies(problem, PARAMS, k=3, seed=1, threads=1)
    monkeypatch.setattr("matching.topk.LEAST_CHUNK", 2)
    monkeypatch.setattr("matching.topk.SLICE", 3)
    told: list[tuple[int, int]] = []
    parts = best_for_labourers(prepare(problem, PARAMS), k=3, seed=1, threads=2, progress=lambda *at: told.append(at))
    assert parts.other.tolist() == whole.other.tolist()
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (len(problem.labourers), len(problem.labourers))
    assert best_for_vacancies(problem, PARAMS, k=3, seed=1, threads=2).other.tolist() == whole_back.other.tolist()


def test_one_changed_row_gets_the_list_it_has_in_a_whole_run() -> None:
    problem = random_problem(11)
    engine = prepare(problem, PARAMS)
    whole, back = best_for_labourers(engine, k=5, seed=2), best_for_vacancies(problem, PARAMS, k=5, seed=2)
    for row in range(len(problem.labourers)):
        one = best_for_labourers(engine, k=5, seed=2, rows=np.array([row]))
        assert one.other[0].tolist() == whole.other[row].tolist()
        plain = plain_best_for_labourer(problem, PARAMS, row, k=5, seed=2)
        assert plain.other[0].tolist() == whole.other[row].tolist()
    for row in range(len(problem.vacancies)):
        assert best_for_vacancy(problem, PARAMS, row, k=5, seed=2).other[0].tolist() == back.other[row].tolist()


def twins(count: int) -> MatchingProblem:
    """Labourers and vacancies that are alike but for their uids: every pair ties."""
    problem = plain_problem()
    people, posts = (
        problem.labourers.take(np.zeros(count, dtype=int)),
        problem.vacancies.take(np.zeros(count, dtype=int)),
    )
    columns = {name: getattr(people, name) for name in people.columns()} | {"uid": np.arange(count)}
    offered = {name: getattr(posts, name) for name in posts.columns()} | {"uid": np.arange(count)}
    problem = reordered(problem, np.zeros(0, dtype=int), np.zeros(0, dtype=int))
    return MatchingProblem(
        Labourers(**columns),
        Vacancies(**offered),
        problem.sites,
        problem.trades,
        problem.townsfolk,
        problem.travel_minutes,
        problem.as_of,
    )


def test_ties_are_broken_by_the_seed_and_favour_nobody() -> None:
    problem = twins(60)
    first = best_for_labourers(prepare(problem, PARAMS), k=1, seed=1)
    assert len(set(first.overall.ravel().tolist())) == 1
    chosen = first.other.ravel()
    assert len(set(chosen.tolist())) > 25  # 38 expected of 60; were low ids to win, it would be one
    assert 15 < chosen.mean() < 44
    other = best_for_labourers(prepare(problem, PARAMS), k=1, seed=2)
    assert (other.other != first.other).mean() > 0.8
    assert best_for_labourers(prepare(problem, PARAMS), k=1, seed=1).other.tolist() == first.other.tolist()


def test_a_list_longer_than_the_other_side_is_padded() -> None:
    found = best_for_labourers(prepare(plain_problem(), PARAMS), k=3, seed=0)
    assert found.other.tolist() == [[0, -1, -1]]
    assert found.overall[0, 1:].tolist() == [0, 0]
    assert found.count.tolist() == [1]


@pytest.mark.parametrize(
    ("labourers", "vacancies"), [(0, 1), (1, 0), (0, 0)], ids=["nobody looks", "nothing is offered", "neither"]
)
def test_empty_sides(labourers: int, vacancies: int) -> None:
    rows = np.zeros(1, dtype=int)
    problem = reordered(plain_problem(), rows[:labourers], rows[:vacancies])
    assert best_for_labourers(prepare(problem, PARAMS), k=2, seed=0).other.tolist() == [[-1, -1]] * labourers
    assert best_for_vacancies(problem, PARAMS, k=2, seed=0).other.tolist() == [[-1, -1]] * vacancies


@pytest.mark.parametrize(("name", "given"), [("k", 0), ("seed", -1), ("seed", 2**63), ("threads", 0)])
def test_what_lies_outside_its_domain_is_refused(name: str, given: int) -> None:
    asked = {"k": 1, "seed": 0, "threads": 1} | {name: given}
    with pytest.raises(InvalidParamsError, match=name):
        best_for_labourers(prepare(plain_problem(), PARAMS), **asked)
    with pytest.raises(InvalidParamsError, match=name):
        best_for_vacancies(plain_problem(), PARAMS, **asked)


@pytest.mark.parametrize("row", [-1, 1])
def test_a_row_that_is_not_there_is_refused(row: int) -> None:
    """Compiled code looks where it is told to."""
    with pytest.raises(RowOutOfRangeError, match="rows"):
        best_for_labourers(prepare(plain_problem(), PARAMS), k=1, seed=0, rows=np.array([row]))


@pytest.mark.parametrize("nothing", ["families", "occupations"])
def test_without_a_classification_the_search_equals_the_plain_definition(nothing: str) -> None:
    problem = random_problem(5, people=40, posts=200)
    people, posts, trades = problem.labourers, problem.vacancies, problem.trades
    none, blank = np.zeros((0, 0), np.int32), -1
    if nothing == "families":
        medians = {"median_net_month": trades.median_net_month[-1:], "median_net_hour": trades.median_net_hour[-1:]}
        trades = dataclasses.replace(trades, family_affinity=none, **medians)
        said = {name: np.full_like(getattr(people, name), blank) for name in ("skill_trade", "wanted_trades")}
        people = dataclasses.replace(people, excluded_trades=np.zeros_like(people.excluded_trades), **said)
        posts = dataclasses.replace(posts, trade=np.full_like(posts.trade, blank))
    else:
        trades = dataclasses.replace(trades, occupation_affinity=none)
        people = dataclasses.replace(people, skill_occupation=np.full_like(people.skill_occupation, blank))
        posts = dataclasses.replace(posts, occupation=np.full_like(posts.occupation, blank))
    problem = dataclasses.replace(problem, labourers=people, vacancies=posts, trades=trades)
    found = best_for_labourers(prepare(problem, PARAMS), k=4, seed=3)
    for row in range(len(people)):
        plain = plain_best_for_labourer(problem, PARAMS, row, k=4, seed=3)
        for column in COLUMNS:
            assert getattr(found, column)[row].tolist() == getattr(plain, column)[0].tolist()
    assert (found.count > 0).any()


def test_an_error_told_by_progress_ends_the_run() -> None:
    def stop(done: int, total: int) -> None:
        raise RuntimeError("cancelled")

    with pytest.raises(RuntimeError, match="cancelled"):
        best_for_labourers(prepare(plain_problem(), PARAMS), k=1, seed=0, progress=stop)
    assert plain_best(all_pairs(plain_problem()), PARAMS, k=1, seed=0, by_labourer=True).other.tolist() == [[0]]


@pytest.mark.parametrize("seed", range(3))
def test_few_groups_many_labourers_and_hints_change_nothing(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups are merged, and the lists of labourers long gone are no hints any more."""
    for name, most in (
        ("UNIONS", 2),
        ("PAY_GROUPS", 6),
        ("WEEK_GROUPS", 2),
        ("CASH_GROUPS", 2),
        ("DATE_GROUPS", 6),
    ):
        monkeypatch.setattr(f"matching.index_groups.{name}", most)
    problem = random_problem(seed, people=230, posts=400, sites=40)
    for_labourers, for_vacancies = expected_lists(problem, PARAMS, 5, seed)
    assert_same(best_for_labourers(prepare(problem, PARAMS), k=5, seed=seed), for_labourers, seed)
    assert_same(best_for_vacancies(problem, PARAMS, k=5, seed=seed), for_vacancies, seed)


def test_days_further_away_than_floating_numbers_hold_are_told_apart() -> None:
    problem, far = plain_problem(), 2**30
    people = problem.labourers.take(np.zeros(8, dtype=int))
    posts = problem.vacancies.take(np.zeros(60, dtype=int))
    ready = {name: getattr(people, name) for name in people.columns()} | {
        "uid": np.arange(8),
        "available_from": far + np.arange(8) % 5,
        "months_wanted": np.ones(8, dtype=int),
    }
    offered = {name: getattr(posts, name) for name in posts.columns()} | {
        "uid": np.arange(60),
        "starts_from": far + 6 + np.arange(60) % 40,
        "starts_until": np.full(60, -1),
        "months": np.full(60, 600),
    }
    away = dataclasses.replace(problem, labourers=Labourers(**ready), vacancies=Vacancies(**offered))
    for_labourers, for_vacancies = expected_lists(away, PARAMS, 2, 1)
    assert_same(best_for_labourers(prepare(away, PARAMS), k=2, seed=1), for_labourers, 1)
    assert_same(best_for_vacancies(away, PARAMS, k=2, seed=1), for_vacancies, 1)
    assert len(np.unique(for_labourers["overall"])) > 1


def test_a_list_of_ties_longer_than_its_room_is_settled_on_both_sides() -> None:
    problem = twins(60)
    for k in (1, 3, 40):
        for_labourers, for_vacancies = expected_lists(problem, PARAMS, k, 4)
        assert_same(best_for_labourers(prepare(problem, PARAMS), k=k, seed=4), for_labourers, 4)
        assert_same(best_for_vacancies(problem, PARAMS, k=k, seed=4), for_vacancies, 4)
