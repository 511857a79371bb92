"""Groups of posts: what a row of the index stands for, one group of each kind.

A group may be one of equal posts (trade, place, body), hold all that some posts offer (terms, extras) or the best of
their numbers (pay, times). Groups of equal posts are ranked, and ranks are leaves of a complete binary tree (root 1,
children 2i and 2i + 1): a row stands for the lowest node above all its ranks; the row above a block of positions for
just the set of groups in the block, where that is trade or place, which close the most gates. Groups alike in numbers
are formed twice, of positions and of the rows above them.

A group is a row of the table of gains (``kernel_lanes``): the trees of the kinds come first, then sets, terms, extras,
pay and times.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.codes import OPEN_END, UNKNOWN, Part
from matching.columns import Ints, Longs
from matching.kernel_index import (
    BLOCK,
    CASH,
    COLUMNS,
    DAYS,
    EQUAL_KINDS,
    EXTRAS,
    FIRST_DAY,
    HOUR,
    HOUR_OVER_MEDIAN,
    KINDS,
    LAST_DAY,
    LEAST_HOURS,
    NET,
    NET_OVER_MEDIAN,
    PAY,
    PAY_STEP,
    PLACE,
    TERMS,
    TIMES,
    TRADE,
    VALUE_STEP,
    order_alike,
)
from matching.params import ONE, MatchingParams

Nodes = NDArray[np.uint16] | NDArray[np.uint32]
Smalls = NDArray[np.int16]
Floats = NDArray[np.float64]

LARGEST_SMALL, LARGEST_SHORT = 2**15 - 1, 2**16 - 1

TREES = 3
"""Kinds of groups of equal posts: trade, place, body."""

SETS, TERM_UNIONS, EXTRA_UNIONS, PAY_GROUPS, TIME_GROUPS = 4096, 512, 16, 1024, 512
"""Sets of trades, and of places; groups by what is offered below a row, in terms and in extras; groups of vacancies
alike in pay, and in times, and half as many of rows above them: at most so many. More of them bound closer, and take
longer to work out."""


Alike = list[tuple[Longs, Smalls]]
"""Of pay and of times: the group of each row, and what sums up each group."""

LEAST_IS_BEST = (LEAST_HOURS, FIRST_DAY)
"""Columns of numbers of which less is better for a labourer."""


class Groups(NamedTuple):
    """The groups of some rows.

    ``groups``, one of each kind, shape (rows, KINDS), 0 throughout for a row that stands for nothing; ``sets``, the
    members of each set, shape (sets, BLOCK); ``terms`` and ``extras``, what each group offers (``kernel_index``);
    ``pay`` and ``times``, the best of each number, columns NET … of ``kernel_index``.
    """

    groups: Nodes
    sets: Ints
    terms: Ints
    extras: Ints
    pay: Smalls
    times: Smalls


class Summary(NamedTuple):
    """What lies below each of some rows: least and most of every column, shape (rows, COLUMNS) each, least above most
    if there is nothing; and all that is offered there, terms and extras, shape (rows, 2)."""

    least: Ints
    most: Ints
    offers: Ints

    def take(self, rows: Ints) -> "Summary":
        """Return the given rows."""
        return Summary(self.least[rows], self.most[rows], self.offers[rows])


def joined(*parts: Summary) -> Summary:
    """Put the rows of all parts under each other."""
    return Summary(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))


def _nothing(rows: int) -> Summary:
    least, most = np.full((rows, COLUMNS), OPEN_END, np.int32), np.full((rows, COLUMNS), -OPEN_END, np.int32)
    return Summary(least, most, np.zeros((rows, 2), np.int32))


def summed_up(rows: Summary, edges: Ints) -> Summary:
    """Sum up runs of rows; there is nothing below an empty run."""
    summed = _nothing(len(edges) - 1)
    filled = np.flatnonzero(edges[1:] > edges[:-1])
    if len(filled):
        summed.least[filled] = np.minimum.reduceat(rows.least, edges[filled])
        summed.most[filled] = np.maximum.reduceat(rows.most, edges[filled])
        summed.offers[filled] = np.bitwise_or.reduceat(rows.offers, edges[filled])
    return summed


def levels(positions: Summary) -> tuple[Summary, Ints]:
    """Sum up the blocks, level by level, of positions and at least one level above; return the rows of all levels, and
    the block below each row above the positions."""
    level, every, below, first = positions, [], [np.zeros(0, np.int32)], 0
    while True:
        count = max(-(-len(level.least) // BLOCK), 1)
        level = joined(level, _nothing(count * BLOCK - len(level.least)))
        every.append(level)
        if count == 1 and len(every) > 1:
            break
        blocks = np.arange(-(-count // BLOCK) * BLOCK)
        below.append(np.where(blocks < count, first + blocks, UNKNOWN).astype(np.int32))
        first += count
        level = summed_up(level, np.arange(0, (count + 1) * BLOCK, BLOCK, dtype=np.int32))
    return joined(*every), np.concatenate(below)


def grouped(rows: Summary, positions: int, leaves: Ints, params: MatchingParams, positions_alike: Alike) -> Groups:
    """Form the groups of all rows, of which the first are positions and those next the rows above their blocks; those
    of positions alike have been formed."""
    used, numbers = rows.least[:, 0] <= rows.most[:, 0], _best_numbers(rows)
    first, groups = int(2 * leaves[:TREES].sum()), np.zeros((len(used), KINDS), np.int64)
    groups[:, :TREES] = _nodes(rows.least[:, :TREES], rows.most[:, :TREES], leaves[:TREES])
    sets = [np.zeros((0, BLOCK), np.int32)]
    for kind in (TRADE, PLACE):
        above, members = _sets(groups[:positions, kind], used[:positions], first)
        groups[positions : positions + len(above), kind] = np.where(
            above == 0, groups[positions : positions + len(above), kind], above
        )
        first += len(members)
        sets.append(members)
    single, unions, sums = np.arange(len(used)) < positions, [], []
    for kind, offers, limit in zip((TERMS, EXTRAS), rows.offers.T, (TERM_UNIONS, EXTRA_UNIONS), strict=True):
        for which, most in ((used & single, len(used)), (used & ~single, limit)):
            groups[which, kind], united = _united(offers[which], first, most)
            first += len(united)
            unions.append(united)
    rows_alike = alike(numbers[used & ~single], params, 2)
    for kind, of_positions, of_rows in zip((PAY, TIMES), positions_alike, rows_alike, strict=True):
        groups[used & single, kind], groups[used & ~single, kind] = of_positions[0], of_rows[0] + len(of_positions[1])
        groups[used, kind] += first
        sums.append(np.concatenate([of_positions[1], of_rows[1]]))
        first += len(sums[-1])
    groups[~used] = 0
    return Groups(
        groups.astype(np.uint16) if first <= LARGEST_SHORT else groups.astype(np.uint32), np.concatenate(sets),
        np.concatenate(unions[:2]), np.concatenate(unions[2:]), sums[0], sums[1],
    )  # fmt: skip


def nodes_above(leaf: Ints, first: Ints, leaves: Ints) -> Ints:
    """Return for each run of rows the lowest node above its leaves in each tree, 0 above an empty run."""
    nodes = np.zeros((len(first) - 1, leaf.shape[1]), np.int32)
    filled = np.flatnonzero(first[1:] > first[:-1])
    if len(filled):
        least, most = (extreme.reduceat(leaf, first[filled]) for extreme in (np.minimum, np.maximum))
        nodes[filled] = _nodes(least, most, leaves)
    return nodes


def _nodes(least: Ints, most: Ints, leaves: Ints) -> Longs:
    """Return for each row the lowest node above leaves of equal groups, counted through the trees of all kinds.

    What it holds for an unused row means nothing.
    """
    apart = np.ceil(np.log2((least ^ most).astype(np.float64).clip(0) + 1)).astype(np.int32)
    starts = np.cumsum([0, *(2 * leaves)])[:-1]
    return np.asarray((least >> apart) + starts, dtype=np.int64)


def _sets(nodes: Longs, used: NDArray[np.bool_], first: int) -> tuple[Longs, Ints]:
    """Return for the row above each block the set of groups in it, counted from ``first`` on, or its only group, or 0
    if the set is too rare to be kept; and the members of each set kept, 0 where there are no more of them."""
    blocks = nodes.reshape(-1, BLOCK)
    members = np.sort(np.where(used.reshape(-1, BLOCK), blocks, blocks[:, :1]), axis=1)
    members[:, 1:][members[:, 1:] == members[:, :-1]] = 0
    members = -np.sort(-members, axis=1)
    sets, which, times = np.unique(members, axis=0, return_inverse=True, return_counts=True)
    which, several = which.ravel(), sets[:, 1] != 0
    kept = np.flatnonzero(several)
    kept = kept[np.argsort(-times[kept], kind="stable")][:SETS]
    group = np.where(several, 0, sets[:, 0])
    group[kept] = first + np.arange(len(kept))
    return group[which], sets[kept].astype(np.int32)


def _united(offers: Ints, first: int, most: int) -> tuple[Longs, Ints]:
    """Return for each row the group that offers the same, or more if there were more groups than ``most``, counted from
    ``first`` on; and what groups offer."""
    values, which = np.unique(offers, return_inverse=True)
    size = max(-(-len(values) // most), 1)
    united = np.bitwise_or.reduceat(values, np.arange(0, len(values), size)) if len(values) else values
    return which.ravel() // size + first, united.astype(np.int32)


def _best_numbers(rows: Summary) -> Smalls:
    """Return for each row the number that is best for a labourer: least hours and first day, most of the rest."""
    best = rows.most[:, EQUAL_KINDS:].copy()
    for column in LEAST_IS_BEST:
        best[:, column] = rows.least[:, EQUAL_KINDS + column]
    return best.clip(-LARGEST_SMALL, LARGEST_SMALL).astype(np.int16)


def alike(numbers: Smalls, params: MatchingParams, fewer: int = 1) -> Alike:
    """Form groups of rows alike in pay, and in times; so many times fewer than there may be."""
    kinds = ((_pay_importance(params), PAY_GROUPS // fewer), (_time_importance(params), TIME_GROUPS // fewer))
    return [_alike(numbers, importance, most) for importance, most in kinds]


def _alike(numbers: Smalls, importance: Floats, most: int) -> tuple[Longs, Smalls]:
    """Put rows alike in numbers into groups of one size, at most so many; return the group of each row and what sums
    up each group."""
    size, records = max(-(-len(numbers) // most), 1), np.zeros((len(numbers), COLUMNS), np.int32)
    records[:, EQUAL_KINDS:] = numbers
    order = order_alike(records, np.ones(EQUAL_KINDS, np.int32), importance, max(size // 2, 1))
    group = np.empty(len(numbers), np.int64)
    group[order] = np.arange(len(numbers)) // size
    return group, _best_of_runs(numbers[order], size)


def _best_of_runs(numbers: Smalls, size: int) -> Smalls:
    """Return the number that is best for a labourer in each run of so many rows."""
    starts = np.arange(0, len(numbers), size)
    if len(starts) == 0:
        return numbers
    best = np.maximum.reduceat(numbers, starts)
    for column in LEAST_IS_BEST:
        best[:, column] = np.minimum.reduceat(numbers[:, column], starts)
    return best


def _pay_importance(params: MatchingParams) -> Floats:
    """Say by what to tell pay apart: three quarters of the labourers name a floor, for the others medians stand."""
    wish, importance = wishes(params), np.zeros(COLUMNS)
    month, hour = wish[Part.NET_MONTH], wish[Part.NET_HOUR]
    importance[EQUAL_KINDS + NET] = 0.75 * month / 1_500 * PAY_STEP
    importance[EQUAL_KINDS + HOUR] = 0.75 * hour / 1_500 * PAY_STEP
    importance[EQUAL_KINDS + NET_OVER_MEDIAN] = 0.25 * month / ONE * VALUE_STEP
    importance[EQUAL_KINDS + HOUR_OVER_MEDIAN] = 0.25 * hour / ONE * VALUE_STEP
    importance[EQUAL_KINDS + LEAST_HOURS] = wish[Part.HOURS] / 100
    return importance


def _time_importance(params: MatchingParams) -> Floats:
    """Say by what to tell times apart: the last day to start closes a gate for few."""
    wish, importance = wishes(params), np.zeros(COLUMNS)
    importance[EQUAL_KINDS + CASH] = wish[Part.FIRST_CASH] / ONE * VALUE_STEP
    importance[EQUAL_KINDS + DAYS] = wish[Part.LENGTH] / 180
    importance[EQUAL_KINDS + FIRST_DAY] = wish[Part.LENGTH] / 180
    importance[EQUAL_KINDS + LAST_DAY] = 0.2 * wish[Part.LENGTH] / 180
    return importance


def wishes(params: MatchingParams) -> dict[Part, float]:
    """Return the share of each part of willingness in the overall score of general labour."""
    first, willing = Part.NET_MONTH, params.overall_general[2] / 1_000
    return {part: params.willingness[part - first] / 1_000 * willing for part in Part if part >= first}
