# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""Upper bounds on the overall score of a labourer with all vacancies a record stands for, compiled.

A bound is a sum of gains: what each part adds to the overall score at most, in millionths. The score itself is never
higher, as its divisions only round down; rounding of floating numbers is covered by MARGIN. A gate that no vacancy of
the record can pass makes the bound CLOSED. People of the same township and companions at a site are left out: the
sites they are at are looked at one by one.

Arrays are passed one by one and rows by number: in a hot loop, counting references to a tuple of arrays, or to a view
of a row, costs more than the work itself.
"""

import sys
from typing import NamedTuple

import numpy as np

from matching import codes, columns, index, layout, tables
from matching import kernel_gates as gates
from matching import kernel_index as record
from matching import kernel_parts as part
from matching.codes import UNKNOWN
from matching.columns import Longs
from matching.compiled import compiled, inlined
from matching.index import LARGEST_SMALL, Nodes, Singles, Smalls, VacancyIndex
from matching.kernel_gates import FAILS
from matching.kernel_index import LANES
from matching.layout import PERSON, POST, SETTING, SITE, World
from matching.params import ONE
from matching.scoring import DAYS_A_MONTH

SOURCES = (sys.modules[__name__], codes, columns, gates, index, layout, part, record, tables)
"""Modules the compiled code below is made from, this one first."""

CLOSED = -1e9
MARGIN = 4.0
"""More than 32-bit floating sums of a dozen terms below a million can be wrong by."""

FAR = 1e15

(
    SILENT, NET_FLOOR, NET_SLOPE, HOUR_FLOOR, HOUR_SLOPE, HOURS_LOW, HOURS_HIGH, HOURS_STEP, CAN_FROM, CAN_UNTIL,
    LENGTH_FROM, LENGTH_WANTED, NUMBER_GAIN, AIMS,
) = range(14)  # fmt: skip
"""Columns of what a labourer aims at: value where a vacancy is silent, floors and slopes of pay, range of hours a week
and loss per tenth of an hour, days between which one can start, day and days length is counted from and in, and what
all these numbers can gain together."""


WEIGHT, SHARE, TOTAL_SHARE, OWN = part.PARTS, part.PARTS + 3, part.PARTS + 6, part.PARTS + 7
"""Columns of a labourer's own weights: of each part, summed over each score, of each score, summed over the scores."""

NET, HOUR, CASH = record.NET - record.GROUP_KINDS, record.HOUR - record.GROUP_KINDS, record.CASH - record.GROUP_KINDS
LEAST_HOURS, MOST_HOURS = record.LEAST_HOURS - record.GROUP_KINDS, record.MOST_HOURS - record.GROUP_KINDS
FIRST_DAY, LAST_DAY, DAYS = (at - record.GROUP_KINDS for at in (record.FIRST_DAY, record.LAST_DAY, record.DAYS))
NO_NET, NO_HOUR = record.NO_NET - record.GROUP_KINDS, record.NO_HOUR - record.GROUP_KINDS
NO_HOURS, NO_DAYS = record.NO_HOURS - record.GROUP_KINDS, record.NO_DAYS - record.GROUP_KINDS
"""Rows of ``VacancyIndex.numbers``; pay against the median comes after pay itself."""


class Aims(NamedTuple):
    """One labourer, prepared for a search.

    ``gain``, what a millionth of each part adds to the overall score; ``scale``, what one of its weighted sum does;
    ``own``, its weights; ``aim``, its numbers. ``table`` holds the best gain below each node of the trees of groups,
    ``first`` and ``second`` at their leaves what a group adds to the weighted sums, exactly: trade to skill and
    willingness, place to location, body to skill, terms and extras to willingness.
    """

    gain: Singles
    scale: Singles
    own: Longs
    aim: Singles
    table: Singles
    first: Longs
    second: Longs


