# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""Lists of the best k, compiled: kept by bounds while a search runs, put into their exact order when it ends.

A bound lies above the overall score by less than SLACK. So a list keeps, besides the k best by bound, whatever may
still be among the k best by score; if it grows too long it is settled before the end. The order of a settled list is
that of ``topk``: higher overall score, then lower tie key, then lower uid.
"""

from typing import NamedTuple

import numpy as np

from matching.columns import Ints, Longs
from matching.compiled import compiled, inlined, maker
from matching.kernel_bounds import SLACK
from matching.kernel_gates import long_at
from matching.kernel_lanes import fetch
from matching.kernel_parts import PARTS, eligible, score, unknown_parts
from matching.layout import PERSON, POST, World
from matching.ties import FIRST_FACTOR, SECOND_FACTOR

NOBODY = -1
MOST_LEVELS = 17
"""Four to the sixteenth is more than any number of rows."""

OUTCOME = 7
"""Columns of an outcome: other side's row, overall, skill, location, willingness, bits of unknown gates and parts."""

BEYOND = 16
"""Places of a list besides those wanted: for candidates whose order bounds do not tell."""


class Lists(NamedTuple):
    """Lists of candidates, the best first.

    ``floor``, what the overall score is at least, and ``other``, who it is, shape (lists, size + BEYOND); ``filled``,
    how many places are taken, and ``goal``, the score a candidate must be able to reach, shape (lists,). ``size`` is
    how many are wanted.
    """

    floor: Ints
    other: Ints
    filled: Ints
    goal: Ints
    size: int


@maker
def make_lists(count: int, size: int) -> Lists:
    """Make so many empty lists."""
    places = size + BEYOND
    return Lists(
        np.empty((count, places), np.int32), np.empty((count, places), np.int32), np.zeros(count, np.int32),
        np.zeros(count, np.int32), size,
    )  # fmt: skip


@maker
def make_room(size: int) -> Longs:
    """Make room to put a list into order: a row for each place, and two to work in."""
    return np.zeros((size + BEYOND + 2, max(OUTCOME + 2, PARTS)), np.int64)


@compiled
def insert(floors: Ints, others: Ints, filled: Ints, goal: Ints, size: int, at: int, bound: int, other: int) -> None:
    """Put a candidate into a list that is not full; one that stands there already stays where it is.

    Raises the goal to the lowest floor of as many as are wanted: that many reach it.
    """
    place, floor = filled[at], bound - SLACK
    for before in range(place):
        if others[at, before] == other:
            return
    while place > 0 and floors[at, place - 1] < floor:
        floors[at, place], others[at, place] = floors[at, place - 1], others[at, place - 1]
        place -= 1
    floors[at, place], others[at, place] = floor, other
    count = filled[at] + 1
    if count >= size:
        lowest = max(floors[at, size - 1], 0)
        while floors[at, count - 1] + SLACK < lowest:
            count -= 1
        goal[at] = lowest
    filled[at] = count


@inlined
def _mix(value: np.uint64) -> np.uint64:
    """Stir the bits of a number, as in ``ties``."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(FIRST_FACTOR)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(SECOND_FACTOR)
    return value ^ (value >> np.uint64(31))


@inlined
def _tie_key(seed: np.uint64, labourer_uid: int, vacancy_uid: int) -> int:
    """Return the tie key of a pair; the seed is already stirred."""
    start = _mix(seed ^ np.uint64(labourer_uid))
    return int(np.int64(_mix(start ^ np.uint64(vacancy_uid)) >> np.uint64(1)))


@inlined
def _write_outcome(world: World, labourer: int, vacancy: int, parts: Longs, into: Longs) -> None:
    """Write scores and open questions of an eligible pair, after the other side's row."""
    person = world.people[labourer]
    _, into[5] = eligible(world, person, vacancy)
    into[1], into[2], into[3], into[4] = score(world, labourer, person, vacancy, parts)
    into[6] = unknown_parts(world.weights, labourer, parts)


@inlined
def _comes_before(one: Longs, other: Longs) -> bool:
    """Tell whether a candidate comes before another: by overall score, key and uid."""
    if one[1] != other[1]:
        return one[1] > other[1]
    if one[OUTCOME] != other[OUTCOME]:
        return one[OUTCOME] < other[OUTCOME]
    return one[OUTCOME + 1] < other[OUTCOME + 1]


@inlined
def _copy(one: Longs, into: Longs) -> None:
    for column in range(OUTCOME + 2):
        into[column] = one[column]


@inlined
def _fetch_others(world: World, order: Ints, lists: Lists, at: int, of_labourer: bool) -> None:
    """Ask for the rows of all candidates of a list."""
    for place in range(lists.filled[at]):
        other = lists.other[at, place]
        if of_labourer:
            vacancy = order[other]
            fetch(world.posts, vacancy)
            fetch(world.posts, vacancy + 1)  # where the row ends
        else:
            fetch(world.people, other)


@compiled
def settle(world: World, order: Ints, lists: Lists, at: int, labourer: int, seed: np.uint64, room: Longs) -> int:
    """Put a list into its exact order and cut it to the size wanted; return how many there are.

    The list is that of a labourer, holding positions of ``order``; or, if ``labourer`` is NOBODY, that of the vacancy
    at a position, holding labourers. ``room``, of ``make_room``, then begins with their outcomes, each before its key
    and uid; the other side's row is the vacancy, or the labourer.
    """
    parts, new = room[-1], room[-2]
    _fetch_others(world, order, lists, at, labourer != NOBODY)
    for place in range(lists.filled[at]):
        other, into = lists.other[at, place], room[place]
        one = other if labourer == NOBODY else labourer
        vacancy = order[at if labourer == NOBODY else other]
        _write_outcome(world, one, vacancy, parts, into)
        uid, post_uid = long_at(world.people[one], PERSON.uid), long_at(world.posts[vacancy], POST.uid)
        into[0], into[OUTCOME] = other, _tie_key(seed, uid, post_uid)
        into[OUTCOME + 1] = uid if labourer == NOBODY else post_uid
    for place in range(1, lists.filled[at]):
        _copy(room[place], new)
        before = place
        while before > 0 and _comes_before(new, room[before - 1]):
            _copy(room[before - 1], room[before])
            before -= 1
        _copy(new, room[before])
    count = min(lists.filled[at], lists.size)
    for place in range(count):
        lists.floor[at, place], lists.other[at, place] = room[place, 1], room[place, 0]
        if labourer != NOBODY:
            room[place, 0] = order[room[place, 0]]
    lists.filled[at] = count
    if count == lists.size:
        lists.goal[at] = lists.floor[at, count - 1]
    return count
