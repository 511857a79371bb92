# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""The search for each labourer's best k vacancies, compiled: down the tree, past every row that cannot hold one.

Sixteen labourers go down abreast: a row is looked at for all of them in one step, and passed if none can gain from it.
So neighbours among ``world.people`` should be alike.
"""

import sys
from typing import Any

import numpy as np

from matching import compiled as compiling
from matching import kernel_bounds, kernel_exact, kernel_lists
from matching.columns import Ints, Longs
from matching.compiled import compiled, entry_point, inlined, sources_digest
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

HINTS = 4
"""The lists of so many times sixteen labourers are tried first for the next ones."""


@compiled
def _insert(lists: Best, lane: int, overall: int, start: int, vacancy: int, uids: Longs, goal: Singles) -> None:
    """Put a vacancy into the list of a lane and raise its goal."""
    best = Best(lists.overall[lane], lists.key[lane], lists.other[lane])
    insert(best, overall, tie_key(np.uint64(start), uids[vacancy]), vacancy, uids)
    goal[lane] = max(best.overall[-1] - MARGIN, 0.0)


@compiled
def _try_hints(
    world: World, index: VacancyIndex, aims: Aims, first: int, starts: Longs, lists: Best, goal: Singles, uids: Longs,
    bounds: Singles, hints: Longs, tried: Ints,
) -> None:  # fmt: skip
    """Try positions that were good for the labourers before: they raise the last places of the lists early."""
    table, aim, own, leaf, second = aims.table, aims.aim, aims.own, aims.first, aims.second
    groups, numbers, facts, order, last = index.groups, index.numbers, index.facts, index.order, lists.overall
    people, sites, townsfolk, settings = world.people, world.sites, world.townsfolk, world.settings
    for position in hints:
        if position == NOBODY or tried[position] == first:
            continue
        tried[position] = first
        if not near(table, groups, position, goal):
            continue
        bits = reached(table, aim, groups, numbers, position, goal, bounds)
        for lane in range(LANES):
            if (bits >> lane) & 1:
                overall = exact_overall(
                    people, first + lane, own, leaf, second, lane, groups, facts, position, sites, townsfolk, settings
                )
                if overall >= max(last[lane, -1], 0):
                    _insert(lists, lane, overall, starts[lane], order[position], uids, goal)


@compiled
def _descend(
    world: World, index: VacancyIndex, aims: Aims, first: int, starts: Longs, lists: Best, goal: Singles, uids: Longs,
    bounds: Singles, path: Ints,
) -> None:  # fmt: skip
    """Go down the tree, past every row that reaches nobody's goal; ``path`` is the next row of each level."""
    table, aim, own, leaf, second = aims.table, aims.aim, aims.own, aims.first, aims.second
    groups, numbers, facts, order, last = index.groups, index.numbers, index.facts, index.order, lists.overall
    people, sites, townsfolk, settings = world.people, world.sites, world.townsfolk, world.settings
    below, positions, depth = index.below, len(index.groups) - len(index.below), 0
    path[0] = len(groups) - BLOCK
    while depth >= 0:
        row = path[depth]
        path[depth] = row + 1
        if (row + 1) % BLOCK == 0:  # the last one of its block
            depth -= 1
        if not near(table, groups, row, goal):
            continue
        bits = reached(table, aim, groups, numbers, row, goal, bounds)
        if bits == 0:
            continue
        if row >= positions:
            depth += 1
            path[depth] = below[row - positions] * BLOCK
            continue
        for lane in range(LANES):
            if (bits >> lane) & 1:
                overall = exact_overall(
                    people, first + lane, own, leaf, second, lane, groups, facts, row, sites, townsfolk, settings
                )
                if overall >= max(last[lane, -1], 0):
                    _insert(lists, lane, overall, starts[lane], order[row], uids, goal)


@compiled
def _try_site(
    world: World, index: VacancyIndex, aims: Aims, first: int, lane: int, site: int, extra: float, start: int,
    lists: Best, goal: Singles, uids: Longs,
) -> None:  # fmt: skip
    """Try the vacancies of a site where townsfolk or companions of a lane's labourer are."""
    table, own, leaf, second = aims.table, aims.own, aims.first, aims.second
    groups, facts, order, last = index.groups, index.facts, index.order, lists.overall
    for at in range(index.site_first[site], index.site_first[site + 1]):
        position = index.site_positions[at]
        if lane_bound(table, groups, position, lane) + extra >= goal[lane]:
            overall = exact_overall(
                world.people, first + lane, own, leaf, second, lane, groups, facts, position, world.sites,
                world.townsfolk, world.settings,
            )  # fmt: skip
            if overall >= max(last[lane, -1], 0):
                _insert(lists, lane, overall, start, order[position], uids, goal)


