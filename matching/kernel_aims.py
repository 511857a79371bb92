# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""What labourers abreast aim at, compiled: the table of what each group of posts gains them.

A gain is what a group adds to the overall score, in units of ``kernel_lanes``; a gate that no post of the group can
pass closes it. People of the same township and companions at a site are left out: the sites they are at are looked at
one by one.
"""

import sys
from typing import NamedTuple

import numpy as np

from matching import codes, columns, index, index_groups, kernel_gates, kernel_lanes, layout, params, scoring, tables
from matching import kernel_groups as group
from matching import kernel_index as record
from matching import kernel_numbers as number
from matching import kernel_parts as part
from matching.columns import Ints, Longs
from matching.compiled import compiled, maker
from matching.index import Singles, VacancyIndex
from matching.index_groups import Smalls
from matching.kernel_lanes import CLOSED, LANES, LINE, join_gains
from matching.layout import PERSON, SITE, World

SOURCES = (
    sys.modules[__name__], codes, columns, group, index, index_groups, kernel_gates, kernel_lanes, layout, number,
    params, part, record, scoring, tables,
)  # fmt: skip
"""Modules the compiled code below is made from, this one first."""


class Aims(NamedTuple):
    """Labourers abreast, prepared for a search; the last dimension has a lane for each.

    ``crew``, their columns of ``World.people``; ``gain``, what each part in full adds to the overall score, over a
    million; ``aim``, the numbers they look for. ``table`` holds the best gain below each node of the trees of groups,
    then the gains of the groups of the other kinds. ``families``, ``occupations``, ``near`` and ``places`` are room to
    work in.
    """

    crew: Ints
    gain: Singles
    aim: Singles
    table: Smalls
    families: Singles
    occupations: Singles
    near: Ints
    places: Ints


@maker
def _table(rows: int) -> Smalls:
    """Return room for the gains, laid so that no row lies across two lines of memory."""
    room = np.full(rows * LANES + LINE // 2, CLOSED, np.int16)
    first = -room.ctypes.data % LINE // 2
    return room[first : first + rows * LANES].reshape((rows, LANES))


@maker
def make_aims(world: World, tree: VacancyIndex) -> Aims:
    """Make room to prepare labourers in."""
    families = len(world.family_affinity) + 1
    return Aims(
        np.zeros((world.people.shape[1], LANES), np.int32), np.zeros((part.PARTS, LANES), np.float32),
        np.zeros((number.AIMS, LANES), np.float32),
        _table(
            2 * tree.group_leaves.sum() + len(tree.shifts) + len(tree.lodging) + len(tree.extras)
            + len(tree.pay) + len(tree.week) + len(tree.cash) + len(tree.dates)
        ),
        np.zeros((group.FAMILY_FACTS * families, LANES), np.float32),
        np.zeros((tree.near.shape[1], LANES), np.float32), np.zeros(tree.near.shape[1], np.int32),
        np.zeros((group.PLACE_FACTS, tree.places.shape[1]), np.int32),
    )  # fmt: skip


@compiled
def _fill_gain(weights: Longs, shares: Longs, labourer: int, lane: int, gain: Singles) -> None:
    """Write what each part can add to the overall score."""
    total = max(shares[labourer, 0] + shares[labourer, 1] + shares[labourer, 2], 1)
    first = 0
    for score in range(3):
        last = part.FIRST_LOCATION if score == 0 else part.FIRST_WILLINGNESS if score == 1 else part.PARTS
        weight = weights[labourer, first:last].sum()
        for at in range(first, last):
            gain[at, lane] = weights[labourer, at] * shares[labourer, score] / (max(weight, 1) * total)
        first = last


@compiled
def _take_labourer(world: World, tree: VacancyIndex, labourer: int, lane: int, aims: Aims) -> None:
    """Write down a labourer's columns, weights, numbers and what is known of each trade family and occupation."""
    person = world.people[labourer]
    for column in range(len(person)):
        aims.crew[column, lane] = np.int32(person[column])
    site, city = person[PERSON.companion_site], person[PERSON.companion_city]
    if city == 0:
        city = world.sites[site, SITE.city] if site >= 0 else part.NO_COMPANIONS
    aims.crew[PERSON.companion_city, lane] = city
    _fill_gain(world.weights, world.score_weights, labourer, lane, aims.gain)
    number.fill_aim(person, world.settings, lane, aims.aim)
    group.fill_families(world, person, lane, aims.families)
    group.fill_occupations(person, lane, tree.near, aims.near, aims.occupations)


@compiled
def _close_tree(table: Smalls, start: int, leaves: int, used: int) -> None:
    """Write the best gain below each node of a complete binary tree whose first leaves are used, the others closed."""
    first = leaves
    while first > 1:
        first, used = first // 2, (used + 1) // 2
        for node in range(first, first + used):
            join_gains(table, start + node, start + 2 * node)


@compiled
def take_aims(world: World, tree: VacancyIndex, labourers: Longs, aims: Aims) -> None:
    """Prepare labourers, at most one for each lane; what the lanes left over hold means nothing."""
    crew, gain, aim = aims.crew, aims.gain, aims.aim
    table, settings, start = aims.table, world.settings, 0
    for lane in range(len(labourers)):
        _take_labourer(world, tree, labourers[lane], lane, aims)
    for kind in range(len(tree.group_leaves)):
        leaves, low, high = tree.group_leaves[kind], tree.group_first[kind], tree.group_first[kind + 1]
        posts, into = tree.example_posts[low:high], table[start + leaves : start + leaves + high - low]
        if kind == record.TRADE:
            group.fill_trades(settings, crew, gain, aims.families, aims.occupations, tree.group_occupation, posts, into)
        elif kind == record.PLACE:
            for lane in range(len(labourers)):
                group.fill_places(
                    world, crew, gain, lane, world.people[labourers[lane]], tree.places, aims.places, into
                )
        else:
            group.fill_bodies(settings, crew, gain, posts, into)
        _close_tree(table, start, leaves, high - low)
        start += 2 * leaves
    group.fill_shifts(settings, crew, gain, tree.shifts, table[start : start + len(tree.shifts)])
    start += len(tree.shifts)
    group.fill_lodging(settings, crew, gain, tree.lodging, table[start : start + len(tree.lodging)])
    start += len(tree.lodging)
    group.fill_extras(settings, crew, gain, tree.extras, table[start : start + len(tree.extras)])
    start += len(tree.extras)
    number.fill_pay(settings, aim, gain, tree.pay, table[start : start + len(tree.pay)])
    start += len(tree.pay)
    number.fill_week(settings, aim, gain, tree.week, table[start : start + len(tree.week)])
    start += len(tree.week)
    number.fill_cash(gain, tree.cash, table[start : start + len(tree.cash)])
    start += len(tree.cash)
    number.fill_dates(settings, aim, gain, tree.dates, table[start : start + len(tree.dates)])
