# mypy: disable-error-code="no-any-return,no-untyped-call"
# (an element of an array is Any to the type checker; the compiler's own library is not typed)
"""Lanes: labourers looked at abreast, and the one step of the search that is taken for all of them at once.

What a group of posts can gain a labourer is kept in a table of 16-bit numbers, a row per group and a lane per
labourer, in units of UNIT millionths of the overall score, rounded up. A row of the index names one group of each
kind; the sum of their gains bounds the score from above.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

from matching.compiled import inlined
from matching.kernel_index import KINDS

LANES = 32
"""Labourers searched for abreast; at most 64, a power of two."""

UNIT = 32
"""Millionths: a whole score is then below the largest 16-bit number."""

CLOSED = -(2**15)
"""Gain of a group that a gate closes: whatever is added to it stays below zero, as sums stop at the smallest number."""

SMALL = ir.IntType(16)
ABREAST = ir.VectorType(SMALL, LANES)
WORD = ir.IntType(64)


def _lanes_at(builder: Any, pointer: Any) -> Any:
    return builder.load(builder.bitcast(pointer, ABREAST.as_pointer()), align=2)


def _on_all_lanes(builder: Any, name: str) -> Any:
    """Return a step of the compiler's own with two operands, for all lanes."""
    kind = ir.FunctionType(ABREAST, [ABREAST, ABREAST])
    return cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.v{LANES}i16")


def _reaching(_typing: Any, table: Any, groups: Any, _row: Any, goals: Any) -> Any:
    def step(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        gains, nodes, least = (
            context.make_array(signature.args[at])(context, builder, arguments[at]).data for at in (0, 1, 3)
        )
        add, first, total = _on_all_lanes(builder, "sadd.sat"), builder.mul(arguments[2], WORD(KINDS)), None
        for kind in range(KINDS):
            group = builder.load(builder.gep(nodes, [builder.add(first, WORD(kind))]))
            start = builder.mul(builder.zext(group, WORD), WORD(LANES))
            more = _lanes_at(builder, builder.gep(gains, [start]))
            total = more if total is None else builder.call(add, [total, more])
        reached = builder.icmp_signed(">=", total, _lanes_at(builder, least))
        bits = builder.bitcast(reached, ir.IntType(LANES))
        return bits if WORD.width == LANES else builder.zext(bits, WORD)

    return types.int64(table, groups, types.int64, goals), step


reaching: Any = intrinsic(_reaching)
"""``reaching(table, groups, row, goals)``: the bits of the lanes in which the gains of a row's groups reach the goal.

``table``, 16-bit, shape (groups, LANES); ``groups``, unsigned, shape (rows, KINDS); ``goals``, 16-bit, LANES. Written
in the compiler's own terms, as it does not find by itself that all lanes fit into one register.
"""


def _raise_gains(_typing: Any, table: Any, _row: Any, _other: Any) -> Any:
    def step(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        gains = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        here, there = (builder.gep(gains, [builder.mul(row, WORD(LANES))]) for row in arguments[1:])
        raised = builder.call(_on_all_lanes(builder, "smax"), [_lanes_at(builder, here), _lanes_at(builder, there)])
        builder.store(raised, builder.bitcast(here, ABREAST.as_pointer()), align=2)
        return context.get_dummy_value()

    return types.none(table, types.int64, types.int64), step


raise_gains: Any = intrinsic(_raise_gains)
"""``raise_gains(table, row, other)``: raise the gains of a row of the table to those of another, where it has less."""


def _lowest_lane(_typing: Any, _bits: Any) -> Any:
    def step(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.IntType(1)(1))

    return types.int64(types.int64), step


lowest_lane: Any = intrinsic(_lowest_lane)
"""``lowest_lane(bits)``: the number of the lowest bit that is set; there must be one."""


@inlined
def in_units(gain: np.float32, closed: bool) -> np.float32:
    """Return a gain in millionths as a number for the table: rounded up by at most one unit, or CLOSED."""
    return np.float32(CLOSED) if closed else gain * np.float32(1 / UNIT) + np.float32(1)
