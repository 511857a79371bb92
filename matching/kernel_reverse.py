# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""The search for each vacancy's best k labourers, compiled.

Labourer after labourer goes down the same tree over vacancies, past every row in which each vacancy's list is already
full of better ones. ``least`` holds for every row of the tree the lowest last place of the lists below it.
"""

import sys
from typing import Any

import numpy as np

from matching import compiled as compiling
from matching import kernel_lists
from matching.columns import Ints, Longs
from matching.compiled import compiled, entry_point, sources_digest
from matching.index import Singles, VacancyIndex
from matching.kernel_bounds import FAR, MARGIN, NUMBER_GAIN, SOURCES, bound_block, take_aim
from matching.kernel_gates import passes_alone
from matching.kernel_index import LANES
from matching.kernel_lists import (
    NOBODY,
    Best,
    Scratch,
    bound_picked,
    groups_bound,
    insert,
    make_scratch,
    mix,
    tie_key,
    write_outcome,
)
from matching.kernel_parts import COMPANIONS, TOWNSFOLK, eligible, score
from matching.layout import PERSON, POST, SETTING, World
from matching.params import ONE


@compiled
def parents(below: Ints, blocks: int) -> Ints:
    """Return the row above each block; the topmost block has none."""
    above = np.full(blocks, NOBODY, dtype=np.int32)
    positions = blocks * LANES - len(below)
    for at in range(len(below)):
        if below[at] != NOBODY:
            above[below[at]] = positions + at
    return above


@compiled
def _raise_least(least: Singles, above: Ints, row: int, value: float) -> None:
    """Note a higher last place of one list, and what follows for the rows above."""
    least[row] = value
    while True:
        block = row // LANES
        lowest = least[block * LANES]
        for lane in range(1, LANES):
            lowest = min(lowest, least[block * LANES + lane])
        row = above[block]
        if row == NOBODY or least[row] == lowest:
            return
        least[row] = lowest


@compiled
def _offer(
    world: World, index: VacancyIndex, above: Ints, least: Singles, labourer: int, person: Longs, position: int,
    start: np.uint64, scratch: Scratch, lists: Best, uids: Longs, first: int,
) -> None:  # fmt: skip
    """Score a labourer with the vacancy at a position and put them into its list."""
    vacancy, k = index.order[position], lists.overall.shape[1]
    passes, _ = eligible(world, person, vacancy)
    if passes:
        overall, _, _, _ = score(world, labourer, person, vacancy, scratch.parts)
        if overall >= lists.overall[position, k - 1]:
            best = Best(lists.overall[position], lists.key[position], lists.other[position])
            insert(best, overall, tie_key(start, world.posts[vacancy, POST.uid]), first + labourer, uids)
            if best.overall[-1] > least[position]:
                _raise_least(least, above, position, best.overall[-1])


@compiled
def _try_site(
    world: World, index: VacancyIndex, above: Ints, least: Singles, labourer: int, person: Longs, site: int,
    extra: float, start: np.uint64, scratch: Scratch, lists: Best, uids: Longs, first: int,
) -> None:  # fmt: skip
    """Try the vacancies of a site where townsfolk or companions are, unless they were tried already."""
    table, row_groups, most = scratch.table, index.row_groups, scratch.aim[NUMBER_GAIN] + extra + MARGIN
    count, last = 0, index.site_first[site + 1]
    for at in range(index.site_first[site], last):
        position = index.site_positions[at]
        bound = groups_bound(table, row_groups, position, most)
        if bound >= max(least[position], 0.0) and scratch.seen[position] != labourer:
            scratch.picked[count] = position
            count += 1
        if count == LANES or (count > 0 and at == last - 1):
            if bound_picked(index, scratch, count, 0.0):
                for lane in range(count):
                    position = scratch.picked[lane]
                    if scratch.bounds[lane] + extra + MARGIN >= max(least[position], 0.0):
                        scratch.seen[position] = labourer
                        _offer(
                            world, index, above, least, labourer, person, position, start, scratch, lists, uids, first
                        )
            count = 0


@compiled
def _try_known_sites(
    world: World, index: VacancyIndex, above: Ints, least: Singles, labourer: int, person: Longs, start: np.uint64,
    scratch: Scratch, lists: Best, uids: Longs, first: int,
) -> None:  # fmt: skip
    """Try the sites where people of the township, or the companions, are: the tree's bounds leave them out."""
    together, full, townsfolk = person[PERSON.companion_site], world.settings[SETTING.townsfolk_full], world.townsfolk
    fellow, companion = scratch.gain[TOWNSFOLK] * ONE, scratch.gain[COMPANIONS] * ONE
    if companion > 0 and together >= 0:
        both = fellow + companion
        _try_site(
            world, index, above, least, labourer, person, together, both, start, scratch, lists, uids, first
        )  # fmt: skip
    if fellow > 0:
        for row in range(person[PERSON.townsfolk_first], person[PERSON.townsfolk_last]):
            extra, site = fellow * min(townsfolk[row, 1], full) / full, townsfolk[row, 0]
            _try_site(
                world, index, above, least, labourer, person, site, extra, start, scratch, lists, uids, first
            )  # fmt: skip


