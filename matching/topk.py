"""The exact best k in both directions: the plain definition, and the compiled search that must equal it.

Order: higher overall score, then lower tie key (``matching.ties``), then lower uid. So nothing depends on the order of
rows, on the number of threads, or on what was looked at first.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from matching.codes import UNKNOWN, Answer, Scope
from matching.columns import Ints, Longs
from matching.eligibility import gate_outcome
from matching.exceptions import InvalidParamsError, RowOutOfRangeError
from matching.index import VacancyIndex, build_index
from matching.index_groups import LARGEST_SMALL
from matching.kernel_lanes import LANES
from matching.kernel_lists import NOBODY, OUTCOME
from matching.kernel_reverse import search_labourers
from matching.kernel_search import search_vacancies
from matching.layout import World, make_world
from matching.pairs import Pairs, pairs_of_labourer, pairs_of_vacancy
from matching.params import MatchingParams
from matching.problem import ONE, Labourers, MatchingProblem, Sites, Townsfolk, Trades, Vacancies
from matching.result import Candidates
from matching.scoring import score_pairs
from matching.ties import LARGEST_SEED, stirred_seed, tie_keys

Progress = Callable[[int, int], None]
"""Called with the rows done and the rows there are, from the thread that asked for the search."""

CHUNK, LEAST_CHUNK = 8_192, 512
"""Labourers searched for at a time, at most and towards the end: the first of each chunk have no hints yet and take
longest, but no thread should be far from its end when the others are done."""

SLICE = 60_000
"""Vacancies whose lists are kept at a time, per thread."""


@dataclass(frozen=True, eq=False)
class Engine:
    """A problem made ready for searches: the index and the layout are built once, any row can then be asked for."""

    problem: MatchingProblem
    params: MatchingParams
    world: World
    index: VacancyIndex


def prepare(problem: MatchingProblem, params: MatchingParams) -> Engine:
    """Build what every search for labourers needs."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        world = pool.submit(make_world, problem, params)
        index = build_index(problem, params, np.flatnonzero(problem.listed).astype(np.int32))
        return Engine(problem, params, world.result(), index)


