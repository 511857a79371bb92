"""What a search must return, worked out by sorting all pairs of a small problem by the plain definition."""

import numpy as np

from matching.eligibility import GateOutcome, gate_outcome
from matching.pairs import Pairs, all_pairs
from matching.params import MatchingParams
from matching.problem import MatchingProblem
from matching.scoring import PairScores, score_pairs
from matching.ties import tie_keys

COLUMNS = ("other", "overall", "skill", "location", "willingness", "unknown_gates", "unknown_parts")
Lists = dict[str, np.ndarray]


def gates_and_scores(pairs: Pairs, params: MatchingParams) -> tuple[GateOutcome, PairScores]:
    return gate_outcome(pairs), score_pairs(pairs, params)


def expected_lists(problem: MatchingProblem, params: MatchingParams, k: int, seed: int) -> tuple[Lists, Lists]:
    """Lists for labourers and for vacancies."""
    pairs = all_pairs(problem)
    gates, scored = gates_and_scores(pairs, params)
    keys = tie_keys(seed, pairs.people("uid"), pairs.posts("uid")) if len(pairs) else np.zeros(0)
    values = np.stack([scored.overall, *scored.scores.T, gates.unknown, scored.unknown], axis=1)
    kept = np.flatnonzero(gates.passed)
    order = kept[np.lexsort((pairs.posts("uid")[kept], pairs.people("uid")[kept], keys[kept], -scored.overall[kept]))]
    labourers, vacancies = len(problem.labourers), len(problem.vacancies)
    return (
        _lists(pairs.labourer[order], pairs.vacancy[order], values[order], labourers, k),
        _lists(pairs.vacancy[order], pairs.labourer[order], values[order], vacancies, k),
    )


def _lists(rows: np.ndarray, others: np.ndarray, values: np.ndarray, count: int, k: int) -> Lists:
    lists = {column: np.full((count, k), -1 if column == "other" else 0) for column in COLUMNS}
    for row in range(count):
        mine = np.flatnonzero(rows == row)[:k]
        lists["other"][row, : len(mine)] = others[mine]
        for at, column in enumerate(COLUMNS[1:]):
            lists[column][row, : len(mine)] = values[mine, at]
    return lists
