"""Matching a prepared problem: the best k both ways, with every number of each pair."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.match_runs.adapter.problem import Prepared
from matching.eligibility import gate_outcome
from matching.pairs import Pairs
from matching.params import MatchingParams
from matching.result import Candidates, MatchingResult
from matching.scoring import score_pairs


@dataclass(frozen=True)
class Found:
    """Every candidate pair once, with its place on both lists (0: not on that list) and all its numbers."""

    labourer_ids: NDArray[np.int64]
    vacancy_ids: NDArray[np.int64]
    labourer_rank: NDArray[np.int64]
    vacancy_rank: NDArray[np.int64]
    scores: NDArray[np.int64]  # overall, skill, location, willingness; shape (pairs, 4)
    parts: NDArray[np.int64]
    weights: NDArray[np.int64]  # of each part, then of the three scores
    unknown_parts: NDArray[np.int64]
    unknown_gates: NDArray[np.int64]
    engine_version: str


def match(prepared: Prepared, params: dict[str, Any], *, k: int, seed: int) -> Found:
    """The best k both ways. Scores are looked up once more per pair by the plain definition, part by part."""
    from matching.solve import solve  # noqa: PLC0415 (start-up time: it loads the compiler)

    chosen = MatchingParams.from_dict(params)
    result = solve(prepared.problem, chosen, k=k, seed=seed)
    pairs, labourer_rank, vacancy_rank = _merged(result)
    both = Pairs(prepared.problem, pairs[:, 0], pairs[:, 1])
    scored, gates = score_pairs(both, chosen), gate_outcome(both)
    return Found(
        labourer_ids=prepared.labourer_ids[both.labourer],
        vacancy_ids=prepared.vacancy_ids[both.vacancy],
        labourer_rank=labourer_rank,
        vacancy_rank=vacancy_rank,
        scores=np.column_stack([scored.overall, scored.scores]),
        parts=scored.parts,
        weights=np.column_stack([scored.weights, scored.score_weights]),
        unknown_parts=scored.unknown.astype(np.int64),
        unknown_gates=gates.unknown.astype(np.int64),
        engine_version=result.engine_version,
    )


def _merged(result: MatchingResult) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Pairs on either list, sorted by labourer then vacancy, and their ranks from 1 (0: absent)."""
    ours, our_rank = _listed(result.for_labourers)
    theirs, their_rank = _listed(result.for_vacancies)
    theirs = theirs[:, ::-1]
    pairs = np.unique(np.concatenate([ours, theirs]), axis=0)
    labourer_rank, vacancy_rank = np.zeros(len(pairs), np.int64), np.zeros(len(pairs), np.int64)
    labourer_rank[_positions(pairs, ours)] = our_rank
    vacancy_rank[_positions(pairs, theirs)] = their_rank
    return pairs, labourer_rank, vacancy_rank


def _listed(candidates: Candidates | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    if candidates is None or not candidates.other.size:
        return np.zeros((0, 2), np.int64), np.zeros(0, np.int64)
    row, place = np.nonzero(candidates.other >= 0)
    return np.column_stack([row, candidates.other[row, place]]).astype(np.int64), place.astype(np.int64) + 1


def _positions(pairs: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.intp]:
    key = pairs[:, 0] << 32 | pairs[:, 1]
    return np.searchsorted(key, wanted[:, 0] << 32 | wanted[:, 1])


def shipped_parameters() -> dict[str, Any]:
    """The design's weights and limits as JSON-ready values."""
    return MatchingParams().as_dict()
