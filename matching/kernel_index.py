# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""How vacancies are put in order so that neighbours are alike, and summed up block by block, compiled. What a record
means is said in ``index``."""

import sys
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching import codes, columns
from matching import compiled as compiling
from matching.codes import OPEN_END, UNKNOWN
from matching.columns import Ints
from matching.compiled import compiled, entry_point, maker, sources_digest

SOURCES = (sys.modules[__name__], codes, columns, compiling)
"""Modules the compiled code below is made from, this one first."""

TRADE, PLACE, BODY, SHIFTS, LODGING, EXTRAS, PAY, WEEK, CASH, DATES = range(10)
EQUAL_KINDS, KINDS = 6, 10
"""Kinds of groups that a record tells apart by rank, the others being alike in their numbers only."""

(
    NET, NET_OVER_MEDIAN, HOUR, HOUR_OVER_MEDIAN, LEAST_HOURS, MOST_HOURS, FIRST_CASH, FIRST_DAY, LAST_DAY, DAYS,
    NO_NET, NO_HOUR, NO_HOURS, NO_DAYS, NUMBERS,
) = range(15)  # fmt: skip
"""Columns of numbers; in a record they come after the groups."""

COLUMNS = EQUAL_KINDS + NUMBERS

OFFER_BITS = 15
UNSAID = 1 << OFFER_BITS - 1
"""What is offered in extras is the bits of the contracts, OFFER_BITS higher than those of the meals. A bit of its own
tells that a post, or one of several, does not say."""

(
    FACT_NET, FACT_NET_OVER_MEDIAN, FACT_HOUR, FACT_HOUR_OVER_MEDIAN, FACT_HOURS, FACT_CASH, FACT_FIRST_DAY,
    FACT_LAST_DAY, FACT_DAYS, FACT_SITE,
) = range(10)  # fmt: skip
"""Columns of ``VacancyIndex.facts``: −1 where a number is not known; values of pay above the median and of first cash
in millionths."""

PAY_STEP, VALUE_STEP = 10, 32
"""Yuan a month, or fen an hour, and millionths, per unit of the numbers that hold them."""

LEAST_IS_BEST = (LEAST_HOURS, FIRST_DAY)
"""Columns of numbers of which less is better for a labourer."""

TREES, OFFERS = 3, 3
"""Kinds of groups of equal posts, trade, place, body; and of groups by what is offered, shifts, lodging, extras."""

BLOCK = 4
"""Rows of a block of the tree."""

SAMPLE = 32
"""Positions looked at, evenly spread, to choose how to split more of them."""

Floats = NDArray[np.float64]
Smalls = NDArray[np.int16]
Flags = NDArray[np.bool_]


class Summary(NamedTuple):
    """What lies below each row of the tree, level after level from the lowest, whose rows are the positions; and below
    a row for each site, after these.

    ``least`` and ``most`` leaves of equal groups, shape (rows, TREES), least above most below an unused row;
    ``numbers``, the best of each for a labourer, shape (rows, NUMBERS); ``offers``, all that is offered, shape (rows,
    OFFERS); ``below``, the block under each row above the positions (−1: none); ``positions``, how many rows the lowest
    level has.
    """

    least: Ints
    most: Ints
    numbers: Smalls
    offers: Ints
    below: Ints
    positions: int


@compiled
def lowest_above(low: int, high: int) -> int:
    """Return the lowest node of a complete binary tree that is above two of its leaves, or nodes of one level."""
    while low != high:
        if low > high:
            low >>= 1
        else:
            high >>= 1
    return low


@compiled
def _group_spread(records: Ints, order: Ints, low: int, high: int, step: int, kind: int, counts: Ints) -> float:
    """Return the chance that two positions are of different groups."""
    same, seen = 0.0, 0
    for position in range(low, high, step):
        counts[records[order[position], kind]] += 1
        seen += 1
    for position in range(low, high, step):
        group = records[order[position], kind]
        same += float(counts[group]) * counts[group]
        counts[group] = 0
    return 1.0 - same / (float(seen) * seen)


@compiled
def _number_spread(records: Ints, order: Ints, low: int, high: int, step: int, column: int) -> float:
    """Return the mean distance from the mean."""
    mean, spread, seen = 0.0, 0.0, 0
    for position in range(low, high, step):
        mean += records[order[position], column]
        seen += 1
    mean /= seen
    for position in range(low, high, step):
        spread += abs(records[order[position], column] - mean)
    return spread / seen


@compiled
def _choose_column(records: Ints, order: Ints, low: int, high: int, step: int, importance: Floats, counts: Ints) -> int:
    """Return the column on which every so many-th position differs most, weighed by importance; −1 if all are alike."""
    best, chosen = 0.0, -1
    for column in range(COLUMNS):
        if importance[column] > 0.0:
            if column < EQUAL_KINDS:
                spread = _group_spread(records, order, low, high, step, column, counts)
            else:
                spread = min(_number_spread(records, order, low, high, step, column), 0.2 / importance[column])
            if spread * importance[column] > best + 1e-12:
                best, chosen = spread * importance[column], column
    return chosen


@compiled
def _group_limit(records: Ints, order: Ints, low: int, high: int, kind: int, leaves: int) -> int:
    """Return the first group of the right half of the lowest node above all groups: both halves hold some."""
    top = records[order[low], kind]
    for position in range(low + 1, high):
        top = lowest_above(top, records[order[position], kind])
        if top == 1:
            break
    limit = 2 * top + 1
    while limit < leaves:
        limit *= 2
    return limit


@compiled
def _sort_few(values: Ints) -> None:
    """Sort in place by insertion, which for some dozens is the fastest."""
    for at in range(1, len(values)):
        value, before = values[at], at
        while before > 0 and values[before - 1] > value:
            values[before] = values[before - 1]
            before -= 1
        values[before] = value


@maker
def _number_limit(records: Ints, order: Ints, low: int, high: int, step: int, column: int, spare: Ints) -> int:
    """Return about the median, or the next value above the least: some lie below, some do not."""
    count = -(-(high - low) // step)
    values = spare[:count]
    for at in range(count):
        values[at] = records[order[low + at * step], column]
    if count <= 2 * SAMPLE:
        _sort_few(values)
    else:
        values.sort()
    half = count // 2
    middle = values[half // BLOCK * BLOCK if half >= BLOCK else half]
    if middle > values[0]:
        return middle
    for value in values:
        if value > middle:
            return value
    return middle


@compiled
def _partition(records: Ints, order: Ints, low: int, high: int, column: int, limit: int, spare: Ints) -> int:
    """Put positions below the limit first, keeping the order within each side; return where the second begins."""
    at, later = low, 0
    for position in range(low, high):
        row = order[position]
        if records[row, column] < limit:
            order[at] = row
            at += 1
        else:
            spare[later] = row
            later += 1
    for place in range(later):
        order[at + place] = spare[place]
    return at


@maker
def _split(
    records: Ints, order: Ints, low: int, high: int, leaves: Ints, importance: Floats, counts: Ints, spare: Ints
) -> int:
    """Reorder positions so that unlike ones part; return where the second side begins, ``high`` if all are alike."""
    step = max((high - low) // SAMPLE, 1)
    column = _choose_column(records, order, low, high, step, importance, counts)
    if column < 0 and step > 1:
        step = 1
        column = _choose_column(records, order, low, high, step, importance, counts)
    if column < 0:
        return high
    if column < EQUAL_KINDS:
        limit = _group_limit(records, order, low, high, column, leaves[column])
    else:
        limit = _number_limit(records, order, low, high, step, column, spare)
    return _partition(records, order, low, high, column, limit, spare)


def _make_order_alike() -> Any:
    digest = sources_digest(*SOURCES)

    @entry_point
    def order_alike(records: Ints, leaves: Ints, importance: Floats, enough: int) -> Ints:
        _sources = digest
        size = len(records)
        order, spare = np.arange(size).astype(np.int32), np.empty(size, dtype=np.int32)
        counts = np.zeros(2 * leaves.max() + 2, dtype=np.int32)
        waiting = [(0, size)]
        while len(waiting) > 0:
            low, high = waiting.pop()
            if high - low > enough:
                middle = _split(records, order, low, high, leaves, importance, counts, spare)
                if middle < high:
                    waiting.append((middle, high))
                    waiting.append((low, middle))
        return order

    return order_alike


order_alike = _make_order_alike()
"""Order records, shape (positions, COLUMNS), so that those next to each other are alike; returns row numbers.

