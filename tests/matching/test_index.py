"""The index over vacancies: nothing is lost, and a row stands for all that lies below it."""

import numpy as np
import pytest

from matching.index import VacancyIndex, _looked_at, _numbers, build_index
from matching.kernel_index import (
    BLOCK,
    CASH,
    DATES,
    DAYS,
    EXTRAS,
    FIRST_CASH,
    FIRST_DAY,
    HOUR,
    HOUR_OVER_MEDIAN,
    KINDS,
    LAST_DAY,
    LEAST_HOURS,
    LEAST_IS_BEST,
    LODGING,
    MOST_HOURS,
    NET,
    NET_OVER_MEDIAN,
    NO_DAYS,
    NO_HOUR,
    NO_HOURS,
    NO_NET,
    OFFER_BITS,
    PAY,
    SHIFTS,
    TREES,
    UNSAID,
    WEEK,
)
from matching.kernel_lanes import CLOSED
from matching.layout import make_world
from matching.params import MatchingParams
from matching.problem import MatchingProblem
from matching.topk import best_for_labourers, prepare
from tests.matching.problems import random_problem

COLUMNS_OF = {
    PAY: (NET, NET_OVER_MEDIAN, HOUR, HOUR_OVER_MEDIAN, NO_NET, NO_HOUR),
    WEEK: (LEAST_HOURS, MOST_HOURS, NO_HOURS),
    CASH: (FIRST_CASH,),
    DATES: (FIRST_DAY, LAST_DAY, DAYS, NO_DAYS),
}
"""Columns of numbers that the gains of each kind of group come from."""


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


def table_of(index: VacancyIndex, seed: int) -> np.ndarray:
    """Gains as some labourers might have them: drawn for the groups, closed upwards as the search does it."""
    draw, parts = np.random.default_rng(seed), []
    for leaves in index.group_leaves:
        tree = np.full(2 * leaves, CLOSED)
        tree[leaves:] = draw.integers(0, 4_000, leaves)
        for node in range(leaves - 1, 0, -1):
            tree[node] = max(tree[2 * node], tree[2 * node + 1])
        parts.append(tree)
    return np.concatenate(parts).astype(int)


def test_a_row_gains_at_least_what_is_gained_below() -> None:
    """Trees bound the groups of equal posts below them, whatever these gain."""
    deep = 0
    for seed in range(30):
        problem, index = indexed(seed, posts=900)
        table, positions = table_of(index, seed), len(index.groups) - len(index.below)
        for at, block in enumerate(index.below):
            if block < 0:
                continue
            rows, row = index.groups[block * BLOCK : (block + 1) * BLOCK], index.groups[positions + at]
            used = rows[:, 0] != 0
            assert (row[0] != 0) == used.any()
            for kind in range(TREES if used.any() else 0):
                assert table[row[kind]] >= table[rows[used, kind]].max()
            deep += 1
        of_sites = np.split(index.site_groups, index.site_first[1:-1])
        for row, rows, looked_at in zip(index.site_rows, of_sites, _looked_at(problem), strict=True):
            assert (row[0] != 0) == (len(rows) > 0 and looked_at)
            for kind in range(TREES if row[0] != 0 else 0):
                assert table[row[kind]] >= table[rows[:, kind]].max()
    assert deep > 500


def test_the_groups_that_rows_name_are_listed_by_kind() -> None:
    _, index = indexed(4, posts=300)
    for kind in range(KINDS):
        named = index.named[index.named_first[kind] : index.named_first[kind + 1]]
        assert named.tolist() == sorted(set(index.groups[:, kind].tolist()) - {0})


def test_the_same_problem_gives_the_same_index() -> None:
    (_, first), (_, second) = indexed(5), indexed(5)
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one, other)


def below(index: VacancyIndex, row: int) -> list[int]:
    """Return the positions below a row."""
    positions = len(index.groups) - len(index.below)
    if row < positions:
        return [row] if index.groups[row, 0] else []
    block = index.below[row - positions]
    return (
        [] if block < 0 else [at for lower in range(block * BLOCK, (block + 1) * BLOCK) for at in below(index, lower)]
    )


@pytest.mark.parametrize("fewer", [False, True])
def test_a_group_is_at_least_as_good_as_each_vacancy_it_stands_for(
    fewer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some groups hold all that is offered, others the best of each number, however few there are."""
    if fewer:
        for name, most in (
            ("UNIONS", 4),
            ("PAY_GROUPS", 20),
            ("WEEK_GROUPS", 3),
            ("CASH_GROUPS", 2),
            ("DATE_GROUPS", 9),
        ):
            monkeypatch.setattr(f"matching.index_groups.{name}", most)
    merged = 0
    for seed in range(8):
        problem, index = indexed(seed, posts=300)
        posts, listed = problem.vacancies, index.order
        own = _numbers(index.facts, problem.as_of)
        tables = (index.shifts, index.lodging, index.extras, index.pay, index.week, index.cash, index.dates)
        starts = 2 * int(index.group_leaves.sum()) + np.cumsum([0, *(len(table) for table in tables)])
        runs = [
            *((index.groups[row], np.array(below(index, row), dtype=int)) for row in range(len(index.groups))),
            *zip(index.site_rows, np.split(index.site_positions, index.site_first[1:-1]), strict=True),
        ]
        for at, (record, under) in enumerate(runs):
            if len(under) == 0 or record[0] == 0:  # no posts, or a site that is not looked at
                continue
            groups = dict(zip(range(TREES, KINDS), record[TREES:].astype(int) - starts[:-1], strict=True))
            extras = int(index.extras[groups[EXTRAS]])
            for offer, kept in (
                (posts.shifts[listed[under]], int(index.shifts[groups[SHIFTS]])),
                (posts.lodging[listed[under]], int(index.lodging[groups[LODGING]])),
                (posts.contracts[listed[under]], extras >> OFFER_BITS),
                (posts.meals[listed[under]], extras & (1 << OFFER_BITS) - 1),
            ):
                all_offered = np.bitwise_or.reduce(np.where(offer == 0, UNSAID, offer))
                assert all_offered & ~kept == 0
                merged += kept != all_offered
                if at < len(listed):
                    assert kept == (offer[0] or UNSAID)
            for kind, columns in COLUMNS_OF.items():
                for column in columns:
                    best, less = tables[kind - TREES][groups[kind], column], column in LEAST_IS_BEST
                    assert (own[under, column] >= best).all() if less else (own[under, column] <= best).all()
    assert (merged > 0) == fewer


def test_every_array_lies_row_after_row() -> None:
    """A kernel's loop along one that does not would take its elements one by one, many times slower."""
    problem, index = indexed(5, posts=200)
    for name, array in (*index._asdict().items(), *make_world(problem, MatchingParams())._asdict().items()):
        assert array.flags.c_contiguous, name


def test_many_groups_are_named_by_32_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, index = indexed(3, posts=200)
    assert index.groups.dtype == np.uint16
    found = best_for_labourers(prepare(problem, MatchingParams()), k=3, seed=1)
    monkeypatch.setattr("matching.index_groups.LARGEST_SHORT", 100)
    assert indexed(3, posts=200)[1].groups.dtype == np.uint32
    again = best_for_labourers(prepare(problem, MatchingParams()), k=3, seed=1)
    assert again.other.tolist() == found.other.tolist()
