# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""What each group of equal posts can gain labourers abreast, compiled: a row of the table of gains each.

The parts and gates of ``kernel_parts`` and ``kernel_gates``, for a group and all lanes at once: every array of theirs
has a lane for each as its last dimension (places and occupations are worked out lane after lane, many of them at once).
Loops over lanes are without branches and of a length the compiler does not know (it would write them out lane by lane),
so that all lanes take a step at once. Gains are 32-bit floating numbers: what rounding loses is covered by the margins
of ``kernel_bounds``.
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

REFUSED_PLACE, RANK, BACK, DOOR, GAINS, PLACE_FACTS = range(6)
"""Rows of what is known of each place for one labourer: whether it is refused (−1: not); in millionths, what it is
worth by rank, as one to return to (−1: silent) and by the way there; and what it gains in all, in units of the table.
Whole numbers: of floating ones, the compiler does not take the greater for many places at once where it overwrites one
of them."""

LOWER_OFFER = (1 << record.OFFER_BITS) - 1
"""Bits of meals in extras."""


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


@inlined
def _halves(mask: int) -> tuple[np.int32, np.int32]:
    """Return a mask of 64 bits as it lies in two columns: with halves, twice as many lanes are worked out at once."""
    return np.int32(mask), np.int32(mask >> 32)


@compiled
def fill_occupations(person: Ints, lane: int, near: Ints, best: Ints, into: Singles) -> None:
    """Write the best affinity of one lane's skills with each occupation, −1 if there is none; ``best`` is room."""
    best[:] = UNKNOWN
    for slot in range(person[PERSON.skill_slots]):
        held = person[PERSON.skill_occupation + slot]
        if held >= 0:
            of_held = near[held]
            for at in range(len(best)):
                best[at] = max(best[at], of_held[at])
    for at in range(len(best)):
        into[at, lane] = best[at]


@compiled
def fill_trades(
    settings: Longs, crew: Ints, gain: Singles, families: Singles, occupations: Singles, group_occupation: Ints,
    posts: Ints, into: Smalls,
) -> None:  # fmt: skip
    """Write the gains of posts of each trade, occupation, level and certificate."""
    single, one, zero = np.float32, np.float32(ONE), np.float32(0)
    silent, one_below = single(settings[SETTING.vacancy_silent]), single(settings[SETTING.level_one_below])
    known = len(families) // FAMILY_FACTS - 1
    for group in range(len(posts)):
        trade, occupation = posts[group, POST.trade], posts[group, POST.occupation]
        required, papers = posts[group, POST.level_required], gates.long_at(posts[group], POST.certificates_required)
        at, vague = FAMILY_FACTS * (trade if trade >= 0 else known), (trade < 0) & (occupation < 0)
        (paper, further), level = _halves(papers & ~UNIDENTIFIED_CERTIFICATE), single(required)
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
            lack = paper & ~crew[PERSON.certificates, lane] | further & ~crew[PERSON.certificates + 1, lane]
            lacks = (lack != 0) & (crew[PERSON.certificates_stated, lane] == 1)
            into[group, lane] = np.int16(in_units(total, lacks | (refused[lane] > zero)))


@compiled
def _lies_in_locality(sites: Ints, place: int, worth: int, into: Ints) -> None:
    """Raise the value of each site that lies in a locality to what the place is worth."""
    county, city, province, township = sites[SITE.county], sites[SITE.city], sites[SITE.province], sites[SITE.township]
    code, value = np.int32(place), np.int32(worth)
    for at in range(len(into)):
        lies = (code == county[at]) | (code == city[at]) | (code == province[at]) | (code == township[at])
        into[at] = max(into[at], value if lies else np.int32(UNKNOWN))


@compiled
def _lies_in(person: Ints, sites: Ints, kind: int, place: int, worth: int, into: Ints) -> None:
    """Raise the value of each site that lies in a place of any kind to what the place is worth."""
    if kind == gates.LOCALITY:
        _lies_in_locality(sites, place, worth, into)
        return
    value = np.int32(worth)
    if kind == gates.ANY:
        for at in range(len(into)):
            into[at] = max(into[at], value)
        return
    own_county, own_city, own_province = (
        person[PERSON.home_county], person[PERSON.home_city], person[PERSON.home_province]
    )  # fmt: skip
    for at in range(len(into)):
        lies = gates.lies_in(
            np.int32(kind), np.int32(place), own_county, own_city, own_province, sites[SITE.township, at],
            sites[SITE.county, at], sites[SITE.city, at], sites[SITE.province, at], sites[SITE.regions, at],
        )  # fmt: skip
        into[at] = max(into[at], value if lies else np.int32(UNKNOWN))


@compiled
def _fill_door(world: World, home: int, sites: Ints, silent: int, door: Ints) -> None:
    """Write the value of the way from a home to each site."""
    nearest, zone, at_home = np.int32(world.settings[SETTING.nearest_door]), sites[SITE.zone], sites[SITE.width]
    unsaid = np.int32(silent)
    if home < 0:
        for at in range(len(door)):
            door[at] = nearest if at_home[at] == 1 else unsaid
        return
    way = world.nearness[home]
    for at in range(len(door)):
        known = way[max(zone[at], np.int32(0))]
        value = unsaid if (zone[at] < 0) | (known < 0) else known
        door[at] = nearest if at_home[at] == 1 else value


