# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""The search for each vacancy's best k labourers, compiled.

Labourers after labourers go down the same tree over vacancies abreast, past every row in which each vacancy's list is
already full of better ones.
"""

import sys
from typing import Any, NamedTuple

import numpy as np

from matching import compiled as compiling
from matching import kernel_aims, kernel_bounds, kernel_lists, ties
from matching.columns import Ints, Longs, Whole
from matching.compiled import compiled, entry_point, maker, sources_digest
from matching.index import VacancyIndex
from matching.index_groups import Smalls
from matching.kernel_aims import Aims, make_aims, take_aims
from matching.kernel_bounds import CLOSED_PAIR, companions_gain, gains_at, in_goal_units, pair_bound, townsfolk_gain
from matching.kernel_gates import passes_alone
from matching.kernel_index import BLOCK, FACT_SITE, KINDS
from matching.kernel_lanes import LANES, UNIT, lowest_lane, reaching
from matching.kernel_lists import BEYOND, MOST_LEVELS, NOBODY, OUTCOME, Lists, insert, make_lists, make_room, settle
from matching.kernel_parts import COMPANIONS, TOWNSFOLK
from matching.layout import PERSON, SETTING, World
from matching.params import ONE

SOURCES = (sys.modules[__name__], kernel_bounds, kernel_lists, compiling, ties, *kernel_aims.SOURCES)
"""Modules the compiled code below is made from, this one first."""

QUEUE = 64
"""Pairs that wait, about, until they are looked at closely."""

FULL, UNREACHABLE = 2**31 - 1, 2**15 - 1
"""Goal of a row that stands for no vacancy, and in units of the table."""


class Offering(NamedTuple):
    """Labourers abreast who are offered to vacancies: who they are, what they aim at, and the vacancies' lists.

    ``least`` holds for every row of the tree the lowest goal of the lists below it, ``above`` the row above each
    block (the topmost has none). ``queue`` holds lanes and positions to be looked at closely, and their bounds;
    ``goals`` and ``room`` are room to work in.
    """

    labourers: Longs
    aims: Aims
    lists: Lists
    least: Ints
    above: Ints
    goals: Smalls
    queue: Ints
    room: Longs


@maker
def _parents(below: Ints, rows: int) -> Ints:
    """Return the row above each block; the topmost block has none."""
    above, positions = np.full(rows // BLOCK, NOBODY, dtype=np.int32), rows - len(below)
    for at in range(len(below)):
        if below[at] != NOBODY:
            above[below[at]] = positions + at
    return above


@compiled
def _raise_least(least: Ints, above: Ints, row: int, goal: int) -> None:
    """Note a higher goal of one list, and what follows for the rows above."""
    least[row] = goal
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
def _look_closely(
    world: World, index: VacancyIndex, offering: Offering, count: int, with_townsfolk: bool, seed: np.uint64
) -> None:
    """Put the first pairs of the queue into the lists of their vacancies, if their bounds reach the goals."""
    aims, lists, groups, facts, queue = offering.aims, offering.lists, index.groups, index.facts, offering.queue
    crew, aim, gain, table, goal, least = aims.crew, aims.aim, aims.gain, aims.table, lists.goal, offering.least
    floors, others, filled, size, places = lists.floor, lists.other, lists.filled, lists.size, lists.size + BEYOND
    people, sites, townsfolk, settings = world.people, world.sites, world.townsfolk, world.settings
    silent, full = np.float32(settings[SETTING.vacancy_silent]), settings[SETTING.townsfolk_full]
    today = settings[SETTING.as_of]
    labourers = offering.labourers
    for at in range(count):
        lane, position = queue[at, 0], queue[at, 1]
        bound = pair_bound(crew, aim, gain, table, lane, groups, facts, position, silent, today)
        if bound == CLOSED_PAIR:
            queue[at, 2] = bound
            continue
        if with_townsfolk and gain[TOWNSFOLK, lane] > 0:
            bound += townsfolk_gain(crew, gain, lane, townsfolk, facts[position, FACT_SITE], full)
        if gain[COMPANIONS, lane] > 0:
            site = facts[position, FACT_SITE]
            bound += companions_gain(people, labourers[lane], gain, lane, sites, site, settings)
        queue[at, 2] = bound
    for at in range(count):  # by itself, for the reason told in ``kernel_search``
        lane, position, bound = queue[at, 0], queue[at, 1], queue[at, 2]
        if bound >= goal[position]:
            if filled[position] == places:
                settle(world, index.order, lists, position, NOBODY, seed, offering.room)
            insert(floors, others, filled, goal, size, position, bound, labourers[lane])
            if goal[position] > least[position]:
                _raise_least(least, offering.above, position, goal[position])


@compiled
def _try_known_sites(
    world: World, index: VacancyIndex, offering: Offering, count: int, present: Whole, seed: np.uint64
) -> None:
    """Try the sites where people of the township, or the companions, are: the tree's bounds leave them out.

    What they can gain is added to the gains of the table, in its units.
    """
    table, least, crew, townsfolk = offering.aims.table, offering.least, offering.aims.crew, world.townsfolk
    groups, full, gain = index.groups, world.settings[SETTING.townsfolk_full], offering.aims.gain
    queue, waiting = offering.queue, 0
    for lane in range(count):
        fellow, companion = gain[TOWNSFOLK, lane] * (ONE / UNIT), gain[COMPANIONS, lane] * (ONE / UNIT)
        first, last, together = (
            crew[PERSON.townsfolk_first, lane], crew[PERSON.townsfolk_last, lane], crew[PERSON.companion_site, lane],
        )  # fmt: skip
        if fellow == 0:
            last = first
        for row in range(first - 1, last):  # the site of the companions comes first
            site = together if row < first else townsfolk[row, 0]
            if site < 0 or not (present >> lane) & 1:
                continue
            extra = fellow + companion if row < first else fellow * min(townsfolk[row, 1], full) / full
            for at in range(index.site_first[site], index.site_first[site + 1]):
                position = index.site_positions[at]
                if gains_at(table, groups, position, lane, KINDS) >= in_goal_units(least[position]) - int(extra) - 1:
                    queue[waiting, 0], queue[waiting, 1] = lane, position
                    waiting += 1
                    if waiting > QUEUE:
                        _look_closely(world, index, offering, waiting, True, seed)
                        waiting = 0
    _look_closely(world, index, offering, waiting, True, seed)


@compiled
def _descend(
    world: World, index: VacancyIndex, offering: Offering, present: Whole, path: Ints, seed: np.uint64
) -> None:
    """Go down the tree, past every row whose bounds lie below the goals under it; ``present`` has the bits of the
    lanes that hold a labourer.

    Sites where townsfolk or companions are must have been tried before.
    """
    table, groups, goals, queue, below = offering.aims.table, index.groups, offering.goals, offering.queue, index.below
    positions, depth, waiting, least = len(groups) - len(below), 0, 0, offering.least
    path[0] = len(groups) - BLOCK
    while depth >= 0:
        row = path[depth]
        path[depth] = row + 1
        if (row + 1) % BLOCK == 0:  # the last one of its block
            depth -= 1
        goals[:] = min(in_goal_units(least[row]), UNREACHABLE)
        if reaching(table, groups, row, goals) & present == 0:
            continue
        block = below[row - positions] * BLOCK
        if block >= positions:
            depth += 1
            path[depth] = block
            continue
        for position in range(block, block + BLOCK):
            goals[:] = min(in_goal_units(least[position]), UNREACHABLE)
            bits = reaching(table, groups, position, goals) & present
            while bits != 0:
                queue[waiting, 0], queue[waiting, 1] = lowest_lane(bits), position
                bits &= bits - 1
                waiting += 1
            if waiting > QUEUE:
                _look_closely(world, index, offering, waiting, False, seed)
                waiting = 0
    _look_closely(world, index, offering, waiting, False, seed)


def _make_search_labourers() -> Any:
    digest = sources_digest(*SOURCES)

    @entry_point
    def search_labourers(world: World, index: VacancyIndex, rows: Longs, seed: np.uint64, outcome: Ints) -> None:
        _sources = digest
        size, positions = outcome.shape[1], len(index.order)
        above, path = _parents(index.below, len(index.groups)), np.zeros(MOST_LEVELS, np.int32)
        least = np.where(index.groups[:, 0] == 0, FULL, 0).astype(np.int32)
        lists, room = make_lists(positions, size), make_room(size)
        offering = Offering(
            np.zeros(LANES, np.int64), make_aims(world, index), lists, least, above, np.zeros(LANES, np.int16),
            np.zeros((QUEUE + LANES + 1, 3), np.int32), room,
        )  # fmt: skip
        for first in range(0, len(rows) if positions > 0 else 0, LANES):
            abreast, present = rows[first : first + LANES], np.int64(0)
            for lane in range(len(abreast)):
                offering.labourers[lane] = abreast[lane]
                if passes_alone(world.people[abreast[lane]], world.settings) == 0:
                    present |= np.int64(1) << lane
            take_aims(world, index, abreast, offering.aims)
            _try_known_sites(world, index, offering, len(abreast), present, seed)
            _descend(world, index, offering, present, path, seed)
        for position in range(positions):
            count = settle(world, index.order, lists, position, NOBODY, seed, room)
            outcome[index.order[position], :count] = room[:count, :OUTCOME]

    return search_labourers


search_labourers = _make_search_labourers()
"""For each indexed vacancy write the best of the labourers, rows of ``world.people``, into ``outcome``, shape
(vacancies, k, OUTCOME), which must be filled with NOBODY. ``seed`` is already stirred."""
