# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""Lists of the best k, their order, and the work arrays of a search, compiled.

A list of the best is three rows, best first: overall score, tie key, and row number on the other side. One candidate
comes before another by higher score, then lower key, then lower uid.
"""

from typing import NamedTuple

import numpy as np

from matching.columns import Ints, Longs
from matching.compiled import compiled, inlined
from matching.index import Nodes, Singles, VacancyIndex
from matching.kernel_index import LANES
from matching.kernel_parts import PARTS, eligible, score, unknown_parts
from matching.layout import World
from matching.ties import FIRST_FACTOR, SECOND_FACTOR

NOBODY = -1
MOST_LEVELS = 9
"""Sixteen to the eighth is more than any number of rows."""

OUTCOME = 7
"""Columns of an outcome: other side's row, overall, skill, location, willingness, bits of unknown gates and parts."""


class Best(NamedTuple):
    """A list of the best k, best first; places not yet filled hold score −1 and NOBODY. Each of shape (k,)."""

    overall: Longs
    key: Longs
    other: Longs


class Scratch(NamedTuple):
    """Work arrays of one thread, made once: parts of one pair; bounds of a block; rows still to look at with their
    bounds; which labourer was tried at a position last."""

    parts: Longs
    bounds: Singles
    waiting: Ints
    waiting_bounds: Singles
    seen: Ints


@compiled
def mix(value: np.uint64) -> np.uint64:
    """Stir the bits of a number, as in ``ties``."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(FIRST_FACTOR)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(SECOND_FACTOR)
    return value ^ (value >> np.uint64(31))


@compiled
def tie_key(start: np.uint64, uid: int) -> int:
    """Return the tie key of a pair; ``start`` holds the seed and the labourer's uid."""
    return int(np.int64(mix(start ^ np.uint64(uid)) >> np.uint64(1)))


@compiled
def _comes_before(overall: int, key: int, uid: int, best: Best, at: int, uids: Longs) -> bool:
    if overall != best.overall[at]:
        return overall > best.overall[at]
    if key != best.key[at]:
        return key < best.key[at]
    return uid < uids[best.other[at]]


@compiled
def insert(best: Best, overall: int, key: int, other: int, uids: Longs) -> None:
    """Put a candidate into its place in the list, if it has one; ``uids`` are those of the other side's rows."""
    at, uid = len(best.overall) - 1, uids[other]
    if not _comes_before(overall, key, uid, best, at, uids):
        return
    while at > 0 and _comes_before(overall, key, uid, best, at - 1, uids):
        best.overall[at], best.key[at], best.other[at] = best.overall[at - 1], best.key[at - 1], best.other[at - 1]
        at -= 1
    best.overall[at], best.key[at], best.other[at] = overall, key, other


@compiled
def clear(best: Best) -> None:
    """Empty a list."""
    best.overall[:] = -1
    best.key[:] = 0
    best.other[:] = NOBODY


@compiled
def make_scratch(index: VacancyIndex) -> Scratch:
    """Make the work arrays of one thread."""
    room = LANES * (MOST_LEVELS + 1)
    return Scratch(
        np.zeros(PARTS, dtype=np.int64), np.zeros(LANES, dtype=np.float32), np.zeros(room, dtype=np.int32),
        np.zeros(room, dtype=np.float32), np.full(len(index.order), NOBODY, np.int32),
    )  # fmt: skip


@inlined
def groups_bound(table: Singles, row_groups: Nodes, row: int, number_gain: float) -> float:
    """Bound a single row by its groups alone."""
    total = table[row_groups[row, 0]] + number_gain
    for kind in range(1, row_groups.shape[1]):
        total += table[row_groups[row, kind]]
    return total


@inlined
def put_in_order(waiting: Ints, waiting_bounds: Singles, low: int, high: int) -> None:
    """Sort a run of waiting rows by bound, lowest first, so that the most promising is taken next."""
    for at in range(low + 1, high):
        row, value, to = waiting[at], waiting_bounds[at], at
        while to > low and waiting_bounds[to - 1] > value:
            waiting[to], waiting_bounds[to] = waiting[to - 1], waiting_bounds[to - 1]
            to -= 1
        waiting[to], waiting_bounds[to] = row, value


@compiled
def write_outcome(world: World, labourer: int, vacancy: int, other: int, parts: Longs, into: Ints) -> None:
    """Write scores and open questions of an eligible pair."""
    person = world.people[labourer]
    _, unknown_gates = eligible(world, person, vacancy)
    overall, skill, location, willing = score(world, labourer, person, vacancy, parts)
    into[0], into[1], into[2], into[3], into[4] = other, overall, skill, location, willing
    into[5], into[6] = unknown_gates, unknown_parts(world.weights, labourer, parts)
