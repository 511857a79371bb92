# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""What each group of equal posts gains sixteen labourers, compiled.

The parts and gates of ``kernel_parts`` and ``kernel_gates``, for a group and sixteen labourers at once: every array of
theirs has a lane for each as its last dimension. Loops over lanes are without branches and of a length the compiler
does not know (it would write them out lane by lane), so that all lanes take a step at once.
"""

import numpy as np

from matching import kernel_gates as gates
from matching import kernel_parts as part
from matching.codes import UNKNOWN
from matching.columns import Ints, Longs
from matching.compiled import compiled, inlined
from matching.index import Singles
from matching.kernel_gates import FAILS
from matching.layout import PERSON, POST, SETTING, SITE, World
from matching.params import ONE
from matching.tables import UNIDENTIFIED_CERTIFICATE

LANES = 16
"""Labourers searched for abreast: one vector of 32-bit numbers."""

CLOSED = -1e9

WEIGHT, SHARE, TOTAL_SHARE, OWN = part.PARTS, part.PARTS + 3, part.PARTS + 6, part.PARTS + 7
"""Rows of the labourers' own weights: of each part, summed over each score, of each score, summed over the scores."""

FAMILY_FACTS, SPARE = 5, 5
"""Rows kept for each trade family, and rows of room to work in."""

FINE = 36
"""Bits after the point of a share: enough for the share of so few traits to come out exactly."""


@inlined
def weighed(weight: int, value: int, silent: int) -> int:
    """Return what a part adds to the weighted sum of its score."""
    return weight * (silent if value == part.SILENT else value)


@compiled
def most(crew: Longs, column: int) -> int:
    """Return the greatest number of any lane in a column."""
    greatest = 0
    for lane in range(crew.shape[1]):
        greatest = max(greatest, crew[column, lane])
    return greatest


@compiled
def fill_families(world: World, person: Longs, lane: int, families: Longs) -> None:
    """Write for every trade family, the unknown one last: months in it, its rank among those wanted, the affinity of
    the skills with it, the level held in it, and whether it is refused."""
    settings, known = world.settings, len(world.family_affinity)
    for row in range(known + 1):
        trade, at = row if row < known else UNKNOWN, FAMILY_FACTS * row
        families[at, lane] = part.done_before(person, trade, settings)
        families[at + 1, lane] = part.trade_wanted(person, trade, settings)
        families[at + 2, lane] = part.nearest(person, PERSON.skill_trade, trade, world.family_affinity)
        families[at + 3, lane] = part.own_level(person, trade)
        families[at + 4, lane] = 1 if gates.trade_gate(person, trade) == FAILS else 0


@inlined
def _raise_to_occupation(crew: Longs, occupation: int, slots: int, affinity: Ints, best: Longs) -> None:
    """Raise the best affinity of each lane to that of its skills with an occupation."""
    if occupation >= 0:
        for slot in range(slots):
            for lane in range(len(best)):
                held = crew[PERSON.skill_occupation + slot, lane]
                best[lane] = max(best[lane], affinity[max(held, 0), occupation] if held >= 0 else -1)


@compiled
def fill_trades(
    world: World, crew: Longs, own: Longs, scale: Singles, families: Longs, spare: Longs, posts: Longs, into: Singles,
    first: Longs, second: Longs,
) -> None:  # fmt: skip
    """Write the gains of posts of each trade, level, occupation and certificate, and what they add to skill (first)
    and willingness (second)."""
    silent, one_below, single = (
        world.settings[SETTING.vacancy_silent],
        world.settings[SETTING.level_one_below],
        np.float32,
    )
    slots, known, best = most(crew, PERSON.skill_slots), len(world.family_affinity), spare[0]
    for group in range(len(posts)):
        trade, occupation = posts[group, POST.trade], posts[group, POST.occupation]
        required, papers = posts[group, POST.level_required], posts[group, POST.certificates_required]
        at, vague = FAMILY_FACTS * (trade if trade >= 0 else known), (trade < 0) & (occupation < 0)
        papers = papers & ~UNIDENTIFIED_CERTIFICATE
        for lane in range(len(best)):
            best[lane] = families[at + 2, lane]
        _raise_to_occupation(crew, occupation, slots, world.occupation_affinity, best)
        for lane in range(len(best)):
            unsaid = vague | ((crew[PERSON.skill_slots, lane] > 0) & (best[lane] < 0))
            skill = weighed(own[part.DONE_BEFORE, lane], families[at, lane], silent)
            skill += own[part.AFFINITY, lane] * (silent if unsaid else max(best[lane], 0))
            value = part.level(trade, required, families[at + 3, lane], one_below)
            skill += weighed(own[part.LEVEL, lane], value, silent)
            willing = weighed(own[part.TRADE_WANTED, lane], families[at + 1, lane], silent)
            lacks = papers & ~crew[PERSON.certificates, lane]
            closed = (families[at + 4, lane] == 1) | ((lacks != 0) & (crew[PERSON.certificates_stated, lane] == 1))
            first[group, lane], second[group, lane] = skill, willing
            gain = scale[0, lane] * single(skill) + scale[2, lane] * single(willing)
            into[group, lane] = single(CLOSED) if closed else gain


