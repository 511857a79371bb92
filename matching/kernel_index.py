# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""How vacancies are put in order so that neighbours are alike, compiled. What a record means is said in ``index``."""

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching import compiled as compiling
from matching.columns import Ints
from matching.compiled import compiled, entry_point, sources_digest

TRADE, PLACE, BODY, TERMS, EXTRAS, NUMBERS = 0, 1, 2, 3, 4, 5
GROUP_KINDS = 6
NET, NET_OVER_MEDIAN, HOUR, HOUR_OVER_MEDIAN, LEAST_HOURS, MOST_HOURS, CASH = 6, 7, 8, 9, 10, 11, 12
FIRST_DAY, LAST_DAY, DAYS, NO_NET, NO_HOUR, NO_HOURS, NO_DAYS = 13, 14, 15, 16, 17, 18, 19
COLUMNS = 20

(
    FACT_NET, FACT_MEDIAN_NET, FACT_HOUR, FACT_MEDIAN_HOUR, FACT_HOURS, FACT_CASH, FACT_FIRST_DAY, FACT_LAST_DAY,
    FACT_MONTHS, FACT_SITE,
) = range(10)  # fmt: skip
"""Columns of ``VacancyIndex.facts``."""

PAY_STEP, VALUE_STEP = 10, 32
"""Yuan a month, or fen an hour, and millionths, per unit of the numbers that hold them."""

BLOCK = 16
"""Rows of a block of the tree."""

ALIKE = 3
"""So few positions are not put in order any further."""

Floats = NDArray[np.float64]


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
def _group_spread(records: Ints, order: Ints, low: int, high: int, kind: int, counts: Ints) -> float:
    """Return the chance that two positions are of different groups."""
    same = 0.0
    for position in range(low, high):
        counts[records[order[position], kind]] += 1
    for position in range(low, high):
        group = records[order[position], kind]
        same += float(counts[group]) * counts[group]
        counts[group] = 0
    return 1.0 - same / (float(high - low) * (high - low))


@compiled
def _number_spread(records: Ints, order: Ints, low: int, high: int, column: int) -> float:
    """Return the mean distance from the mean."""
    mean, spread = 0.0, 0.0
    for position in range(low, high):
        mean += records[order[position], column]
    mean /= high - low
    for position in range(low, high):
        spread += abs(records[order[position], column] - mean)
    return spread / (high - low)


@compiled
def _choose_column(records: Ints, order: Ints, low: int, high: int, importance: Floats, counts: Ints) -> int:
    """Return the column on which the positions differ most, weighed by importance; −1 if they are all alike."""
    best, chosen = 0.0, -1
    for column in range(COLUMNS):
        if importance[column] > 0.0:
            if column < GROUP_KINDS:
                spread = _group_spread(records, order, low, high, column, counts)
            else:
                spread = min(_number_spread(records, order, low, high, column), 0.2 / importance[column])
            if spread * importance[column] > best + 1e-12:
                best, chosen = spread * importance[column], column
    return chosen


@compiled
def _group_limit(records: Ints, order: Ints, low: int, high: int, kind: int, leaves: int) -> int:
    """Return the first group of the right half of the lowest node above all groups: both halves hold some."""
    top = records[order[low], kind]
    for position in range(low + 1, high):
        top = lowest_above(top, records[order[position], kind])
    limit = 2 * top + 1
    while limit < leaves:
        limit *= 2
    return limit


@compiled
def _number_limit(records: Ints, order: Ints, low: int, high: int, column: int) -> int:
    """Return about the median, or the next value above the least: some lie below, some do not."""
    values = np.sort(records[order[low:high], column])
    half = len(values) // 2
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
    order[at:high] = spare[:later]
    return at


@compiled
def _split(
    records: Ints, order: Ints, low: int, high: int, leaves: Ints, importance: Floats, counts: Ints, spare: Ints
) -> int:
    """Reorder positions so that unlike ones part; return where the second side begins, ``high`` if all are alike."""
    column = _choose_column(records, order, low, high, importance, counts)
    if column < 0:
        return high
    if column < GROUP_KINDS:
        limit = _group_limit(records, order, low, high, column, leaves[column])
    else:
        limit = _number_limit(records, order, low, high, column)
    return _partition(records, order, low, high, column, limit, spare)


def _make_order_alike() -> Any:
    digest = sources_digest(sys.modules[__name__], compiling)

    @entry_point
    def order_alike(records: Ints, leaves: Ints, importance: Floats) -> Ints:
        _sources = digest
        size = len(records)
        order, spare = np.arange(size).astype(np.int32), np.empty(size, dtype=np.int32)
        counts = np.zeros(2 * leaves.max() + 2, dtype=np.int32)
        waiting = [(0, size)]
        while len(waiting) > 0:
            low, high = waiting.pop()
            if high - low > ALIKE:
                middle = _split(records, order, low, high, leaves, importance, counts, spare)
                if middle < high:
                    waiting.append((middle, high))
                    waiting.append((low, middle))
        return order

    return order_alike


order_alike = _make_order_alike()
"""Order records, shape (positions, COLUMNS), so that those next to each other are alike; returns row numbers."""