@compiled
def _descend(
    world: World, index: VacancyIndex, above: Ints, least: Singles, labourer: int, person: Longs, start: np.uint64,
    scratch: Scratch, lists: Best, uids: Longs, first: int,
) -> None:  # fmt: skip
    """Go down the tree, past every row whose bound lies below the last places under it."""
    gain, table, aim, groups, numbers, below = (
        scratch.gain, scratch.table, scratch.aim, index.groups, index.numbers, index.below,
    )  # fmt: skip
    waiting, waiting_bounds, bounds, seen = scratch.waiting, scratch.waiting_bounds, scratch.bounds, scratch.seen
    positions = len(groups) * LANES - len(below)
    waiting[0], waiting_bounds[0], count = NOBODY, FAR, 1
    while count > 0:
        count -= 1
        row = waiting[count]
        if 0 <= row < positions:
            if waiting_bounds[count] + MARGIN >= least[row] and seen[row] != labourer:
                seen[row] = labourer
                _offer(world, index, above, least, labourer, person, row, start, scratch, lists, uids, first)
            continue
        block = below[row - positions] if row != NOBODY else len(groups) - 1
        needed = max(least[row] - MARGIN, 0.0) if row != NOBODY else 0.0
        if bound_block(gain, table, aim, groups, numbers, block, needed, bounds):
            for lane in range(LANES):
                child = block * LANES + lane
                if bounds[lane] >= max(least[child] - MARGIN, 0.0):
                    waiting[count], waiting_bounds[count] = child, bounds[lane]
                    count += 1


def _make_search_labourers() -> Any:
    digest = sources_digest(sys.modules[__name__], kernel_lists, compiling, *SOURCES)

    @entry_point
    def search_labourers(
        world: World, index: VacancyIndex, least: Singles, lists: Best, uids: Longs, first: int, seed: np.uint64
    ) -> None:
        _sources = digest
        scratch, above = make_scratch(index), parents(index.below, len(index.groups))
        for labourer in range(len(world.people)):
            person = world.people[labourer]
            if len(index.order) > 0 and passes_alone(person, world.settings) == 0:
                start = mix(seed ^ np.uint64(person[PERSON.uid]))
                take_aim(world, index, labourer, person, scratch.gain, scratch.table, scratch.aim)
                _descend(world, index, above, least, labourer, person, start, scratch, lists, uids, first)
                _try_known_sites(world, index, above, least, labourer, person, start, scratch, lists, uids, first)

    return search_labourers


search_labourers = _make_search_labourers()
"""Offer each row of ``world.people`` to the lists of all indexed vacancies.

``lists`` holds overall, key and other, each of shape (positions, k), other being ``first`` plus the row; ``uids`` are
those of all labourers counted so. ``least`` has one place per row of the tree, −1 at first, infinite where unused.
"""


def _make_describe_pairs() -> Any:
    digest = sources_digest(sys.modules[__name__], kernel_lists, compiling, *SOURCES)

    @entry_point
    def describe_pairs(world: World, labourers: Longs, vacancies: Longs, outcome: Ints) -> None:
        _sources = digest
        parts = np.zeros(world.weights.shape[1], dtype=np.int64)
        for pair in range(len(labourers)):
            write_outcome(world, labourers[pair], vacancies[pair], outcome[pair, 0], parts, outcome[pair])

    return describe_pairs


describe_pairs = _make_describe_pairs()
"""Write the outcome of eligible pairs, rows of ``world`` on both sides, into ``outcome``, shape (pairs, OUTCOME), whose
first column is left as it is."""
