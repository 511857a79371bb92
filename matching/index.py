"""The index over vacancies that lets the kernel skip most of them: a tree of blocks, each row with an upper bound.

A record sums up one vacancy, or all vacancies below a row: ten numbers that stand for groups of posts, one of each
kind (``index_groups``). So the gain of a group for one labourer is worked out once per group, not once per vacancy.

Vacancies are ordered so that neighbours are alike. Four of them make a block of the lowest level, four blocks are
summed up by the rows of a block of the next, and so on up to one block.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.codes import NIGHT_SHIFTS, UNKNOWN, Answer, Part, Trait
from matching.columns import Ints, Longs
from matching.index_groups import LARGEST_SMALL, Nodes, Smalls, alike, grouped, ranked, wishes
from matching.kernel_index import (
    BLOCK,
    COLUMNS,
    DAYS,
    EQUAL_KINDS,
    FACT_CASH,
    FACT_DAYS,
    FACT_FIRST_DAY,
    FACT_HOUR,
    FACT_HOUR_OVER_MEDIAN,
    FACT_HOURS,
    FACT_LAST_DAY,
    FACT_NET,
    FACT_NET_OVER_MEDIAN,
    FIRST_CASH,
    KINDS,
    LEAST_HOURS,
    NET,
    OFFER_BITS,
    PAY_STEP,
    TREES,
    UNSAID,
    VALUE_STEP,
    order_alike,
    sum_up,
)
from matching.layout import POST, pack_posts, pack_sites
from matching.params import MatchingParams
from matching.problem import ONE, MatchingProblem
from matching.scoring import DAYS_A_MONTH

Singles = NDArray[np.float32]
Numbers = NDArray[np.integer[Any]]
Floats = NDArray[np.float64]

ALIKE = 4
"""So few vacancies, a block, are not put in order any further."""


class VacancyIndex(NamedTuple):
    """The tree over the listed vacancies.

    ``order`` is the vacancy at each position. ``groups`` holds the records, level after level from the lowest, shape
    (rows, kinds); unused rows have group 0, which no labourer gains from. BLOCK rows make a block; the rows of the
    lowest level are the positions, ``below`` is the block under each row after them (−1: none). ``facts`` holds what
    is scored of each position besides its groups, as it stands. ``site_first`` and ``site_positions`` list the
    positions of each site, ``site_groups`` are their groups, and ``site_rows`` is a record for each site that sums up
    its positions, if people of any township, or companions of anybody, are there. ``example_posts`` holds one vacancy
    of each group of equal posts, laid out as in ``World``; the groups of each kind stand from ``group_first`` on, and
    ``group_leaves`` says how many leaves the binary tree of the kind has. ``places`` are the sites of the groups of
    places, column by column, the last telling whether the work is done at home. ``near`` is the affinity of every
    occupation with those of the groups of trades (−1: with none stated), and ``group_occupation`` is which of them each
    such group has. ``named`` are the groups of each kind that any row names, from ``named_first`` on; ``shifts`` …
    ``dates`` are those of ``Groups``. Every array lies row after row: a loop along one that does not takes its elements
    one by one.
    """

    order: Ints
    groups: Nodes
    below: Ints
    facts: Ints
    site_first: Ints
    site_positions: Ints
    site_groups: Nodes
    site_rows: Nodes
    example_posts: Ints
    places: Ints
    near: Ints
    group_occupation: Ints
    group_first: Ints
    group_leaves: Ints
    named: Ints
    named_first: Ints
    shifts: Ints
    lodging: Ints
    extras: Ints
    pay: Smalls
    week: Smalls
    cash: Smalls
    dates: Smalls


def build_index(problem: MatchingProblem, params: MatchingParams, listed: Ints) -> VacancyIndex:
    """Index the given vacancies, all of them listed. Same problem and parameters, same index."""
    offers = _offers(problem, listed)
    ranks, leaves, examples = _equal_groups(problem, listed, offers)
    counts = [len(example) for example in examples]
    facts = _facts(problem, params, listed)
    numbers = _numbers(facts, problem.as_of)
    records = np.concatenate([ranks + leaves, numbers], axis=1, dtype=np.int32)
    with ThreadPoolExecutor(max_workers=1) as pool:  # both sides mostly release the interpreter's lock
        positions_alike = pool.submit(alike, numbers, params)
        order = _in_order(records, leaves, _importance(params), pool)
        site_positions, site_first = _by_site(problem, listed[order])
        rows = sum_up(order, records, numbers, offers, site_positions, site_first, _looked_at(problem))
        found_alike = [(group[order], sums) for group, sums in positions_alike.result()]
        found = grouped(rows, leaves[:TREES], params, found_alike)
    height = rows.positions + len(rows.below)
    groups, site_rows = found.groups[:height], found.groups[height:]
    example_posts = pack_posts(
        problem, problem.vacancies.take(np.concatenate([listed[example] for example in examples]))
    )
    named, named_first = _named(groups)
    occupations, group_occupation = np.unique(example_posts[: counts[0], POST.occupation], return_inverse=True)
    return VacancyIndex(
        order=listed[order],
        groups=groups,
        below=rows.below,
        facts=facts[order],
        site_first=site_first,
        site_positions=site_positions,
        site_groups=groups[site_positions],
        site_rows=site_rows,
        example_posts=example_posts,
        places=_places(problem, example_posts[counts[0] : counts[0] + counts[1]]),
        near=_near(problem, occupations),
        group_occupation=group_occupation.astype(np.int32),
        group_first=np.cumsum([0, *counts]).astype(np.int32),
        group_leaves=leaves[:TREES],
        named=named,
        named_first=named_first,
        **{kind: getattr(found, kind) for kind in found._fields[1:]},
    )


def _equal_groups(problem: MatchingProblem, listed: Ints, offers: Ints) -> tuple[Longs, Ints, list[Longs]]:
    """Rank each vacancy among all in every kind of equal groups, shape (m, EQUAL_KINDS); return also how many leaves
    the tree of each kind has, and one vacancy of each group of equal posts."""
    told = [
        _example_of_each(columns) for columns in (*_group_columns(problem, listed), *([offer] for offer in offers.T))
    ]
    leaves = np.array([_power_of_two(len(example)) for _, example in told], dtype=np.int32)
    return np.stack([rank for rank, _ in told], axis=1), leaves, [example for _, example in told[:TREES]]


def _by_site(problem: MatchingProblem, order: Ints) -> tuple[Ints, Ints]:
    """Return the positions of the vacancies of each site, site after site, and where each begins, the end last."""
    sites = problem.vacancies.site[order]
    first = np.cumsum(np.bincount(sites + 1, minlength=len(problem.sites) + 1))
    return np.argsort(sites, kind="stable").astype(np.int32), first.astype(np.int32)


def _looked_at(problem: MatchingProblem) -> NDArray[np.bool_]:
    """Tell which sites are looked at by themselves: where townsfolk or companions are, shape (sites,)."""
    together, looked_at = problem.labourers.companion_site, np.zeros(len(problem.sites), dtype=np.bool_)
    looked_at[problem.townsfolk.site] = looked_at[together[together >= 0]] = True
    return looked_at


def _named(groups: Nodes) -> tuple[Ints, Ints]:
    """Return the groups of each kind that any row names, kind after kind, and where each kind begins."""
    named = [np.flatnonzero(np.bincount(groups[:, kind])[1:]) + 1 for kind in range(KINDS)]
    first = np.cumsum([0, *(len(some) for some in named)])
    return np.concatenate(named).astype(np.int32), first.astype(np.int32)


def _in_order(records: Ints, leaves: Ints, importance: Floats, pool: ThreadPoolExecutor) -> Longs:
    """Put records in order so that neighbours are alike: parted roughly first, then two halves side by side."""
    rough = order_alike(records, leaves, importance, max(len(records) // 2, ALIKE))
    middle = len(records) // 2 // BLOCK * BLOCK
    first, second = rough[:middle], rough[middle:]
    later = pool.submit(order_alike, records[second], leaves, importance, ALIKE)
    return np.concatenate([first[order_alike(records[first], leaves, importance, ALIKE)], second[later.result()]])


def open_to_minors(problem: MatchingProblem) -> NDArray[np.bool_]:
    """Tell which vacancies the age law leaves open to people of 16 and 17, shape (m,)."""
    posts = problem.vacancies
    night = (posts.traits & Trait.NIGHT != 0) | (posts.shifts & NIGHT_SHIFTS != 0)
    return np.asarray(~night & (posts.adults_only == Answer.NO))


def _group_columns(problem: MatchingProblem, listed: Ints) -> tuple[list[Numbers], ...]:
    """Return for each kind of group the columns whose equality makes two vacancies alike, most telling first."""
    posts, sites = problem.vacancies, problem.sites
    where = [getattr(sites, name) for name in ("province", "city", "county", "township", "regions", "zone")]
    place = _example_of_each(where)[0][posts.site[listed]]
    body: list[Numbers] = [
        posts.traits,
        open_to_minors(problem).astype(np.int32),
        posts.legal_bars,
        (posts.traits_stated != 0).astype(np.int32),
    ]
    trade: list[Numbers] = [posts.trade, posts.level_required, posts.occupation, posts.certificates_required]
    return (
        [column[listed] for column in trade],
        [posts.work_at_home[listed], place],
        [column[listed] for column in body],
    )


def _places(problem: MatchingProblem, posts: Ints) -> Ints:
    """Lay out the sites of posts, shape (columns, posts), and whether the work is done at home."""
    sites = pack_sites(problem.sites.take(posts[:, POST.site]))
    return np.ascontiguousarray(np.concatenate([sites, posts[:, POST.work_at_home, None]], axis=1).T)


def _near(problem: MatchingProblem, occupations: Ints) -> Ints:
    """Return the affinity of every occupation with some, shape (o, some), −1 with one that is not stated."""
    known, affinity = occupations >= 0, problem.trades.occupation_affinity
    near = np.full((len(affinity), len(occupations)), UNKNOWN, dtype=np.int32)
    near[:, known] = affinity[:, occupations[known]]
    return near


def _offers(problem: MatchingProblem, listed: Ints) -> Ints:
    """Return what each vacancy offers in shifts, in lodging, and in extras (contracts and meals), shape (m, 3)."""
    posts = problem.vacancies
    said = [
        np.where(masks[listed] == 0, UNSAID, masks[listed])
        for masks in (posts.shifts, posts.lodging, posts.contracts, posts.meals)
    ]
    return np.stack([said[0], said[1], said[2] << OFFER_BITS | said[3]], axis=1).astype(np.int32)


def _example_of_each(columns: list[Numbers]) -> tuple[Longs, Longs]:
    """Rank equal rows alike by their columns, the first before all others; return the ranks and one row of each."""
    rank, count = ranked([column.astype(np.int64) - column.min(initial=0) for column in columns])
    example = np.zeros(count, np.int64)
    example[rank] = np.arange(len(rank))
    return rank, example


def _power_of_two(count: int) -> int:
    return 1 << max(count - 1, 0).bit_length()


def _numbers(facts: Ints, today: int) -> Smalls:
    """Sum up each vacancy by itself, in 16-bit numbers: what does not fit, or not evenly, is taken as better."""
    far, silent = LARGEST_SMALL, facts[:, (FACT_NET, FACT_HOUR, FACT_HOURS, FACT_DAYS)] < 0
    week, days = facts[:, FACT_HOURS], facts[:, FACT_DAYS]
    first, last = facts[:, FACT_FIRST_DAY], facts[:, FACT_LAST_DAY].astype(np.int64)
    numbers = (
        _rounded_up(facts[:, FACT_NET], PAY_STEP),
        _rounded_up(facts[:, FACT_NET_OVER_MEDIAN], VALUE_STEP),
        _rounded_up(facts[:, FACT_HOUR], PAY_STEP),
        _rounded_up(facts[:, FACT_HOUR_OVER_MEDIAN], VALUE_STEP),
        np.where(week < 0, far, week),
        week,
        _rounded_up(facts[:, FACT_CASH], VALUE_STEP),
        np.where(first < 0, -far, first - today),
        np.where(last < 0, far, last - today),
        days,
    )
    return np.stack([*(number.clip(-far, far) for number in numbers), *silent.T], axis=1).astype(np.int16)


def _facts(problem: MatchingProblem, params: MatchingParams, listed: Ints) -> Ints:
    """Return what is scored of each vacancy besides its groups: columns FACT_… of ``kernel_index``."""
    posts, trades = problem.vacancies.take(listed), problem.trades
    columns = (
        posts.net_month,
        _above_median(posts.net_month, posts.trade, trades.median_net_month, params),
        posts.net_hour,
        _above_median(posts.net_hour, posts.trade, trades.median_net_hour, params),
        posts.hours_week,
        _cash(posts.first_pay_days, params),
        posts.starts_from,
        posts.starts_until,
        np.where(posts.months < 0, UNKNOWN, posts.months * DAYS_A_MONTH),
        posts.site,
    )
    return np.stack(columns, axis=1).astype(np.int32)


def _rounded_up(values: Numbers, step: int) -> Longs:
    """Return whole steps, not fewer than the value holds; what is unknown stays −1."""
    return np.where(values < 0, -1, -(-values.astype(np.int64) // step))


def _medians(trade: Ints, medians: Ints) -> Longs:
    """Return the yardstick of pay for each post: the median of its trade, else the one over all."""
    of_trade = np.where(trade >= 0, medians[trade], UNKNOWN)
    return np.where(of_trade >= 0, of_trade, medians[-1]).astype(np.int64)


def _above_median(net: Ints, trade: Ints, medians: Ints, params: MatchingParams) -> Longs:
    """Value of pay against the trade's median, which stands for a labourer's floor where none is given."""
    yardstick = _medians(trade, medians)
    value = np.maximum(net - yardstick, 0) * 1_000 * ONE // (np.maximum(yardstick, 1) * params.pay_span)
    return np.where((net < 0) | (yardstick <= 0), params.vacancy_silent, np.minimum(value, ONE))


def _cash(days: Ints, params: MatchingParams) -> Longs:
    span = params.cash_days_zero - params.cash_days_full
    value = np.clip(params.cash_days_zero - days.astype(np.int64), 0, span) * ONE // span
    return np.where(days < 0, params.vacancy_silent, value)


def _importance(params: MatchingParams) -> Floats:
    """Say by what to tell vacancies apart first: the share of each kind of group, and of one unit of each number.

    The share a part has in the overall score of general labour, times what made the search of the benchmark's problem
    look at the fewest blocks: place and trade also close gates, so they come first, then pay.
    """
    skill, location = (share / 1_000 for share in params.overall_general[:2])
    wish, importance = wishes(params), np.zeros(COLUMNS)
    trade = skill * (params.skill_general[0] + params.skill_general[1]) / 1_000 + wish[Part.TRADE_WANTED]
    place = location * 0.7 + wish[Part.COMPANIONS] / 2
    importance[:EQUAL_KINDS] = (
        2.9 * trade,
        5.1 * place,
        skill * params.skill_general[3] / 1_000,
        0.35 * wish[Part.SHIFT],
        0.35 * wish[Part.LODGING],
        wish[Part.MEALS] + wish[Part.CONTRACT],
    )
    importance[EQUAL_KINDS + NET] = 8.7 * (wish[Part.NET_MONTH] + wish[Part.NET_HOUR]) / 1_500 * PAY_STEP
    importance[EQUAL_KINDS + LEAST_HOURS] = wish[Part.HOURS] / 100
    importance[EQUAL_KINDS + FIRST_CASH] = wish[Part.FIRST_CASH] / ONE * VALUE_STEP
    importance[EQUAL_KINDS + DAYS] = wish[Part.LENGTH] / 180
    return importance
