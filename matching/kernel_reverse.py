# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""The search for each vacancy's best k labourers, compiled.

Sixteen labourers after sixteen go down the same tree over vacancies, past every row in which each vacancy's list is
already full of better ones. ``least`` holds for every row of the tree the lowest last place of the lists below it.
"""

import sys
from typing import Any

import numpy as np

from matching import compiled as compiling
from matching import kernel_bounds, kernel_exact, kernel_lists
from matching.columns import Ints, Longs
from matching.compiled import compiled, entry_point, sources_digest
from matching.index import Singles, VacancyIndex
from matching.kernel_aims import (
    SOURCES,
    Aims,
    make_aims,
    take_aims,
)
from matching.kernel_bounds import MARGIN, lane_bound, near, reached
from matching.kernel_exact import exact_overall
from matching.kernel_groups import LANES
from matching.kernel_index import BLOCK
from matching.kernel_lists import (
    MOST_LEVELS,
    NOBODY,
    Best,
    insert,
    mix,
    present_lanes,
    tie_key,
    write_outcome,
)
from matching.kernel_numbers import COMPANION_GAIN, FELLOW_GAIN
from matching.layout import PERSON, POST, SETTING, World


@compiled
def parents(below: Ints, rows: int) -> Ints:
    """Return the row above each block; the topmost block has none."""
    above, positions = np.full(rows // BLOCK, NOBODY, dtype=np.int32), rows - len(below)
    for at in range(len(below)):
        if below[at] != NOBODY:
            above[below[at]] = positions + at
    return above


@compiled
def _raise_least(least: Singles, above: Ints, row: int, value: float) -> None:
    """Note a higher last place of one list, and what follows for the rows above."""
    least[row] = value
    while True:
        block = row // BLOCK
        lowest = least[block * BLOCK]
        for at in range(1, BLOCK):
            lowest = min(lowest, least[block * BLOCK + at])
        row = above[block]
        if row == NOBODY or least[row] == lowest:
            return
        least[row] = lowest


@compiled
def _offer(
    world: World, index: VacancyIndex, aims: Aims, above: Ints, least: Singles, first: int, bits: int, position: int,
    starts: Longs, lists: Best, uids: Longs, number: int,
) -> None:  # fmt: skip
    """Put labourers abreast, those whose bits are set, into the list of the vacancy at a position."""
    uid = world.posts[index.order[position], POST.uid]
    best = Best(lists.overall[position], lists.key[position], lists.other[position])
    for lane in range(LANES):
        if (bits >> lane) & 1:
            overall = exact_overall(
                world.people, first + lane, aims.own, aims.first, aims.second, lane, index.groups, index.facts,
                position, world.sites, world.townsfolk, world.settings,
            )  # fmt: skip
            if overall >= max(best.overall[-1], 0):
                insert(best, overall, tie_key(np.uint64(starts[lane]), uid), number + first + lane, uids)
    if best.overall[-1] > least[position]:
        _raise_least(least, above, position, best.overall[-1])


@compiled
def _try_site(
    world: World, index: VacancyIndex, aims: Aims, above: Ints, least: Singles, first: int, lane: int, site: int,
    extra: float, starts: Longs, lists: Best, uids: Longs, number: int,
) -> None:  # fmt: skip
    """Offer a lane's labourer to the vacancies of a site where townsfolk or companions are."""
    extra += MARGIN
    for at in range(index.site_first[site], index.site_first[site + 1]):
        position = index.site_positions[at]
        if lane_bound(aims.table, index.groups, position, lane) + extra >= max(least[position], 0.0):
            _offer(world, index, aims, above, least, first, 1 << lane, position, starts, lists, uids, number)


@compiled
def _try_known_sites(
    world: World, index: VacancyIndex, aims: Aims, above: Ints, least: Singles, first: int, lane: int, starts: Longs,
    lists: Best, uids: Longs, number: int,
) -> None:  # fmt: skip
    """Try the sites where people of the township, or the companions, are: the tree's bounds leave them out."""
    person, full, townsfolk = world.people[first + lane], world.settings[SETTING.townsfolk_full], world.townsfolk
    fellow, companion = aims.aim[FELLOW_GAIN, lane], aims.aim[COMPANION_GAIN, lane]
    if companion > 0 and person[PERSON.companion_site] >= 0:
        together, both = person[PERSON.companion_site], fellow + companion
        _try_site(world, index, aims, above, least, first, lane, together, both, starts, lists, uids, number)
    if fellow > 0:
        for row in range(person[PERSON.townsfolk_first], person[PERSON.townsfolk_last]):
            extra, site = fellow * min(townsfolk[row, 1], full) / full, townsfolk[row, 0]
            _try_site(world, index, aims, above, least, first, lane, site, extra, starts, lists, uids, number)


@compiled
def _descend(
    world: World, index: VacancyIndex, aims: Aims, above: Ints, least: Singles, first: int, starts: Longs, lists: Best,
    uids: Longs, number: int, goal: Singles, bounds: Singles, path: Ints,
) -> None:  # fmt: skip
    """Go down the tree, past every row whose bounds lie below the last places under it."""
    table, aim, groups, numbers, below = aims.table, aims.aim, index.groups, index.numbers, index.below
    positions, depth = len(groups) - len(below), 0
    path[0] = len(groups) - BLOCK
    while depth >= 0:
        row = path[depth]
        path[depth] = row + 1
        if (row + 1) % BLOCK == 0:  # the last one of its block
            depth -= 1
        goal[:] = max(least[row] - MARGIN, 0.0)
        if not near(table, groups, row, goal):
            continue
        bits = reached(table, aim, groups, numbers, row, goal, bounds)
        if bits != 0:
            if row < positions:
                _offer(world, index, aims, above, least, first, bits, row, starts, lists, uids, number)
            else:
                depth += 1
                path[depth] = below[row - positions] * BLOCK


def _make_search_labourers() -> Any:
    digest = sources_digest(sys.modules[__name__], kernel_bounds, kernel_exact, kernel_lists, compiling, *SOURCES)

    @entry_point
    def search_labourers(
        world: World, index: VacancyIndex, least: Singles, lists: Best, uids: Longs, number: int, seed: np.uint64
    ) -> None:
        _sources = digest
        aims, above, people = make_aims(world, index), parents(index.below, len(index.groups)), world.people
        starts, goal = np.zeros(LANES, np.int64), np.zeros(LANES, np.float32)
        bounds, path = np.zeros(LANES, np.float32), np.zeros(MOST_LEVELS, np.int32)
        for first in range(0, len(people) if len(index.order) > 0 else 0, LANES):
            present = present_lanes(people, first, world.settings)
            for lane in range(LANES):
                if (present >> lane) & 1:
                    starts[lane] = np.int64(mix(seed ^ np.uint64(people[first + lane, PERSON.uid])))
            take_aims(world, index, first, present, aims)
            _descend(world, index, aims, above, least, first, starts, lists, uids, number, goal, bounds, path)
            for lane in range(LANES):
                if (present >> lane) & 1:
                    _try_known_sites(world, index, aims, above, least, first, lane, starts, lists, uids, number)

    return search_labourers


search_labourers = _make_search_labourers()
"""Offer each row of ``world.people`` to the lists of all indexed vacancies.

``lists`` holds overall, key and other, each of shape (positions, k), other being ``number`` plus the row; ``uids`` are
those of all labourers counted so. ``least`` has one place per row of the tree, −1 at first, infinite where unused.
"""


def _make_describe_pairs() -> Any:
    digest = sources_digest(sys.modules[__name__], kernel_bounds, kernel_exact, kernel_lists, compiling, *SOURCES)

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
