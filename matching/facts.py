"""Which facts each gate and each part rests on, for explanations: values as they stand in the problem's columns."""

from collections.abc import Callable
from typing import Literal

import numpy as np

from matching.codes import Gate, Part
from matching.pairs import Pairs, same_county, same_province
from matching.scoring import townsfolk_counts, travel_minutes

Facts = dict[str, int | tuple[int, ...]]
"""Side and column ("labourer.net_floor"), or "pair" and something worked out, and its value or values."""

Source = tuple[Literal["labourer", "vacancy", "site", "pair"], str]


def _median(column: str) -> Callable[[Pairs], int]:
    def median(pair: Pairs) -> int:
        medians, trade = getattr(pair.problem.trades, column), int(pair.posts("trade")[0])
        return int(medians[trade] if trade >= 0 and medians[trade] >= 0 else medians[-1])

    return median


WORKED_OUT: dict[str, Callable[[Pairs], int]] = {
    "same_county": lambda pair: int(same_county(pair)[0]),
    "same_province": lambda pair: int(same_province(pair)[0]),
    "townsfolk": lambda pair: int(townsfolk_counts(pair)[0]),
    "travel_minutes": lambda pair: int(travel_minutes(pair)[0]),
    "median_net_month": _median("median_net_month"),
    "median_net_hour": _median("median_net_hour"),
    "openings_at_site": lambda pair: int(pair.problem.site_openings[pair.posts("site")[0]]),
    "openings_in_city": lambda pair: int(pair.problem.city_openings[pair.posts("site")[0]]),
    "as_of": lambda pair: pair.problem.as_of,
}


def facts_of(pair: Pairs, sources: tuple[Source, ...]) -> Facts:
    """Gather facts of the first pair."""
    return {f"{side}.{name}": _fact(pair, side, name) for side, name in sources}


def _fact(pair: Pairs, side: str, name: str) -> int | tuple[int, ...]:
    if side == "pair":
        return WORKED_OUT[name](pair)
    gather = {"labourer": pair.people, "vacancy": pair.posts, "site": pair.sites}[side]
    value = gather(name)[0]
    return tuple(value.tolist()) if isinstance(value, np.ndarray) else int(value)


def _labourer(*names: str) -> tuple[Source, ...]:
    return tuple(("labourer", name) for name in names)


def _vacancy(*names: str) -> tuple[Source, ...]:
    return tuple(("vacancy", name) for name in names)


def _site(*names: str) -> tuple[Source, ...]:
    return tuple(("site", name) for name in names)


def _pair(*names: str) -> tuple[Source, ...]:
    return tuple(("pair", name) for name in names)


WHERE = _site("township", "county", "city", "province", "regions")

GATE_FACTS: dict[Gate, tuple[Source, ...]] = {
    Gate.DECLARATION: (*_labourer("declared_on", "declaration_until"), *_pair("as_of")),
    Gate.SCOPE: (*_labourer("scope"), *_vacancy("work_at_home"), *_pair("same_county", "same_province")),
    Gate.CONSENT: _labourer("consent"),
    Gate.AGE: (*_labourer("age_class"), *_vacancy("adults_only", "shifts", "traits")),
    Gate.LEGAL_BAR: (*_labourer("legal_bars"), *_vacancy("legal_bars")),
    Gate.VACANCY_NOT_OPEN: _vacancy("open"),
    Gate.VACANCY_NOT_VERIFIED: _vacancy("verified"),
    Gate.NO_OPENINGS: _vacancy("openings_free"),
    Gate.EMPLOYER_STANDING: _vacancy("employer_in_standing"),
    Gate.PLACE_EXCLUDED: (*_labourer("excluded_kind", "excluded_place"), *WHERE),
    Gate.TRADE_EXCLUDED: (*_labourer("excluded_trades"), *_vacancy("trade")),
    Gate.CONDITION_EXCLUDED: (
        *_labourer("excluded_traits", "excluded_shifts", "excluded_contracts"),
        *_vacancy("traits", "traits_stated", "shifts", "contracts"),
    ),
    Gate.LODGING_NEEDED: (*_labourer("lodging_needed"), *_vacancy("lodging")),
    Gate.DATES: (*_labourer("available_from", "available_until"), *_vacancy("starts_from", "starts_until")),
    Gate.NET_BELOW_FLOOR: (*_labourer("net_floor"), *_vacancy("net_month")),
    Gate.CERTIFICATE: (*_labourer("certificates", "certificates_stated"), *_vacancy("certificates_required")),
}

PART_FACTS: dict[Part, tuple[Source, ...]] = {
    Part.DONE_BEFORE: (*_labourer("skill_trade", "skill_months"), *_vacancy("trade")),
    Part.AFFINITY: (*_labourer("skill_trade", "skill_occupation"), *_vacancy("trade", "occupation")),
    Part.LEVEL: (*_labourer("skill_trade", "skill_level"), *_vacancy("trade", "level_required")),
    Part.TRAITS: (*_labourer("traits_done"), *_vacancy("traits", "traits_stated")),
    Part.PLACE_RANK: (*_labourer("wish_kind", "wish_place"), *WHERE),
    Part.TOWNSFOLK: _pair("townsfolk"),
    Part.DOOR_TO_DOOR: _pair("travel_minutes"),
    Part.WOULD_RETURN: (*_labourer("return_place"), *WHERE),
    Part.NET_MONTH: (*_labourer("net_floor"), *_vacancy("net_month"), *_pair("median_net_month")),
    Part.NET_HOUR: (*_labourer("net_floor", "hours_max"), *_vacancy("net_hour"), *_pair("median_net_hour")),
    Part.HOURS: (*_labourer("hours_min", "hours_max"), *_vacancy("hours_week")),
    Part.LODGING: (*_labourer("lodging_wanted", "lodging_acceptable"), *_vacancy("lodging")),
    Part.SHIFT: (*_labourer("shift_wanted", "shift_acceptable"), *_vacancy("shifts")),
    Part.TRADE_WANTED: (*_labourer("wanted_trades"), *_vacancy("trade")),
    Part.COMPANIONS: (
        *_labourer("companion_site", "companion_city", "party_size"),
        *_vacancy("site"),
        *_site("city"),
        *_pair("openings_at_site", "openings_in_city"),
    ),
    Part.FIRST_CASH: _vacancy("first_pay_days"),
    Part.LENGTH: (*_labourer("months_wanted", "available_from"), *_vacancy("months", "starts_from")),
    Part.MEALS: (*_labourer("meals_wanted"), *_vacancy("meals")),
    Part.CONTRACT: (*_labourer("contract_wanted"), *_vacancy("contracts")),
}
