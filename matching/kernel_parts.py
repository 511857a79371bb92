# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""The parts of the scores, compiled: the same values as ``skills`` and ``scoring``, one pair at a time.

A person is a row of ``World.people``; a post and a site are row numbers. A part that is not known is SILENT.
"""

import numpy as np

from matching.codes import SCORE_PARTS, Part, Score, Trait
from matching.columns import Ints, Longs, Whole
from matching.compiled import inlined
from matching.kernel_gates import LOCALITY, NO_KIND, site_lies_in, try_gates
from matching.layout import PERSON, POST, SETTING, SITE, World
from matching.params import ONE
from matching.scoring import DAYS_A_MONTH, WEEKS_A_YEAR

SILENT = -1
NO_COMPANIONS = -1
"""City of companions of whom nothing is known."""

RANKS, PARTS = 3, len(Part)
FIRST_LOCATION = int(SCORE_PARTS[Score.LOCATION][0])
FIRST_WILLINGNESS = int(SCORE_PARTS[Score.WILLINGNESS][0])

TRAIT_SHARES = np.array(
    [[ONE if has == 0 else done * ONE // has for has in range(len(Trait) + 1)] for done in range(len(Trait) + 1)]
)
"""Value by how many traits were done before, of how many."""

DONE_BEFORE, AFFINITY, LEVEL, TRAITS = int(Part.DONE_BEFORE), int(Part.AFFINITY), int(Part.LEVEL), int(Part.TRAITS)
PLACE_RANK, TOWNSFOLK, DOOR, WOULD_RETURN = (
    int(Part.PLACE_RANK), int(Part.TOWNSFOLK), int(Part.DOOR_TO_DOOR), int(Part.WOULD_RETURN),
)  # fmt: skip
(
    NET_MONTH, NET_HOUR, HOURS, LODGING, SHIFT, TRADE_WANTED, COMPANIONS, FIRST_CASH, LENGTH, MEALS, CONTRACT,
) = (
    int(Part.NET_MONTH), int(Part.NET_HOUR), int(Part.HOURS), int(Part.LODGING), int(Part.SHIFT),
    int(Part.TRADE_WANTED), int(Part.COMPANIONS), int(Part.FIRST_CASH), int(Part.LENGTH), int(Part.MEALS),
    int(Part.CONTRACT),
)  # fmt: skip


@inlined
def done_before(person: Ints, trade: int, settings: Longs) -> int:
    """Months in a trade family."""
    known, unsaid = 0, False
    if trade < 0:
        return SILENT
    for slot in range(person[PERSON.skill_slots]):
        if person[PERSON.skill_trade + slot] == trade:
            months = person[PERSON.skill_months + slot]
            known += max(months, 0)
            unsaid = unsaid or months < 0
    if unsaid and known == 0:
        return SILENT
    full = settings[SETTING.months_full_trade] if person[PERSON.skilled] == 1 else settings[SETTING.months_full_general]
    return min(known, full) * ONE // full


@inlined
def nearest(person: Ints, own: int, offered_kind: int, table: Ints) -> int:
    """Return the best affinity of a person's skills, columns from ``own`` on, with a trade or occupation; −1: none."""
    best = -1
    if offered_kind >= 0:
        for slot in range(person[PERSON.skill_slots]):
            if person[own + slot] >= 0:
                best = max(best, table[person[own + slot], offered_kind])
    return best


@inlined
def affinity(trade: int, occupation: int, skilled: bool, best: int) -> int:
    """Best affinity of any skill, once it has been compared."""
    if trade < 0 and occupation < 0:
        return SILENT
    return SILENT if skilled and best < 0 else max(best, 0)


@inlined
def own_level(person: Ints, trade: int) -> int:
    """Return the highest level held in a trade family, 0 if none."""
    own = 0
    for slot in range(person[PERSON.skill_slots]):
        if trade >= 0 and person[PERSON.skill_trade + slot] == trade:
            own = max(own, person[PERSON.skill_level + slot])
    return own


