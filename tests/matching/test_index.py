"""The index over vacancies: nothing is lost, and a row stands for all that lies below it."""

import numpy as np
import pytest

from matching.index import VacancyIndex, build_index
from matching.kernel_index import BLOCK, FIRST_DAY, GROUP_KINDS, LEAST_HOURS, NUMBERS
from matching.params import MatchingParams
from matching.problem import MatchingProblem
from tests.matching.problems import random_problem


def indexed(seed: int, posts: int = 17) -> tuple[MatchingProblem, VacancyIndex]:
    problem = random_problem(seed, posts=posts)
    listed = np.flatnonzero(problem.listed).astype(np.int32)
    return problem, build_index(problem, MatchingParams(), listed)


def test_every_listed_vacancy_has_one_position() -> None:
    for seed in range(60):
        problem, index = indexed(seed)
        assert sorted(index.order.tolist()) == np.flatnonzero(problem.listed).tolist()
        assert len(index.facts) == len(index.order)


def test_positions_of_a_site_are_those_of_its_vacancies() -> None:
    for seed in range(60):
        problem, index = indexed(seed)
        for site in range(len(problem.sites)):
            positions = index.site_positions[index.site_first[site] : index.site_first[site + 1]]
            assert (problem.vacancies.site[index.order[positions]] == site).all()
        assert index.site_first[-1] == len(index.order)


def test_a_row_is_at_least_as_good_as_what_lies_below() -> None:
    """Numbers and groups of every block stand for those of the block under it."""
    deep = 0
    for seed in range(30):
        _, index = indexed(seed, posts=900)
        positions = len(index.groups) - len(index.below)
        for at, block in enumerate(index.below):
            if block < 0:
                continue
            rows, row = slice(block * BLOCK, (block + 1) * BLOCK), positions + at
            used = index.groups[rows, 0] != 0
            assert (index.groups[row, 0] != 0) == used.any()
            for column in range(index.numbers.shape[1] if used.any() else 0):
                below = index.numbers[rows, column][used]
                least = column + GROUP_KINDS in (LEAST_HOURS, FIRST_DAY)
                assert index.numbers[row, column] == (below.min() if least else below.max())
            deep += 1
    assert deep > 500


def test_the_same_problem_gives_the_same_index() -> None:
    (_, first), (_, second) = indexed(5), indexed(5)
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one, other)


def test_a_class_is_at_least_as_good_as_each_of_its_vacancies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vacancies alike in numbers are summed up by the best of each number, whatever the number of classes."""
    monkeypatch.setattr("matching.index.CLASSES", 20)
    for seed in range(20):
        _, index = indexed(seed, posts=300)
        leaves = index.group_leaves[NUMBERS]
        start = 2 * int(index.group_leaves[:NUMBERS].sum()) + int(leaves)
        classes = index.groups[: len(index.order), NUMBERS].astype(int) - start
        assert 1 < len(index.class_numbers) <= 20
        assert set(classes.tolist()) == set(range(len(index.class_numbers)))
        for column in range(index.numbers.shape[1]):
            own, bound = index.numbers[: len(index.order), column], index.class_numbers[classes, column]
            least = column + GROUP_KINDS in (LEAST_HOURS, FIRST_DAY)
            assert (own >= bound).all() if least else (own <= bound).all()