@inlined
def _lies_in(
    crew: Longs, sites: Longs, site: int, kind: int, place: int, worth: int, otherwise: int, into: Longs
) -> None:
    """Raise each lane to what a place they name is worth, if the site lies in it. ``kind`` and ``place`` are columns
    of theirs (−1: a locality); a locality is worth one number, any other kind another."""
    township, county, city = sites[site, SITE.township], sites[site, SITE.county], sites[site, SITE.city]
    province, regions = sites[site, SITE.province], sites[site, SITE.regions]
    for lane in range(into.shape[0]):
        named, its_kind = crew[place, lane], gates.LOCALITY
        if kind >= 0:
            its_kind = crew[kind, lane]
        lies = gates.lies_in(
            its_kind, named, crew[PERSON.home_county, lane], crew[PERSON.home_city, lane],
            crew[PERSON.home_province, lane], township, county, city, province, regions,
        )  # fmt: skip
        value = worth if its_kind == gates.LOCALITY else otherwise
        into[lane] = max(into[lane], value if lies & (its_kind != gates.NO_KIND) & ((kind >= 0) | (named > 0)) else -1)


@compiled
def fill_places(
    world: World, crew: Longs, own: Longs, scale: Singles, spare: Longs, posts: Longs, sites: Longs, into: Singles,
    first: Longs,
) -> None:  # fmt: skip
    """Write the gains of posts in each place, and what they add to location; companions are added site by site."""
    settings, near, single = world.settings, world.settings[SETTING.same_city], np.float32
    silent, wishes = settings[SETTING.vacancy_silent], most(crew, PERSON.wish_slots)
    refusals, returns = most(crew, PERSON.excluded_slots), most(crew, PERSON.return_slots)
    refused, rank, back, city_of, door = spare[0], spare[1], spare[2], spare[3], spare[4]
    nearness = world.nearness
    for lane in range(len(city_of)):
        together = crew[PERSON.companion_site, lane]
        own_city = crew[PERSON.companion_city, lane]
        city_of[lane] = world.sites[together, SITE.city] if own_city == 0 and together >= 0 else own_city
    for group in range(len(posts)):
        county, city, province = sites[group, SITE.county], sites[group, SITE.city], sites[group, SITE.province]
        at_home, zone, unnamed = posts[group, POST.work_at_home] == 1, sites[group, SITE.zone], county <= 0
        refused[:], rank[:], back[:] = -1, -1 if unnamed else 0, -1 if unnamed else 0
        for slot in range(refusals):
            _lies_in(crew, sites, group, PERSON.excluded_kind + slot, PERSON.excluded_place + slot, 1, 1, refused)
        for slot in range(wishes):
            worth, otherwise = settings[SETTING.place_ranks + slot], settings[SETTING.place_class]
            _lies_in(crew, sites, group, PERSON.wish_kind + slot, PERSON.wish_place + slot, worth, otherwise, rank)
        for slot in range(returns):
            _lies_in(crew, sites, group, -1, PERSON.return_place + slot, ONE, ONE, back)
        for lane in range(len(door)):
            home = crew[PERSON.home_zone, lane]
            door[lane] = part.SILENT if home < 0 or zone < 0 else nearness[home, zone]
            door[lane] = settings[SETTING.nearest_door] if at_home else door[lane]
        for lane in range(len(rank)):
            alone = (crew[PERSON.companion_site, lane] < 0) & (crew[PERSON.companion_city, lane] == 0)
            elsewhere = part.SILENT if city == 0 else near if city == city_of[lane] else 0
            location = weighed(own[part.PLACE_RANK, lane], rank[lane], silent)
            location += weighed(own[part.DOOR, lane], door[lane], silent)
            location += weighed(own[part.WOULD_RETURN, lane], back[lane], silent)
            companions = weighed(own[part.COMPANIONS, lane], ONE if alone else elsewhere, silent)
            inside = gates.reaches_to(
                crew[PERSON.scope, lane], crew[PERSON.home_county, lane], crew[PERSON.home_province, lane], at_home,
                county, province,
            )  # fmt: skip
            first[group, lane] = location
            gain = scale[1, lane] * single(location) + scale[2, lane] * single(companions)
            into[group, lane] = gain if inside & (refused[lane] < 0) else single(CLOSED)