def best_for_labourers(
    engine: Engine,
    *,
    k: int,
    seed: int,
    rows: NDArray[np.integer[Any]] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Candidates:
    """Find the best k vacancies of each labourer.

    Parameters
    ----------
    k
        At least 1; more than there are vacancies is allowed.
    seed
        Of the tie keys, in [0, 2**63).
    rows
        Labourers to search for, in [0, n), all by default; the result has one row for each, in this order.
    threads
        At least 1, by default one per processor, while searching; making ready may use one more. The result does not
        depend on it.

    Raises: InvalidParamsError, k, seed or threads lie outside their domain; RowOutOfRangeError.
    """
    people = len(engine.problem.labourers)
    wanted = np.arange(people) if rows is None else np.asarray(rows, dtype=np.int64)
    if ((wanted < 0) | (wanted >= people)).any():
        raise RowOutOfRangeError(f"rows: from {wanted.min()} to {wanted.max()}, expected 0 to {people - 1}")
    stirred = _checked(k, seed)
    outcome = np.full((len(wanted), k, OUTCOME), NOBODY, dtype=np.int32)
    order = _alike(engine.problem, wanted)
    workers = _threads(threads)
    chunks = list(_chunks(order, workers))

    def search(chunk: Longs) -> int:
        found = np.full((len(chunk), k, OUTCOME), NOBODY, dtype=np.int32)
        search_vacancies(engine.world, engine.index, wanted[chunk], stirred, found)
        outcome[chunk] = found
        return len(chunk)

    _run(search, chunks, workers, len(wanted), progress)
    return _candidates(outcome)


def best_for_vacancies(
    problem: MatchingProblem,
    params: MatchingParams,
    *,
    k: int,
    seed: int,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Candidates:
    """Find the best k labourers of each vacancy. Parameters, order and errors as ``best_for_labourers``."""
    stirred, workers = _checked(k, seed), _threads(threads)
    outcome = np.full((len(problem.vacancies), k, OUTCOME), NOBODY, dtype=np.int32)
    listed = np.flatnonzero(problem.listed).astype(np.int32)
    by_place = listed[np.argsort(problem.sites.county[problem.vacancies.site[listed]], kind="stable")]
    parts = max(min(workers, len(listed)), -(-len(listed) // SLICE))
    slices = [part for part in np.array_split(by_place, max(parts, 1)) if len(part)]
    world, people = make_world(problem, params), _spread(problem)

    def search(chosen: Ints) -> int:
        search_labourers(world, build_index(problem, params, chosen), people, stirred, outcome)
        return len(chosen)

    _run(search, slices, workers, len(listed), progress)
    return _candidates(outcome)


def best_for_vacancy(
    problem: MatchingProblem, params: MatchingParams, vacancy: int, *, k: int, seed: int
) -> Candidates:
    """Find the best k labourers of one vacancy, looking at every labourer; the result has one row."""
    return plain_best(pairs_of_vacancy(problem, vacancy), params, k=k, seed=seed, by_labourer=False)


def plain_best_for_labourer(
    problem: MatchingProblem, params: MatchingParams, labourer: int, *, k: int, seed: int
) -> Candidates:
    """Find the best k vacancies of one labourer by the plain definition; the result has one row."""
    return plain_best(pairs_of_labourer(problem, labourer), params, k=k, seed=seed, by_labourer=True)


def plain_best(pairs: Pairs, params: MatchingParams, *, k: int, seed: int, by_labourer: bool) -> Candidates:
    """Sort the eligible pairs of one row, or column, and keep the best k: the definition of what a search returns."""
    _checked(k, seed)
    gates, scores = gate_outcome(pairs), score_pairs(pairs, params)
    keys = tie_keys(seed, pairs.people("uid"), pairs.posts("uid"))
    other_uids = pairs.posts("uid") if by_labourer else pairs.people("uid")
    kept = np.flatnonzero(gates.passed)
    order = kept[np.lexsort((other_uids[kept], keys[kept], -scores.overall[kept]))][:k]
    outcome = np.full((1, k, OUTCOME), NOBODY, dtype=np.int32)
    others = pairs.vacancy if by_labourer else pairs.labourer
    columns = (others, scores.overall, *scores.scores.T, gates.unknown, scores.unknown)
    for column, values in enumerate(columns):
        outcome[0, : len(order), column] = values[order]
    return _candidates(outcome)


def warm_up() -> None:
    """Compile everything, or load it compiled: for set-up, and before the first run of a process is timed."""
    problem, params = _smallest_problem(), MatchingParams()
    best_for_labourers(prepare(problem, params), k=1, seed=0, threads=1)
    best_for_vacancies(problem, params, k=1, seed=0, threads=1)


def _smallest_problem() -> MatchingProblem:
    same, unknown = np.full((1, 1), ONE, dtype=np.int32), np.full(2, UNKNOWN, dtype=np.int32)
    yes = [Answer.YES]
    return MatchingProblem(
        Labourers.of(
            1, declared_on=[0], declaration_until=[0], scope=[Scope.LEAVE_PROVINCE], consent=yes, age_class=[3]
        ),
        Vacancies.of(1, openings_free=[1], open=yes, verified=yes, employer_in_standing=yes),
        Sites.of(1),
        Trades(same, same, unknown, unknown),
        Townsfolk.of(0),
        np.zeros((1, 1), dtype=np.int32),
        as_of=0,
    )


def _checked(k: int, seed: int) -> np.uint64:
    if k < 1:
        raise InvalidParamsError(f"k: is {k}, expected at least 1")
    if not 0 <= seed <= LARGEST_SEED:
        raise InvalidParamsError(f"seed: is {seed}, expected 0 to {LARGEST_SEED}")
    return stirred_seed(seed)


def _threads(threads: int | None) -> int:
    if threads is None:
        return int(numba.get_num_threads())
    if threads < 1:
        raise InvalidParamsError(f"threads: is {threads}, expected at least 1")
    return threads


def _run(
    search: Callable[[Any], int], tasks: Sequence[Any], threads: int, total: int, progress: Progress | None
) -> None:
    """Do the tasks in threads (the kernels release the interpreter's lock) and report as each is done."""
    done = 0
    with ThreadPoolExecutor(max_workers=threads) as pool:
        for future in as_completed([pool.submit(search, task) for task in tasks]):
            done += future.result()
            if progress is not None:
                progress(done, total)


def _chunks(order: Longs, workers: int) -> Iterator[Longs]:
    """Part rows into chunks that grow smaller towards the end."""
    at = 0
    while at < len(order):
        size = max(min(CHUNK, (len(order) - at) // (4 * workers)) // LANES * LANES, LEAST_CHUNK)
        yield order[at : at + size]
        at += size


def _alike(problem: MatchingProblem, rows: Longs) -> Longs:
    """Order labourers so that one's list is a good first guess at the next one's."""
    people = problem.labourers
    keys = (
        people.shift_wanted,
        people.net_floor,
        people.skill_trade[:, 0],
        people.wanted_trades[:, 0],
        people.experience_stated,
        people.scope,
    )
    small = [key[rows].clip(UNKNOWN, LARGEST_SMALL).astype(np.int16) for key in keys]  # these are sorted by counting
    return np.lexsort([people.wish_place[rows, 0], *small])


def _spread(problem: MatchingProblem) -> Longs:
    """Order labourers so that those searched for abreast are alike and their groups in disorder (the same for the same
    number of rows): lists fill up soonest if good candidates are spread."""
    order = _alike(problem, np.arange(len(problem.labourers)))
    whole = len(order) // LANES * LANES
    crews = order[:whole].reshape(-1, LANES)
    return np.concatenate([crews[np.random.default_rng(0).permutation(len(crews))].ravel(), order[whole:]])


def _candidates(outcome: Ints) -> Candidates:
    """Name the columns of outcomes; what nobody fills is zero."""
    filled = outcome[:, :, 0] != NOBODY
    columns = (np.where(filled, outcome[:, :, column], 0) for column in range(1, OUTCOME))
    return Candidates(np.ascontiguousarray(outcome[:, :, 0]), *columns)
