# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""What each group of equal posts can gain labourers abreast, compiled: a row of the table of gains each.

The parts and gates of ``kernel_parts`` and ``kernel_gates``, for a group and all lanes at once: every array of theirs
has a lane for each as its last dimension. Loops over lanes are without branches and of a length the compiler does not
know (it would write them out lane by lane), so that all lanes take a step at once. Values are 32-bit floating numbers:
what rounding loses is covered by the margins of ``kernel_bounds``.
"""

import numpy as np

from matching import kernel_gates as gates
from matching import kernel_index as record
from matching import kernel_parts as part
from matching.codes import UNKNOWN
from matching.columns import Ints, Longs, Whole
from matching.compiled import compiled, inlined
from matching.index import Singles
from matching.index_groups import Smalls
from matching.kernel_lanes import in_units
from matching.layout import PERSON, POST, SETTING, SITE, World
from matching.params import ONE
from matching.tables import UNIDENTIFIED_CERTIFICATE

DONE, WANTED, NEAREST, HELD, REFUSED, FAMILY_FACTS = 0, 1, 2, 3, 4, 5
"""Rows kept for each trade family: value of months in it, of its rank among those wanted, affinity of the skills with
it (−1: none), level held in it, and whether it is refused."""

REFUSED_PLACE, RANK, BACK, DOOR, TOTAL, PLACE_FACTS = range(6)
"""Rows of what is known of each place for one labourer: whether it is refused (−1: not), what it is worth by rank, as
one to return to (−1: silent) and by the way there, and what it gains in all."""

LOWER_OFFER = (1 << record.OFFER_BITS) - 1
"""Bits of meals in extras."""

CERTIFICATES, LEGAL_BARS, MASKS = 0, 1, 2
"""Rows of the labourers' masks, which need 64 bits."""


@compiled
def most(crew: Ints, column: int) -> int:
    """Return the greatest number of any lane in a column."""
    greatest = 0
    for lane in range(crew.shape[1]):
        greatest = max(greatest, crew[column, lane])
    return greatest


@compiled
def fill_families(world: World, person: Ints, lane: int, families: Singles) -> None:
    """Write the facts of every trade family, the unknown one last."""
    settings, affinity, known = world.settings, world.family_affinity, len(world.family_affinity)
    silent, excluded = settings[SETTING.vacancy_silent], gates.long_at(person, PERSON.excluded_trades)
    for row in range(known + 1):
        at = FAMILY_FACTS * row
        families[at + DONE, lane] = families[at + WANTED, lane] = 0 if row < known else silent
        families[at + NEAREST, lane], families[at + HELD, lane] = UNKNOWN, 0
        families[at + REFUSED, lane] = (excluded >> row) & 1 if row < known else 0
    for slot in range(person[PERSON.skill_slots]):
        trade = person[PERSON.skill_trade + slot]
        if trade >= 0:
            value, at = part.done_before(person, trade, settings), FAMILY_FACTS * trade
            families[at + DONE, lane] = silent if value == part.SILENT else value
            families[at + HELD, lane] = part.own_level(person, trade)
            for row in range(known):
                near = max(families[FAMILY_FACTS * row + NEAREST, lane], np.float32(affinity[trade, row]))
                families[FAMILY_FACTS * row + NEAREST, lane] = near
    for rank in range(part.RANKS):
        trade = person[PERSON.wanted_trades + rank]
        if trade >= 0:
            families[FAMILY_FACTS * trade + WANTED, lane] = part.trade_wanted(person, trade, settings)


@compiled
def fill_occupations(world: World, crew: Ints, occupations: Ints, into: Singles) -> None:
    """Write the best affinity of each lane's skills with each occupation, −1 if there is none."""
    affinity, slots = world.occupation_affinity, most(crew, PERSON.skill_slots)
    into[:] = UNKNOWN
    for row in range(len(occupations)):
        occupation = occupations[row]
        for slot in range(slots if occupation >= 0 else 0):
            for lane in range(into.shape[1]):
                held = crew[PERSON.skill_occupation + slot, lane]
                value = affinity[max(held, 0), occupation] if held >= 0 else UNKNOWN
                into[row, lane] = max(into[row, lane], np.float32(value))