@compiled
def make_aims(tree: VacancyIndex) -> Aims:
    """Make room to prepare labourers in."""
    room = 2 * tree.group_leaves.sum()
    return Aims(
        np.zeros(part.PARTS, dtype=np.float32), np.zeros(3, dtype=np.float32), np.zeros(OWN, dtype=np.int64),
        np.zeros(AIMS, dtype=np.float32), np.zeros(room, dtype=np.float32), np.zeros(room, dtype=np.int64),
        np.zeros(room, dtype=np.int64),
    )  # fmt: skip


@compiled
def fill_own(weights: Longs, shares: Longs, labourer: int, own: Longs, gain: Singles, scale: Singles) -> None:
    """Write how parts and scores weigh, and what a millionth of a part, or of its weighted sum, adds to the overall."""
    total, first = shares[labourer, 0] + shares[labourer, 1] + shares[labourer, 2], 0
    own[TOTAL_SHARE] = max(total, 1)
    for score in range(3):
        last = part.FIRST_LOCATION if score == 0 else part.FIRST_WILLINGNESS if score == 1 else part.PARTS
        weight = 0
        for at in range(first, last):
            own[at] = weights[labourer, at]
            weight += own[at]
        own[WEIGHT + score], own[SHARE + score] = max(weight, 1), shares[labourer, score]
        scale[score] = shares[labourer, score] / (max(weight, 1) * max(total, 1))
        for at in range(first, last):
            gain[at] = own[at] * scale[score]
        first = last


@compiled
def fill_aim(person: Longs, settings: Longs, gain: Singles, aim: Singles) -> None:
    """Write what a labourer aims at."""
    floor, hour_floor = person[PERSON.net_floor], part.hour_yardstick(person, part.SILENT)
    low, high = person[PERSON.hours_min], person[PERSON.hours_max]
    can_from, can_until, today = person[PERSON.available_from], person[PERSON.available_until], settings[SETTING.as_of]
    span = 1_000.0 * ONE / settings[SETTING.pay_span] * record.PAY_STEP
    highest = LARGEST_SMALL * record.PAY_STEP * 1_000 // (1_000 + settings[SETTING.pay_span])
    floor, hour_floor = min(floor, highest), min(hour_floor, highest)
    aim[SILENT] = settings[SETTING.vacancy_silent]
    aim[NET_FLOOR], aim[NET_SLOPE] = floor / record.PAY_STEP, span / max(floor, 1)
    aim[HOUR_FLOOR], aim[HOUR_SLOPE] = hour_floor / record.PAY_STEP, span / hour_floor if hour_floor > 0 else 0.0
    aim[HOURS_LOW], aim[HOURS_HIGH] = low if low >= 0 else -FAR, high if high >= 0 else FAR
    aim[HOURS_STEP] = settings[SETTING.hours_step] / 10.0
    aim[CAN_FROM] = min(can_from - today, LARGEST_SMALL) if can_from >= 0 else -FAR
    aim[CAN_UNTIL] = can_until - today if can_until >= 0 else FAR
    aim[LENGTH_FROM] = max(can_from - today, 0) if can_from >= 0 else FAR
    aim[LENGTH_WANTED] = max(person[PERSON.months_wanted] * DAYS_A_MONTH, 1)
    numbers = gain[part.NET_MONTH] + gain[part.NET_HOUR] + gain[part.HOURS] + gain[part.FIRST_CASH] + gain[part.LENGTH]
    aim[NUMBER_GAIN] = numbers * ONE


@inlined
def weighed(weight: int, value: int, silent: int) -> int:
    """Return what a part adds to the weighted sum of its score."""
    return weight * silent if value == part.SILENT else weight * value


