"""The search for each labourer's best k vacancies, compiled: down the tree, past every row that cannot hold one."""

import sys
from typing import Any

import numpy as np

from matching import compiled as compiling
from matching import kernel_exact, kernel_lists
from matching.columns import Ints, Longs
from matching.compiled import compiled, entry_point, sources_digest
from matching.index import VacancyIndex
from matching.kernel_bounds import FAR, MARGIN, NUMBER_GAIN, SOURCES, Aims, bound_block, make_aims, take_aim
from matching.kernel_exact import exact_overall
from matching.kernel_gates import passes_alone
from matching.kernel_index import LANES
from matching.kernel_lists import (
    NOBODY,
    Best,
    Scratch,
    clear,
    groups_bound,
    insert,
    make_scratch,
    mix,
    put_in_order,
    tie_key,
    write_outcome,
)
from matching.kernel_parts import COMPANIONS, TOWNSFOLK
from matching.layout import PERSON, POST, SETTING, World
from matching.params import ONE

HINTS = 16
"""So many labourers' lists are tried first for the next one."""


@compiled
def _try_hints(
    world: World, index: VacancyIndex, labourer: int, person: Longs, start: np.uint64, aims: Aims, hints: Longs,
    seen: Ints, best: Best, uids: Longs,
) -> None:  # fmt: skip
    """Try positions that were good for a similar labourer: they raise the list's last place early."""
    own, first, second, table = aims.own, aims.first, aims.second, aims.table
    row_groups, facts, order = index.row_groups, index.facts, index.order
    sites, townsfolk, settings = world.sites, world.townsfolk, world.settings
    for position in hints:
        if position != NOBODY and seen[position] != labourer:
            seen[position] = labourer
            if groups_bound(table, row_groups, position, 0.0) >= 0:
                overall = exact_overall(
                    person, own, first, second, row_groups, facts, position, sites, townsfolk, settings
                )
                if overall >= 0:
                    insert(best, overall, tie_key(start, uids[order[position]]), order[position], uids)


@compiled
def _try_site(
    world: World, index: VacancyIndex, labourer: int, person: Longs, site: int, extra: float, start: np.uint64,
    aims: Aims, seen: Ints, best: Best, uids: Longs,
) -> None:  # fmt: skip
    """Try the vacancies of a site where townsfolk or companions are, unless they were tried already."""
    own, first, second, table = aims.own, aims.first, aims.second, aims.table
    row_groups, facts, order, overall = index.row_groups, index.facts, index.order, best.overall
    sites, townsfolk, settings = world.sites, world.townsfolk, world.settings
    most = aims.aim[NUMBER_GAIN] + extra + MARGIN
    if groups_bound(table, row_groups, len(order) + site, most) < max(overall[-1], 0):
        return
    for at in range(index.site_first[site], index.site_first[site + 1]):
        position = index.site_positions[at]
        if groups_bound(table, row_groups, position, most) >= max(overall[-1], 0) and seen[position] != labourer:
            seen[position] = labourer
            value = exact_overall(person, own, first, second, row_groups, facts, position, sites, townsfolk, settings)
            if value >= max(overall[-1], 0):
                insert(best, value, tie_key(start, uids[order[position]]), order[position], uids)


@compiled
def _try_known_sites(
    world: World, index: VacancyIndex, labourer: int, person: Longs, start: np.uint64, aims: Aims, seen: Ints,
    best: Best, uids: Longs,
) -> None:  # fmt: skip
    """Try the sites where people of the township, or the companions, are: the tree's bounds leave them out."""
    together, full, townsfolk = person[PERSON.companion_site], world.settings[SETTING.townsfolk_full], world.townsfolk
    fellow, companion = aims.gain[TOWNSFOLK] * ONE, aims.gain[COMPANIONS] * ONE
    if companion > 0 and together >= 0:
        both = fellow + companion
        _try_site(world, index, labourer, person, together, both, start, aims, seen, best, uids)
    if fellow > 0:
        for row in range(person[PERSON.townsfolk_first], person[PERSON.townsfolk_last]):
            extra, site = fellow * min(townsfolk[row, 1], full) / full, townsfolk[row, 0]
            _try_site(world, index, labourer, person, site, extra, start, aims, seen, best, uids)


