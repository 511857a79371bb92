# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""What sixteen labourers aim at, compiled: what each group of posts gains them, and the numbers they look for.

They are searched for abreast, so every array of theirs has a lane for each beside one another. A gain is what a group
adds to the overall score, in millionths; a gate that no post of the group can pass makes it CLOSED. People of the same
township and companions at a site are left out: the sites they are at are looked at one by one.

Parts and gates are those of ``kernel_parts`` and ``kernel_gates``, for sixteen at once: loops over lanes are without
branches and of a length the compiler does not know (it would write them out lane by lane), so that all lanes take a
step at once.
"""

import sys
from typing import NamedTuple

import numpy as np

from matching import codes, columns, index, layout, tables
from matching import kernel_gates as gates
from matching import kernel_groups as group
from matching import kernel_index as record
from matching import kernel_numbers as number
from matching import kernel_parts as part
from matching.columns import Longs
from matching.compiled import compiled
from matching.index import Singles, VacancyIndex
from matching.kernel_groups import CLOSED, FAMILY_FACTS, LANES, OWN, SHARE, SPARE, TOTAL_SHARE, WEIGHT
from matching.kernel_numbers import (
    AIMS,
    CASH_GAIN,
    COMPANION_GAIN,
    FELLOW_GAIN,
    HOUR_GAIN,
    HOURS_GAIN,
    LENGTH_GAIN,
    NET_GAIN,
    fill_aim,
)
from matching.layout import World
from matching.params import ONE

SOURCES = (sys.modules[__name__], codes, columns, gates, group, index, layout, number, part, record, tables)
"""Modules the compiled code below is made from, this one first."""


class Aims(NamedTuple):
    """Labourers abreast, prepared for a search; the last dimension has a lane for each.

    ``crew``, their columns of ``World.people``; ``own``, their weights; ``aim``, their numbers; ``scale``, what one of
    the weighted sum of a score adds to the overall. ``table`` holds the best gain below each node of the trees of
    groups, ``first`` and ``second`` at their leaves what a group adds to the weighted sums, exactly: trade to skill
    and willingness, place to location, body to skill, terms and extras to willingness. ``families`` and ``spare`` are
    room to work in.
    """

    crew: Longs
    own: Longs
    aim: Singles
    scale: Singles
    table: Singles
    first: Longs
    second: Longs
    families: Longs
    spare: Longs


@compiled
def make_aims(world: World, tree: VacancyIndex) -> Aims:
    """Make room to prepare labourers in."""
    room, families = 2 * tree.group_leaves.sum(), len(world.family_affinity) + 1
    return Aims(
        np.zeros((world.people.shape[1], LANES), np.int64), np.zeros((OWN, LANES), np.int64),
        np.zeros((AIMS, LANES), np.float32), np.zeros((3, LANES), np.float32),
        np.full((room, LANES), CLOSED, np.float32), np.zeros((room, LANES), np.int64),
        np.zeros((room, LANES), np.int64), np.zeros((FAMILY_FACTS * families, LANES), np.int64),
        np.zeros((SPARE, LANES), np.int64),
    )  # fmt: skip


@compiled
def fill_own(weights: Longs, shares: Longs, labourer: int, lane: int, own: Longs, scale: Singles, aim: Singles) -> None:
    """Write how parts and scores weigh, and what each number can add to the overall score."""
    total, first = shares[labourer, 0] + shares[labourer, 1] + shares[labourer, 2], 0
    own[TOTAL_SHARE, lane] = max(total, 1)
    for score in range(3):
        last = part.FIRST_LOCATION if score == 0 else part.FIRST_WILLINGNESS if score == 1 else part.PARTS
        weight = 0
        for at in range(first, last):
            own[at, lane] = weights[labourer, at]
            weight += weights[labourer, at]
        own[WEIGHT + score, lane], own[SHARE + score, lane] = max(weight, 1), shares[labourer, score]
        scale[score, lane] = shares[labourer, score] / (max(weight, 1) * max(total, 1))
        first = last
    willing = scale[2, lane]
    aim[NET_GAIN, lane], aim[HOUR_GAIN, lane] = own[part.NET_MONTH, lane] * willing, own[part.NET_HOUR, lane] * willing
    aim[HOURS_GAIN, lane], aim[LENGTH_GAIN, lane] = own[part.HOURS, lane] * willing, own[part.LENGTH, lane] * willing
    aim[CASH_GAIN, lane] = own[part.FIRST_CASH, lane] * willing
    aim[FELLOW_GAIN, lane] = own[part.TOWNSFOLK, lane] * scale[1, lane] * ONE
    aim[COMPANION_GAIN, lane] = own[part.COMPANIONS, lane] * willing * ONE


@compiled
def close_tree(tree: Singles, leaves: int) -> None:
    """Write the best gain below each node of a complete binary tree whose leaves are filled."""
    for node in range(leaves - 1, 0, -1):
        for lane in range(tree.shape[1]):
            tree[node, lane] = max(tree[2 * node, lane], tree[2 * node + 1, lane])


@compiled
def take_labourer(world: World, labourer: int, lane: int, aims: Aims) -> None:
    """Write down a labourer's columns, weights, numbers and what is known of each trade family."""
    person = world.people[labourer]
    for column in range(len(person)):
        aims.crew[column, lane] = person[column]
    fill_own(world.weights, world.score_weights, labourer, lane, aims.own, aims.scale, aims.aim)
    fill_aim(person, world.settings, lane, aims.aim)
    group.fill_families(world, person, lane, aims.families)


@compiled
def take_aims(world: World, tree: VacancyIndex, first: int, present: int, aims: Aims) -> None:
    """Prepare the labourers from row ``first`` on whose bits are set in ``present``; the others gain nothing."""
    crew, own, scale, families, spare, start = aims.crew, aims.own, aims.scale, aims.families, aims.spare, 0
    for lane in range(LANES):
        if (present >> lane) & 1:
            take_labourer(world, first + lane, lane, aims)
    for kind in range(record.GROUP_KINDS):
        leaves, low, high = tree.group_leaves[kind], tree.group_first[kind], tree.group_first[kind + 1]
        posts, begin = tree.example_posts[low:high], start + leaves  # none of the last kind
        into, to = aims.table[begin : begin + high - low], aims.first[begin : begin + high - low]
        if kind == record.TRADE:
            second = aims.second[begin : begin + high - low]
            group.fill_trades(world, crew, own, scale, families, spare, posts, into, to, second)
            for lane in range(LANES):
                if not (present >> lane) & 1:
                    into[:, lane] = CLOSED
        elif kind == record.PLACE:
            sites = tree.example_sites[low:high]
            group.fill_places(world, crew, own, scale, spare, posts, sites, into, to)
        elif kind == record.BODY:
            group.fill_bodies(world.settings, crew, own, scale, posts, into, to)
        elif kind == record.TERMS:
            group.fill_terms(world.settings, crew, own, scale, posts, into, to)
        elif kind == record.EXTRAS:
            group.fill_extras(world.settings, crew, own, scale, posts, into, to)
        else:
            number.fill_classes(aims.aim, tree.class_numbers, into)
        close_tree(aims.table[start : start + 2 * leaves], leaves)
        start += 2 * leaves