@compiled
def _judge_places(world: World, person: Ints, sites: Ints, facts: Ints) -> None:
    """Write what is known of each place for a labourer: rows REFUSED_PLACE …"""
    settings, county = world.settings, sites[SITE.county]
    refused, rank, back = facts[REFUSED_PLACE], facts[RANK], facts[BACK]
    for at in range(len(rank)):
        unnamed = np.int32(UNKNOWN) if county[at] <= 0 else np.int32(0)
        refused[at], rank[at], back[at] = np.int32(UNKNOWN), unnamed, unnamed
    for slot in range(person[PERSON.excluded_slots]):
        kind = person[PERSON.excluded_kind + slot]
        if kind != gates.NO_KIND:
            _lies_in(person, sites, kind, person[PERSON.excluded_place + slot], ONE, refused)
    for slot in range(person[PERSON.wish_slots]):
        kind = person[PERSON.wish_kind + slot]
        worth = settings[SETTING.place_ranks + slot] if kind == gates.LOCALITY else settings[SETTING.place_class]
        if kind != gates.NO_KIND:
            _lies_in(person, sites, kind, person[PERSON.wish_place + slot], worth, rank)
    for slot in range(person[PERSON.return_slots]):
        place = person[PERSON.return_place + slot]
        if place > 0:
            _lies_in_locality(sites, place, ONE, back)
    _fill_door(world, person[PERSON.home_zone], sites, settings[SETTING.vacancy_silent], facts[DOOR])


@compiled
def _close_out_of_reach(person: Ints, sites: Ints, refused: Ints) -> None:
    """Refuse each place that the declaration does not reach."""
    scope, own_county, own_province = person[PERSON.scope], person[PERSON.home_county], person[PERSON.home_province]
    county, province, at_home = sites[SITE.county], sites[SITE.province], sites[SITE.width]
    for at in range(len(refused)):
        inside = gates.reaches_to(scope, own_county, own_province, at_home[at] == 1, county[at], province[at])
        refused[at] = refused[at] if inside else np.int32(ONE)


@compiled
def fill_places(
    world: World, crew: Ints, gain: Singles, lane: int, person: Ints, sites: Ints, facts: Ints, into: Smalls
) -> None:
    """Write the gains of one lane of posts in each place, companions as if there were room for all.

    Place after place and not lane after lane, as what is asked differs from lane to lane in kind.
    """
    _judge_places(world, person, sites, facts)
    refused, rank, back, door, city = facts[REFUSED_PLACE], facts[RANK], facts[BACK], facts[DOOR], sites[SITE.city]
    _close_out_of_reach(person, sites, refused)
    settings, single, zero = world.settings, np.float32, np.int32(0)
    silent, near, one = (
        np.int32(settings[SETTING.vacancy_silent]), np.int32(settings[SETTING.same_city]), np.int32(ONE)
    )  # fmt: skip
    of_rank, of_way, of_return, of_company = (
        gain[part.PLACE_RANK, lane], gain[part.DOOR, lane], gain[part.WOULD_RETURN, lane], gain[part.COMPANIONS, lane]
    )  # fmt: skip
    together = np.int32(crew[PERSON.companion_city, lane])
    gains = facts[GAINS]
    for at in range(len(gains)):
        total = of_rank * single(rank[at] if rank[at] >= zero else silent) + of_way * single(door[at])
        total += of_return * single(back[at] if back[at] >= zero else silent)
        elsewhere = silent if city[at] == zero else near if city[at] == together else zero
        total += of_company * single(one if together == part.NO_COMPANIONS else elsewhere)
        gains[at] = np.int32(in_units(total, refused[at] >= zero))
    for at in range(len(gains)):  # by itself, as writes to places far apart are not taken at once
        into[at, lane] = gains[at]


@compiled
def fill_bodies(settings: Longs, crew: Ints, gain: Singles, posts: Ints, into: Smalls) -> None:
    """Write the gains of posts with each set of traits and legal limits."""
    single, zero = np.float32, np.float32(0)
    for group in range(len(posts)):
        has, (bar, further) = np.int32(posts[group, POST.traits]), _halves(gates.long_at(posts[group], POST.legal_bars))
        youngest = gates.MINOR if gates.open_to_minors(posts, group) else gates.ADULT
        count, stated = part.count_bits(has), posts[group, POST.traits_stated] != 0
        step = single(ONE / count) if stated and count > 0 else zero
        fixed = zero if step > zero else single(ONE if stated else settings[SETTING.vacancy_silent])
        for lane in range(crew.shape[1]):
            done = part.count_bits(has & crew[PERSON.traits_done, lane])
            total = gain[part.TRAITS, lane] * (fixed + single(done) * step)
            barred = bar & crew[PERSON.legal_bars, lane] | further & crew[PERSON.legal_bars + 1, lane]
            shut = (barred | crew[PERSON.excluded_traits, lane] & has) != 0
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
