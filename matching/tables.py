"""The tables of a problem: labourers, vacancies, sites, and counts of townsfolk, one flat array per column.

Nothing here names a person. There is no column for sex, ethnicity, household or earlier answers, and of an age only
the side of the legal limits is known.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from matching.codes import (
    NO_CODE,
    OPEN_END,
    UNKNOWN,
    AgeClass,
    Answer,
    Contract,
    Lodging,
    Matters,
    Meals,
    PlaceKind,
    Scope,
    Shift,
    Trait,
)
from matching.columns import Column, Ints, Longs, Table
from matching.exceptions import InvalidColumnError

UNIDENTIFIED_CERTIFICATE = 1 << 62
"""Bit of ``Vacancies.certificates_required``: some certificate is asked for, nobody has said which."""

LAST_CODE = 999_999_999
REGIONS = 31

Uid = Annotated[Longs, Column(0, 2**63 - 1, long=True)]
Mask = Annotated[Longs, Column(0, 2**63 - 1, long=True)]
Certificates = Annotated[Longs, Column(0, UNIDENTIFIED_CERTIFICATE - 1, long=True)]
AnswerCode = Annotated[Ints, Column(0, max(Answer))]
Flag = Annotated[Ints, Column(0, 1)]
Flags4 = Annotated[Ints, Column(0, 1, width=4)]
Day = Annotated[Ints, Column(UNKNOWN, OPEN_END, blank=UNKNOWN)]
Months = Annotated[Ints, Column(UNKNOWN, 600, blank=UNKNOWN)]
Yuan = Annotated[Ints, Column(UNKNOWN, 10_000_000, blank=UNKNOWN)]
Fen = Annotated[Ints, Column(UNKNOWN, 10_000_000, blank=UNKNOWN)]
TenthsOfHour = Annotated[Ints, Column(UNKNOWN, 1_680, blank=UNKNOWN)]
Index = Annotated[Ints, Column(UNKNOWN, OPEN_END - 1, blank=UNKNOWN)]
Indices3 = Annotated[Ints, Column(UNKNOWN, OPEN_END - 1, blank=UNKNOWN, width=3)]
Indices4 = Annotated[Ints, Column(UNKNOWN, OPEN_END - 1, blank=UNKNOWN, width=4)]
Code = Annotated[Ints, Column(NO_CODE, LAST_CODE)]
Codes3 = Annotated[Ints, Column(NO_CODE, LAST_CODE, width=3)]
Codes4 = Annotated[Ints, Column(NO_CODE, LAST_CODE, width=4)]
Codes8 = Annotated[Ints, Column(NO_CODE, LAST_CODE, width=8)]
LodgingBits = Annotated[Ints, Column(0, sum(Lodging))]
MealsBits = Annotated[Ints, Column(0, sum(Meals))]
ShiftBits = Annotated[Ints, Column(0, sum(Shift))]
ContractBits = Annotated[Ints, Column(0, sum(Contract))]
TraitBits = Annotated[Ints, Column(0, sum(Trait))]
MattersBits = Annotated[Ints, Column(0, sum(Matters))]

SKILL_COLUMNS = ("skill_trade", "skill_occupation", "skill_months", "skill_level", "skill_certified")


@dataclass(frozen=True, eq=False)
class Labourers(Table):
    """People who want work, one row each, shape (n,) unless a width is given. Build with ``Labourers.of(n, ...)``.

    Parameters
    ----------
    uid
        Unique, ≥ 0, stable between runs (ties are broken by it).
    declared_on, declaration_until
        First and last day of the labourer's own declaration, days since 1970-01-01; −1: there is none. A declaration
        by a proxy must not be entered. Both are needed, else the gate fails.
    scope
        ``Scope``.
    consent
        ``Answer`` to being matched; anything but YES fails.
    age_class
        ``AgeClass``; UNKNOWN fails.
    legal_bars
        Bits of kinds of post the law closes to this person; which bit is which clause is the caller's secret.
    home_township, home_county, home_city, home_province
        Codes of home, 0 unknown. City is the prefecture; of a municipality the municipality itself; of a county
        directly under a province the county.
    home_zone
        Row of ``travel_minutes``, −1 unknown.
    wish_kind, wish_place
        Own ranking of places, best first, shape (n, ≤ 3): ``PlaceKind`` and, for LOCALITY the code, for REGION the
        bit number, else 0. Rows without a wish are silent.
    excluded_kind, excluded_place
        Places not gone to, shape (n, ≤ 8), same coding; ANY is not allowed.
    return_place
        Codes of places the person said they would go back to, shape (n, ≤ 4), 0 none.
    excluded_trades
        Bits of trade families.
    excluded_traits, excluded_shifts, excluded_contracts
        Bits of ``Trait``, ``Shift``, ``Contract`` not accepted.
    lodging_needed
        Bits of ``Lodging``, any of which will do; 0: none needed.
    lodging_wanted, lodging_acceptable, shift_wanted, shift_acceptable, meals_wanted, contract_wanted
        Bits; 0 in both of a pair: silent.
    wanted_trades
        Own ranking of trade families, shape (n, ≤ 3), −1 none.
    net_floor
        Least net pay, yuan a month, −1 not stated; never 0.
    hours_min, hours_max
        Own range of hours a week, in tenths of an hour, −1 not stated.
    available_from, available_until
        Days between which the person can start, −1 not stated; ``OPEN_END``: no last day.
    months_wanted
        How long the person means to work, −1 not stated; never 0.
    matters_most
        Bits of ``Matters``, at most three.
    experience_stated
        1 if the skills below are a statement ("none" included), 0 if nothing is known.
    skill_trade, skill_occupation, skill_months, skill_level, skill_certified
        Up to four skills, shape (n, ≤ 4): trade family (−1 none), occupation (−1 unknown), months in the last five
        years (0–60, −1 not stated), level (0 none, 1 junior … 8), 1 if a certificate is held in it.
    traits_done_stated, traits_done
        1 if stated, and the bits of ``Trait`` the person has worked with.
    certificates_stated, certificates
        1 if stated, and the bits of certificates held and valid.
    companion_site, companion_city
        Where the companions are or are going: row of sites (−1 none), code of city (0 none).
    party_size
        Number of people who look together and are nowhere yet, the labourer included; 0 none, else ≥ 2.
    """

    uid: Uid
    declared_on: Day
    declaration_until: Day
    scope: Annotated[Ints, Column(0, max(Scope))]
    consent: AnswerCode
    age_class: Annotated[Ints, Column(0, max(AgeClass))]
    legal_bars: Mask
    home_township: Code
    home_county: Code
    home_city: Code
    home_province: Code
    home_zone: Index
    wish_kind: Annotated[Ints, Column(0, max(PlaceKind), width=3)]
    wish_place: Codes3
    excluded_kind: Annotated[Ints, Column(0, PlaceKind.OUT_OF_PROVINCE, width=8)]
    excluded_place: Codes8
    return_place: Codes4
    excluded_trades: Mask
    excluded_traits: TraitBits
    excluded_shifts: ShiftBits
    excluded_contracts: ContractBits
    lodging_needed: LodgingBits
    lodging_wanted: LodgingBits
    lodging_acceptable: LodgingBits
    shift_wanted: ShiftBits
    shift_acceptable: ShiftBits
    meals_wanted: MealsBits
    contract_wanted: ContractBits
    wanted_trades: Indices3
    net_floor: Yuan
    hours_min: TenthsOfHour
    hours_max: TenthsOfHour
    available_from: Day
    available_until: Day
    months_wanted: Months
    matters_most: MattersBits
    experience_stated: Flag
    skill_trade: Indices4
    skill_occupation: Indices4
    skill_months: Annotated[Ints, Column(UNKNOWN, 60, blank=UNKNOWN, width=4)]
    skill_level: Annotated[Ints, Column(0, 8, width=4)]
    skill_certified: Flags4
    traits_done_stated: Flag
    traits_done: TraitBits
    certificates_stated: Flag
    certificates: Certificates
    companion_site: Index
    companion_city: Code
    party_size: Annotated[Ints, Column(0, 1_000)]

    def __post_init__(self) -> None:
        """Check each column and what columns say together. Raises: InvalidColumnError."""
        super().__post_init__()
        _require_unique("Labourers", self.uid)
        require_rows("Labourers", "net_floor", self.net_floor != 0, "a floor of 0 says nothing; use -1")
        require_rows("Labourers", "months_wanted", self.months_wanted != 0, "0 months say nothing; use -1")
        require_rows("Labourers", "party_size", self.party_size != 1, "a party has at least two")
        both = (self.hours_min >= 0) & (self.hours_max >= 0)
        require_rows("Labourers", "hours_max", ~both | (self.hours_min <= self.hours_max), "lies below hours_min")
        require_rows("Labourers", "hours_max", self.hours_max != 0, "0 hours say nothing; use -1")
        three = np.bitwise_count(self.matters_most) <= 3
        require_rows("Labourers", "matters_most", three, "more than three things matter most")
        _require_places("Labourers", "wish_place", self.wish_kind, self.wish_place)
        _require_places("Labourers", "excluded_place", self.excluded_kind, self.excluded_place)
        widths = {getattr(self, name).shape[1] for name in SKILL_COLUMNS}
        if len(widths) > 1:
            raise InvalidColumnError("Labourers", "skill_trade", "the five columns of skills differ in width")


@dataclass(frozen=True, eq=False)
class Vacancies(Table):
    """Posts with openings, one row each, shape (m,).

    Parameters
    ----------
    uid
        Unique, ≥ 0, stable between runs.
    site
        Row of ``Sites``.
    openings_free
        Openings nobody holds, −1 unknown; below 1 the gate fails.
    open, verified, employer_in_standing
        ``Answer``; anything but YES fails.
    adults_only
        ``Answer``: the post is hazardous or at night; for people of 16 and 17 anything but NO fails.
    legal_bars
        Bits of kinds of post some people are barred from by law.
    work_at_home
        1 if the work is done in the labourer's own home.
    trade, occupation
        Trade family and occupation, −1 unknown.
    level_required
        0 none, 1 junior … 8.
    certificates_required
        Bits, all of which are needed; ``UNIDENTIFIED_CERTIFICATE`` if nobody has said which.
    traits, traits_stated
        Bits of ``Trait`` the post has, and bits on which the employer has spoken at all.
    shifts, lodging, meals, contracts
        Bits offered, to choose from; 0 not stated.
    net_month
        Net pay in hand, low end, yuan a month, −1 unknown (see ``matching.netpay``).
    net_hour
        The same per hour worked, in fen, −1 unknown.
    hours_week
        Hours a week, in tenths of an hour, −1 not stated.
    first_pay_days
        Days from the first day at work to the first cash, −1 not stated.
    starts_from, starts_until
        Days between which one can start, −1 not stated; ``OPEN_END``: until filled.
    months
        Length of the contract, −1 not stated; 600 stands for "without end".
    """

    uid: Uid
    site: Annotated[Ints, Column(0, OPEN_END)]
    openings_free: Annotated[Ints, Column(UNKNOWN, 10_000_000, blank=UNKNOWN)]
    open: AnswerCode
    verified: AnswerCode
    employer_in_standing: AnswerCode
    adults_only: AnswerCode
    legal_bars: Mask
    work_at_home: Flag
    trade: Index
    occupation: Index
    level_required: Annotated[Ints, Column(0, 8)]
    certificates_required: Mask
    traits: TraitBits
    traits_stated: TraitBits
    shifts: ShiftBits
    lodging: LodgingBits
    meals: MealsBits
    contracts: ContractBits
    net_month: Yuan
    net_hour: Fen
    hours_week: TenthsOfHour
    first_pay_days: Annotated[Ints, Column(UNKNOWN, 3_650, blank=UNKNOWN)]
    starts_from: Day
    starts_until: Day
    months: Months

    def __post_init__(self) -> None:
        """Check each column and what columns say together. Raises: InvalidColumnError."""
        super().__post_init__()
        _require_unique("Vacancies", self.uid)
        unsaid = (self.traits & ~self.traits_stated) == 0
        require_rows("Vacancies", "traits", unsaid, "a trait is set on which traits_stated says nobody has spoken")
        both = (self.starts_from >= 0) & (self.starts_until >= 0)
        require_rows("Vacancies", "starts_until", ~both | (self.starts_from <= self.starts_until), "before starts_from")


@dataclass(frozen=True, eq=False)
class Sites(Table):
    """Places of work, one row per employer and address, shape (s,).

    Parameters
    ----------
    township, county, city, province
        Codes, 0 unknown; city as in ``Labourers.home_city``. A site whose county is 0 is of unknown place.
    regions
        Bits of regions the site lies in (Yangtze delta, Pearl delta …), at most 31.
    zone
        Row of ``travel_minutes``, −1 unknown.
    """

    township: Code
    county: Code
    city: Code
    province: Code
    regions: Annotated[Ints, Column(0, OPEN_END)]
    zone: Index


@dataclass(frozen=True, eq=False)
class Townsfolk(Table):
    """How many people of a township work at a site now: counts of at least two, sparse, sorted by township and site.

    Parameters
    ----------
    township
        Code of the home township.
    site
        Row of ``Sites``.
    count
        People, ≥ 2: one person alone would be recognisable.
    """

    township: Annotated[Ints, Column(1, LAST_CODE, blank=1)]
    site: Annotated[Ints, Column(0, OPEN_END)]
    count: Annotated[Ints, Column(2, 10_000_000, blank=2)]

    def __post_init__(self) -> None:
        """Check each column and the order. Raises: InvalidColumnError."""
        super().__post_init__()
        key = self.township.astype(np.int64) << 32 | self.site
        ordered = np.append(True, key[1:] > key[:-1]) if len(key) else np.ones(0, dtype=bool)
        require_rows("Townsfolk", "township", ordered, "rows must be sorted by township and site, none twice")


def require_rows(table: str, name: str, holds: NDArray[np.bool_], reason: str) -> None:
    """Raise InvalidColumnError naming the first row for which ``holds``, shape (rows,), is false."""
    if not holds.all():
        raise InvalidColumnError(table, name, f"row {int(np.argmin(holds))}: {reason}")


def _require_unique(table: str, uid: Longs) -> None:
    if len(np.unique(uid)) != len(uid):
        raise InvalidColumnError(table, "uid", "holds a number twice; each row needs its own")


def _require_places(table: str, name: str, kinds: Ints, places: Ints) -> None:
    if kinds.shape != places.shape:
        raise InvalidColumnError(table, name, f"has shape {places.shape}, its kinds have {kinds.shape}")
    named = kinds == PlaceKind.LOCALITY
    region = kinds == PlaceKind.REGION
    good = np.where(named, places > 0, np.where(region, places < REGIONS, places == 0))
    require_rows(
        table, name, np.asarray(good.all(axis=1)), "a locality needs its code, a region its bit (0 to 30), a class 0"
    )