@compiled
def fill_trades(
    settings: Longs, crew: Ints, masks: Longs, gain: Singles, families: Singles, occupations: Singles,
    group_occupation: Ints, posts: Ints, into: Smalls,
) -> None:  # fmt: skip
    """Write the gains of posts of each trade, occupation, level and certificate."""
    single, one, zero = np.float32, np.float32(ONE), np.float32(0)
    silent, one_below = single(settings[SETTING.vacancy_silent]), single(settings[SETTING.level_one_below])
    known = len(families) // FAMILY_FACTS - 1
    for group in range(len(posts)):
        trade, occupation = posts[group, POST.trade], posts[group, POST.occupation]
        required, papers = posts[group, POST.level_required], gates.long_at(posts[group], POST.certificates_required)
        at, vague = FAMILY_FACTS * (trade if trade >= 0 else known), (trade < 0) & (occupation < 0)
        papers, level = papers & ~UNIDENTIFIED_CERTIFICATE, single(required)
        done, wanted, nearest = families[at + DONE], families[at + WANTED], families[at + NEAREST]
        held, refused = families[at + HELD], families[at + REFUSED]
        unmet, best = silent if trade < 0 else zero, occupations[group_occupation[group]]
        for lane in range(len(best)):
            affinity = max(best[lane], nearest[lane])
            unsaid = vague | ((crew[PERSON.skill_slots, lane] > 0) & (affinity < zero))
            total = gain[part.AFFINITY, lane] * (silent if unsaid else max(affinity, zero))
            below = one_below if (trade >= 0) & (held[lane] > zero) & (held[lane] == level - single(1)) else unmet
            met = (required == 0) | ((trade >= 0) & (held[lane] >= level))
            total += gain[part.LEVEL, lane] * (one if met else below)
            total += gain[part.DONE_BEFORE, lane] * done[lane] + gain[part.TRADE_WANTED, lane] * wanted[lane]
            lacks = (papers & ~masks[CERTIFICATES, lane] != 0) & (crew[PERSON.certificates_stated, lane] == 1)
            into[group, lane] = np.int16(in_units(total, lacks | (refused[lane] > zero)))


@compiled
def _lies_in_locality(sites: Ints, place: int, worth: np.float32, into: Singles) -> None:
    """Raise the value of each site that lies in a locality to what the place is worth."""
    county, city, province, township, code = (
        sites[SITE.county], sites[SITE.city], sites[SITE.province], sites[SITE.township], np.int32(place)
    )  # fmt: skip
    for at in range(len(into)):
        lies = (code == county[at]) | (code == city[at]) | (code == province[at]) | (code == township[at])
        into[at] = max(into[at], worth if lies else np.float32(UNKNOWN))


@compiled
def _lies_in(person: Ints, sites: Ints, kind: int, place: int, worth: np.float32, into: Singles) -> None:
    """Raise the value of each site that lies in a place of any kind to what the place is worth."""
    if kind == gates.LOCALITY:
        _lies_in_locality(sites, place, worth, into)
        return
    if kind == gates.ANY:
        for at in range(len(into)):
            into[at] = max(into[at], worth)
        return
    for at in range(len(into)):
        lies = gates.lies_in(
            kind, place, person[PERSON.home_county], person[PERSON.home_city], person[PERSON.home_province],
            sites[SITE.township, at], sites[SITE.county, at], sites[SITE.city, at], sites[SITE.province, at],
            sites[SITE.regions, at],
        )  # fmt: skip
        into[at] = max(into[at], worth if lies else np.float32(UNKNOWN))


@compiled
def _fill_door(world: World, home: int, sites: Ints, silent: np.float32, door: Singles) -> None:
    """Write the value of the way from a home to each site."""
    nearest, zone, at_home = np.float32(world.settings[SETTING.nearest_door]), sites[SITE.zone], sites[SITE.width]
    if home < 0:
        for at in range(len(door)):
            door[at] = nearest if at_home[at] == 1 else silent
        return
    way = world.nearness[home]
    for at in range(len(door)):
        known = np.float32(way[max(zone[at], 0)])
        value = silent if (zone[at] < 0) | (known < np.float32(0)) else known
        door[at] = nearest if at_home[at] == 1 else value