@inlined
def level(trade: int, required: int, own: int, one_below: int) -> int:
    """Required level met, one below, or neither; without branches."""
    short = one_below if (own >= 1) & (own == required - 1) else 0
    unmet = SILENT if trade < 0 else short
    return ONE if (required == 0) | ((trade >= 0) & (own >= required)) else unmet


@inlined
def count_bits(bits: Whole) -> Whole:
    """Count the bits set in a mask of at most sixteen."""
    bits = bits - ((bits >> 1) & 0x5555)
    bits = (bits & 0x3333) + ((bits >> 2) & 0x3333)
    bits = (bits + (bits >> 4)) & 0x0F0F
    return (bits + (bits >> 8)) & 0x1F


@inlined
def traits(person: Ints, posts: Ints, post: int) -> int:
    """Share of the post's traits done before."""
    has = posts[post, POST.traits]
    if posts[post, POST.traits_stated] == 0:
        return SILENT
    return TRAIT_SHARES[count_bits(has & person[PERSON.traits_done]), count_bits(has)]


@inlined
def place_rank(person: Ints, sites: Ints, site: int, settings: Longs) -> int:
    """Best wish the site fits."""
    best = SILENT
    for rank in range(person[PERSON.wish_slots]):
        kind = person[PERSON.wish_kind + rank]
        if kind != NO_KIND and site_lies_in(kind, person[PERSON.wish_place + rank], person, sites, site):
            named = kind == LOCALITY
            best = max(best, settings[SETTING.place_ranks + rank] if named else settings[SETTING.place_class])
    return 0 if best < 0 and sites[site, SITE.county] > 0 else best


@inlined
def townsfolk_here(person: Ints, site: int, table: Ints) -> int:
    """Count the people of the labourer's township at a site."""
    low, high = person[PERSON.townsfolk_first], person[PERSON.townsfolk_last]
    while low < high:
        middle = (low + high) // 2
        if table[middle, 0] < site:
            low = middle + 1
        else:
            high = middle
    return table[low, 1] if low < person[PERSON.townsfolk_last] and table[low, 0] == site else 0


@inlined
def door_to_door(person: Ints, posts: Ints, post: int, sites: Ints, site: int, nearness: Ints, settings: Longs) -> int:
    """Nearness, by travel time."""
    if posts[post, POST.work_at_home] == 1:
        return settings[SETTING.nearest_door]
    if person[PERSON.home_zone] < 0 or sites[site, SITE.zone] < 0:
        return SILENT
    return nearness[person[PERSON.home_zone], sites[site, SITE.zone]]


@inlined
def would_return(person: Ints, sites: Ints, site: int) -> int:
    """Whether the person said they would go back there."""
    for slot in range(person[PERSON.return_slots]):
        place = person[PERSON.return_place + slot]
        if place > 0 and site_lies_in(LOCALITY, place, person, sites, site):
            return ONE
    return 0 if sites[site, SITE.county] > 0 else SILENT


