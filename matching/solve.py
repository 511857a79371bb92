"""A whole run on one page: a problem and parameters in, candidates in one or both directions out."""

from collections.abc import Callable
from enum import Flag, auto

from matching.params import MatchingParams
from matching.problem import MatchingProblem
from matching.result import Candidates, MatchingResult
from matching.topk import Progress, best_for_labourers, best_for_vacancies, prepare


class Directions(Flag):
    """For whom the best of the other side is wanted."""

    FOR_LABOURERS = auto()
    FOR_VACANCIES = auto()
    BOTH = FOR_LABOURERS | FOR_VACANCIES


RunProgress = Callable[[Directions, int, int], None]
"""Called with the direction under way, the rows done in it and the rows there are."""


def solve(
    problem: MatchingProblem,
    params: MatchingParams,
    *,
    k: int,
    seed: int,
    directions: Directions = Directions.BOTH,
    threads: int | None = None,
    progress: RunProgress | None = None,
) -> MatchingResult:
    """Find the exact best k of each row of the asked side or sides.

    Parameters
    ----------
    problem, params
        What is matched, and how parts weigh.
    k
        Length of each list, at least 1.
    seed
        Breaks ties, in [0, 2**63); together with both uids, so that the order of rows does not matter.
    directions
        For labourers, for vacancies, or both.
    threads
        At least 1, by default one per processor; the result does not depend on it.
    progress
        Told how far the run is, from the calling thread. An exception it raises ends the run.

    Raises: InvalidParamsError, k, seed or threads lie outside their domain.
    """

    def tell(direction: Directions) -> Progress | None:
        return None if progress is None else lambda done, total: progress(direction, done, total)

    for_labourers: Candidates | None = None
    for_vacancies: Candidates | None = None
    if Directions.FOR_LABOURERS in directions:
        engine, report = prepare(problem, params), tell(Directions.FOR_LABOURERS)
        for_labourers = best_for_labourers(engine, k=k, seed=seed, threads=threads, progress=report)
    if Directions.FOR_VACANCIES in directions:
        report = tell(Directions.FOR_VACANCIES)
        for_vacancies = best_for_vacancies(problem, params, k=k, seed=seed, threads=threads, progress=report)
    return MatchingResult(for_labourers, for_vacancies, k, seed, params.version)
