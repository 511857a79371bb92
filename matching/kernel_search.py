# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""The search for each labourer's best k vacancies, compiled: down the tree, past every row that cannot hold one.

Labourers go down abreast: a row is looked at for all of them in one step, and passed if none can gain from it. So
neighbours among them should be alike.
"""

import sys
from typing import Any, NamedTuple

import numpy as np

from matching import compiled as compiling
from matching import kernel_aims, kernel_bounds, kernel_lists, ties
from matching.columns import Ints, Longs
from matching.compiled import compiled, entry_point, inlined, maker, sources_digest
from matching.index import VacancyIndex
from matching.index_groups import Nodes, Smalls
from matching.kernel_aims import Aims, make_aims, take_aims
from matching.kernel_bounds import CLOSED_PAIR, companions_gain, gains_at, in_goal_units, pair_bound, townsfolk_gain
from matching.kernel_gates import passes_alone
from matching.kernel_index import BLOCK, BODY, EXTRAS, FACT_SITE, KINDS, PAY, PLACE, TERMS, TIMES, TRADE
from matching.kernel_lanes import CLOSED, LANES, UNIT, lowest_lane, reaching
from matching.kernel_lists import BEYOND, MOST_LEVELS, NOBODY, OUTCOME, Lists, insert, make_lists, make_room, settle
from matching.kernel_parts import COMPANIONS, TOWNSFOLK
from matching.layout import PERSON, SETTING, World
from matching.params import ONE

SOURCES = (sys.modules[__name__], kernel_bounds, kernel_lists, compiling, ties, *kernel_aims.SOURCES)
"""Modules the compiled code below is made from, this one first."""

HINTS = 2
"""The lists of so many times LANES labourers are tried first for the next ones."""

QUEUE = 64
"""Pairs that wait, about, until they are looked at closely."""

UNREACHABLE = 2**15 - 1
"""Goal of a lane that holds nobody."""


class Search(NamedTuple):
    """Labourers abreast on their way down the tree: who they are, what they aim at, their lists, and for each lane the
    goal in units of the table. ``queue`` holds lanes and positions to be looked at closely; ``room`` is where a list
    is put into order."""

    labourers: Longs
    aims: Aims
    lists: Lists
    goals: Smalls
    queue: Ints
    room: Longs


@compiled
def _look_closely(
    world: World, index: VacancyIndex, search: Search, count: int, with_townsfolk: bool, seed: np.uint64
) -> None:
    """Put the first pairs of the queue into the lists of their lanes, if their bounds reach the goals."""
    aims, lists, groups, facts, queue = search.aims, search.lists, index.groups, index.facts, search.queue
    crew, aim, gain, table, goal, goals = aims.crew, aims.aim, aims.gain, aims.table, lists.goal, search.goals
    floors, others, filled, size, places = lists.floor, lists.other, lists.filled, lists.size, lists.size + BEYOND
    people, sites, townsfolk, settings = world.people, world.sites, world.townsfolk, world.settings
    silent, full = np.float32(settings[SETTING.vacancy_silent]), settings[SETTING.townsfolk_full]
    today = settings[SETTING.as_of]
    labourers = search.labourers
    for at in range(count):
        lane, position = queue[at, 0], queue[at, 1]
        bound = pair_bound(crew, aim, gain, table, lane, groups, facts, position, silent, today)
        if bound == CLOSED_PAIR:
            continue
        if with_townsfolk and gain[TOWNSFOLK, lane] > 0:
            bound += townsfolk_gain(crew, gain, lane, townsfolk, facts[position, FACT_SITE], full)
        if gain[COMPANIONS, lane] > 0:
            site = facts[position, FACT_SITE]
            bound += companions_gain(people, labourers[lane], gain, lane, sites, site, settings)
        if bound >= goal[lane]:
            if filled[lane] == places:
                settle(world, index.order, lists, lane, labourers[lane], seed, search.room)
            insert(floors, others, filled, goal, size, lane, bound, position)
            goals[lane] = in_goal_units(goal[lane])


@compiled
def _try_hints(
    world: World, index: VacancyIndex, search: Search, hints: Ints, tried: Ints, turn: int, seed: np.uint64
) -> None:
    """Try positions that were good for the labourers before: they raise the goals early."""
    table, groups, goals, queue, waiting = search.aims.table, index.groups, search.goals, search.queue, 0
    for position in hints:
        if position == NOBODY or tried[position] == turn:
            continue
        tried[position] = turn
        bits = reaching(table, groups, position, goals)
        while bits != 0:
            queue[waiting, 0], queue[waiting, 1] = lowest_lane(bits), position
            bits &= bits - 1
            waiting += 1
        if waiting > QUEUE:
            _look_closely(world, index, search, waiting, True, seed)
            waiting = 0
    _look_closely(world, index, search, waiting, True, seed)


@inlined
def _most_at_the_top(table: Smalls, groups: Nodes, lane: int, kind: int) -> int:
    """Return the most that any group of a kind can gain a lane, in units: of the topmost rows of the tree."""
    most = CLOSED
    for row in range(len(groups) - BLOCK, len(groups)):
        most = max(most, table[groups[row, kind], lane])
    return most


@compiled
def _try_known_sites(world: World, index: VacancyIndex, search: Search, count: int, seed: np.uint64) -> None:
    """Try the sites where people of the township, or the companions, are: the tree's bounds leave them out.

    What they can gain is added to the gains of the table, in its units.
    """
    table, goals, crew, townsfolk = search.aims.table, search.goals, search.aims.crew, world.townsfolk
    groups, nodes, site_groups, full = (
        index.groups, index.site_nodes, index.site_groups, world.settings[SETTING.townsfolk_full],
    )  # fmt: skip
    gain, queue, waiting = search.aims.gain, search.queue, 0
    for lane in range(count):
        fellow, companion = gain[TOWNSFOLK, lane] * (ONE / UNIT), gain[COMPANIONS, lane] * (ONE / UNIT)
        first, last, together = (
            crew[PERSON.townsfolk_first, lane], crew[PERSON.townsfolk_last, lane], crew[PERSON.companion_site, lane],
        )  # fmt: skip
        best_pay, rest = _most_at_the_top(table, groups, lane, PAY), 0
        for kind in (BODY, TERMS, EXTRAS, TIMES):
            rest += _most_at_the_top(table, groups, lane, kind)
        for row in range(first - 1, last if fellow > 0 else first):  # the site of the companions comes first
            site = together if row < first else townsfolk[row, 0]
            if site < 0 or goals[lane] == UNREACHABLE:
                continue
            extra = fellow + companion if row < first else fellow * min(townsfolk[row, 1], full) / full
            least, place = goals[lane] - int(extra) - 1, table[nodes[site, PLACE], lane]
            if place + table[nodes[site, TRADE], lane] + best_pay + rest < least:
                continue
            for at in range(index.site_first[site], index.site_first[site + 1]):
                pay = table[site_groups[at, PAY], lane]
                if place + table[site_groups[at, TRADE], lane] + pay + rest < least:
                    continue
                if gains_at(table, site_groups, at, lane, KINDS) >= least:
                    queue[waiting, 0], queue[waiting, 1] = lane, index.site_positions[at]
                    waiting += 1
                    if waiting > QUEUE:
                        _look_closely(world, index, search, waiting, True, seed)
                        waiting = 0
    _look_closely(world, index, search, waiting, True, seed)


@compiled
def _descend(world: World, index: VacancyIndex, search: Search, path: Ints, seed: np.uint64) -> None:
    """Go down the tree, past every row that reaches nobody's goal; ``path`` is the next row of each level.

    Sites where townsfolk or companions are must have been tried before.
    """
    table, groups, goals, queue, below = search.aims.table, index.groups, search.goals, search.queue, index.below
    positions, depth, waiting = len(groups) - len(below), 0, 0
    path[0] = len(groups) - BLOCK
    while depth >= 0:
        row = path[depth]
        path[depth] = row + 1
        if (row + 1) % BLOCK == 0:  # the last one of its block
            depth -= 1
        if reaching(table, groups, row, goals) == 0:
            continue
        block = below[row - positions] * BLOCK
        if block >= positions:
            depth += 1
            path[depth] = block
            continue
        for position in range(block, block + BLOCK):
            bits = reaching(table, groups, position, goals)
            while bits != 0:
                queue[waiting, 0], queue[waiting, 1] = lowest_lane(bits), position
                bits &= bits - 1
                waiting += 1
            if waiting > QUEUE:
                _look_closely(world, index, search, waiting, False, seed)
                waiting = 0
    _look_closely(world, index, search, waiting, False, seed)


@compiled
def _begin(world: World, search: Search, rows: Longs) -> None:
    """Take the next labourers and empty the lists; those who pass no gate have a goal nothing reaches."""
    search.lists.filled[:] = 0
    search.lists.goal[:] = 0
    search.goals[:] = UNREACHABLE
    for lane in range(len(rows)):
        search.labourers[lane] = rows[lane]
        if passes_alone(world.people[rows[lane]], world.settings) == 0:
            search.goals[lane] = in_goal_units(0)


@maker
def _make_search(world: World, index: VacancyIndex, size: int) -> Search:
    lists = make_lists(LANES, size)
    return Search(
        np.zeros(LANES, np.int64), make_aims(world, index), lists, np.zeros(LANES, np.int16),
        np.zeros((QUEUE + LANES + 1, 2), np.int32), make_room(size),
    )  # fmt: skip


def _make_search_vacancies() -> Any:
    digest = sources_digest(*SOURCES)

    @entry_point
    def search_vacancies(world: World, index: VacancyIndex, rows: Longs, seed: np.uint64, outcome: Ints) -> None:
        _sources = digest
        size = outcome.shape[1]
        search, path = _make_search(world, index, size), np.zeros(MOST_LEVELS, np.int32)
        hints, tried = np.full((size, HINTS * LANES), NOBODY, np.int32), np.full(len(index.order), NOBODY, np.int32)
        for first in range(0, len(rows) if len(index.order) > 0 else 0, LANES):
            abreast = rows[first : first + LANES]
            _begin(world, search, abreast)
            take_aims(world, index, abreast, search.aims)
            _try_hints(world, index, search, hints.ravel(), tried, first, seed)
            _try_known_sites(world, index, search, len(abreast), seed)
            _descend(world, index, search, path, seed)
            for lane in range(len(abreast)):
                count = settle(world, index.order, search.lists, lane, abreast[lane], seed, search.room)
                outcome[first + lane, :count] = search.room[:count, :OUTCOME]
                hint = first // LANES % HINTS * LANES + lane
                hints[:, hint] = NOBODY
                hints[:count, hint] = search.lists.other[lane, :count]

    return search_vacancies


search_vacancies = _make_search_vacancies()
"""For each of the labourers, rows of ``world.people``, write the best vacancies into ``outcome``, shape (labourers, k,
OUTCOME), which must be filled with NOBODY. ``seed`` is already stirred."""
