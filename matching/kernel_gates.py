# mypy: disable-error-code="no-any-return"
# (an element of an array is Any to the type checker)
"""The gates, compiled: the same answers as ``eligibility``, one pair at a time.

A person is a row of ``World.people``; a post and a site are row numbers. A preference gate answers PASSES,
UNKNOWN_YET or FAILS.
"""

from typing import Any

import numpy as np

from matching.codes import (
    NIGHT_SHIFTS,
    OPEN_END,
    UNKNOWN,
    AgeClass,
    Answer,
    Gate,
    PlaceKind,
    Scope,
    Trait,
)
from matching.columns import Ints, Longs, Whole
from matching.compiled import inlined
from matching.layout import PERSON, POST, SETTING, SITE
from matching.tables import UNIDENTIFIED_CERTIFICATE

PASSES, UNKNOWN_YET, FAILS = 0, 1, 2

YES, NO = int(Answer.YES), int(Answer.NO)
ADULT, MINOR = int(AgeClass.ADULT), int(AgeClass.FROM_16_TO_17)
AT_HOME, HOME_COUNTY, OTHER_CITY, LEAVE_PROVINCE = (
    int(Scope.AT_HOME), int(Scope.HOME_COUNTY), int(Scope.OTHER_CITY), int(Scope.LEAVE_PROVINCE),
)  # fmt: skip
NIGHT, NIGHTS = int(Trait.NIGHT), int(NIGHT_SHIFTS)
NO_KIND, LOCALITY, REGION, OTHER_COUNTY, OTHER_TOWN, OTHER_PROVINCE, ANY = (
    int(PlaceKind.NONE), int(PlaceKind.LOCALITY), int(PlaceKind.REGION), int(PlaceKind.OTHER_COUNTY_IN_CITY),
    int(PlaceKind.OTHER_CITY_IN_PROVINCE), int(PlaceKind.OUT_OF_PROVINCE), int(PlaceKind.ANY),
)  # fmt: skip
DECLARATION, SCOPE, CONSENT, AGE, LEGAL_BAR, NOT_OPEN, NOT_VERIFIED, NO_OPENINGS, STANDING = (
    int(Gate.DECLARATION), int(Gate.SCOPE), int(Gate.CONSENT), int(Gate.AGE), int(Gate.LEGAL_BAR),
    int(Gate.VACANCY_NOT_OPEN), int(Gate.VACANCY_NOT_VERIFIED), int(Gate.NO_OPENINGS), int(Gate.EMPLOYER_STANDING),
)  # fmt: skip
PLACE, TRADE, CONDITION, LODGING, DATES, FLOOR, CERTIFICATE = (
    int(Gate.PLACE_EXCLUDED), int(Gate.TRADE_EXCLUDED), int(Gate.CONDITION_EXCLUDED), int(Gate.LODGING_NEEDED),
    int(Gate.DATES), int(Gate.NET_BELOW_FLOOR), int(Gate.CERTIFICATE),
)  # fmt: skip


@inlined
def long_at(row: Ints, column: int) -> int:
    """Return a number of 64 bits, which takes two columns."""
    return int(np.int64(row[column + 1]) << 32 | np.int64(row[column]) & 0xFFFFFFFF)


@inlined
def lies_in(
    kind: Whole, place: Whole, own_county: int, own_city: int, own_province: int, township: Whole, county: Whole,
    city: Whole, province: Whole, regions: Whole,
) -> bool:  # fmt: skip
    """Tell whether a site is known to lie in the place a kind and a code name; without branches."""
    named = (place == county) | (place == city) | (place == province) | (place == township)
    region = (regions >> min(max(place, 0), 30)) & 1 == 1
    towns_known = (city > 0) & (own_city > 0)
    other_county = towns_known & (city == own_city) & (county > 0) & (own_county > 0) & (county != own_county)
    provinces_known = (province > 0) & (own_province > 0)
    other_town = provinces_known & towns_known & (province == own_province) & (city != own_city)
    found: Any = ((kind == LOCALITY) & named) | ((kind == REGION) & region) | ((kind == OTHER_COUNTY) & other_county)
    found |= ((kind == OTHER_TOWN) & other_town) | (kind == ANY)
    return found | ((kind == OTHER_PROVINCE) & provinces_known & (province != own_province))