@compiled
def _try_known_sites(
    world: World, index: VacancyIndex, aims: Aims, first: int, lane: int, start: int, lists: Best, goal: Singles,
    uids: Longs,
) -> None:  # fmt: skip
    """Try the sites where people of the township, or the companions, are: the tree's bounds leave them out."""
    people, table, site_groups, townsfolk = world.people, aims.table, index.site_groups, world.townsfolk
    full, fellow, companion = (
        world.settings[SETTING.townsfolk_full], aims.aim[FELLOW_GAIN, lane], aims.aim[COMPANION_GAIN, lane],
    )  # fmt: skip
    together = people[first + lane, PERSON.companion_site]
    if companion > 0 and together >= 0:
        _try_site(world, index, aims, first, lane, together, fellow + companion, start, lists, goal, uids)
    if fellow > 0:
        low, high = people[first + lane, PERSON.townsfolk_first], people[first + lane, PERSON.townsfolk_last]
        for row in range(low, high):
            extra, site = fellow * min(townsfolk[row, 1], full) / full, townsfolk[row, 0]
            if lane_bound(table, site_groups, site, lane) + extra >= goal[lane]:
                _try_site(world, index, aims, first, lane, site, extra, start, lists, goal, uids)


@inlined
def _begin(people: Longs, first: int, present: int, seed: np.uint64, starts: Longs, lists: Best, goal: Singles) -> None:
    """Empty the lists of sixteen labourers; those who are not there have a goal nothing reaches."""
    lists.overall[:] = -1
    lists.key[:] = 0
    lists.other[:] = NOBODY
    for lane in range(LANES):
        goal[lane] = np.inf
        if (present >> lane) & 1:
            goal[lane], starts[lane] = 0.0, np.int64(mix(seed ^ np.uint64(people[first + lane, PERSON.uid])))


def _make_search_vacancies() -> Any:
    digest = sources_digest(sys.modules[__name__], kernel_bounds, kernel_exact, kernel_lists, compiling, *SOURCES)

    @entry_point
    def search_vacancies(world: World, index: VacancyIndex, positions: Longs, seed: np.uint64, outcome: Ints) -> None:
        _sources = digest
        size, aims, people, uids = (
            outcome.shape[1],
            make_aims(world, index),
            world.people,
            world.posts[:, POST.uid].copy(),
        )
        parts, starts, goal = (
            np.zeros(world.weights.shape[1], np.int64),
            np.zeros(LANES, np.int64),
            np.zeros(LANES, np.float32),
        )
        bounds, path = np.zeros(LANES, np.float32), np.zeros(MOST_LEVELS, np.int32)
        tried = np.full(len(index.order), NOBODY, np.int32)
        lists = Best(
            *(np.zeros((LANES, size), np.int64), np.zeros((LANES, size), np.int64), np.zeros((LANES, size), np.int64))
        )
        hints = np.full(HINTS * LANES * size, NOBODY, dtype=np.int64)
        for first in range(0, len(people) if len(index.order) > 0 else 0, LANES):
            present = present_lanes(people, first, world.settings)
            _begin(people, first, present, seed, starts, lists, goal)
            take_aims(world, index, first, present, aims)
            _try_hints(world, index, aims, first, starts, lists, goal, uids, bounds, hints, tried)
            _descend(world, index, aims, first, starts, lists, goal, uids, bounds, path)
            turn = first // LANES % HINTS
            for lane in range(LANES):
                if (present >> lane) & 1:
                    _try_known_sites(world, index, aims, first, lane, starts[lane], lists, goal, uids)
                for at in range(size):
                    vacancy = lists.other[lane, at]
                    if vacancy != NOBODY:
                        write_outcome(world, first + lane, vacancy, vacancy, parts, outcome[first + lane, at])
                    hints[(turn * LANES + lane) * size + at] = positions[vacancy] if vacancy != NOBODY else NOBODY

    return search_vacancies


search_vacancies = _make_search_vacancies()
"""For each row of ``world.people`` write the best vacancies into ``outcome``, shape (rows, k, OUTCOME), which must be
filled with NOBODY. ``positions`` is the place of each vacancy in ``index.order``; ``seed`` is already stirred."""
