"""The skill score's parts, and who counts as of a skilled trade. The plain definition."""

import numpy as np

from matching.columns import Longs
from matching.pairs import Flags, Pairs
from matching.params import MatchingParams
from matching.problem import ONE
from matching.tables import Labourers

Valued = tuple[Longs, Flags]
"""Value of a part in millionths, and where it is not known; both of shape (pairs,)."""


def any_slot(flags: Flags) -> Flags:
    """Tell for which rows any slot is set, shape (n,). Slots are few: one after the other takes a tenth of the time."""
    return np.asarray(np.logical_or.reduce(list(flags.T)))


def is_skilled_trade(people: Labourers, params: MatchingParams) -> Flags:
    """Tell which labourers are scored as of a skilled trade, shape (n,).

    Either a certificate is held in one of the skills, or some wanted trade family was done for
    ``params.trade_months`` of the last 60 months; months of several skills in one family add up.
    """
    skilled = any_slot(people.skill_certified == 1)
    for wanted in people.wanted_trades.T:
        months = np.zeros(len(people), dtype=np.int64)
        for trade, done in zip(people.skill_trade.T, people.skill_months.T, strict=True):
            months += np.where((trade == wanted) & (wanted >= 0), np.maximum(done, 0), 0)
        skilled |= months >= params.trade_months
    return skilled


def done_before(pairs: Pairs, params: MatchingParams, skilled: Flags) -> Valued:
    """Months in the vacancy's trade family, over 6 or 24, at most 1. Unknown: no trade, or no months stated in it."""
    trade, months = pairs.posts("trade"), pairs.people("skill_months")
    same = pairs.people("skill_trade") == np.where(trade < 0, -2, trade)[:, None]
    known = np.where(same & (months > 0), months, 0).sum(axis=1)
    unsaid = (same & (months < 0)).any(axis=1) & (known == 0)
    full = np.where(skilled, params.months_full_trade, params.months_full_general)
    return np.minimum(known, full) * ONE // full, (trade < 0) | unsaid


def affinity(pairs: Pairs) -> Valued:
    """Best affinity of any skill: the larger of trade family's and occupation's, where both sides state it.

    Unknown: the vacancy states neither, or no skill can be compared though there are some.
    """
    trades = pairs.problem.trades
    trade, occupation = pairs.posts("trade"), pairs.posts("occupation")
    best = np.full(len(pairs), -1, dtype=np.int64)
    skilled = np.zeros(len(pairs), dtype=np.bool_)
    for slot in range(pairs.people("skill_trade").shape[1]):
        own_trade, own_occupation = pairs.people("skill_trade")[:, slot], pairs.people("skill_occupation")[:, slot]
        skilled |= (own_trade >= 0) | (own_occupation >= 0)
        for table, own, offered in (
            (trades.family_affinity, own_trade, trade),
            (trades.occupation_affinity, own_occupation, occupation),
        ):
            both = np.flatnonzero((own >= 0) & (offered >= 0))
            best[both] = np.maximum(best[both], table[own[both], offered[both]])
    unstated = (trade < 0) & (occupation < 0)
    return np.maximum(best, 0), unstated | (skilled & (best < 0))


def level(pairs: Pairs, params: MatchingParams) -> Valued:
    """Required level met (or none required) 1, held one below .5, else 0. Unknown: a level of an unknown trade."""
    trade, required = pairs.posts("trade"), pairs.posts("level_required")
    same = pairs.people("skill_trade") == np.where(trade < 0, -2, trade)[:, None]
    own = np.where(same, pairs.people("skill_level"), 0).max(axis=1)
    below = np.where((own >= 1) & (own == required - 1), params.level_one_below, 0)
    return np.where(own >= required, ONE, below), (trade < 0) & (required > 0)


def traits(pairs: Pairs) -> Valued:
    """Share of the post's traits done before, 1 if it has none. Unknown: the employer has spoken on no trait."""
    has = pairs.posts("traits")
    count = np.bitwise_count(has).astype(np.int64)
    done = np.bitwise_count(has & pairs.people("traits_done")).astype(np.int64)
    return np.where(count == 0, ONE, done * ONE // np.maximum(count, 1)), pairs.posts("traits_stated") == 0
