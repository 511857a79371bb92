"""The scores of pairs in whole millionths: the plain definition, which the fast kernel must equal bit for bit.

Arithmetic. A part is a whole number of millionths; every division is of non-negative integers and rounds down. A
score is ``Σ weight · part // Σ weight`` over the parts on which the labourer is not silent, the overall score the
same over the scores that have any part. A part on which the vacancy is silent counts ``params.vacancy_silent``.
"""

from dataclasses import dataclass

import numpy as np

from matching.codes import MATTERS_PARTS, NO_CODE, SCORE_PARTS, Part, PlaceKind, Score
from matching.columns import Ints, Longs
from matching.pairs import Flags, Pairs, lies_in, lies_in_any, place_known
from matching.params import MatchingParams
from matching.problem import ONE
from matching.skills import Valued, affinity, any_slot, done_before, is_skilled_trade, level, traits
from matching.tables import Labourers

WEEKS_A_YEAR = 52
DAYS_A_MONTH = 30


@dataclass(frozen=True, eq=False)
class PairScores:
    """What each pair scores; arrays of millionths.

    Parameters
    ----------
    parts
        Value of each part, 0 where the labourer is silent on it, shape (pairs, number of parts).
    unknown
        Bits ``1 << Part`` of parts that count but are not known, shape (pairs,).
    weights
        Weight of each part for this pair's labourer, 0 where silent, shape (pairs, number of parts).
    score_weights
        Weight of skill, location, willingness, 0 where a score has no part, shape (pairs, 3).
    scores
        Skill, location, willingness, shape (pairs, 3).
    overall
        Shape (pairs,).
    """

    parts: Longs
    unknown: Ints
    weights: Longs
    score_weights: Longs
    scores: Longs
    overall: Longs


def score_pairs(pairs: Pairs, params: MatchingParams) -> PairScores:
    """Score every pair, whether or not it passes the gates."""
    part_weights, overall_weights = labourer_weights(pairs.problem.labourers, params)
    weights, score_weights = part_weights[pairs.labourer], overall_weights[pairs.labourer]
    parts = np.zeros((len(pairs), len(Part)), dtype=np.int64)
    unknown = np.zeros(len(pairs), dtype=np.int32)
    for part, (value, silent) in _valued_parts(pairs, params).items():
        counts = weights[:, part] > 0
        parts[:, part] = np.where(counts, np.where(silent, params.vacancy_silent, value), 0)
        unknown |= np.where(counts & silent, 1 << part, 0).astype(np.int32)
    scores = np.zeros((len(pairs), len(Score)), dtype=np.int64)
    for score, members in SCORE_PARTS.items():
        scores[:, score] = _weighted_mean(parts[:, members], weights[:, members])
    return PairScores(parts, unknown, weights, score_weights, scores, _weighted_mean(scores, score_weights))


def labourer_weights(people: Labourers, params: MatchingParams) -> tuple[Longs, Longs]:
    """Return what each part and each score weighs for each labourer: silent parts 0, what matters most multiplied.

    Returns: weights of parts, shape (n, number of parts), and of scores, shape (n, 3); a score without parts has 0.
    """
    skilled = is_skilled_trade(people, params)
    skill = np.where(skilled, *(np.array(of)[:, None] for of in (params.skill_trade, params.skill_general)))
    rest = np.array([*params.location, *params.willingness])[:, None]
    weights = np.concatenate([skill, np.broadcast_to(rest, (len(rest), len(people)))]).astype(np.int64)
    for matter, parts in MATTERS_PARTS.items():
        times = np.where(people.matters_most & matter != 0, params.matters_factor, 1)
        for part in parts:
            weights[part] *= times
    for part, speaks in _spoken_parts(people).items():
        weights[part] *= speaks
    overall = np.where(skilled, *(np.array(of)[:, None] for of in (params.overall_trade, params.overall_general)))
    for score, members in SCORE_PARTS.items():
        overall[score] *= weights[list(members)].any(axis=0)
    return np.ascontiguousarray(weights.T), np.ascontiguousarray(overall.T, dtype=np.int64)


def _spoken_parts(people: Labourers) -> dict[Part, Flags]:
    """Tell for each part that a labourer may be silent on who is not, shape (n,). Pay and first cash matter to all."""
    experienced = people.experience_stated == 1
    together = (people.companion_site >= 0) | (people.companion_city != NO_CODE) | (people.party_size >= 2)
    return {
        Part.DONE_BEFORE: experienced,
        Part.AFFINITY: experienced,
        Part.LEVEL: experienced,
        Part.TRAITS: people.traits_done_stated == 1,
        Part.PLACE_RANK: any_slot(people.wish_kind != PlaceKind.NONE),
        Part.TOWNSFOLK: people.home_township != NO_CODE,
        Part.DOOR_TO_DOOR: people.home_zone >= 0,
        Part.WOULD_RETURN: any_slot(people.return_place != NO_CODE),
        Part.HOURS: (people.hours_min >= 0) | (people.hours_max >= 0),
        Part.LODGING: people.lodging_wanted | people.lodging_acceptable != 0,
        Part.SHIFT: people.shift_wanted | people.shift_acceptable != 0,
        Part.TRADE_WANTED: any_slot(people.wanted_trades >= 0),
        Part.COMPANIONS: together,
        Part.LENGTH: people.months_wanted >= 0,
        Part.MEALS: people.meals_wanted != 0,
        Part.CONTRACT: people.contract_wanted != 0,
    }


