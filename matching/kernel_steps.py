# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""The table of gains in 8 bits, compiled: what a group of posts loses against the best of its kind.

How much each labourer abreast may lose in all is known once their lists are filled with good guesses: what the best
groups gain them, above their goal. That span is cut into steps. What a group loses is rounded down to whole steps, so a
row whose losses add up to more steps than that cannot reach the goal. All lanes then fit into one register of the
processor, and the table into its nearer memory.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.compiled import compiled, maker
from matching.index import VacancyIndex
from matching.index_groups import Smalls
from matching.kernel_index import BLOCK, KINDS
from matching.kernel_lanes import CLOSED, FAR_OFF, LANES, LINE, coarsen

Bytes = NDArray[np.uint8]

UNREACHABLE = 2**15 - 1
"""Goal of a lane that holds nobody."""

SCALE = 2**16
"""Steps are counted in so many parts."""


class Steps(NamedTuple):
    """``coarse``, what each group loses against ``most``, the most of its kind, in steps, shape (groups, LANES);
    ``scale``, steps per unit of the table of gains, times SCALE; ``limits``, the steps that each lane may lose."""

    coarse: Bytes
    most: Smalls
    scale: NDArray[np.uint16]
    limits: Bytes


@maker
def make_steps(rows: int) -> Steps:
    """Return room for a table of so many rows; what is never written in it is beyond every limit."""
    room = np.full(rows * LANES + LINE, FAR_OFF, np.uint8)
    first = -room.ctypes.data % LINE
    return Steps(
        room[first : first + rows * LANES].reshape((rows, LANES)), np.zeros((KINDS, LANES), np.int16),
        np.zeros(LANES, np.uint16), np.zeros(LANES, np.uint8),
    )  # fmt: skip


@compiled
def take_steps(index: VacancyIndex, table: Smalls, goals: Smalls, steps: Steps) -> int:
    """Write the table in steps; return the bits of the lanes that can reach their goals at all."""
    groups, most, able = index.groups, steps.most, 0
    for kind in range(KINDS):
        for lane in range(LANES):
            most[kind, lane] = CLOSED
        for row in range(len(groups) - BLOCK, len(groups)):  # the topmost rows are above everything
            for lane in range(LANES):
                most[kind, lane] = max(most[kind, lane], table[groups[row, kind], lane])
    for lane in range(LANES):
        spare = -int(goals[lane])
        for kind in range(KINDS):
            spare += most[kind, lane]
        if spare >= 0 and goals[lane] != UNREACHABLE:
            able |= 1 << lane
        spare = max(spare, 0)
        scale = min(FAR_OFF * SCALE // (spare + 1), SCALE - 1)
        steps.scale[lane], steps.limits[lane] = scale, spare * scale // SCALE
    for kind in range(KINDS):
        for at in range(index.named_first[kind], index.named_first[kind + 1]):
            coarsen(table, index.named[at], most, kind, steps.scale, steps.coarse)
    return able