@inlined
def site_lies_in(kind: int, place: int, person: Ints, sites: Ints, site: int) -> bool:
    """Tell whether a site is known to lie in the place a kind and a code name."""
    return lies_in(
        kind, place, person[PERSON.home_county], person[PERSON.home_city], person[PERSON.home_province],
        sites[site, SITE.township], sites[site, SITE.county], sites[site, SITE.city], sites[site, SITE.province],
        sites[site, SITE.regions],
    )  # fmt: skip


@inlined
def passes_alone(person: Ints, settings: Longs) -> int:
    """Return the first gate a labourer fails whatever the vacancy, or 0."""
    today = settings[SETTING.as_of]
    declared, until = person[PERSON.declared_on], person[PERSON.declaration_until]
    if declared < 0 or until < 0 or declared > today or until < today:
        return DECLARATION
    return 0 if person[PERSON.consent] == YES else CONSENT


@inlined
def reaches_to(
    scope: Whole, own_county: Whole, own_province: Whole, at_home: bool, county: Whole, province: Whole
) -> bool:
    """Tell whether a declaration of some scope reaches as far as a post; without branches."""
    found: Any = (scope == LEAVE_PROVINCE) | ((scope >= AT_HOME) & at_home)
    found |= (scope >= HOME_COUNTY) & (county > 0) & (county == own_county)
    return found | ((scope >= OTHER_CITY) & (province > 0) & (province == own_province))


@inlined
def in_scope(person: Ints, posts: Ints, post: int, sites: Ints, site: int) -> bool:
    """Tell whether the declaration reaches as far as the site."""
    return reaches_to(
        person[PERSON.scope], person[PERSON.home_county], person[PERSON.home_province],
        posts[post, POST.work_at_home] == 1, sites[site, SITE.county], sites[site, SITE.province],
    )  # fmt: skip


@inlined
def open_to_minors(posts: Ints, post: int) -> bool:
    """Tell whether the age law leaves the post open to people of 16 and 17."""
    night = posts[post, POST.traits] & NIGHT != 0 or posts[post, POST.shifts] & NIGHTS != 0
    return not night and posts[post, POST.adults_only] == NO


@inlined
def old_enough(person: Ints, posts: Ints, post: int) -> bool:
    """Tell whether the age law allows the post."""
    age = person[PERSON.age_class]
    return age == ADULT or (age == MINOR and open_to_minors(posts, post))


@inlined
def barred(person: Ints, posts: Ints, post: int) -> bool:
    """Tell whether the law closes this kind of post to the person."""
    return long_at(person, PERSON.legal_bars) & long_at(posts[post], POST.legal_bars) != 0


@inlined
def listed(posts: Ints, post: int) -> int:
    """Return the first gate a vacancy fails whoever the labourer, or 0."""
    if posts[post, POST.open] != YES:
        return NOT_OPEN
    if posts[post, POST.verified] != YES:
        return NOT_VERIFIED
    if posts[post, POST.openings_free] < 1:
        return NO_OPENINGS
    return 0 if posts[post, POST.employer_in_standing] == YES else STANDING


@inlined
def place_gate(person: Ints, sites: Ints, site: int) -> int:
    """Try the places the labourer does not go to."""
    slots = person[PERSON.excluded_slots]
    for slot in range(slots):
        kind = person[PERSON.excluded_kind + slot]
        if kind != NO_KIND and site_lies_in(kind, person[PERSON.excluded_place + slot], person, sites, site):
            return FAILS
    return UNKNOWN_YET if slots > 0 and sites[site, SITE.county] == 0 else PASSES


@inlined
def trade_gate(person: Ints, trade: int) -> int:
    """Try the trades the labourer does not do."""
    excluded = long_at(person, PERSON.excluded_trades)
    if excluded == 0:
        return PASSES
    if trade < 0:
        return UNKNOWN_YET
    return FAILS if (excluded >> trade) & 1 else PASSES