@compiled
def _judge_places(world: World, person: Ints, sites: Ints, facts: Singles) -> None:
    """Write what is known of each place for a labourer: rows REFUSED_PLACE …"""
    settings, single, county = world.settings, np.float32, sites[SITE.county]
    refused, rank, back = facts[REFUSED_PLACE], facts[RANK], facts[BACK]
    for at in range(len(rank)):
        unnamed = single(UNKNOWN) if county[at] <= 0 else single(0)
        refused[at], rank[at], back[at] = single(UNKNOWN), unnamed, unnamed
    for slot in range(person[PERSON.excluded_slots]):
        kind = person[PERSON.excluded_kind + slot]
        if kind != gates.NO_KIND:
            _lies_in(person, sites, kind, person[PERSON.excluded_place + slot], single(ONE), refused)
    for slot in range(person[PERSON.wish_slots]):
        kind = person[PERSON.wish_kind + slot]
        worth = settings[SETTING.place_ranks + slot] if kind == gates.LOCALITY else settings[SETTING.place_class]
        if kind != gates.NO_KIND:
            _lies_in(person, sites, kind, person[PERSON.wish_place + slot], single(worth), rank)
    for slot in range(person[PERSON.return_slots]):
        place = person[PERSON.return_place + slot]
        if place > 0:
            _lies_in_locality(sites, place, single(ONE), back)
    _fill_door(world, person[PERSON.home_zone], sites, single(settings[SETTING.vacancy_silent]), facts[DOOR])


@compiled
def fill_places(
    world: World, crew: Ints, gain: Singles, lane: int, person: Ints, sites: Ints, facts: Singles, into: Smalls
) -> None:
    """Write the gains of one lane of posts in each place, companions as if there were room for all.

    Place after place and not lane after lane, as what is asked differs from lane to lane in kind.
    """
    _judge_places(world, person, sites, facts)
    settings, single, zero = world.settings, np.float32, np.float32(0)
    silent, near, one = single(settings[SETTING.vacancy_silent]), single(settings[SETTING.same_city]), single(ONE)
    refused, rank, back, door, total = facts[REFUSED_PLACE], facts[RANK], facts[BACK], facts[DOOR], facts[TOTAL]
    county, city, province, at_home = sites[SITE.county], sites[SITE.city], sites[SITE.province], sites[SITE.width]
    of_rank, of_way, of_return, of_company = (
        gain[part.PLACE_RANK, lane], gain[part.DOOR, lane], gain[part.WOULD_RETURN, lane], gain[part.COMPANIONS, lane]
    )  # fmt: skip
    for at in range(len(total)):
        total[at] = of_rank * (rank[at] if rank[at] >= zero else silent) + of_way * door[at]
    for at in range(len(total)):
        total[at] += of_return * (back[at] if back[at] >= zero else silent)
    together = np.int32(crew[PERSON.companion_city, lane])
    for at in range(len(total)):
        elsewhere = silent if city[at] == 0 else near if city[at] == together else zero
        total[at] += of_company * (one if together == part.NO_COMPANIONS else elsewhere)
    scope, own_county, own_province = (
        np.int32(person[PERSON.scope]), np.int32(person[PERSON.home_county]), np.int32(person[PERSON.home_province])
    )  # fmt: skip
    for at in range(len(total)):
        inside = gates.reaches_to(scope, own_county, own_province, at_home[at] == 1, county[at], province[at])
        refused[at] = refused[at] if inside else zero
    for at in range(len(total)):
        into[at, lane] = np.int16(in_units(total[at], refused[at] >= zero))


