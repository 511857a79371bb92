"""The index over vacancies: nothing is lost, and a row stands for all that lies below it."""

import numpy as np
import pytest

from matching.index import VacancyIndex, _numbers, build_index
from matching.index_groups import LEAST_IS_BEST, TREES
from matching.kernel_index import (
    BLOCK,
    HOUR,
    HOUR_OVER_MEDIAN,
    LEAST_HOURS,
    MOST_HOURS,
    NET,
    NET_OVER_MEDIAN,
    NO_HOUR,
    NO_HOURS,
    NO_NET,
    OFFER_BITS,
    PLACE,
    TRADE,
    UNSAID,
)
from matching.kernel_lanes import CLOSED
from matching.params import MatchingParams
from matching.problem import MatchingProblem
from matching.topk import best_for_labourers, prepare
from tests.matching.problems import random_problem

PAY_COLUMNS = (NET, NET_OVER_MEDIAN, HOUR, HOUR_OVER_MEDIAN, LEAST_HOURS, MOST_HOURS, NO_NET, NO_HOUR, NO_HOURS)


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
    draw, parts, start = np.random.default_rng(seed), [], 0
    for leaves in index.group_leaves:
        tree = np.full(2 * leaves, CLOSED)
        tree[leaves:] = draw.integers(0, 4_000, leaves)
        for node in range(leaves - 1, 0, -1):
            tree[node] = max(tree[2 * node], tree[2 * node + 1])
        parts.append(tree)
        start += len(tree)
    trees = np.concatenate(parts)
    return np.append(trees, [trees[members[members > 0]].max() for members in index.sets]).astype(int)


def test_a_row_gains_at_least_what_is_gained_below() -> None:
    """Trees and sets bound the groups of equal posts below them, whatever these gain."""
    deep = 0
    for seed in range(30):
        _, index = indexed(seed, posts=900)
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
    assert deep > 500


def test_a_set_is_just_the_groups_of_a_block() -> None:
    sets_seen = 0
    for seed in range(20):
        _, index = indexed(seed, posts=900)
        first = 2 * int(index.group_leaves.sum())
        positions = len(index.groups) - len(index.below)
        for block in range(positions // BLOCK):
            rows, row = index.groups[block * BLOCK : (block + 1) * BLOCK], index.groups[positions + block]
            for kind in (TRADE, PLACE):
                groups = set(rows[rows[:, kind] != 0, kind].tolist())
                if row[kind] >= first:
                    members = index.sets[row[kind] - first]
                    assert set(members[members > 0].tolist()) == groups
                    sets_seen += 1
                else:
                    assert groups == {int(row[kind])}
    assert sets_seen > 100


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
    """Terms and extras hold all that is offered, pay and times the best of each number, however few there are."""
    if fewer:
        for name, most in (("PAY_GROUPS", 20), ("TIME_GROUPS", 10), ("TERM_UNIONS", 3), ("EXTRA_UNIONS", 2)):
            monkeypatch.setattr(f"matching.index_groups.{name}", most)
    for seed in range(8):
        problem, index = indexed(seed, posts=300)
        posts, listed = problem.vacancies, index.order
        own = _numbers(problem, MatchingParams(), listed)
        starts = np.cumsum([2 * int(index.group_leaves.sum()) + len(index.sets), len(index.terms), len(index.extras)])
        for row in range(len(index.groups)):
            under = np.array(below(index, row), dtype=int)
            if len(under) == 0:
                continue
            terms, extras, pay = (int(index.groups[row, 3 + at]) - int(starts[at]) for at in range(3))
            times = int(index.groups[row, 6]) - int(starts[2]) - len(index.pay)
            for offer, kept in (
                (posts.shifts[listed[under]], int(index.terms[terms]) >> OFFER_BITS),
                (posts.lodging[listed[under]], int(index.terms[terms]) & (1 << OFFER_BITS) - 1),
                (posts.contracts[listed[under]], int(index.extras[extras]) >> OFFER_BITS),
                (posts.meals[listed[under]], int(index.extras[extras]) & (1 << OFFER_BITS) - 1),
            ):
                assert np.bitwise_or.reduce(np.where(offer == 0, UNSAID, offer)) & ~kept == 0
                if row < len(listed):
                    assert kept == (offer[0] or UNSAID)
            for column in range(own.shape[1]):
                best = index.pay[pay, column] if column in PAY_COLUMNS else index.times[times, column]
                less = column in LEAST_IS_BEST
                assert (own[under, column] >= best).all() if less else (own[under, column] <= best).all()


def test_many_groups_are_named_by_32_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, index = indexed(3, posts=200)
    assert index.groups.dtype == np.uint16
    found = best_for_labourers(prepare(problem, MatchingParams()), k=3, seed=1)
    monkeypatch.setattr("matching.index_groups.LARGEST_SHORT", 100)
    assert indexed(3, posts=200)[1].groups.dtype == np.uint32
    again = best_for_labourers(prepare(problem, MatchingParams()), k=3, seed=1)
    assert again.other.tolist() == found.other.tolist()
