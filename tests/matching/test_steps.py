"""The table in steps: whoever can reach a goal by the gains is within the steps that may be lost, others mostly not."""

from typing import Any

import numba
import numpy as np

from matching.kernel_aims import make_aims, take_aims
from matching.kernel_index import BLOCK
from matching.kernel_lanes import LANES, positions_within, reaching, rows_within
from matching.kernel_search import _make_search
from matching.kernel_steps import UNREACHABLE, make_steps, take_steps
from matching.params import MatchingParams
from matching.topk import prepare
from tests.matching.problems import random_problem


@numba.njit(error_model="numpy")
def seen(world: Any, index: Any, rows: Any, goals: Any, reach: Any, within: Any) -> int:
    """Write for every row but the topmost who reaches their goal there, and who keeps within their steps."""
    aims, bits = make_aims(world, index), np.zeros(BLOCK, np.int32)
    take_aims(world, index, rows, aims)
    steps, positions = make_steps(len(aims.table)), len(index.groups) - len(index.below)
    able = take_steps(index, aims.table, goals, steps)
    for at in range(len(index.below)):
        if index.below[at] < 0:
            continue
        block = index.below[at] * BLOCK
        if block < positions:
            positions_within(steps.coarse, index.groups, positions + at, block, steps.limits, bits, 0)
        else:
            rows_within(steps.coarse, index.groups, positions + at, block, steps.limits, bits, 0)
        for row in range(BLOCK):
            reach[block + row] = reaching(aims.table, index.groups, block + row, goals)
            within[block + row] = np.int64(bits[row]) & able
    return able


def lanes(bits: np.ndarray) -> np.ndarray:
    return (bits[:, None] >> np.arange(LANES)) & 1 == 1


def test_nobody_who_reaches_a_goal_is_passed_over() -> None:
    reached = kept = tried = 0
    for seed in range(40):
        problem = random_problem(seed, people=LANES, posts=400)
        engine, rows = prepare(problem, MatchingParams()), np.arange(len(problem.labourers))
        if not len(rows) or not len(engine.index.order):
            continue
        goals = np.random.default_rng(seed).integers(0, 26_000, LANES).astype(np.int16)
        goals[:3] = 0, UNREACHABLE, 1
        reach, within = np.zeros((2, len(engine.index.groups)), np.int64)
        seen(engine.world, engine.index, rows, goals, reach, within)
        real, stepped = lanes(reach), lanes(within)
        assert not stepped[:, 1].any()
        assert (stepped | ~real)[:, [0, *range(2, len(rows))]].all()
        used = engine.index.groups[:, 0] != 0
        assert not stepped[~used].any()
        reached, kept, tried = reached + real.sum(), kept + stepped.sum(), tried + used.sum() * len(rows)
    assert 1_000 < reached <= kept < tried / 2


def test_there_is_room_for_the_smallest_tree_and_not_for_more_hints_than_posts() -> None:
    """All topmost rows are looked below at once, be there one vacancy only; long lists need no more hints."""
    for posts in (1, 5, 9):
        engine = prepare(random_problem(posts, people=1, posts=posts), MatchingParams())
        search = _make_search(engine.world, engine.index, 10_000)
        assert min(len(search.found.bits), len(search.found.rows) - 1, len(search.found.blocks)) >= BLOCK * BLOCK
        assert len(search.hinted.rows) == len(search.hinted.sums) == len(engine.index.order)