@compiled
def fill_bodies(settings: Longs, crew: Ints, masks: Longs, gain: Singles, posts: Ints, into: Smalls) -> None:
    """Write the gains of posts with each set of traits and legal limits."""
    single, zero = np.float32, np.float32(0)
    for group in range(len(posts)):
        has, bars = np.int32(posts[group, POST.traits]), gates.long_at(posts[group], POST.legal_bars)
        youngest = gates.MINOR if gates.open_to_minors(posts, group) else gates.ADULT
        count, stated = part.count_bits(has), posts[group, POST.traits_stated] != 0
        step = single(ONE / count) if stated and count > 0 else zero
        fixed = zero if step > zero else single(ONE if stated else settings[SETTING.vacancy_silent])
        for lane in range(crew.shape[1]):
            done = part.count_bits(has & crew[PERSON.traits_done, lane])
            total = gain[part.TRAITS, lane] * (fixed + single(done) * step)
            shut = (masks[LEGAL_BARS, lane] & bars != 0) | (crew[PERSON.excluded_traits, lane] & has != 0)
            age = crew[PERSON.age_class, lane]
            into[group, lane] = np.int16(in_units(total, shut | ((age != gates.ADULT) & (age != youngest))))


@inlined
def _nothing_left(offer: Whole, refused: int) -> bool:
    """Tell whether all that is offered is refused."""
    return (refused != 0) & (offer & ~refused == 0)


@inlined
def _offered(offer: Whole, wanted: int, acceptable: int, second: np.float32, silent: np.float32) -> np.float32:
    """Value of what is wanted, acceptable or neither; at least that of silence where something is not said."""
    value = np.float32(ONE) if offer & wanted != 0 else second if offer & acceptable != 0 else np.float32(0)
    return max(value, silent) if offer & record.UNSAID != 0 else value


@compiled
def fill_shifts(settings: Longs, crew: Ints, gain: Singles, shifts: Ints, into: Smalls) -> None:
    """Write the gains of posts with each choice of shifts."""
    silent, second = np.float32(settings[SETTING.vacancy_silent]), np.float32(settings[SETTING.shift_acceptable])
    for group in range(len(shifts)):
        offer = shifts[group]
        for lane in range(crew.shape[1]):
            wanted, acceptable = crew[PERSON.shift_wanted, lane], crew[PERSON.shift_acceptable, lane]
            total = gain[part.SHIFT, lane] * _offered(offer, wanted, acceptable, second, silent)
            into[group, lane] = np.int16(in_units(total, _nothing_left(offer, crew[PERSON.excluded_shifts, lane])))


@compiled
def fill_lodging(settings: Longs, crew: Ints, gain: Singles, lodging: Ints, into: Smalls) -> None:
    """Write the gains of posts with each choice of lodging."""
    silent, second = np.float32(settings[SETTING.vacancy_silent]), np.float32(settings[SETTING.lodging_acceptable])
    for group in range(len(lodging)):
        offer = lodging[group]
        for lane in range(crew.shape[1]):
            wanted, acceptable = crew[PERSON.lodging_wanted, lane], crew[PERSON.lodging_acceptable, lane]
            total, needed = gain[part.LODGING, lane], crew[PERSON.lodging_needed, lane]
            total *= _offered(offer, wanted, acceptable, second, silent)
            closed = (needed != 0) & (offer & (needed | record.UNSAID) == 0)
            into[group, lane] = np.int16(in_units(total, closed))


@compiled
def fill_extras(settings: Longs, crew: Ints, gain: Singles, extras: Ints, into: Smalls) -> None:
    """Write the gains of posts with each choice of contracts and meals."""
    silent, zero = np.float32(settings[SETTING.vacancy_silent]), np.float32(0)
    for group in range(len(extras)):
        contracts, meals = np.int32(extras[group] >> record.OFFER_BITS), np.int32(extras[group] & LOWER_OFFER)
        for lane in range(crew.shape[1]):
            total = gain[part.MEALS, lane] * _offered(meals, crew[PERSON.meals_wanted, lane], 0, zero, silent)
            contract = _offered(contracts, crew[PERSON.contract_wanted, lane], 0, zero, silent)
            total += gain[part.CONTRACT, lane] * contract
            closed = _nothing_left(contracts, crew[PERSON.excluded_contracts, lane])
            into[group, lane] = np.int16(in_units(total, closed))
