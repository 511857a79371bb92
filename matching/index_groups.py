"""Groups of posts: what a row of the index stands for, one group of each kind.

A group may be one of equal posts (trade, place, body), hold all that some posts offer (shifts, lodging, extras) or the
best of their numbers (pay, hours a week, first cash, dates). Groups of equal posts are ranked, and ranks are leaves of
a complete binary tree (root 1, children 2i and 2i + 1): a row stands for the lowest node above all its ranks. What
takes few values is told apart exactly; groups alike in pay and in dates are formed twice, of positions and of the rows
above them.

A group is a row of the table of gains (``kernel_lanes``): the trees come first, then the other kinds in their order.
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
    DATES,
    DAYS,
    EQUAL_KINDS,
    EXTRAS,
    FIRST_CASH,
    FIRST_DAY,
    HOUR,
    HOUR_OVER_MEDIAN,
    KINDS,
    LAST_DAY,
    LEAST_HOURS,
    LODGING,
    MOST_HOURS,
    NET,
    NET_OVER_MEDIAN,
    NO_HOURS,
    PAY,
    PAY_STEP,
    SHIFTS,
    VALUE_STEP,
    WEEK,
    order_alike,
)
from matching.params import ONE, MatchingParams

Nodes = NDArray[np.uint16] | NDArray[np.uint32]
Smalls = NDArray[np.int16]
Floats = NDArray[np.float64]

LARGEST_SMALL, LARGEST_SHORT = 2**15 - 1, 2**16 - 1

TREES, OFFERS = 3, 3
"""Kinds of groups of equal posts, trade, place, body; and of groups by what is offered, shifts, lodging, extras."""

UNIONS, PAY_GROUPS, WEEK_GROUPS, CASH_GROUPS, DATE_GROUPS = 256, 1024, 256, 64, 512
"""Groups by what is offered below a row, of each kind; groups of posts alike in pay, in hours a week, in first cash, in
dates: at most so many. More of them bound closer, and take longer to work out. Groups of rows above the positions in
pay and in dates are half as many."""

LARGEST_TABLE = 2**22
"""Ranks are read off a table if it is no longer than this."""

Alike = tuple[Longs, Smalls]
"""The group of each row, and what sums up each group."""

WEEK_COLUMNS, CASH_COLUMNS = (LEAST_HOURS, MOST_HOURS, NO_HOURS), (FIRST_CASH,)
"""Columns of numbers that hours a week, and first cash, depend on."""

LEAST_IS_BEST = (LEAST_HOURS, FIRST_DAY)
"""Columns of numbers of which less is better for a labourer."""


class Groups(NamedTuple):
    """The groups of some rows.

    ``groups``, one of each kind, shape (rows, KINDS), 0 throughout for a row that stands for nothing; ``shifts``,
    ``lodging`` and ``extras``, what each group offers (``kernel_index``); ``pay``, ``week``, ``cash`` and ``dates``,
    the best of each number, columns NET … of ``kernel_index``.
    """

    groups: Nodes
    shifts: Ints
    lodging: Ints
    extras: Ints
    pay: Smalls
    week: Smalls
    cash: Smalls
    dates: Smalls


class Summary(NamedTuple):
    """What lies below each of some rows: least and most of every column, shape (rows, COLUMNS) each, least above most
    if there is nothing; and all that is offered there, shifts, lodging and extras, shape (rows, OFFERS)."""

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
    return Summary(least, most, np.zeros((rows, OFFERS), np.int32))


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


def grouped(
    rows: Summary, positions: int, leaves: Ints, params: MatchingParams, positions_alike: list[Alike]
) -> Groups:
    """Form the groups of all rows, of which the first are positions and those next the rows above their blocks; those
    of positions alike in pay and in dates have been formed."""
    used, numbers = rows.least[:, 0] <= rows.most[:, 0], _best_numbers(rows)
    first, groups = int(2 * leaves.sum()), np.zeros((len(used), KINDS), np.int64)
    groups[:, :TREES] = _nodes(rows.least[:, :TREES], rows.most[:, :TREES], leaves)
    single = np.arange(len(used)) < positions
    unions, sums = {}, {}
    for kind, offers in zip((SHIFTS, LODGING, EXTRAS), rows.offers.T, strict=True):
        groups[used, kind], unions[kind] = _united(offers[used], single[used], UNIONS)
    rows_alike = alike(numbers[used & ~single], params, 2)
    for kind, of_positions, of_rows in zip((PAY, DATES), positions_alike, rows_alike, strict=True):
        groups[used & single, kind], groups[used & ~single, kind] = of_positions[0], of_rows[0] + len(of_positions[1])
        sums[kind] = np.concatenate([of_positions[1], of_rows[1]])
    for kind, columns, most in ((WEEK, WEEK_COLUMNS, WEEK_GROUPS), (CASH, CASH_COLUMNS, CASH_GROUPS)):
        groups[used, kind], sums[kind] = _equal(numbers[used], columns, most)
    for kind in range(TREES, KINDS):
        groups[:, kind] += first
        first += len(unions[kind] if kind in unions else sums[kind])
    groups[~used] = 0
    return Groups(
        groups.astype(np.uint16) if first <= LARGEST_SHORT else groups.astype(np.uint32),
        unions[SHIFTS], unions[LODGING], unions[EXTRAS], sums[PAY], sums[WEEK], sums[CASH], sums[DATES],
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


def ranked(columns: list[Longs] | list[Ints]) -> tuple[Longs, int]:
    """Rank rows of numbers, none below zero, by their columns, the first before all others, equal rows alike; return
    the ranks and how many there are."""
    ranks, count = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        values: Longs = column.astype(np.int64)
        size = int(values.max(initial=0)) + 1
        if count * size > LARGEST_TABLE:
            few, values = np.unique(values, return_inverse=True)
            size = len(few)
        joint = ranks * size + values
        if count * size > LARGEST_TABLE:
            few, ranks = np.unique(joint, return_inverse=True)
            count = len(few)
        else:
            there = np.zeros(count * size, np.int64)
            there[joint] = 1
            ranks, count = (np.cumsum(there) - 1)[joint], int(there.sum())
    return ranks, count


def _united(offers: Ints, single: NDArray[np.bool_], most: int) -> tuple[Longs, Ints]:
    """Return for each row the group that offers the same, or, if there are more than ``most``, for rows that are no
    single position one that offers more; and what groups offer."""
    group, count = ranked([offers])
    values = np.zeros(count, np.int32)
    values[group] = offers
    if count <= most:
        return group, values
    group[single], count = ranked([offers[single]])
    several, others = ranked([offers[~single]])
    size = -(-others // most)
    values = np.zeros(count + -(-others // size), np.int32)
    values[group[single]] = offers[single]
    group[~single] = several // size + count
    np.bitwise_or.at(values, group[~single], offers[~single])
    return group, values


def _best_numbers(rows: Summary) -> Smalls:
    """Return for each row the number that is best for a labourer: least hours and first day, most of the rest."""
    best = rows.most[:, EQUAL_KINDS:].copy()
    for column in LEAST_IS_BEST:
        best[:, column] = rows.least[:, EQUAL_KINDS + column]
    return best.clip(-LARGEST_SMALL, LARGEST_SMALL).astype(np.int16)


def alike(numbers: Smalls, params: MatchingParams, fewer: int = 1) -> list[Alike]:
    """Form groups of rows alike in pay, and in dates; so many times fewer than there may be."""
    kinds = ((_pay_importance(params), PAY_GROUPS // fewer), (_date_importance(params), DATE_GROUPS // fewer))
    return [_alike(numbers, importance, most) for importance, most in kinds]


def _equal(numbers: Smalls, columns: tuple[int, ...], most: int) -> Alike:
    """Form groups of rows equal in some columns of numbers, or, if there are more than ``most``, alike in the first of
    them."""
    group, count = ranked([numbers[:, column].astype(np.int64) + LARGEST_SMALL for column in columns])
    if count > most:
        importance = np.zeros(COLUMNS)
        importance[EQUAL_KINDS + columns[0]] = 1
        return _alike(numbers, importance, most)
    example = np.zeros(count, np.int64)
    example[group] = np.arange(len(group))
    return group, numbers[example]


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
    return importance


def _date_importance(params: MatchingParams) -> Floats:
    """Say by what to tell dates apart: the last day to start closes a gate for few."""
    share, importance = wishes(params)[Part.LENGTH] / 180, np.zeros(COLUMNS)
    importance[EQUAL_KINDS + DAYS] = importance[EQUAL_KINDS + FIRST_DAY] = share
    importance[EQUAL_KINDS + LAST_DAY] = 0.2 * share
    return importance


def wishes(params: MatchingParams) -> dict[Part, float]:
    """Return the share of each part of willingness in the overall score of general labour."""
    first, willing = Part.NET_MONTH, params.overall_general[2] / 1_000
    return {part: params.willingness[part - first] / 1_000 * willing for part in Part if part >= first}