``enough``, so few positions are not put in order any further."""


@compiled
def _add_numbers(into: Smalls, group: int, numbers: Smalls, row: int) -> None:
    """Take the better of each number."""
    for column in range(NUMBERS):
        one, other = into[group, column], numbers[row, column]
        into[group, column] = min(one, other) if column in LEAST_IS_BEST else max(one, other)


@maker
def _worst_numbers(rows: int) -> Smalls:
    """Make rows of numbers that are no better than any."""
    numbers = np.full((rows, NUMBERS), -(2**15) + 1, np.int16)
    for column in LEAST_IS_BEST:
        numbers[:, column] = 2**15 - 1
    return numbers


def _make_best_of_runs() -> Any:
    digest = sources_digest(*SOURCES)

    @entry_point
    def best_of_runs(numbers: Smalls, order: Ints, size: int) -> Smalls:
        _sources = digest
        best = _worst_numbers(-(-len(order) // size))
        for at in range(len(order)):
            _add_numbers(best, at // size, numbers, order[at])
        return best

    return best_of_runs


best_of_runs = _make_best_of_runs()
"""Return the number that is best for a labourer in each run of so many rows, shape (runs, NUMBERS); ``order`` says in
which order the rows of ``numbers`` stand."""


@compiled
def _add(summary: Summary, into: int, row: int) -> None:
    """Add what lies below a row to what lies below the row above its block."""
    for tree in range(TREES):
        summary.least[into, tree] = min(summary.least[into, tree], summary.least[row, tree])
        summary.most[into, tree] = max(summary.most[into, tree], summary.most[row, tree])
    _add_numbers(summary.numbers, into, summary.numbers, row)
    for offer in range(OFFERS):
        summary.offers[into, offer] |= summary.offers[row, offer]


@maker
def _empty(vacancies: int, sites: int) -> Summary:
    """Make the rows of all levels, at least one above the positions, and of sites, with nothing below them."""
    blocks, rows, levels, positions = vacancies, 0, 0, 0
    while levels < 2 or blocks > 1:
        blocks = max(-(-blocks // BLOCK), 1)
        rows += blocks * BLOCK
        levels += 1
        positions = rows if levels == 1 else positions
    every, below = rows + sites, np.full(rows - positions, UNKNOWN, np.int32)
    return Summary(
        np.full((every, TREES), OPEN_END, np.int32), np.full((every, TREES), -OPEN_END, np.int32),
        _worst_numbers(every), np.zeros((every, OFFERS), np.int32), below, positions,
    )  # fmt: skip


@compiled
def _take_positions(summary: Summary, order: Ints, leaves: Ints, numbers: Smalls, offers: Ints) -> None:
    """Sum up each position by itself."""
    for at in range(len(order)):
        row = order[at]
        for tree in range(TREES):
            summary.least[at, tree] = summary.most[at, tree] = leaves[row, tree]
        for column in range(NUMBERS):
            summary.numbers[at, column] = numbers[row, column]
        for offer in range(OFFERS):
            summary.offers[at, offer] = offers[row, offer]


def _make_sum_up() -> Any:
    digest = sources_digest(*SOURCES)

    @entry_point
    def sum_up(
        order: Ints, leaves: Ints, numbers: Smalls, offers: Ints, by_site: Ints, site_first: Ints, looked_at: Flags
    ) -> Summary:  # fmt: skip
        _sources = digest
        summary = _empty(len(order), len(site_first) - 1)
        _take_positions(summary, order, leaves, numbers, offers)
        first, above, count, below = 0, summary.positions, len(order), summary.below
        rows = above + len(below)
        while above < rows:
            count = max(-(-count // BLOCK), 1)
            for block in range(count):
                below[above - summary.positions + block] = first // BLOCK + block
                for row in range(BLOCK):
                    _add(summary, above + block, first + block * BLOCK + row)
            first, above = above, above + -(-count // BLOCK) * BLOCK
        for site in range(len(site_first) - 1):
            for at in range(site_first[site], site_first[site + 1] if looked_at[site] else 0):
                _add(summary, rows + site, by_site[at])
        return summary

    return sum_up


sum_up = _make_sum_up()
"""Sum up the blocks of positions, level by level, and the positions of each site. ``order``, the row at each position
of ``leaves``, shape (rows, TREES at least), ``numbers``, shape (rows, NUMBERS), and ``offers``, shape (rows, OFFERS);
``by_site``, positions by site, those of each from ``site_first`` on; ``looked_at``, the sites that get a row, the
others being left without anything below."""
