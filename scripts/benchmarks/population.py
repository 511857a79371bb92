"""A large random problem of realistic shape for the benchmarks: one seed, one problem, no real person's data.

Ten exporting counties send to some 160 receiving ones and to their own province. Employers differ in size; what the
sheets leave out (lodging, shifts, first pay day …) is left out here about as often. Shares follow the national
migrant-worker survey of 2024 where it speaks (trades, wages); the rest are assumptions stated beside the numbers.
"""

from typing import Any

import numpy as np
from numpy.random import Generator

from matching.codes import OPEN_END, Contract, Lodging, Matters, Meals, PlaceKind, Scope, Shift, Trait
from matching.problem import (
    Labourers,
    MatchingProblem,
    Sites,
    Townsfolk,
    Trades,
    Vacancies,
    affinity_millionths,
    pay_medians,
)

TODAY = 20_000
FAMILIES = 28
OCCUPATIONS_EACH = 6
HOME_COUNTIES, TOWNSHIPS_EACH = 10, 24
RECEIVING = ((310000, 16, 1), (320000, 60, 1), (330000, 50, 1), (440000, 60, 2))
"""Province, receiving counties in it, bit of its region (Yangtze delta, Pearl delta)."""

TRADE_SHARE = np.array(
    [14, 8, 7, 4, 4, 5, 6, 8, 4, 3, 3, 3, 4, 2, 3, 4, 5, 2, 3, 3, 4, 2, 2, 1, 1, 1, 1, 1], dtype=float
)
BASE_PAY = 4_300 + 170 * (np.arange(FAMILIES) * 7 % 15)
"""Usual net pay of each trade family, yuan a month: 4300 to 6680, the survey's manufacturing mean of 4978 between."""


