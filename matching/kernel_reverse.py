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
from matching import kernel_exact, kernel_lists
from matching.columns import Ints, Longs
from matching.compiled import compiled, entry_point, sources_digest
from matching.index import Singles, VacancyIndex
from matching.kernel_bounds import MARGIN, NUMBER_GAIN, SOURCES, Aims, bound_block, make_aims, take_aim
from matching.kernel_exact import exact_overall
from matching.kernel_gates import passes_alone
from matching.kernel_index import LANES
from matching.kernel_lists import (
    NOBODY,
    Best,
    Scratch,
    groups_bound,
    insert,
    make_scratch,
    mix,
    tie_key,
    write_outcome,
)
from matching.kernel_parts import COMPANIONS, TOWNSFOLK
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
    vacancy: int, position: int, overall: int, start: np.uint64, posts: Longs, lists: Best, uids: Longs, labourer: int,
    above: Ints, least: Singles,
) -> None:  # fmt: skip
    """Put a labourer into the list of the vacancy at a position."""
    best = Best(lists.overall[position], lists.key[position], lists.other[position])
    insert(best, overall, tie_key(start, posts[vacancy, POST.uid]), labourer, uids)
    if best.overall[-1] > least[position]:
        _raise_least(least, above, position, best.overall[-1])


@compiled
def _try_site(
    world: World, index: VacancyIndex, above: Ints, least: Singles, labourer: int, person: Longs, site: int,
    extra: float, start: np.uint64, aims: Aims, seen: Ints, lists: Best, uids: Longs, number: int,
) -> None:  # fmt: skip
    """Try the vacancies of a site where townsfolk or companions are, unless they were tried already."""
    own, first, second, table = aims.own, aims.first, aims.second, aims.table
    row_groups, facts, order, posts = index.row_groups, index.facts, index.order, world.posts
    sites, townsfolk, settings = world.sites, world.townsfolk, world.settings
    most = aims.aim[NUMBER_GAIN] + extra + MARGIN
    for at in range(index.site_first[site], index.site_first[site + 1]):
        position = index.site_positions[at]
        last = max(least[position], 0.0)
        if groups_bound(table, row_groups, position, most) >= last and seen[position] != labourer:
            seen[position] = labourer
            value = exact_overall(person, own, first, second, row_groups, facts, position, sites, townsfolk, settings)
            if value >= last:
                _offer(order[position], position, value, start, posts, lists, uids, number, above, least)


@compiled
def _try_known_sites(
    world: World, index: VacancyIndex, above: Ints, least: Singles, labourer: int, person: Longs, start: np.uint64,
    aims: Aims, seen: Ints, lists: Best, uids: Longs, number: int,
) -> None:  # fmt: skip
    """Try the sites where people of the township, or the companions, are: the tree's bounds leave them out."""
    together, full, townsfolk = person[PERSON.companion_site], world.settings[SETTING.townsfolk_full], world.townsfolk
    fellow, companion = aims.gain[TOWNSFOLK] * ONE, aims.gain[COMPANIONS] * ONE
    if companion > 0 and together >= 0:
        both = fellow + companion
        _try_site(
            world, index, above, least, labourer, person, together, both, start, aims, seen, lists, uids, number
        )  # fmt: skip
    if fellow > 0:
        for row in range(person[PERSON.townsfolk_first], person[PERSON.townsfolk_last]):
            extra, site = fellow * min(townsfolk[row, 1], full) / full, townsfolk[row, 0]
            _try_site(
                world, index, above, least, labourer, person, site, extra, start, aims, seen, lists, uids, number
            )  # fmt: skip


@compiled
def _descend(
    world: World, index: VacancyIndex, above: Ints, least: Singles, labourer: int, person: Longs, start: np.uint64,
    aims: Aims, scratch: Scratch, lists: Best, uids: Longs, number: int,
) -> None:  # fmt: skip
    """Go down the tree, past every row whose bound lies below the last places under it."""
    gain, table, aim, own, first, second = aims.gain, aims.table, aims.aim, aims.own, aims.first, aims.second
    groups, numbers, below, order, posts = index.groups, index.numbers, index.below, index.order, world.posts
    row_groups, facts = index.row_groups, index.facts
    sites, townsfolk, settings = world.sites, world.townsfolk, world.settings
    waiting, bounds, seen = scratch.waiting, scratch.bounds, scratch.seen
    positions, count = len(groups) * LANES - len(below), 1
    waiting[0] = NOBODY
    while count > 0:
        count -= 1
        row = waiting[count]
        if 0 <= row < positions:
            seen[row] = labourer
            value = exact_overall(person, own, first, second, row_groups, facts, row, sites, townsfolk, settings)
            if value >= max(least[row], 0.0):
                _offer(order[row], row, value, start, posts, lists, uids, number, above, least)
            continue
        block = below[row - positions] if row != NOBODY else len(groups) - 1
        needed = max(least[row] - MARGIN, 0.0) if row != NOBODY else 0.0
        if bound_block(gain, table, aim, groups, numbers, block, needed, bounds):
            for lane in range(LANES):  # without branches: which rows stay can hardly be foretold
                waiting[count] = block * LANES + lane
                count += 1 if bounds[lane] >= max(least[block * LANES + lane] - MARGIN, 0.0) else 0


def _make_search_labourers() -> Any:
    digest = sources_digest(sys.modules[__name__], kernel_exact, kernel_lists, compiling, *SOURCES)

    @entry_point
    def search_labourers(
        world: World, index: VacancyIndex, least: Singles, lists: Best, uids: Longs, first: int, seed: np.uint64
    ) -> None:
        _sources = digest
        scratch, aims, above = make_scratch(index), make_aims(index), parents(index.below, len(index.groups))
        for labourer in range(len(world.people)):
            person = world.people[labourer]
            if len(index.order) > 0 and passes_alone(person, world.settings) == 0:
                start = mix(seed ^ np.uint64(person[PERSON.uid]))
                take_aim(world, index, labourer, person, aims)
                number, seen = first + labourer, scratch.seen
                _descend(world, index, above, least, labourer, person, start, aims, scratch, lists, uids, number)
                _try_known_sites(world, index, above, least, labourer, person, start, aims, seen, lists, uids, number)

    return search_labourers


search_labourers = _make_search_labourers()
"""Offer each row of ``world.people`` to the lists of all indexed vacancies.

``lists`` holds overall, key and other, each of shape (positions, k), other being ``first`` plus the row; ``uids`` are
those of all labourers counted so. ``least`` has one place per row of the tree, −1 at first, infinite where unused.
"""


def _make_describe_pairs() -> Any:
    digest = sources_digest(sys.modules[__name__], kernel_exact, kernel_lists, compiling, *SOURCES)

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
