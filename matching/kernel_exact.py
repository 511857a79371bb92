# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""The exact overall score of a labourer with a vacancy of the index, compiled: from what was worked out per group.

It is the score of ``kernel_parts`` and the gates of ``kernel_gates``, some ten times sooner: groups have been tried
and weighed once per labourer, only pay, hours, days, townsfolk and companions are left. Gates of the groups must have
been found open, and those of the labourer alone passed.
"""

from matching import kernel_index as record
from matching import kernel_parts as part
from matching.columns import Ints, Longs
from matching.compiled import compiled, inlined
from matching.index import Nodes
from matching.kernel_groups import SHARE, TOTAL_SHARE, WEIGHT, weighed
from matching.layout import PERSON, SETTING
from matching.params import ONE

CLOSED_PAIR = -1


@inlined
def numbers_closed(person: Longs, facts: Ints, at: int) -> bool:
    """Tell whether pay or dates close a vacancy to a labourer."""
    net, floor = facts[at, record.FACT_NET], person[PERSON.net_floor]
    if 0 <= net < floor:
        return True
    can_from, can_until = person[PERSON.available_from], person[PERSON.available_until]
    first, last = facts[at, record.FACT_FIRST_DAY], facts[at, record.FACT_LAST_DAY]
    return (0 <= last < can_from) or (0 <= can_until < first)


@inlined
def numbers_weighed(person: Longs, own: Longs, lane: int, facts: Ints, at: int, settings: Longs, silent: int) -> int:
    """Return what pay, hours, first cash and length add to willingness."""
    yardstick = part.month_yardstick(person, facts[at, record.FACT_MEDIAN_NET])
    total = weighed(own[part.NET_MONTH, lane], part.above(facts[at, record.FACT_NET], yardstick, settings), silent)
    yardstick = part.hour_yardstick(person, facts[at, record.FACT_MEDIAN_HOUR])
    total += weighed(own[part.NET_HOUR, lane], part.above(facts[at, record.FACT_HOUR], yardstick, settings), silent)
    total += weighed(own[part.FIRST_CASH, lane], facts[at, record.FACT_CASH], silent)
    if own[part.HOURS, lane] > 0:
        week = facts[at, record.FACT_HOURS]
        value = part.hours(person, week, week, settings) if week >= 0 else part.SILENT
        total += weighed(own[part.HOURS, lane], value, silent)
    if own[part.LENGTH, lane] > 0:
        value = part.length(person, facts[at, record.FACT_MONTHS], facts[at, record.FACT_FIRST_DAY], settings)
        total += weighed(own[part.LENGTH, lane], value, silent)
    return total


@compiled
def exact_overall(
    people: Longs, row: int, own: Longs, first: Longs, second: Longs, lane: int, groups: Nodes, facts: Ints, at: int,
    sites: Longs, townsfolk: Ints, settings: Longs,
) -> int:  # fmt: skip
    """Return the overall score with the vacancy at a position, CLOSED_PAIR if pay or dates close it."""
    person = people[row]
    if numbers_closed(person, facts, at):
        return CLOSED_PAIR
    silent, site, trade = settings[SETTING.vacancy_silent], facts[at, record.FACT_SITE], groups[at, record.TRADE]
    skill = first[trade, lane] + first[groups[at, record.BODY], lane]
    location = first[groups[at, record.PLACE], lane]
    willing = second[trade, lane] + first[groups[at, record.TERMS], lane] + first[groups[at, record.EXTRAS], lane]
    willing += numbers_weighed(person, own, lane, facts, at, settings, silent)
    if own[part.TOWNSFOLK, lane] > 0 and person[PERSON.townsfolk_first] < person[PERSON.townsfolk_last]:
        full = settings[SETTING.townsfolk_full]
        location += own[part.TOWNSFOLK, lane] * (min(part.townsfolk_here(person, site, townsfolk), full) * ONE // full)
    if own[part.COMPANIONS, lane] > 0:
        willing += weighed(own[part.COMPANIONS, lane], part.companions(person, sites, site, settings), silent)
    total = own[SHARE, lane] * (skill // own[WEIGHT, lane]) + own[SHARE + 1, lane] * (location // own[WEIGHT + 1, lane])
    return (total + own[SHARE + 2, lane] * (willing // own[WEIGHT + 2, lane])) // own[TOTAL_SHARE, lane]