@compiled
def fill_families(world: World, person: Longs, own: Longs, silent: int, into: Longs) -> None:
    """Write for every trade family, the unknown one last: what it adds to skill and to willingness (or that it is
    closed), the affinity of the skills with it, and the level held in it."""
    settings, known = world.settings, len(world.family_affinity)
    for row in range(known + 1):
        trade = row if row < known else UNKNOWN
        into[row, 0] = weighed(own[part.DONE_BEFORE], part.done_before(person, trade, settings), silent)
        into[row, 1] = weighed(own[part.TRADE_WANTED], part.trade_wanted(person, trade, settings), silent)
        into[row, 2] = part.nearest(person, PERSON.skill_trade, trade, world.family_affinity)
        into[row, 3] = part.own_level(person, trade)
        into[row, 4] = 1 if gates.trade_gate(person, trade) == FAILS else 0


@compiled
def fill_trades(
    world: World, person: Longs, posts: Longs, own: Longs, scale: Singles, silent: int, into: Singles, first: Longs,
    second: Longs,
) -> None:  # fmt: skip
    """Write the gains of posts of each trade, level, occupation and certificate, and what they add to skill (first)
    and willingness (second)."""
    one_below, known = world.settings[SETTING.level_one_below], len(world.family_affinity)
    families, skilled, occupations = (
        np.empty((known + 1, 5), np.int64),
        person[PERSON.skill_slots] > 0,
        world.occupation_affinity,
    )
    fill_families(world, person, own, silent, families)
    for group in range(len(posts)):
        trade, occupation, required = (
            posts[group, POST.trade],
            posts[group, POST.occupation],
            posts[group, POST.level_required],
        )
        row = trade if trade >= 0 else known
        closed = families[row, 4] == 1
        if posts[group, POST.certificates_required] != 0:
            closed = closed or gates.certificate_gate(person, posts, group) == FAILS
        skill = families[row, 0]
        if own[part.AFFINITY] > 0:
            best = max(families[row, 2], part.nearest(person, PERSON.skill_occupation, occupation, occupations))
            skill += weighed(own[part.AFFINITY], part.affinity(trade, occupation, skilled, best), silent)
        if own[part.LEVEL] > 0:
            skill += weighed(own[part.LEVEL], part.level(trade, required, families[row, 3], one_below), silent)
        first[group], second[group] = skill, families[row, 1]
        into[group] = CLOSED if closed else scale[0] * skill + scale[2] * second[group]


@inlined
def companions_nearby(person: Longs, city: int, own_city: int, near: int) -> int:
    """Return the most that companions can be worth at sites in a city other than their own site."""
    if person[PERSON.companion_site] < 0 and person[PERSON.companion_city] == 0:
        return ONE
    if city == 0:
        return part.SILENT
    return near if city == own_city else 0


@compiled
def fill_places(
    world: World, person: Longs, posts: Longs, sites: Longs, own: Longs, scale: Singles, silent: int, into: Singles,
    first: Longs,
) -> None:  # fmt: skip
    """Write the gains of posts in each place, and what they add to location; companions are added site by site."""
    settings, minutes, city = world.settings, world.travel_minutes, part.companions_city(person, world.sites)
    for group in range(len(posts)):
        if not gates.in_scope(person, posts, group, sites, group) or gates.place_gate(person, sites, group) == FAILS:
            into[group] = CLOSED
            continue
        location, companions = 0, 0
        if own[part.PLACE_RANK] > 0:
            location += weighed(own[part.PLACE_RANK], part.place_rank(person, sites, group, settings), silent)
        if own[part.DOOR] > 0:
            value = part.door_to_door(person, posts, group, sites, group, minutes, settings)
            location += weighed(own[part.DOOR], value, silent)
        if own[part.WOULD_RETURN] > 0:
            location += weighed(own[part.WOULD_RETURN], part.would_return(person, sites, group), silent)
        if own[part.COMPANIONS] > 0:
            value = companions_nearby(person, sites[group, SITE.city], city, settings[SETTING.same_city])
            companions = weighed(own[part.COMPANIONS], value, silent)
        first[group] = location
        into[group] = scale[1] * location + scale[2] * companions


