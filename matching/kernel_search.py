"""The search for each labourer's best k vacancies, compiled: down the tree, past every row that cannot hold one."""

import sys
from typing import Any

import numpy as np

from matching import compiled as compiling
from matching import kernel_lists
from matching.columns import Ints, Longs
from matching.compiled import compiled, entry_point, sources_digest
from matching.index import VacancyIndex
from matching.kernel_bounds import FAR, MARGIN, NUMBER_GAIN, SOURCES, bound_block, take_aim
from matching.kernel_gates import passes_alone
from matching.kernel_index import LANES
from matching.kernel_lists import (
    NOBODY,
    Best,
    Scratch,
    bound_picked,
    clear,
    groups_bound,
    insert,
    make_scratch,
    mix,
    put_in_order,
    tie_key,
    write_outcome,
)
from matching.kernel_parts import COMPANIONS, TOWNSFOLK, eligible, score
from matching.layout import PERSON, POST, SETTING, World
from matching.params import ONE


@compiled
def _try_vacancy(
    world: World, labourer: int, person: Longs, vacancy: int, start: np.uint64, parts: Longs, best: Best, uids: Longs
) -> None:
    """Score one vacancy and put it into the labourer's list."""
    passes, _ = eligible(world, person, vacancy)
    if passes:
        overall, _, _, _ = score(world, labourer, person, vacancy, parts)
        if overall >= best.overall[-1]:
            insert(best, overall, tie_key(start, uids[vacancy]), vacancy, uids)


@compiled
def _try_picked(
    world: World, index: VacancyIndex, labourer: int, person: Longs, start: np.uint64, scratch: Scratch, count: int,
    best: Best, uids: Longs,
) -> None:  # fmt: skip
    """Try up to LANES picked positions, each of which may gain something more than its bound."""
    extras, bounds, picked = scratch.extras, scratch.bounds, scratch.picked
    if count > 0 and bound_picked(index, scratch, count, 0.0):
        for lane in range(count):
            if bounds[lane] + extras[lane] + MARGIN >= max(best.overall[-1], 0):
                scratch.seen[picked[lane]] = labourer
                _try_vacancy(world, labourer, person, index.order[picked[lane]], start, scratch.parts, best, uids)


@compiled
def _pick_site(
    world: World, index: VacancyIndex, labourer: int, person: Longs, site: int, extra: float, start: np.uint64,
    scratch: Scratch, count: int, best: Best, uids: Longs,
) -> int:  # fmt: skip
    """Pick the promising vacancies of a site and try them whenever there are LANES; return how many are left over."""
    table, row_groups, most = scratch.table, index.row_groups, scratch.aim[NUMBER_GAIN] + extra + MARGIN
    if groups_bound(table, row_groups, len(index.order) + site, most) < best.overall[-1]:
        return count
    for at in range(index.site_first[site], index.site_first[site + 1]):
        position = index.site_positions[at]
        promising = groups_bound(table, row_groups, position, most) >= best.overall[-1]
        if promising and scratch.seen[position] != labourer:
            scratch.picked[count], scratch.extras[count] = position, extra
            count += 1
        if count == LANES:
            _try_picked(world, index, labourer, person, start, scratch, count, best, uids)
            count = 0
    return count


@compiled
def _try_known_sites(
    world: World, index: VacancyIndex, labourer: int, person: Longs, start: np.uint64, scratch: Scratch, best: Best,
    uids: Longs,
) -> None:  # fmt: skip
    """Try the sites where people of the township, or the companions, are: the tree's bounds leave them out."""
    together, full, townsfolk = person[PERSON.companion_site], world.settings[SETTING.townsfolk_full], world.townsfolk
    fellow, companion, count = scratch.gain[TOWNSFOLK] * ONE, scratch.gain[COMPANIONS] * ONE, 0
    if companion > 0 and together >= 0:
        both = fellow + companion
        count = _pick_site(world, index, labourer, person, together, both, start, scratch, count, best, uids)
        _try_picked(world, index, labourer, person, start, scratch, count, best, uids)
        count = 0
    if fellow > 0:
        for row in range(person[PERSON.townsfolk_first], person[PERSON.townsfolk_last]):
            extra, site = fellow * min(townsfolk[row, 1], full) / full, townsfolk[row, 0]
            count = _pick_site(world, index, labourer, person, site, extra, start, scratch, count, best, uids)
    _try_picked(world, index, labourer, person, start, scratch, count, best, uids)


