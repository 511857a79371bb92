"""Exact best 10 vacancies for every labourer, beside what finds neighbours of vectors, in one run on this machine.

The peers answer an easier question (64 numbers a side, no gates, no reasons); each is given both processors and, where
it is slow, a seeded sample of the labourers whose size is printed. Our own answer is checked against the plain
definition on the definition's sample.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass

import faiss
import numpy as np
from scipy import sparse
from sklearn.neighbors import NearestNeighbors
from sparse_dot_topn import sp_matmul_topn

from matching.params import MatchingParams
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


def timed(name: str, labourers: int, work: Callable[[], object]) -> Line:
    print(f"  {name}, {labourers} labourers …", flush=True)
    began = time.perf_counter()
    work()
    return Line(name, labourers, time.perf_counter() - began)


def own_lines(people: int, posts: int, sample: int) -> list[Line]:
    """The kernel on everybody, the plain definition on a sample, and the two compared."""
    params = MatchingParams()
    problem = realistic_problem(people, posts, SEED)
    began = time.perf_counter()
    warm_up()
    print(f"  compiled, or loaded compiled, in {time.perf_counter() - began:.1f} s (not counted below)", flush=True)
    found = []
    kernel = timed(
        "Duijie, exact, index built and searched",
        people,
        lambda: found.append(best_for_labourers(prepare(problem, params), k=K, seed=SEED, threads=THREADS)),
    )
    rows = np.random.default_rng(SEED).choice(people, size=min(sample, people), replace=False)
    plain = []
    definition = timed(
        "plain definition",
        len(rows),
        lambda: plain.extend(plain_best_for_labourer(problem, params, int(row), k=K, seed=SEED) for row in rows),
    )
    for row, expected in zip(rows, plain, strict=True):
        assert np.array_equal(found[0].other[row], expected.other[0]), f"labourer {row} differs from the definition"
        assert np.array_equal(found[0].overall[row], expected.overall[0]), f"labourer {row}: scores differ"
    print(f"  equal to the plain definition on all {len(rows)} of its labourers", flush=True)
    return [kernel, definition]


def peer_lines(people: int, posts: int, samples: dict[str, int]) -> list[Line]:
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
        timed(f"faiss-cpu flat index, {DIMENSIONS} dimensions", samples["faiss"], search_flat),
        timed(f"scikit-learn brute-force neighbours, {DIMENSIONS} dimensions", samples["sklearn"], search_brute),
        timed(
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


def table(lines: list[Line], posts: int) -> list[str]:
    own = lines[0].per_second
    rows = [
        f"| {line.name} | {line.labourers:,} | {line.seconds:,.2f} | {line.per_second:,.0f} | "
        f"{own / line.per_second:,.1f} × |"
        for line in lines
    ]
    return [
        f"Best {K} of {posts:,} vacancies, {THREADS} threads, {machine()}.",
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
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    options = parser.parse_args(arguments)
    samples = {name: min(getattr(options, name), options.labourers) for name in ("faiss", "sklearn", "sparse")}
    lines = own_lines(options.labourers, options.vacancies, options.definition)
    lines += peer_lines(options.labourers, options.vacancies, samples)
    report = table(lines, options.vacancies)
    print("\n".join(["", *report]))
    if options.write:
        put_section("match", "Matching: `scripts/bench match`", report)


if __name__ == "__main__":
    main()
