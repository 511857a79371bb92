"""Groups of posts: what a row of the index stands for, one group of each kind.

A group may be one of equal posts (trade, place, body), hold all that some posts offer (shifts, lodging, extras) or the
best of their numbers (pay, hours a week, first cash, dates). Groups of equal posts are ranked, and ranks are leaves of
a complete binary tree (root 1, children 2i and 2i + 1): a row stands for the lowest node above all its ranks. What
takes few values is told apart exactly; groups alike in pay and in dates are formed twice, of positions and of the rows
above them, those of sites included.

A group is a row of the table of gains (``kernel_lanes``): the trees come first, then the other kinds in their order.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.codes import Part
from matching.columns import Ints, Longs
from matching.kernel_index import (
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
    OFFER_BITS,
    PAY,
    PAY_STEP,
    SHIFTS,
    TREES,
    VALUE_STEP,
    WEEK,
    Summary,
    best_of_runs,
    order_alike,
)
from matching.params import ONE, MatchingParams

Nodes = NDArray[np.uint16] | NDArray[np.uint32]
Smalls = NDArray[np.int16]
Floats = NDArray[np.float64]

LARGEST_SMALL, LARGEST_SHORT = 2**15 - 1, 2**16 - 1

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


def grouped(rows: Summary, leaves: Ints, params: MatchingParams, positions_alike: list[Alike]) -> Groups:
    """Form the groups of all rows; those of positions alike in pay and in dates have been formed."""
    used, first = rows.least[:, 0] <= rows.most[:, 0], int(2 * leaves.sum())
    above = used.copy()
    above[: rows.positions] = False
    below = used & ~above
    groups, unions, sums = np.zeros((KINDS, len(used)), np.int64), {}, {}
    groups[:TREES] = _nodes(rows.least, rows.most, leaves).T
    for kind, offers in zip((SHIFTS, LODGING, EXTRAS), rows.offers.T, strict=True):
        groups[kind, below], groups[kind, above], unions[kind] = _united(offers[below], offers[above], UNIONS)
    rows_alike = alike(rows.numbers[above], params, 2)
    for kind, of_positions, of_rows in zip((PAY, DATES), positions_alike, rows_alike, strict=True):
        groups[kind, below], groups[kind, above] = of_positions[0], of_rows[0] + len(of_positions[1])
        sums[kind] = np.concatenate([of_positions[1], of_rows[1]])
    numbers = rows.numbers[used]
    for kind, columns, most in ((WEEK, WEEK_COLUMNS, WEEK_GROUPS), (CASH, CASH_COLUMNS, CASH_GROUPS)):
        groups[kind, used], sums[kind] = _equal(numbers, columns, most)
    for kind in range(TREES, KINDS):
        groups[kind] += first
        first += len(unions[kind] if kind in unions else sums[kind])
    groups[:, ~used] = 0
    return Groups(
        groups.T.astype(np.uint16, order="C") if first <= LARGEST_SHORT else groups.T.astype(np.uint32, order="C"),
        unions[SHIFTS], unions[LODGING], unions[EXTRAS], sums[PAY], sums[WEEK], sums[CASH], sums[DATES],
    )  # fmt: skip


def _nodes(least: Ints, most: Ints, leaves: Ints) -> Longs:
    """Return for each row the lowest node above leaves of equal groups, counted through the trees of all kinds.

    What it holds for an unused row means nothing.
    """
    apart = np.frexp((least ^ most).clip(0).astype(np.float64))[1]  # the number of bits that tell them apart
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


def _united(single: Ints, several: Ints, most: int) -> tuple[Longs, Longs, Ints]:
    """Return for each position the group that offers the same, for each row above them the one that does, or, if there
    are more than ``most``, one that offers more; and what groups offer."""
    (ones, offers), (others, unions) = _told_apart(single), _told_apart(several)
    values, group = np.unique(np.concatenate([offers, unions]), return_inverse=True)
    if len(values) <= most:
        return group[ones], group[len(offers) + others], values
    size = -(-len(unions) // most)
    united = np.bitwise_or.reduceat(unions, np.arange(0, len(unions), size))
    return ones, others // size + len(offers), np.concatenate([offers, united])


def _told_apart(values: Ints) -> tuple[Longs, Ints]:
    """Return the rank of each value among those there are, and these."""
    rank, count = ranked([values >> OFFER_BITS, values & (1 << OFFER_BITS) - 1])
    few = np.zeros(count, np.int32)
    few[rank] = values
    return rank, few


def alike(numbers: Smalls, params: MatchingParams, fewer: int = 1) -> list[Alike]:
    """Form groups of rows alike in pay, and in dates; so many times fewer than there may be."""
    kinds = ((_pay_importance(params), PAY_GROUPS // fewer), (_date_importance(params), DATE_GROUPS // fewer))
    records = _records(numbers)
    return [_alike(records, numbers, importance, most) for importance, most in kinds]


def _records(numbers: Smalls) -> Ints:
    """Return records that differ in their numbers only."""
    return np.concatenate([np.zeros((len(numbers), EQUAL_KINDS), np.int32), numbers], axis=1)


def _equal(numbers: Smalls, columns: tuple[int, ...], most: int) -> Alike:
    """Form groups of rows equal in some columns of numbers, or, if there are more than ``most``, alike in the first of
    them."""
    group, count = ranked([numbers[:, column].astype(np.int64) + LARGEST_SMALL for column in columns])
    if count > most:
        importance = np.zeros(COLUMNS)
        importance[EQUAL_KINDS + columns[0]] = 1
        return _alike(_records(numbers), numbers, importance, most)
    example = np.zeros(count, np.int64)
    example[group] = np.arange(len(group))
    return group, numbers[example]


def _alike(records: Ints, numbers: Smalls, importance: Floats, most: int) -> tuple[Longs, Smalls]:
    """Put rows alike in numbers into groups of one size, at most so many; return the group of each row and what sums
    up each group."""
    size = max(-(-len(numbers) // most), 1)
    order = order_alike(records, np.ones(EQUAL_KINDS, np.int32), importance, max(size // 2, 1))
    group = np.empty(len(numbers), np.int64)
    group[order] = np.arange(len(numbers)) // size
    return group, best_of_runs(numbers, order, size)


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
