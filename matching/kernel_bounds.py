# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""How good a labourer and a vacancy can be for each other at most, compiled: close above the overall score.

The gains of the groups come from the table, rounded up; pay, hours, times, townsfolk and companions are worked out as
they stand, some ten times sooner than the score.
Differences of days are taken in whole numbers, as 32-bit floating ones do not hold every day that is allowed.
"""

import numpy as np

from matching import kernel_index as record
from matching import kernel_numbers as number
from matching import kernel_parts as part
from matching.columns import Ints, Longs
from matching.compiled import compiled, inlined
from matching.index import Singles
from matching.index_groups import Nodes, Smalls
from matching.kernel_lanes import UNIT
from matching.layout import PERSON, SETTING
from matching.params import ONE

CLOSED_PAIR = -1

MARGIN = 16
"""Millionths: more than the divisions of the score, which round down, and floating sums of a dozen terms can take away
from an overall score."""

SLACK = record.EQUAL_KINDS * UNIT + 2 * MARGIN
"""Millionths by which ``pair_bound`` can lie above the overall score at most."""


@inlined
def in_goal_units(goal: int) -> int:
    """Return a score as a goal that the sum of the gains of a pair that has it cannot miss."""
    return (goal - MARGIN) // UNIT


@inlined
def gains_at(table: Smalls, groups: Nodes, row: int, lane: int, kinds: int) -> int:
    """Return what the first kinds of groups a row names gain a lane, in units; below zero if a gate is closed."""
    total = 0
    for kind in range(kinds):
        total += table[groups[row, kind], lane]
    return total


@inlined
def _numbers_closed(crew: Ints, lane: int, facts: Ints, at: int) -> bool:
    """Tell whether pay or dates close a vacancy to a labourer."""
    net, floor = facts[at, record.FACT_NET], crew[PERSON.net_floor, lane]
    can_from, can_until = crew[PERSON.available_from, lane], crew[PERSON.available_until, lane]
    first, last = facts[at, record.FACT_FIRST_DAY], facts[at, record.FACT_LAST_DAY]
    return ((net >= 0) & (net < floor)) | ((last >= 0) & (last < can_from)) | ((can_until >= 0) & (can_until < first))


@inlined
def _pay_value(pay: int, over_median: int, yardstick: np.float32, slope: np.float32, silent: np.float32) -> np.float32:
    """Return how far pay lies above the own yardstick, or the median if there is none (−1)."""
    zero = np.float32(0)
    above = min(max(np.float32(pay) - yardstick, zero) * slope, np.float32(ONE))
    own = silent if (pay < 0) | (yardstick == zero) else above
    return np.float32(over_median) if yardstick < zero else own


@inlined
def pair_bound(
    crew: Ints, aim: Singles, gain: Singles, table: Smalls, lane: int, groups: Nodes, facts: Ints, at: int,
    silent: np.float32, today: int,
) -> int:  # fmt: skip
    """Return the bound of a labourer with the vacancy at a position without townsfolk and companions there,
    CLOSED_PAIR if pay or dates close it.

    The gates of the groups must have been found open, and those of the labourer alone passed.
    """
    if _numbers_closed(crew, lane, facts, at):
        return CLOSED_PAIR
    single, zero = np.float32, np.float32(0)
    value = _pay_value(
        facts[at, record.FACT_NET], facts[at, record.FACT_NET_OVER_MEDIAN], aim[number.NET_YARDSTICK, lane],
        aim[number.NET_YARDSTICK_SLOPE, lane], silent,
    )  # fmt: skip
    total = gain[part.NET_MONTH, lane] * value
    value = _pay_value(
        facts[at, record.FACT_HOUR], facts[at, record.FACT_HOUR_OVER_MEDIAN], aim[number.HOUR_YARDSTICK, lane],
        aim[number.HOUR_YARDSTICK_SLOPE, lane], silent,
    )  # fmt: skip
    total += gain[part.NET_HOUR, lane] * value + gain[part.FIRST_CASH, lane] * single(facts[at, record.FACT_CASH])
    week, days = single(facts[at, record.FACT_HOURS]), single(facts[at, record.FACT_DAYS])
    outside = max(aim[number.HOURS_LOW, lane] - week, zero) + max(week - aim[number.HOURS_HIGH, lane], zero)
    value = max(single(ONE) - outside * aim[number.HOURS_STEP, lane], zero)
    total += gain[part.HOURS, lane] * (value if week >= zero else silent)
    first, can_from = facts[at, record.FACT_FIRST_DAY], crew[PERSON.available_from, lane]
    waits = max(first - max(can_from, today), 0) if (can_from >= 0) & (first >= 0) else 0
    value = max(min(aim[number.LENGTH_WANTED, lane] - single(waits), days), zero) * aim[number.LENGTH_SHARE, lane]
    total += gain[part.LENGTH, lane] * (value if days >= zero else silent)
    return int(total) + MARGIN + UNIT * gains_at(table, groups, at, lane, record.EQUAL_KINDS)


@inlined
def townsfolk_gain(crew: Ints, gain: Singles, lane: int, townsfolk: Ints, site: int, full: int) -> int:
    """Return what people of the township at a site add to the bound."""
    low, last = crew[PERSON.townsfolk_first, lane], crew[PERSON.townsfolk_last, lane]
    high = last
    while low < high:
        middle = (low + high) // 2
        if townsfolk[middle, 0] < site:
            low = middle + 1
        else:
            high = middle
    if low < last and townsfolk[low, 0] == site:
        return int(gain[part.TOWNSFOLK, lane] * (min(townsfolk[low, 1], full) / full * ONE)) + 1
    return 0


@compiled
def companions_gain(
    people: Ints, labourer: int, gain: Singles, lane: int, sites: Ints, site: int, settings: Longs
) -> int:
    """Return what companions add to the bound besides what the gain of the place holds already; it may be negative."""
    person, silent, supposed = people[labourer], settings[SETTING.vacancy_silent], ONE
    value = part.companions(person, sites, site, settings)
    if person[PERSON.companion_site] >= 0 or person[PERSON.companion_city] != 0:
        supposed = part.companions_elsewhere(person, sites, site, settings)
    value, supposed = silent if value < 0 else value, silent if supposed < 0 else supposed
    return int(gain[part.COMPANIONS, lane] * (value - supposed)) + 1
