# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""Upper bounds on the overall score of labourers abreast with all vacancies a record stands for, compiled.

A bound is a sum of gains: what each part adds to the overall score at most, in millionths. Divisions of the score
that round up, and the rounding of floating numbers, are covered by MARGIN.

Arrays are passed one by one and rows by number: in a hot loop, counting references to a tuple of arrays, or to a view
of a row, costs more than the work itself. Lanes as in ``kernel_groups``.
"""

from typing import Any

import numpy as np

from matching import kernel_index as record
from matching.compiled import inlined
from matching.index import Nodes, Singles, Smalls
from matching.kernel_numbers import add_numbers

MARGIN = 4.0
"""More than 32-bit floating sums of a dozen terms below a million can be wrong by."""


@inlined
def near(table: Singles, groups: Nodes, row: int, goal: Singles) -> bool:
    """Tell whether any lane's goal could be reached with the vacancies below a row, by their groups."""
    trade, place, body = groups[row, record.TRADE], groups[row, record.PLACE], groups[row, record.BODY]
    terms, extras, numbers = groups[row, record.TERMS], groups[row, record.EXTRAS], groups[row, record.NUMBERS]
    found = np.int32(0)
    for lane in range(len(goal)):
        total = table[trade, lane] + table[place, lane] + table[body, lane]
        total += table[terms, lane] + table[extras, lane] + table[numbers, lane]
        found |= np.int32(1) if total >= goal[lane] else np.int32(0)
    return found != 0


@inlined
def reached(
    table: Singles, aim: Singles, groups: Nodes, numbers: Smalls, row: int, goal: Singles, bounds: Singles
) -> int:
    """Return the bits of the lanes whose goal is reached, with the numbers of the row itself."""
    trade, place, body = groups[row, record.TRADE], groups[row, record.PLACE], groups[row, record.BODY]
    terms, extras = groups[row, record.TERMS], groups[row, record.EXTRAS]
    bits: Any = np.int32(0)
    for lane in range(len(bounds)):
        total = table[trade, lane] + table[place, lane] + table[body, lane]
        bounds[lane] = total + table[terms, lane] + table[extras, lane]
    add_numbers(aim, numbers, row, bounds)
    for lane in range(len(bounds)):
        bits |= np.int32(1) << np.int32(lane) if bounds[lane] >= goal[lane] else np.int32(0)
    return bits


@inlined
def lane_bound(table: Singles, groups: Nodes, row: int, lane: int) -> float:
    """Bound a single row for one lane by its groups."""
    total = table[groups[row, 0], lane]
    for kind in range(1, record.GROUP_KINDS):
        total += table[groups[row, kind], lane]
    return total