def realistic_problem(people: int, posts: int, seed: int) -> MatchingProblem:
    """Draw a problem of the given size."""
    draw = np.random.default_rng(seed)
    counties = _counties()
    sites = _sites(draw, counties, max(1, posts // 5))
    vacancies = _vacancies(draw, posts, len(sites))
    month, hour = pay_medians(vacancies, FAMILIES)
    return MatchingProblem(
        labourers=_labourers(draw, people, counties),
        vacancies=vacancies,
        sites=sites,
        trades=Trades(_family_affinity(draw), _occupation_affinity(draw), month, hour),
        townsfolk=_townsfolk(draw, len(sites)),
        travel_minutes=_travel_minutes(draw, counties),
        as_of=TODAY,
    )


def _counties() -> Any:
    """Rows of county, city, province, region bits; the exporting counties first."""
    rows = [(341_501 + at % 5 + 100 * (at // 5), 341_500 + 100 * (at // 5), 340_000, 1) for at in range(HOME_COUNTIES)]
    rows += [(340_102 + 100 * at, 340_100 + 100 * at, 340_000, 1) for at in range(8)]
    for province, count, region in RECEIVING:
        for at in range(count):
            city = province if province == 310_000 else province + 100 * (1 + at // 6)
            rows.append((city + 1 + at % 6 + (at if province == 310_000 else 0), city, province, region))
    return np.array(rows)


def _sites(draw: Generator, counties: Any, count: int) -> Sites:
    attraction = draw.pareto(1.2, len(counties)) + 0.2
    attraction[:HOME_COUNTIES] = attraction.mean() * 0.6
    zone = draw.choice(len(counties), count, p=attraction / attraction.sum())
    county = counties[zone]
    return Sites.of(
        count, county=county[:, 0], city=county[:, 1], province=county[:, 2], regions=county[:, 3], zone=zone
    )


def _travel_minutes(draw: Generator, counties: Any) -> Any:
    """Distances between invented points: counties of one province lie together, provinces 300 to 1200 km apart."""
    centre = {340_000: (0, 0), 310_000: (420, 0), 320_000: (300, 150), 330_000: (350, -180), 440_000: (100, -1_000)}
    points = np.array([centre[int(row[2])] for row in counties]) + draw.normal(0, 90, (len(counties), 2))
    apart = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    return (60 + apart * 1.3 / 75 * 60).astype(np.int32)


def _family_affinity(draw: Generator) -> Any:
    return affinity_millionths(draw.beta(1, 6, (FAMILIES, FAMILIES)))


def _occupation_affinity(draw: Generator) -> Any:
    count = FAMILIES * OCCUPATIONS_EACH
    table = draw.beta(1, 12, (count, count))
    for family in range(FAMILIES):
        own = slice(family * OCCUPATIONS_EACH, (family + 1) * OCCUPATIONS_EACH)
        table[own, own] = draw.uniform(0.4, 0.9, (OCCUPATIONS_EACH, OCCUPATIONS_EACH))
    return affinity_millionths(table)


def _townsfolk(draw: Generator, sites: int) -> Townsfolk:
    """Thirty sites a township, people following people: 2 to about 20 at each."""
    townships = np.repeat(_townships(), 30)
    keys = np.unique(townships.astype(np.int64) << 32 | draw.integers(0, sites, len(townships)))
    return Townsfolk(keys >> 32, keys & 0xFFFFFFFF, 2 + draw.geometric(0.3, len(keys)))


def _townships() -> Any:
    county = 341_501 + np.arange(HOME_COUNTIES) % 5 + 100 * (np.arange(HOME_COUNTIES) // 5)
    return (county[:, None] * 1_000 + np.arange(1, TOWNSHIPS_EACH + 1)).ravel()


def _stated(draw: Generator, values: Any, blank: int, share: float) -> Any:
    """Keep a value with the given chance, else nothing is stated."""
    return np.where(draw.random(np.shape(values)) < share, values, blank)


def _trade(draw: Generator, shape: Any) -> Any:
    return draw.choice(FAMILIES, shape, p=TRADE_SHARE / TRADE_SHARE.sum())


def _occupation(draw: Generator, trade: Any) -> Any:
    return np.where(trade >= 0, trade * OCCUPATIONS_EACH + draw.integers(0, OCCUPATIONS_EACH, np.shape(trade)), -1)


def _vacancies(draw: Generator, m: int, sites: int) -> Vacancies:
    size = draw.pareto(1.5, sites) + 0.3
    trade = _trade(draw, m)
    hours = (draw.choice([40, 44, 48, 54, 60, 66, 72], m, p=[0.08, 0.12, 0.2, 0.2, 0.25, 0.1, 0.05]) * 10).astype(int)
    net = np.rint(BASE_PAY[trade] * (0.55 + hours / 1_200) * draw.lognormal(0, 0.13, m) / 100).astype(int) * 100
    traits = _traits_of(draw, trade)
    shift = draw.choice([Shift.DAYS, Shift.NIGHTS, Shift.TWO_SHIFTS, Shift.THREE_SHIFTS], m, p=[0.45, 0.05, 0.42, 0.08])
    lodging = draw.choice([1, 2, 4 | 32, 8, 16, 32, 64], m, p=[0.16, 0.08, 0.06, 0.05, 0.25, 0.34, 0.06])
    return Vacancies.of(
        m,
        uid=draw.permutation(m * 7)[:m],
        site=draw.choice(sites, m, p=size / size.sum()),
        openings_free=draw.geometric(0.08, m),
        open=np.full(m, 2),
        verified=np.where(draw.random(m) < 0.97, 2, 0),
        employer_in_standing=np.where(draw.random(m) < 0.99, 2, 1),
        adults_only=np.where(traits & Trait.NIGHT, 2, _stated(draw, np.ones(m, dtype=int), 0, 0.7)),
        legal_bars=np.where(draw.random(m) < 0.02, 1, 0),
        work_at_home=np.where(trade == FAMILIES - 1, 1, 0),
        trade=_stated(draw, trade, -1, 0.95),
        occupation=_stated(draw, _occupation(draw, trade), -1, 0.8),
        level_required=np.where(trade % 5 == 4, draw.choice([0, 0, 1, 2, 3], m), 0),
        certificates_required=np.where(trade % 7 == 3, 1 << (trade % 20), 0),
        traits=traits,
        traits_stated=np.where(draw.random(m) < 0.7, sum(Trait), traits),
        shifts=_stated(draw, shift, 0, 0.75),
        lodging=_stated(draw, lodging, 0, 0.85),
        meals=_stated(draw, draw.choice([*Meals], m), 0, 0.7),
        contracts=_stated(draw, draw.choice([Contract.DIRECT, Contract.DISPATCH, Contract.OUTSOURCED], m), 0, 0.8),
        net_month=_stated(draw, net, -1, 0.92),
        net_hour=_stated(draw, net * 100 * 120 // (52 * hours), -1, 0.85),
        hours_week=_stated(draw, hours, -1, 0.75),
        first_pay_days=_stated(draw, draw.choice([1, 7, 15, 30, 40, 45, 55], m), -1, 0.6),
        starts_from=_stated(draw, TODAY + draw.integers(-20, 30, m), -1, 0.6),
        starts_until=np.where(draw.random(m) < 0.5, OPEN_END, _stated(draw, TODAY + draw.integers(30, 90, m), -1, 0.6)),
        months=_stated(draw, draw.choice([3, 6, 12, 24, 36, 600], m), -1, 0.6),
    )


def _traits_of(draw: Generator, trade: Any) -> Any:
    """Traits go with the trade: four patterns each."""
    patterns = draw.integers(0, 1 << 9, (FAMILIES, 4)) & draw.integers(0, 1 << 9, (FAMILIES, 4))
    night = np.where(draw.random(len(trade)) < 0.3, int(Trait.NIGHT), 0)
    return patterns[trade, draw.integers(0, 4, len(trade))] | night


def _wishes(draw: Generator, n: int, counties: Any) -> tuple[Any, Any]:
    """Three in ten name a city first, then a province; the others a province, a region or any place."""
    receiving = counties[HOME_COUNTIES:]
    target = receiving[draw.integers(0, len(receiving), n)]
    style = draw.choice(5, n, p=[0.3, 0.25, 0.15, 0.15, 0.15])
    city, province, region = target[:, 1], target[:, 2], np.where(target[:, 3] == 1, 0, 1)
    zero = np.zeros(n, dtype=int)
    kinds = np.stack(
        [np.choose(style, [1, 1, 2, 5, 0]), np.choose(style, [1, 6, 1, 0, 0]), np.choose(style, [6, 0, 0, 0, 0])],
        axis=1,
    )
    places = np.stack(
        [
            np.choose(style, [city, province, region, zero, zero]),
            np.choose(style, [province, zero, city, zero, zero]),
            zero,
        ],
        axis=1,
    )
    return kinds, places


def _labourers(draw: Generator, n: int, counties: Any) -> Labourers:
    home = draw.integers(0, HOME_COUNTIES, n)
    township = _townships().reshape(HOME_COUNTIES, -1)[home, draw.integers(0, TOWNSHIPS_EACH, n)]
    first = _trade(draw, n)
    skill = np.stack(
        [np.where(draw.random(n) < 0.7, first, _trade(draw, n)), _stated(draw, _trade(draw, n), -1, 0.3)], axis=1
    )
    wanted = np.stack([_stated(draw, first, -1, 0.8), _stated(draw, _trade(draw, n), -1, 0.4), np.full(n, -1)], axis=1)
    wish_kind, wish_place = _wishes(draw, n, counties)
    refused = _stated(draw, counties[draw.integers(HOME_COUNTIES, len(counties), (n, 1)), 2], 0, 0.08)
    floor = np.rint(BASE_PAY[first] * draw.normal(0.95, 0.12, n) / 500).astype(int) * 500
    shift = draw.choice([Shift.DAYS, Shift.DAYS | Shift.TWO_SHIFTS, Shift.TWO_SHIFTS], n, p=[0.6, 0.3, 0.1])
    matters = np.bitwise_or.reduce(draw.choice([0, *Matters], (n, 3)), axis=1)
    scope = draw.choice(
        [Scope.LEAVE_PROVINCE, Scope.OTHER_CITY, Scope.HOME_COUNTY, Scope.AT_HOME], n, p=[0.72, 0.13, 0.12, 0.03]
    )
    return Labourers.of(
        n,
        uid=draw.permutation(n * 7)[:n],
        declared_on=np.full(n, TODAY - 30),
        declaration_until=np.where(draw.random(n) < 0.97, TODAY + 150, TODAY - 1),
        scope=scope,
        consent=np.full(n, 2),
        age_class=draw.choice([3, 2, 0], n, p=[0.985, 0.01, 0.005]),
        legal_bars=np.where(draw.random(n) < 0.1, 1, 0),
        home_township=township,
        home_county=counties[home, 0],
        home_city=counties[home, 1],
        home_province=counties[home, 2],
        home_zone=home,
        wish_kind=wish_kind,
        wish_place=wish_place,
        excluded_kind=np.where(refused > 0, PlaceKind.LOCALITY, 0),
        excluded_place=refused,
        return_place=_stated(draw, counties[draw.integers(0, len(counties), (n, 1)), 0], 0, 0.15),
        excluded_trades=np.where(draw.random(n) < 0.2, 1 << _trade(draw, n), 0),
        excluded_traits=np.where(draw.random(n) < 0.35, 1 << draw.integers(0, 10, n), 0),
        excluded_shifts=_stated(draw, np.full(n, int(Shift.NIGHTS)), 0, 0.2),
        excluded_contracts=_stated(draw, np.full(n, int(Contract.DISPATCH)), 0, 0.12),
        lodging_needed=_stated(draw, np.full(n, sum(Lodging) - 1), 0, 0.5),
        lodging_wanted=_stated(draw, draw.choice([4, 8, 16, 24], n), 0, 0.6),
        lodging_acceptable=_stated(draw, np.full(n, 16 | 32), 0, 0.6),
        shift_wanted=_stated(draw, shift, 0, 0.7),
        shift_acceptable=_stated(draw, np.full(n, int(Shift.TWO_SHIFTS)), 0, 0.4),
        meals_wanted=_stated(draw, np.full(n, int(Meals.TWO | Meals.THREE)), 0, 0.3),
        contract_wanted=_stated(draw, np.full(n, int(Contract.DIRECT)), 0, 0.3),
        wanted_trades=wanted,
        net_floor=_stated(draw, floor, -1, 0.75),
        hours_min=_stated(draw, np.full(n, 400), -1, 0.2),
        hours_max=_stated(draw, draw.choice([440, 480, 540, 600, 660, 720], n), -1, 0.6),
        available_from=_stated(draw, TODAY + draw.integers(-10, 40, n), -1, 0.6),
        months_wanted=_stated(draw, draw.choice([3, 6, 10, 12], n), -1, 0.5),
        matters_most=matters,
        experience_stated=np.where(draw.random(n) < 0.85, 1, 0),
        skill_trade=skill,
        skill_occupation=_stated(draw, _occupation(draw, skill), -1, 0.7),
        skill_months=np.where(skill >= 0, draw.choice([-1, 2, 6, 12, 24, 48], (n, 2)), -1),
        skill_level=np.where(skill >= 0, draw.choice([0, 0, 0, 1, 2], (n, 2)), 0),
        skill_certified=np.where((skill >= 0) & (draw.random((n, 2)) < 0.08), 1, 0),
        traits_done_stated=np.where(draw.random(n) < 0.4, 1, 0),
        traits_done=draw.integers(0, 1 << 10, n),
        certificates_stated=np.where(draw.random(n) < 0.8, 1, 0),
        certificates=np.where(draw.random(n) < 0.15, 1 << (first % 20), 0),
        companion_city=_stated(draw, counties[draw.integers(0, len(counties), n), 1], 0, 0.1),
        party_size=_stated(draw, draw.integers(2, 5, n), 0, 0.06),
    )
