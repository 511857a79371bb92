"""A whole run."""

import numpy as np

from matching.params import MatchingParams
from matching.result import ENGINE_VERSION
from matching.solve import Directions, solve
from tests.matching.problems import random_problem

PARAMS = MatchingParams(version="trial")


def test_a_run_records_what_it_was_made_with() -> None:
    result = solve(random_problem(4), PARAMS, k=3, seed=8)
    assert (result.k, result.seed, result.params_version, result.engine_version) == (3, 8, "trial", ENGINE_VERSION)
    assert result.for_labourers is not None
    assert result.for_vacancies is not None


def test_only_the_asked_side_is_searched_and_both_agree() -> None:
    problem = random_problem(4, posts=60)
    both = solve(problem, PARAMS, k=60, seed=8)
    mine = solve(problem, PARAMS, k=60, seed=8, directions=Directions.FOR_LABOURERS)
    theirs = solve(problem, PARAMS, k=60, seed=8, directions=Directions.FOR_VACANCIES)
    assert mine.for_vacancies is None
    assert theirs.for_labourers is None
    assert both.for_labourers is not None
    assert both.for_vacancies is not None
    pairs = {(row, int(other)) for row, others in enumerate(both.for_labourers.other) for other in others if other >= 0}
    back = {(int(other), row) for row, others in enumerate(both.for_vacancies.other) for other in others if other >= 0}
    assert pairs == back
    assert len(pairs) > 10


def test_progress_is_told_for_each_side() -> None:
    told: list[tuple[Directions, int, int]] = []
    problem = random_problem(4)
    solve(problem, PARAMS, k=2, seed=8, progress=lambda *at: told.append(at))
    assert told[0] == (Directions.FOR_LABOURERS, len(problem.labourers), len(problem.labourers))
    listed = int(problem.listed.sum())
    assert told[-1] == (Directions.FOR_VACANCIES, listed, listed)


def test_lists_are_sorted_and_nobody_ineligible_is_in_them() -> None:
    for seed in range(20):
        result = solve(random_problem(seed), PARAMS, k=4, seed=seed)
        assert result.for_labourers is not None
        overall = np.where(result.for_labourers.other >= 0, result.for_labourers.overall, -1)
        assert (np.diff(overall, axis=1) <= 0).all()