@inlined
def _offer_gate(refused: int, offered: int) -> int:
    """Try a choice offered against what is refused: it fails if nothing else is left."""
    if refused == 0:
        return PASSES
    if offered == 0:
        return UNKNOWN_YET
    return FAILS if offered & ~refused == 0 else PASSES


@inlined
def trait_gate(person: Ints, posts: Ints, post: int) -> int:
    """Try the traits the labourer does not accept; it counts as a condition."""
    excluded = person[PERSON.excluded_traits]
    if excluded & posts[post, POST.traits] != 0:
        return FAILS
    return UNKNOWN_YET if excluded & ~posts[post, POST.traits_stated] != 0 else PASSES


@inlined
def shift_gate(person: Ints, posts: Ints, post: int) -> int:
    """Try the shifts the labourer does not accept; it counts as a condition."""
    return _offer_gate(person[PERSON.excluded_shifts], posts[post, POST.shifts])


@inlined
def contract_gate(person: Ints, posts: Ints, post: int) -> int:
    """Try the contracts the labourer does not accept; it counts as a condition."""
    return _offer_gate(person[PERSON.excluded_contracts], posts[post, POST.contracts])


@inlined
def lodging_gate(person: Ints, posts: Ints, post: int) -> int:
    """Try the lodging the labourer needs."""
    needed, offered = person[PERSON.lodging_needed], posts[post, POST.lodging]
    if needed == 0:
        return PASSES
    if offered == 0:
        return UNKNOWN_YET
    return FAILS if needed & offered == 0 else PASSES


@inlined
def dates_gate(person: Ints, posts: Ints, post: int, settings: Longs) -> int:
    """Try whether the days on which both can start overlap."""
    can_from, can_until = person[PERSON.available_from], person[PERSON.available_until]
    first, last = posts[post, POST.starts_from], posts[post, POST.starts_until]
    if can_from >= 0 and last >= 0 and can_from > last:
        return FAILS
    if can_until >= 0 and first >= 0 and can_until < first:
        return FAILS
    if can_from > settings[SETTING.as_of] and last < 0:
        return UNKNOWN_YET
    return UNKNOWN_YET if can_until >= 0 and can_until != OPEN_END and first < 0 else PASSES


@inlined
def floor_gate(person: Ints, posts: Ints, post: int) -> int:
    """Try net pay against the labourer's own floor."""
    floor, net = person[PERSON.net_floor], posts[post, POST.net_month]
    if floor < 0:
        return PASSES
    if net == UNKNOWN:
        return UNKNOWN_YET
    return FAILS if net < floor else PASSES


@inlined
def certificate_gate(person: Ints, posts: Ints, post: int) -> int:
    """Try the certificates the post needs."""
    required = long_at(posts[post], POST.certificates_required)
    lacks = required & ~UNIDENTIFIED_CERTIFICATE & ~long_at(person, PERSON.certificates) != 0
    if lacks and person[PERSON.certificates_stated] == 1:
        return FAILS
    return UNKNOWN_YET if lacks or required & UNIDENTIFIED_CERTIFICATE != 0 else PASSES


@inlined
def try_gates(person: Ints, posts: Ints, post: int, sites: Ints, site: int, settings: Longs) -> tuple[bool, int]:
    """Return whether every gate passes, and the bits of the gates that met an unknown."""
    if passes_alone(person, settings) != 0 or listed(posts, post) != 0:
        return False, 0
    if not in_scope(person, posts, post, sites, site):
        return False, 0
    if not old_enough(person, posts, post) or barred(person, posts, post):
        return False, 0
    condition = max(
        trait_gate(person, posts, post), shift_gate(person, posts, post), contract_gate(person, posts, post)
    )
    unknown = 0
    for gate, answer in (
        (PLACE, place_gate(person, sites, site)),
        (TRADE, trade_gate(person, posts[post, POST.trade])),
        (CONDITION, condition),
        (LODGING, lodging_gate(person, posts, post)),
        (DATES, dates_gate(person, posts, post, settings)),
        (FLOOR, floor_gate(person, posts, post)),
        (CERTIFICATE, certificate_gate(person, posts, post)),
    ):
        if answer == FAILS:
            return False, 0
        if answer == UNKNOWN_YET:
            unknown |= 1 << gate
    return True, unknown