@compiled
def fill_bodies(
    person: Longs, posts: Longs, own: Longs, scale: Singles, silent: int, into: Singles, first: Longs
) -> None:
    """Write the gains of posts with each set of traits and legal limits, and what they add to skill."""
    weight = own[part.TRAITS]
    unbound = person[PERSON.legal_bars] == 0 and person[PERSON.excluded_traits] == 0
    unbound = unbound and person[PERSON.age_class] == gates.ADULT
    for group in range(len(posts)):
        first[group] = weighed(weight, part.traits(person, posts, group), silent) if weight > 0 else 0
        into[group] = scale[0] * first[group]
        if not unbound and (
            gates.barred(person, posts, group)
            or not gates.old_enough(person, posts, group)
            or gates.trait_gate(person, posts, group) == FAILS
        ):
            into[group] = CLOSED


@compiled
def fill_terms(
    world: World, person: Longs, posts: Longs, own: Longs, scale: Singles, silent: int, into: Singles, first: Longs
) -> None:
    """Write the gains of posts with each choice of shifts and lodging, and what they add to willingness."""
    settings = world.settings
    for group in range(len(posts)):
        shift, lodging = part.shift(person, posts, group, settings), part.lodging(person, posts, group, settings)
        first[group] = weighed(own[part.SHIFT], shift, silent) + weighed(own[part.LODGING], lodging, silent)
        into[group] = scale[2] * first[group]
        if gates.shift_gate(person, posts, group) == FAILS or gates.lodging_gate(person, posts, group) == FAILS:
            into[group] = CLOSED


@compiled
def fill_extras(
    person: Longs, posts: Longs, own: Longs, scale: Singles, silent: int, into: Singles, first: Longs
) -> None:
    """Write the gains of posts with each choice of contracts and meals, and what they add to willingness."""
    for group in range(len(posts)):
        meals = part.offered(posts[group, POST.meals], person[PERSON.meals_wanted], 0, 0)
        contract = part.offered(posts[group, POST.contracts], person[PERSON.contract_wanted], 0, 0)
        first[group] = weighed(own[part.MEALS], meals, silent) + weighed(own[part.CONTRACT], contract, silent)
        into[group] = CLOSED if gates.contract_gate(person, posts, group) == FAILS else scale[2] * first[group]


@compiled
def close_tree(tree: Singles, leaves: int, groups: int) -> None:
    """Write the best gain below each node of a complete binary tree whose first leaves are filled."""
    tree[0] = CLOSED
    for at in range(leaves + groups, 2 * leaves):
        tree[at] = CLOSED
    for node in range(leaves - 1, 0, -1):
        tree[node] = max(tree[2 * node], tree[2 * node + 1])


@compiled
def take_aim(world: World, tree: VacancyIndex, labourer: int, person: Longs, aims: Aims) -> None:
    """Work out for one labourer what each part, and each group of posts, can gain, and what numbers are aimed at."""
    gain, table, aim, own, scale = aims.gain, aims.table, aims.aim, aims.own, aims.scale
    silent = world.settings[SETTING.vacancy_silent]
    fill_own(world.weights, world.score_weights, labourer, own, gain, scale)
    fill_aim(person, world.settings, gain, aim)
    start = 0
    for kind in range(record.GROUP_KINDS):
        leaves, low, high = tree.group_leaves[kind], tree.group_first[kind], tree.group_first[kind + 1]
        posts, begin = tree.example_posts[low:high], start + leaves
        into, first = table[begin : begin + high - low], aims.first[begin : begin + high - low]
        if kind == record.TRADE:
            second = aims.second[begin : begin + high - low]
            fill_trades(world, person, posts, own, scale, silent, into, first, second)
        elif kind == record.PLACE:
            fill_places(world, person, posts, tree.example_sites[low:high], own, scale, silent, into, first)
        elif kind == record.BODY:
            fill_bodies(person, posts, own, scale, silent, into, first)
        elif kind == record.TERMS:
            fill_terms(world, person, posts, own, scale, silent, into, first)
        else:
            fill_extras(person, posts, own, scale, silent, into, first)
        close_tree(table[start : start + 2 * leaves], leaves, high - low)
        start += 2 * leaves


