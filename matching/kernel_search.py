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
from matching import kernel_aims, kernel_bounds, kernel_lists, kernel_steps, ties
from matching.columns import Ints, Longs
from matching.compiled import compiled, entry_point, inlined, maker, sources_digest
from matching.index import VacancyIndex
from matching.index_groups import Smalls
from matching.kernel_aims import Aims, make_aims, take_aims
from matching.kernel_bounds import CLOSED_PAIR, companions_gain, gains_at, in_goal_units, pair_bound, townsfolk_gain
from matching.kernel_gates import passes_alone
from matching.kernel_index import BLOCK, FACT_SITE, KINDS
from matching.kernel_lanes import (
    LANES,
    UNIT,
    count_reaching,
    fetch,
    gains_of_row,
    lanes_reaching,
    lowest_lane,
    positions_within,
    reaching,
    rows_within,
)
from matching.kernel_lists import BEYOND, NOBODY, OUTCOME, Lists, insert, make_lists, make_room, settle
from matching.kernel_parts import COMPANIONS, TOWNSFOLK
from matching.kernel_steps import UNREACHABLE, Steps, make_steps, take_steps
from matching.layout import PERSON, SETTING, World
from matching.params import ONE

SOURCES = (sys.modules[__name__], kernel_bounds, kernel_lists, kernel_steps, compiling, ties, *kernel_aims.SOURCES)
"""Modules the compiled code below is made from, this one first."""

HINTS = 2
"""The lists of so many times LANES labourers are tried first for the next ones."""

QUEUE = 64
"""Pairs that wait, about, until they are looked at closely."""

AHEAD = 8
"""So many blocks before they are looked at their groups are asked for."""

HIGHEST_BIT, LOWEST_BIT = 14, 6
"""A first guess at a goal is worked out bit by bit: to 64 units of the table, or some 2,000 millionths."""


class Room(NamedTuple):
    """Room for the rows of one level of the tree: the blocks they stand in, which of them go on, and the bits of the
    lanes that reach their goals; at least for the blocks below all topmost rows, used or not."""

    blocks: Ints
    rows: Ints
    bits: Ints


class Hinted(NamedTuple):
    """Room for hints: their positions, the sums of their gains in each lane, and goals guessed from these."""

    rows: Ints
    sums: Smalls
    goals: Smalls
    above: Smalls


class Search(NamedTuple):
    """Labourers abreast on their way down the tree: who they are, what they aim at, their lists, and for each lane the
    goal in units of the table. ``queue`` holds lanes and positions to be looked at closely, and their bounds;
    ``found``, ``steps`` and ``hinted`` are room to work in, ``room`` is where a list is put into order."""

    labourers: Longs
    aims: Aims
    lists: Lists
    goals: Smalls
    queue: Ints
    found: Room
    steps: Steps
    hinted: Hinted
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
            queue[at, 2] = bound
            continue
        if with_townsfolk and gain[TOWNSFOLK, lane] > 0:
            bound += townsfolk_gain(crew, gain, lane, townsfolk, facts[position, FACT_SITE], full)
        if gain[COMPANIONS, lane] > 0:
            site = facts[position, FACT_SITE]
            bound += companions_gain(people, labourers[lane], gain, lane, sites, site, settings)
        queue[at, 2] = bound
    for at in range(count):  # by itself, for the reason told at ``_kept``
        lane, position, bound = queue[at, 0], queue[at, 1], queue[at, 2]
        if bound >= goal[lane]:
            if filled[lane] == places:
                settle(world, index.order, lists, lane, labourers[lane], seed, search.room)
            insert(floors, others, filled, goal, size, lane, bound, position)
            goals[lane] = in_goal_units(goal[lane])


@inlined
def _queue_lanes(queue: Ints, facts: Ints, waiting: int, bits: int, position: int) -> int:
    """Let the lanes of some bits wait to be looked at closely with a position; return how many pairs then wait."""
    if bits != 0:
        fetch(facts, position)
    while bits != 0:
        queue[waiting, 0], queue[waiting, 1] = lowest_lane(bits), position
        bits &= bits - 1
        waiting += 1
    return waiting


