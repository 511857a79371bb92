"""Coverage, counted by hand."""

from dataclasses import replace

import numpy as np

from matching.metrics import Coverage, coverage
from matching.problem import Vacancies
from matching.result import Candidates
from tests.matching.problems import plain_problem


def test_coverage_counts_openings_no_further_than_labourers_reach() -> None:
    people = plain_problem().labourers.take(np.zeros(3, dtype=int))
    columns = {name: getattr(people, name) for name in people.columns()} | {"uid": np.arange(3)}
    problem = replace(
        plain_problem(),
        labourers=type(people)(**columns),
        vacancies=Vacancies.of(
            3,
            uid=[1, 2, 3],
            openings_free=[1, 5, 9],
            open=[2, 2, 2],
            verified=[2, 2, 1],
            employer_in_standing=[2, 2, 2],
        ),
    )
    blank = np.zeros((3, 2), dtype=np.int32)
    lists = Candidates(
        other=np.array([[0, 1], [0, -1], [-1, -1]], dtype=np.int32),
        overall=blank,
        skill=blank,
        location=blank,
        willingness=blank,
        unknown_gates=np.array([[0, 4], [0, 0], [0, 0]], dtype=np.int32),
        unknown_parts=blank,
    )
    assert coverage(problem, lists) == Coverage(
        labourers=3,
        labourers_matched=2,
        vacancies=2,
        vacancies_matched=2,
        openings=6,
        openings_covered=2,
        pairs=3,
        pairs_with_questions=1,
    )
