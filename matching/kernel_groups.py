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

SPARE = 4
"""Rows of room to work in."""

LOWER_OFFER = (1 << record.OFFER_BITS) - 1
"""Bits of lodging in terms, and of meals in extras."""

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


@inlined
def _affinity_with(crew: Ints, occupation: int, slots: int, affinity: Ints, best: Singles) -> None:
    """Write the best affinity of each lane's skills with an occupation, −1 if there is none."""
    best[:] = UNKNOWN
    if occupation >= 0:
        for slot in range(slots):
            for lane in range(len(best)):
                held = crew[PERSON.skill_occupation + slot, lane]
                value = affinity[max(held, 0), occupation] if held >= 0 else UNKNOWN
                best[lane] = max(best[lane], np.float32(value))


@compiled
def fill_trades(
    world: World, crew: Ints, masks: Longs, gain: Singles, families: Singles, spare: Singles, posts: Ints, into: Smalls
) -> None:
    """Write the gains of posts of each trade, occupation, level and certificate."""
    single, one, zero = np.float32, np.float32(ONE), np.float32(0)
    silent, one_below = single(world.settings[SETTING.vacancy_silent]), single(world.settings[SETTING.level_one_below])
    slots, known, best, last = most(crew, PERSON.skill_slots), len(world.family_affinity), spare[0], UNKNOWN - 1
    for group in range(len(posts)):
        trade, occupation = posts[group, POST.trade], posts[group, POST.occupation]
        required, papers = posts[group, POST.level_required], gates.long_at(posts[group], POST.certificates_required)
        at, vague = FAMILY_FACTS * (trade if trade >= 0 else known), (trade < 0) & (occupation < 0)
        papers, level = papers & ~UNIDENTIFIED_CERTIFICATE, single(required)
        done, wanted, nearest = families[at + DONE], families[at + WANTED], families[at + NEAREST]
        held, refused = families[at + HELD], families[at + REFUSED]
        unmet = silent if trade < 0 else zero
        if occupation != last:
            _affinity_with(crew, occupation, slots, world.occupation_affinity, best)
            last = occupation
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


@inlined
def _lies_in(
    crew: Ints, sites: Ints, site: int, kind: int, place: int, worth: np.float32, otherwise: np.float32, into: Singles
) -> None:
    """Raise each lane to what a place they name is worth, if the site lies in it. ``kind`` and ``place`` are columns
    of theirs (−1: a locality); a locality is worth one number, any other kind another."""
    township, county = np.int32(sites[site, SITE.township]), np.int32(sites[site, SITE.county])
    city, province = np.int32(sites[site, SITE.city]), np.int32(sites[site, SITE.province])
    regions = np.int32(sites[site, SITE.regions])
    for lane in range(into.shape[0]):
        named, its_kind = crew[place, lane], gates.LOCALITY
        if kind >= 0:
            its_kind = crew[kind, lane]
        lies = gates.lies_in(
            its_kind, named, crew[PERSON.home_county, lane], crew[PERSON.home_city, lane],
            crew[PERSON.home_province, lane], township, county, city, province, regions,
        )  # fmt: skip
        value = worth if its_kind == gates.LOCALITY else otherwise
        counts = lies & (its_kind != gates.NO_KIND) & ((kind >= 0) | (named > 0))
        into[lane] = max(into[lane], value if counts else np.float32(UNKNOWN))


@inlined
def _fill_door(world: World, crew: Ints, zone: int, at_home: bool, silent: np.float32, door: Singles) -> None:
    """Write the value of the way from each lane's home to a zone."""
    nearness, nearest = world.nearness, np.float32(world.settings[SETTING.nearest_door])
    for lane in range(len(door)):
        home = crew[PERSON.home_zone, lane]
        known = nearness[home, zone] if (home >= 0) & (zone >= 0) else part.SILENT
        door[lane] = nearest if at_home else silent if known == part.SILENT else np.float32(known)


