"""What a run covers: counts over candidates, never over persons or villages compared with each other."""

from dataclasses import dataclass

import numpy as np

from matching.problem import MatchingProblem
from matching.result import NOBODY, Candidates


@dataclass(frozen=True)
class Coverage:
    """Counts of one run, seen from the labourers' lists.

    Parameters
    ----------
    labourers, labourers_matched
        All, and those with at least one candidate.
    vacancies, vacancies_matched
        Listed ones, and those that stand in at least one list.
    openings, openings_covered
        Free openings of listed vacancies, and how many of them the labourers in whose lists the vacancy stands could
        fill; one labourer may be counted for several vacancies, so it is a bound on what assignment can reach.
    pairs, pairs_with_questions
        Candidates, and those with something to ask before an offer.
    """

    labourers: int
    labourers_matched: int
    vacancies: int
    vacancies_matched: int
    openings: int
    openings_covered: int
    pairs: int
    pairs_with_questions: int


def coverage(problem: MatchingProblem, for_labourers: Candidates) -> Coverage:
    """Count what the labourers' lists of a run cover.

    Parameters
    ----------
    problem
        The problem the run was made for.
    for_labourers
        Its lists, one row per labourer.
    """
    filled = for_labourers.other != NOBODY
    named = np.bincount(for_labourers.other[filled], minlength=len(problem.vacancies))
    openings = np.where(problem.listed, problem.vacancies.openings_free, 0)
    return Coverage(
        labourers=len(problem.labourers),
        labourers_matched=int(filled.any(axis=1).sum()),
        vacancies=int(problem.listed.sum()),
        vacancies_matched=int((named > 0).sum()),
        openings=int(openings.sum()),
        openings_covered=int(np.minimum(openings, named).sum()),
        pairs=int(filled.sum()),
        pairs_with_questions=int((for_labourers.unknown_gates[filled] != 0).sum()),
    )
