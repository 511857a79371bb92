"""Problems for tests: a plain one in which everything passes and is stated, and random ones that hit every branch."""

from typing import Any

import numpy as np
from numpy.random import Generator

from matching.codes import OPEN_END, Answer, Contract, Lodging, Matters, Meals, PlaceKind, Scope, Shift, Trait
from matching.problem import (
    UNIDENTIFIED_CERTIFICATE,
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
HOME = {"home_township": 341502001, "home_county": 341502, "home_city": 341500, "home_province": 340000, "home_zone": 0}
SUZHOU = {"township": 320583100, "county": 320583, "city": 320500, "province": 320000, "regions": 1, "zone": 1}
TRADES = 3
OCCUPATIONS = 4


def plain_labourer(**changes: Any) -> Labourers:
    """One labourer who has said little but may be matched; values given are for that one row."""
    told = {
        "uid": 1,
        "declared_on": TODAY - 10,
        "declaration_until": TODAY + 170,
        "scope": Scope.LEAVE_PROVINCE,
        "consent": Answer.YES,
        "age_class": 3,
        **HOME,
    }
    return Labourers.of(1, **{name: [value] for name, value in (told | changes).items()})


def plain_vacancy(**changes: Any) -> Vacancies:
    """One vacancy open to everyone, about which little is stated."""
    told = {"uid": 1, "openings_free": 5, "open": 2, "verified": 2, "employer_in_standing": 2, "adults_only": 1}
    return Vacancies.of(1, **{name: [value] for name, value in (told | changes).items()})


def plain_problem(
    labourer: dict[str, Any] | None = None,
    vacancy: dict[str, Any] | None = None,
    site: dict[str, Any] | None = None,
    townsfolk: list[tuple[int, int, int]] | None = None,
    medians: tuple[list[int], list[int]] | None = None,
) -> MatchingProblem:
    """One labourer from Jin'an, one vacancy in Kunshan, six hours apart."""
    rows = np.array(townsfolk or [], dtype=np.int32).reshape(-1, 3)
    month, hour = medians or ([-1] * (TRADES + 1), [-1] * (TRADES + 1))
    return MatchingProblem(
        labourers=plain_labourer(**(labourer or {})),
        vacancies=plain_vacancy(**(vacancy or {})),
        sites=Sites.of(1, **{name: [value] for name, value in (SUZHOU | (site or {})).items()}),
        trades=Trades(
            affinity_millionths(np.array([[1, 0.4, 0], [0.4, 1, 0.1], [0, 0.1, 1]])),
            affinity_millionths(np.array([[1, 0.9, 0.2, 0], [0.9, 1, 0, 0], [0.2, 0, 1, 0], [0, 0, 0, 1]])),
            np.array(month),
            np.array(hour),
        ),
        townsfolk=Townsfolk(rows[:, 0], rows[:, 1], rows[:, 2]),
        travel_minutes=np.array([[0, 360], [360, 0]]),
        as_of=TODAY,
    )


COUNTIES = np.array(
    [  # township, county, city, province, regions, zone: some levels unknown
        [341502001, 341502, 341500, 340000, 1, 0],
        [341502002, 341502, 341500, 340000, 1, 0],
        [341503001, 341503, 341500, 340000, 1, 1],
        [340102001, 340102, 340100, 340000, 1, 2],
        [320583100, 320583, 320500, 320000, 1, 3],
        [0, 320582, 320500, 320000, 1, 3],
        [310115100, 310115, 310000, 310000, 1, 4],
        [440306000, 440306, 440300, 440000, 2, -1],
        [0, 0, 440100, 440000, 2, 5],
        [0, 0, 0, 330000, 1, -1],
        [0, 0, 0, 0, 0, -1],
    ]
)
ZONES = 6


def random_problem(seed: int, *, people: int = 13, posts: int = 17, sites: int = 7) -> MatchingProblem:
    """Draw a problem with fewer rows than told: unknowns, refusals, ties and empty sides are all frequent."""
    draw = np.random.default_rng(seed)
    people, posts, site_count = draw.integers(0, people), draw.integers(0, posts), draw.integers(1, sites)
    vacancies = _with_twins(draw, _random_vacancies(draw, int(posts), int(site_count)))
    places = COUNTIES[draw.integers(0, len(COUNTIES), site_count)]
    minutes = draw.integers(-1, 1_800, (ZONES, ZONES))
    return MatchingProblem(
        labourers=_with_twins(draw, _random_labourers(draw, int(people), int(site_count))),
        vacancies=vacancies,
        sites=Sites(*places.T),
        trades=_random_trades(draw, vacancies),
        townsfolk=_random_townsfolk(draw, int(site_count)),
        travel_minutes=minutes,
        as_of=TODAY,
    )


def _with_twins(draw: Generator, table: Any) -> Any:
    """Make some rows equal to others but for their uid, so that pairs tie."""
    rows = np.arange(len(table))
    copied = table.take(np.where(draw.random(len(rows)) < 0.3, draw.permutation(rows), rows))
    return type(table)(**({name: getattr(copied, name) for name in table.columns()} | {"uid": table.uid}))


def _random_trades(draw: Generator, vacancies: Vacancies) -> Trades:
    month, hour = pay_medians(vacancies, TRADES)
    hidden = draw.random(TRADES + 1) < 0.3
    return Trades(
        affinity_millionths(draw.random((TRADES, TRADES))),
        affinity_millionths(draw.random((OCCUPATIONS, OCCUPATIONS))),
        np.where(hidden, -1, month),
        np.where(hidden, -1, hour),
    )


def _random_townsfolk(draw: Generator, sites: int) -> Townsfolk:
    pairs = [(code, site) for code in (341502001, 341502002, 341503001) for site in range(sites)]
    kept = [(code, site, int(draw.integers(2, 8))) for code, site in pairs if draw.random() < 0.3]
    return Townsfolk(*np.array(kept, dtype=np.int32).reshape(-1, 3).T)


def _mostly(draw: Generator, shape: Any, usual: int, others: list[int], chance: float) -> Any:
    return np.where(draw.random(shape) < chance, draw.choice(others, shape), usual)


def _maybe(draw: Generator, values: Any, blank: int, silent: float = 0.4) -> Any:
    return np.where(draw.random(np.shape(values)) < silent, blank, values)


def _some_bits(draw: Generator, rows: int, kind: Any, chance: float = 0.3, silent: float = 0.4) -> Any:
    bits = sum(np.where(draw.random(rows) < chance, int(member), 0) for member in kind)
    return _maybe(draw, bits, 0, silent)


def _random_places(draw: Generator, rows: int, width: int, classes: list[int], silent: float) -> tuple[Any, Any]:
    kind = _maybe(draw, draw.choice([1, 1, 2, *classes], (rows, width)), 0, silent)
    codes = COUNTIES[:, :4]
    code = draw.choice(codes[codes > 0], (rows, width))
    place = np.where(
        kind == PlaceKind.LOCALITY, code, np.where(kind == PlaceKind.REGION, draw.integers(0, 3, (rows, width)), 0)
    )
    return kind, place


def _random_labourers(draw: Generator, n: int, sites: int) -> Labourers:
    home = COUNTIES[_mostly(draw, n, 0, list(range(len(COUNTIES))), 0.4)]
    wish_kind, wish_place = _random_places(draw, n, int(draw.integers(1, 4)), [3, 4, 5, 6], 0.4)
    excluded_kind, excluded_place = _random_places(draw, n, int(draw.integers(1, 4)), [3, 4, 5], 0.85)
    least = _maybe(draw, draw.integers(300, 500, n), -1)
    floor = _maybe(draw, draw.integers(3, 8, n) * 1_000, -1, 0.5)
    matters = np.zeros(n, dtype=np.int64)
    for _ in range(3):
        matters |= draw.choice([0, *Matters], n)
    return Labourers.of(
        n,
        uid=draw.permutation(2_000)[:n],
        declared_on=_mostly(draw, n, TODAY - 5, [-1, TODAY + 1], 0.06),
        declaration_until=_mostly(draw, n, TODAY + 100, [-1, TODAY - 1, TODAY], 0.06),
        scope=_mostly(draw, n, Scope.LEAVE_PROVINCE, list(Scope), 0.4),
        consent=_mostly(draw, n, Answer.YES, [0, 1], 0.06),
        age_class=_mostly(draw, n, 3, [0, 1, 2], 0.2),
        legal_bars=_mostly(draw, n, 0, [1, 2, 3], 0.2),
        home_township=home[:, 0],
        home_county=home[:, 1],
        home_city=home[:, 2],
        home_province=home[:, 3],
        home_zone=home[:, 5],
        wish_kind=wish_kind,
        wish_place=wish_place,
        excluded_kind=excluded_kind,
        excluded_place=excluded_place,
        return_place=_maybe(draw, draw.choice(COUNTIES[:7, 1], (n, 2)), 0, 0.7),
        excluded_trades=_some_bits(draw, n, [1, 2, 4], 0.2),
        excluded_traits=_some_bits(draw, n, Trait, 0.05),
        excluded_shifts=_some_bits(draw, n, Shift, 0.2),
        excluded_contracts=_some_bits(draw, n, Contract, 0.1),
        lodging_needed=_some_bits(draw, n, Lodging, 0.4, 0.7),
        lodging_wanted=_some_bits(draw, n, Lodging),
        lodging_acceptable=_some_bits(draw, n, Lodging),
        shift_wanted=_some_bits(draw, n, Shift),
        shift_acceptable=_some_bits(draw, n, Shift),
        meals_wanted=_some_bits(draw, n, Meals),
        contract_wanted=_some_bits(draw, n, Contract),
        wanted_trades=_maybe(draw, draw.integers(0, TRADES, (n, 3)), -1),
        net_floor=floor,
        hours_min=least,
        hours_max=_maybe(draw, draw.integers(500, 700, n), -1),
        available_from=_maybe(draw, draw.integers(TODAY - 30, TODAY + 60, n), -1),
        available_until=_maybe(
            draw, np.where(draw.random(n) < 0.3, OPEN_END, draw.integers(TODAY, TODAY + 90, n)), -1, 0.7
        ),
        months_wanted=_maybe(draw, draw.integers(1, 13, n), -1),
        matters_most=matters,
        experience_stated=draw.integers(0, 2, n),
        skill_trade=_maybe(draw, draw.integers(0, TRADES, (n, 4)), -1, 0.6),
        skill_occupation=_maybe(draw, draw.integers(0, OCCUPATIONS, (n, 4)), -1, 0.6),
        skill_months=_maybe(draw, draw.integers(0, 30, (n, 4)), -1, 0.3),
        skill_level=_maybe(draw, draw.integers(0, 4, (n, 4)), 0),
        skill_certified=_mostly(draw, (n, 4), 0, [1], 0.05),
        traits_done_stated=draw.integers(0, 2, n),
        traits_done=_some_bits(draw, n, Trait),
        certificates_stated=draw.integers(0, 2, n),
        certificates=_some_bits(draw, n, [1, 2, 4]),
        companion_site=_maybe(draw, draw.integers(0, sites, n), -1, 0.8),
        companion_city=_maybe(draw, draw.choice([320500, 340100, 310000], n), 0, 0.8),
        party_size=_maybe(draw, draw.integers(2, 12, n), 0, 0.6),
    )


def _random_vacancies(draw: Generator, m: int, sites: int) -> Vacancies:
    first = _maybe(draw, draw.integers(TODAY - 20, TODAY + 40, m), -1)
    last = np.where(draw.random(m) < 0.3, OPEN_END, draw.integers(TODAY + 40, TODAY + 90, m))
    stated = _some_bits(draw, m, Trait, 0.6)
    steps = draw.integers(1, 4)  # few distinct values make ties
    return Vacancies.of(
        m,
        uid=draw.permutation(2_000)[:m],
        site=draw.integers(0, sites, m),
        openings_free=_mostly(draw, m, 3, [-1, 0, 1, 8], 0.2),
        open=_mostly(draw, m, Answer.YES, [0, 1], 0.05),
        verified=_mostly(draw, m, Answer.YES, [0, 1], 0.05),
        employer_in_standing=_mostly(draw, m, Answer.YES, [0, 1], 0.05),
        adults_only=draw.integers(0, 3, m),
        legal_bars=_mostly(draw, m, 0, [1, 2], 0.2),
        work_at_home=_mostly(draw, m, 0, [1], 0.1),
        trade=_maybe(draw, draw.integers(0, TRADES, m), -1, 0.2),
        occupation=_maybe(draw, draw.integers(0, OCCUPATIONS, m), -1, 0.2),
        level_required=_maybe(draw, draw.integers(0, 4, m), 0, 0.6),
        certificates_required=_mostly(
            draw, m, 0, [1, 2, 3, UNIDENTIFIED_CERTIFICATE, UNIDENTIFIED_CERTIFICATE | 1], 0.2
        ),
        traits=_some_bits(draw, m, Trait) & stated,
        traits_stated=stated,
        shifts=_some_bits(draw, m, Shift),
        lodging=_some_bits(draw, m, Lodging),
        meals=_some_bits(draw, m, Meals),
        contracts=_some_bits(draw, m, Contract),
        net_month=_maybe(draw, draw.integers(3, 3 + 3 * steps, m) * 1_000, -1, 0.2),
        net_hour=_maybe(draw, draw.integers(10, 10 + 10 * steps, m) * 100, -1, 0.2),
        hours_week=_maybe(draw, draw.integers(4, 4 + steps, m) * 100 + 20, -1, 0.2),
        first_pay_days=_maybe(draw, draw.integers(0, 20 * steps, m), -1, 0.3),
        starts_from=first,
        starts_until=_maybe(draw, last, -1),
        months=_maybe(draw, draw.integers(1, 8, m), -1),
    )