def _valued_parts(pairs: Pairs, params: MatchingParams) -> dict[Part, Valued]:
    skilled = is_skilled_trade(pairs.problem.labourers, params)[pairs.labourer]
    return {
        Part.DONE_BEFORE: done_before(pairs, params, skilled),
        Part.AFFINITY: affinity(pairs),
        Part.LEVEL: level(pairs, params),
        Part.TRAITS: traits(pairs),
        Part.PLACE_RANK: _place_rank(pairs, params),
        Part.TOWNSFOLK: _townsfolk(pairs, params),
        Part.DOOR_TO_DOOR: _door_to_door(pairs, params),
        Part.WOULD_RETURN: _would_return(pairs),
        Part.NET_MONTH: _net_month(pairs, params),
        Part.NET_HOUR: _net_hour(pairs, params),
        Part.HOURS: _hours(pairs, params),
        Part.LODGING: _offered(pairs, "lodging", "lodging_wanted", "lodging_acceptable", params.lodging_acceptable),
        Part.SHIFT: _offered(pairs, "shifts", "shift_wanted", "shift_acceptable", params.shift_acceptable),
        Part.TRADE_WANTED: _trade_wanted(pairs, params),
        Part.COMPANIONS: _companions(pairs, params),
        Part.FIRST_CASH: _first_cash(pairs, params),
        Part.LENGTH: _length(pairs),
        Part.MEALS: _offered(pairs, "meals", "meals_wanted"),
        Part.CONTRACT: _offered(pairs, "contracts", "contract_wanted"),
    }


def _place_rank(pairs: Pairs, params: MatchingParams) -> Valued:
    """Best of the own wishes the site lies in; unknown if none is known to fit and the place is not known."""
    kinds, places = pairs.people("wish_kind"), pairs.people("wish_place")
    best = np.full(len(pairs), -1, dtype=np.int64)
    for rank in range(kinds.shape[1]):
        fits = (kinds[:, rank] != PlaceKind.NONE) & lies_in(pairs, kinds[:, rank], places[:, rank])
        worth = np.where(kinds[:, rank] == PlaceKind.LOCALITY, params.place_ranks[rank], params.place_class)
        best = np.maximum(best, np.where(fits, worth, -1))
    return np.maximum(best, 0), (best < 0) & ~place_known(pairs)


def _townsfolk(pairs: Pairs, params: MatchingParams) -> Valued:
    """People of the same township at the site, over five, at most 1."""
    counts = townsfolk_counts(pairs)
    return np.minimum(counts, params.townsfolk_full) * ONE // params.townsfolk_full, np.zeros(
        len(pairs), dtype=np.bool_
    )


def townsfolk_counts(pairs: Pairs) -> Longs:
    """Return how many people of the labourer's township work at the site, 0 or at least 2, shape (pairs,)."""
    table = pairs.problem.townsfolk
    keys = table.township.astype(np.int64) << 32 | table.site
    wanted = pairs.people("home_township") << 32 | pairs.posts("site")
    at = np.searchsorted(keys, wanted)
    found = at < len(keys)
    found[found] = keys[at[found]] == wanted[found]
    counts = np.zeros(len(pairs), dtype=np.int64)
    counts[found] = table.count[at[found]]
    return counts


def _door_to_door(pairs: Pairs, params: MatchingParams) -> Valued:
    """(24 h − travel) / 20 h, clamped; 1 for work at home. Unknown: no zone of the site, or no time between the two."""
    minutes = travel_minutes(pairs)
    left = np.clip(params.minutes_zero - minutes, 0, params.minutes_span)
    return left * ONE // params.minutes_span, minutes < 0


def travel_minutes(pairs: Pairs) -> Longs:
    """Return minutes from door to door, 0 for work at home, −1 unknown, shape (pairs,)."""
    home, site = pairs.people("home_zone"), pairs.sites("zone")
    minutes = np.full(len(pairs), -1, dtype=np.int64)
    known = (home >= 0) & (site >= 0)
    minutes[known] = pairs.problem.travel_minutes[home[known], site[known]]
    return np.where(pairs.posts("work_at_home") == 1, 0, minutes)


def _would_return(pairs: Pairs) -> Valued:
    places = pairs.people("return_place")
    named = np.where(places != NO_CODE, PlaceKind.LOCALITY, PlaceKind.NONE).astype(np.int64)
    back = lies_in_any(pairs, named, places)
    return np.where(back, ONE, 0), ~back & ~place_known(pairs)


