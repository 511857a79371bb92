"""The compiled search equals the plain definition, number for number, on random problems that reach every branch."""

import numpy as np
import pytest

from matching.exceptions import InvalidParamsError
from matching.pairs import pairs_of_labourer, pairs_of_vacancy
from matching.params import MatchingParams
from matching.problem import MatchingProblem
from matching.result import Candidates
from matching.solve import solve
from matching.topk import best_for_labourers, best_for_vacancy, plain_best, prepare
from tests.matching.problems import random_problem

PROBLEMS = 1_000
BLOCKS = 20
PARAMS = MatchingParams()


def same(found: Candidates, row: int, plain: Candidates) -> bool:
    return all(
        np.array_equal(getattr(found, name)[row], getattr(plain, name)[0])
        for name in ("other", "overall", "skill", "location", "willingness", "unknown_gates", "unknown_parts")
    )


def assert_equals_the_definition(problem: MatchingProblem, k: int, seed: int) -> int:
    result = solve(problem, PARAMS, k=k, seed=seed, threads=1 + seed % 2)
    assert result.for_labourers is not None
    assert result.for_vacancies is not None
    for row in range(len(problem.labourers)):
        plain = plain_best(pairs_of_labourer(problem, row), PARAMS, k=k, seed=seed, by_labourer=True)
        assert same(result.for_labourers, row, plain), f"labourer {row}"
    for row in range(len(problem.vacancies)):
        plain = plain_best(pairs_of_vacancy(problem, row), PARAMS, k=k, seed=seed, by_labourer=False)
        assert same(result.for_vacancies, row, plain), f"vacancy {row}"
    return int(result.for_labourers.count.sum())


@pytest.mark.parametrize("block", range(BLOCKS))
def test_search_equals_the_definition(block: int) -> None:
    found = 0
    for number in range(block * PROBLEMS // BLOCKS, (block + 1) * PROBLEMS // BLOCKS):
        found += assert_equals_the_definition(random_problem(number), k=1 + number % 12, seed=number)
    assert found > 0


def test_one_changed_row_alone_gives_its_own_list() -> None:
    for number in range(20):
        problem = random_problem(number)
        if not len(problem.labourers) or not len(problem.vacancies):
            continue
        whole = solve(problem, PARAMS, k=5, seed=7)
        assert whole.for_labourers is not None
        assert whole.for_vacancies is not None
        last = len(problem.labourers) - 1
        alone = best_for_labourers(prepare(problem, PARAMS), k=5, seed=7, rows=np.array([last]))
        assert np.array_equal(alone.other[0], whole.for_labourers.other[last])
        post = best_for_vacancy(problem, PARAMS, 0, k=5, seed=7)
        assert np.array_equal(post.other[0], whole.for_vacancies.other[0])


@pytest.mark.parametrize("wrong", [{"k": 0}, {"seed": -1}, {"threads": 0}, {"directions": ["sideways"]}])
def test_what_lies_outside_its_domain_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidParamsError):
        solve(random_problem(1), PARAMS, **{"k": 1, "seed": 0, **wrong})