@compiled
def _descend(
    world: World, index: VacancyIndex, labourer: int, person: Longs, start: np.uint64, aims: Aims, scratch: Scratch,
    best: Best, uids: Longs,
) -> None:  # fmt: skip
    """Go down the tree, the most promising row first, past every row whose bound lies below the list's last place."""
    gain, table, aim, own, first, second = aims.gain, aims.table, aims.aim, aims.own, aims.first, aims.second
    groups, numbers, below, order = index.groups, index.numbers, index.below, index.order
    row_groups, facts = index.row_groups, index.facts
    sites, townsfolk, settings = world.sites, world.townsfolk, world.settings
    waiting, waiting_bounds, bounds, seen = scratch.waiting, scratch.waiting_bounds, scratch.bounds, scratch.seen
    overall, positions, count = best.overall, len(groups) * LANES - len(below), 1
    waiting[0], waiting_bounds[0] = NOBODY, FAR
    while count > 0:
        count -= 1
        row = waiting[count]
        if waiting_bounds[count] + MARGIN < overall[-1]:
            continue
        if 0 <= row < positions:
            if seen[row] != labourer:
                seen[row] = labourer
                value = exact_overall(person, own, first, second, row_groups, facts, row, sites, townsfolk, settings)
                if value >= max(overall[-1], 0):
                    insert(best, value, tie_key(start, uids[order[row]]), order[row], uids)
            continue
        block = below[row - positions] if row != NOBODY else len(groups) - 1
        low, least = count, max(overall[-1] - MARGIN, 0.0)
        if not bound_block(gain, table, aim, groups, numbers, block, least, bounds):
            continue
        for lane in range(LANES):  # without branches: which rows stay can hardly be foretold
            waiting[count], waiting_bounds[count] = block * LANES + lane, bounds[lane]
            count += 1 if bounds[lane] >= least else 0
        put_in_order(waiting, waiting_bounds, low, count)


def _make_search_vacancies() -> Any:
    digest = sources_digest(sys.modules[__name__], kernel_exact, kernel_lists, compiling, *SOURCES)

    @entry_point
    def search_vacancies(world: World, index: VacancyIndex, positions: Longs, seed: np.uint64, outcome: Ints) -> None:
        _sources = digest
        size, scratch, aims = outcome.shape[1], make_scratch(index), make_aims(index)
        uids = world.posts[:, POST.uid].copy()
        best = Best(np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64))
        hints = np.full(HINTS * size, NOBODY, dtype=np.int64)
        for labourer in range(len(world.people)):
            person = world.people[labourer]
            if len(index.order) == 0 or passes_alone(person, world.settings) != 0:
                continue
            clear(best)
            start = mix(seed ^ np.uint64(person[PERSON.uid]))
            take_aim(world, index, labourer, person, aims)
            _try_hints(world, index, labourer, person, start, aims, hints, scratch.seen, best, uids)
            _descend(world, index, labourer, person, start, aims, scratch, best, uids)
            _try_known_sites(world, index, labourer, person, start, aims, scratch.seen, best, uids)
            for at in range(size):
                vacancy = best.other[at]
                if vacancy != NOBODY:
                    write_outcome(world, labourer, vacancy, vacancy, scratch.parts, outcome[labourer, at])
                    hints[labourer % HINTS * size + at] = positions[vacancy]

    return search_vacancies


search_vacancies = _make_search_vacancies()
"""For each row of ``world.people`` write the best vacancies into ``outcome``, shape (rows, k, OUTCOME), which must be
filled with NOBODY. ``positions`` is the place of each vacancy in ``index.order``; ``seed`` is already stirred."""