def _net_month(pairs: Pairs, params: MatchingParams) -> Valued:
    """(net − floor) / (.3 · floor), clamped; without a floor the trade's median stands for it."""
    floor = pairs.people("net_floor")
    yardstick = np.where(floor >= 0, floor, _median(pairs, pairs.problem.trades.median_net_month))
    return _above(pairs.posts("net_month"), yardstick, params)


def _net_hour(pairs: Pairs, params: MatchingParams) -> Valued:
    """The same per hour; the floor over the own most hours a week (× 52 ÷ 12), else the trade's median per hour."""
    floor, hours = pairs.people("net_floor"), pairs.people("hours_max")
    own = floor * 100 * 12 * 10 // (WEEKS_A_YEAR * np.maximum(hours, 1))
    median = _median(pairs, pairs.problem.trades.median_net_hour)
    return _above(pairs.posts("net_hour"), np.where((floor >= 0) & (hours >= 0), own, median), params)


def _median(pairs: Pairs, medians: Ints) -> Longs:
    trade = pairs.posts("trade")
    of_trade = np.where(trade >= 0, medians[trade], -1)
    return np.where(of_trade >= 0, of_trade, medians[-1]).astype(np.int64)


def _above(net: Longs, yardstick: Longs, params: MatchingParams) -> Valued:
    unknown = (net < 0) | (yardstick <= 0)
    span = np.maximum(yardstick, 1) * params.pay_span
    return np.minimum(np.maximum(net - yardstick, 0) * 1_000 * ONE // span, ONE), unknown


def _hours(pairs: Pairs, params: MatchingParams) -> Valued:
    hours, least, most = pairs.posts("hours_week"), pairs.people("hours_min"), pairs.people("hours_max")
    short = np.where(least >= 0, np.maximum(least - hours, 0), 0)
    over = np.where(most >= 0, np.maximum(hours - most, 0), 0)
    return np.maximum(ONE - params.hours_step * (short + over) // 10, 0), hours < 0


def _offered(pairs: Pairs, offer: str, wanted: str, acceptable: str = "", acceptable_value: int = 0) -> Valued:
    """1 if anything wanted is offered, less if only something acceptable is; unknown if the vacancy does not say."""
    offered = pairs.posts(offer)
    second = pairs.people(acceptable) & offered != 0 if acceptable else np.zeros(len(pairs), dtype=np.bool_)
    return np.where(pairs.people(wanted) & offered != 0, ONE, np.where(second, acceptable_value, 0)), offered == 0


def _trade_wanted(pairs: Pairs, params: MatchingParams) -> Valued:
    wanted, trade = pairs.people("wanted_trades"), pairs.posts("trade")
    value = np.zeros(len(pairs), dtype=np.int64)
    for rank in reversed(range(wanted.shape[1])):
        value = np.where((wanted[:, rank] == trade) & (trade >= 0), params.trade_ranks[rank], value)
    return value, trade < 0


def _companions(pairs: Pairs, params: MatchingParams) -> Valued:
    """Companions at the same site 1, in the same city .5; a party that looks together needs openings for all of it."""
    own_site, own_city, party = (
        pairs.people("companion_site"),
        pairs.people("companion_city"),
        pairs.people("party_size"),
    )
    site, city = pairs.posts("site"), pairs.sites("city")
    sites = pairs.problem.sites.city
    if len(sites):
        own_city = np.where((own_city == NO_CODE) & (own_site >= 0), sites[own_site], own_city)
    located = (own_site >= 0) | (own_city != NO_CODE)
    same_city = (city != NO_CODE) & (city == own_city)
    settled = np.where(own_site == site, ONE, np.where(same_city, params.same_city, 0))
    here, near = pairs.problem.site_openings[site], pairs.problem.city_openings[site]
    together = np.where(here >= party, ONE, np.where(near >= party, params.same_city, 0))
    unknown = located & (own_site != site) & (city == NO_CODE)
    return np.where(located, settled, together), unknown


def _first_cash(pairs: Pairs, params: MatchingParams) -> Valued:
    days = pairs.posts("first_pay_days")
    span = params.cash_days_zero - params.cash_days_full
    return np.clip(params.cash_days_zero - days, 0, span) * ONE // span, days < 0


def _length(pairs: Pairs) -> Valued:
    """Share of the wanted time, from the day the labourer can start, that the contract covers."""
    wanted, offered = pairs.people("months_wanted") * DAYS_A_MONTH, pairs.posts("months") * DAYS_A_MONTH
    can_from, first = pairs.people("available_from"), pairs.posts("starts_from")
    waits = (can_from >= 0) & (first >= 0)
    delay = np.where(waits, np.maximum(first - np.maximum(can_from, pairs.problem.as_of), 0), 0)
    covered = np.maximum(np.minimum(wanted - delay, offered), 0)
    return covered * ONE // np.maximum(wanted, 1), offered < 0


def _weighted_mean(values: Longs, weights: Longs) -> Longs:
    """Return Σ weight · value // Σ weight along the last axis, 0 where nothing weighs."""
    total = weights.sum(axis=1)
    return np.asarray((weights * values).sum(axis=1) // np.maximum(total, 1))
