"""The whole of a run on one page: a problem in, the best k of each row out."""

from collections.abc import Collection
from typing import Final, Literal

from matching.exceptions import InvalidParamsError
from matching.params import MatchingParams
from matching.problem import MatchingProblem
from matching.result import MatchingResult
from matching.topk import Progress, best_for_labourers, best_for_vacancies, prepare

Direction = Literal["labourers", "vacancies"]

BOTH: Final[tuple[Direction, ...]] = ("labourers", "vacancies")


def solve(
    problem: MatchingProblem,
    params: MatchingParams,
    *,
    k: int,
    seed: int,
    directions: Collection[Direction] = BOTH,
    threads: int | None = None,
    progress: Progress | None = None,
) -> MatchingResult:
    """Match a problem: gates, scores, exact best k.

    Parameters
    ----------
    k
        At most this many for each row, at least 1.
    seed
        Of the tie keys, in [0, 2**63): same problem, parameters and seed, same result, whatever the order of rows.
    directions
        For whom lists are made: ``labourers`` (their vacancies), ``vacancies`` (their labourers), or both.
    threads
        At least 1, by default one per processor. The result does not depend on it.
    progress
        Called with the rows done and the rows there are, for each direction anew.

    Raises: InvalidParamsError, k, seed, threads or a direction lies outside its domain.
    """
    if unknown := set(directions) - set(BOTH):
        raise InvalidParamsError(f"directions: holds {sorted(unknown)}, expected any of {list(BOTH)}")
    for_labourers = for_vacancies = None
    if "labourers" in directions:
        engine = prepare(problem, params)
        for_labourers = best_for_labourers(engine, k=k, seed=seed, threads=threads, progress=progress)
    if "vacancies" in directions:
        for_vacancies = best_for_vacancies(problem, params, k=k, seed=seed, threads=threads, progress=progress)
    return MatchingResult(for_labourers, for_vacancies, k, seed, params.version)
