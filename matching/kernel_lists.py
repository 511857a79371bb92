# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""Lists of the best k, their order, and the work arrays of a search, compiled.

A list of the best is three rows, best first: overall score, tie key, and row number on the other side. One candidate
comes before another by higher score, then lower key, then lower uid.
"""

from typing import NamedTuple

import numpy as np

from matching.columns import Ints, Longs
from matching.compiled import compiled
from matching.kernel_gates import passes_alone
from matching.kernel_groups import LANES
from matching.kernel_parts import eligible, score, unknown_parts
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
    """Put a candidate into its place in the list, if it has one; ``uids`` are those of the other side's rows.

    One that stands there already stays where it is.
    """
    at, uid = len(best.overall) - 1, uids[other]
    if not _comes_before(overall, key, uid, best, at, uids):
        return
    for place in range(len(best.other)):
        if best.other[place] == other:
            return
    while at > 0 and _comes_before(overall, key, uid, best, at - 1, uids):
        best.overall[at], best.key[at], best.other[at] = best.overall[at - 1], best.key[at - 1], best.other[at - 1]
        at -= 1
    best.overall[at], best.key[at], best.other[at] = overall, key, other


@compiled
def present_lanes(people: Longs, first: int, settings: Longs) -> int:
    """Return the bits of the lanes that hold a labourer who passes the gates that ask for no vacancy."""
    present = 0
    for lane in range(min(LANES, len(people) - first)):
        if passes_alone(people[first + lane], settings) == 0:
            present |= 1 << lane
    return present


@compiled
def write_outcome(world: World, labourer: int, vacancy: int, other: int, parts: Longs, into: Ints) -> None:
    """Write scores and open questions of an eligible pair."""
    person = world.people[labourer]
    _, unknown_gates = eligible(world, person, vacancy)
    overall, skill, location, willing = score(world, labourer, person, vacancy, parts)
    into[0], into[1], into[2], into[3], into[4] = other, overall, skill, location, willing
    into[5], into[6] = unknown_gates, unknown_parts(world.weights, labourer, parts)
