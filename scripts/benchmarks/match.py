"""Exact best 10 vacancies for every labourer, beside what finds neighbours of vectors, in one run on this machine.

The peers answer an easier question (64 numbers a side, no gates, no reasons); each is given both processors and, where
it is slow, a seeded sample of the labourers whose size is printed. They take turns with us, some rounds each, and the
middle one counts, as machines change their pace from second to second. Our own answer is checked against the plain
definition on the definition's sample.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import faiss
import numpy as np
from scipy import sparse
from sklearn.neighbors import NearestNeighbors
from sparse_dot_topn import sp_matmul_topn

from matching.params import MatchingParams
from matching.problem import MatchingProblem
from matching.result import Candidates
from matching.topk import best_for_labourers, plain_best_for_labourer, prepare, warm_up
from scripts.benchmarks.population import realistic_problem
from scripts.benchmarks.report import machine, put_section

K, SEED, THREADS, DIMENSIONS = 10, 1, 2, 64
TEXT_DIMENSIONS, TEXT_TERMS = 20_000, 24  # characters and pairs of characters of a short advert


@dataclass(frozen=True)
class Line:
    """One row of the table: who, on how many labourers, how long."""

    name: str
    labourers: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.labourers / self.seconds


@dataclass(frozen=True)
class Task:
    """One to be timed: its name, on how many labourers, and the work."""

    name: str
    labourers: int
    work: Callable[[], object]

    def seconds(self) -> float:
        print(f"  {self.name}, {self.labourers} labourers …", flush=True)
        began = time.perf_counter()
        self.work()
        return time.perf_counter() - began


def in_turns(tasks: list[Task], rounds: int) -> list[Line]:
    """Do the tasks one after the other, some rounds; of each the middle round counts."""
    taken = [[task.seconds() for task in tasks] for _ in range(rounds)]
    return [
        Line(task.name, task.labourers, statistics.median(seconds))
        for task, seconds in zip(tasks, zip(*taken, strict=True), strict=True)
    ]


def own_task(problem: MatchingProblem, found: list[Candidates]) -> Task:
    """The kernel on everybody; what it found is kept, of the last round."""
    params = MatchingParams()

    def match() -> None:
        found[:] = [best_for_labourers(prepare(problem, params), k=K, seed=SEED, threads=THREADS)]

    return Task("Duijie, exact, index built and searched", len(problem.labourers), match)


def definition_line(problem: MatchingProblem, sample: int, found: Candidates) -> Line:
    """The plain definition on a sample, and what was found compared with it."""
    params, people = MatchingParams(), len(problem.labourers)
    rows = np.random.default_rng(SEED).choice(people, size=min(sample, people), replace=False)
    plain: list[Candidates] = []
    task = Task(
        "plain definition",
        len(rows),
        lambda: plain.extend(plain_best_for_labourer(problem, params, int(row), k=K, seed=SEED) for row in rows),
    )
    (line,) = in_turns([task], 1)
    for row, expected in zip(rows, plain, strict=True):
        assert np.array_equal(found.other[row], expected.other[0]), f"labourer {row} differs from the definition"
        assert np.array_equal(found.overall[row], expected.overall[0]), f"labourer {row}: scores differ"
    print(f"  equal to the plain definition on all {len(rows)} of its labourers", flush=True)
    return line


def peer_tasks(people: int, posts: int, samples: dict[str, int]) -> list[Task]:
    """Nearest neighbours by inner product over vectors of the same numbers of rows."""
    draw = np.random.default_rng(SEED)
    ours = draw.standard_normal((people, DIMENSIONS), dtype=np.float32)
    theirs = draw.standard_normal((posts, DIMENSIONS), dtype=np.float32)
    faiss.omp_set_num_threads(THREADS)

    def search_flat() -> None:
        index = faiss.IndexFlatIP(DIMENSIONS)
        index.add(theirs)
        index.search(ours[: samples["faiss"]], K)

    def search_brute() -> None:
        model = NearestNeighbors(n_neighbors=K, algorithm="brute", n_jobs=THREADS).fit(theirs)
        model.kneighbors(ours[: samples["sklearn"]])

    left, right = _texts(draw, samples["sparse"]), _texts(draw, posts)
    return [
        Task(f"faiss-cpu flat index, {DIMENSIONS} dimensions", samples["faiss"], search_flat),
        Task(f"scikit-learn brute-force neighbours, {DIMENSIONS} dimensions", samples["sklearn"], search_brute),
        Task(
            "sparse_dot_topn on text vectors",
            samples["sparse"],
            lambda: sp_matmul_topn(left, right.T.tocsr(), top_n=K, n_threads=THREADS, sort=True),
        ),
    ]


def _texts(draw: np.random.Generator, rows: int) -> sparse.csr_matrix:
    """Rows of a few terms each, common ones more often, of length 1."""
    columns = (draw.random((rows, TEXT_TERMS)) ** 2 * TEXT_DIMENSIONS).astype(np.int32)
    values = np.full(columns.size, 1 / np.sqrt(TEXT_TERMS), dtype=np.float32)
    starts = np.arange(0, columns.size + 1, TEXT_TERMS)
    return sparse.csr_matrix((values, columns.ravel(), starts), shape=(rows, TEXT_DIMENSIONS))


def table(lines: list[Line], posts: int, rounds: int) -> list[str]:
    own = lines[0].per_second
    how = f"the middle of {rounds} rounds in turns (the definition once)"
    rows = [
        f"| {line.name} | {line.labourers:,} | {line.seconds:,.2f} | {line.per_second:,.0f} | "
        f"{own / line.per_second:,.1f} × |"
        for line in lines
    ]
    return [
        f"Best {K} of {posts:,} vacancies, {THREADS} threads, {how}, {machine()}.",
        "",
        "| | labourers | seconds | labourers a second | Duijie is faster by |",
        "| --- | ---: | ---: | ---: | ---: |",
        *rows,
    ]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench match", description=__doc__)
    parser.add_argument("--labourers", type=int, default=100_000)
    parser.add_argument("--vacancies", type=int, default=100_000)
    parser.add_argument("--definition", type=int, default=40, help="labourers the plain definition is tried on")
    parser.add_argument("--faiss", type=int, default=20_000, help="labourers faiss is tried on")
    parser.add_argument("--sklearn", type=int, default=2_000, help="labourers scikit-learn is tried on")
    parser.add_argument("--sparse", type=int, default=5_000, help="labourers sparse_dot_topn is tried on")
    parser.add_argument("--rounds", type=int, default=5, help="rounds in turns, of which the middle one counts")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    options = parser.parse_args(arguments)
    samples = {name: min(getattr(options, name), options.labourers) for name in ("faiss", "sklearn", "sparse")}
    problem = realistic_problem(options.labourers, options.vacancies, SEED)
    began = time.perf_counter()
    warm_up()
    print(f"  compiled, or loaded compiled, in {time.perf_counter() - began:.1f} s (not counted below)", flush=True)
    found: list[Candidates] = []
    tasks = [own_task(problem, found), *peer_tasks(options.labourers, options.vacancies, samples)]
    own, *peers = in_turns(tasks, options.rounds)
    definition = definition_line(problem, options.definition, found[-1])
    report = table([own, definition, *peers], options.vacancies, options.rounds)
    print("\n".join(["", *report]))
    if options.write:
        put_section("match", "Matching: `scripts/bench match`", report)


if __name__ == "__main__":
    main()