@compiled
def fill_bodies(
    settings: Longs, crew: Longs, own: Longs, scale: Singles, posts: Longs, into: Singles, first: Longs
) -> None:
    """Write the gains of posts with each set of traits and legal limits, and what they add to skill."""
    silent, single = settings[SETTING.vacancy_silent], np.float32
    for group in range(len(posts)):
        has, bars = posts[group, POST.traits], posts[group, POST.legal_bars]
        youngest = gates.MINOR if gates.open_to_minors(posts, group) else gates.ADULT
        count, stated = part.count_bits(has), posts[group, POST.traits_stated] != 0
        step = -(-(ONE << FINE) // count) if stated and count > 0 else 0
        fixed = 0 if step > 0 else ONE if stated else silent
        for lane in range(crew.shape[1]):
            done = part.count_bits(has & crew[PERSON.traits_done, lane])
            skill = own[part.TRAITS, lane] * (fixed + (done * step >> FINE))
            shut = (crew[PERSON.legal_bars, lane] & bars) | (crew[PERSON.excluded_traits, lane] & has)
            age = crew[PERSON.age_class, lane]
            closed = (shut != 0) | ((age != gates.ADULT) & (age != youngest))
            first[group, lane] = skill
            into[group, lane] = single(CLOSED) if closed else scale[0, lane] * single(skill)


@inlined
def nothing_left(offer: int, refused: int) -> bool:
    """Tell whether all that is offered is refused."""
    return (refused != 0) & (offer != 0) & (offer & ~refused == 0)


@compiled
def fill_terms(
    settings: Longs, crew: Longs, own: Longs, scale: Singles, posts: Longs, into: Singles, first: Longs
) -> None:
    """Write the gains of posts with each choice of shifts and lodging, and what they add to willingness."""
    silent, single = settings[SETTING.vacancy_silent], np.float32
    second_shift, second_lodging = settings[SETTING.shift_acceptable], settings[SETTING.lodging_acceptable]
    for group in range(len(posts)):
        shifts, lodgings = posts[group, POST.shifts], posts[group, POST.lodging]
        for lane in range(crew.shape[1]):
            shift = part.offered(
                shifts, crew[PERSON.shift_wanted, lane], crew[PERSON.shift_acceptable, lane], second_shift
            )
            lodging = part.offered(
                lodgings, crew[PERSON.lodging_wanted, lane], crew[PERSON.lodging_acceptable, lane], second_lodging
            )
            willing = weighed(own[part.SHIFT, lane], shift, silent) + weighed(own[part.LODGING, lane], lodging, silent)
            needed = crew[PERSON.lodging_needed, lane]
            closed = nothing_left(shifts, crew[PERSON.excluded_shifts, lane])
            closed |= (needed != 0) & (lodgings != 0) & (needed & lodgings == 0)
            first[group, lane] = willing
            into[group, lane] = single(CLOSED) if closed else scale[2, lane] * single(willing)


@compiled
def fill_extras(
    settings: Longs, crew: Longs, own: Longs, scale: Singles, posts: Longs, into: Singles, first: Longs
) -> None:
    """Write the gains of posts with each choice of contracts and meals, and what they add to willingness."""
    silent, single = settings[SETTING.vacancy_silent], np.float32
    for group in range(len(posts)):
        offer, contracts = posts[group, POST.meals], posts[group, POST.contracts]
        for lane in range(crew.shape[1]):
            meals = part.offered(offer, crew[PERSON.meals_wanted, lane], 0, 0)
            contract = part.offered(contracts, crew[PERSON.contract_wanted, lane], 0, 0)
            willing = weighed(own[part.MEALS, lane], meals, silent)
            willing += weighed(own[part.CONTRACT, lane], contract, silent)
            closed = nothing_left(contracts, crew[PERSON.excluded_contracts, lane])
            first[group, lane] = willing
            into[group, lane] = single(CLOSED) if closed else scale[2, lane] * single(willing)