@inlined
def _pay_value(
    net: np.float32, over_median: np.float32, floor: np.float32, slope: np.float32, silent: np.float32
) -> np.float32:
    """Bound the value of pay against the own floor, or the median if there is none (−1)."""
    own = max(min((net - floor) * slope, np.float32(ONE)), silent)
    return over_median if floor < np.float32(0) else own


@inlined
def _add_numbers(gain: Singles, aim: Singles, numbers: Smalls, block: int, into: Singles) -> None:
    """Add what pay, hours, first cash and length can gain, and close what pay and dates close."""
    single = np.float32
    zero, one, closed, silent, step_up = single(0), single(ONE), single(CLOSED), aim[SILENT], single(record.VALUE_STEP)
    floor, slope, hour_floor, hour_slope = aim[NET_FLOOR], aim[NET_SLOPE], aim[HOUR_FLOOR], aim[HOUR_SLOPE]
    low, high, step = aim[HOURS_LOW], aim[HOURS_HIGH], aim[HOURS_STEP]
    can_from, can_until, begin, wanted = aim[CAN_FROM], aim[CAN_UNTIL], aim[LENGTH_FROM], aim[LENGTH_WANTED]
    share, vague = one / wanted, silent if hour_floor == zero else zero
    net_gain, hour_gain, cash_gain = gain[part.NET_MONTH], gain[part.NET_HOUR], gain[part.FIRST_CASH] * step_up
    hours_gain, length_gain = gain[part.HOURS], gain[part.LENGTH]
    for lane in range(LANES):
        total = into[lane] + cash_gain * single(numbers[block, CASH, lane])
        net, no_net = single(numbers[block, NET, lane]), single(numbers[block, NO_NET, lane])
        start = single(numbers[block, FIRST_DAY, lane])
        total += closed if single(numbers[block, LAST_DAY, lane]) < can_from else zero
        total += closed if start > can_until else zero
        total += closed if net < floor + closed * no_net else zero
        over_median = single(numbers[block, NET + 1, lane]) * step_up
        total += net_gain * _pay_value(net, over_median, floor, slope, silent * no_net)
        no_hour = max(silent * single(numbers[block, NO_HOUR, lane]), vague)
        over_median = single(numbers[block, HOUR + 1, lane]) * step_up
        hour = single(numbers[block, HOUR, lane])
        total += hour_gain * _pay_value(hour, over_median, hour_floor, hour_slope, no_hour)
        short = low - single(numbers[block, MOST_HOURS, lane])
        over = single(numbers[block, LEAST_HOURS, lane]) - high
        outside = max(short, zero) + max(over, zero)
        total += hours_gain * max(one - outside * step, silent * single(numbers[block, NO_HOURS, lane]))
        covered = min(wanted - max(start - begin, zero), single(numbers[block, DAYS, lane])) * share
        into[lane] = total + length_gain * max(covered, silent * single(numbers[block, NO_DAYS, lane]))


@inlined
def bound_block(
    gain: Singles,
    table: Singles,
    aim: Singles,
    groups: Nodes,
    numbers: Smalls,
    block: int,
    least: float,
    into: Singles,
) -> bool:  # fmt: skip
    """Bound the overall score with any vacancy below each row of a block; False if all lie below ``least``.

    Each loop is without branches, so that the rows go through its steps at once.
    """
    most = np.float32(CLOSED)
    for lane in range(LANES):
        total = table[groups[block, record.TRADE, lane]] + table[groups[block, record.PLACE, lane]]
        total += table[groups[block, record.BODY, lane]] + table[groups[block, record.TERMS, lane]]
        into[lane] = total + table[groups[block, record.EXTRAS, lane]]
        most = max(most, into[lane])
    if most + aim[NUMBER_GAIN] < least:
        return False
    _add_numbers(gain, aim, numbers, block, into)
    return True
