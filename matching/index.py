"""The index over vacancies that lets the kernel skip most of them: a tree of blocks, each row with an upper bound.

A record sums up one vacancy, or all vacancies below a row: six numbers that stand for groups of posts, and the best of
pay, hours, days and length found there. The posts of a group are equal in their kind (trade, place, body, terms,
extras); those of the last kind are only alike in pay, hours, days and length. The groups of one kind are ranked, and
ranks are leaves of a complete binary tree (root 1, children 2i and 2i + 1): a record holds the lowest node above
all its ranks, counted through the trees of all kinds. The gain of a group for one labourer is then worked out once per
group, not once per vacancy, and the best gain below any node is one look-up.

Vacancies are ordered so that neighbours are alike. Sixteen of them make a block of the lowest level, sixteen blocks
are summed up by the rows of a block of the next, and so on up to one block.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.codes import NIGHT_SHIFTS, OPEN_END, UNKNOWN, Answer, Part, Trait
from matching.columns import Ints, Longs
from matching.kernel_index import (
    BLOCK,
    CASH,
    COLUMNS,
    DAYS,
    FIRST_DAY,
    GROUP_KINDS,
    LEAST_HOURS,
    NET,
    NUMBERS,
    PAY_STEP,
    VALUE_STEP,
    order_alike,
)
from matching.layout import POST, pack_posts, pack_sites
from matching.params import MatchingParams
from matching.problem import ONE, MatchingProblem
from matching.scoring import DAYS_A_MONTH

Singles = NDArray[np.float32]
Nodes = NDArray[np.uint16] | NDArray[np.uint32]
Smalls = NDArray[np.int16]
Numbers = NDArray[np.integer[Any]]


LARGEST_SMALL, LARGEST_SHORT = 2**15 - 1, 2**16 - 1

CLASSES = 512
"""Groups of posts alike in numbers, at most: more of them bound closer, and take longer to work out."""


class VacancyIndex(NamedTuple):
    """The tree over the listed vacancies.

    ``order`` is the vacancy at each position. ``groups`` and ``numbers`` hold the records, level after level from the
    lowest, shapes (rows, GROUP_KINDS) and (rows, COLUMNS − GROUP_KINDS); unused rows have group 0, which no labourer
    gains from. BLOCK rows make a block; the rows of the lowest level are the positions, ``below`` is the block under
    each row after them (−1: none). ``class_numbers`` sums up each group of posts alike in numbers. ``facts`` holds
    what is scored of each position besides its groups, as it stands. ``site_first`` and ``site_positions`` list the
    positions of each site, ``site_groups`` sums them up. ``example_posts`` holds one vacancy of each group of equal
    posts, and ``example_sites`` its site, laid out as in ``World``; the groups of each kind stand from ``group_first``
    on, and ``group_leaves`` says how many leaves the binary tree of the kind has.
    """

    order: Ints
    groups: Nodes
    numbers: Smalls
    below: Ints
    class_numbers: Smalls
    site_groups: Nodes
    facts: Ints
    site_first: Ints
    site_positions: Ints
    example_posts: Longs
    example_sites: Longs
    group_first: Ints
    group_leaves: Ints


def build_index(problem: MatchingProblem, params: MatchingParams, listed: Ints) -> VacancyIndex:
    """Index the given vacancies, all of them listed. Same problem and parameters, same index."""
    ranks, examples = zip(*(_ranked(columns) for columns in _group_columns(problem, listed)), strict=True)
    own_numbers = _numbers(problem, params, listed)
    classes, class_numbers = _number_classes(own_numbers, params)
    counts = [*(len(example) for example in examples), len(class_numbers)]
    leaves = np.array([_power_of_two(count) for count in counts], dtype=np.int32)
    records = np.concatenate([np.stack([*ranks, classes], axis=1) + leaves, own_numbers], axis=1).astype(np.int32)
    order = order_alike(records, leaves, _importance(params))
    positions = Summary(records[order], records[order])
    groups, numbers, below = _blocks(positions, leaves)
    site = problem.vacancies.site[listed[order]]
    site_first = np.searchsorted(np.sort(site), np.arange(len(problem.sites) + 1)).astype(np.int32)
    example_posts = pack_posts(problem, problem.vacancies.take(np.concatenate([listed[rows] for rows in examples])))
    site_positions = np.argsort(site, kind="stable").astype(np.int32)
    sites = _summed_up(positions.take(site_positions), site_first)
    return VacancyIndex(
        order=listed[order],
        groups=groups,
        numbers=numbers,
        below=below,
        class_numbers=class_numbers,
        site_groups=_group_nodes(sites, leaves),
        facts=_facts(problem, params, listed[order]),
        site_first=site_first,
        site_positions=site_positions,
        example_posts=example_posts,
        example_sites=pack_sites(problem.sites.take(example_posts[:, POST.site])),
        group_first=np.cumsum([0, *counts]).astype(np.int32),
        group_leaves=leaves,
    )


class Summary(NamedTuple):
    """Least and most of every column below each of some rows, shape (rows, COLUMNS) each; least above most: nothing."""

    least: Ints
    most: Ints

    def take(self, rows: Ints) -> "Summary":
        """Return the given rows."""
        return Summary(self.least[rows], self.most[rows])


def _joined(first: Summary, second: Summary) -> Summary:
    return Summary(np.concatenate([first.least, second.least]), np.concatenate([first.most, second.most]))


def _nothing(rows: int) -> Summary:
    return Summary(np.full((rows, COLUMNS), OPEN_END, np.int32), np.full((rows, COLUMNS), -OPEN_END, np.int32))


def _summed_up(rows: Summary, edges: Ints) -> Summary:
    """Sum up runs of rows; there is nothing below an empty run."""
    summed = _nothing(len(edges) - 1)
    filled = np.flatnonzero(edges[1:] > edges[:-1])
    if len(filled):
        summed.least[filled] = np.minimum.reduceat(rows.least, edges[filled])
        summed.most[filled] = np.maximum.reduceat(rows.most, edges[filled])
    return summed


def _blocks(positions: Summary, leaves: Ints) -> tuple[Nodes, Smalls, Ints]:
    """Lay out the blocks, level by level, and the block below each row above the positions."""
    level, below, first = positions, [], 0
    groups: list[Any] = []
    numbers: list[Smalls] = []
    while True:
        count = max(-(-len(level.least) // BLOCK), 1)
        level = _joined(level, _nothing(count * BLOCK - len(level.least)))
        groups.append(_group_nodes(level, leaves))
        numbers.append(_best_numbers(level))
        if count == 1:
            break
        blocks = np.arange(-(-count // BLOCK) * BLOCK)
        below.append(np.where(blocks < count, first + blocks, UNKNOWN))
        first += count
        level = _summed_up(level, np.arange(0, (count + 1) * BLOCK, BLOCK, dtype=np.int32))
    return (
        np.concatenate(groups),
        np.concatenate(numbers),
        np.concatenate([np.zeros(0), *below]).astype(np.int32),
    )


def _group_nodes(rows: Summary, leaves: Ints) -> Nodes:
    """Return for each row the lowest node above all its groups, counted through the trees of all kinds; 0: nothing."""
    least, most = rows.least[:, :GROUP_KINDS], rows.most[:, :GROUP_KINDS]
    apart = np.ceil(np.log2((least ^ most).astype(np.float64).clip(0) + 1)).astype(np.int32)
    starts = np.cumsum([0, *(2 * leaves)])[:-1]
    nodes = np.where(least > most, 0, (least >> apart) + starts)
    return nodes.astype(np.uint16) if 2 * leaves.sum() <= LARGEST_SHORT else nodes.astype(np.uint32)


def _best_numbers(rows: Summary) -> Smalls:
    """Return for each row the number that is best for a labourer: least hours and first day, most of the rest."""
    best = rows.most.copy()
    for column in (LEAST_HOURS, FIRST_DAY):
        best[:, column] = rows.least[:, column]
    return best[:, GROUP_KINDS:].clip(-LARGEST_SMALL, LARGEST_SMALL).astype(np.int16)


def open_to_minors(problem: MatchingProblem) -> NDArray[np.bool_]:
    """Tell which vacancies the age law leaves open to people of 16 and 17, shape (m,)."""
    posts = problem.vacancies
    night = (posts.traits & Trait.NIGHT != 0) | (posts.shifts & NIGHT_SHIFTS != 0)
    return np.asarray(~night & (posts.adults_only == Answer.NO))


def _group_columns(problem: MatchingProblem, listed: Ints) -> tuple[list[Numbers], ...]:
    """Return for each kind of group the columns whose equality makes two vacancies alike, most telling first."""
    posts, sites = problem.vacancies, problem.sites
    site = posts.site[listed]
    place = [getattr(sites, name)[site] for name in ("province", "city", "county", "township", "regions", "zone")]
    body: list[Numbers] = [
        posts.traits,
        open_to_minors(problem).astype(np.int32),
        posts.legal_bars,
        posts.traits_stated,
    ]
    trade: list[Numbers] = [posts.trade, posts.level_required, posts.occupation, posts.certificates_required]
    return (
        [column[listed] for column in trade],
        [posts.work_at_home[listed], *place],
        [column[listed] for column in body],
        [posts.shifts[listed], posts.lodging[listed]],
        [posts.contracts[listed], posts.meals[listed]],
    )


def _ranked(columns: list[Numbers]) -> tuple[Ints, Longs]:
    """Rank equal rows alike in lexical order; return the ranks and one row of each."""
    order = np.lexsort(columns[::-1])
    starts = np.zeros(len(order), dtype=np.bool_)
    starts[:1] = True
    for column in columns:
        starts[1:] |= column[order[1:]] != column[order[:-1]]
    rank = np.empty(len(order), dtype=np.int32)
    rank[order] = np.cumsum(starts) - 1
    return rank, order[starts]


def _power_of_two(count: int) -> int:
    return 1 << max(count - 1, 0).bit_length()


def _number_classes(numbers: Ints, params: MatchingParams) -> tuple[Ints, Smalls]:
    """Put vacancies alike in numbers into classes of one size; return the class of each and what sums up each."""
    size = max(-(-len(numbers) // CLASSES), 1)
    groupless = np.ones((len(numbers), GROUP_KINDS), np.int32)
    records = np.concatenate([groupless, numbers], axis=1).astype(np.int32)
    importance = _importance(params)
    importance[:GROUP_KINDS] = 0
    order = order_alike(records, np.ones(GROUP_KINDS, np.int32), importance)
    classes = np.empty(len(numbers), np.int32)
    classes[order] = np.arange(len(numbers)) // size
    edges = np.append(np.arange(0, len(numbers), size), len(numbers)).astype(np.int32)
    return classes, _best_numbers(_summed_up(Summary(records[order], records[order]), edges))


def _numbers(problem: MatchingProblem, params: MatchingParams, listed: Ints) -> Ints:
    """Sum up each listed vacancy by itself, in 16-bit numbers: what does not fit, or not evenly, is taken as better."""
    posts, trades = problem.vacancies.take(listed), problem.trades
    hours_known, far = posts.hours_week >= 0, LARGEST_SMALL
    first, last = posts.starts_from - problem.as_of, posts.starts_until.astype(np.int64) - problem.as_of
    silent = (posts.net_month < 0, posts.net_hour < 0, ~hours_known, posts.months < 0)
    numbers = (
        _rounded_up(posts.net_month, PAY_STEP),
        _rounded_up(_above_median(posts.net_month, posts.trade, trades.median_net_month, params), VALUE_STEP),
        _rounded_up(posts.net_hour, PAY_STEP),
        _rounded_up(_above_median(posts.net_hour, posts.trade, trades.median_net_hour, params), VALUE_STEP),
        np.where(hours_known, posts.hours_week, far),
        posts.hours_week,
        _rounded_up(_cash(posts.first_pay_days, params), VALUE_STEP),
        np.where(posts.starts_from < 0, -far, first),
        np.where(posts.starts_until < 0, far, last),
        posts.months * DAYS_A_MONTH,
    )
    flags = [np.where(says_nothing, 1, 0) for says_nothing in silent]
    return np.stack([*(number.clip(-far, far) for number in numbers), *flags], axis=1).astype(np.int32)


def _facts(problem: MatchingProblem, params: MatchingParams, order: Ints) -> Ints:
    """Return what is scored of each position besides its groups: columns FACT_… of ``kernel_index``."""
    posts, trades = problem.vacancies.take(order), problem.trades
    columns = (
        posts.net_month,
        _medians(posts.trade, trades.median_net_month),
        posts.net_hour,
        _medians(posts.trade, trades.median_net_hour),
        posts.hours_week,
        np.where(posts.first_pay_days < 0, UNKNOWN, _cash(posts.first_pay_days, params)),
        posts.starts_from,
        posts.starts_until,
        posts.months,
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


def _importance(params: MatchingParams) -> NDArray[np.float64]:
    """Say by what to tell vacancies apart first: the share of each kind of group, and of one unit of each number.

    The share a part has in the overall score of general labour, times what made the search of the benchmark's problem
    look at the fewest blocks: place and trade also close gates, so they come first, then pay.
    """
    skill, location, willing = (share / 1_000 for share in params.overall_general)
    first = Part.NET_MONTH
    wish = {part: params.willingness[part - first] / 1_000 * willing for part in Part if part >= first}
    importance = np.zeros(COLUMNS)
    trade = skill * (params.skill_general[0] + params.skill_general[1]) / 1_000 + wish[Part.TRADE_WANTED]
    place = location * 0.7 + wish[Part.COMPANIONS] / 2
    importance[:NUMBERS] = (
        2.9 * trade,
        5.1 * place,
        skill * params.skill_general[3] / 1_000,
        0.35 * (wish[Part.LODGING] + wish[Part.SHIFT]),
        wish[Part.MEALS] + wish[Part.CONTRACT],
    )
    importance[NET] = 8.7 * (wish[Part.NET_MONTH] + wish[Part.NET_HOUR]) / 1_500 * PAY_STEP
    importance[LEAST_HOURS] = wish[Part.HOURS] / 100
    importance[CASH] = wish[Part.FIRST_CASH] / ONE * VALUE_STEP
    importance[DAYS] = wish[Part.LENGTH] / 180
    return importance