@compiled
def _guess_goals(sums: Smalls, size: int, goals: Smalls, above: Smalls) -> None:
    """Raise each lane's goal to what so many of the hints reach by their gains, about: a guess, as these are bounds.

    ``above`` is room to count them in.
    """
    guess, higher, reaching_it = above[0], above[1], above[2]
    for lane in range(LANES):
        guess[lane] = 0
    for bit in range(HIGHEST_BIT, LOWEST_BIT - 1, -1):
        for lane in range(LANES):
            higher[lane] = guess[lane] + np.int16(1 << bit)
        count_reaching(sums, len(sums), higher, reaching_it)
        for lane in range(LANES):
            guess[lane] = higher[lane] if reaching_it[lane] >= size else guess[lane]
    for lane in range(LANES):
        goals[lane] = max(goals[lane], guess[lane])


@compiled
def _try_hints(
    world: World, index: VacancyIndex, search: Search, hints: Ints, tried: Ints, turn: int, seed: np.uint64
) -> None:
    """Try positions that were good for the labourers before: they raise the goals early.

    Only those that seem the best of them by their gains: the others will be met in the tree, if they still matter.
    """
    table, groups, goals, queue, hinted = search.aims.table, index.groups, search.goals, search.queue, search.hinted
    sums, rows, found, waiting = hinted.sums, hinted.rows, 0, 0
    for position in hints:
        if position != NOBODY and tried[position] != turn:
            tried[position] = turn
            rows[found] = position
            found += 1
    for at in range(found):
        gains_of_row(table, groups, rows[at], sums, at)
    for lane in range(LANES):
        hinted.goals[lane] = goals[lane]
    _guess_goals(sums[:found], search.lists.size + search.lists.size // 2, hinted.goals, hinted.above)
    for at in range(found):
        waiting = _queue_lanes(queue, index.facts, waiting, lanes_reaching(sums, at, hinted.goals), rows[at])
        if waiting > QUEUE:
            _look_closely(world, index, search, waiting, True, seed)
            waiting = 0
    _look_closely(world, index, search, waiting, True, seed)


@compiled
def _try_known_sites(world: World, index: VacancyIndex, search: Search, count: int, seed: np.uint64) -> None:
    """Try the sites where people of the township, or the companions, are: the tree's bounds leave them out.

    What they can gain is added to the gains of the table, in its units.
    """
    table, goals, crew, townsfolk = search.aims.table, search.goals, search.aims.crew, world.townsfolk
    site_rows, site_groups, full = index.site_rows, index.site_groups, world.settings[SETTING.townsfolk_full]
    gain, queue, waiting = search.aims.gain, search.queue, 0
    for lane in range(count):
        fellow, companion = gain[TOWNSFOLK, lane] * (ONE / UNIT), gain[COMPANIONS, lane] * (ONE / UNIT)
        first, last, together = (
            crew[PERSON.townsfolk_first, lane], crew[PERSON.townsfolk_last, lane], crew[PERSON.companion_site, lane],
        )  # fmt: skip
        for row in range(first - 1, last if fellow > 0 else first):  # the site of the companions comes first
            site = together if row < first else townsfolk[row, 0]
            if site < 0 or goals[lane] == UNREACHABLE:
                continue
            extra = fellow + companion if row < first else fellow * min(townsfolk[row, 1], full) / full
            least = goals[lane] - int(extra) - 1
            if gains_at(table, site_rows, site, lane, KINDS) < least:
                continue
            for at in range(index.site_first[site], index.site_first[site + 1]):
                if gains_at(table, site_groups, at, lane, KINDS) >= least:
                    fetch(index.facts, index.site_positions[at])
                    queue[waiting, 0], queue[waiting, 1] = lane, index.site_positions[at]
                    waiting += 1
                    if waiting > QUEUE:
                        _look_closely(world, index, search, waiting, True, seed)
                        waiting = 0
    _look_closely(world, index, search, waiting, True, seed)


@compiled
def _kept(room: Room, count: int, able: int) -> int:
    """Keep, of the rows of so many blocks, those within reach of any lane that is able; return how many there are.

    A step of its own, as a processor that may not run ahead of a write whose place is not known yet would work out one
    row after the other.
    """
    blocks, rows, bits, found = room.blocks, room.rows, room.bits, 0
    for at in range(count):
        for row in range(BLOCK):
            rows[found] = blocks[at] + row
            found += bits[at * BLOCK + row] & able != 0
    return found


@compiled
def _descend(world: World, index: VacancyIndex, search: Search, seed: np.uint64) -> None:
    """Go down the tree level by level, past every row that is within nobody's reach.

    Sites where townsfolk or companions are must have been tried before.
    """
    table, groups, goals, queue, room = search.aims.table, index.groups, search.goals, search.queue, search.found
    coarse, limits, below, facts = search.steps.coarse, search.steps.limits, index.below, index.facts
    able, positions = take_steps(index, table, goals, search.steps), len(groups) - len(below)
    waiting, found = 0, BLOCK if able != 0 else 0
    for at in range(BLOCK):
        room.rows[at] = len(groups) - BLOCK + at
    while found > 0 and room.rows[0] >= positions:
        lowest = below[room.rows[0] - positions] * BLOCK < positions
        for at in range(found):
            row = room.rows[at]
            block = max(below[row - positions], 0) * BLOCK
            room.blocks[at] = block
            ahead = max(below[room.rows[min(at + AHEAD, found - 1)] - positions], 0) * BLOCK
            fetch(groups, ahead)
            fetch(groups, ahead + BLOCK - 1)
            if lowest:
                positions_within(coarse, groups, row, block, limits, room.bits, at * BLOCK)
            else:
                rows_within(coarse, groups, row, block, limits, room.bits, at * BLOCK)
        found = _kept(room, found, able)
    for at in range(found):
        position = room.rows[at]
        bits = reaching(table, groups, position, goals)  # goals rise with every candidate
        waiting = _queue_lanes(queue, facts, waiting, bits, position)
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
    lists, aims = make_lists(LANES, size), make_aims(world, index)
    rows, hints = max(len(index.groups), BLOCK * BLOCK), min(HINTS * LANES * size, len(index.order))
    return Search(
        np.zeros(LANES, np.int64), aims, lists, np.zeros(LANES, np.int16),
        np.zeros((QUEUE + LANES + 1, 3), np.int32),
        Room(np.zeros(rows, np.int32), np.zeros(rows + 1, np.int32), np.zeros(rows, np.int32)),
        make_steps(len(aims.table)),
        Hinted(
            np.zeros(hints, np.int32), np.zeros((hints, LANES), np.int16), np.zeros(LANES, np.int16),
            np.zeros((3, LANES), np.int16),
        ),
        make_room(size),
    )  # fmt: skip


def _make_search_vacancies() -> Any:
    digest = sources_digest(*SOURCES)

    @entry_point
    def search_vacancies(world: World, index: VacancyIndex, rows: Longs, seed: np.uint64, outcome: Ints) -> None:
        _sources = digest
        size = outcome.shape[1]
        search = _make_search(world, index, size)
        hints, tried = np.full((size, HINTS * LANES), NOBODY, np.int32), np.full(len(index.order), NOBODY, np.int32)
        for first in range(0, len(rows) if len(index.order) > 0 else 0, LANES):
            abreast = rows[first : first + LANES]
            _begin(world, search, abreast)
            take_aims(world, index, abreast, search.aims)
            _try_hints(world, index, search, hints.ravel(), tried, first, seed)
            _try_known_sites(world, index, search, len(abreast), seed)
            _descend(world, index, search, seed)
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