@inlined
def above(net: int, yardstick: int, settings: Longs) -> int:
    """How far pay lies above a yardstick."""
    if net < 0 or yardstick <= 0:
        return SILENT
    return min(max(net - yardstick, 0) * 1_000 * ONE // (yardstick * settings[SETTING.pay_span]), ONE)


@inlined
def month_yardstick(person: Ints, median: int) -> int:
    """Return the own floor, else the trade's median; yuan a month."""
    return person[PERSON.net_floor] if person[PERSON.net_floor] >= 0 else median


@inlined
def hour_yardstick(person: Ints, median: int) -> int:
    """Return the own floor over the own most hours, else the trade's median; fen an hour."""
    floor, hours = person[PERSON.net_floor], person[PERSON.hours_max]
    return floor * 100 * 12 * 10 // (WEEKS_A_YEAR * hours) if floor >= 0 and hours >= 0 else median


@inlined
def hours(person: Ints, least: int, most: int, settings: Longs) -> int:
    """Closeness of a range of hours a week (of one post: a point) to the labourer's own."""
    low, high = person[PERSON.hours_min], person[PERSON.hours_max]
    short = max(low - most, 0) if low >= 0 else 0
    over = max(least - high, 0) if high >= 0 else 0
    return max(ONE - settings[SETTING.hours_step] * (short + over) // 10, 0)


@inlined
def offered(offer: int, wanted: int, acceptable: int, acceptable_value: int) -> int:
    """Wanted, acceptable or neither; without branches."""
    second = acceptable_value if offer & acceptable != 0 else 0
    value = ONE if offer & wanted != 0 else second
    return SILENT if offer == 0 else value


@inlined
def lodging(person: Ints, posts: Ints, post: int, settings: Longs) -> int:
    """Lodging wanted, acceptable or neither."""
    wanted, acceptable = person[PERSON.lodging_wanted], person[PERSON.lodging_acceptable]
    return offered(posts[post, POST.lodging], wanted, acceptable, settings[SETTING.lodging_acceptable])


@inlined
def shift(person: Ints, posts: Ints, post: int, settings: Longs) -> int:
    """Shift wanted, acceptable or neither."""
    wanted, acceptable = person[PERSON.shift_wanted], person[PERSON.shift_acceptable]
    return offered(posts[post, POST.shifts], wanted, acceptable, settings[SETTING.shift_acceptable])


@inlined
def trade_wanted(person: Ints, trade: int, settings: Longs) -> int:
    """Rank of the trade among those wanted."""
    if trade < 0:
        return SILENT
    for rank in range(RANKS):
        if person[PERSON.wanted_trades + rank] == trade:
            return settings[SETTING.trade_ranks + rank]
    return 0


@inlined
def companions_city(person: Ints, sites: Ints) -> int:
    """Return the city the companions are in, 0 if none is known."""
    city, site = person[PERSON.companion_city], person[PERSON.companion_site]
    return sites[site, SITE.city] if city == 0 and site >= 0 else city


@inlined
def companions_elsewhere(person: Ints, sites: Ints, site: int, settings: Longs) -> int:
    """Whether companions who are somewhere are in the same city."""
    city = sites[site, SITE.city]
    if city == 0:
        return SILENT
    return settings[SETTING.same_city] if city == companions_city(person, sites) else 0


@inlined
def companions(person: Ints, sites: Ints, site: int, settings: Longs) -> int:
    """Whether companions are, or could be, at the same site or in the same city."""
    near, party = settings[SETTING.same_city], person[PERSON.party_size]
    if person[PERSON.companion_site] < 0 and person[PERSON.companion_city] == 0:
        if sites[site, SITE.openings] >= party:
            return ONE
        return near if sites[site, SITE.city_openings] >= party else 0
    if person[PERSON.companion_site] == site:
        return ONE
    return companions_elsewhere(person, sites, site, settings)


@inlined
def first_cash(days: int, settings: Longs) -> int:
    """How soon the first cash comes."""
    if days < 0:
        return SILENT
    span = settings[SETTING.cash_days_zero] - settings[SETTING.cash_days_full]
    return min(max(settings[SETTING.cash_days_zero] - days, 0), span) * ONE // span


@inlined
def length(person: Ints, months: int, first: int, settings: Longs) -> int:
    """Share of the wanted time that is covered."""
    if months < 0:
        return SILENT
    wanted, can_from, delay = person[PERSON.months_wanted] * DAYS_A_MONTH, person[PERSON.available_from], 0
    if can_from >= 0 and first >= 0:
        delay = max(first - max(can_from, settings[SETTING.as_of]), 0)
    return max(min(wanted - delay, months * DAYS_A_MONTH), 0) * ONE // max(wanted, 1)


@inlined
def fill_parts(world: World, person: Ints, post: int, parts: Longs) -> None:
    """Write the value of every part of a pair, SILENT where it is not known."""
    posts, sites, settings = world.posts, world.sites, world.settings
    site, full = posts[post, POST.site], settings[SETTING.townsfolk_full]
    trade, occupation = posts[post, POST.trade], posts[post, POST.occupation]
    best = max(
        nearest(person, PERSON.skill_trade, trade, world.family_affinity),
        nearest(person, PERSON.skill_occupation, occupation, world.occupation_affinity),
    )
    parts[DONE_BEFORE] = done_before(person, trade, settings)
    parts[AFFINITY] = affinity(trade, occupation, person[PERSON.skill_slots] > 0, best)
    required, one_below = posts[post, POST.level_required], settings[SETTING.level_one_below]
    parts[LEVEL] = level(trade, required, own_level(person, trade), one_below)
    parts[TRAITS] = traits(person, posts, post)
    parts[PLACE_RANK] = place_rank(person, sites, site, settings)
    parts[TOWNSFOLK] = min(townsfolk_here(person, site, world.townsfolk), full) * ONE // full
    parts[DOOR] = door_to_door(person, posts, post, sites, site, world.nearness, settings)
    parts[WOULD_RETURN] = would_return(person, sites, site)
    month, hour = posts[post, POST.median_net_month], posts[post, POST.median_net_hour]
    parts[NET_MONTH] = above(posts[post, POST.net_month], month_yardstick(person, month), settings)
    parts[NET_HOUR] = above(posts[post, POST.net_hour], hour_yardstick(person, hour), settings)
    week = posts[post, POST.hours_week]
    parts[HOURS] = hours(person, week, week, settings) if week >= 0 else SILENT
    parts[LODGING] = lodging(person, posts, post, settings)
    parts[SHIFT] = shift(person, posts, post, settings)
    parts[TRADE_WANTED] = trade_wanted(person, trade, settings)
    parts[COMPANIONS] = companions(person, sites, site, settings)
    parts[FIRST_CASH] = first_cash(posts[post, POST.first_pay_days], settings)
    parts[LENGTH] = length(person, posts[post, POST.months], posts[post, POST.starts_from], settings)
    parts[MEALS] = offered(posts[post, POST.meals], person[PERSON.meals_wanted], 0, 0)
    parts[CONTRACT] = offered(posts[post, POST.contracts], person[PERSON.contract_wanted], 0, 0)


@inlined
def _mean(parts: Longs, weights: Longs, labourer: int, first: int, last: int, silent_value: int) -> int:
    total, weight = 0, 0
    for part in range(first, last):
        value = silent_value if parts[part] == SILENT else parts[part]
        total += weights[labourer, part] * value
        weight += weights[labourer, part]
    return total // weight if weight > 0 else 0


@inlined
def score(world: World, labourer: int, person: Ints, post: int, parts: Longs) -> tuple[int, int, int, int]:
    """Return overall, skill, location, willingness of a pair; ``parts`` is overwritten."""
    fill_parts(world, person, post, parts)
    weights, shares, silent = world.weights, world.score_weights, world.settings[SETTING.vacancy_silent]
    skill = _mean(parts, weights, labourer, 0, FIRST_LOCATION, silent)
    location = _mean(parts, weights, labourer, FIRST_LOCATION, FIRST_WILLINGNESS, silent)
    willing = _mean(parts, weights, labourer, FIRST_WILLINGNESS, PARTS, silent)
    total = shares[labourer, 0] + shares[labourer, 1] + shares[labourer, 2]
    weighed = shares[labourer, 0] * skill + shares[labourer, 1] * location + shares[labourer, 2] * willing
    return weighed // total if total > 0 else 0, skill, location, willing


@inlined
def unknown_parts(weights: Longs, labourer: int, parts: Longs) -> int:
    """Return the bits of the parts that count but are not known."""
    bits = 0
    for part in range(PARTS):
        if weights[labourer, part] > 0 and parts[part] == SILENT:
            bits |= 1 << part
    return bits


@inlined
def eligible(world: World, person: Ints, post: int) -> tuple[bool, int]:
    """Tell whether a pair passes every gate, and the bits of those that met an unknown."""
    posts = world.posts
    return try_gates(person, posts, post, world.sites, posts[post, POST.site], world.settings)