@compiled
def fill_places(
    world: World, crew: Ints, gain: Singles, spare: Singles, posts: Ints, sites: Ints, into: Smalls
) -> None:
    """Write the gains of posts in each place, companions as if there were room for all."""
    settings, single, one, zero = world.settings, np.float32, np.float32(ONE), np.float32(0)
    silent, near = single(settings[SETTING.vacancy_silent]), single(settings[SETTING.same_city])
    wishes, refusals = most(crew, PERSON.wish_slots), most(crew, PERSON.excluded_slots)
    returns, refused, rank, back, door = most(crew, PERSON.return_slots), spare[0], spare[1], spare[2], spare[3]
    otherwise = single(settings[SETTING.place_class])
    for group in range(len(posts)):
        county, city = np.int32(sites[group, SITE.county]), np.int32(sites[group, SITE.city])
        province = np.int32(sites[group, SITE.province])
        at_home, unnamed = posts[group, POST.work_at_home] == 1, single(UNKNOWN) if county <= 0 else zero
        refused[:], rank[:], back[:] = UNKNOWN, unnamed, unnamed
        for slot in range(refusals):
            _lies_in(crew, sites, group, PERSON.excluded_kind + slot, PERSON.excluded_place + slot, one, one, refused)
        for slot in range(wishes):
            worth = single(settings[SETTING.place_ranks + slot])
            _lies_in(crew, sites, group, PERSON.wish_kind + slot, PERSON.wish_place + slot, worth, otherwise, rank)
        for slot in range(returns):
            _lies_in(crew, sites, group, -1, PERSON.return_place + slot, one, one, back)
        _fill_door(world, crew, sites[group, SITE.zone], at_home, silent, door)
        for lane in range(len(rank)):
            total = gain[part.PLACE_RANK, lane] * (rank[lane] if rank[lane] >= zero else silent)
            total += gain[part.DOOR, lane] * door[lane]
            total += gain[part.WOULD_RETURN, lane] * (back[lane] if back[lane] >= zero else silent)
            together = crew[PERSON.companion_city, lane]
            elsewhere = silent if city == 0 else near if city == together else zero
            total += gain[part.COMPANIONS, lane] * (one if together == part.NO_COMPANIONS else elsewhere)
            inside = gates.reaches_to(
                crew[PERSON.scope, lane], crew[PERSON.home_county, lane], crew[PERSON.home_province, lane], at_home,
                county, province,
            )  # fmt: skip
            into[group, lane] = np.int16(in_units(total, (not inside) | (refused[lane] >= zero)))


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
def fill_terms(settings: Longs, crew: Ints, gain: Singles, terms: Ints, into: Smalls) -> None:
    """Write the gains of posts with each choice of shifts and lodging."""
    silent = np.float32(settings[SETTING.vacancy_silent])
    second_shift = np.float32(settings[SETTING.shift_acceptable])
    second_lodging = np.float32(settings[SETTING.lodging_acceptable])
    for group in range(len(terms)):
        shifts, lodgings = np.int32(terms[group] >> record.OFFER_BITS), np.int32(terms[group] & LOWER_OFFER)
        for lane in range(crew.shape[1]):
            wanted, acceptable = crew[PERSON.shift_wanted, lane], crew[PERSON.shift_acceptable, lane]
            total = gain[part.SHIFT, lane] * _offered(shifts, wanted, acceptable, second_shift, silent)
            wanted, acceptable = crew[PERSON.lodging_wanted, lane], crew[PERSON.lodging_acceptable, lane]
            total += gain[part.LODGING, lane] * _offered(lodgings, wanted, acceptable, second_lodging, silent)
            needed = crew[PERSON.lodging_needed, lane]
            closed = (needed != 0) & (lodgings & (needed | record.UNSAID) == 0)
            closed |= _nothing_left(shifts, crew[PERSON.excluded_shifts, lane])
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
