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
from matching.kernel_index import BLOCK, BODY, DATES, KINDS, LODGING, PAY, PLACE, SHIFTS, TRADE, WEEK

LANES = 32
"""Labourers searched for abreast, as many as a word has bits."""

LINE = 64
"""Bytes of a line of the processor's memory: a row of a table fills one, or part of one, and lies across none."""

UNIT = 32
"""Millionths: a whole score is then below the largest 16-bit number."""

CLOSED = -(2**15)
"""Gain of a group that a gate closes: whatever is added to it stays below zero, as sums stop at the smallest number."""

FAR_OFF = 255
"""So many steps of a coarse table are beyond every limit."""

SMALL, COARSE = ir.IntType(16), ir.VectorType(ir.IntType(8), LANES)
ABREAST = ir.VectorType(SMALL, LANES)
WORD = ir.IntType(64)


def _lanes_at(builder: Any, pointer: Any) -> Any:
    return builder.load(builder.bitcast(pointer, ABREAST.as_pointer()), align=2)


def _on_all_lanes(builder: Any, name: str) -> Any:
    """Return a step of the compiler's own with two operands, for all lanes."""
    kind = ir.FunctionType(ABREAST, [ABREAST, ABREAST])
    return cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.v{LANES}i16")


def _sum_of_row(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Return the gains of the groups that a row names, added up; the first arguments are table, groups and row."""
    gains, nodes = (context.make_array(signature.args[at])(context, builder, arguments[at]).data for at in (0, 1))
    add, first, total = _on_all_lanes(builder, "sadd.sat"), builder.mul(arguments[2], WORD(KINDS)), None
    for kind in range(KINDS):
        group = builder.load(builder.gep(nodes, [builder.add(first, WORD(kind))]))
        start = builder.mul(builder.zext(group, WORD), WORD(LANES))
        more = _lanes_at(builder, builder.gep(gains, [start]))
        total = more if total is None else builder.call(add, [total, more])
    return total


def _bits_of(builder: Any, total: Any, least: Any) -> Any:
    """Return the bits of the lanes in which a sum reaches what is asked."""
    reached = builder.icmp_signed(">=", total, _lanes_at(builder, least))
    bits = builder.bitcast(reached, ir.IntType(LANES))
    return bits if WORD.width == LANES else builder.zext(bits, WORD)


def _reaching(_typing: Any, table: Any, groups: Any, _row: Any, goals: Any) -> Any:
    def step(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        least = context.make_array(signature.args[3])(context, builder, arguments[3]).data
        return _bits_of(builder, _sum_of_row(context, builder, signature, arguments), least)

    return types.int64(table, groups, types.int64, goals), step


reaching: Any = intrinsic(_reaching)
"""``reaching(table, groups, row, goals)``: the bits of the lanes in which the gains of a row's groups reach the goal.

``table``, 16-bit, shape (groups, LANES); ``groups``, unsigned, shape (rows, KINDS); ``goals``, 16-bit, LANES. Written
in the compiler's own terms, as it does not find by itself that all lanes fit into one register.
"""


def _gains_of_row(_typing: Any, table: Any, groups: Any, _row: Any, into: Any, _at: Any) -> Any:
    def step(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        sums = context.make_array(signature.args[3])(context, builder, arguments[3]).data
        place = builder.bitcast(builder.gep(sums, [builder.mul(arguments[4], WORD(LANES))]), ABREAST.as_pointer())
        builder.store(_sum_of_row(context, builder, signature, arguments), place, align=2)
        return context.get_dummy_value()

    return types.none(table, groups, types.int64, into, types.int64), step


gains_of_row: Any = intrinsic(_gains_of_row)
"""``gains_of_row(table, groups, row, into, at)``: write the sums of the gains of a row's groups, a lane each, into row
``at`` of another array, 16-bit, shape (rows, LANES)."""


def _lanes_reaching(_typing: Any, sums: Any, _at: Any, goals: Any) -> Any:
    def step(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values, least = (context.make_array(signature.args[at])(context, builder, arguments[at]).data for at in (0, 2))
        total = _lanes_at(builder, builder.gep(values, [builder.mul(arguments[1], WORD(LANES))]))
        return _bits_of(builder, total, least)

    return types.int64(sums, types.int64, goals), step


lanes_reaching: Any = intrinsic(_lanes_reaching)
"""``lanes_reaching(sums, at, goals)``: the bits of the lanes in which row ``at`` of the sums reaches the goal."""


def _count_reaching(_typing: Any, sums: Any, _rows: Any, goals: Any, into: Any) -> Any:
    def step(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        values, least, counts = (
            context.make_array(signature.args[at])(context, builder, arguments[at]).data for at in (0, 2, 3)
        )
        goal, found = _lanes_at(builder, least), cgutils.alloca_once_value(builder, ABREAST([0] * LANES))
        with cgutils.for_range(builder, arguments[1]) as row:
            total = _lanes_at(builder, builder.gep(values, [builder.mul(row.index, WORD(LANES))]))
            reached = builder.sext(builder.icmp_signed(">=", total, goal), ABREAST)  # −1 where it does
            builder.store(builder.sub(builder.load(found), reached), found)
        builder.store(builder.load(found), builder.bitcast(counts, ABREAST.as_pointer()), align=2)
        return context.get_dummy_value()

    return types.none(sums, types.int64, goals, into), step


count_reaching: Any = intrinsic(_count_reaching)
"""``count_reaching(sums, rows, goals, into)``: count for each lane the first so many rows of the sums that reach its
goal; all 16-bit, the counts of no more than 32,767 rows."""


def _coarsen(_typing: Any, table: Any, _row: Any, most: Any, _kind: Any, scale: Any, coarse: Any) -> Any:
    def step(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        gains, best, scales, into = (
            context.make_array(signature.args[at])(context, builder, arguments[at]).data for at in (0, 2, 4, 5)
        )
        start, kind = (builder.mul(arguments[at], WORD(LANES)) for at in (1, 3))
        lost = builder.call(
            _on_all_lanes(builder, "ssub.sat"),
            [_lanes_at(builder, builder.gep(best, [kind])), _lanes_at(builder, builder.gep(gains, [start]))],
        )
        lost = builder.call(_on_all_lanes(builder, "smax"), [lost, ABREAST([0] * LANES)])
        wide = ir.VectorType(ir.IntType(32), LANES)
        steps = builder.mul(builder.zext(lost, wide), builder.zext(_lanes_at(builder, scales), wide))
        steps = builder.trunc(builder.lshr(steps, wide([16] * LANES)), ABREAST)
        steps = builder.call(_on_all_lanes(builder, "umin"), [steps, ABREAST([FAR_OFF] * LANES)])
        place = builder.bitcast(builder.gep(into, [start]), COARSE.as_pointer())
        builder.store(builder.trunc(steps, COARSE), place, align=1)
        return context.get_dummy_value()

    return types.none(table, types.int64, most, types.int64, scale, coarse), step


coarsen: Any = intrinsic(_coarsen)
"""``coarsen(table, row, most, kind, scale, coarse)``: write into a row of ``coarse``, 8-bit without sign, by how much
the gains of that row of the table fall short of the most that any group of the kind can gain, in steps, rounded down.

``most``, 16-bit, shape (kinds, LANES); ``scale``, 16-bit without sign, LANES: steps per unit, times 2**16."""


def _block_within(own: tuple[int, ...]) -> Any:
    shared = tuple(kind for kind in range(KINDS) if kind not in own)

    def typed(
        _typing: Any, coarse: Any, groups: Any, _above: Any, _block: Any, limits: Any, bits: Any, _at: Any
    ) -> Any:
        def step(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            lost, nodes, most, into = (
                context.make_array(signature.args[at])(context, builder, arguments[at]).data for at in (0, 1, 4, 5)
            )
            kind_of = ir.FunctionType(COARSE, [COARSE, COARSE])
            add = cgutils.get_or_insert_function(builder.module, kind_of, f"llvm.uadd.sat.v{LANES}i8")

            def lanes(pointer: Any) -> Any:
                return builder.load(builder.bitcast(pointer, COARSE.as_pointer()), align=1)

            def added(total: Any, row: Any, kinds: tuple[int, ...]) -> Any:
                first = builder.mul(row, WORD(KINDS))
                for kind in kinds:
                    group = builder.load(builder.gep(nodes, [builder.add(first, WORD(kind))]))
                    more = lanes(builder.gep(lost, [builder.mul(builder.zext(group, WORD), WORD(LANES))]))
                    total = more if total is None else builder.call(add, [total, more])
                return total

            together, limit = added(None, arguments[2], shared), lanes(most)
            for row in range(BLOCK):
                total = added(together, builder.add(arguments[3], WORD(row)), own)
                within = builder.bitcast(builder.icmp_unsigned("<=", total, limit), ir.IntType(LANES))
                builder.store(within, builder.gep(into, [builder.add(arguments[6], WORD(row))]))
            return context.get_dummy_value()

        return types.none(coarse, groups, types.int64, types.int64, limits, bits, types.int64), step

    return intrinsic(typed)


rows_within: Any = _block_within((TRADE, PLACE, BODY, SHIFTS, LODGING, PAY, WEEK))
positions_within: Any = _block_within((BODY, SHIFTS, LODGING, PAY, WEEK, DATES))
"""``rows_within(coarse, groups, above, block, limits, bits, at)``: for each row of a block, write the bits of the lanes
in which what its groups lose, in steps, stays within the limit; of some kinds, which hardly differ within a block, what
is lost by the groups of the row above, which is less."""


def _join_gains(_typing: Any, table: Any, _row: Any, _other: Any) -> Any:
    def step(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        gains = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        above, left = (builder.gep(gains, [builder.mul(row, WORD(LANES))]) for row in arguments[1:])
        pair = [_lanes_at(builder, left), _lanes_at(builder, builder.gep(left, [WORD(LANES)]))]
        best = builder.call(_on_all_lanes(builder, "smax"), pair)
        builder.store(best, builder.bitcast(above, ABREAST.as_pointer()), align=2)
        return context.get_dummy_value()

    return types.none(table, types.int64, types.int64), step


join_gains: Any = intrinsic(_join_gains)
"""``join_gains(table, row, first)``: make the gains of a row of the table the better ones of ``first`` and the next."""


def _lowest_lane(_typing: Any, _bits: Any) -> Any:
    def step(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.IntType(1)(1))

    return types.int64(types.int64), step


lowest_lane: Any = intrinsic(_lowest_lane)
"""``lowest_lane(bits)``: the number of the lowest bit that is set; there must be one."""


def _fetch(_typing: Any, array: Any, _row: Any) -> Any:
    def step(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        found = context.make_array(signature.args[0])(context, builder, arguments[0])
        start = builder.mul(arguments[1], builder.extract_value(found.strides, 0))
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        fetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        address = builder.gep(builder.bitcast(found.data, byte), [start])
        builder.call(fetch, [address, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.none(array, types.int64), step


fetch: Any = intrinsic(_fetch)
"""``fetch(array, row)``: ask for the beginning of a row of an array, which is not waited for."""


@inlined
def in_units(gain: np.float32, closed: bool) -> np.float32:
    """Return a gain in millionths as a number for the table: rounded up by at most one unit, or CLOSED."""
    return np.float32(CLOSED) if closed else gain * np.float32(1 / UNIT) + np.float32(1)