@compiled
def _descend(
    world: World, index: VacancyIndex, labourer: int, person: Longs, start: np.uint64, scratch: Scratch, best: Best,
    uids: Longs,
) -> None:  # fmt: skip
    """Go down the tree, the most promising row first, past every row whose bound lies below the list's last place."""
    gain, table, aim, groups, numbers, below = (
        scratch.gain, scratch.table, scratch.aim, index.groups, index.numbers, index.below,
    )  # fmt: skip
    waiting, waiting_bounds, bounds, overall, seen = (
        scratch.waiting, scratch.waiting_bounds, scratch.bounds, best.overall, scratch.seen,
    )  # fmt: skip
    positions = len(groups) * LANES - len(below)
    waiting[0], waiting_bounds[0], count = NOBODY, FAR, 1
    while count > 0:
        count -= 1
        row = waiting[count]
        if waiting_bounds[count] + MARGIN < overall[-1]:
            continue
        if 0 <= row < positions:
            if seen[row] != labourer:
                seen[row] = labourer
                _try_vacancy(world, labourer, person, index.order[row], start, scratch.parts, best, uids)
            continue
        block = below[row - positions] if row != NOBODY else len(groups) - 1
        low, least = count, max(overall[-1] - MARGIN, 0.0)
        if not bound_block(gain, table, aim, groups, numbers, block, least, bounds):
            continue
        for lane in range(LANES):
            if bounds[lane] >= least:
                waiting[count], waiting_bounds[count] = block * LANES + lane, bounds[lane]
                count += 1
        put_in_order(waiting, waiting_bounds, low, count)


@compiled
def _search_one(
    world: World,
    index: VacancyIndex,
    labourer: int,
    hints: Longs,
    seed: np.uint64,
    scratch: Scratch,
    best: Best,
    uids: Longs,
) -> None:
    """Fill the list of one labourer; hints are positions of a similar one's, tried first to raise the last place."""
    person = world.people[labourer]
    if len(index.order) == 0 or passes_alone(person, world.settings) != 0:
        return
    start = mix(seed ^ np.uint64(person[PERSON.uid]))
    for position in hints:
        if position != NOBODY and scratch.seen[position] != labourer:
            scratch.seen[position] = labourer
            _try_vacancy(world, labourer, person, index.order[position], start, scratch.parts, best, uids)
    take_aim(world, index, labourer, person, scratch.gain, scratch.table, scratch.aim)
    _descend(world, index, labourer, person, start, scratch, best, uids)
    _try_known_sites(world, index, labourer, person, start, scratch, best, uids)


def _make_search_vacancies() -> Any:
    digest = sources_digest(sys.modules[__name__], kernel_lists, compiling, *SOURCES)

    @entry_point
    def search_vacancies(world: World, index: VacancyIndex, positions: Longs, seed: np.uint64, outcome: Ints) -> None:
        _sources = digest
        size, scratch, uids = outcome.shape[1], make_scratch(index), world.posts[:, POST.uid].copy()
        best = Best(np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.int64))
        hints = np.full(size, NOBODY, dtype=np.int64)
        for labourer in range(len(world.people)):
            clear(best)
            _search_one(world, index, labourer, hints, seed, scratch, best, uids)
            for at in range(size):
                vacancy = best.other[at]
                if vacancy != NOBODY:
                    write_outcome(world, labourer, vacancy, vacancy, scratch.parts, outcome[labourer, at])
                    hints[at] = positions[vacancy]

    return search_vacancies


search_vacancies = _make_search_vacancies()
"""For each row of ``world.people`` write the best vacancies into ``outcome``, shape (rows, k, OUTCOME), which must be
filled with NOBODY. ``positions`` is the place of each vacancy in ``index.order``; ``seed`` is already stirred."""
